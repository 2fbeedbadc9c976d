"""What happens in a rehearsal, in words: each leaf of the decision that says something new."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from app.rehearse.stage import Letter
from engine.candidates import candidate_name
from engine.definition import Open, State
from engine.held import ABSTAIN, AGAINST, OPTIONS
from engine.trail import instant_from_text
from engine.working_days import Calendar
from storage.proofs import LeafRow
from workflows.drawing.names import listed, spoken, the


@dataclass(frozen=True, slots=True)
class Note:
    """One line of what happened; `letter` and `number` for letters of one name and moment."""

    at: datetime
    what: str
    words: str
    letter: Letter | None = None
    number: int = 0


_UNSAID = ("decision.classified", "link.", "roll.", "mail.", "rules.")
_TOGETHER = {
    "comment.received": ("practice comments", "practices comment"),
    "vote.cast": ("practice votes", "practices vote"),
    "call_in.requested": ("practice calls it in", "practices call it in"),
}


States = Mapping[str, State]


def notes_of(rows: Sequence[LeafRow], states: States, calendar: Calendar) -> Iterator[Note]:
    """The notes of these leaves, those of one kind that follow each other together.

    `states` are those of the workflow gone by now, and of any before it, by name.
    """
    leaves = [leaf for leaf in map(_leaf, rows) if not _kind(leaf).startswith(_UNSAID)]
    opening = any(_kind(leaf) == "decision.opened" for leaf in leaves)
    said = (leaf for leaf in leaves if _kind(leaf) != "decision.opened")
    for each, group in groupby(said, _kind):
        # the first workflow is told of with the opening
        kind = "decision.opened" if opening and each == "decision.routed" else each
        together = list(group)
        bodies = [leaf["body"] for leaf in together]
        moment = instant_from_text(together[0]["at"])
        if kind in _TOGETHER:
            one, many = _TOGETHER[kind]
            number = len(bodies)
            yield Note(moment, kind, f"{number} {one if number == 1 else many}")
            continue
        for body in bodies:
            yield Note(moment, kind, _words(kind, body, states, calendar))


def _leaf(row: LeafRow) -> Mapping[str, Any]:
    leaf: Mapping[str, Any] = json.loads(row.data)
    return leaf


def _kind(leaf: Mapping[str, Any]) -> str:
    return str(leaf["type"])


def _words(kind: str, body: Mapping[str, Any], states: States, calendar: Calendar) -> str:
    """The sentence for a leaf; its name and plain values where no sentence is kept for its kind."""
    sentences: Mapping[str, Callable[[], str]] = {
        "decision.opened": lambda: f"The decision is opened, by {body['name']}",
        "decision.routed": lambda: f"It goes on by {body['name']}. {body['because']}",
        "phase.opened": lambda: f"{states[body['phase']].title} ({body['phase']})",
        "deadline.set": lambda: _deadline(body, calendar),
        "deadline.extended": lambda: f"{body['working_days']} working days more: {body['because']}",
        "phase.closed": lambda: f"Time is up: {body['deadline']}{_count(body, states)}",
        "lmc.recorded": lambda: "The local medical committee's view is put on record",
        "outcome.declared": lambda: f"Outcome: {body['result']}. {' '.join(body['sentences'])}",
        "body.acted": lambda: _acted(body),
        "act.proposed": lambda: f"One of two persons asks for it: {spoken(body['act'])}",
        "revote.ordered": lambda: f"A re-vote is ordered, as the vote was {spoken(body['after'])}",
        "ballot.changed": lambda: f"The ballot changes. {body['because']}",
        "challenge.raised": lambda: f"{body['practice']} challenges how the outcome came about",
        "override": lambda: f"The route is changed from {body['was']} to {body['route']}",
        "interest.declared": lambda: f"{body['practice']} has an interest: {body['kind']}",
        "interest.ruled": lambda: (
            f"Ruled on the interest of {body['practice']}: {spoken(body['ruling'])}"
        ),
    }
    return sentences.get(kind, lambda: _plainly(kind, body))()


def _acted(body: Mapping[str, Any]) -> str:
    """What a body did, or did not do in time."""
    agreed = body.get("agreed")
    who = listed(map(spoken, agreed)) if agreed else the(body["body"])
    numbers = body.get("votes")
    counted = f", {numbers['for']} for and {numbers['against']} against" if numbers else ""
    return f"Act of {who}: {spoken(body['result'])}{counted}"


def _deadline(body: Mapping[str, Any], calendar: Calendar) -> str:
    until = calendar.words(instant_from_text(body["due_at"]))
    days = [instant_from_text(moment) for moment in body.get("remind", ())]
    said = ", ".join(f"{calendar.day_of(day):%-d %b}" for day in days)
    return f"until {until} ({body['name']}){f'; reminders on {said}' if said else ''}"


def _count(body: Mapping[str, Any], states: States) -> str:
    """What had come in by then; nothing where nothing was asked of practices."""
    count = body["count"]
    if states[body["phase"]].open_for is Open.NOTHING:
        return ""
    if "votes_cast" in count:
        numbers = ", ".join(_for_each(count))
        return f". {numbers}; {count['returned']} of {count['on_roll']} practices answered"
    return f". {count['answered']} of {count['on_roll']} practices answered"


def _for_each(count: Mapping[str, Any]) -> Iterator[str]:
    """The numbers of each option; an election has candidates where others have for and against."""
    for option in sorted(count["options"], key=_place):
        number = count["options"][option]
        yield f"{number} abstained" if option == ABSTAIN else f"{number} {_option(option)}"


def _place(option: str) -> tuple[bool, bool, int, str]:
    """The ballot's order, which a leaf does not keep: candidate 2 comes before candidate 10."""
    return option == ABSTAIN, option == AGAINST, len(option), option


def _option(option: str) -> str:
    return option if option in OPTIONS else f"for {candidate_name(option)}"


def _plainly(kind: str, body: Mapping[str, Any]) -> str:
    """A leaf of a kind that no sentence is kept for: its name, and its short plain values."""
    held = ", ".join(
        f"{key} {value}"
        for key, value in body.items()
        if key != "decision" and isinstance(value, str | int) and "c1:" not in str(value)
    )
    return f"{kind.replace('.', ' ')}{f': {held}' if held else ''}"


def letter_notes(at: datetime, letters: Sequence[Letter]) -> Iterator[Note]:
    """The letters of one moment, those of a name together."""
    for name, first in first_letters(letters).items():
        number = sum(letter.name == name for letter in letters)
        words = f"{number} letter{'' if number == 1 else 's'}: {name} ({first.subject})"
        yield Note(at, "letters", words, first, number)


def first_letters(letters: Sequence[Letter]) -> dict[str, Letter]:
    """The first letter of each name, in the order in which they come; to a lead, if any is."""
    first: dict[str, Letter] = {}
    for letter in letters:
        kept = first.setdefault(letter.name, letter)
        if letter.to.startswith("lead.") and not kept.to.startswith("lead."):
            first[letter.name] = letter
    return first


def waits(state: State, acts: Sequence[str], due: datetime | None, calendar: Calendar) -> str:
    """What a decision waits for where nothing more is done by itself."""
    by_time = [f"{state.deadline.name}, {calendar.words(due)}"] if state.deadline and due else []
    return f"Waits for: {', or '.join((*acts, *by_time))}"

"""What each kind of leaf says, in a sentence for a reader who is not the secretariat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.interests import RULINGS
from engine.meetings import plain_day
from engine.naming import body_words, sentence
from engine.trail import instant_from_text
from storage.told import Told

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What practices, states and workflows are called, and how instants are written.

    `sentences` puts an outcome's questions and candidates into the paper's words.
    """

    practices: Mapping[str, str]
    states: Mapping[str, str]
    workflows: Mapping[str, str]
    words: Callable[[datetime], str]
    sentences: Callable[[tuple[str, ...]], tuple[str, ...]]

    def practice(self, body: Body) -> str:
        """The practice that a leaf is about."""
        code = body["practice"]
        return f"{code} {self.practices.get(code, '')}".strip()

    def state(self, name: str) -> str:
        """A state's title."""
        return self.states.get(name, _spoken(name))

    def instant(self, text: str) -> str:
        """An instant in words."""
        return self.words(instant_from_text(text))


def leaf_words(told: Told, names: Names) -> str:
    """The leaf in words; a kind of leaf that is not known here by its name."""
    says = SAYS.get(told.type)
    return _spoken(told.type).capitalize() if says is None else says(told.body, names)


def letter_words(name: str) -> str:
    """A letter's name, as it is said."""
    return _spoken(name)


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _roll(body: Body, _: Names) -> str:
    of = body.get("of")
    rest = f", of {of} open practices of the body" if of and of != body["practices"] else ""
    return f"The roll was fixed: {_number(body['practices'], 'practice')}{rest}"


def _classified(body: Body, _: Names) -> str:
    doubt = "; a person should look at it" if body["ask"] else ""
    return f"Classified by the table of impact: {body['level']} impact, by {body['route']}{doubt}"


def _routed(body: Body, names: Names) -> str:
    workflow = names.workflows.get(body["name"], _spoken(body["name"]))
    return f"Sent on its way: {workflow}. {body['because']}"


def _opened(body: Body, names: Names) -> str:
    vote = f" (vote no. {body['round']})" if body["round"] else ""
    return f"Step begun: {names.state(body['phase'])}{vote}"


def _closed(body: Body, names: Names) -> str:
    count = body["count"]
    numbers = (
        f"{_number(count['answered'], 'practice')} of {count['on_roll']} answered"
        if "answered" in count
        else f"{count.get('returned', 0)} of {count.get('on_roll', 0)} practices returned a vote"
    )
    asked = f", question {body['question']}" if body.get("question") not in {None, "main"} else ""
    step, at = names.state(body["phase"]), names.instant(body["closed_at"])
    return f"Step closed: {step}{asked}, as of {at}; {numbers}"


def _set(body: Body, names: Names) -> str:
    return f"Deadline set: {_spoken(body['name'])}, {names.instant(body['due_at'])}"


def _extended(body: Body, names: Names) -> str:
    by = "by the rules" if body["automatic"] else "by staff"
    days = _number(body["working_days"], "working day")
    return f"Extended {by} by {days}: {body['because']} It was due {names.instant(body['was'])}"


def _recomputed(body: Body, names: Names) -> str:
    was, due = names.instant(body["was"]), names.instant(body["due_at"])
    return f"Deadline moved by a holiday announced later: from {was} to {due}"


def _declared(body: Body, names: Names) -> str:
    sentences = names.sentences(tuple(body["sentences"]))
    return " ".join((f"Outcome declared: {_spoken(body['result'])}.", *sentences))


def _override(body: Body, _: Names) -> str:
    way = "to a lower route, by two persons" if body["lower"] else "to a higher route"
    return f"Staff sent it {way}: from {body['was']} to {body['route']}"


def _meeting(body: Body, _: Names) -> str:
    day = plain_day(date.fromisoformat(body["held_on"]))
    present = _number(len(body["attended"]), "practice")
    return f"Meeting {body['meeting']} of {day} put on record: {present} present"


def _vote(body: Body, names: Names) -> str:
    by_hand = f", by hand from meeting {body['meeting']}" if body.get("meeting") else ""
    asked = f" on {body['question']}" if body["question"] != "main" else ""
    return f"{names.practice(body)} voted{asked}{by_hand}"


def _changed(body: Body, names: Names) -> str:
    return _vote(body, names).replace(" voted", " changed its vote", 1)


def _acted(body: Body, _: Names) -> str:
    return f"{sentence(body_words(body['body']))}: {_spoken(body['result'])}"


def _ruled(body: Body, names: Names) -> str:
    ruling = RULINGS.get(body["ruling"], _spoken(body["ruling"]))
    return f"Ruled on the interest of {names.practice(body)}: {ruling}"


def _intended(body: Body, _: Names) -> str:
    people = _number(body["count"], "person", "people")
    return f"Letters owed: {letter_words(body['letter'])}, to {people}"


def _unreached(body: Body, names: Names) -> str:
    people = _number(body["next"], "other person", "other people")
    then = f"{people} there are written to" if body["next"] else "somebody has to ring"
    return f"No letter has reached {names.practice(body)}: {then}"


def _charged(body: Body, _: Names) -> str:
    return f"Charged to the allowance of {body['year']}: £{body['money_gbp']:,}"


def _reversed(body: Body, _: Names) -> str:
    return f"Given back to the allowance of {body['year']}: {_spoken(body['because'])}"


def _queried(body: Body, names: Names) -> str:
    due = names.instant(body["due_at"])
    return f"Query no. {body['query']} about what was charged; an answer is due by {due}"


def _erased(body: Body, _: Names) -> str:
    values = _number(1 + len(body.get("also", ())), "value")
    return f"{values} erased for good; the ground: {_spoken(body['basis'])}"


def _ordered(body: Body, names: Names) -> str:
    return f"The vote is to be held once more, after: {names.state(body['after'])}"


SAYS: Mapping[str, Callable[[Body, Names], str]] = {
    "roll.frozen": _roll,
    "decision.opened": lambda _b, _n: "Opened, and put to practices",
    "decision.classified": _classified,
    "decision.routed": _routed,
    "lmc.recorded": lambda _b, _n: "The view of the local medical committee (LMC) put on record",
    "phase.opened": _opened,
    "phase.closed": _closed,
    "deadline.set": _set,
    "deadline.extended": _extended,
    "deadline.recomputed": _recomputed,
    "outcome.declared": _declared,
    "override": _override,
    "revote.ordered": _ordered,
    "ballot.changed": lambda body, _n: f"The ballot became less: {body['because']}",
    "meeting.recorded": _meeting,
    "act.proposed": lambda body, _n: f"One of two persons asked for: {_spoken(body['act'])}",
    "body.acted": _acted,
    "interest.declared": lambda body, names: (
        f"{names.practice(body)} declared an interest: {body['kind']}"
    ),
    "interest.ruled": _ruled,
    "comment.received": lambda body, names: f"{names.practice(body)} commented",
    "comment.answered": lambda body, names: (
        f"The comment of {names.practice(body)} (leaf {body['comment']}): {body['disposition']}"
    ),
    "vote.cast": _vote,
    "vote.changed": _changed,
    "vote.rejected": lambda body, names: f"A vote of {names.practice(body)} came too late",
    "call_in.requested": lambda body, names: f"{names.practice(body)} called the decision in",
    "challenge.raised": lambda body, names: f"{names.practice(body)} challenged the outcome",
    "allowance.charged": _charged,
    "allowance.reversed": _reversed,
    "allowance.queried": _queried,
    "allowance.answered": lambda body, _n: f"Query no. {body['query']} was answered",
    "erasure.performed": _erased,
    "mail.intent": _intended,
    "link.issued": lambda body, names: f"A link was issued to a person of {names.practice(body)}",
    "practice.unreached": _unreached,
    "practice.reached": lambda body, names: f"{names.practice(body)} was told by {body['how']}",
    "link.revoked": lambda body, names: (
        f"A link of {names.practice(body)} was revoked: {body['because']}"
    ),
}
"""A sentence for every kind of leaf that names a decision."""

"""The deadline that a letter brings as a file for the reader's calendar.

There is one entry for a decision, in every practice's calendar the same: the time by which
practices are asked to do something. It moves with each letter that tells of another time, and goes
with the letter that says nothing is asked any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.definition import Open
from engine.trail import instant_from_text
from notifications.calendar_files import Entry, Organiser, calendar_file, sequence_at, uid_of
from notifications.material import ANNOUNCE, END, Material
from storage.mailings import OwedMailing

FILE = "deadline.ics"

CLOSES: Mapping[Open, str] = {Open.VOTES: "Vote closes", Open.COMMENTS: "Comments close"}
"""What happens at the end of a state that is open for practices."""

_NO_LINK = "Open it from the letter of {house}; this entry holds no link, so it can be shared."


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What practices are asked about, and the body that asks."""

    reference: str
    title: str
    opened_at: datetime
    house: str


def deadline_file(mailing: OwedMailing, material: Material, sender: Organiser) -> dict[str, str]:
    """The file by its name, for a letter to practices that tells of a time or calls it off."""
    told = _told(mailing, material) if mailing.practices else None
    if told is None:
        return {}
    due, what = told
    matter = Matter(
        reference=mailing.decision,
        title=material.paper.title,
        opened_at=material.case.decision.opened_at,
        house=sender.name,
    )
    words = material.case.calendar.words_with_zone(due)
    return {FILE: calendar_file((deadline_entry(matter, due, words, what, mailing.at),), sender)}


def _told(mailing: OwedMailing, material: Material) -> tuple[datetime, str] | None:
    """The time, and what happens then; no words where it is called off, None where none is told."""
    if mailing.letter in ANNOUNCE and "due_at" in mailing.context:
        state = material.case.machinery.workflow.states.get(mailing.context.get("state", ""))
        what = CLOSES.get(state.open_for) if state is not None else None
        return None if what is None else (instant_from_text(mailing.context["due_at"]), what)
    if mailing.letter in END and material.announced is not None:
        return material.announced, ""
    return None


def deadline_entry(
    matter: Matter, due_at: datetime, due_words: str, what: str, told_at: datetime
) -> Entry:
    """The one entry of a decision, as it is told at this time; called off where `what` is empty."""
    off = f"Nothing is asked of practices any more; it was due at {due_words}."
    on = f"{what} at {due_words}. {_NO_LINK.format(house=matter.house)}"
    return Entry(
        uid=uid_of(matter.reference, matter.opened_at),
        due_at=due_at,
        told_at=told_at,
        sequence=sequence_at(matter.opened_at, told_at),
        summary=f"{what or 'Called off'}: {matter.title} ({matter.reference})",
        description=on if what else off,
        cancelled=not what,
    )

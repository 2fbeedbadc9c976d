"""The deadline that a letter brings as a file for the reader's calendar.

There is one entry for a decision, in every practice's calendar the same: the time by which
practices are asked to do something. It moves with each letter that tells of another time, and goes
with the letter that says nothing is asked any more.
"""

from collections.abc import Mapping
from datetime import datetime

from engine.definition import Open, State
from engine.trail import instant_from_text
from notifications.calendar_files import Entry, Organiser, calendar_file, sequence_at, uid_of
from notifications.material import ANNOUNCE, END, Material
from storage.mailings import OwedMailing

FILE = "deadline.ics"

CLOSES: Mapping[Open, str] = {Open.VOTES: "Vote closes", Open.COMMENTS: "Comments close"}
"""What happens at the end of a state that is open for practices."""

_NO_LINK = "Open it from the letter of {house}; this entry holds no link, so it can be shared."


def deadline_file(mailing: OwedMailing, material: Material, sender: Organiser) -> dict[str, str]:
    """The file by its name, for a letter to practices that tells of a time or calls it off."""
    entry = _entry(mailing, material, sender.name)
    return {} if entry is None else {FILE: calendar_file((entry,), sender)}


def _entry(mailing: OwedMailing, material: Material, house: str) -> Entry | None:
    if not mailing.practices:
        return None
    if mailing.letter in ANNOUNCE and "due_at" in mailing.context:
        state = material.case.machinery.workflow.states.get(mailing.context.get("state", ""))
        if state is None or state.open_for not in CLOSES:
            return None
        return _told(mailing, material, house, state, instant_from_text(mailing.context["due_at"]))
    if mailing.letter in END and material.announced is not None:
        return _told(mailing, material, house, None, material.announced)
    return None


def _told(
    mailing: OwedMailing, material: Material, house: str, state: State | None, due: datetime
) -> Entry:
    """The entry as this letter tells it; without a state it is called off."""
    opened = material.case.decision.opened_at
    words = material.case.calendar.words_with_zone(due)
    what = CLOSES[state.open_for] if state else "Called off"
    return Entry(
        uid=uid_of(mailing.decision, opened),
        due_at=due,
        told_at=mailing.at,
        sequence=sequence_at(opened, mailing.at),
        summary=f"{what}: {material.paper.title} ({mailing.decision})",
        description=(
            f"{what} at {words}. {_NO_LINK.format(house=house)}"
            if state
            else f"Nothing is asked of practices any more; it was due at {words}."
        ),
        cancelled=state is None,
    )

"""Whom a decision's next reminder goes to, and why each other practice gets none.

Nothing is worked out here a second time: the rules are asked what they would owe at that moment,
and the roll who that is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.commands import Remind, Scope
from engine.deadlines import remind
from engine.escalation import readers
from engine.events import MailIntended
from engine.reminding import whom_to_remind
from storage.database import Reading
from storage.decisions import load_decision
from storage.intake import spoken_name
from storage.keys import Keys
from storage.library import Library
from storage.links import live_generations
from storage.register import Contact, contacts, led_localities, written_to
from storage.wakes import next_reminder
from workflows.instants import instant_json


def next_audience(
    reading: Reading, keys: Keys, library: Library, reference: str, now: datetime
) -> dict[str, Any]:
    """The letters of the next reminder, as plain values. Raises `NoSuchDecision`.

    `at` is None where no reminder is to come: then nobody is written to, and each practice's
    reason is what holds now. A reminder whose moment has passed without a sweep goes now.
    """
    case = library.case(reading, load_decision(reading, keys, reference, Scope.TURNOUT))
    moment, due = next_reminder(reading, reference), case.decision.waiting
    at = None if moment is None else max(moment, now)
    owed: list[MailIntended] = []
    if at is not None and due is not None:
        ruling = remind(case, Remind(due.name, led_localities(reading)), at)
        owed = [event for event in ruling.events if isinstance(event, MailIntended)]
    reminder = next((mail for mail in owed if mail.letter == "reminder"), None)
    chosen = reminder.to.practices if reminder else ()
    others = whom_to_remind(case, at or now).others
    return {
        "reference": reference,
        "letter": "reminder",
        "at": instant_json(at) if at else None,
        "audience": reminder.audience if reminder else None,
        "letters": reminder.count if reminder else 0,
        "to": _to(reading, case, chosen, reminder.to.rung if reminder else ""),
        "not": [{**_practice(case, code), "why": why} for code, why in others.items()],
        "beside": [_beside(reading, mail) for mail in owed if mail is not reminder],
    }


def _to(
    reading: Reading, case: Case, practices: tuple[str, ...], rung: str
) -> list[dict[str, Any]]:
    lines = case.roll.by_practice
    found = {code: readers(lines[code], rung) for code in practices}
    persons = [person.person for people in found.values() for person in people]
    known = contacts(reading, persons)
    live = live_generations(reading, case.decision.reference, persons)
    return [
        {
            **_practice(case, code),
            "people": [
                {
                    "name": _name(known, person.person),
                    "role": person.role,
                    "link": (code, person.person) in live,
                }
                for person in people
            ],
        }
        for code, people in found.items()
    ]


def _name(known: Mapping[str, Contact], person: str) -> str:
    contact = known.get(person)
    return contact.name if contact else "(no longer in the register)"


def _practice(case: Case, code: str) -> dict[str, str]:
    return {"practice": code, "name": spoken_name(case.roll.by_practice[code].name)}


def _beside(reading: Reading, mail: MailIntended) -> dict[str, Any]:
    held = written_to(reading, mail.to.role or "", mail.to.locality)
    return {
        "letter": mail.letter,
        "role": mail.to.role,
        "locality": mail.to.locality or None,
        "people": [contact.name for contact in held],
        "practices": list(mail.context["silent"]),
    }

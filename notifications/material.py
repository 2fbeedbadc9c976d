"""Everything a mailing's letters are written from, loaded once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.commands import Scope
from engine.paper import Paper
from storage.database import Reading
from storage.decisions import load_decision, read_outcome_words, read_paper
from storage.keys import Keys
from storage.library import Library
from storage.links import live_generations
from storage.moments import moments_of
from storage.openings import read_openings
from storage.outbox import OwedMailing
from storage.register import Contact, contacts


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """What a receipt tells of: the leaf, what it holds, and who gave it."""

    leaf: int
    question: str | None  # None for a comment
    text: str  # the choice, or the comment
    person: str
    name: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Material:
    """A decision as its letters tell of it. `generations` are those of live links."""

    case: Case
    paper: Paper
    statement: str | None
    reason: str | None
    people: Mapping[str, Contact]
    generations: Mapping[tuple[str, str], int]
    answers: tuple[RecordedAnswer, ...]


def load_material(reading: Reading, keys: Keys, library: Library, mailing: OwedMailing) -> Material:
    """Load what this mailing's letters need."""
    decision = load_decision(reading, keys, mailing.decision, Scope.TURNOUT)
    case = library.case(reading, decision)
    lines = [case.roll.by_practice[code] for code in mailing.practices]
    persons = [person.person for line in lines for person in line.persons]
    answers = _answers(reading, keys, mailing.context)
    known = contacts(reading, {*persons, *(answer.person for answer in answers)})
    statement, reason = read_outcome_words(reading, keys, mailing.decision)
    return Material(
        case=case,
        paper=read_paper(reading, keys, mailing.decision),
        statement=statement,
        reason=reason,
        people=known,
        generations=live_generations(reading, mailing.decision, persons),
        answers=answers,
    )


def _answers(
    reading: Reading, keys: Keys, context: Mapping[str, Any]
) -> tuple[RecordedAnswer, ...]:
    """Open the leaves that a receipt names. An erased one is left out."""
    leaves: list[int] = context.get("leaves", [])
    questions = dict(zip(leaves, context.get("questions", []), strict=True))
    fields = ("choice", "text", "by")
    opened = read_openings(reading, keys, [(n, field) for n in leaves for field in fields])
    moments = moments_of(reading, leaves)
    return tuple(
        RecordedAnswer(
            leaf=n,
            question=questions[n],
            text=opened.get((n, "choice")) or opened.get((n, "text"), ""),
            person=opened[n, "by"]["person"],
            name=opened[n, "by"]["name"],
            role=opened[n, "by"]["role"],
            at=moments[n],
        )
        for n in leaves
        if (n, "by") in opened
    )

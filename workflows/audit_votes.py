"""What practices voted, once it is closed: the numbers as filed, and each practice's vote."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.case import Case
from engine.trail import instant_from_text
from storage.decisions import ERASED
from storage.intake.names import spoken_name
from storage.told import Told
from workflows import audit


def has_open_vote(case: Case, course: Sequence[Told]) -> bool:
    """Whether votes are on record that are not closed yet: they are shut, and that is said."""
    closed = {told.body["round"] for told in course if _closes_a_vote(told)}
    return case.decision.round not in {0, *closed}


def _closes_a_vote(told: Told) -> bool:
    return told.type == "phase.closed" and told.body.get("question") is not None


def votes(case: Case, course: Sequence[Told]) -> Iterator[audit.Vote]:
    """Every vote that was closed, by its round and question, in the order of closing."""
    for closing in filter(_closes_a_vote, course):
        body = closing.body
        place = (body["round"], body["question"])
        yield audit.Vote(
            *place,
            closed=case.calendar.words(instant_from_text(body["closed_at"])),
            leaf=closing.leaf,
            numbers=tuple(_numbers(body["count"])),
            ballots=tuple(_ballots(case, _standing(course, place, closing.leaf))),
        )


def _standing(course: Sequence[Told], place: tuple[int, str], before: int) -> Mapping[str, Told]:
    """The last vote of each practice in this round before the close."""
    return {
        told.body["practice"]: told
        for told in course
        if told.type in {"vote.cast", "vote.changed"}
        and (told.body["round"], told.body["question"]) == place
        and told.leaf < before
    }


def _ballots(case: Case, standing: Mapping[str, Told]) -> Iterator[audit.Ballot]:
    for line in case.roll.lines:
        told, name = standing.get(line.practice), spoken_name(line.name)
        if told is None:
            yield audit.Ballot(line.practice, name, "")
            continue
        yield audit.Ballot(
            practice=line.practice,
            name=name,
            choice=told.words.get("choice", ERASED),
            by=(told.words.get("by") or {}).get("name", ERASED),
            when=case.calendar.words(told.at),
            leaf=told.leaf,
            meeting=told.body.get("meeting") or "",
        )


COUNTED = {
    "on_roll": "Practices on the roll",
    "returned": "Returned a vote",
    "votes_cast": "Votes cast, for and against",
    "for": "For",
    "against": "Against",
    "abstain": "Abstained",
}


def _numbers(count: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The count as it was filed: the numbers, then the quorum and what was needed to carry."""
    for key, called in COUNTED.items():
        if isinstance(count.get(key), int):
            yield called, f"{count[key]:,}"
    for option, number in (count.get("options") or {}).items():
        if option not in COUNTED and isinstance(number, int):
            yield option, f"{number:,}"
    for key, called in (("quorum", "Quorum"), ("threshold", "Needed to carry")):
        if isinstance(count.get(key), Mapping):
            yield called, _test(count[key])


def _test(test: Mapping[str, Any]) -> str:
    asked = "more than" if test["more_than"] else "at least"
    met = "met" if test["met"] else "not met"
    needed = f"{asked} {test['needed_percent']}% of {test['base']}"
    return f"{test['reached']:,} of {test['of']:,}; {needed} was needed: {met}"

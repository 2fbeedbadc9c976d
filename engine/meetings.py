"""Meetings beside the link: who was present, what was said, and votes entered from the minutes.

A vote by hand counts as one by link does, and is open to the same correction. So that nobody can be
outvoted in silence it never takes the place of an answer, leaves the practice a working day in
which to correct it, and every contact of the practice gets a receipt.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from engine import events
from engine.case import Case
from engine.commands import HandVote, RecordMeeting
from engine.decision import Decision
from engine.definition import Open
from engine.event import Event
from engine.people import PRACTICE_ROLES, By
from engine.refusals import NeedsReason, NoSuchAct, NotByHand
from engine.roll import RollLine
from engine.two_persons import actor_value
from engine.working_days import MONTHS

BY_HAND = "By hand "
"""How the name under a vote by hand begins; where it comes from follows."""

ROLE = "meeting"
"""What stands in the place of the role that a person types."""

LEAST_NOTICE = 1
"""Working days that must be left before the close, as letters count them: today does not count."""


def record_meeting(case: Case, command: RecordMeeting, now: datetime) -> Iterator[Event]:
    """Put a meeting on record, with all of its votes or none of it."""
    _require_meeting(case, command, now)
    _require_votes(case, command, now)
    name = f"M{len(case.decision.meetings) + 1}"
    yield events.MeetingRecorded(
        decision=case.decision.reference,
        meeting=name,
        held_on=command.held_on.isoformat(),
        attended=tuple(dict.fromkeys(command.attended)),
        place=command.place,
        minute=command.minute,
        views=command.views or None,
        by=actor_value(command.actor),
    )
    for vote in command.votes:
        yield _cast(case, command, vote, name)


def plain_day(day: date) -> str:
    """A day in words, without its weekday: `3 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def source_of(name: str) -> str:
    """Where a vote by hand comes from: `at the meeting on 3 November 2026, minute 4.2`."""
    return name.removeprefix(BY_HAND)


def said_of_hand(decision: Decision) -> tuple[str, ...]:
    """How many of the answers counted came by hand; nothing where none did."""
    counted = {c: name for c, name in decision.by_hand.items() if c not in decision.excluded}
    if not counted:
        return ()
    meetings = len(set(counted.values()))
    where = "a meeting" if meetings == 1 else f"{meetings} meetings"
    were = "practice's answer was" if len(counted) == 1 else "practices' answers were"
    return (f"{len(counted)} {were} entered by hand from the minutes of {where}.",)


# --- what is refused ------------------------------------------------------------------------


def _require_meeting(case: Case, command: RecordMeeting, now: datetime) -> None:
    if not command.place.strip() or not command.minute.strip():
        raise NeedsReason(
            "Say where the meeting was held and which minute tells of it.",
            "Give `place` and `minute` in the file.",
        )
    if command.held_on > case.calendar.day_of(now):
        raise NoSuchAct(f"The meeting on {plain_day(command.held_on)} has not been held yet.")
    if not command.attended:
        raise NoSuchAct("Name the practices that were present, by ODS code.")
    strange = [code for code in command.attended if code not in case.roll.by_practice]
    if strange:
        raise NoSuchAct(f"{_listed(strange)}: not on the roll of {case.decision.reference}.")


def _require_votes(case: Case, command: RecordMeeting, now: datetime) -> None:
    """Refuse the whole file for any vote in it that cannot stand, each practice named."""
    if not command.votes:
        return
    _require_open(case, command, now)
    reasons = dict[str, list[str]]()
    for practice in dict.fromkeys(vote.practice for vote in command.votes):
        for reason in _reasons(case, command, practice):
            reasons.setdefault(reason, []).append(practice)
    if reasons:
        told = (f"{_listed(practices)}: {reason}." for reason, practices in reasons.items())
        raise NotByHand(f"No vote was entered. {' '.join(told)}")


def _require_open(case: Case, command: RecordMeeting, now: datetime) -> None:
    decision, due = case.decision, case.decision.waiting
    if case.state.open_for is not Open.VOTES or due is None or decision.outcome is not None:
        raise NotByHand("No vote is open, so none can be entered by hand.")
    today, close = case.calendar.day_of(now), case.calendar.day_of(due.due_at)
    if due.due_at <= now or case.calendar.working_days_between(today, close) < LEAST_NOTICE:
        raise NotByHand(
            f"The vote closes at {case.calendar.words(due.due_at)}: less than a working day is "
            "left, so practices could not correct what is entered for them."
        )
    if decision.entered_at and command.held_on < case.calendar.day_of(decision.entered_at):
        raise NotByHand(
            f"The meeting on {plain_day(command.held_on)} was held before this vote opened, so "
            "nobody can have voted at it."
        )


def _reasons(case: Case, command: RecordMeeting, practice: str) -> Iterator[str]:
    """Everything that keeps this practice's vote from being entered."""
    line = case.roll.by_practice.get(practice)
    if line is None:
        yield "not on the roll"
        return
    if practice not in command.attended:
        yield "not among those present"
    if practice in case.decision.answered:
        yield "answered already, and a vote by hand never takes the place of an answer"
    if practice in case.decision.excluded:
        yield "an interest was ruled to keep it from voting"
    if _voter(line, command) is None:
        yield "nobody has a link that may cast its vote, so nobody could correct it"
    yield from _ballot_reasons(case.decision.ballot, command, practice)


def _ballot_reasons(
    ballot: Mapping[str, tuple[str, ...]], command: RecordMeeting, practice: str
) -> Iterator[str]:
    """A practice answers every question once, with one of its options: as it would by link."""
    votes = [vote for vote in command.votes if vote.practice == practice]
    answered = [_question(ballot, vote) for vote in votes]
    if sorted(answered) != sorted(ballot):
        yield f"one answer is needed to each of {_listed(ballot)}"
    for vote, question in zip(votes, answered, strict=True):
        if question in ballot and vote.choice not in ballot[question]:
            yield f"{vote.choice!r} is none of {_listed(ballot[question])}"


def _question(ballot: Mapping[str, tuple[str, ...]], vote: HandVote) -> str:
    return next(iter(ballot)) if len(ballot) == 1 and not vote.question else vote.question


# --- what is entered ------------------------------------------------------------------------


def _cast(case: Case, command: RecordMeeting, vote: HandVote, meeting: str) -> events.VoteCast:
    """The answer, under the key of the first person who could have given it by link."""
    voter = _voter(case.roll.by_practice[vote.practice], command)
    source = f"at the meeting on {plain_day(command.held_on)}, minute {command.minute}"
    return events.VoteCast(
        decision=case.decision.reference,
        question=_question(case.decision.ballot, vote),
        practice=vote.practice,
        round=case.decision.round,
        choice=vote.choice,
        by=By(voter or "", f"{BY_HAND}{source}", ROLE),
        meeting=meeting,
    )


def _voter(line: RollLine, command: RecordMeeting) -> str | None:
    """The first person of a practice who may cast its vote, the lead before the deputy.

    The roll is fixed, and people leave: whoever holds no link any more could correct nothing.
    """
    ranked = sorted(line.persons, key=lambda person: PRACTICE_ROLES.index(person.role))
    for person in ranked:
        live = command.voters is not None and (line.practice, person.person) in command.voters
        if live or (command.voters is None and person.may_cast):
            return person.person
    return None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)

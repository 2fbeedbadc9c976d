"""Receipts: every contact of a practice hears what was recorded in its name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine import events
from engine.case import Case
from engine.event import Event, plain
from engine.events import Audience
from engine.mailing import mail

Sent = events.VoteCast | events.CommentReceived | events.CallInRequested | events.ChallengeRaised

ASKED: Mapping[str, str] = {"call_in.requested": "call-in", "challenge.raised": "challenge"}
"""What a practice may ask for beside its answer, by the leaf's type."""


def receipts(
    case: Case, filed: Iterable[tuple[Event, int]], now: datetime
) -> Iterator[events.MailIntended]:
    """One receipt a practice for all that came from it in one commit."""
    sent: dict[str, list[tuple[Sent, int]]] = {}
    for event, leaf in filed:
        if isinstance(event, Sent):
            sent.setdefault(event.practice, []).append((event, leaf))
    for practice, held in sent.items():
        yield mail(case, "receipt", Audience((practice,)), _context(case, held, now))


def _context(case: Case, held: Sequence[tuple[Sent, int]], now: datetime) -> dict[str, Any]:
    """What was recorded: each leaf with the question it answers, null where it answers none.

    `meeting` and `asked` mark a receipt that gives way to no later one.
    """
    due = _due(case, now)
    votes = [event for event, _ in held if isinstance(event, events.VoteCast)]
    by_hand = next((vote.meeting for vote in votes if vote.meeting), None)
    asked = next((ASKED[event.type] for event, _ in held if event.type in ASKED), None)
    return {
        "leaves": [leaf for _, leaf in held],
        "questions": [getattr(event, "question", None) for event, _ in held],
        "changed": any(isinstance(vote, events.VoteChanged) for vote in votes),
        **({"meeting": by_hand} if by_hand else {}),
        **({"asked": asked} if asked else {}),
        "state": case.decision.state,
        "due_at": plain(due) if due else None,
    }


def _due(case: Case, now: datetime) -> datetime | None:
    """When the present step ends; one that begins in this commit has no deadline set yet."""
    if case.decision.waiting is not None:
        return case.decision.waiting.due_at
    rule = case.state.deadline
    return case.calendar.due(now, rule.after) if rule else None

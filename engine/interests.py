"""Conflicts of interest: declared at any time, ruled on, and what a ruling does to the vote.

NHS Act 2006, section 14O; the four kinds are NHS England's of 2017.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import DeclareInterest, RuleInterest
from engine.decision import NO_VOTE
from engine.definition import Open
from engine.event import Event
from engine.refusals import NeedsReason, NoSuchAct
from engine.two_persons import actor_value, second_word

KINDS = ("financial", "professional", "personal", "indirect")
"""Financial; non-financial professional; non-financial personal; through a close association."""

RULINGS: Mapping[str, str] = {
    "noted": "it is noted, and the practice votes as any other",
    "no_vote": "the practice may comment but not vote",
    "excluded": "the practice takes no part",
}
"""What may be ruled, the lightest first, and what it means."""


def possible(case: Case) -> tuple[str, ...]:
    """The acts on interests that are possible now."""
    unruled = any(not held.ruling for held in case.decision.interests.values())
    return ("declare-interest", "rule-interest") if unruled else ("declare-interest",)


def declare_interest(case: Case, command: DeclareInterest, now: datetime) -> Iterator[Event]:  # noqa: ARG001
    """Put a practice's interest on record; it waits for a ruling."""
    _require_on_roll(case, command.practice)
    if command.kind not in KINDS:
        raise NoSuchAct(f"An interest is {', '.join(KINDS)}, not {command.kind!r}.")
    if not command.text.strip():
        raise NeedsReason("Say what the interest is.")
    yield events.InterestDeclared(
        decision=case.decision.reference,
        practice=command.practice,
        kind=command.kind,
        text=command.text,
        by=actor_value(command.actor),
    )


def rule_interest(case: Case, command: RuleInterest, now: datetime) -> Iterator[Event]:
    """Rule on it. Nobody alone may take a practice's vote; nobody may once the vote is over.

    Then an interest may still be noted, for a body may have to act that waits for a ruling.
    """
    if command.practice not in case.decision.interests:
        raise NoSuchAct(f"{command.practice} has declared no interest in this.")
    if command.ruling not in RULINGS:
        raise NoSuchAct(f"A ruling is {', '.join(RULINGS)}, not {command.ruling!r}.")
    if not command.reason.strip():
        raise NeedsReason
    due = case.decision.waiting
    over = case.state.open_for is Open.VOTES and due is not None and due.due_at <= now
    moves_votes = command.ruling in NO_VOTE or command.practice in case.decision.excluded
    if moves_votes and (over or case.decision.outcome is not None):
        raise NoSuchAct("The vote is over; who could vote in it cannot be changed any more.")
    if command.ruling in NO_VOTE:
        terms = {"practice": command.practice, "ruling": command.ruling}
        proposal = second_word(case, command.actor, "rule-interest", terms, command.reason)
        if proposal is not None:
            yield proposal
            return
    yield events.InterestRuled(
        decision=case.decision.reference,
        practice=command.practice,
        ruling=command.ruling,
        reason=command.reason,
        by=actor_value(command.actor),
    )


def _require_on_roll(case: Case, practice: str) -> None:
    if practice not in case.roll.by_practice:
        raise NoSuchAct(f"{practice} is not on the roll of {case.decision.reference}.")

"""Conflicts of interest: declared at any time, ruled on, and what a ruling does to the vote.

NHS Act 2006, section 14O; the four kinds are NHS England's of 2017.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import DeclareInterest, RuleInterest
from engine.decision import NO_VOTE
from engine.definition import Open
from engine.event import Event
from engine.refusals import NeedsReason, NoSuchAct
from engine.two_persons import actor_value, second_hash, second_word

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
    return ("declare-interest", *to_rule(case))


def to_rule(case: Case) -> tuple[str, ...]:
    """The act of ruling, where an interest waits for it."""
    unruled = any(not held.ruling for held in case.decision.interests.values())
    return ("rule-interest",) if unruled else ()


def declare_interest(case: Case, command: DeclareInterest, now: datetime) -> Iterator[Event]:  # noqa: ARG001
    """Put a practice's interest on record; it waits for a ruling."""
    _require_on_roll(case, command.practice)
    if command.kind not in KINDS:
        says = f"An interest is {_one_of(KINDS)}{_not(command.kind)}."
        raise NoSuchAct(says, f"Add --kind {'|'.join(KINDS)}.")
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
    """Rule on it. Nobody alone may take a practice's vote or give it back.

    Once the vote is over nobody may at all; what was not ruled on by then may still be noted.
    """
    held = case.decision.interests.get(command.practice)
    if held is None:
        says = f"{command.practice or 'The practice'} has declared no interest in this."
        raise NoSuchAct(says, "Record it first: declare-interest --practice CODE.")
    if command.ruling not in RULINGS:
        says = f"A ruling is {_one_of(RULINGS)}{_not(command.ruling)}."
        raise NoSuchAct(says, f"Add --ruling {'|'.join(RULINGS)}.")
    if not command.reason.strip():
        raise NeedsReason
    takes_two = bool({held.ruling, command.ruling} & NO_VOTE)
    if takes_two:
        if _is_over(case, now):
            says = "The vote is over; who could vote in it cannot be changed any more."
            raise NoSuchAct(says, "What was not ruled on by then can still be `noted`.")
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
        person_hash=second_hash(case, command.actor) if takes_two else None,
    )


def _one_of(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


def _not(given: str) -> str:
    return f", not {given!r}" if given else ""


def _is_over(case: Case, now: datetime) -> bool:
    """Whether the vote is over, counted or not yet."""
    due = case.decision.waiting
    over = case.state.open_for is Open.VOTES and due is not None and due.due_at <= now
    return over or case.decision.outcome is not None


def _require_on_roll(case: Case, practice: str) -> None:
    if practice not in case.roll.by_practice:
        says = f"{practice or 'The practice'} is not on the roll of {case.decision.reference}."
        raise NoSuchAct(says, "Add --practice with the code of one that is.")

"""What the secretariat does to a running decision by itself."""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.accounts import require_answers
from engine.case import Case
from engine.commands import Conclude, DropQuestion, RecordLmc, Withdraw
from engine.entering import Words, enter
from engine.event import Event
from engine.moving import move_for, require_time
from engine.refusals import NeedsLmc, NeedsReason, NoSuchAct
from engine.statement import require_statement
from engine.two_persons import actor_value


def withdraw(case: Case, command: Withdraw, now: datetime) -> Iterator[Event]:
    """End it without an outcome; a vote that is over is counted before anything else happens."""
    if not command.reason.strip():
        raise NeedsReason
    move = move_for(case, "withdraw")
    require_time(case, now)
    words = Words(reason=command.reason, by=actor_value(command.actor))
    yield from enter(case, move.to, {}, words)


def conclude(case: Case, command: Conclude, now: datetime) -> Iterator[Event]:
    """End a consultation with the outcome statement, once every comment has its answer."""
    move = move_for(case, "conclude")
    require_time(case, now)
    require_statement(command.statement, commented=bool(case.decision.accounts))
    require_lmc(case)
    require_answers(case)
    words = Words(statement=command.statement, by=actor_value(command.actor))
    yield from enter(case, move.to, {}, words)


def require_lmc(case: Case) -> None:
    """Refuse what waits for the local medical committee, where the decision involves it."""
    if "lmc" in case.decision.involve and not case.decision.lmc_heard:
        raise NeedsLmc


def record_lmc(case: Case, command: RecordLmc, now: datetime) -> Iterator[Event]:  # noqa: ARG001
    """Put the local medical committee's view on record."""
    if not command.view.strip():
        raise NeedsReason("The local medical committee's view is missing.")
    yield events.LmcRecorded(
        decision=case.decision.reference, view=command.view, by=actor_value(command.actor)
    )


def may_drop(case: Case) -> bool:
    """Whether one of several proposals may still be taken off: before any vote, act or outcome."""
    decision = case.decision
    early = decision.round == 0 and decision.outcome is None and not decision.acts
    return early and len(decision.ballot) > 1


def drop_question(case: Case, command: DropQuestion, now: datetime) -> Iterator[Event]:
    """Take a proposal off; the others go on as they are."""
    ballot = case.decision.ballot
    if not may_drop(case):
        raise NoSuchAct("One of several proposals may be taken off before the vote opens.")
    require_time(case, now)
    if command.question not in ballot:
        says = f"No question {command.question!r}; there are {', '.join(ballot)}."
        raise NoSuchAct(says, f"Add --question {'|'.join(ballot)}.")
    if not command.reason.strip():
        raise NeedsReason
    yield events.BallotChanged(
        decision=case.decision.reference,
        ballot={name: options for name, options in ballot.items() if name != command.question},
        because=f"The proposal {command.question!r} was taken off the paper.",
        reason=command.reason,
        by=actor_value(command.actor),
    )

"""Acts of bodies beside the practices: committees, urgent powers, NHS England, a lay decision.

Their acts never stand in for the members' vote, nor it for theirs: each is a record of its own.
"""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import Act, Revote
from engine.definition import Move
from engine.entering import Words, enter
from engine.event import Event
from engine.follow_up import SECOND_LOOK
from engine.held import ABSTAIN
from engine.moving import move_for, require_time
from engine.refusals import (
    NeedsAgreement,
    NeedsReason,
    NeedsRecord,
    NeedsRuling,
    NoSuchAct,
)
from engine.resuming import resume
from engine.staff_acts import require_lmc
from engine.two_persons import actor_value

ACTS = ("approve", "refuse", "tie", "ratify", "settle", "uphold", "set_aside")
"""What a body may do, in the workflows' words."""

COMMITS = frozenset({"approve", "ratify"})
"""Acts that put a decision into effect: these wait for the LMC and for rulings on interests."""


def body_act(case: Case, command: Act, now: datetime) -> Iterator[Event]:
    """Put a body's act on record, and move on as the workflow says."""
    if command.name not in ACTS:  # a deadline is nobody's act, nor is what staff do by themselves
        raise NoSuchAct(f"{command.name!r} is no act of a body; there are {', '.join(ACTS)}.")
    move = move_for(case, command.name)
    require_time(case, now)
    if not command.record.strip():
        raise NeedsRecord
    _require_agreement(move, command)
    if command.name in COMMITS:
        _require_ready(case, move)
    _require_majority(command)
    words = Words(
        reason=command.reason or None,
        record=command.record,
        by=actor_value(command.actor),
        agreed=move.agree,
        votes=command.votes,
    )
    yield from resume(case, move.to, words) or enter(case, move.to, {}, words)


def _require_agreement(move: Move, command: Act) -> None:
    """Every role that has to agree, each by a person of its own."""
    if not _covered(move.agree, command.agreed):
        names = ", ".join(role.replace("_", " ") for role in move.agree)
        raise NeedsAgreement(f"These have to agree, each a person of their own: {names}.")


def _covered(roles: tuple[str, ...], people: tuple[frozenset[str], ...]) -> bool:
    if not roles:
        return True
    return any(
        roles[0] in held and _covered(roles[1:], people[:n] + people[n + 1 :])
        for n, held in enumerate(people)
    )


def _require_ready(case: Case, move: Move) -> None:
    if (
        not move.agree
    ):  # what is too urgent to ask first is told the LMC, and ratified with its view
        require_lmc(case)
    open_ = sorted(code for code, held in case.decision.interests.items() if not held.ruling)
    if open_:
        raise NeedsRuling(f"Nobody has ruled on the interest declared by {', '.join(open_)}.")


def _require_majority(command: Act) -> None:
    """Numbers within the body, where they are given, must bear out what it is said to have done."""
    if command.votes is None:
        return
    for_, against = command.votes
    fits = {"approve": for_ > against, "ratify": for_ > against, "refuse": for_ < against}
    fits["tie"] = for_ == against
    if not fits.get(command.name, True):
        raise NoSuchAct(
            f"{for_} for and {against} against is not {command.name!r}; "
            "an even split is recorded as `tie`, and goes on to whoever settles it."
        )


def may_revote(case: Case, now: datetime) -> bool:
    """Whether a vote may be ordered once more: once, within five working days of its outcome.

    A challenge of that outcome takes nobody's second vote: the days begin anew when it has ended.
    """
    decision = case.decision
    if "revote" not in case.machinery.workflow.acts_in(decision.state) or decision.round > 1:
        return False
    since = decision.entered_at
    return since is not None and now < case.calendar.due(since, SECOND_LOOK)


def revote(case: Case, command: Revote, now: datetime) -> Iterator[Event]:
    """Hold the vote once more: the same question, or the candidates who tied."""
    move = move_for(case, "revote")
    outcome = case.decision.outcome
    if outcome is None or not may_revote(case, now):
        raise NoSuchAct("A vote may be held once more, within 5 working days of its outcome.")
    if not command.reason.strip():
        raise NeedsReason
    yield events.RevoteOrdered(
        decision=case.decision.reference,
        after=outcome.result,
        reason=command.reason,
        by=actor_value(command.actor),
    )
    narrowed = _run_off(case)
    if narrowed != case.decision.ballot:
        yield events.BallotChanged(
            decision=case.decision.reference,
            ballot=narrowed,
            because="The run-off is among those who tied for the last seat.",
        )
    yield from enter(case, move.to, {})


def _run_off(case: Case) -> dict[str, tuple[str, ...]]:
    """The ballot once more; where candidates tied, only with them."""
    count = (case.decision.outcome.count if case.decision.outcome else None) or {}
    each = count.get("questions") or dict.fromkeys(case.decision.ballot, count)
    return {
        question: (*tied, ABSTAIN) if (tied := each.get(question, {}).get("tied")) else options
        for question, options in case.decision.ballot.items()
    }

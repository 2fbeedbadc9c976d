"""Drawing what stands beside the answer that a practice's page asks for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.case import Case
from engine.challenges import DISPUTE, challenge_ends, is_disputed
from engine.decision import Outcome
from engine.naming import body_words
from storage.decisions import ERASED
from storage.told import Told
from workflows.beside import (
    Asked,
    Barred,
    Beside,
    CallInOffer,
    ChallengeOffer,
    Deed,
    Dispute,
    Dropped,
    Request,
    Step,
    Turn,
)

ALL = 100  # per cent


def beside(
    case: Case,
    told: Sequence[Told],
    practice: str,
    now: datetime,
    asked: Mapping[str, str] | None = None,
) -> Beside:
    """What stands beside the answer, for this practice at this instant.

    `asked` are the questions of the paper in words, those included that are no longer put.
    """
    requests = tuple(_requests(told))
    return Beside(
        barred=_barred(case, told, practice),
        call_in=_call_in(case, practice, requests, now),
        challenge=_challenge(case, practice, requests, now),
        requests=requests,
        step=step_of(case, now),
        deeds=tuple(_deeds(told)),
        turns=tuple(_turns(told)),
        dropped=tuple(_dropped(told, asked or {})),
        again=_again(case, told),
        dispute=_dispute(case),
    )


def standing_outcome(case: Case) -> Outcome | None:
    """The outcome that stands: after a challenge that failed, the one that was held up."""
    outcome, held = case.decision.outcome, case.decision.held
    upheld = outcome is not None and held is not None and outcome.result == "upheld"
    return held.outcome if upheld and held is not None else outcome


_ASKED = {"call_in.requested": Asked.CALL_IN, "challenge.raised": Asked.CHALLENGE}


def _requests(told: Sequence[Told]) -> Iterator[Request]:
    for leaf in told:
        if leaf.type in _ASKED:
            by = leaf.words.get("by") or {}
            yield Request(
                asked=_ASKED[leaf.type],
                text=leaf.words.get("text", ERASED),
                name=by.get("name", ERASED),
                role=by.get("role", ""),
                at=leaf.at,
                leaf=leaf.leaf,
            )


def _newest(requests: Sequence[Request], asked: Asked) -> Request | None:
    return next((held for held in reversed(requests) if held.asked is asked), None)


def _barred(case: Case, told: Sequence[Told], practice: str) -> Barred | None:
    if practice not in case.decision.excluded:
        return None
    reasons = [leaf.words.get("reason", ERASED) for leaf in told if leaf.type == "interest.ruled"]
    return Barred(practice in case.decision.kept_out, reasons[-1] if reasons else ERASED)


def _call_in(
    case: Case, practice: str, requests: Sequence[Request], now: datetime
) -> CallInOffer | None:
    rule, due, decision = case.state.call_in, case.decision.waiting, case.decision
    closed = rule is None or due is None or now >= due.due_at
    if closed or decision.held is not None or practice in decision.kept_out:
        return None
    return CallInOffer(
        to=rule.to,  # type: ignore[union-attr] # closed tells
        count=len(decision.called_in),
        needed=-(-rule.percent * len(case.roll.lines) // ALL),  # type: ignore[union-attr]
        whole_locality=rule.whole_locality,  # type: ignore[union-attr]
        until=case.calendar.words_with_zone(due.due_at),  # type: ignore[union-attr]
        own=_newest(requests, Asked.CALL_IN) if practice in decision.called_in else None,
    )


def _challenge(
    case: Case, practice: str, requests: Sequence[Request], now: datetime
) -> ChallengeOffer | None:
    ends, decision = challenge_ends(case), case.decision
    in_time = ends is not None and now < ends
    if not in_time and not is_disputed(case):
        return None
    until = case.calendar.words_with_zone(ends) if ends is not None else ""
    raised = practice in decision.challengers
    hearing, otherwise = _hearing(case)
    own = _newest(requests, Asked.CHALLENGE) if raised else None
    return ChallengeOffer(until, hearing, otherwise, own)


def _hearing(case: Case) -> tuple[tuple[tuple[str, int], ...], str]:
    """Who looks at a challenge in turn while nobody settles it, and what then becomes of it."""
    workflow = case.machinery_of(case.decision.workflows[DISPUTE]).workflow
    state, steps = workflow.states[workflow.start], []
    while state.deadline is not None:
        steps.append((body_words(state.body or state.owner or ""), state.deadline.after))
        on = state.deadline.name
        passing = next(move for move in workflow.moves_from(state.name) if move.on == on)
        state = workflow.states[passing.to]
    return tuple(steps), state.title


def step_of(case: Case, now: datetime) -> Step | None:
    """The step of somebody beside the practices; None where practices or nobody has it."""
    due, who = case.decision.waiting, case.state.body or case.state.owner
    if due is None or who is None:
        return None
    return Step(
        who=body_words(who),
        by=case.calendar.words_with_zone(due.due_at),
        is_late=now >= due.due_at,
        otherwise=_otherwise(case, due.name),
    )


def _otherwise(case: Case, deadline: str) -> str:
    """Where the decision ends if the deadline passes; nothing where it goes on from there."""
    states = case.machinery.workflow.states
    moves = case.machinery.workflow.moves_from(case.decision.state)
    ends = (states[move.to] for move in moves if move.on == deadline)
    return next((state.title for state in ends if state.is_final), "")


def _deeds(told: Sequence[Told]) -> Iterator[Deed]:
    for leaf in told:
        if leaf.type == "body.acted":
            yield Deed(
                who=body_words(leaf.body["body"]),
                result=leaf.body["result"],
                at=leaf.at,
                reason=leaf.words.get("reason", ""),
                in_time="by" in leaf.words,
            )


def _turns(told: Sequence[Told]) -> Iterator[Turn]:
    """Every change of road but the way into a challenge and back, which the dispute tells."""
    before = reason = ""
    for leaf in told:
        if leaf.type == "override":
            reason = leaf.words.get("reason", "")
        if leaf.type != "decision.routed":
            continue
        if before and DISPUTE not in (before, leaf.body["name"]):
            given = (f"The reason given: {reason}",) if reason else ()
            yield Turn(leaf.at, (leaf.body["because"], *given))
        before, reason = leaf.body["name"], ""


def _dropped(told: Sequence[Told], asked: Mapping[str, str]) -> Iterator[Dropped]:
    """The proposals that each change of the ballot took away; a run-off takes none."""
    left = dict(asked)
    for leaf in told:
        if leaf.type == "ballot.changed":
            for name in [name for name in left if name not in leaf.body["ballot"]]:
                yield Dropped(left.pop(name), leaf.words.get("reason", ERASED), leaf.at)


def _again(case: Case, told: Sequence[Told]) -> str | None:
    orders = [leaf.words.get("reason", ERASED) for leaf in told if leaf.type == "revote.ordered"]
    return orders[-1] if orders and case.decision.round > 1 else None


def _dispute(case: Case) -> Dispute | None:
    decision = case.decision
    if decision.held is None:
        return None
    ended = {act.result for act in decision.acts} & {"upheld", "set_aside"}
    return Dispute(decision.held.at, len(decision.challengers), next(iter(ended), ""))

"""Entering a state: a body's act is put on record, an outcome declared, a phase opened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import events
from engine.case import Case
from engine.closing import Counted, declared, said
from engine.definition import Open, State
from engine.event import Event
from engine.meetings import said_of_hand
from engine.questions import said_of_each
from engine.reaching import said_of_reach, silenced, told_by_call, unreached


@dataclass(frozen=True, slots=True)
class Words:
    """What staff said with it: an outcome statement, a reason, a body's record, and who."""

    statement: str | None = None
    reason: str | None = None
    record: str | None = None
    by: Mapping[str, Any] | None = None
    agreed: tuple[str, ...] = ()
    votes: tuple[int, int] | None = None

    @property
    def numbers(self) -> Mapping[str, int] | None:
        """The numbers within the body, as a leaf names them."""
        return dict(zip(("for", "against"), self.votes, strict=True)) if self.votes else None


def enter(
    case: Case, name: str, counts: Mapping[str, Counted], words: Words | None = None
) -> Iterator[Event]:
    """The events of entering a state, in the order in which they are true."""
    words = words or Words()
    state = case.machinery.workflow.states[name]
    if state.act is not None:
        yield _acted(case, state, words)
    if state.result is not None:
        yield _outcome(case, state, counts, words)
    if not state.is_final:
        voting = state.open_for is Open.VOTES
        yield events.PhaseOpened(
            decision=case.decision.reference, phase=name, round=case.decision.round + voting
        )


def _acted(case: Case, state: State, words: Words) -> events.BodyActed:
    return events.BodyActed(
        decision=case.decision.reference,
        body_name=case.state.body or "",
        result=state.act or "",
        state=state.name,
        agreed=words.agreed,
        votes=words.numbers,
        record=words.record,
        reason=words.reason,
        by=words.by,
    )


def _outcome(
    case: Case, state: State, counts: Mapping[str, Counted], words: Words
) -> events.OutcomeDeclared:
    lines = said_of_each(said(counts), state.result)
    told = (*lines, *said_of_hand(case.decision)) if lines else _plainly(case, state)
    return events.OutcomeDeclared(
        decision=case.decision.reference,
        state=state.name,
        result=state.result or "",
        sentences=(*told, *said_of_reach(case)),
        count=declared(counts),
        unreached=unreached(case),
        told_by_call=told_by_call(case),
        silenced=silenced(case),
        statement=words.statement,
        reason=words.reason,
        by=words.by,
    )


def _plainly(case: Case, state: State) -> tuple[str, ...]:
    """The state's own words; after a challenge, the outcome it was about too."""
    held = case.decision.held
    return (f"{state.title}.", *(held.outcome.sentences if held else ()))

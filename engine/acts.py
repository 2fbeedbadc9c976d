"""What staff may do to a decision, and what each act needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from engine import (
    accounts,
    bodies,
    extending,
    interests,
    meetings,
    reaching,
    rerouting,
    staff_acts,
)
from engine.case import Case, Ruling
from engine.commands import (
    Act,
    AnswerComment,
    Command,
    Conclude,
    DeclareInterest,
    DropQuestion,
    Extend,
    Override,
    Recompute,
    RecordLmc,
    RecordMeeting,
    RecordReached,
    Revote,
    RuleInterest,
    Withdraw,
)
from engine.event import Event
from engine.refusals import NoSuchAct


@dataclass(frozen=True, slots=True)
class Possible:
    """An act that is possible now, and the arguments it needs."""

    name: str
    needs: tuple[str, ...]


def possible_acts(case: Case, now: datetime, *, two_persons: bool) -> tuple[Possible, ...]:
    """What staff may do now. Acts that need two persons are named only where that can be had."""
    names = list(case.machinery.workflow.acts_in(case.decision.state))
    if not bodies.may_revote(case, now):
        names = [name for name in names if name != "revote"]
    if case.state.is_final and _waits_for_approval(case):
        names += ["record-lmc", *interests.to_rule(case)]
    if not case.state.is_final:
        names += ["answer"] if case.decision.accounts else []
        names += ["record-lmc", "record-meeting", "reached", "recompute", *interests.possible(case)]
        names += ["override"] if rerouting.may_override(case) else []
        names += ["drop-question"] if staff_acts.may_drop(case) else []
        names += ["extend"] if two_persons and extending.may_extend(case) else []
    return tuple(_possible(case, name) for name in names)


def _waits_for_approval(case: Case) -> bool:
    """Whether a body may still put the outcome into effect: LMC and interests matter still."""
    return (
        bodies.COMMITS.intersection(case.machinery.workflow.acts_in(case.decision.state)) != set()
    )


def _possible(case: Case, name: str) -> Possible:
    agree = any(
        m.agree for m in case.machinery.workflow.moves_from(case.decision.state) if m.on == name
    )
    return Possible(name.replace("_", "-"), (*NEEDS[name], *(("agreed",) if agree else ())))


NEEDS: Mapping[str, tuple[str, ...]] = {
    "conclude": ("file",),
    "withdraw": ("reason",),
    "answer": ("comment", "disposition", "reason"),
    "record-lmc": ("file",),
    "record-meeting": ("file",),
    "reached": ("practice", "reason"),
    "recompute": ("reason",),
    "extend": ("reason", "days", "second person"),
    "override": ("route", "reason"),
    "revote": ("reason",),
    "drop-question": ("question", "reason"),
    "declare-interest": ("practice", "kind", "reason"),
    "rule-interest": ("practice", "ruling", "reason"),
    **dict.fromkeys(bodies.ACTS, ("file",)),
}
"""The arguments that each act needs; some need a body's agreement besides."""


def act(case: Case, command: Command, now: datetime) -> Ruling:
    """Rule on a staff command."""
    heard = isinstance(command, RecordLmc | RuleInterest) and _waits_for_approval(case)
    if case.state.is_final and not heard and not isinstance(command, Act | Revote):
        raise NoSuchAct(f"{case.decision.reference} has ended: {case.state.title.lower()}.")
    return Ruling(tuple(_RULES[type(command)](case, command, now)))


_Rule = Callable[[Case, Any, datetime], Iterator[Event]]

_RULES = cast(
    "Mapping[type[Command], _Rule]",
    {
        Withdraw: staff_acts.withdraw,
        Conclude: staff_acts.conclude,
        AnswerComment: accounts.answer_comment,
        RecordLmc: staff_acts.record_lmc,
        RecordMeeting: meetings.record_meeting,
        RecordReached: reaching.record_reached,
        DropQuestion: staff_acts.drop_question,
        Act: bodies.body_act,
        Revote: bodies.revote,
        Override: rerouting.override,
        DeclareInterest: interests.declare_interest,
        RuleInterest: interests.rule_interest,
        Extend: extending.extend,
        Recompute: extending.recompute,
    },
)

"""What charges the management allowance, and what gives it back.

A decision is charged when a body approves it: an act `approved`, under urgent powers too, before
they are ratified, for the money may be spent from then on. Where nobody acts after the practices, a
vote that they carry charges it. It is given back when a later act refuses it, lets it lapse or sets
it aside, or its outcome is undone. A challenge that is being heard holds nothing back: the year
bears the sum until the outcome is set aside.
"""

from collections.abc import Iterable
from enum import StrEnum

from engine import events
from engine.case import Case
from engine.decision import Decision
from engine.event import Event
from engine.notice import takes_effect

UNDOES = ("refused", "lapsed", "set_aside", "withdrawn", "revote")
"""Acts and outcomes that give a charge back; `revote` is the order to vote once more."""

_NO_SUM = "it states no sum"
_NOBODY = "no body approved it"
_BEFORE = "it was approved before the account was kept"
_APPROVED = frozenset({"approved", "ratified"})


class Movement(StrEnum):
    """What happens to the account."""

    CHARGE = "charge"
    REVERSE = "reverse"


def uses_allowance(decision: Decision) -> bool:
    """Whether the decision uses the allowance, be a sum given or not."""
    return decision.facts.get("uses_management_allowance") is True


def sum_drawn(decision: Decision) -> int | None:
    """The pounds that a decision draws from the allowance; None where it draws nothing."""
    money = decision.facts.get("money_gbp")
    return money if uses_allowance(decision) and money else None


def is_charged(decision: Decision) -> bool:
    """Whether a year bears the decision now."""
    return decision.charge is not None and not decision.charge.reversed


def movement(case: Case, happened: Iterable[Event]) -> tuple[Movement, str] | None:
    """What these events do to the account, and by what word; `case` is as it stands after them."""
    if sum_drawn(case.decision) is None:
        return None
    found: tuple[Movement, str] | None = None
    for event in happened:
        word = _word(event)
        if word in UNDOES and is_charged(case.decision):
            found = Movement.REVERSE, word
        elif _approves(case, event) and not is_charged(case.decision):
            found = Movement.CHARGE, word
    return found


def _word(event: Event) -> str:
    match event:
        case events.BodyActed() | events.OutcomeDeclared():
            return event.result
        case events.RevoteOrdered():
            return "revote"
    return ""


def _approves(case: Case, event: Event) -> bool:
    """Whether this puts the decision into effect: a body's act, or a carried vote that needs none.

    A vote that a body may still approve or refuse, with or without a deadline, needs its act.
    """
    match event:
        case events.BodyActed():
            return event.result == "approved"
        case events.OutcomeDeclared() if event.result == "carried":
            acts = case.machinery.workflow.acts_in(case.decision.state)
            return case.state.is_final and "approve" not in acts
    return False


def why_uncharged(decision: Decision) -> str:
    """Why a decision that uses the allowance has ended in effect and is charged to no year.

    Empty for any other decision: one still running, charged or given back, or without effect.
    """
    outcome = decision.outcome
    ended = outcome is not None and decision.waiting is None
    if not uses_allowance(decision) or not ended or decision.charge is not None or outcome is None:
        return ""
    undone = decision.acts and decision.acts[-1].result in UNDOES
    if undone or not takes_effect(outcome):
        return ""
    if sum_drawn(decision) is None:
        return _NO_SUM
    return _BEFORE if any(act.result in _APPROVED for act in decision.acts) else _NOBODY

"""Keeping the account of the management allowance, in the commit of the act that moves it."""

from collections.abc import Iterable

from engine.case import Case
from engine.charging import Movement, movement, sum_drawn
from engine.event import Event
from engine.events import AllowanceCharged, AllowanceReversed
from engine.financial_year import year_of
from engine.per_head import per_head
from storage.ledger import Page
from storage.register import body_patients


def keep_account(page: Page, code: str, case: Case, filed: Iterable[tuple[Event, int]]) -> Case:
    """Charge or give back what these events mean for the account; the case after that.

    `code` is the body's; `case` is as it stands after the events. The patients are those of the
    body's open practices at this moment, whoever was on the decision's roll.
    """
    moved = movement(case, [event for event, _ in filed])
    if moved is None:
        return case
    what, word = moved
    event = _charged(page, code, case) if what is Movement.CHARGE else _reversed(case, word)
    page.file(event)
    return case.after(event, page.now)


def _charged(page: Page, code: str, case: Case) -> AllowanceCharged:
    patients, money = body_patients(page.connection, code), sum_drawn(case.decision) or 0
    return AllowanceCharged(
        decision=case.decision.reference,
        year=str(year_of(case.calendar, page.now)),
        money_gbp=money,
        patients=patients.known,
        unknown=patients.unknown,
        per_head=per_head(money, patients.known),
    )


def _reversed(case: Case, word: str) -> AllowanceReversed:
    charge = case.decision.charge
    return AllowanceReversed(
        decision=case.decision.reference, year=charge.year if charge else "", because=word
    )

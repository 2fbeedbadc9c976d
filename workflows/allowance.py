"""The management allowance at the desk: setting a year's sum, and reading its account."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.allowance import Account, Allowance, Entry, Pending, stands_words
from engine.charging import is_charged, sum_drawn, uses_allowance, why_uncharged
from engine.decision import Decision
from engine.events import AllowanceSet
from engine.financial_year import FinancialYear, read_year, year_of
from engine.people import Actor
from engine.per_head import pounds_for
from engine.refusals import NeedsReason, NoAllowance, NoListSizes
from engine.two_persons import actor_value
from engine.working_days import Calendar
from storage.allowance import account_years, query_words, read_allowance, read_entries
from storage.database import Reading
from storage.decisions import list_references, load_decision, read_paper
from storage.keys import Keys
from storage.openings import account_key
from storage.register import body_patients
from storage.setup import Store
from workflows.entries import queries_value
from workflows.instants import instant_json


def set_allowance(
    store: Store,
    code: str,
    year: FinancialYear,
    actor: Actor,
    reason: str,
    *,
    per_head_pence: int | None = None,
    pounds: int = 0,
) -> AllowanceSet:
    """Set what a year has: so many pence for each registered patient now, or a sum of pounds.

    Raises `NoListSizes` where no list is known to reckon with, `NeedsReason` without a reason.
    """
    if not reason.strip():
        raise NeedsReason
    with store.ledger.page() as page:
        patients = body_patients(page.connection, code)
        if per_head_pence is not None:
            if not patients.known:
                raise NoListSizes
            pounds = pounds_for(per_head_pence, patients.known)
        event = AllowanceSet(
            year=str(year),
            pounds=pounds,
            per_head_pence=per_head_pence,
            patients=patients.known,
            unknown=patients.unknown,
            reason=reason,
            by=actor_value(actor),
        )
        store.keys.make([account_key(event.year)])
        page.file(event)
    return event


@dataclass(frozen=True, slots=True)
class Told:
    """A year's account with its words: titles by decision, queries and answers by their leaf.

    `years` are all those of which there is anything to tell.
    """

    account: Account
    titles: Mapping[str, str]
    queries: Mapping[int, tuple[str, str]]
    years: frozenset[FinancialYear]


def account(
    reading: Reading, keys: Keys, calendar: Calendar, year: FinancialYear, now: datetime
) -> Told:
    """A year's account, with what is committed and not yet approved where it is this year's.

    Raises `NoAllowance` where nothing is set for the year and nothing was charged to it.
    """
    told = reckon(reading, keys, calendar, year, now)
    held = told.account
    if held.allowance is None and not (held.entries or held.committed or held.apart):
        raise NoAllowance(f"No management allowance has been set for {year}.")
    return told


def reckon(
    reading: Reading, keys: Keys, calendar: Calendar, year: FinancialYear, now: datetime
) -> Told:
    """The same, empty where there is nothing to tell of the year."""
    decisions = [load_decision(reading, keys, name) for name in list_references(reading)]
    present = year_of(calendar, now)
    committed = tuple(_committed(decisions))
    held = Account(
        year=str(year),
        allowance=read_allowance(reading, str(year)),
        entries=read_entries(reading, str(year)),
        committed=committed if present == year else (),
        apart=tuple(_apart(decisions, calendar, year)),
    )
    written = (read_year(text) for text in account_years(reading))
    years = {each for each in written if each is not None}
    years |= {ended for ended, _ in _uncharged(decisions, calendar)}
    years |= {present} if committed else set()
    titles, words = _titles(reading, keys, held), _words(reading, keys, held)
    return Told(held, titles, words, frozenset(years))


def require_allowance(held: Account) -> Allowance:
    """The allowance of an account; `NoAllowance` where none is set."""
    if held.allowance is None:
        raise NoAllowance(f"No management allowance has been set for {held.year}.")
    return held.allowance


def _committed(decisions: list[Decision]) -> Iterator[Pending]:
    """What is running and would be charged; oldest first."""
    for decision in reversed(decisions):
        if uses_allowance(decision) and decision.waiting and not is_charged(decision):
            yield Pending(decision.reference, sum_drawn(decision), decision.state)


def _apart(decisions: list[Decision], calendar: Calendar, year: FinancialYear) -> Iterator[Pending]:
    """What ended in effect in this year and is charged to none; oldest first."""
    return (pending for ended, pending in _uncharged(decisions, calendar) if ended == year)


def _uncharged(
    decisions: list[Decision], calendar: Calendar
) -> Iterator[tuple[FinancialYear, Pending]]:
    """What ended in effect and is charged to no year, with the year in which it ended."""
    for decision in reversed(decisions):
        why, outcome = why_uncharged(decision), decision.outcome
        if why and outcome is not None:
            pending = Pending(decision.reference, sum_drawn(decision), why)
            yield year_of(calendar, outcome.at), pending


def _titles(reading: Reading, keys: Keys, held: Account) -> Mapping[str, str]:
    names = {entry.decision for entry in held.entries}
    names |= {pending.decision for pending in (*held.committed, *held.apart)}
    return {name: read_paper(reading, keys, name).title for name in sorted(names)}


def _words(reading: Reading, keys: Keys, held: Account) -> Mapping[int, tuple[str, str]]:
    return {
        query.leaf: words
        for entry in held.entries
        for query in entry.queries
        for words in query_words(reading, keys, [query]).values()
    }


# --- as one JSON document ----------------------------------------------------------------------


def account_value(told: Told) -> dict[str, Any]:
    """The account as `allowance show --json` prints it."""
    held = told.account
    return {
        "year": held.year,
        "allowance": None if held.allowance is None else _set_value(held.allowance),
        "says": stands_words(held),
        "spent_gbp": held.spent,
        "left_gbp": held.left,
        "overspent_gbp": held.overspent,
        "entries": [_entry_value(told, entry) for entry in held.entries],
        "lines": [
            {
                "decision": line.entry.decision,
                "at": instant_json(line.at),
                "money_gbp": line.money_gbp,
                "spent_gbp": line.spent,
                "share_thousandths": held.share(line.money_gbp),
            }
            for line in held.lines
        ],
        "open_queries": len(held.open_queries),
        "committed": [_pending_value(told, each) for each in held.committed],
        "committed_gbp": sum(each.money_gbp or 0 for each in held.committed),
        "apart": [_pending_value(told, each) for each in held.apart],
    }


def _set_value(allowance: Allowance) -> dict[str, Any]:
    return {
        "pounds": allowance.pounds,
        "per_head_pence": allowance.per_head_pence,
        "patients": allowance.patients.known,
        "unknown": list(allowance.patients.unknown),
        "set_at": instant_json(allowance.at),
    }


def _entry_value(told: Told, entry: Entry) -> dict[str, Any]:
    queries = [
        {**value, "text": told.queries[query.leaf][0], "answer": told.queries[query.leaf][1]}
        for value, query in zip(queries_value(entry), entry.queries, strict=True)
    ]
    return {
        "decision": entry.decision,
        "title": told.titles[entry.decision],
        "at": instant_json(entry.at),
        "money_gbp": entry.money_gbp,
        "patients": entry.patients.known,
        "unknown": list(entry.patients.unknown),
        "per_head_micropounds": entry.per_head,
        "share_thousandths": told.account.share(entry.money_gbp),
        "reversed_at": instant_json(entry.reversed_at) if entry.reversed_at else None,
        "reversed_because": entry.because or None,
        "queries": queries,
    }


def _pending_value(told: Told, pending: Pending) -> dict[str, Any]:
    return {
        "decision": pending.decision,
        "title": told.titles[pending.decision],
        "money_gbp": pending.money_gbp,
        "why": pending.why,
    }

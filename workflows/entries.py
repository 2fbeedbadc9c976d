"""What one decision draws from the management allowance: for `decision show` and the account."""

from typing import Any

from engine.allowance import Account, Entry, QueryRecord, stands_words
from engine.case import Case
from engine.charging import sum_drawn, uses_allowance
from engine.meaning import patients_of
from engine.per_head import drawn_words, per_head
from storage.allowance import entries_of, read_allowance, read_entries
from storage.database import Reading
from workflows.instants import instant_json


def drawn_value(case: Case) -> dict[str, Any] | None:
    """What the decision draws, by its roll; null where it does not use the allowance.

    `status` is `proposed` until it is charged.
    """
    if not uses_allowance(case.decision):
        return None
    money, patients = sum_drawn(case.decision), patients_of(case.roll)
    return {
        "money_gbp": money,
        "patients": patients.known,
        "unknown": list(patients.unknown),
        "per_head_micropounds": per_head(money, patients.known) if money else None,
        "words": drawn_words(money, patients.known) if money else "it states no sum",
        "status": "proposed",
        "year": None,
        "account": None,
        "queries": [],
    }


def entry_value(
    reading: Reading, case: Case, proposed: dict[str, Any] | None
) -> dict[str, Any] | None:
    """The same once it was charged: by the whole body's patients, and where its year stands."""
    entries = entries_of(reading, case.decision.reference)
    if proposed is None or not entries:
        return proposed
    last = entries[-1]
    account = Account(
        last.year, read_allowance(reading, last.year), read_entries(reading, last.year)
    )
    return {
        "money_gbp": last.money_gbp,
        "patients": last.patients.known,
        "unknown": list(last.patients.unknown),
        "per_head_micropounds": last.per_head,
        "words": drawn_words(last.money_gbp, last.patients.known),
        "status": "charged" if last.stands else "reversed",
        "year": last.year,
        "account": stands_words(account),
        "queries": queries_value(last),
    }


def queries_value(entry: Entry) -> list[dict[str, Any]]:
    """The queries of an entry."""
    return [
        {
            "query": query.number,
            "by": query.role,
            "asked_at": instant_json(query.asked_at),
            "due_at": instant_json(query.due_at),
            "status": status_of(query),
            "answered_at": instant_json(query.answered_at) if query.answered_at else None,
        }
        for query in entry.queries
    ]


def status_of(query: QueryRecord) -> str:
    """`open`, `overdue` once its time is up, or `answered`, late or not."""
    if not query.is_open:
        return "answered"
    return "overdue" if query.overdue else "open"

"""Years of the allowance's account as an auditor sees them, drawn by what draws the true ones."""

from datetime import timedelta

from engine.allowance import Account, Allowance, Entry, Pending, QueryRecord
from engine.financial_year import FinancialYear
from engine.per_head import Patients, per_head
from tests.engine.makers import calendar
from tests.web.sample_requests import NOW
from workflows.account_page import AccountPage
from workflows.account_pages import account_page
from workflows.allowance import Told

PRESENT = "2026/27"
NENE = Patients(662_888, ("K83044",))
UNIT, POST, LEASE, DAYS = "UNIT-1", "D-2026-0007", "LEASE-2", "DAYS-3"
TITLES = {
    UNIT: "A commissioning support unit until March",
    POST: "A second accountant <b>for</b> the body",
    LEASE: "Offices at Moulton Park above the limit for leases of more than five years",
    DAYS: "Protected days for practices' leads",
    "D-2026-0031": "A third deputy",
    "D-2026-0032": "Chairs",
}
EVERY = frozenset(FinancialYear(year) for year in (2023, 2026, 2027))
_ANSWERED = QueryRecord(
    1,
    310,
    "committee",
    NOW - timedelta(days=60),
    NOW - timedelta(days=46),
    answer=340,
    answered_at=NOW - timedelta(days=40),
)
_OVERDUE = QueryRecord(2, 360, "lay_chair", NOW - timedelta(days=30), NOW - timedelta(days=16))
_OPEN = QueryRecord(1, 380, "lmc", NOW - timedelta(days=1), NOW + timedelta(days=13))
WORDS = {
    310: ("What do we get that our own staff do not do?", "Somebody who reads both contracts."),
    360: ("And why is it <i>not</i> in the papers?\n\nIt was promised for October.", ""),
    380: ("Who sits there?", ""),
}


def _entry(name: str, money: int, days: int, **more: object) -> Entry:
    at, each = NOW - timedelta(days=days), per_head(money, NENE.known)
    return Entry(days, name, PRESENT, money, NENE, each, at, **more)  # type: ignore[arg-type]


BACK = {"reversed_at": NOW - timedelta(days=20), "because": "lapsed"}
ENTRIES = (
    _entry(UNIT, 31_000, 120, queries=(_ANSWERED, _OVERDUE)),
    _entry(POST, 64_000, 90),
    _entry(LEASE, 410_000, 70, queries=(_OPEN,)),
    _entry(DAYS, 12_500, 50, **BACK),
)
COMMITTED = (Pending("D-2026-0031", 90_000, "deciding"),)
APART = (Pending("D-2026-0032", None, "it states no sum"),)


def draw(
    year: int,
    pounds: int | None,
    entries: tuple[Entry, ...] = (),
    committed: tuple[Pending, ...] = (),
    apart: tuple[Pending, ...] = (),
) -> AccountPage:
    """The page of a year with so many pounds; None where nothing is set."""
    named = FinancialYear(year)
    allowance = Allowance(str(named), pounds, None, NENE, NOW) if pounds else None
    told = Told(Account(str(named), allowance, entries, committed, apart), TITLES, WORDS, EVERY)
    states = {each.decision: "The committee decides" for each in committed}
    return account_page(told, named, calendar(), states, NOW)


ACCOUNT = draw(2026, 1_000_000, ENTRIES, COMMITTED, APART)
OVERSPENT = draw(2026, 400_000, ENTRIES)
UNSET = draw(2026, None, ENTRIES)
EMPTY = draw(2026, None)
ACCOUNTS = {PRESENT: ACCOUNT, "2027/28": draw(2027, 1_000_000)}

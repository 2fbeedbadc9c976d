"""The management allowance's account in words and a table, for people at a terminal."""

from collections.abc import Iterable

from rich.table import Table

from app.terminal import out
from engine.allowance import (
    Account,
    Entry,
    Line,
    Pending,
    QueryRecord,
    share_words,
    stands_words,
)
from engine.naming import role_words
from engine.per_head import each_words, pounds_words
from engine.working_days import Calendar
from workflows.account_words import because_words, day_words, has_words
from workflows.allowance import Told
from workflows.entries import status_of


def tell_allowance(held: Account) -> None:
    """What the year has, and where its account stands."""
    if held.allowance is None:
        out.print(
            f"NO ALLOWANCE IS SET for {held.year}: quorate allowance set {held.year} …",
            style="bold red",
            soft_wrap=True,
        )
    else:
        out.print(has_words(held.allowance), markup=False, soft_wrap=True)
        _unknown(held.allowance.patients.unknown)
    loud = held.allowance is None or held.overspent
    out.print(stands_words(held), style="bold red" if loud else "bold", soft_wrap=True)


def _unknown(codes: Iterable[str]) -> None:
    held = ", ".join(codes)
    if held:
        out.print(f"  list size not known, not counted: {held}", style="yellow", soft_wrap=True)


def tell_account(told: Told, calendar: Calendar) -> None:
    """The whole account."""
    held = told.account
    tell_allowance(held)
    lines = held.lines
    if lines:
        table = Table(box=None, header_style="bold")
        for name in ("day", "decision", "what", "pounds", "per head", "running", "share"):
            numbers = name in {"pounds", "per head", "running", "share"}
            table.add_column(name, justify="right" if numbers else "left", no_wrap=name != "what")
        for line in lines:
            table.add_row(*_row(told, line, calendar), style=_style(held, line))
        out.print(table)
    else:
        out.print("Nothing has been charged to it yet.")
    for entry in held.entries:
        _lists(entry)
    for entry in held.entries:
        _queries(told, entry, calendar)
    _pending("Committed, not yet approved", told, held.committed)
    _pending("Ended in effect and charged to no year", told, held.apart)


def _style(held: Account, line: Line) -> str:
    over = held.allowance is not None and line.spent > held.allowance.pounds
    asked = any(query.is_open for query in line.entry.queries)
    return "red" if over or asked else ""


def _row(told: Told, line: Line, calendar: Calendar) -> tuple[str, ...]:
    entry, held = line.entry, told.account
    back = line.money_gbp < 0
    what = told.titles[entry.decision]
    if back:
        what = f"given back, {because_words(entry.because)}: {what}"
    patients = entry.patients.known
    each = each_words(entry.money_gbp, patients) if patients else "not known"
    over = held.allowance is not None and line.spent > held.allowance.pounds
    return (
        day_words(calendar.day_of(line.at)),
        entry.decision,
        what,
        pounds_words(line.money_gbp),
        f"-{each}" if back and patients else each,
        f"{pounds_words(line.spent)}{' OVER' if over else ''}",
        share_words(held.share(line.money_gbp)),
    )


def _lists(entry: Entry) -> None:
    if entry.patients.unknown:
        codes = ", ".join(entry.patients.unknown)
        words = f"  {entry.decision}: list size not known, not counted: {codes}"
        out.print(words, style="yellow", soft_wrap=True)


def tell_queries(told: Told, reference: str, calendar: Calendar) -> None:
    """The queries of one decision's entry, the newest last."""
    for entry in told.account.entries:
        if entry.decision == reference:
            _queries(told, entry, calendar)


def _queries(told: Told, entry: Entry, calendar: Calendar) -> None:
    for query in entry.queries:
        text, answer = told.queries[query.leaf]
        style = "bold red" if query.is_open else "green"
        heading = f"Query {query.number} of {entry.decision}, by {role_words(query.role)}"
        out.print(f"{heading}: {_until(query, calendar)}", style=style, soft_wrap=True)
        out.print(f"  asked: {text}", markup=False, soft_wrap=True)
        if answer:
            out.print(f"  answer: {answer}", markup=False, soft_wrap=True)


def _until(query: QueryRecord, calendar: Calendar) -> str:
    if query.answered_at is not None:
        late = ", after its time" if query.answered_at > query.due_at else ""
        return f"answered at {calendar.words(query.answered_at)}{late}"
    status = status_of(query).upper()
    return f"{status}, answer due by {calendar.words(query.due_at)}"


def _pending(heading: str, told: Told, pending: Iterable[Pending]) -> None:
    held = tuple(pending)
    if not held:
        return
    total = pounds_words(sum(each.money_gbp or 0 for each in held))
    out.print(f"{heading}: {total}", style="bold", soft_wrap=True)
    for each in held:
        sum_ = "no sum stated" if each.money_gbp is None else pounds_words(each.money_gbp)
        words = f"  {each.decision}  {sum_}  {told.titles[each.decision]} ({_spoken(each.why)})"
        out.print(words, markup=False, soft_wrap=True)


def _spoken(why: str) -> str:
    return why.replace("_", " ")

"""Comparing a file of practices with the register: who is added, changed, closed, and why not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date

from storage.intake.list_sizes import ListSize
from storage.intake.practice_report import (
    Change,
    Changes,
    FieldChange,
    Kind,
    KnownPractice,
    Reason,
    Value,
)
from storage.intake.practice_row import (
    GP_PRACTICE,
    PracticeRow,
    Status,
    country_in_words,
    setting_in_words,
)

_FIELDS = {
    "ccg_code": "CCG",
    "ccg_name": "name of the CCG",
    "list_size": "list size",
    "list_date": "day of the list",
}


def compare_practices(
    known: Mapping[str, KnownPractice],
    rows: Sequence[PracticeRow],
    sizes: Mapping[str, ListSize],
    ccgs: frozenset[str],
) -> Changes:
    """Say what rows and list sizes change in the register, for the chosen CCGs (none: all).

    An empty cell never erases what is known. A known open practice is closed when the file says so,
    when it is no GP practice any more, or when the file covers its CCG and lacks it. Comparing
    with the register that the changes were written to gives no change.
    """
    lines = [_compare(known.get(row.ods_code), row, sizes.get(row.ods_code), ccgs) for row in rows]
    absent = tuple(sorted(ccgs - {row.ccg_code for row in rows}))
    return Changes((*lines, *_missing(known, rows, ccgs)), absent)


def _compare(
    known: KnownPractice | None, row: PracticeRow, size: ListSize | None, ccgs: frozenset[str]
) -> Change:
    ours = not ccgs or row.ccg_code in ccgs or (known is not None and known.ccg_code in ccgs)
    if known is None or not ours:
        skip = _why_skipped(row, ccgs)
        if skip:
            reason, says = skip
            return Change(Kind.SKIPPED, row.line, row.ods_code, row.name, says, reason=reason)
    if known is None:
        return _added(row, size)
    return _updated(known, _after(known, row, size), row, size)


def _why_skipped(row: PracticeRow, ccgs: frozenset[str]) -> tuple[Reason, str] | None:
    country = country_in_words(row.ods_code)
    if country:
        return Reason.ABROAD, f"Skipped: a practice in {country}."
    if not row.ccg_code:
        return Reason.NO_CCG, "Skipped: the file names no commissioner for it."
    if ccgs and row.ccg_code not in ccgs:
        return Reason.OTHER_CCG, f"Skipped: belongs to CCG {row.ccg_code}."
    if row.status is not Status.OPEN:
        says = f"Skipped: {_standing_in_words(row)}, and not in the register."
        return Reason[row.status.name], says
    if row.setting != GP_PRACTICE:
        says = f"Skipped: {setting_in_words(row.setting)}, not a GP practice."
        return Reason.OTHER_SERVICE, says
    return None


def _standing_in_words(row: PracticeRow) -> str:
    if row.status is Status.CLOSED and row.closed:
        return f"closed on {_in_words(row.closed)}"
    return str(row.status)


def _added(row: PracticeRow, size: ListSize | None) -> Change:
    new = KnownPractice(row.ods_code, row.name, row.postcode, row.ccg_code)
    after = _after(new, row, size)
    if after.list_size is None:
        says = "Added, without a list size: neither file gives one."
    else:
        says = f"Added, with a list of {after.list_size:,} patients."
    return Change(Kind.ADDED, row.line, row.ods_code, row.name, says, after=after)


def _after(known: KnownPractice, row: PracticeRow, size: ListSize | None) -> KnownPractice:
    """Put row and list over what is known; what they do not say stays as it was."""
    list_size, list_date = known.list_size, known.list_date
    if size is not None:
        list_date = size.date or (list_date if size.size == list_size else None)
        list_size = size.size
    elif row.list_size is not None and row.list_size != list_size:
        list_size, list_date = row.list_size, None
    moved = row.ccg_code not in {"", known.ccg_code}
    lapsed = row.status is Status.OPEN and row.setting != GP_PRACTICE
    return KnownPractice(
        row.ods_code,
        row.name or known.name,
        row.postcode or known.postcode,
        row.ccg_code or known.ccg_code,
        row.ccg_name or ("" if moved else known.ccg_name),
        row.locality or known.locality,
        list_size,
        list_date,
        Status.CLOSED if lapsed else row.status,
    )


def _updated(
    known: KnownPractice, after: KnownPractice, row: PracticeRow, size: ListSize | None
) -> Change:
    changed = tuple(_differences(known, after))
    kind = _kind(known, after, changed)
    told = _told(change for change in changed if change.field != "status")
    if kind is Kind.CLOSED:
        says = f"Closed: {_why_closed(row)}."
    elif kind is Kind.REOPENED:
        says = f"Open again, after it was {known.status}{told and '; '}{told}."
    elif kind is Kind.CHANGED:
        says = f"Changed: {_told(changed)}."
    else:
        says = "Unchanged."
    if known.list_size is not None and row.list_size is None and size is None:
        says += f" Its list size of {known.list_size:,} is kept: neither file gives one."
    written = after if changed else None
    return Change(kind, row.line, row.ods_code, after.name, says, changed, written)


def _kind(before: KnownPractice, after: KnownPractice, changed: Sequence[FieldChange]) -> Kind:
    was_open, is_open = before.status is Status.OPEN, after.status is Status.OPEN
    if was_open != is_open:
        return Kind.REOPENED if is_open else Kind.CLOSED
    return Kind.CHANGED if changed else Kind.UNCHANGED


def _differences(before: KnownPractice, after: KnownPractice) -> Iterator[FieldChange]:
    for field in fields(KnownPractice):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield FieldChange(field.name, old, new)


def _why_closed(row: PracticeRow) -> str:
    if row.status is Status.OPEN:
        return f"it is now {setting_in_words(row.setting)}, no longer a GP practice"
    return f"the file has it as {_standing_in_words(row)}"


def _missing(
    known: Mapping[str, KnownPractice], rows: Sequence[PracticeRow], ccgs: frozenset[str]
) -> Iterator[Change]:
    """Find open practices that the file lacks though it lists others of their CCG."""
    listed = {row.ods_code for row in rows}
    covered = {row.ccg_code for row in rows if not _why_skipped(row, ccgs)}
    for code in sorted(known.keys() - listed):
        practice = known[code]
        if practice.status is Status.OPEN and practice.ccg_code in covered:
            after = replace(practice, status=Status.CLOSED)
            says = f"Closed: no longer in the file, which covers CCG {practice.ccg_code}."
            changed = (FieldChange("status", practice.status, after.status),)
            yield Change(Kind.CLOSED, None, code, practice.name, says, changed, after)


def _told(changed: Iterable[FieldChange]) -> str:
    return "; ".join(
        f"{_FIELDS.get(change.field, change.field)} from {_in_words(change.old)} "
        f"to {_in_words(change.new)}"
        for change in changed
    )


def _in_words(value: Value) -> str:
    match value:
        case int():
            return f"{value:,}"
        case date():
            return f"{value.day} {value:%B %Y}"
        case Status():
            return str(value)
        case str() if value:
            return f'"{value}"'
        case _:
            return "none"

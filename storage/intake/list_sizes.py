"""How many patients are on each practice's list: the two official layouts, told by their header.

NHS Business Services Authority, "Patient list size": a row a practice, eighteen columns of age and
sex to be added up. NHS Digital (now NHS England), "Patients registered at a GP practice", file
`gp-reg-pat-prac-all.csv`: the row with SEX and AGE both ALL is the practice's total.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Fault, InputFaults
from storage.intake.rows import (
    Findings,
    Header,
    Malformed,
    Row,
    column_names,
    read_header,
    read_rows,
    rows_of_width,
)
from storage.intake.shapes import count, shown

_AGES = ("0_4", "5_14", "15_24", "25_34", "35_44", "45_54", "55_64", "65_74", "75+")
_AGE_BANDS = tuple(f"{sex}_{ages}" for ages in _AGES for sex in ("male", "female"))
_BUSINESS_SERVICES = ("practice_code", *_AGE_BANDS)
_DIGITAL = ("extract_date", "code", "sex", "age", "number_of_patients")
_CODE = re.compile(r"[A-Z0-9]{6}")
_EXTRACT = re.compile(r"([0-9]{1,2})([A-Z]{3})([0-9]{4})")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NOTHING_KNOWN = (
    "This is neither list of sizes that can be read: NHSBSA's has a `Practice Code` and "
    "columns `Male 0-4` to `Female 75+`; NHS Digital's (gp-reg-pat-prac-all.csv) has `CODE`, "
    "`SEX`, `AGE` and `NUMBER_OF_PATIENTS`."
)
_A_MAP = (
    "This is the map of practices, which holds no list sizes: import gp-reg-pat-prac-all.csv, "
    "published on the same page."
)


@dataclass(frozen=True, slots=True)
class ListSize:
    """The registered patients of one practice; `date` is the day counted, where the file says."""

    ods_code: str
    size: int
    date: date | None
    line: int


def read_list_sizes(content: bytes, file: str) -> Mapping[str, ListSize]:
    """Read each practice's list size, by its code; raises InputFaults with every fault."""
    findings = Findings(file)
    rows = read_rows(content, findings)
    findings.settle()
    names = set(column_names(rows[0])) if rows else set()
    if "number_of_patients" in names:
        sizes = _read(rows, _DIGITAL, _digital_row, findings)
    elif not names.isdisjoint(_AGE_BANDS):
        sizes = _read(rows, _BUSINESS_SERVICES, _business_services_row, findings)
    else:
        says = _A_MAP if "pcn_code" in names else _NOTHING_KNOWN
        raise InputFaults([Fault(file, 1, says)])
    by_code = _by_code(sizes, findings)
    if not by_code and not findings.faults:
        findings.add(None, "The file holds no practice's total (a row with SEX and AGE both ALL).")
    findings.settle()
    return by_code


_RowReader = Callable[[Row, Header, Findings], ListSize | None]


def _read(
    rows: Sequence[Row], columns: Sequence[str], read: _RowReader, findings: Findings
) -> tuple[ListSize, ...]:
    header = read_header(rows[0], columns, (), findings)
    sound = rows_of_width(rows[1:], header.width, findings)
    sizes = (read(row, header, findings) for row in sound)
    return tuple(size for size in sizes if size)


def _business_services_row(row: Row, header: Header, findings: Findings) -> ListSize:
    cells = ((band, header.cell(row, band)) for band in _AGE_BANDS)
    bands = [findings.take((row.line, band), count, cell, 0) for band, cell in cells]
    code = findings.take((row.line, "Practice Code"), _code, header.cell(row, "practice_code"), "")
    return ListSize(code, sum(bands), None, row.line)


def _digital_row(row: Row, header: Header, findings: Findings) -> ListSize | None:
    if {header.cell(row, column).strip().upper() for column in ("sex", "age")} != {"ALL"}:
        return None
    line, take = row.line, findings.take
    return ListSize(
        take((line, "CODE"), _code, header.cell(row, "code"), ""),
        take((line, "NUMBER_OF_PATIENTS"), count, header.cell(row, "number_of_patients"), 0),
        take((line, "EXTRACT_DATE"), _extract_day, header.cell(row, "extract_date"), None),
        line,
    )


def _code(cell: str) -> str:
    # Looser than a practice's code: the lists also hold accounts of practices that never were.
    if not _CODE.fullmatch(cell.upper()):
        raise Malformed(f"{shown(cell)} is not an ODS code of six characters.")
    return cell.upper()


def _extract_day(cell: str) -> date | None:
    match = _EXTRACT.fullmatch(cell.upper())
    try:
        if match:
            return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        pass
    raise Malformed(f"{shown(cell)} is not a date (as 01JAN2021).")


def _by_code(sizes: Iterable[ListSize], findings: Findings) -> Mapping[str, ListSize]:
    by_code: dict[str, ListSize] = {}
    for size in sizes:
        first = by_code.setdefault(size.ods_code, size)
        if size.ods_code and first is not size:
            says = f"{size.ods_code} stands on line {first.line} already: keep one of the two rows."
            findings.add(size.line, says)
    return by_code

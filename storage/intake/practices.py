"""Files of practices: the national `epraccur.csv`, or a CSV with a header of our own naming."""

from collections.abc import Sequence

from storage.intake.ods import WIDTH, read_ods_row
from storage.intake.practice_row import PracticeRow
from storage.intake.rows import (
    Findings,
    Header,
    Row,
    column_names,
    read_header,
    read_rows,
    rows_of_width,
)
from storage.intake.shapes import (
    commissioner_code,
    is_practice_code,
    named,
    optional_count,
    postcode,
    practice_code,
)

REQUIRED = ("ods_code", "name", "postcode", "ccg_code")
OPTIONAL = ("ccg_name", "locality", "list_size")

_NO_HEADER = (
    f"The first line is a practice, not the names of the columns. Put `{','.join(REQUIRED)}` "
    f"(and {', '.join(OPTIONAL)}) above it. epraccur.csv needs none, but has {WIDTH} columns: "
    "fetch it again and import it without saving it in a spreadsheet first."
)


def read_practices(content: bytes, file: str) -> tuple[PracticeRow, ...]:
    """Read every practice of the file, in its order; `file` is the name that faults bear.

    Both layouts are recognised by the first row. Raises InputFaults with every fault of the file,
    a code that stands twice among them; columns of other names are ignored (`ignored_columns`).
    """
    findings = Findings(file)
    rows = read_rows(content, findings)
    if _is_headerless(rows):
        sound = rows_of_width(rows, WIDTH, findings)
        practices = tuple(read_ods_row(row, findings) for row in sound)
    else:
        practices = _read_with_header(rows, findings)
    _note_repeats(practices, findings)
    if not practices and not findings.faults:
        findings.add(None, "The file holds no practice: fetch or save it again.")
    findings.settle()
    return practices


def ignored_columns(content: bytes, file: str) -> tuple[str, ...]:
    """Name the columns of a file with a header that `read_practices` leaves unread."""
    findings = Findings(file)
    rows = read_rows(content, findings)
    if not rows or _is_headerless(rows):
        return ()
    return read_header(rows[0], REQUIRED, OPTIONAL, findings).ignored


def _is_headerless(rows: Sequence[Row]) -> bool:
    if not rows or not set(column_names(rows[0])).isdisjoint(REQUIRED + OPTIONAL):
        return False
    return any(len(row.cells) == WIDTH for row in rows)


def _read_with_header(rows: Sequence[Row], findings: Findings) -> tuple[PracticeRow, ...]:
    if not rows:
        return ()
    if is_practice_code(rows[0].cells[0]):
        findings.add(rows[0].line, _NO_HEADER)
        findings.settle()
    header = read_header(rows[0], REQUIRED, OPTIONAL, findings)
    sound = rows_of_width(rows[1:], header.width, findings)
    return tuple(_read_row(row, header, findings) for row in sound)


def _read_row(row: Row, header: Header, findings: Findings) -> PracticeRow:
    line, take, take_safely = row.line, findings.take, findings.take_safely

    def cell(column: str) -> str:
        return header.cell(row, column)

    return PracticeRow(
        line,
        ods_code=take((line, "ods_code"), practice_code, cell("ods_code"), ""),
        name=take_safely((line, "name"), named, cell("name"), ""),
        postcode=take((line, "postcode"), postcode, cell("postcode"), ""),
        ccg_code=take((line, "ccg_code"), commissioner_code, cell("ccg_code"), ""),
        ccg_name=take_safely((line, "ccg_name"), str, cell("ccg_name"), ""),
        locality=take_safely((line, "locality"), str, cell("locality"), ""),
        list_size=take((line, "list_size"), optional_count, cell("list_size"), None),
    )


def _note_repeats(practices: Sequence[PracticeRow], findings: Findings) -> None:
    first: dict[str, int] = {}
    for practice in practices:
        line = first.setdefault(practice.ods_code, practice.line)
        if practice.ods_code and line != practice.line:
            findings.add(
                practice.line,
                f"{practice.ods_code} stands on line {line} already: keep one of the two rows.",
            )

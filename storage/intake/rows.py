"""Rows of a CSV with their true line numbers, and the one list that every fault goes on.

A file is judged whole: readers add each fault they meet to `Findings` and raise at the end, so
that whoever prepared the file hears everything that is wrong with it at once.
"""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from engine.errors import Fault, InputFaults
from storage.intake.text import read_text

T = TypeVar("T")

_QUOTES = (
    "The quotation marks of this row do not pair up. If the file was cut short, fetch it again; "
    'otherwise double each mark inside a quoted cell ("").'
)
_FORMULA_STARTS = {"=": "=", "+": "+", "-": "-", "@": "@", "\t": "a tab", "\r": "a line break"}


class Malformed(ValueError):  # noqa: N818 - it describes a cell, not a malfunction
    """A cell that is not what its column asks for; the message is the sentence to print."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file on which it begins (from 1), and its raw cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """Every fault found in one file so far."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def add(self, line: int | None, says: str) -> None:
        """Note a fault at a line (None: of the file as a whole)."""
        self.faults.append(Fault(self.file, line, says))

    def take(self, place: tuple[int, str], read: Callable[[str], T], cell: str, instead: T) -> T:
        """Read the tidied cell with `read`; a malformed one is noted at (line, column)."""
        try:
            return read(tidy(cell))
        except Malformed as fault:
            line, column = place
            self.add(line, f"{column}: {fault}")
            return instead

    def take_safely(
        self, place: tuple[int, str], read: Callable[[str], T], cell: str, instead: T
    ) -> T:
        """Do as `take`, and refuse what a spreadsheet would run as a formula once exported."""
        try:
            refuse_formula(cell)
        except Malformed as fault:
            line, column = place
            self.add(line, f"{column}: {fault}")
            return instead
        return self.take(place, read, cell, instead)

    def settle(self) -> None:
        """Raise InputFaults when anything was found, in the order of the file."""
        if self.faults:
            raise InputFaults(sorted(self.faults, key=lambda fault: fault.line or 0))


def read_rows(content: bytes, findings: Findings) -> tuple[Row, ...]:
    """Read the rows that hold anything; unpaired quotation marks become faults.

    Lines may end in CRLF, LF or CR; a quoted cell may run over several lines.
    Raises InputFaults when the content is not a CSV.
    """
    text = read_text(content, findings.file)
    return tuple(row for row in _all_rows(text, findings) if any(map(str.strip, row.cells)))


def _all_rows(text: str, findings: Findings) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            findings.add(line, _QUOTES)
            if reader.line_num > line:
                return  # an open quotation mark has swallowed the lines that follow
            continue
        if cells is None:
            return
        yield Row(line, tuple(cells))


def rows_of_width(rows: Sequence[Row], width: int, findings: Findings) -> tuple[Row, ...]:
    """Keep the rows with exactly `width` cells; the others become faults."""
    for row in rows:
        if len(row.cells) < width and row is rows[-1]:
            findings.add(
                row.line,
                f"The last row has {len(row.cells)} of {width} columns: the file was cut short. "
                "Fetch or save it again.",
            )
        elif len(row.cells) != width:
            findings.add(
                row.line,
                f"This row has {len(row.cells)} columns where {width} are due: "
                "a cell that holds a comma needs quotation marks around it.",
            )
    return tuple(row for row in rows if len(row.cells) == width)


def refuse_formula(cell: str) -> None:
    """Refuse a cell that a spreadsheet would run as a formula."""
    start = _FORMULA_STARTS.get(cell[:1]) or _FORMULA_STARTS.get(cell.lstrip(" ")[:1])
    if start is not None:
        message = f"begins with {start}, which a spreadsheet would run: remove it."
        raise Malformed(message)


def tidy(cell: str) -> str:
    """Give the cell in Unicode NFC, without outer spaces and with single inner ones.

    Control and other invisible characters are Malformed: they can forge a line of a letter, turn a
    name round on a page, or make two names look the same.
    """
    if not cell.isprintable():
        for character in cell:
            if not character.isprintable() and unicodedata.category(character) != "Zs":
                shown = "a line break" if character in "\r\n" else f"U+{ord(character):04X}"
                raise Malformed(f"holds an invisible character ({shown}): remove it.")
    return " ".join(unicodedata.normalize("NFC", cell).split())


@dataclass(frozen=True, slots=True)
class Header:
    """Which known column stands where, and which others the file has."""

    width: int
    places: Mapping[str, int]
    ignored: tuple[str, ...]

    def cell(self, row: Row, column: str) -> str:
        """Pick the raw cell of a column; empty when the file does not have the column."""
        place = self.places.get(column)
        return "" if place is None else row.cells[place]


def column_names(row: Row) -> tuple[str, ...]:
    """Give a header's names as they are compared: `ODS Code` and `ods-code` are `ods_code`."""
    return tuple("_".join(re.findall(r"[^\W_]+\+?", cell.casefold())) for cell in row.cells)


def read_header(
    row: Row, required: Sequence[str], optional: Sequence[str], findings: Findings
) -> Header:
    """Find where each column stands, in whatever order; raises InputFaults when one is missing.

    A column nearly named like a missing one is a fault too, so that a slip of the pen in an
    optional column does not lose it silently; any other column is ignored.
    """
    names = column_names(row)
    known = (*required, *optional)
    unknown = tuple(name for name in names if name and name not in known)
    for column in known:
        if names.count(column) > 1:
            findings.add(row.line, f"The column `{column}` stands here twice: remove one.")
        elif column not in names:
            _note_missing(row.line, column, unknown, findings, needed=column in required)
    findings.settle()
    places = {name: place for place, name in enumerate(names) if name in known}
    return Header(len(names), places, unknown)


def _note_missing(
    line: int, column: str, unknown: Sequence[str], findings: Findings, *, needed: bool
) -> None:
    near = difflib.get_close_matches(column, unknown, 1, 0.75)
    if needed and not near:
        near = [name for name in unknown if column in name.split("_")]
    if near:
        says = f"The column `{column}` is missing; `{near[0]}` is the nearest: rename it."
        findings.add(line, says)
    elif needed:
        here = ", ".join(f"`{name}`" for name in unknown[:8]) or "no other column"
        findings.add(line, f"The column `{column}` is missing; this line has {here} besides.")

"""The shapes of single values: practice codes, postcodes, counts, dates, names.

Each reader takes a tidied cell and gives the value or raises Malformed with the remedy.
"""

import re
from collections.abc import Collection
from datetime import date

from storage.intake.rows import Malformed

_PRACTICE = re.compile(r"(?=.*[0-9])[A-Z][A-Z0-9]{5}")
_COMMISSIONER = re.compile(r"[A-Z0-9]{3,5}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})|BFPO ?[0-9]{1,4}")
_COUNT = re.compile(r"[0-9]{1,7}")
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LONGEST_SHOWN = 40


def shown(value: str) -> str:
    """Quote the value for a fault, shortened when long."""
    return f'"{value}"' if len(value) <= _LONGEST_SHOWN else f'"{value[:_LONGEST_SHOWN]}…"'


def practice_code(cell: str) -> str:
    """Read an ODS code of a practice: a letter, then five letters or digits, such as C84001.

    The national file holds W92054 for Wales and GUE655 for Guernsey beside England's codes.
    """
    code = cell.upper()
    if not _PRACTICE.fullmatch(code):
        raise Malformed(f"{shown(cell)} is not an ODS practice code (six characters, as C84001).")
    return code


def is_practice_code(cell: str) -> bool:
    """Tell whether a raw cell has the shape of a practice's code."""
    return _PRACTICE.fullmatch(cell.strip().upper()) is not None


def commissioner_code(cell: str) -> str:
    """Read the code of a CCG, or of the sub-ICB location that took its place: 04G, D9Y0V."""
    code = cell.upper()
    if not _COMMISSIONER.fullmatch(code):
        raise Malformed(f"{shown(cell)} is not a commissioner's code (three to five, as 04G).")
    return code


def optional_commissioner_code(cell: str) -> str:
    """Read a commissioner's code, or empty where the register names none."""
    return commissioner_code(cell) if cell else ""


def postcode(cell: str) -> str:
    """Read a postcode: outward and inward part in capitals with one space; empty stays empty."""
    if not cell:
        return ""
    match = _POSTCODE.fullmatch(cell.upper())
    if not match:
        raise Malformed(f"{shown(cell)} is not a postcode (as S81 0HH); leave it empty if unknown.")
    return f"{match[1]} {match[2]}" if match[1] else match[0]


def count(cell: str) -> int:
    """Read a whole number from 0 to 9,999,999, digits only."""
    if not _COUNT.fullmatch(cell):
        raise Malformed(f"{shown(cell)} is not a whole number: digits only, without commas.")
    return int(cell)


def optional_count(cell: str) -> int | None:
    """Read a whole number, or None where the cell is empty."""
    return count(cell) if cell else None


def optional_day(cell: str) -> date | None:
    """Read a day written 20130401 or 2013-04-01; None where the cell is empty."""
    if not cell:
        return None
    match = _DAY.fullmatch(cell)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else _no_day(cell)
    except ValueError:
        return _no_day(cell)


def _no_day(cell: str) -> date:
    raise Malformed(f"{shown(cell)} is not a date (as 20130401).")


def named(cell: str) -> str:
    """Read a name, which may not be empty."""
    if not cell:
        raise Malformed("is empty: every row needs one.")
    return cell


def nearest_code(code: str, known: Collection[str]) -> str | None:
    """Find a known code one slip away: a character wrong, or two neighbours swapped."""
    return next((slip for slip in sorted(_slips(code)) if slip in known), None)


def _slips(code: str) -> set[str]:
    places = range(len(code))
    swapped = {code[:i] + code[i : i + 2][::-1] + code[i + 2 :] for i in places}
    changed = {code[:i] + letter + code[i + 1 :] for i in places for letter in _ALPHABET}
    return (swapped | changed) - {code}

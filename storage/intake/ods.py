"""The layout of epraccur.csv, the national list of practices and other prescribing centres.

Published by the NHS Organisation Data Service without a header, 27 columns. Two spellings are
read: the file of old (status A, C, D or P; prescribing setting as a number) and that of the
service's Data Search and Export (ACTIVE or INACTIVE; role codes such as RO76).
"""

from collections.abc import Mapping
from types import MappingProxyType

from storage.intake.practice_row import GP_PRACTICE, PracticeRow, Status
from storage.intake.rows import Findings, Malformed, Row
from storage.intake.shapes import (
    count,
    named,
    optional_commissioner_code,
    optional_day,
    postcode,
    practice_code,
    shown,
)

WIDTH = 27

_CODE, _NAME, _POSTCODE, _OPENED, _CLOSED = 0, 1, 9, 10, 11
_STATUS, _COMMISSIONER, _JOINED, _SETTING = 12, 14, 15, 25

_STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        "A": Status.OPEN,
        "ACTIVE": Status.OPEN,
        "C": Status.CLOSED,
        "INACTIVE": Status.CLOSED,
        "D": Status.DORMANT,
        "P": Status.PROPOSED,
    }
)

# Walk-in centre (RO87) and out of hours (RO80) may stand together; their numbers add up to 3.
_ROLES: Mapping[str, int] = MappingProxyType(
    {
        "RO76": GP_PRACTICE,
        "RO87": 1,
        "RO80": 2,
        "RO255": 8,
        "RO247": 9,
        "RO250": 10,
        "RO252": 11,
        "RO259": 12,
        "RO249": 13,
        "RO246": 14,
        "RO245": 15,
        "RO260": 16,
        "RO257": 17,
        "RO256": 18,
        "RO251": 19,
        "RO248": 20,
        "RO254": 21,
        "RO258": 22,
        "RO253": 24,
        "RO82": 25,
        "RO321": 26,
        "RO323": 27,
    }
)


def read_ods_row(row: Row, findings: Findings) -> PracticeRow:
    """Read the practice of one row of 27 cells; every malformed cell is noted."""
    line, cells, take = row.line, row.cells, findings.take
    setting = take((line, "column 26 (prescribing setting)"), _setting, cells[_SETTING], 0)
    # Other services do bear names such as "@HOME"; they never reach the register.
    take_name = findings.take_safely if setting == GP_PRACTICE else take
    return PracticeRow(
        line,
        ods_code=take((line, "column 1 (code)"), practice_code, cells[_CODE], ""),
        name=take_name((line, "column 2 (name)"), named, cells[_NAME], ""),
        postcode=take((line, "column 10 (postcode)"), postcode, cells[_POSTCODE], ""),
        ccg_code=take(
            (line, "column 15 (commissioner)"), optional_commissioner_code, cells[_COMMISSIONER], ""
        ),
        status=take((line, "column 13 (status)"), _status, cells[_STATUS], Status.OPEN),
        setting=setting,
        opened=take((line, "column 11 (open date)"), optional_day, cells[_OPENED], None),
        closed=take((line, "column 12 (close date)"), optional_day, cells[_CLOSED], None),
        joined=take((line, "column 16 (join date)"), optional_day, cells[_JOINED], None),
    )


def _status(cell: str) -> Status:
    status = _STATUSES.get(cell.upper())
    if status is None:
        raise Malformed(f"{shown(cell)} is not a status: A, C, D or P, or ACTIVE or INACTIVE.")
    return status


def _setting(cell: str) -> int:
    """Read the setting's number; 0 where the file says nothing or names an unknown role."""
    if not cell.upper().startswith("RO"):
        return count(cell) if cell else 0
    found = {_ROLES.get(role, 0) for role in cell.upper().split("|")}
    if GP_PRACTICE in found:
        return GP_PRACTICE
    return 3 if {1, 2} <= found else max(found)

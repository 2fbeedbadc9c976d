"""When practices were last reminded of a decision: by a letter of its own, or in a digest."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage import tables

DIGEST = "digest"
"""The letter that tells a practice of every decision that still needs it."""

RECENT = 3
"""Digests that are looked at: one a week, so no span of seven days holds more than two."""

_COLUMNS = select(tables.mailing.c.at, tables.mailing.c.practices, tables.mailing.c.context)
_REMINDERS = _COLUMNS.where(
    tables.mailing.c.decision == bindparam("reference"), tables.mailing.c.letter == "reminder"
).order_by(tables.mailing.c.leaf)
_DIGESTS = (
    _COLUMNS.where(tables.mailing.c.decision == "", tables.mailing.c.letter == DIGEST)
    .order_by(tables.mailing.c.leaf.desc())
    .limit(RECENT)
)


def read_reminded(connection: Connection, reference: str) -> Mapping[str, tuple[datetime, ...]]:
    """The instants at which each practice was owed a letter that reminds it of this decision."""
    found: dict[str, list[datetime]] = {}
    for row in connection.execute(_REMINDERS, {"reference": reference}):
        for practice in json.loads(row.practices):
            found.setdefault(practice, []).append(row.at)
    for row in connection.execute(_DIGESTS):
        for practice, needs in json.loads(row.context)["needs"].items():
            if any(each["decision"] == reference for each in needs):
                found.setdefault(practice, []).append(row.at)
    return {practice: tuple(sorted(moments)) for practice, moments in found.items()}

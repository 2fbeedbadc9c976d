"""Whom to ring."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.people import PRACTICE_ROLES
from storage import tables


@dataclass(frozen=True, slots=True)
class Ring:
    """A person to ring; `phone` is empty where none is known."""

    name: str
    role: str
    phone: str


PhoneList = Mapping[str, tuple[Ring, ...]]
"""By ODS code, in the order in which they are best rung."""

FIRST = ("lead", "deputy", "manager")
"""Who is best rung: a letter names these alone."""

_PEOPLE = (
    select(tables.post.c.ods_code, tables.post.c.role, tables.person)
    .join(tables.person, tables.person.c.id == tables.post.c.person)
    .where(
        tables.post.c.ods_code.in_(bindparam("codes", expanding=True)),
        tables.post.c.role.in_(bindparam("roles", expanding=True)),
    )
)


def phone_list(
    connection: Connection, practices: Collection[str], roles: Collection[str] = PRACTICE_ROLES
) -> PhoneList:
    """People of these practices in these roles: each once, by the post that is first in rank."""
    if not practices:
        return {}
    rows = connection.execute(_PEOPLE, {"codes": list(practices), "roles": list(roles)}).all()
    found: dict[str, dict[str, Ring]] = {}
    for row in sorted(rows, key=lambda row: (PRACTICE_ROLES.index(row.role), row.name)):
        found.setdefault(row.ods_code, {}).setdefault(row.id, Ring(row.name, row.role, row.phone))
    return {code: tuple(people.values()) for code, people in found.items()}

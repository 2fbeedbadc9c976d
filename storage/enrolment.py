"""Writing the register: what an import changes, and what is known before it."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage import tables
from storage.intake import KnownPerson, KnownPractice, PersonChange, Status


def known_practices(connection: Connection) -> Mapping[str, KnownPractice]:
    """Every practice the register holds, by ODS code."""
    return {
        row.ods_code: KnownPractice(
            row.ods_code,
            row.name,
            row.postcode,
            row.ccg_code,
            row.ccg_name,
            row.locality,
            row.list_size,
            date.fromisoformat(row.list_date) if row.list_date else None,
            Status(row.status),
        )
        for row in connection.execute(select(tables.practice))
    }


def write_practices(connection: Connection, practices: Iterable[KnownPractice]) -> None:
    """Put these practices as they are to stand."""
    rows = [_practice_row(practice) for practice in practices]
    if rows:
        codes = [{"ods": row["ods_code"]} for row in rows]
        column = tables.practice.c.ods_code
        connection.execute(delete(tables.practice).where(column == bindparam("ods")), codes)
        connection.execute(insert(tables.practice), rows)


def _practice_row(practice: KnownPractice) -> dict[str, object]:
    return {
        "ods_code": practice.ods_code,
        "name": practice.name,
        "postcode": practice.postcode,
        "ccg_code": practice.ccg_code,
        "ccg_name": practice.ccg_name,
        "locality": practice.locality,
        "list_size": practice.list_size,
        "list_date": practice.list_date.isoformat() if practice.list_date else None,
        "status": str(practice.status),
    }


def known_people(connection: Connection) -> list[KnownPerson]:
    """Everyone the register holds, with their posts."""
    posts: dict[str, set[tuple[str, str]]] = {}
    for row in connection.execute(select(tables.post)):
        posts.setdefault(row.person, set()).add((row.ods_code, row.role))
    return [
        KnownPerson(
            row.id,
            row.name,
            row.email,
            row.phone,
            frozenset(posts.get(row.id, ())),
            row.locality,
        )
        for row in connection.execute(select(tables.person).order_by(tables.person.c.id))
    ]


def write_people(
    connection: Connection, new: Mapping[str, PersonChange], details: Iterable[PersonChange]
) -> None:
    """Add new people under their ids, and the changed details of known ones."""
    rows = [
        {
            "id": person,
            "name": change.name,
            "email": change.email,
            "phone": change.phone,
            "locality": change.locality,
        }
        for person, change in new.items()
    ]
    if rows:
        connection.execute(insert(tables.person), rows)
    for change in details:
        connection.execute(
            update(tables.person)
            .where(tables.person.c.id == change.person)
            .values(
                name=change.name,
                email=change.email,
                phone=change.phone,
                locality=change.locality,
            )
        )


def write_posts(
    connection: Connection,
    added: Iterable[tuple[str, str, str]],
    ended: Iterable[tuple[str, str, str]],
) -> None:
    """Begin and end posts, each a person, a practice code (or "") and a role."""
    names = ("person", "ods_code", "role")
    begin = [dict(zip(names, post, strict=True)) for post in added]
    end = [dict(zip(("p", "o", "r"), post, strict=True)) for post in ended]
    columns = tables.post.c
    if end:
        same = (
            columns.person == bindparam("p"),
            columns.ods_code == bindparam("o"),
            columns.role == bindparam("r"),
        )
        connection.execute(delete(tables.post).where(*same), end)
    if begin:
        connection.execute(insert(tables.post), begin)

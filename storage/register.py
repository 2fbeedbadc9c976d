"""The register: practices, people and their posts. Ordinary data, which may hold names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.people import PRACTICE_ROLES
from engine.per_head import Patients, known_patients
from storage import tables


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a practice: their highest role there, and the address letters go to."""

    person: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class RegisteredPractice:
    """An open practice of the body, with its people."""

    ods_code: str
    name: str
    locality: str
    list_size: int | None
    list_date: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a letter goes."""

    person: str
    name: str
    email: str


def open_practices(connection: Connection, ccg_code: str) -> list[RegisteredPractice]:
    """The body's open practices, by ODS code, each with its people."""
    columns = tables.practice.c
    query = (
        select(tables.practice)
        .where(columns.ccg_code == ccg_code, columns.status == "open")
        .order_by(columns.ods_code)
    )
    rows = connection.execute(query).all()
    members = _members(connection)
    return [
        RegisteredPractice(
            row.ods_code,
            row.name,
            row.locality,
            row.list_size,
            row.list_date,
            members.get(row.ods_code, ()),
        )
        for row in rows
    ]


def _members(connection: Connection) -> Mapping[str, tuple[Member, ...]]:
    """Everyone with a post at a practice; who holds several roles there counts by the first."""
    rank = {role: n for n, role in enumerate(PRACTICE_ROLES)}
    post, person = tables.post.c, tables.person.c
    query = (
        select(post.ods_code, post.role, person.id, person.name, person.email)
        .join(tables.person, person.id == post.person)
        .where(post.ods_code != "")
    )
    rows = sorted(connection.execute(query), key=lambda row: rank.get(row.role, len(rank)))
    found: dict[str, dict[str, Member]] = {}
    for row in rows:
        member = Member(row.id, row.name, row.email, row.role)
        found.setdefault(row.ods_code, {}).setdefault(row.id, member)
    return {code: tuple(members.values()) for code, members in found.items()}


def people_at(connection: Connection, code: str) -> tuple[Member, ...]:
    """Everyone with a post at a practice, the first in rank first."""
    return _members(connection).get(code, ())


def posts_at(connection: Connection, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Everyone with a post at these practices, as (practice, person), in order."""
    members = _members(connection)
    return [
        (code, person)
        for code in sorted(codes)
        for person in sorted(member.person for member in members.get(code, ()))
    ]


def body_patients(connection: Connection, ccg_code: str) -> Patients:
    """The registered patients of the body's open practices, as the register has them now."""
    columns = tables.practice.c
    query = select(columns.ods_code, columns.list_size).where(
        columns.ccg_code == ccg_code, columns.status == "open"
    )
    return known_patients((row.ods_code, row.list_size) for row in connection.execute(query))


def localities(connection: Connection, ccg_code: str) -> frozenset[str]:
    """The localities of the body's open practices, blank ones left out."""
    columns = tables.practice.c
    query = select(columns.locality).where(
        columns.ccg_code == ccg_code, columns.status == "open", columns.locality != ""
    )
    return frozenset(connection.execute(query).scalars())


def every_locality(connection: Connection) -> frozenset[str]:
    """Every locality that a practice of the register is in."""
    column = tables.practice.c.locality
    return frozenset(connection.execute(select(column).where(column != "")).scalars())


def practice_codes(connection: Connection) -> frozenset[str]:
    """Every practice the register knows, open or not."""
    return frozenset(connection.execute(select(tables.practice.c.ods_code)).scalars())


def practice_name(connection: Connection, ods_code: str) -> str:
    """A practice's registered name; its code where the register has lost it."""
    column = tables.practice.c
    query = select(column.name).where(column.ods_code == ods_code)
    return connection.execute(query).scalar() or ods_code


def practice_is_open(connection: Connection, ods_code: str) -> bool:
    """Whether the register has this practice, and open."""
    columns = tables.practice.c
    query = select(columns.status).where(columns.ods_code == ods_code)
    return connection.execute(query).scalar() == "open"


_PEOPLE = select(tables.person).where(tables.person.c.id.in_(bindparam("ids", expanding=True)))


def contacts(connection: Connection, persons: Collection[str]) -> Mapping[str, Contact]:
    """Where letters to these people go now."""
    found: dict[str, Contact] = {}
    wanted = list(persons)
    for start in range(0, len(wanted), 400):
        rows = connection.execute(_PEOPLE, {"ids": wanted[start : start + 400]})
        found |= {row.id: Contact(row.id, row.name, row.email) for row in rows}
    return found


def holders(connection: Connection, roles: Iterable[str]) -> tuple[Contact, ...]:
    """The people of the body who hold the first of these roles that anyone holds."""
    for role in roles:
        post, person = tables.post.c, tables.person.c
        query = (
            select(person.id, person.name, person.email)
            .join(tables.post, person.id == post.person)
            .where(post.ods_code == "", post.role == role)
            .order_by(person.id)
        )
        rows = connection.execute(query).all()
        if rows:
            return tuple(Contact(row.id, row.name, row.email) for row in rows)
    return ()


OVERSEERS = ("chair", "accountable_officer", "secretary")
"""Who is written to where nobody holds the role a letter is for: the first that anyone holds."""


def written_to(connection: Connection, role: str, locality: str = "") -> tuple[Contact, ...]:
    """Who gets a letter that is for a role; with a locality, for whoever holds it there."""
    if role == LEADERS:
        return _leaders(connection) or holders(connection, OVERSEERS)
    if locality:
        return _locality_leads(connection, locality) or holders(connection, OVERSEERS)
    return holders(connection, (role, *OVERSEERS))


LEADERS = "leaders"
"""Everyone who leads the body: a letter for them goes once to each person."""

LEAD_THE_BODY = ("accountable_officer", "chair", "lay_chair", "governing_body")
"""Their roles."""

_HELD = (
    select(tables.person)
    .join(tables.post, tables.person.c.id == tables.post.c.person)
    .where(tables.post.c.ods_code == "")
    .order_by(tables.person.c.id)
    .distinct()
)


def _leaders(connection: Connection) -> tuple[Contact, ...]:
    rows = connection.execute(_HELD.where(tables.post.c.role.in_(LEAD_THE_BODY)))
    return tuple(Contact(row.id, row.name, row.email) for row in rows)


def _locality_leads(connection: Connection, locality: str) -> tuple[Contact, ...]:
    held = _HELD.where(tables.post.c.role == "locality_lead")
    rows = connection.execute(held.where(tables.person.c.locality == locality))
    return tuple(Contact(row.id, row.name, row.email) for row in rows)


def led_localities(connection: Connection) -> frozenset[str]:
    """The localities that somebody leads."""
    held = _HELD.where(tables.post.c.role == "locality_lead")
    return frozenset(row.locality for row in connection.execute(held) if row.locality)


def body_person(connection: Connection, email: str) -> Contact | None:
    """The person of the body with this address."""
    post, person = tables.post.c, tables.person.c
    query = (
        select(person.id, person.name, person.email)
        .join(tables.post, person.id == post.person)
        .where(post.ods_code == "", person.email == email.casefold())
    )
    row = connection.execute(query).first()
    return Contact(row.id, row.name, row.email) if row else None


def body_roles(connection: Connection, email: str) -> frozenset[str]:
    """The roles in the body of the person with this address; empty where there is none."""
    post, person = tables.post.c, tables.person.c
    query = (
        select(post.role)
        .join(tables.person, person.id == post.person)
        .where(post.ods_code == "", person.email == email.casefold())
    )
    return frozenset(connection.execute(query).scalars())

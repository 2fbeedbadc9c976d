"""Accounts of people of the body who may sign in. Leafless: the trail does not know of them."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage import tables
from storage.keys import Erased, Keys
from storage.openings import person_key


@dataclass(frozen=True, slots=True)
class Account:
    """An account as sign-in needs it. `factor` is still sealed: see `open_factor`."""

    person: str
    name: str
    email: str
    role: str
    code_hash: bytes | None
    code_until: datetime | None
    password: str | None
    factor: bytes | None
    last_step: int | None
    set_up_at: datetime | None
    usual_place: bytes | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A person of the body who holds a role."""

    person: str
    name: str
    email: str


_ACCOUNT, _PERSON, _POST = tables.account.c, tables.person.c, tables.post.c
# Whoever no longer holds the role has no account, whatever row is left of it.
_HELD = (
    select(tables.account, _PERSON.name, _PERSON.email)
    .join(tables.person, _PERSON.id == _ACCOUNT.person)
    .join(
        tables.post,
        (_POST.person == _ACCOUNT.person) & (_POST.role == _ACCOUNT.role) & (_POST.ods_code == ""),
    )
)


def holders_of(connection: Connection, email: str, role: str) -> tuple[Holder, ...]:
    """The people of the body with this address who hold this role."""
    query = (
        select(_PERSON.id, _PERSON.name, _PERSON.email)
        .join(tables.post, _POST.person == _PERSON.id)
        .where(_POST.ods_code == "", _POST.role == role, _PERSON.email == email.strip().casefold())
    )
    rows = connection.execute(query.order_by(_PERSON.id))
    return tuple(Holder(row.id, row.name, row.email) for row in rows)


def find_account(connection: Connection, email: str) -> Account | None:
    """The one account with this address; None where there is none, or more than one."""
    query = _HELD.where(_PERSON.email == email.strip().casefold())
    rows = connection.execute(query).all()
    return _account(rows[0]) if len(rows) == 1 else None


def account_of(connection: Connection, person: str) -> Account | None:
    """A person's account."""
    row = connection.execute(_HELD.where(_ACCOUNT.person == person)).first()
    return _account(row) if row else None


def list_accounts(connection: Connection) -> list[Account]:
    """Every account, by address."""
    return [_account(row) for row in connection.execute(_HELD.order_by(_PERSON.email))]


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        row.person,
        row.name,
        row.email,
        row.role,
        row.code_hash,
        row.code_until,
        row.password,
        row.factor,
        row.last_step,
        row.set_up_at,
        row.usual_place,
    )


def begin_account(
    connection: Connection, person: str, role: str, code_hash: bytes, now: datetime, until: datetime
) -> None:
    """A new account, or an old one anew: whatever it was set up with before is void."""
    end_account(connection, person)
    connection.execute(
        insert(tables.account).values(
            person=person, role=role, added_at=now, code_hash=code_hash, code_until=until
        )
    )


def end_account(connection: Connection, person: str) -> bool:
    """Remove an account with every visit of it; whether there was one."""
    connection.execute(delete(tables.visit).where(tables.visit.c.person == person))
    return connection.execute(delete(tables.account).where(_ACCOUNT.person == person)).rowcount > 0


def void_accounts(connection: Connection) -> None:
    """Remove every account and visit: in an old database they may be those of people who left."""
    for table in (tables.visit, tables.account):
        connection.execute(delete(table))


def keep_secrets(
    connection: Connection, person: str, code_hash: bytes, password: str, factor: bytes
) -> bool:
    """Keep what was chosen, for as long as the code is good; False where it no longer is."""
    same = (_ACCOUNT.person == person, _ACCOUNT.code_hash == code_hash)
    chosen = update(tables.account).where(*same).values(password=password, factor=factor)
    return connection.execute(chosen).rowcount == 1


def finish_account(connection: Connection, person: str, step: int, now: datetime) -> bool:
    """The set-up is done and its code used up; False where somebody was quicker."""
    open_ = (_ACCOUNT.person == person, _ACCOUNT.code_hash.is_not(None))
    done = update(tables.account).where(*open_)
    done = done.values(code_hash=None, code_until=None, last_step=step, set_up_at=now)
    return connection.execute(done).rowcount == 1


def use_step(connection: Connection, person: str, step: int) -> bool:
    """Use up a code of the second factor; False where it, or a later one, was used already.

    Look and act are one statement: of two that come together one is refused.
    """
    unused = _ACCOUNT.last_step.is_(None) | (_ACCOUNT.last_step < step)
    used = update(tables.account).where(_ACCOUNT.person == person, unused).values(last_step=step)
    return connection.execute(used).rowcount == 1


def hash_place(link_key: bytes, email: str, network: str) -> bytes:
    """A network address as it is kept for an e-mail address: nobody reads it without the key.

    A plain hash would give it away, since all addresses there are can be tried.
    """
    whose = f"{email.strip().casefold()}\n{network}"
    return hmac.digest(link_key, b"quorate/place/v1\n" + whose.encode(), "sha256")


def note_place(connection: Connection, person: str, place: bytes) -> None:
    """The owner of an account signed in from here; the place before is forgotten."""
    same = _ACCOUNT.person == person
    connection.execute(update(tables.account).where(same).values(usual_place=place))


def seal_factor(keys: Keys, person: str, secret: bytes) -> bytes:
    """The second factor's secret as it is kept: erasing the person's key makes it unreadable."""
    return keys.seal(person_key(person), secret, _place(person))


def open_factor(keys: Keys, account: Account) -> bytes | None:
    """The second factor's secret; None where there is none, or the person has been erased."""
    if account.factor is None:
        return None
    try:
        return keys.unseal(person_key(account.person), account.factor, _place(account.person))
    except Erased:
        return None


def _place(person: str) -> bytes:
    return f"factor|{person}".encode()

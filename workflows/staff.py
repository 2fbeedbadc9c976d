"""Who of the body may sign in: added, listed and removed on the command line."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from engine.errors import Refused
from engine.people import BODY_ROLES
from storage.accounts import (
    Holder,
    begin_account,
    end_account,
    find_account,
    holders_of,
    list_accounts,
)
from storage.setup import Store
from storage.tries import forget_tries

CODE_BYTES = 15
"""120 random bits: more than the 112 from which a plain hash is enough (ASVS 5.0, 6.5.2)."""

CODE_DAYS = 7
_GROUP = 4


class NotOnRegister(Refused):
    """Nobody of the body has this address in this role."""

    remedy = (
        "Put the person into a file of people (ods_code empty, the role beside the address) and "
        "run `quorate people import FILE`."
    )


class SharedAddress(Refused):
    """Several people of the body share this address; an account is one person's."""

    remedy = "Give each an address of their own: `quorate people import FILE`."


class NoSuchAccount(Refused):
    """Nobody with this address may sign in."""

    remedy = "Run `quorate staff list` to see who may."


@dataclass(frozen=True, slots=True)
class Invitation:
    """What whoever adds a person passes on: the code is shown this once."""

    name: str
    email: str
    role: str
    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as it is listed."""

    email: str
    name: str
    role: str
    state: str  # ready | waiting for set-up | code ran out


@dataclass(frozen=True, slots=True)
class Staff:
    """The accounts of a body's people."""

    store: Store

    def add(self, email: str, role: str) -> Invitation:
        """Let a person of the register sign in: a new code, and whatever was before is void."""
        code = new_code(self.store.ledger.random_bytes(CODE_BYTES))
        now = self.store.ledger.now()
        until = now + timedelta(days=CODE_DAYS)
        with self.store.database.writing() as writing:
            holder = _the_one(email, role, holders_of(writing, email, role))
            other = find_account(writing, email)
            if other is not None and other.person != holder.person:
                raise SharedAddress
            begin_account(writing, holder.person, role, hash_code(code), now, until)
            forget_tries(writing, holder.email)
        return Invitation(holder.name, holder.email, role, code, until)

    def list(self) -> list[Listed]:
        """Everyone who may sign in, or will once they have set it up."""
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            accounts = list_accounts(reading)
        return [
            Listed(each.email, each.name, each.role, _state(each.set_up_at, each.code_until, now))
            for each in accounts
        ]

    def remove(self, email: str) -> None:
        """Take a person's account away; where they are signed in they are no longer."""
        with self.store.database.writing() as writing:
            account = find_account(writing, email)
            if account is None:
                raise NoSuchAccount(f"{email} may not sign in as it is.")
            end_account(writing, account.person)


def _the_one(email: str, role: str, holders: tuple[Holder, ...]) -> Holder:
    if role not in BODY_ROLES:
        known = ", ".join(BODY_ROLES)
        raise NotOnRegister(f"{role!r} is no role of the body.", f"The roles are: {known}.")
    if not holders:
        raise NotOnRegister(f"Nobody of the body has the address {email} as {role}.")
    if len(holders) > 1:
        raise SharedAddress
    return holders[0]


def _state(set_up_at: datetime | None, until: datetime | None, now: datetime) -> str:
    if set_up_at is not None:
        return "ready"
    return "waiting for set-up" if until is not None and now < until else "code ran out"


def new_code(random: bytes) -> str:
    """A set-up code as it is passed on: base32 in groups of four."""
    text = b32encode(random).decode()
    return "-".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def hash_code(typed: str) -> bytes:
    """The hash of a code, however it was typed: small letters, spaces, without hyphens."""
    plain = "".join(c for c in typed.upper() if c.isalnum())
    return sha256(b"quorate/set-up/v1\n" + plain.encode()).digest()

"""Signing in: the set-up with a code, the password with a second factor, and the visit.

Whatever is wrong, there is one answer and the same work: nobody learns whether an address has an
account, or which of its secrets was right.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from engine import one_time, passwords
from storage import accounts, visits
from storage.accounts import Account
from storage.database import Trouble
from storage.password_hashes import fits, hash_password
from storage.setup import Store
from storage.tries import EVERYWHERE, forget_tries, take_try
from workflows.staff import hash_code

_log = structlog.get_logger("door")

TOKEN = 32
"""Bytes of a visit's id: 256 random bits."""

_NO_CODE = bytes(32)
_NO_FACTOR = bytes(one_time.SECRET)
_SETTING_UP = b"setting up"
"""The count of whoever holds the set-up's own token: no stranger can use it up."""


@dataclass(frozen=True, slots=True)
class Entered:
    """It is right. `token` is the visit's id, new with every step taken."""

    token: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something is not right; which, nobody is told."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Too many tries for this address: the next one is looked at from `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Unfit:
    """What was chosen is not taken: a sentence for each field."""

    faults: Mapping[str, str]


Reply = Entered | Wrong | Waits | Unfit


@dataclass(frozen=True, slots=True)
class Factor:
    """The second factor's secret, to be put into an app."""

    email: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, in which role of the body."""

    person: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """The door for people of the body. `organisation` is named in the app beside the code."""

    store: Store
    organisation: str

    # --- the first time -------------------------------------------------------------------

    def begin_set_up(self, email: str, code: str, password: str) -> Reply:
        """Choose a password, with the code that was passed on. The second factor comes next."""
        password = passwords.tidy(password)
        fault = passwords.fault(password, email, self.organisation)
        if fault is not None:
            return Unfit({"password": fault})
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            account = accounts.find_account(reading, email)
        kept = (account and account.code_hash) or _NO_CODE
        fitting = hmac.compare_digest(kept, hash_code(code))
        if account is None or not fitting or not _is_good(account, now):
            # The right code never waits: 120 bits are not guessed, and a stranger who knocks
            # could keep a new member out for as long as they like.
            return self._take_try(email) or Wrong()
        hashed = hash_password(password, self.store.ledger.random_bytes)
        secret = self.store.ledger.random_bytes(one_time.SECRET)
        factor = accounts.seal_factor(self.store.keys, account.person, secret)
        token = self._new_token()
        with self.store.database.writing() as writing:
            if not accounts.keep_secrets(writing, account.person, kept, hashed, factor):
                return Wrong()
            visits.end_visits_of(writing, account.person)
            visits.begin_visit(writing, token, account.person, visits.SETTING_UP, now)
            forget_tries(writing, email)
            forget_tries(writing, email, _SETTING_UP)
        return Entered(token)

    def factor(self, token: str) -> Factor | None:
        """The secret for the app; None for whoever is not setting up an account."""
        account = self._setting_up(token)
        secret = accounts.open_factor(self.store.keys, account) if account else None
        if account is None or secret is None:
            return None
        link = one_time.app_link(secret, account.email, self.organisation)
        return Factor(account.email, one_time.spelt(secret), link)

    def finish_set_up(self, token: str, digits: str, network: str = "") -> Reply | None:
        """Show that the app gives the right code: the account is ready and its person signed in.

        None for whoever is not setting up an account. `network` is the address that they come from.
        """
        account = self._setting_up(token)
        secret = accounts.open_factor(self.store.keys, account) if account else None
        if account is None or secret is None:
            return None
        waits = self._take_try(account.email, _SETTING_UP)
        if waits is not None:
            return waits
        now = self.store.ledger.now()
        step = one_time.fitting_step(secret, digits, now, account.last_step)
        if step is None:
            return Wrong()
        place = self._place(account.email, network)
        return self._enter(account, step, now, place, _SETTING_UP, first=True)

    def _setting_up(self, token: str) -> Account | None:
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            found = visits.find_visit(reading, token, now)
            if found is None or found[0].stage != visits.SETTING_UP:
                return None
            account = accounts.account_of(reading, found[0].person)
        return account if account is not None and _is_good(account, now) else None

    # --- every time -----------------------------------------------------------------------

    def sign_in(
        self, email: str, password: str, digits: str, old: str = "", network: str = ""
    ) -> Reply:
        """Password and second factor together. `old` is the visit that this one takes over from.

        `network` is the address that they come from, empty where nobody knows: where the owner
        signed in from there last, no stranger's tries from elsewhere hold them up.
        """
        with self.store.database.reading() as reading:
            account = accounts.find_account(reading, email)
        place = self._place(email, network)
        usual = (account and account.usual_place) or EVERYWHERE
        apart = usual if place and hmac.compare_digest(usual, place) else EVERYWHERE
        waits = self._take_try(email, apart)
        if waits is not None:
            return waits
        now = self.store.ledger.now()
        ready = account if account is not None and account.set_up_at is not None else None
        known = fits(passwords.tidy(password), ready.password if ready else None)
        secret = accounts.open_factor(self.store.keys, ready) if ready else None
        last = ready.last_step if ready else None
        step = one_time.fitting_step(secret or _NO_FACTOR, digits, now, last)
        if ready is None or secret is None or not known or step is None:
            return Wrong()
        return self._enter(ready, step, now, place, apart, old)

    def _enter(
        self,
        account: Account,
        step: int,
        now: datetime,
        place: bytes | None,
        counted: bytes,
        old: str = "",
        *,
        first: bool = False,
    ) -> Reply:
        """Use the code up and begin a visit under a new id: of two at once one is refused."""
        token = self._new_token()
        with self.store.database.writing() as writing:
            used = (
                accounts.finish_account(writing, account.person, step, now)
                if first
                else accounts.use_step(writing, account.person, step)
            )
            if not used:
                return Wrong()
            if first:
                visits.end_visits_of(writing, account.person)
            visits.end_visit(writing, old)
            visits.begin_visit(writing, token, account.person, visits.SIGNED_IN, now)
            if place is not None:
                accounts.note_place(writing, account.person, place)
            forget_tries(writing, account.email, counted)
        return Entered(token)

    # --- the visit ------------------------------------------------------------------------

    def who(self, token: str) -> Visitor | None:
        """Whose visit this is, if it goes on and they still hold their role; its use is noted."""
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            found = visits.find_visit(reading, token, now)
            if found is None or found[0].stage != visits.SIGNED_IN:
                return None
            account = accounts.account_of(reading, found[0].person)
        if account is None or account.set_up_at is None:
            return None
        if found[1]:
            self._note_use(token, now)
        return Visitor(account.person, account.name, account.role)

    def _note_use(self, token: str, now: datetime) -> None:
        """Put the use down, or leave it to the next one: a lock keeps nobody from reading."""
        try:
            with self.store.database.noting() as noting:
                visits.note_use(noting, token, now)
        except Trouble as error:
            _log.warning("use of a visit not noted", because=type(error).__name__)

    def sign_out(self, token: str) -> None:
        """End the visit."""
        with self.store.database.writing() as writing:
            visits.end_visit(writing, token)

    def _take_try(self, email: str, apart: bytes = EVERYWHERE) -> Waits | None:
        with self.store.database.writing() as writing:
            until = take_try(writing, email, self.store.ledger.now(), apart)
        return None if until is None else Waits(until)

    def _place(self, email: str, network: str) -> bytes | None:
        return accounts.hash_place(self.store.link_key, email, network) if network else None

    def _new_token(self) -> str:
        return urlsafe_b64encode(self.store.ledger.random_bytes(TOKEN)).rstrip(b"=").decode()


def _is_good(account: Account, now: datetime) -> bool:
    """Whether the account's set-up code may still be used."""
    return (
        account.code_hash is not None
        and account.code_until is not None
        and now < account.code_until
    )

"""A door and a room that keep in memory what they are told, and remember every call."""

from dataclasses import dataclass, field, replace
from typing import BinaryIO

from engine.errors import Refused
from engine.financial_year import FinancialYear, read_year
from engine.notes import Checkpoint
from engine.refusals import NoSuchDecision, NothingDrawn
from tests.web.fake_desk import FakeDesk
from tests.web.sample_accounts import ACCOUNTS, EMPTY, PRESENT
from tests.web.sample_audits import AUDITED, CHECKPOINT, LISTED, SECRET_KEY
from tests.web.sample_certificates import CERTIFICATE
from tests.web.sample_secretariat import BAD_DAY
from web.desk import House
from workflows.account_page import AccountPage
from workflows.audit import Audited, Listed
from workflows.certificate_page import CertificatePage
from workflows.secretariat import SecretariatPage
from workflows.sign_in import Entered, Factor, Reply, Visitor, Wrong

READING = frozenset(
    {
        *("who", "factor", "decisions", "decision", "certificate"),
        *("bundle", "verifier", "checkpoint", "account"),
    }
)
EMAIL, PASSWORD, CODE, DIGITS = "joan@ccg.example", "three grey herons", "ABCD-EFGH", "123456"
JOAN = Visitor("9f31c0", "Joan Tully", "committee")
VISITORS = {
    "member": JOAN,
    "lay chair": replace(JOAN, role="lay_chair"),
    "secretary": Visitor("17ab44", "Helen Marsh", "secretary"),
}
"""Visits that go on, by their token."""


@dataclass
class FakeDoor:
    """Lets in whoever has the four words above; `says`, when set, is its answer to everything."""

    visits: dict[str, Visitor] = field(default_factory=lambda: dict(VISITORS))
    setting_up: set[str] = field(default_factory=lambda: {"setting up"})
    says: Reply | None = None
    role: str = JOAN.role
    calls: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)  # where each try came from

    @property
    def words(self) -> dict[str, str]:
        """The form of whoever is let in."""
        return {"email": EMAIL, "password": PASSWORD, "code": DIGITS}

    def begin_set_up(self, email: str, code: str, password: str, /) -> Reply:
        self.calls.append("begin_set_up")
        _ask_postgresql(email, code)
        if self.says is not None:
            return self.says
        if (email, code) != (EMAIL, CODE) or not password:
            return Wrong()
        self.setting_up.add("a new step")
        return Entered("a new step")

    def factor(self, token: str, /) -> Factor | None:
        self.calls.append("factor")
        known = Factor(EMAIL, SECRET_KEY, f"otpauth://totp/x?secret={SECRET_KEY}")
        return known if token in self.setting_up else None

    def finish_set_up(self, token: str, digits: str, network: str, /) -> Reply | None:
        self.calls.append("finish_set_up")
        self.networks.append(network)
        if token not in self.setting_up:
            return None
        return self.says or self._enter(digits == DIGITS, token)

    def sign_in(self, email: str, password: str, digits: str, old: str, network: str, /) -> Reply:
        self.calls.append("sign_in")
        _ask_postgresql(email, digits)
        self.networks.append(network)
        fits = (email, password, digits) == (EMAIL, PASSWORD, DIGITS)
        return self.says or self._enter(fits, old)

    def _enter(self, fits: bool, old: str) -> Reply:  # noqa: FBT001 - the test's own
        if not fits:
            return Wrong()
        self.visits.pop(old, None)
        self.setting_up.discard(old)
        self.visits["a new visit"] = replace(JOAN, role=self.role)
        return Entered("a new visit")

    def who(self, token: str, /) -> Visitor | None:
        self.calls.append("who")
        return self.visits.get(token)

    def sign_out(self, token: str, /) -> None:
        self.calls.append("sign_out")
        self.visits.pop(token, None)


def _ask_postgresql(*texts: str) -> None:
    if any("\0" in text for text in texts):
        raise ValueError("PostgreSQL text fields cannot contain NUL (0x00) bytes")


@dataclass
class FakeRoom:
    """The sample decisions; `bundle` is what a bundle holds.

    `refuses`, when set, is what comes of every query; those that are taken are kept in `asked`.
    """

    listed: tuple[Listed, ...] = LISTED
    pages: dict[str, Audited] = field(default_factory=lambda: {p.reference: p for p in AUDITED})
    bundle: bytes = b"PK a sample of a bundle"
    has_bundles: bool = True
    newest: Checkpoint | None = CHECKPOINT
    accounts: dict[str, AccountPage] = field(default_factory=lambda: dict(ACCOUNTS))
    refuses: Refused | None = None
    asked: list[tuple[Visitor, str, str]] = field(default_factory=list)
    certificates: dict[str, CertificatePage] = field(
        default_factory=lambda: {CERTIFICATE.reference: CERTIFICATE}
    )
    calls: list[str] = field(default_factory=list)
    seen: list[tuple[str, str | None]] = field(default_factory=list)

    def decisions(self, person: str, /) -> tuple[Listed, ...]:
        self._note("decisions", person, None)
        return self.listed

    def decision(self, person: str, reference: str, /) -> Audited | None:
        self._note("decision", person, reference)
        return self.pages.get(reference)

    def certificate(self, person: str, reference: str, /) -> CertificatePage | None:
        self._note("certificate", person, reference)
        return self.certificates.get(reference)

    def account(self, person: str, year: FinancialYear | None, /) -> AccountPage:
        self._note("account", person, None)
        meant = str(year) if year else PRESENT
        return self.accounts.get(meant) or replace(EMPTY, year=meant)

    def year_bearing(self, reference: str, /) -> FinancialYear | None:
        for year, page in self.accounts.items():
            if any(entry.decision == reference for entry in page.entries):
                return read_year(year)
        return None

    def query(self, visitor: Visitor, reference: str, text: str, /) -> FinancialYear | None:
        self.calls.append("query")
        if self.refuses is not None:
            raise self.refuses
        year = self.year_bearing(reference)
        if year is None:
            raise NothingDrawn if reference in self.pages else NoSuchDecision
        self.asked.append((visitor, reference, text))
        return year

    def write_bundle(self, person: str, reference: str | None, out: BinaryIO, /) -> bool:
        self._note("bundle", person, reference)
        if not self.has_bundles or (reference is not None and reference not in self.pages):
            return False
        out.write(self.bundle)
        return True

    def verifier(self) -> bytes | None:
        self.calls.append("verifier")
        return b"print('checked')\n" if self.has_bundles else None

    def checkpoint(self) -> Checkpoint | None:
        self.calls.append("checkpoint")
        return self.newest

    def _note(self, call: str, person: str, reference: str | None) -> None:
        self.calls.append(call)
        self.seen.append((person, reference))


@dataclass
class FakeSecretariat:
    """The sample desk."""

    shown: SecretariatPage = BAD_DAY
    calls: list[str] = field(default_factory=list)

    def page(self) -> SecretariatPage:
        self.calls.append("page")
        return self.shown


@dataclass
class FakeHouse:
    """All of them, for a site under test."""

    desk: FakeDesk
    door: FakeDoor = field(default_factory=FakeDoor)
    room: FakeRoom = field(default_factory=FakeRoom)
    secretariat: FakeSecretariat = field(default_factory=FakeSecretariat)

    @property
    def house(self) -> House:
        return House(self.desk, self.door, self.room, self.desk, self.secretariat)

    @property
    def writes(self) -> list[str]:
        """What door and room were told beside being read."""
        calls = (*self.door.calls, *self.room.calls)
        return [*self.desk.writes, *(call for call in calls if call not in READING)]


def house_of(desk: FakeDesk) -> House:
    """A house around a desk, for tests that look at the desk alone."""
    return FakeHouse(desk).house

"""What the web asks of the desk, of the door and of the committee's room.

Every call is synchronous and runs in a thread of its own lane.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from engine.financial_year import FinancialYear
from engine.notes import Checkpoint
from workflows.account_page import AccountPage
from workflows.answers import Answer, PracticePage, Receipt, Reply, WaitingReplies
from workflows.audit import Audited, Listed
from workflows.certificate_page import CertificatePage
from workflows.lookers import Look
from workflows.people_page import Ask, PeoplePage
from workflows.secretariat import SecretariatPage
from workflows.sign_in import Factor, Visitor
from workflows.sign_in import Reply as SignInReply


class Desk(Protocol):
    """The desk as the pages know it. A link that opens nothing gives None, whatever the reason."""

    def page(self, token: str, /) -> PracticePage | None:
        """A person's page for one decision. Writes nothing."""
        ...

    def receipt(self, token: str, /) -> Receipt | None:
        """What stands recorded for the practice, with proofs. Writes nothing."""
        ...

    def paper(self, token: str, index: int, /) -> tuple[str, bytes] | None:
        """A document's file name and content, or None where there is none. Writes nothing."""
        ...

    def certificate(self, token: str, /) -> CertificatePage | None:
        """What became of every letter to the practice. Writes nothing."""
        ...

    def note_visit(self, token: str, look: Look, /) -> None:
        """Put down that the page was opened, beside the access log; a hint, and never an error."""
        ...

    def respond(self, token: str, answer: Answer, /) -> Reply:
        """Record an answer, or say why not. It may write."""
        ...

    def replies(self, token: str, /) -> WaitingReplies | None:
        """A person's e-mails that wait for their word, with their page. Writes nothing."""
        ...

    def confirm_reply(self, token: str, reply: int, name: str, role: str, /) -> Reply:
        """Record one of them as a comment, or say why not. It may write, like `respond`."""
        ...

    def call_in(self, token: str, name: str, comment: str, role: str, to: str, /) -> Reply:
        """Record a practice's call-in, or say why not. It may write, like `respond`.

        `to` is the route that the page offered; empty where the form did not say.
        """
        ...

    def challenge(self, token: str, name: str, comment: str, role: str, /) -> Reply:
        """Record a practice's challenge of the outcome, or say why not. It may write too."""
        ...

    def health(self) -> Mapping[str, object]:
        """What `quorate health --json` prints, ready for JSON; `ok` says whether all is well."""
        ...

    def ready(self) -> bool:
        """Whether requests can be served now."""
        ...


class Door(Protocol):
    """Signing in, as the pages know it. Only an answer of `Entered` carries a visit's token."""

    def begin_set_up(self, email: str, code: str, password: str, /) -> SignInReply:
        """Choose a password, with the code that was passed on."""
        ...

    def factor(self, token: str, /) -> Factor | None:
        """The secret for the app; None for whoever is not setting up an account."""
        ...

    def finish_set_up(self, token: str, digits: str, network: str, /) -> SignInReply | None:
        """Show that the app gives the right code; None for whoever is not setting up an account.

        `network` is the address that the request came from.
        """
        ...

    def sign_in(
        self, email: str, password: str, digits: str, old: str, network: str, /
    ) -> SignInReply:
        """Password and second factor together; `old` is the visit that the new one replaces.

        `network` is the address that the request came from.
        """
        ...

    def who(self, token: str, /) -> Visitor | None:
        """Whose visit this is; None where it is none, or has ended."""
        ...

    def sign_out(self, token: str, /) -> None:
        """End the visit."""
        ...


class Room(Protocol):
    """The committee's room. What a person looks at or takes away is put down under their id."""

    @property
    def has_bundles(self) -> bool:
        """Whether bundles can be downloaded."""
        ...

    def decisions(self, person: str, /) -> tuple[Listed, ...]:
        """Every decision, newest first."""
        ...

    def decision(self, person: str, reference: str, /) -> Audited | None:
        """One decision from its first leaf to its last, None where there is none."""
        ...

    def certificate(self, person: str, reference: str, /) -> CertificatePage | None:
        """What became of every letter to each practice, None where there is no such decision."""
        ...

    def account(self, person: str, year: FinancialYear | None, /) -> AccountPage:
        """A year's account of the management allowance; the present year's where none is named."""
        ...

    def year_bearing(self, reference: str, /) -> FinancialYear | None:
        """The year that bears a decision; None where it has drawn nothing, or is not there."""
        ...

    def query(self, visitor: Visitor, reference: str, text: str, /) -> FinancialYear | None:
        """Ask about what a decision drew; the year that bears it. Writes, or raises `Refused`."""
        ...

    def write_bundle(self, person: str, reference: str | None, out: BinaryIO, /) -> bool:
        """Write an audit bundle to a file; False where there is none of this reference."""
        ...

    def verifier(self) -> bytes | None:
        """The verifier's file."""
        ...

    def checkpoint(self) -> Checkpoint | None:
        """The newest released checkpoint; None where there is none yet."""
        ...


class People(Protocol):
    """Who a practice's people are, by link. A link that opens nothing gives None."""

    def people(self, token: str, /) -> PeoplePage | None:
        """The practice's list, and the corrections that wait. Writes nothing."""
        ...

    def correct(self, token: str, ask: Ask, /) -> Reply:
        """Keep a correction until the secretariat has looked at it, or say why not. It writes."""
        ...


class Secretariat(Protocol):
    """The desk of those who run the decisions."""

    def page(self) -> SecretariatPage:
        """What wants a person now, and where each decision under way stands. Writes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """Everything behind the pages: the practices' desk, the door, the rooms behind it."""

    desk: Desk
    door: Door
    room: Room
    people: People
    secretariat: Secretariat

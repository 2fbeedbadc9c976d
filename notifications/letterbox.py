"""The letterbox: takes mail that came to an address of a letter, and reports what it means.

An address without a right MAC names no letter, so nothing that comes to it changes anything. What
is reported may be reported again: a mail that is delivered twice leaves things as one did.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from unicodedata import normalize

from engine.errors import Refused
from notifications.frozen import Frozen
from notifications.inbound.reading import Mail, read_mail, tokens_of
from notifications.returns import Purpose, Token, read_token
from notifications.words import one_line
from storage.frozen_letters import thaw
from storage.heard import Kind, Sent, find_sent, note_arrival, note_heard
from storage.keys import Erased
from storage.openings import person_key
from storage.outbox import Settlement, Status
from storage.register import contacts
from storage.replies import Written
from storage.setup import Store

Report = Callable[[Sequence[Settlement]], int]
"""Files settlements through the ledger; wired to the desk."""

TakeReply = Callable[[Sent, Written, str, bool], str]
"""Keeps a person's reply; wired to the desk. Is told the mail's own id and whether it is clear who
sent it, and says what was done with it."""


class NotYet(Refused):
    """The letter is going out at this moment: what became of it is not on record yet."""

    remedy = "Deliver this mail again in some minutes."


@dataclass(frozen=True, slots=True)
class Received:
    """What a mail was, to one of its recipients, and what was done. No address, no words of it."""

    kind: str  # as storage.heard.Kind, or "unknown" where it is to no letter of ours
    did: str
    status: str = ""
    letter: int | None = None
    name: str = ""
    decision: str = ""
    practice: str = ""


UNKNOWN = Received("unknown", "nothing: it is to no address of a letter of ours")


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Reads mail for the letters of one store."""

    store: Store
    report: Report
    take_reply: TakeReply

    def knows(self, address: str) -> bool:
        """Whether this is the address of a letter of ours."""
        token = read_token(address)
        return token is not None and self._find(token) is not None

    def receive_from_file(self, raw: bytes, recipients: Iterable[str] = ()) -> tuple[Received, ...]:
        """Take a mail that was kept in a file, to these recipients or else those in its header.

        Raises as `receive` does.
        """
        given = tuple(read_token(address) for address in recipients) or tokens_of(raw)
        ours = [token for token in given if token is not None]
        found = [self._receive(token, raw, None) for token in ours]
        known = tuple(dict.fromkeys(each for each in found if each is not UNKNOWN))
        return known or (UNKNOWN,)

    def receive(self, address: str, raw: bytes, envelope_sender: str) -> Received:
        """Take a mail to one recipient; what was done is on the disk when this returns.

        Raises `NotYet`, and what the store raises where it cannot be written to: then nothing was
        done, and the mail is to be delivered again.
        """
        token = read_token(address)
        return UNKNOWN if token is None else self._receive(token, raw, envelope_sender)

    def _find(self, token: Token) -> Sent | None:
        with self.store.database.reading() as reading:
            sent = find_sent(reading, token.letter)
        ours = sent is not None and token.is_of(sent.message_id, self.store.link_key)
        return sent if ours else None

    def _receive(self, token: Token, raw: bytes, envelope_sender: str | None) -> Received:
        sent = self._find(token)
        if sent is None:
            return UNKNOWN
        to = self._went_to(sent) if token.purpose is Purpose.BOUNCE else ""
        mail = read_mail(raw, token.purpose, envelope_sender, to)
        did = self._act(sent, mail, token.purpose, to)
        mailing, claimed = sent.claimed.mailing, sent.claimed
        return Received(
            mail.kind,
            did,
            mail.status,
            claimed.id,
            mailing.letter,
            mailing.decision,
            claimed.practice,
        )

    def _act(self, sent: Sent, mail: Mail, purpose: Purpose, to: str) -> str:
        if mail.kind is Kind.BOUNCED:
            did = self._bounced(sent, mail, to)
        elif purpose is Purpose.REPLY and mail.kind in {Kind.REPLY, Kind.UNCLEAR}:
            clear = mail.kind is Kind.REPLY
            did = self.take_reply(sent, mail.written, mail.message_id, clear)
        else:
            did = "noted; nothing changes"
        with self.store.database.writing() as writing:
            now = self.store.ledger.now()
            note_arrival(writing, now)
            note_heard(writing, sent.claimed.id, mail.kind, mail.status, now)
        return did

    def _bounced(self, sent: Sent, mail: Mail, to: str) -> str:
        if sent.is_going:
            raise NotYet
        if not self.store.keys.known([person_key(sent.claimed.person)]):
            return "nothing: the person's data has been erased"
        done = _settlement(sent, mail, to)
        if self.report([done]):
            return "settled: the letter came back"
        return f"nothing: the letter is {sent.status} already"

    def _went_to(self, sent: Sent) -> str:
        """The address that the letter went to; the register's, once its bytes are forgotten."""
        claimed = sent.claimed
        if claimed.frozen is not None:
            try:
                frozen = Frozen.from_bytes(thaw(self.store.keys, claimed))
            except Erased:
                return ""
            return str(HeaderParser().parsestr(frozen.headers)["To"] or "").strip()
        with self.store.database.reading() as reading:
            known = contacts(reading, [claimed.person]).get(claimed.person)
        return known.email if known else ""


def _settlement(sent: Sent, mail: Mail, to: str) -> Settlement:
    claimed = sent.claimed
    return Settlement(
        letter=claimed.id,
        fence=claimed.fence,
        status=Status.BOUNCED,
        reason=f"came back: {mail.status}" if mail.status else "came back",
        mailing=claimed.mailing.leaf,
        practice=claimed.practice,
        person=claimed.person,
        contact=to,
        message_id=sent.message_id,
        words=normalize("NFC", one_line(mail.words or mail.status)),
    )

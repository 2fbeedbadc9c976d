"""What a mail is: a report, an answering machine's, or a person's, and what it says."""

from dataclasses import dataclass, field

from notifications.inbound import automatic
from notifications.inbound.parts import addresses, header, parse
from notifications.inbound.reply_text import own_words
from notifications.inbound.reports import read_report
from notifications.returns import Purpose, Token, read_token
from storage.heard import Kind
from storage.replies import Written

LARGEST = 256 * 1024
"""Bytes of a mail that are read; of a larger one, the beginning. A report has its facts there."""

MOST_RECIPIENTS = 20
_RECIPIENTS = (
    *("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To"),
    *("To", "Cc", "Resent-To"),
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was read. `status` and `words` are a report's, `written` is a person's."""

    kind: Kind
    status: str = ""
    words: str = ""
    because: str = ""  # why a machine is taken to have sent it
    message_id: str = ""
    written: Written = field(default_factory=lambda: Written("", ""))


def read_mail(
    raw: bytes, purpose: Purpose, envelope_sender: str | None = None, to: str = ""
) -> Mail:
    """Read a mail that came to an address for this purpose. Never raises, whatever it holds.

    `envelope_sender` is empty for the null sender of reports, None where it is not known; `to` is
    the address that the letter went to.
    """
    message = parse(raw[:LARGEST])
    why = automatic.certainly(message, envelope_sender)
    message_id = header(message, "Message-ID")
    if purpose is Purpose.BOUNCE:  # people see the other address: a report there is anybody's
        report = read_report(message, None if why == automatic.AWAY else raw, to)
        if report is not None:
            return Mail(report.kind, report.status, report.words, why, message_id)
    if why:
        return Mail(Kind.AUTOMATIC, because=why, message_id=message_id)
    doubt = automatic.perhaps(message)
    said = own_words(message)
    sender = next(iter(addresses(message, "From")), "")
    written = Written(sender, said.text, doubt or _nothing_said(said.text), said.cut)
    kind = Kind.UNCLEAR if written.because or purpose is Purpose.BOUNCE else Kind.REPLY
    return Mail(kind, because=doubt, message_id=message_id, written=written)


def tokens_of(raw: bytes) -> tuple[Token, ...]:
    """The addresses of our own form in a mail's header: where nobody has kept its recipient."""
    found = addresses(parse(raw[:LARGEST]), *_RECIPIENTS)
    tokens = (read_token(address) for address in found)
    return tuple(dict.fromkeys(token for token in tokens if token))[:MOST_RECIPIENTS]


def _nothing_said(text: str) -> str:
    return "" if text else "it holds no words of its own"

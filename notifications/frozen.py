"""The bytes of a letter: frozen once, filled with the link at each try, the same every time.

A receiver may drop a second copy only if it knows it for the same letter, so everything that makes
the bytes is decided before the first try: Message-ID, Date, boundary and both parts. Only the
token of the link is put in later, in memory, in place of a mark of the same length. A part is
encoded after that, so no transfer encoding can split the link (RFC 2045 section 6).
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count

from notifications import headers
from notifications.context import ANY_MARK, MARK, mark
from notifications.letters import Draft

LONGEST_LINE = 900  # bytes of a line sent as it is; RFC 5322 section 2.1.1 forbids more than 998
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r$", re.MULTILINE)
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{len(MARK)}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the headers of one letter say. `key` is the outbox key, unique to the letter."""

    key: str
    date: datetime  # aware
    sender: str  # an address; the Message-ID has its domain
    sender_name: str
    recipient: str  # an address: names that people typed stay out of headers
    reference: str  # empty where the letter is about no decision
    letter: str
    reply_to: str = ""
    thread: str = ""  # what all letters about one matter have in common; empty where there is none


@dataclass(frozen=True, slots=True)
class Frozen:
    """A letter as it is kept until it is settled, marks in place, before transfer encoding."""

    headers: str  # each line ends in CRLF
    boundary: str
    text: str  # lines end in LF
    html: str
    attached: Mapping[str, str] = field(default_factory=dict)  # texts by file name

    @property
    def marks(self) -> frozenset[str]:
        """The marks in it: for each a token is needed to fill it."""
        return frozenset(ANY_MARK.findall(self.text))

    def to_bytes(self) -> bytes:
        """Write it as canonical JSON: keys sorted, no spaces, UTF-8."""
        value = {name: getattr(self, name) for name in self.__slots__}
        value["attached"] = dict(self.attached)
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Frozen":
        """Read what `to_bytes` wrote."""
        return cls(**json.loads(kept))


def freeze(draft: Draft, envelope: Envelope, attached: Mapping[str, str] | None = None) -> Frozen:
    """Decide every byte of a letter but the token of its link. `attached` are texts by file name.

    Raises UnsafeHeader for a header value that could do harm, ValueError for a naive date.
    """
    attached = attached or {}
    boundary = _boundary(envelope.key, "".join((draft.text, draft.html, *attached.values())))
    kind = "mixed" if attached else "alternative"
    headers_ = _headers(draft.subject, envelope, kind, boundary)
    return Frozen(headers_, boundary, draft.text, draft.html, attached)


def fill(frozen: Frozen, *tokens: str | None) -> bytes:
    """Put the tokens in and encode: CRLF throughout, ASCII only, equal bytes for equal input.

    The nth token goes where the nth mark is. Raises ValueError where one that the letter needs is
    missing, or is not 43 base64url characters.
    """
    given = {mark(place): token for place, token in enumerate(tokens) if token is not None}
    wanted = {each: given.get(each, "") for each in frozen.marks}
    if any(_TOKEN.fullmatch(token) is None for token in wanted.values()):
        raise ValueError("A letter with a link is filled with a token of 43 base64url characters.")

    def filled(text: str) -> str:
        return ANY_MARK.sub(lambda found: wanted[found[0]], text)

    parts: tuple[bytes, ...] = (
        _part("plain", filled(frozen.text)),
        _part("html", filled(frozen.html)),
    )
    if frozen.attached:
        inner = f"{frozen.boundary}.a"
        head = f'Content-Type: multipart/alternative;\r\n boundary="{inner}"\r\n\r\n'
        attached = (_attachment(name, text) for name, text in frozen.attached.items())
        parts = (head.encode("ascii") + _joined(inner, parts), *attached)
    return frozen.headers.encode("ascii") + b"\r\n" + _joined(frozen.boundary, parts)


def _joined(boundary: str, parts: Iterable[bytes]) -> bytes:
    """Parts between their boundaries (RFC 2046 section 5.1.1)."""
    opening = b"--" + boundary.encode("ascii")
    return b"".join(opening + b"\r\n" + part + b"\r\n" for part in parts) + opening + b"--\r\n"


def digest(content: bytes) -> str:
    """Give the SHA-256 of a filled letter, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def message_id(key: str, sender: str) -> str:
    """Give the Message-ID of the letter with this outbox key: the same at every try."""
    return f"<{_hash(key)}@{headers.domain(sender)}>"


def _headers(subject: str, envelope: Envelope, kind: str, boundary: str) -> str:
    if envelope.date.utcoffset() is None:
        raise ValueError("A letter's date needs a time zone.")
    reply_to = envelope.reply_to and headers.mailbox_line("Reply-To", envelope.reply_to)
    return "".join(
        (
            f"Message-ID: {message_id(envelope.key, envelope.sender)}\r\n",
            f"Date: {format_datetime(envelope.date.astimezone(UTC))}\r\n",
            envelope.thread and f"References: {message_id(envelope.thread, envelope.sender)}\r\n",
            headers.mailbox_line("From", envelope.sender, envelope.sender_name),
            headers.mailbox_line("To", envelope.recipient),
            reply_to,
            headers.line("Subject", subject),
            "MIME-Version: 1.0\r\n",
            "Content-Language: en-GB\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "X-Auto-Response-Suppress: OOF, AutoReply\r\n",  # Exchange's; bounces are wanted
            envelope.reference and headers.line("X-Quorate-Decision", envelope.reference),
            headers.line("X-Quorate-Letter", envelope.letter),
            f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n',
        )
    )


def _boundary(key: str, parts: str) -> str:
    """Take the first boundary of the key's own series that no line of the letter imitates."""
    series = (f"=_{_hash(f'boundary {turn} {key}')}" for turn in count())
    return next(boundary for boundary in series if boundary not in parts)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _part(subtype: str, text: str) -> bytes:
    lines = text.removesuffix("\n").encode().split(b"\n")
    plain = text.isascii() and max(map(len, lines)) <= LONGEST_LINE
    content = b"\r\n".join(lines) + b"\r\n"
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {'7bit' if plain else 'base64'}\r\n\r\n"
    )
    return head.encode("ascii") + (content if plain else _base64(content))


def _attachment(name: str, text: str) -> bytes:
    """A text that is kept as a file, byte for byte: in base64, so that nothing rewraps it."""
    head = (
        f'Content-Type: {_kind_of(text)} name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + _base64(text.encode())


def _kind_of(text: str) -> str:
    """A calendar names its method beside its type too (RFC 6047 section 2.4)."""
    method = _METHOD.search(text) if text.startswith("BEGIN:VCALENDAR\r\n") else None
    if method is None:
        return "text/plain; charset=utf-8;"
    return f"text/calendar; charset=utf-8; method={method[1]};\r\n"


def _base64(content: bytes) -> bytes:
    """Encode in lines of 76 characters (RFC 2045 section 6.8)."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")

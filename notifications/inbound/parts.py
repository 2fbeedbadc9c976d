"""Taking a mail apart, whatever is in it: no mail raises, and none costs more than its size.

What arrives may be anything: forged, cut short, nested a thousand deep, in charsets that nobody
knows. The library's older policy is used, for it gives up on nothing; where it does, only the
header is read.
"""

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

MOST_PARTS = 100
MOST_BOUNDARIES = 50
LONGEST_HEADER = 2000
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})
"""What the library reads as charsets, and mails are not written in: some take long to read."""

_SPACE = re.compile(r"\s+")
_BOUNDARY = re.compile(rb"boundary[^a-z=]*=", re.IGNORECASE)  # not where it is a word of the text


def parse(raw: bytes) -> Message:
    """The mail as a tree of parts; of one that is nested without end, the header.

    Each line is held against the boundary of every part that it is in.
    """
    if sum(1 for _ in _BOUNDARY.finditer(raw)) > MOST_BOUNDARIES:
        return BytesHeaderParser().parsebytes(raw)
    try:
        return message_from_bytes(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return BytesHeaderParser().parsebytes(raw)


def walk(message: Message) -> Iterator[Message]:
    """Every part, the whole first, down to the last of `MOST_PARTS`; never into attached mails."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting[:0] = held_in(part)


def held_in(part: Message) -> list[Message]:
    """The parts within a part; none where it has a text, which is not asked for: see `text_of`."""
    payload = part.get_payload() if part.is_multipart() else []
    return [each for each in payload if isinstance(each, Message)]


def header(message: Message, name: str) -> str:
    """A header's words on one line; empty where there is none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """The words of every header of this name."""
    return [_words(value) for value in _given(message, name)]


def _given(message: Message, name: str) -> Iterator[str]:
    """The values as they came; bytes that are not ASCII are taken for UTF-8 (RFC 6532)."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            raw = str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape")
            yield raw.decode("utf-8", "replace")


def _words(text: str) -> str:
    try:
        decoded = "".join(_decoded(*each) for each in decode_header(text))
    except (ValueError, LookupError, TypeError, HeaderParseError):
        decoded = text
    return _SPACE.sub(" ", decoded).strip()


def _decoded(part: bytes | str, charset: str | None) -> str:
    return part if isinstance(part, str) else decode(part, charset or "ascii")


def addresses(message: Message, *names: str) -> list[str]:
    """The addresses in these headers, in lower case."""
    given = [value for name in names for value in _given(message, name)]
    try:
        pairs = getaddresses(given)
    except (ValueError, LookupError, TypeError, IndexError, RecursionError):
        return []
    return [address.strip().casefold() for _, address in pairs if "@" in address]


def text_of(part: Message) -> str:
    """A part's text, whatever it is encoded in."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        content = None
    if not isinstance(content, bytes):
        return ""
    return decode(content, str(part.get_content_charset("utf-8") or "utf-8"))


def decode(content: bytes, charset: str) -> str:
    """Bytes as text; what cannot be read is shown as such."""
    try:
        if codecs.lookup(charset).name in _NO_CHARSETS:
            charset = "utf-8"
        return content.decode(charset, "replace")
    except (LookupError, ValueError, TypeError):
        return content.decode("utf-8", "replace")


def is_attached(part: Message) -> bool:
    """Whether a part is a file, and not what the mail says."""
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def texts(message: Message, subtype: str = "plain") -> Iterator[str]:
    """The texts of a mail that are of this subtype, files left out."""
    for part in walk(message):
        if part.get_content_type() == f"text/{subtype}" and not is_attached(part):
            yield text_of(part)

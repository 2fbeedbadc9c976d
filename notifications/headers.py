"""Header values that cannot become other headers (RFC 5322, RFC 2047).

Python's own `email` package let encoded words smuggle a line break into a header (CVE-2024-6923),
so nothing here relies on which interpreter runs: a value that could do harm is refused before any
library sees it.
"""

import re
from email.header import Header
from functools import lru_cache

from engine.errors import Refused

LINE = 76  # characters, RFC 2047 section 2
LONGEST = 500  # characters of one value: with its name it stays under the 998 of RFC 5322
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PHRASE = re.compile(rf"{_ATOM}(?: {_ATOM})*")  # RFC 5322 section 3.2.5, without quoting


class UnsafeHeader(Refused):
    """A letter's header holds a character or a form that could forge another header."""

    remedy = (
        "Remove line breaks, control and direction characters, and anything of the form =?...?= "
        "from the title, the name or the address."
    )


def value(text: str) -> str:
    """Return `text` unchanged if it is one harmless line, else raise UnsafeHeader.

    Refused: control, format and private characters, the separators U+0085, U+2028 and U+2029,
    spaces other than the plain one, lone surrogates, encoded words (a later reader could decode one
    into any of these), and more than LONGEST characters.
    """
    opening = text.find("=?")
    encoded_word = opening >= 0 and text.find("?=", opening + 2) >= 0
    if encoded_word or not text.isprintable():
        raise UnsafeHeader
    if len(text) > LONGEST:
        raise UnsafeHeader(f"A letter's header is longer than {LONGEST} characters.")
    return text


def address(text: str) -> str:
    """Return a plain ASCII mail address unchanged, else raise UnsafeHeader (RFC 5321 4.5.3.1)."""
    found = _ADDRESS.fullmatch(value(text))
    if found is None or len(text) > 254 or len(found["local"]) > 64:  # noqa: PLR2004 - the RFC's
        raise UnsafeHeader("A letter has an address that mail cannot carry.")
    return text


def domain(text: str) -> str:
    """Give the domain of a checked address."""
    return address(text).rpartition("@")[2]


@lru_cache(256)
def line(name: str, text: str) -> str:
    """Write one header with free text, folded and encoded, ending in CRLF."""
    return f"{_name(name)}: {_encoded(name, text)}\r\n"


def mailbox_line(name: str, mailbox: str, person: str = "") -> str:
    """Write one header that holds one address, with a display name if there is one."""
    if not person:
        return line(name, address(mailbox))
    start = f"{_name(name)}: {_display(name, person)}"
    fits = "\r\n" not in start and len(start) + len(mailbox) + 3 <= LINE
    return f"{start}{'' if fits else chr(13) + chr(10)} <{address(mailbox)}>\r\n"


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise UnsafeHeader(f"{name!r} is not the name of a header.")
    return name


def _display(name: str, person: str) -> str:
    if _PHRASE.fullmatch(value(person)):
        return person
    if not person.isascii():
        return _encoded(name, person)
    escaped = person.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded(name: str, text: str) -> str:
    charset = "us-ascii" if value(text).isascii() else "utf-8"
    if charset == "us-ascii" and len(name) + len(": ") + len(text) <= LINE:
        return text
    return Header(text, charset, LINE, name).encode(linesep="\r\n")

"""Typed text made fit to keep: one Unicode form, one line ending, nothing hidden in it."""

import re
import unicodedata

_HIDDEN_KINDS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing: with them a name can be made to read as another."""
_SHOWN_BEFORE = 20
_EMPTY_LINES = re.compile(r"\n\s*\n")


def tidy(text: str) -> str:
    """The text in NFC, with plain line ends and no space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).strip()


def hidden_at(text: str, allowed: str = "") -> int | None:
    """Where the first control character stands that is not `allowed`, or None."""
    return next((at for at, c in enumerate(text) if _is_hidden(c) and c not in allowed), None)


def without_hidden(text: str, allowed: str = "") -> str:
    """The text with its control characters taken out."""
    return "".join(c for c in text if c in allowed or not _is_hidden(c))


def paragraphs(text: str) -> tuple[str, ...]:
    """The text parted at its empty lines."""
    return tuple(part.strip() for part in _EMPTY_LINES.split(text) if part.strip())


def words_before(text: str, at: int) -> str:
    """The few characters in front of a place, to find it by."""
    return text[max(0, at - _SHOWN_BEFORE) : at].strip()


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN_KINDS or character in _TURNS

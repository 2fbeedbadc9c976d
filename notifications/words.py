"""Shaping words for a letter: one safe line, paragraphs, wrapped text, a subject.

People's text arrives with anything in it. What has no place in a letter is taken out where the
words enter the page, so that no template has to remember.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from engine.case import Case
from engine.trail import instant_from_text

WIDTH = 72  # columns of the text part: room for a reply's quoting marks within 78 (RFC 5322 2.1.1)
SUBJECT = 150  # characters
_REFERENCE = 40  # characters of a reference in it
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+")
_INVISIBLE = re.compile(  # direction overrides and marks, zero-width characters, byte order marks
    "[\\u00ad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]"
)
_EMPTY_LINES = re.compile(r"\n{3,}")
_SURROGATE = re.compile("[\\ud800-\\udfff]")
_BREAK = re.compile(r"(?:\r\n?|\n|\u0085|\u2028|\u2029)[ \t]*(?:\r\n?|\n|\u0085|\u2028|\u2029)\s*")


def one_line(text: str) -> str:
    """Make one line that shows what it holds: no controls, no hidden or turning characters."""
    if text.isascii() and text.isprintable():
        return text
    shown = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _INVISIBLE.sub("", text))
    return _CONTROLS.sub(" ", shown)


def paragraphs(text: str) -> tuple[str, ...]:
    """Split at empty lines; each paragraph is one line, empty ones are dropped."""
    lines = (one_line(part).strip() for part in _BREAK.split(text))
    return tuple(line for line in lines if line)


def shorten(text: str, most: int) -> str:
    """Cut at a word, with an ellipsis, where the text is longer than `most` characters."""
    if len(text) <= most:
        return text
    kept = text[:most]
    return f"{kept[: kept.rfind(' ')] if ' ' in kept else kept}\N{HORIZONTAL ELLIPSIS}"


def listed(names: Iterable[str]) -> str:
    """Join names as a sentence does: "A", "A or B", "A, B or C"."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} or {last}" if most else last


@lru_cache(maxsize=256)  # a mailing has one, or one a practice
def subject(text: str, reference: str = "") -> str:
    """Make a subject that the checks of headers.py accept, whatever a title holds.

    The decision's reference ends it; what is too long is cut before that.
    """
    named = _harmless(reference)
    tail = f" [{shorten(named, _REFERENCE)}]" if named else ""
    return shorten(_harmless(text), SUBJECT - len(tail)) + tail


def _harmless(text: str) -> str:
    shown = "".join(mark for mark in one_line(text) if mark.isprintable() or mark.isspace())
    return " ".join(shown.replace("=?", "= ?").split())


_HEADLINES: Mapping[str, str] = {
    "carried": "Carried",
    "not_carried": "Not carried",
    "inquorate": "Too few answers to decide",
    "concluded": "Concluded",
    "informed": "Now final",
    "withdrawn": "Withdrawn",
    "elected": "Elected",
    "upheld": "The outcome stands",
    "set_aside": "The outcome is set aside",
}


def headline(result: str) -> str:
    """An outcome's result, as a heading."""
    return _HEADLINES[result]


def wrap(text: str) -> str:
    """Make a text part of what a template gave: lines folded at spaces, one empty line at a time.

    A word is never split, and the lines of a list keep their indent.
    """
    lines = "\n".join(
        line if len(line) <= WIDTH and not line.endswith(" ") else _wrapped(line.rstrip())
        for line in text.split("\n")
    )
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n") + "\n"


@lru_cache(maxsize=2048)  # most lines are the same in every letter of a mailing
def _wrapped(line: str) -> str:
    if len(line) <= WIDTH:
        return line
    indent = min(len(line) - len(line.lstrip("- ")), 4)
    return textwrap.fill(
        line,
        WIDTH,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def remaining(case: Case, now: datetime, due: str) -> str:
    """How long there still is until an instant, in working days."""
    calendar = case.calendar
    last = calendar.day_of(instant_from_text(due))
    days = calendar.working_days_between(calendar.day_of(now), last)
    if days == 0:
        return "This is the last day"
    return "1 working day is left" if days == 1 else f"{days} working days are left"

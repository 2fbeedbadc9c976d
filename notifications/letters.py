"""Writing a letter: from what it may say to its subject, its text part and its HTML part.

Every value passes `_clean` where it is put out, so that people's text can neither break a line,
turn the reading direction, nor stand in for the link. HTML is escaped after that.
"""

import re
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from html import escape
from typing import Any, Self

from jinja2 import Environment, PackageLoader, StrictUndefined, UndefinedError

from engine.errors import Refused
from engine.naming import sentence
from engine.statement import read_statement
from notifications import forms, words
from notifications.context import ANY_MARK, MARK, Context

LETTERS = (
    "notice",
    "consultation_opened",
    "vote_opened",
    "reminder",
    "asked_again",
    "extended",
    "receipt",
    "outcome",
    "withdrawn",
    "step_due",
    "step_overdue",
    "acted",
    "challenged",
    "ruled",
    "rerouted",
    "query_raised",
    "query_overdue",
    "query_answered",
    "reply_received",
    "checkpoint",
    "bulletin",
    "silent_practices",
    "quorum_at_risk",
    "digest",
    "leaders",
    "contact_changed",
    "contact_ended",
    "correction_asked",
    "correction_waiting",
    "correction_decided",
)
_ON_QUERIES = ("query_raised", "query_overdue", "query_answered")
_ON_SILENCE = ("silent_practices", "quorum_at_risk")
TO_THE_BODY = frozenset(
    {"step_due", "step_overdue", "rerouted", *_ON_QUERIES, *_ON_SILENCE, "checkpoint", "leaders"}
    | {"correction_waiting"}
)
"""Letters to people of the body, who have no link of their own."""

ABOUT_THE_TRAIL = frozenset({"checkpoint", "bulletin"})
"""Letters about no decision: they spread the trail's checkpoints."""

ABOUT_SEVERAL = frozenset({"digest", "leaders"})
"""Letters about several decisions at once."""

ABOUT_THE_REGISTER = frozenset(
    {
        "contact_changed",
        "contact_ended",
        "correction_asked",
        "correction_waiting",
        "correction_decided",
    }
)
"""Letters about who a practice's people are, without a link: they may come to a wrong mailbox."""

_OF_NO_DECISION = ABOUT_THE_TRAIL | ABOUT_THE_REGISTER
_MAY_LACK_LINK = TO_THE_BODY | _OF_NO_DECISION | {"outcome", "withdrawn", "acted", "asked_again"}
_LINK = re.compile(rf"https?://[A-Za-z0-9.:\[\]/_~%-]+/{ANY_MARK.pattern}")


class IncompleteLetter(Refused):
    """A letter lacks something it has to say."""

    remedy = "Give the letter every value its template names (see its sample.toml)."


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter in words, for one person: the mark stands where the token of the link goes."""

    subject: str
    text: str
    html: str


def render(letter: str, context: Context) -> Draft:
    """Write `letter` (one of LETTERS) for one reader.

    Raises IncompleteLetter where a value the letter needs is absent or its link is not one, and
    KeyError for a letter that does not exist.
    """
    blank, values = forms.split(context)
    form = _form(letter, blank)
    draft = Draft(
        words.subject(forms.fill(form.subject, values, _clean), _clean(context.reference)),
        words.wrap(forms.fill(form.text, values, _clean)),
        forms.fill(form.html, values, _escaped),
    )
    _check_links(letter, draft, context)
    return draft


@lru_cache(maxsize=64)  # a few mailings are under way at a time, each in a few shapes
def _form(letter: str, context: Context) -> Draft:
    subject, text, html = _TEMPLATES[letter]
    values = _values(context)
    try:
        return Draft(subject.render(values), text.render(values), html.render(values))
    except UndefinedError as lack:
        raise IncompleteLetter(f"The letter {letter} cannot be written: {lack.message}.") from lack


def _values(context: Context) -> dict[str, Any]:
    given = ((field.name, getattr(context, field.name)) for field in fields(Context))
    values = {
        name: value if name in forms.PERSONAL else forms.without_blanks(value)
        for name, value in given
        if value is not None
    }
    if context.link is not None:
        values["link"] = _Address(context.link)
    values["needs"] = tuple(replace(each, link=_Address(each.link)) for each in values["needs"])
    return values


def _check_links(letter: str, draft: Draft, context: Context) -> None:
    own = () if context.link is None else (context.link,)
    links = (*own, *(each.link for each in context.needs))
    if not links and letter not in _MAY_LACK_LINK:
        raise IncompleteLetter(f"The letter {letter} needs a link.")
    wanted = sorted(ANY_MARK.findall(" ".join(links)))
    shown = (sorted(ANY_MARK.findall(draft.text)), sorted(ANY_MARK.findall(draft.html)))
    # The HTML part has each address twice: in the button, and in words.
    if shown != (wanted, sorted(wanted * 2)) or len(set(wanted)) != len(links):
        raise IncompleteLetter(f"The letter {letter} does not show its links as it should.")


class _Address(str):
    """The reader's own link: the one value that may hold the mark."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if _LINK.fullmatch(text) is None:
            raise IncompleteLetter(f"A letter's link must be an address that ends in {MARK}.")
        return super().__new__(cls, text)


def _shown(value: object) -> object:
    """Clean what a template is about to put out; numbers, markup and the link are as they are."""
    if not isinstance(value, str) or isinstance(value, _Address) or hasattr(value, "__html__"):
        return value
    return _clean(value)


@lru_cache(maxsize=4096)  # names of a practice stand in the letters to each of its people
def _clean(text: str) -> str:
    return ANY_MARK.sub("...", words.one_line(text))


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    return escape(_clean(text))


_COMMON: dict[str, Any] = {
    "loader": PackageLoader("notifications"),
    "undefined": StrictUndefined,
    "finalize": _shown,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "auto_reload": False,
}
_HTML = Environment(autoescape=True, **_COMMON)
_TEXT = Environment(autoescape=False, **_COMMON)  # noqa: S701 - the text part is not HTML
for _environment in (_HTML, _TEXT):
    _environment.filters |= {
        "headline": words.headline,
        "listed": words.listed,
        "paragraphs": words.paragraphs,
        "parts": read_statement,
        "sentence": sentence,
        "shorten": words.shorten,
    }
_TEMPLATES = {
    letter: (
        _TEXT.get_template(f"{letter}/subject.txt"),
        _TEXT.get_template(f"{letter}/body.txt"),
        _HTML.get_template(f"{letter}/body.html"),
    )
    for letter in LETTERS
}

"""What a form sent, read into an answer. Here is its shape only: rules of voting are the desk's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request

from engine.links import without_links
from web.text import hidden_at, tidy, without_hidden, words_before
from workflows.answers import Answer

BODY_LIMIT = 131_072
"""Bytes: a comment of 10,000 characters takes up to 120,000 when every one of them is escaped."""
ROLE_LIMIT = 120
ONLY_QUESTION = "main"
LINES = "\n\t"
"""The control characters that a text over several lines may hold."""

_MOST_FIELDS = 100
_FORM = "application/x-www-form-urlencoded"
_TEXTS = {"name": ("name", ""), "role": ("role", ""), "comment": ("comment", LINES)}
"""Field: what a sentence calls it, and which control characters may stand in it."""

_LINKED = (
    "Your {} had a link of a letter in it, and whoever reads a link can answer by it. "
    "It is taken out below: check the text and send it again."
)

Fields = Mapping[str, tuple[str, ...]]


class Unreadable(ValueError):  # noqa: N818 - it names the state of the form
    """The body is not a form that can be read."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it may be shown again, and a sentence for each field at fault.

    `to` is the route that a call-in's page offered, `reply` the e-mail that is confirmed.
    """

    answer: Answer
    faults: Mapping[str, str]
    to: str = ""
    reply: str = ""


def is_form(headers: Headers) -> bool:
    """Whether the content is a plain form in UTF-8; nothing at all is a form left blank."""
    kind, _, parameters = headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    blank = "content-type" not in headers and headers.get("content-length", "0") == "0"
    return blank or (kind.strip() == _FORM and charset in ("", "utf-8"))


async def read_body(request: Request) -> bytes | None:
    """The body, or None where it is over the limit; no more than the limit is ever held."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def read_form(body: bytes) -> Sent:
    """The answer in a form's body. Raises `Unreadable` where it is none."""
    fields = read_fields(body)
    faults = dict(_faults(fields))
    answer = Answer(
        choices=dict(_choices(fields)),
        name=_shown(fields, "name"),
        role=_shown(fields, "role"),
        comment=_shown(fields, "comment"),
    )
    return Sent(answer, faults, fields.get("to", ("",))[0], fields.get("reply", ("",))[0])


def texts_only(sent: Sent) -> Sent:
    """What was typed, without any choice: a call-in or a challenge has none."""
    answer = Answer({}, sent.answer.name, sent.answer.role, sent.answer.comment)
    faults = {name: fault for name, fault in sent.faults.items() if name in _TEXTS}
    return Sent(answer, faults, sent.to, sent.reply)


def read_fields(body: bytes) -> Fields:
    """The fields of a form's body, as they were typed. Raises `Unreadable` where it is none."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise Unreadable from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields


def _choices(fields: Fields) -> Iterator[tuple[str, str]]:
    for field in filter(_is_choice, fields):
        choice = fields[field][0]
        if choice:
            yield field.partition(".")[2] or ONLY_QUESTION, choice


def _is_choice(field: str) -> bool:
    return field == "choice" or field.startswith("choice.")


def _shown(fields: Fields, field: str) -> str:
    _, allowed = _TEXTS[field]
    return fit_to_keep(_typed(fields, field), allowed)


def _typed(fields: Fields, field: str) -> str:
    return tidy(fields.get(field, ("",))[0])


def _faults(fields: Fields) -> Iterator[tuple[str, str]]:
    for field, values in fields.items():
        if _is_choice(field) and len(set(values)) > 1:
            yield field, "Choose one answer only."
        elif field in _TEXTS and len(set(values)) > 1:
            yield field, f"The form sent more than one {field}: check what is shown and send again."
    if len(_typed(fields, "role")) > ROLE_LIMIT:
        yield "role", f"Your role must be {ROLE_LIMIT} characters or fewer."
    yield from _hidden_faults(fields)


def _hidden_faults(fields: Fields) -> Iterator[tuple[str, str]]:
    for field, (called, allowed) in _TEXTS.items():
        fault = hidden_fault(called, _typed(fields, field), allowed)
        if fault:
            yield field, fault


def fit_to_keep(text: str, allowed: str = LINES) -> str:
    """The text without what it must not hold: a hidden control character, or a letter's link."""
    return without_links(without_hidden(text, allowed))


def hidden_fault(called: str, text: str, allowed: str = LINES) -> str:
    """What to tell of a text with a hidden control character or a link; empty where it has none."""
    at = hidden_at(text, allowed)
    if at is None:
        return _LINKED.format(called) if without_links(text) != text else ""
    before = words_before(text, at)
    place = f"after “{before}”" if before else "at its start"
    return (
        f"Your {called} had a hidden control character {place}. "
        "It is taken out below: check the text and send it again."
    )

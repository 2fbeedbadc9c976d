"""The form as it is drawn: blank at first, and with what was typed when it must be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from web.forms import ONLY_QUESTION
from workflows.answers import Answer, PracticePage, Question
from workflows.beside import Asked

BLANK = Answer(choices=MappingProxyType({}), name="")
NO_FAULTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ask:
    """One question with its radio buttons; `chosen` is empty unless a form came back."""

    field: str
    id: str
    question: Question
    chosen: str
    fault: str


@dataclass(frozen=True, slots=True)
class Part:
    """A form beside the answer's: `id` begins the ids of its fields, which must differ."""

    id: str
    typed: Answer = BLANK
    faults: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the forms show; `errors` are the summary's lines: where each leads, what it says."""

    asks: tuple[Ask, ...]
    typed: Answer
    faults: Mapping[str, str]
    errors: tuple[tuple[str, str], ...]
    parts: Mapping[Asked, Part]


_PARTS = {Asked.CALL_IN: Part("call-in"), Asked.CHALLENGE: Part("challenge")}


def draw_sheet(
    page: PracticePage,
    typed: Answer = BLANK,
    faults: Mapping[str, str] = NO_FAULTS,
    asked: Asked | None = None,
) -> Sheet:
    """The forms for this page. Only what was sent is ever chosen, never what stands recorded."""
    if asked is not None:
        return _draw_part(page, typed, faults, asked)
    asks = tuple(
        _ask(page, question, at, typed, faults) for at, question in enumerate(page.questions, 1)
    )
    ways = {ask.field: f"{ask.id}-1" for ask in asks if page.may_cast}
    ways |= {"name": "name", "role": "role", "comment": "comment"}
    told = {ask.field: f"{ask.question.text} " for ask in asks if len(asks) > 1}
    errors = tuple(
        (ways.get(field, "comment"), f"{told.get(field, '')}{says}")
        for field, says in _in_order(faults, asks)
    )
    return Sheet(asks, typed, faults, errors, _PARTS)


def _draw_part(page: PracticePage, typed: Answer, faults: Mapping[str, str], asked: Asked) -> Sheet:
    """A call-in or a challenge asked again: the answer's own form stays blank."""
    part = Part(_PARTS[asked].id, typed, faults, is_open=True)
    errors = tuple((f"{part.id}-{name}", says) for name, says in faults.items())
    return replace(draw_sheet(page), errors=errors, parts={**_PARTS, asked: part})


def _in_order(faults: Mapping[str, str], asks: tuple[Ask, ...]) -> list[tuple[str, str]]:
    """The faults in the order in which the form shows the fields."""
    places = [*(ask.field for ask in asks), "comment", "name", "role"]
    return sorted(faults.items(), key=lambda fault: (*places, fault[0]).index(fault[0]))


def _ask(
    page: PracticePage, question: Question, at: int, typed: Answer, faults: Mapping[str, str]
) -> Ask:
    alone = len(page.questions) == 1
    field = "choice" if alone else f"choice.{question.id}"
    chosen = typed.choices.get(ONLY_QUESTION if alone else question.id, "")
    return Ask(field, f"choice-{at}", question, chosen, faults.get(field, ""))

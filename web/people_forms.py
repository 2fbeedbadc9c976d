"""What the forms of a practice's people sent, and how each is drawn again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.correcting import FIELDS, Asking
from engine.naming import practice_role
from engine.people import PRACTICE_ROLES
from web.forms import LINES, fit_to_keep, hidden_fault, read_fields
from web.text import tidy
from workflows.people_page import Ask

ROLES = tuple((role, practice_role(role)) for role in PRACTICE_ROLES)
"""The roles that may be chosen, each with its words."""

_CALLED = {
    "person_name": "text",
    "person_email": "text",
    "person_phone": "text",
    "name": "name",
    "comment": "text",
}
"""Fields that are typed, and what a sentence calls each."""


@dataclass(frozen=True, slots=True)
class AskSent:
    """A correction as it may be shown again, and a sentence for each field at fault."""

    ask: Ask
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AskForm:
    """One of the page's three forms: blank, or with what was typed."""

    what: str
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False


def read_ask(body: bytes) -> AskSent:
    """The correction in a form's body. Raises `Unreadable` where it is none."""
    fields = read_fields(body)
    typed = {name: tidy(values[0]) for name, values in fields.items() if values}
    faults = dict(_faults(fields, typed))
    shown = {name: fit_to_keep(text) for name, text in typed.items()}
    what = shown.get("what", "")
    ask = Ask(
        kind=Asking(what) if what in list(Asking) else None,
        name=shown.get("name", ""),
        person=shown.get("person", ""),
        fields={each: shown.get(f"person_{each}", "") for each in FIELDS},
        note=shown.get("comment", ""),
    )
    return AskSent(ask, faults)


def _faults(
    fields: Mapping[str, tuple[str, ...]], typed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for name, called in _CALLED.items():
        if len(set(fields.get(name, ()))) > 1:
            yield name, f"The form sent more than one {called}: send it again."
        fault = hidden_fault(called, typed.get(name, ""), LINES if name == "comment" else "")
        if fault:
            yield name, fault


def draw_forms(sent: AskSent | None) -> tuple[Mapping[str, AskForm], tuple[tuple[str, str], ...]]:
    """The three forms, and the error summary's lines: where each leads, what it says."""
    forms = {str(kind): AskForm(str(kind)) for kind in Asking}
    if sent is None:
        return forms, ()
    ask = sent.ask
    what = str(ask.kind or Asking.CHANGE)
    typed = {f"person_{name}": text for name, text in ask.fields.items()}
    typed |= {"person": ask.person, "name": ask.name, "comment": ask.note}
    forms[what] = AskForm(what, typed, sent.faults, is_open=True)
    return forms, tuple((f"{what}-{_way(name)}", says) for name, says in sent.faults.items())


def _way(field_name: str) -> str:
    """The field that a fault is told at: what was asked for has none of its own."""
    return "name" if field_name == "what" else field_name

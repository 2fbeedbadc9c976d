"""Forms: a letter written once for many readers, with blanks for what differs between them.

Writing from a template takes many times as long as putting a name into a finished page, and a
mailing is the same letter to every practice. A blank is its name between two private characters,
which are taken out of everybody's text first; it is filled where the words are put out, and the
value is cleaned and escaped there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from notifications.context import Context, Needed, Recorded

_SINGLE = ("person_name", "practice_code", "practice_name", "place_on_roll")
_LISTS = ("voters", "meaning")
PERSONAL = frozenset(_SINGLE + _LISTS)
"""The fields of a context that differ between the readers of one mailing."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_BLANK = re.compile(f"{_OPEN}([a-z_0-9]+){_CLOSE}")
_PRIVATE = str.maketrans("", "", _OPEN + _CLOSE)


def split(context: Context) -> tuple[Context, dict[str, str]]:
    """Give the context with blanks for one reader's values, and the values by blank.

    What is empty or absent stays so, and a list keeps its length: the form's shape depends on them.
    """
    values: dict[str, str] = {}
    changes: dict[str, Any] = {}
    for name in _SINGLE:
        if value := getattr(context, name):
            values[name] = str(value)
            changes[name] = _blank(name)
    for name in _LISTS:
        numbered = {f"{name}_{place}": item for place, item in enumerate(getattr(context, name))}
        values |= numbered
        changes[name] = tuple(map(_blank, numbered))
    return replace(context, **changes), values


def fill(form: str, values: Mapping[str, str], shown: Callable[[str], str]) -> str:
    """Put the values into the form's blanks, each as `shown` shows it."""
    return _BLANK.sub(lambda blank: shown(values[blank[1]]), form)


def without_blanks(value: Any) -> Any:  # noqa: ANN401 - a field of a context has one of many types
    """Take the private characters out of a field that all readers share: nobody types a blank."""
    match value:
        case str():
            return value.translate(_PRIVATE)
        case tuple():
            return tuple(map(without_blanks, value))
        case Needed():
            words = {each.name: getattr(value, each.name) for each in fields(Needed)}
            return Needed(**{name: without_blanks(own) for name, own in words.items()})
        case Recorded():
            return Recorded(
                without_blanks(value.choice), value.leaf, without_blanks(value.question)
            )
    return value


def _blank(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"

"""What an event is: plain values, of which the personal ones reach the trail as commitments.

An event holds plain values. Fields marked `secret_of` are personal (a name, an address, free text,
a file, or a choice until the close): the ledger puts a commitment in the leaf and files the value
as an opening, under the key of the person or the decision named. Fields marked `unfiled` help the
projections and never reach the leaf.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, cast

from engine.people import By
from engine.trail import instant_text

Plain = Any  # strings, whole numbers, booleans, None, lists and dicts of them


class Owner(StrEnum):
    """Whose key an opening is sealed with."""

    PERSON = "person"
    DECISION = "decision"
    ACCOUNT = "account"  # of the financial year that the event names


def secret_of(owner: Owner) -> Any:  # noqa: ANN401 - dataclasses.field is typed as its value
    """A field that the leaf holds as a commitment."""
    return field(metadata={"secret": owner})


def unfiled(**kwargs: Any) -> Any:  # noqa: ANN401 - dataclasses.field is typed as its value
    """A field that stays out of the leaf."""
    return field(metadata={"unfiled": True}, **kwargs)


@dataclass(frozen=True, slots=True)
class Secret:
    """A value to be sealed: its field in the body, whose key, and the value itself."""

    field: str
    owner: Owner
    value: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `type` and `v` are the leaf's; the fields are its body."""

    type: ClassVar[str]
    v: ClassVar[int] = 1

    def body(self) -> dict[str, Plain]:
        """The plain body, secrets and absent values left out."""
        kept = (f for f in fields(self) if not f.metadata)
        pairs = ((f.name, plain(getattr(self, f.name))) for f in kept)
        return {name: value for name, value in pairs if value is not None}

    def secrets(self) -> Iterator[Secret]:
        """The fields that the leaf holds as commitments."""
        for f in fields(self):
            owner = f.metadata.get("secret")
            value = getattr(self, f.name)
            if owner is not None and value is not None:
                yield Secret(f.name, owner, plain(value))

    @property
    def person(self) -> str | None:
        """The person whose key seals this event's personal fields."""
        by = getattr(self, "by", None)
        return by.person if isinstance(by, By) else None


def plain(value: object) -> Plain:
    """A value as the canonical form knows it: instants as text, tuples as lists, `By` as a dict."""
    match value:
        case datetime():
            return instant_text(value)
        case By():
            return value.value()
        case StrEnum():
            return str(value)
        case Mapping():
            return {str(key): plain(held) for key, held in value.items()}
        case tuple() | list():
            return [plain(held) for held in value]
    return cast("Plain", value)

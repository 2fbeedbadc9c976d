"""What a practice's page of its people shows: values between the desk and the web."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.correcting import Asking


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the practice's list. `email` is whole for the reader alone."""

    person: str
    name: str
    role: str  # in words: "lead, GP"
    email: str
    may_cast: bool
    is_reader: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A correction that the secretariat has not looked at yet."""

    says: tuple[str, ...]
    by: str
    when: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who a practice's people are, as one of them sees it."""

    organisation: str
    practice_code: str
    practice_name: str
    person_name: str
    contact: str
    people: tuple[Listed, ...]
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A correction as it was typed. `name` is the sender's; `fields` are those of the person."""

    kind: Asking | None
    name: str
    person: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

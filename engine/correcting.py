"""What a practice asks to have put right about its people, and the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.naming import practice_role, sentence

FIELDS = ("name", "email", "role", "phone")
"""What may be said of a person."""


class Asking(StrEnum):
    """What is asked for."""

    ADD = "add"
    CHANGE = "change"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked for. `person` is the known id; an empty field stays as it is."""

    kind: Asking
    person: str = ""
    name: str = ""
    email: str = ""
    role: str = ""
    phone: str = ""

    def value(self) -> Mapping[str, str]:
        """The fields that say something."""
        return {field: getattr(self, field) for field in FIELDS if getattr(self, field)}


def masked(email: str) -> str:
    """An address of which only its owner knows the rest: "a…@queensview.example"."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}…{at}{domain}" if local else "…"


def masked_beside(email: str, other: str) -> str:
    """The same beside another address: where both look alike, it says that they are two."""
    shown = masked(email)
    return shown if shown != masked(other) else f"another that begins alike, {shown}"


def proposal_words(
    kind: str, was: Mapping[str, str], to: Mapping[str, str], *, whole: bool
) -> tuple[str, ...]:
    """What was asked for, as sentences; `whole` shows addresses and telephones in full."""
    show = str if whole else masked
    old, new = Proposal(Asking(kind), **was), Proposal(Asking(kind), **to)
    address = new.email if whole else masked_beside(new.email, old.email)
    telephone = f": {new.phone}" if whole else ""
    match old.kind:
        case Asking.LEAVE:
            return (f"{old.name}, {practice_role(old.role)}, has left the practice.",)
        case Asking.ADD:
            more = f"Telephone{telephone}." if new.phone and whole else ""
            added = f"{new.name} is to be added as {practice_role(new.role)}, at {show(new.email)}."
            return tuple(filter(None, (added, more)))
    lines = {
        new.name: f"{old.name} is to be called {new.name}.",
        new.email: f"Letters to {old.name} are to go to {address}, not to {show(old.email)}.",
        new.role: f"{old.name} is to be listed as {practice_role(new.role)}, "
        f"not as {practice_role(old.role)}.",
        new.phone: f"{old.name} is to have another telephone number{telephone}.",
    }
    return tuple(sentence(line) for given, line in lines.items() if given)

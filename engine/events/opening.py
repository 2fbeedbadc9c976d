"""Opening a decision: its files, its roll, its links, how it was classified and routed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of, unfiled


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailOpened(Event):
    """The first leaf: whose trail this is, and the key that will sign its checkpoints."""

    type: ClassVar[str] = "trail.opened"
    origin: str
    vkey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotated(Event):
    """Checkpoints are signed by another key from here on; the old one signed for it.

    `signature` is base64 of the old key's ID and its signature over origin, leaf number and new
    key; it is absent where the old key was lost.
    """

    type: ClassVar[str] = "key.rotated"
    was: str
    vkey: str
    signature: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPublished(Event):
    """A workflow or an impact table was filed under its digest."""

    type: ClassVar[str] = "rules.published"
    kind: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished(Event):
    """A calendar of bank holidays was filed under its digest."""

    type: ClassVar[str] = "calendar.published"
    region: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollFrozen(Event):
    """Who is asked, for good: `root` is the RFC 6962 root over the roll's lines.

    `of` is how many open practices the body had: where it is more, the file narrowed the roll.
    """

    type: ClassVar[str] = "roll.frozen"
    decision: str
    root: str
    digest: str
    practices: int
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOpened(Event):
    """A decision was put to practices; the digests are those it keeps for its whole life."""

    type: ClassVar[str] = "decision.opened"
    decision: str
    workflow: str
    rules: str
    calendar: str
    roll: str
    ballot: Mapping[str, tuple[str, ...]]  # question id -> options, `abstain` among them
    workflows: Mapping[str, str] | None = None  # name -> digest of all it may yet be raised to
    title: str = secret_of(Owner.DECISION)
    summary: str = secret_of(Owner.DECISION)
    paper: Mapping[str, Plain] = secret_of(Owner.DECISION)  # see engine.paper
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionClassified(Event):
    """The facts given, and what the impact table made of them."""

    type: ClassVar[str] = "decision.classified"
    decision: str
    facts: Mapping[str, Plain]
    rules: str
    level: str
    route: str
    ask: bool
    fired: tuple[str, ...]
    reasons: tuple[str, ...]
    asks: tuple[str, ...]
    involve: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRouted(Event):
    """Which workflow carries the decision, and why: at its opening, and whenever that changes."""

    type: ClassVar[str] = "decision.routed"
    decision: str
    route: str
    workflow: str
    name: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Event):
    """A person's link for one decision; `hash` is the hash of the stored token hash."""

    type: ClassVar[str] = "link.issued"
    decision: str
    practice: str
    person_id: str
    generation: int
    hash: str
    token_hash: bytes = unfiled()
    may_cast: bool = unfiled()

    def body(self) -> dict[str, Plain]:
        """The body names the person by the roll's word for it."""
        body = super(LinkIssued, self).body()
        body["person"] = body.pop("person_id")
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Event):
    """A link opens nothing any more: the address changed, or the person left the practice."""

    type: ClassVar[str] = "link.revoked"
    decision: str
    practice: str
    person_id: str
    generation: int
    because: str

    def body(self) -> dict[str, Plain]:
        """The body names the person by the roll's word for it."""
        body = super(LinkRevoked, self).body()
        body["person"] = body.pop("person_id")
        return body

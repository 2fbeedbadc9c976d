"""What a file of practices would do to the register, as values: one change for each line."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from storage.intake.practice_row import Status

Value = str | int | date | None


class Kind(StrEnum):
    """What becomes of one practice."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why a row is skipped, for counting; the sentence is in `Change.says`."""

    ABROAD = "outside England"
    NO_CCG = "no commissioner"
    OTHER_CCG = "another CCG"
    OTHER_SERVICE = "not a GP practice"
    CLOSED = "closed"
    DORMANT = "dormant"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class KnownPractice:
    """A practice as the register holds it; `list_date` is the day its patients were counted."""

    ods_code: str
    name: str
    postcode: str
    ccg_code: str
    ccg_name: str = ""
    locality: str = ""
    list_size: int | None = None
    list_date: date | None = None
    status: Status = Status.OPEN


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that becomes another: its name in the known value, what it was and will be."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Change:
    """What one row does, or (line None) what a practice's absence from the file does.

    `after` is the practice as the register is to hold it; None where nothing is to be written.
    """

    kind: Kind
    line: int | None
    ods_code: str
    name: str
    says: str
    fields: tuple[FieldChange, ...] = ()
    after: KnownPractice | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Every row's change in the order of the file, then the practices the file no longer holds.

    `absent` names the chosen CCGs of which the file has no row: probably a slip of the pen.
    """

    lines: tuple[Change, ...]
    absent: tuple[str, ...] = ()

    @property
    def writes(self) -> tuple[KnownPractice, ...]:
        """The practices to write, as they are to stand; none when the file was imported before."""
        return tuple(change.after for change in self.lines if change.after)

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many practices each kind has, every kind named."""
        found = Counter(change.kind for change in self.lines)
        return {kind: found[kind] for kind in Kind}

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """How many rows were skipped for each reason that occurred."""
        found = Counter(change.reason for change in self.lines)
        return {reason: found[reason] for reason in Reason if found[reason]}

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Pick the changes of one kind."""
        return tuple(change for change in self.lines if change.kind is kind)

"""What was done to what is kept: erased, or brought back from a backup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePerformed(Event):
    """Openings were deleted for good: that of `field` in leaf `n`, and those that `also` lists.

    `basis` is one of `engine.erasing.BASES`; `decision` is there where the schedule of retention
    had come to one decision. The leaves themselves stay as they are.
    """

    type: ClassVar[str] = "erasure.performed"
    n: int
    field: str
    basis: str
    also: tuple[Mapping[str, Plain], ...] = ()
    decision: str | None = None
    reason: str | None = secret_of(Owner.BODY)
    by: Mapping[str, Plain] = secret_of(Owner.BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRestored(Event):
    """A person released a restored backup, which held `size` leaves: this leaf is the next one.

    `known` is the newest checkpoint known to have been released before: its `size`, `root` and
    signed `note`. Where it covers more than was restored, the leaves `lost_from` to `lost_to` of
    the old tree are lost, and what stands in their places from here on is another history, signed
    by another key: `key.rotated` is the next leaf. `lost` says whether anything is known or feared
    to be lost.
    """

    type: ClassVar[str] = "backup.restored"
    size: int
    lost: bool
    known: Mapping[str, Plain] | None = None
    lost_from: int | None = None
    lost_to: int | None = None
    reason: str = secret_of(Owner.BODY)
    by: Mapping[str, Plain] = secret_of(Owner.BODY)

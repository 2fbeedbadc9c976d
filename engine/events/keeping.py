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

"""What the program says when it will not do a thing: the reason, and what would help.

A refusal is a rule at work (exit 1, a page in plain words). An input fault is a file or a form at
fault (exit 2), named by file and line. Both are raised before anything is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


class Refused(Exception):  # noqa: N818 - a refusal is a ruling, not a malfunction
    """The rules do not allow this."""

    remedy: ClassVar[str] = "Run `quorate decision show REF` to see what is possible now."

    def __init__(self, says: str | None = None, remedy: str | None = None) -> None:
        self.says = says or (type(self).__doc__ or "").split("\n", 1)[0]
        self.help = remedy or self.remedy
        super().__init__(self.says)

    @property
    def name(self) -> str:
        """The refusal's stable name, as `--json` prints it: `NotOpen` -> `not_open`."""
        letters = (f"_{c.lower()}" if c.isupper() else c for c in type(self).__name__)
        return "".join(letters).lstrip("_")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of an input: where it is and what is wrong with it, remedy included."""

    file: str
    line: int | None
    says: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.says}"


class InputFaults(Exception):  # noqa: N818 - it carries faults, and is not one
    """An input is at fault; every fault found is listed and nothing was written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

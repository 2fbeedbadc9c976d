"""Who may vote on a question: the practices of the roll, but for those conflicted out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.roll import RollLine
from engine.weights import Weights, weigh


@dataclass(frozen=True, slots=True)
class Elector:
    """A practice that may vote. `patients` is None where its list is not known.

    `area` is the locality; practices without one make up an area of their own, named "".
    """

    practice: str
    area: str = ""
    weight: int = 1
    patients: int | None = None

    def __post_init__(self) -> None:
        if self.weight < 0 or (self.patients or 0) < 0:
            raise ValueError(f"{self.practice} cannot have fewer than no votes or patients.")


def electors_of(
    lines: Iterable[RollLine],
    conflicted: Collection[str] = frozenset(),
    weights: Weights | None = None,
) -> tuple[Elector, ...]:
    """The roll's practices as electors. Practices nobody could be reached at stay in.

    Their votes come from the frozen list sizes by the rule of the vote at hand: a decision that was
    called in may be voted on by another rule than it opened with.
    """
    return tuple(
        Elector(line.practice, line.locality, weigh(weights, line.list_size), line.list_size)
        for line in lines
        if line.practice not in conflicted
    )

"""Lines that lead back up: each in a lane beside the picture, its words outside of it.

A line leaves and enters a box at its side where nothing stands between the box and the lane, and
else through the gap below or above the box's row, where no text is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from workflows.drawing.measure import folded, width
from workflows.drawing.rows import PAD, Rows
from workflows.drawing.scene import Arrow, Scene

ROOM = 22
"""From the outermost box to the lane, and from the lane to its words."""

_LETTERS = 16
LEFT, RIGHT = -1, 1


@dataclass(frozen=True, slots=True)
class Lane:
    """Lines to one box, on one side of the picture. `outside` are the boxes with a free side."""

    to: str
    side: int
    arrows: tuple[Arrow, ...]
    words: tuple[str, ...]
    outside: frozenset[str]

    @property
    def room(self) -> float:
        """How much wider the picture becomes for it."""
        return ROOM + PAD + max(map(width, self.words))


def lanes_of(scene: Scene, rows: Rows) -> Iterator[Lane]:
    """A lane for each box that lines lead back to, on the side where more of them are free."""
    back = sorted((arrow for arrow in scene.arrows if arrow.back), key=lambda arrow: arrow.to)
    for to, group in groupby(back, key=lambda arrow: arrow.to):
        arrows = tuple(group)
        names = {to, *(arrow.origin or "" for arrow in arrows)}
        free = {side: frozenset(_free(names, side, rows)) for side in (RIGHT, LEFT)}
        side = max(free, key=lambda side: len(free[side]))
        lines = dict.fromkeys(line for arrow in arrows for line in arrow.words)
        words = tuple(part for line in lines for part in folded(line, _LETTERS))
        yield Lane(to, side, arrows, words, free[side])


def _free(names: Iterable[str], side: int, rows: Rows) -> Iterator[str]:
    """The boxes that stand outermost in their row, with nothing at that side of theirs."""
    for name in names:
        node = rows.nodes[name]
        order = rows.order[node.row]
        beside = node.right > node.left and side == RIGHT
        if not beside and order[-1 if side == RIGHT else 0] == name:
            yield name


def room_beside(lanes: Iterable[Lane]) -> Mapping[int, float]:
    """The room needed left and right of all boxes."""
    room = {LEFT: 0.0, RIGHT: 0.0}
    for lane in lanes:
        room[lane.side] += lane.room
    return room

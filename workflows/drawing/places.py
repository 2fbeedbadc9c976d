"""Where everything of a picture lies, in pixels from its upper left corner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workflows.drawing.lanes import LEFT, RIGHT, ROOM, Lane, lanes_of, room_beside
from workflows.drawing.measure import LARGE, width
from workflows.drawing.rows import PAD, TITLE_ROOM, Node, Rows
from workflows.drawing.scene import Scene

GAP, BAND = 22, 34
"""Between neighbours of a row, and between rows."""

_ROUNDS = 40
_STRAIGHT = 8.0
Xs = dict[str, float]
Pull = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Places:
    """The x of the line through each node, the upper edge of each row, and the whole size.

    Beside these, from left and from right, the lanes with the x of each.
    """

    x: Mapping[str, float]
    tops: tuple[float, ...]
    heights: tuple[float, ...]
    width: float
    height: float
    lanes: tuple[tuple[Lane, float], ...] = ()

    def bottom(self, row: int) -> float:
        """The lower edge of a row."""
        return self.tops[row] + self.heights[row]


def places_of(scene: Scene, rows: Rows) -> Places:
    """Place the rows one below the other, each node as near its neighbours as its row allows."""
    tops, heights, y = [], [], float(TITLE_ROOM)
    for order in rows.order:
        tall = max((rows.nodes[key].height for key in order), default=0)
        tops.append(y)
        heights.append(tall)
        y += tall + BAND
    lanes = tuple(lanes_of(scene, rows))
    room = room_beside(lanes)
    x = _settled(rows)
    least = min(x[key] - rows.nodes[key].left for key in x)
    moved = {key: at - least + PAD + room[LEFT] for key, at in x.items()}
    wide = max(moved[key] + rows.nodes[key].right for key in moved)
    head = max(width(scene.title, LARGE, bold=True), width(scene.caption)) + PAD
    below = BAND if any(_under(lane, rows) for lane in lanes) else 0
    return Places(
        x=moved,
        tops=tuple(tops),
        heights=tuple(heights),
        width=max(wide + room[RIGHT], head) + PAD,
        height=y - BAND + PAD + below,
        lanes=tuple(_placed(lanes, PAD + room[LEFT], wide)),
    )


def _placed(lanes: Sequence[Lane], left: float, right: float) -> Iterator[tuple[Lane, float]]:
    """Each lane with its x, one outside of the other, given the outer edges of all boxes."""
    for lane in lanes:
        if lane.side == LEFT:
            yield lane, left - ROOM
            left -= lane.room
        else:
            yield lane, right + ROOM
            right += lane.room


def _under(lane: Lane, rows: Rows) -> bool:
    """Whether one of its lines goes below the last row."""
    origins = (arrow.origin or "" for arrow in lane.arrows)
    last = len(rows.order) - 1
    return any(rows.nodes[o].row == last and o not in lane.outside for o in origins)


def _settled(rows: Rows) -> Xs:
    """Start packed, then let every row follow its neighbours, time and again."""
    near = _neighbours(rows)
    x: Xs = {}
    for order in rows.order:
        x |= _spread(order, rows.nodes, dict.fromkeys(order, (0.0, 1.0)))
    for sweep in range(_ROUNDS):
        for order in rows.order if sweep % 2 == 0 else reversed(rows.order):
            x |= _spread(
                order, rows.nodes, {key: _wanted(near.get(key, ()), x, key) for key in order}
            )
    return x


def _neighbours(rows: Rows) -> dict[str, list[Pull]]:
    """What each node is pulled to, and how strongly: lines that pass by are kept straight."""
    near: dict[str, list[Pull]] = {}
    for chain in rows.chains:
        for upper, lower in pairwise(chain.nodes):
            passing = rows.nodes[upper].box is None and rows.nodes[lower].box is None
            pull = _STRAIGHT if passing else 1.0
            near.setdefault(upper, []).append((lower, pull))
            near.setdefault(lower, []).append((upper, pull))
    return near


def _wanted(near: Sequence[Pull], x: Xs, key: str) -> tuple[float, float]:
    """Where a node would best be, and how much it matters."""
    whole = sum(pull for _, pull in near)
    if not whole:
        return x[key], 1.0
    return sum(x[each] * pull for each, pull in near) / whole, whole


def _spread(
    order: Sequence[str], nodes: Mapping[str, Node], wanted: Mapping[str, tuple[float, float]]
) -> Xs:
    """The places nearest to those wanted that keep the order and the gaps (least squares).

    Neighbours that would overlap are pooled and placed together, about the mean of what they want.
    """
    offsets, offset = [], 0.0
    for n, key in enumerate(order):
        if n:
            offset += nodes[order[n - 1]].right + GAP + nodes[key].left
        offsets.append(offset)
    pools: list[list[tuple[float, float]]] = []  # what is wanted, less the offset; its weight
    for key, off in zip(order, offsets, strict=True):
        where, weight = wanted[key]
        pools.append([(where - off, weight)])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            last = pools.pop()
            pools[-1].extend(last)
    bases = [_mean(pool) for pool in pools for _ in pool]
    return {key: base + off for key, base, off in zip(order, bases, offsets, strict=True)}


def _mean(pool: Sequence[tuple[float, float]]) -> float:
    return sum(at * weight for at, weight in pool) / sum(weight for _, weight in pool)

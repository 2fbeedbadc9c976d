"""The arrows of a picture: down through the rows, and back up beside them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows.drawing.elements import ACT, HEAD, INK, head, line, num, text
from workflows.drawing.lanes import RIGHT, ROOM, Lane
from workflows.drawing.measure import LINE, SMALL, width
from workflows.drawing.places import BAND, Places
from workflows.drawing.rows import Chain, Node, Rows

_LEAVES, _COMES = "leaves", "comes"
_BACK = -1
"""Stands for an arrow that leads back, where others have their number."""

_ROUND = 8
Port = tuple[str, int, str]
Ports = Mapping[Port, float]


def lines(rows: Rows, places: Places) -> Iterator[str]:
    """All arrows of a picture, those that lead back with their words."""
    ports = _ports(rows, places)
    for n, chain in enumerate(rows.chains):
        yield from _arrow(chain, n, rows, places, ports)
    for lane, x in places.lanes:
        yield from _lane(lane, x, rows, places, ports)
        yield from _lane_words(lane, x, rows, places)


def _ports(rows: Rows, places: Places) -> Ports:
    """Where arrows leave a box and come to it: side by side, in the order of where they lead."""
    leaving, coming = defaultdict(list), defaultdict(list)
    for n, chain in enumerate(rows.chains):
        if chain.arrow.origin is not None:
            leaving[chain.nodes[0]].append((places.x[chain.nodes[1]], n))
        coming[chain.nodes[-1]].append((places.x[chain.nodes[-2]], n))
    for lane, x in places.lanes:
        for arrow in lane.arrows:
            if arrow.origin not in lane.outside:
                leaving[arrow.origin or ""].append((x, _BACK))
        if lane.to not in lane.outside:
            coming[lane.to].append((x, _BACK))
    ports: dict[Port, float] = {}
    for end, side in ((_LEAVES, leaving), (_COMES, coming)):
        for key, ends in side.items():
            step = min(30.0, 2 * rows.nodes[key].left / (len(ends) + 1))
            for place, (_, n) in enumerate(sorted(ends)):
                ports[key, n, end] = places.x[key] + (place - (len(ends) - 1) / 2) * step
    return ports


def _arrow(chain: Chain, n: int, rows: Rows, places: Places, ports: Ports) -> Iterator[str]:
    """A line through the chain's nodes, straight within rows, bent only between them."""
    first, *between, last = (rows.nodes[key] for key in chain.nodes)
    x, low = ports.get((first.key, n, _LEAVES), places.x[first.key]), places.bottom(first.row)
    begin = places.tops[first.row] + (first.height if first.box else 0)
    path = f"M{num(x)} {num(begin)}V{num(low)}"
    for node in between:
        to = places.x[node.key]
        path += f"{_bend(x, low, to, places.tops[node.row])}V{num(places.bottom(node.row))}"
        x, low = to, places.bottom(node.row)
    to, tip = ports[last.key, n, _COMES], places.tops[last.row]
    colour = INK if chain.arrow.by_deadline else ACT
    dashed = not chain.arrow.by_deadline
    yield line(path + _bend(x, low, to, tip - HEAD), colour, dashed=dashed)
    yield head(to, tip, colour)


def _bend(x: float, y: float, to: float, end: float) -> str:
    half = num((y + end) / 2)
    return f"C{num(x)} {half} {num(to)} {half} {num(to)} {num(end)}"


# --- back up ----------------------------------------------------------------------------------


def _lane(lane: Lane, x: float, rows: Rows, places: Places, ports: Ports) -> Iterator[str]:
    """One line up from the box farthest away; those of other boxes run into it."""
    origins = (rows.nodes[arrow.origin or ""] for arrow in lane.arrows)
    starts = [_start(node, lane, places, ports) for node in origins]
    far = max(starts, key=lambda start: (start.low, (x - start.x) * lane.side))
    yield from _up(f"{far.path}{far.turn}", x, lane, rows.nodes[lane.to], places, ports)
    for start in starts:
        if start is not far:
            joins = f"V{num(far.low)}" if start.low == far.low else f"{start.turn}H{num(x)}"
            yield line(start.path + joins, ACT, dashed=True)


def _up(begin: str, x: float, lane: Lane, to: Node, places: Places, ports: Ports) -> Iterator[str]:
    """A line from where it leaves its box: to the lane, up, and to the box it leads back to."""
    side, edge = lane.side, _edge(to, lane, places)
    path = f"{begin}H{num(x - _ROUND * side)}q{_ROUND * side} 0 {_ROUND * side} {-_ROUND}"
    if to.key in lane.outside:
        high, end = _middle(to, places), f"H{num(edge + HEAD * side)}"
        tip = head(edge, high, ACT, (-side, 0))
    else:
        high, port = places.tops[to.row] - BAND / 2, ports[to.key, _BACK, _COMES]
        down = f"q{-_ROUND * side} 0 {-_ROUND * side} {_ROUND}V{num(places.tops[to.row] - HEAD)}"
        end = f"H{num(port + _ROUND * side)}{down}"
        tip = head(port, places.tops[to.row], ACT)
    over = f"V{num(high + _ROUND)}q0 {-_ROUND} {-_ROUND * side} {-_ROUND}"
    yield line(path + over + end, ACT, dashed=True)
    yield tip


@dataclass(frozen=True, slots=True)
class _Start:
    """How a line leaves its box: the path, the turn to the lane that follows, where that ends."""

    path: str
    turn: str
    x: float
    low: float


def _start(node: Node, lane: Lane, places: Places, ports: Ports) -> _Start:
    if node.key in lane.outside:
        low, edge = _middle(node, places), _edge(node, lane, places)
        return _Start(f"M{num(edge)} {num(low)}", "", edge, low)
    port, low = ports[node.key, _BACK, _LEAVES], places.bottom(node.row) + BAND / 2
    bottom = places.tops[node.row] + node.height
    turn = f"q0 {_ROUND} {_ROUND * lane.side} {_ROUND}"
    return _Start(f"M{num(port)} {num(bottom)}V{num(low - _ROUND)}", turn, port, low)


def _middle(node: Node, places: Places) -> float:
    return places.tops[node.row] + node.height / 2


def _edge(node: Node, lane: Lane, places: Places) -> float:
    return places.x[node.key] + node.left * lane.side


def _lane_words(lane: Lane, x: float, rows: Rows, places: Places) -> Iterator[str]:
    """The words outside of a lane, about the middle of it."""
    high = places.tops[rows.nodes[lane.to].row]
    low = max(places.bottom(rows.nodes[arrow.origin or ""].row) for arrow in lane.arrows)
    top = (high + low - LINE * len(lane.words)) / 2 + SMALL
    start = x + ROOM / 2
    if lane.side != RIGHT:
        start = x - ROOM / 2 - max(map(width, lane.words))
    for n, words in enumerate(lane.words):
        yield text(start, top + LINE * n, words)

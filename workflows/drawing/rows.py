"""Layers: every box in a row of its own kind, every arrow's words in a row between two of boxes.

An arrow that spans several rows has a place of its own in each, so that lines cross only in the
gaps between rows, where no text is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from workflows.drawing.measure import LARGE, LINE, folded, width
from workflows.drawing.scene import Arrow, Box, Scene

PAD = 14
LOOP = 34
"""How far an arrow that returns to its box reaches out."""

_TITLE_LETTERS, _WORDS_LETTERS = 28, 24
_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Node:
    """Something that takes room in a row: a box, an arrow's words, or a line passing by.

    `left` and `right` are its room to either side of the line through it.
    """

    key: str
    row: int
    left: float
    right: float
    height: float
    title: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    loop: tuple[str, ...] = ()
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """An arrow as the nodes it goes through, from box to box (or from its words, to a box)."""

    arrow: Arrow
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Nodes by key, the order of the keys in each row, and the arrows through them.

    Arrows that lead back are not among these: see `workflows.drawing.lanes`.
    """

    nodes: Mapping[str, Node]
    order: tuple[tuple[str, ...], ...]
    chains: tuple[Chain, ...]


def rows_of(scene: Scene) -> Rows:
    """Put everything into rows, in an order in which few lines cross."""
    row = _box_rows(scene)
    nodes = {box.name: _box_node(box, row[box.name]) for box in scene.boxes}
    chains = []
    for n, arrow in enumerate(arrow for arrow in scene.arrows if not arrow.back):
        made = list(_arrow_nodes(arrow, n, row))
        nodes |= {node.key: node for node in made}
        start = () if arrow.origin is None else (arrow.origin,)
        chains.append(Chain(arrow, (*start, *(node.key for node in made), arrow.to)))
    first = _first_order(nodes, chains)
    return Rows(nodes, _untangled(first, chains), tuple(chains))


def _box_rows(scene: Scene) -> dict[str, int]:
    """A box lies below all from which arrows lead to it; odd rows are for boxes."""
    row = {box.name: 1 for box in scene.boxes}
    between = [(a.origin, a.to) for a in scene.arrows if a.origin and not a.back]
    for _ in scene.boxes:  # no way but those back leads round, so this settles
        for origin, to in between:
            row[to] = max(row[to], row[origin] + 2)
    last = max(row.values())
    reached = {to for _, to in between} | {scene.start}
    return {name: n if name in reached else last for name, n in row.items()}


def _box_node(box: Box, row: int) -> Node:
    title = folded(box.title, _TITLE_LETTERS)
    lines = tuple(part for line in box.lines for part in folded(line, _TITLE_LETTERS))
    wide = max((*(width(line, bold=True) for line in title), *map(width, lines)))
    half = wide / 2 + PAD
    loop = tuple(part for line in box.loop for part in folded(line, _WORDS_LETTERS))
    beside = LOOP + max(map(width, loop)) + PAD if loop else 0
    height = LINE * max(len(title) + len(lines), len(loop)) + PAD + 6
    return Node(box.name, row, half, half + beside, height, title, lines, loop, box)


def _arrow_nodes(arrow: Arrow, n: int, row: Mapping[str, int]) -> Iterator[Node]:
    first = row[arrow.to] - 1 if arrow.origin is None else row[arrow.origin] + 1
    words = tuple(part for line in arrow.words for part in folded(line, _WORDS_LETTERS))
    right = PAD + max(map(width, words))
    yield Node(f"{n}:{first}", first, 6, right, LINE * len(words), words=words)
    for passed in range(first + 1, row[arrow.to]):
        yield Node(f"{n}:{passed}", passed, 6, 6, 0)


# --- order ------------------------------------------------------------------------------------

Order = tuple[tuple[str, ...], ...]


def _first_order(nodes: Mapping[str, Node], chains: list[Chain]) -> Order:
    """As the definition has them: each row in the order of the arrows."""
    seen = dict.fromkeys(key for chain in chains for key in chain.nodes)
    keys = [*seen, *(key for key in nodes if key not in seen)]
    return tuple(
        tuple(key for key in keys if nodes[key].row == row)
        for row in range(max(node.row for node in nodes.values()) + 1)
    )


def _untangled(order: Order, chains: list[Chain]) -> Order:
    """Order each row by where its neighbours are, down and up again; keep the best that is met."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for chain in chains:
        for upper, lower in pairwise(chain.nodes):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
    best = order
    for sweep in range(_SWEEPS):
        rows = list(order)
        inner = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for n in inner:
            neighbours, other = (above, rows[n - 1]) if sweep % 2 == 0 else (below, rows[n + 1])
            rows[n] = _by_neighbours(rows[n], other, neighbours)
        order = tuple(rows)
        if _crossings(order, below) < _crossings(best, below):
            best = order
    return best


def _by_neighbours(
    row: tuple[str, ...], other: tuple[str, ...], neighbours: Mapping[str, list[str]]
) -> tuple[str, ...]:
    place = {key: n for n, key in enumerate(other)}

    def middle(item: tuple[int, str]) -> float:
        n, key = item
        known = [place[near] for near in neighbours.get(key, ()) if near in place]
        return sum(known) / len(known) if known else float(n)

    return tuple(key for _, key in sorted(enumerate(row), key=middle))


def _crossings(order: Order, below: Mapping[str, list[str]]) -> int:
    """How many pairs of lines cross between neighbouring rows."""
    total = 0
    for upper, lower in pairwise(order):
        place = {key: n for n, key in enumerate(lower)}
        lines = [
            (n, place[near])
            for n, key in enumerate(upper)
            for near in below.get(key, ())
            if near in place
        ]
        total += sum(a < c and b > d for a, b in lines for c, d in lines)
    return total


TITLE_ROOM = LARGE + LINE + 2 * PAD
"""Room above the first row for the picture's title and caption."""

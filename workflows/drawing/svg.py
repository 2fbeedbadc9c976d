"""A definition as an SVG picture that stands alone: no script, no style, no font of its own.

The picture brings its own light ground, so that it reads the same on a dark page and on paper, and
nothing in it is told by colour alone: acts are dashed, ends have a double border.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape

from engine.definition import Workflow
from workflows.drawing.measure import LARGE, LINE, SMALL
from workflows.drawing.places import Places, places_of
from workflows.drawing.rows import LOOP, PAD, Chain, Node, Rows, rows_of
from workflows.drawing.scene import Scene, scene_of

_INK, _PAPER, _STEP, _END, _ACT = "#212b32", "#ffffff", "#e8f1fa", "#f0f4f5", "#5b3a8c"
_HEAD = 8
Ports = Mapping[tuple[str, int], float]


def svg(workflow: Workflow) -> str:
    """The picture."""
    scene = scene_of(workflow)
    rows = rows_of(scene)
    places = places_of(scene, rows)
    return "\n".join((*_page(scene, rows, places), "</svg>", ""))


def _page(scene: Scene, rows: Rows, places: Places) -> Iterator[str]:
    wide, high = round(places.width), round(places.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" font-family="Arial, Helvetica, sans-serif" '
        f'font-size="{SMALL}" fill="{_INK}">'
    )
    yield f"<title>{escape(scene.title)}</title>"
    yield f"<desc>{escape(scene.caption)}. A solid line is a deadline, a dashed one an act.</desc>"
    yield f'<rect width="{wide}" height="{high}" rx="8" fill="{_PAPER}"/>'
    yield _text(PAD, PAD + LARGE, scene.title, f'font-size="{LARGE}" font-weight="bold"')
    yield _text(PAD, PAD + LARGE + LINE + 4, scene.caption)
    ports = _ports(rows, places)
    for n, chain in enumerate(rows.chains):
        yield from _arrow(chain, n, rows, places, ports)
    for order in rows.order:
        for key in order:
            yield from _node(rows.nodes[key], places)


# --- boxes and words --------------------------------------------------------------------------


def _node(node: Node, places: Places) -> Iterator[str]:
    x, top = places.x[node.key], places.tops[node.row]
    if node.box is None:
        for n, line in enumerate(node.words):
            yield _text(x + PAD - 4, top + LINE * n + SMALL, line)
        return
    wide, fill = 2 * node.left, _END if node.box.is_end else _STEP
    yield _rect(x - node.left, top, wide, node.height, fill, 8)
    if node.box.is_end:
        yield _rect(x - node.left + 3, top + 3, wide - 6, node.height - 6, "none", 6)
    middle = top + (node.height - LINE * (len(node.title) + len(node.words))) / 2 + SMALL
    for n, line in enumerate((*node.title, *node.words)):
        bold = ' font-weight="bold"' if n < len(node.title) else ""
        yield _text(x, middle + LINE * n + 1, line, f'text-anchor="middle"{bold}')
    if node.right > node.left:
        yield from _loop(node, x + node.left, top)


def _loop(node: Node, x: float, top: float) -> Iterator[str]:
    """An arrow that leaves a box to its right and comes back."""
    out, high, low = x + LOOP - 8, top + node.height / 4, top + node.height * 3 / 4
    yield _line(f"M{_n(x)} {_n(high)}H{_n(out - 8)}q8 0 8 8V{_n(low - 8)}q0 8 -8 8H{_n(x + _HEAD)}")
    yield (f'<path d="M{_n(x)} {_n(low)}l{_HEAD} {_HEAD / 2:g}v-{_HEAD}z" fill="{_INK}"/>')
    start = top + (node.height - LINE * len(node.loop)) / 2 + SMALL
    for n, line in enumerate(node.loop):
        yield _text(out + 8, start + LINE * n, line)


# --- arrows -----------------------------------------------------------------------------------


def _ports(rows: Rows, places: Places) -> Ports:
    """Where arrows leave a box and come to it: side by side, in the order of where they lead."""
    leaving, coming = defaultdict(list), defaultdict(list)
    for n, chain in enumerate(rows.chains):
        if chain.arrow.origin is not None:
            leaving[chain.nodes[0]].append((places.x[chain.nodes[1]], n))
        coming[chain.nodes[-1]].append((places.x[chain.nodes[-2]], n))
    ports: dict[tuple[str, int], float] = {}
    for side in (leaving, coming):
        for key, ends in side.items():
            step = min(30.0, 2 * rows.nodes[key].left / (len(ends) + 1))
            for place, (_, n) in enumerate(sorted(ends)):
                ports[key, n] = places.x[key] + (place - (len(ends) - 1) / 2) * step
    return ports


def _arrow(chain: Chain, n: int, rows: Rows, places: Places, ports: Ports) -> Iterator[str]:
    """A line through the chain's nodes, straight within rows, bent only between them."""
    first, *between, last = (rows.nodes[key] for key in chain.nodes)
    x, low = ports.get((first.key, n), places.x[first.key]), places.bottom(first.row)
    begin = places.tops[first.row] + (first.height if first.box else 0)
    path = f"M{_n(x)} {_n(begin)}V{_n(low)}"
    for node in between:
        to = places.x[node.key]
        path += f"{_bend(x, low, to, places.tops[node.row])}V{_n(places.bottom(node.row))}"
        x, low = to, places.bottom(node.row)
    to, tip = ports[last.key, n], places.tops[last.row]
    colour = _INK if chain.arrow.by_deadline else _ACT
    dashed = not chain.arrow.by_deadline
    yield _line(path + _bend(x, low, to, tip - _HEAD), colour, dashed=dashed)
    yield f'<path d="M{_n(to)} {_n(tip)}l-{_HEAD / 2:g} -{_HEAD}h{_HEAD}z" fill="{colour}"/>'


def _bend(x: float, y: float, to: float, end: float) -> str:
    half = _n((y + end) / 2)
    return f"C{_n(x)} {half} {_n(to)} {half} {_n(to)} {_n(end)}"


# --- elements ---------------------------------------------------------------------------------


def _rect(x: float, y: float, wide: float, high: float, fill: str, round_: int) -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}" rx="{round_}" '
        f'fill="{fill}" stroke="{_INK}"/>'
    )


def _line(path: str, colour: str = _INK, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>'


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}"{" " if more else ""}{more}>{escape(words)}</text>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

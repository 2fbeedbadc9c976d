"""A definition as an SVG picture that stands alone: no script, no style, no font of its own.

The picture brings its own light ground, so that it reads the same on a dark page and on paper, and
nothing in it is told by colour alone: acts are dashed, ends have a double border.
"""

from collections.abc import Iterator
from html import escape

from engine.definition import Workflow
from workflows.drawing.elements import END, HEAD, INK, PAPER, STEP, head, line, num, rect, text
from workflows.drawing.lines import lines
from workflows.drawing.measure import LARGE, LINE, SMALL
from workflows.drawing.places import Places, places_of
from workflows.drawing.rows import LOOP, PAD, Node, Rows, rows_of
from workflows.drawing.scene import Scene, scene_of


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
        f'font-size="{SMALL}" fill="{INK}">'
    )
    yield f"<title>{escape(scene.title)}</title>"
    yield f"<desc>{escape(scene.caption)}. A solid line is a deadline, a dashed one an act.</desc>"
    yield f'<rect width="{wide}" height="{high}" rx="8" fill="{PAPER}"/>'
    yield text(PAD, PAD + LARGE, scene.title, f'font-size="{LARGE}" font-weight="bold"')
    yield text(PAD, PAD + LARGE + LINE + 4, scene.caption)
    yield from lines(rows, places)
    for order in rows.order:
        for key in order:
            yield from _node(rows.nodes[key], places)


def _node(node: Node, places: Places) -> Iterator[str]:
    x, top = places.x[node.key], places.tops[node.row]
    if node.box is None:
        for n, words in enumerate(node.words):
            yield text(x + PAD - 4, top + LINE * n + SMALL, words)
        return
    wide, fill = 2 * node.left, END if node.box.is_end else STEP
    yield rect(x - node.left, top, wide, node.height, fill, 8)
    if node.box.is_end:
        yield rect(x - node.left + 3, top + 3, wide - 6, node.height - 6, "none", 6)
    middle = top + (node.height - LINE * (len(node.title) + len(node.words))) / 2 + SMALL
    for n, words in enumerate((*node.title, *node.words)):
        bold = ' font-weight="bold"' if n < len(node.title) else ""
        yield text(x, middle + LINE * n + 1, words, f'text-anchor="middle"{bold}')
    if node.right > node.left:
        yield from _loop(node, x + node.left, top)


def _loop(node: Node, x: float, top: float) -> Iterator[str]:
    """An arrow that leaves a box to its right and comes back."""
    out, high, low = x + LOOP - 8, top + node.height / 4, top + node.height * 3 / 4
    there, back = f"M{num(x)} {num(high)}H{num(out - 8)}q8 0 8 8", f"q0 8 -8 8H{num(x + HEAD)}"
    yield line(f"{there}V{num(low - 8)}{back}")
    yield head(x, low, INK, (-1, 0))
    start = top + (node.height - LINE * len(node.loop)) / 2 + SMALL
    for n, words in enumerate(node.loop):
        yield text(out + 8, start + LINE * n, words)

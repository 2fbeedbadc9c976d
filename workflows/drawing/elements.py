"""The few elements that a picture is made of."""

from html import escape

INK, PAPER, STEP, END, ACT = "#212b32", "#ffffff", "#e8f1fa", "#f0f4f5", "#5b3a8c"
HEAD = 8
"""How long the head of an arrow is."""


def rect(x: float, y: float, wide: float, high: float, fill: str, round_: int) -> str:
    """A box, or a border within one."""
    return (
        f'<rect x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}" rx="{round_}" '
        f'fill="{fill}" stroke="{INK}"/>'
    )


def line(path: str, colour: str = INK, *, dashed: bool = False) -> str:
    """A line along a path."""
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>'


def text(x: float, y: float, words: str, more: str = "") -> str:
    """A line of words."""
    return f'<text x="{num(x)}" y="{num(y)}"{" " if more else ""}{more}>{escape(words)}</text>'


def num(number: float) -> str:
    """A number, with one decimal where it needs one."""
    return f"{number:.1f}".removesuffix(".0")


def head(x: float, y: float, colour: str, way: tuple[int, int] = (0, 1)) -> str:
    """The head of an arrow whose tip is here; `way` is where it points, down unless said."""
    dx, dy = way
    half = HEAD / 2
    back = f"{num(-HEAD * dx - half * dy)} {num(-HEAD * dy - half * dx)}"
    across = f"{num(HEAD * dy)} {num(HEAD * dx)}"
    return f'<path d="M{num(x)} {num(y)}l{back}l{across}z" fill="{colour}"/>'

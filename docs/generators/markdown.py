"""The few pieces of Markdown that every page is made of."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by docs/generate.py. Change what it is made from, then run that again. -->"


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join((NOTE, f"# {title}", *filter(None, parts))) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; empty where there are no rows."""
    lines = [_row(cells) for cells in rows]
    if not lines:
        return ""
    return "\n".join((_row(heads), _row(["---"] * len(heads)), *lines))


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).replace("|", "\\|").split())


def code(words: object) -> str:
    """Words as they are typed."""
    return f"`{words}`"


def codes(words: Iterable[object]) -> str:
    """A list of words as they are typed."""
    return ", ".join(code(word) for word in words)


def fenced(kind: str, text: str) -> str:
    """A block kept as it is."""
    return f"```{kind}\n{text.rstrip()}\n```"

"""How wide words are, about: no font is read, so letters are taken a little wider than they are."""

from textwrap import wrap

LINE = 18
"""From one line of text to the next."""

SMALL, LARGE = 13, 18
"""Sizes of text in boxes and along arrows, and of the picture's title."""

_NARROW, _SLIM, _WIDE = "ijl'|.,:;! ", "frtI()[]-/", "mwMW%@"
_CAREFUL = 1.12


def width(text: str, size: float = SMALL, *, bold: bool = False) -> float:
    """An upper bound for the width of a line in the usual sans serif fonts."""
    ems = sum(map(_ems, text))
    return ems * size * _CAREFUL * (1.08 if bold else 1)


def _ems(letter: str) -> float:
    if letter in _NARROW:
        return 0.28
    if letter in _SLIM:
        return 0.37
    if letter in _WIDE:
        return 0.88
    return 0.7 if letter.isupper() else 0.57


def folded(text: str, letters: int) -> tuple[str, ...]:
    """A text in lines of about so many letters, as even as may be, none of its words broken."""
    fewest = _wrapped(text, letters)
    for narrower in range(letters - 1, 0, -1):
        more = _wrapped(text, narrower)
        if len(more) > len(fewest) or max(map(len, more)) > narrower:
            break
        fewest = more
    return fewest


def _wrapped(text: str, letters: int) -> tuple[str, ...]:
    return tuple(wrap(text, letters, break_long_words=False, break_on_hyphens=False)) or ("",)

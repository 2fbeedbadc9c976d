"""Reads an SVG picture back as rectangles of text and boxes, and points along its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

from workflows.drawing.measure import SMALL, width

SVG = "{http://www.w3.org/2000/svg}"
_STEPS = re.compile(r"([A-Za-z])([^A-Za-z]*)")


@dataclass(frozen=True)
class Rect:
    left: float
    top: float
    right: float
    bottom: float
    words: str = ""

    def meets(self, other: "Rect") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Rect") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def has(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom


def texts(picture: str) -> list[Rect]:
    return [_text(each) for each in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - our own


def _text(of: ET.Element) -> Rect:
    size, x, y = float(of.get("font-size", SMALL)), float(of.get("x", 0)), float(of.get("y", 0))
    wide = width(of.text or "", size, bold=of.get("font-weight") == "bold")
    left = x - wide / 2 if of.get("text-anchor") == "middle" else x
    return Rect(left, y - 0.75 * size, left + wide, y + 0.2 * size, of.text or "")


def boxes(picture: str) -> list[Rect]:
    """The boxes of states; the ground and inner borders are left out."""
    found = ET.fromstring(picture).iter(f"{SVG}rect")  # noqa: S314 - our own
    return [_box(each) for each in found if each.get("stroke") and each.get("fill") != "none"]


def _box(of: ET.Element) -> Rect:
    x, y = float(of.get("x", 0)), float(of.get("y", 0))
    return Rect(x, y, x + float(of.get("width", 0)), y + float(of.get("height", 0)))


def whole(picture: str) -> Rect:
    root = ET.fromstring(picture)  # noqa: S314 - our own
    return Rect(0, 0, float(root.get("width", 0)), float(root.get("height", 0)))


def points(picture: str) -> Iterator[tuple[float, float]]:
    """Points along every line, close to each other."""
    for path in ET.fromstring(picture).iter(f"{SVG}path"):  # noqa: S314 - our own
        if path.get("fill") == "none":
            for start, end in pairwise(_corners(path.get("d", ""))):
                for n in range(21):
                    part = n / 20
                    yield tuple(a + (b - a) * part for a, b in zip(start, end, strict=True))  # type: ignore[misc]


def _corners(path: str) -> Iterator[tuple[float, float]]:
    x = y = 0.0
    for kind, rest in _STEPS.findall(path):
        numbers = [float(number) for number in rest.split()]
        match kind:
            case "M":
                x, y = numbers
            case "V":
                (y,) = numbers
            case "H":
                (x,) = numbers
            case "q":
                x, y = x + numbers[2], y + numbers[3]
            case "C":
                yield from _curve((x, y), numbers)
                x, y = numbers[4:]
            case _:
                raise ValueError(path)
        yield x, y


def _curve(start: tuple[float, float], to: list[float]) -> Iterator[tuple[float, float]]:
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, to
    for n in range(1, 20):
        t = n / 20
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3

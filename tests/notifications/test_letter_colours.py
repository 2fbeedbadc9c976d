"""Every pair of colours a reader meets is at least WCAG 2.2's contrast for text (AA, 4.5 to 1)."""

import re

import pytest

from tests.notifications.samples import TEMPLATES

LIGHT = [("#212b32", "#ffffff"), ("#425563", "#ffffff"), ("#212b32", "#e8edee")]
DARK = [("#f0f4f5", "#1b252b"), ("#c5d0d6", "#1b252b"), ("#f0f4f5", "#26333b")]
BUTTON = [("#ffffff", "#007f3b")]
EDGES = {"#005eb8", "#8cc2ff", "#aeb7bd", "#768692", "#f0f4f5", "#10181d"}  # rules and margins


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ink", "paper"), LIGHT + DARK + BUTTON)
def test_text_stands_out_from_what_is_behind_it(ink: str, paper: str) -> None:
    darker, lighter = sorted((luminance(ink), luminance(paper)))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_templates_use_no_other_colour() -> None:
    used = {
        colour
        for page in TEMPLATES.rglob("*.html")
        for colour in re.findall(r"#[0-9a-f]{6}", page.read_text("utf-8"))
    }
    assert used <= EDGES.union(*LIGHT, *DARK, *BUTTON)

"""The documents hold: their commands do what they show, their links lead somewhere."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.reading import DOCS, ROOT, anchors, documents, fits, links, named
from tests.docs.walk import Walk

HOW_TOS = sorted(path.name for path in (DOCS / "how-to").glob("*.md") if path.name != "README.md")
PICTURES = [path for path in (DOCS / "pictures").rglob("*") if path.is_file()]
LARGEST_PICTURE = 300_000
INDEX = "gro.ipyp"[::-1]
HERE = (f"{ROOT}/".lower(), f"{Path.home()}/".lower())
STRANGE = (INDEX, "pythonhosted", "npmjs", *HERE, "localhost:")
"""Hosts of package indexes, and paths of this machine."""
every_document = pytest.mark.parametrize("document", documents(), ids=named)


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


# --- what they show ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOW_TOS)
def test_the_commands_of_a_how_to_do_what_it_shows(
    at_desk: Callable[[str], Walk], name: str
) -> None:
    assert at_desk(name).read(text_of(DOCS / "how-to" / name)) == []


def test_the_commands_of_the_tutorial_do_what_it_shows(walk: Walk) -> None:
    assert walk.read(text_of(DOCS / "tutorial" / "first-decision.md")) == []


def test_what_is_shown_must_be_all_that_a_command_says() -> None:
    assert not fits("Done: 5 added.", "Done: 5 added. And a warning.")


def test_an_ellipsis_stands_for_anything() -> None:
    assert fits("Done: …\n…", "Done: 5 added.\nAnd more.")


# --- where they lead --------------------------------------------------------------------------


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    astray = [link for link in links(text_of(document)) if not _leads(document, link)]

    assert astray == []


def _leads(document: Path, link: str) -> bool:
    if link.startswith(("https://", "http://")):
        return True
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(text_of(target))


@every_document
def test_every_document_can_be_reached_from_the_first(document: Path) -> None:
    assert document in _reached(ROOT / "README.md", set())


def _reached(document: Path, seen: set[Path]) -> set[Path]:
    seen.add(document)
    for link in links(text_of(document)):
        path = (document.parent / link.partition("#")[0]).resolve()
        if path.suffix == ".md" and path.exists() and path not in seen:
            _reached(path, seen)
    return seen


# --- what they must not hold ------------------------------------------------------------------


@every_document
def test_no_document_names_a_machine_or_an_index_of_packages(document: Path) -> None:
    found = [word for word in STRANGE if word in text_of(document).lower()]

    assert found == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {Path(link).name for document in documents() for link in links(text_of(document))}

    assert {path.name for path in PICTURES} <= shown


def test_no_picture_is_larger_than_it_needs_to_be() -> None:
    large = [p.name for p in PICTURES if p.stat().st_size > LARGEST_PICTURE]

    assert large == []


# --- decisions about the house ----------------------------------------------------------------


@pytest.mark.parametrize("document", sorted((DOCS / "decisions").glob("*.md")), ids=named)
def test_a_decision_has_one_line_to_quote_and_one_page(document: Path) -> None:
    lines = text_of(document).splitlines()

    assert (sum(line.startswith("> ") for line in lines), len(lines) < 60) == (1, True)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(p.name[:4]) for p in sorted((DOCS / "decisions").glob("*.md"))]

    assert numbers == list(range(1, len(numbers) + 1))


def test_the_changelog_tells_of_the_version_that_is_built() -> None:
    version = re.search(r'^version = "(.+)"$', text_of(ROOT / "pyproject.toml"), re.MULTILINE)

    assert version is not None
    assert f"## [{version[1]}]" in text_of(ROOT / "CHANGELOG.md")

"""The pages of reference agree with the code, in both directions."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app as command_line
from app.config import load_settings
from docs.generate import PAGES, PICTURES, REFERENCE
from docs.generators.commands import walk
from docs.generators.configuration import sections
from docs.generators.workflow_file import unsaid
from docs.generators.workflows import pictures, shipped
from engine.errors import InputFaults
from engine.turnaround import longest_way, ordinary_way
from tests.docs.reading import DOCS, ROOT, Save, blocks, documents, named, spans, steps
from tests.small_body import HandClock, found, live_through, settings_for
from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import house_of
from tests.web.sample_pages import settings_for as web_settings_for
from web.site import build_site
from workflows.decision_file import read_decision_file

every_document = pytest.mark.parametrize("document", documents(), ids=named)


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_written_page_is_as_it_would_be_written_now(name: str) -> None:
    assert text_of(REFERENCE / name) == PAGES[name](), "run: python docs/generate.py"


def test_the_pictures_of_the_workflows_are_as_they_would_be_drawn_now() -> None:
    drawn = {path.name: text_of(path) for path in PICTURES.iterdir()}

    assert drawn == pictures(), "run: python docs/generate.py"


def test_something_is_said_of_every_key_and_word_of_a_workflow_file() -> None:
    assert unsaid() == []


# --- commands and keys ------------------------------------------------------------------------


@every_document
def test_every_command_and_option_that_is_named_exists(document: Path) -> None:
    wrong = [words for words in spans(text_of(document)) if not _exists(words)]

    assert wrong == []


def _exists(words: str) -> bool:
    found = re.match(r"(?:\./run )?quorate ([a-z][a-z -]*)", words)
    if not found or words.startswith("quorate …"):
        return True
    named = next((c for n, c in _COMMANDS if f"{found[1]} ".startswith(f"{n} ")), None)
    if named is None:
        return any(n.startswith(found[1].strip()) for n, _ in _COMMANDS)
    known = {option for parameter in named.params for option in parameter.opts} | {"--help"}
    return set(re.findall(r"(?<!\S)--[a-z-]+", words)) <= known


_COMMANDS = [(name.removeprefix("quorate "), command) for name, command in walk()]


@every_document
def test_every_key_that_is_named_exists(document: Path) -> None:
    keys = {(section, key) for section, kind in sections() for key in kind.model_fields}
    named = re.findall(r"`\[(\w+)\] (\w+)`", text_of(document))

    assert set(named) <= keys


@every_document
def test_every_environment_name_is_that_of_a_key(document: Path) -> None:
    keys = {
        f"{section}__{key}".upper() for section, kind in sections() for key in kind.model_fields
    }
    named = set(re.findall(r"QUORATE_(\w+__\w+)", text_of(document))) - {"SECTION__KEY"}

    assert named <= keys


@every_document
def test_every_configuration_that_is_shown_is_read(document: Path, tmp_path: Path) -> None:
    for n, block in enumerate(blocks(text_of(document), "toml")):
        if re.search(r"^\[(organisation|web|mail|storage)\]$", block, re.MULTILINE):
            file = tmp_path / f"{n}.toml"
            file.write_text(block, encoding="utf-8")
            load_settings(file, required=True)


# --- the decision file ------------------------------------------------------------------------


def example() -> Save:
    page = text_of(REFERENCE / "decision-file.md")
    return next(step for step in steps(page) if isinstance(step, Save))


def test_the_example_of_a_decision_file_is_read() -> None:
    assert read_decision_file(example().text.encode(), example().name).lmc_view


def test_the_page_on_the_decision_file_has_every_key_and_no_other() -> None:
    with pytest.raises(InputFaults) as unknown:
        read_decision_file(b"not_a_key_at_all_of_any_kind = 1", "a.toml")
    known = re.search(r"\(known: (.+?)\)", str(unknown.value))

    assert known is not None
    assert _first_column(REFERENCE / "decision-file.md") == set(known[1].split(", "))


def _first_column(page: Path) -> set[str]:
    """The names in the first column of a page's tables."""
    cells = re.findall(r"^\| (`.+?) \|", text_of(page), re.MULTILINE)
    return {name.strip("[]") for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


# --- addresses, JSON, days --------------------------------------------------------------------


def test_the_page_of_addresses_has_every_address_and_no_other() -> None:
    site = build_site(house_of(FakeDesk({}, HandClock().now())), web_settings_for())
    told = {name.split()[1] for name in _first_column(REFERENCE / "addresses.md") if " /" in name}

    assert told == {getattr(route, "path_format", "") for route in site.routes}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """What commands print about a body whose first decision has ended, by the page's headings."""
    monkeypatch.chdir(tmp_path)
    clock = HandClock()
    app = found(settings_for("sqlite:///quorate.db", tmp_path), clock)
    reference = live_through(app, clock)
    app.close()
    Path(example().name).write_text(example().text, encoding="utf-8")
    return {
        "classify": _printed("classify", example().name),
        "suggest": _printed("suggest", example().name),
        "decision open": _printed("decision", "show", reference),
        "decision audience": _printed("decision", "audience", reference),
        "tick": _printed("tick"),
        "health": _printed("health"),
        "workflow list": _printed("workflow", "list")[0],
        "workflow prove": _printed("workflow", "prove", "inform")[0],
        "workflow rehearse": _printed(*_REHEARSE),
    }


_REHEARSE = ("workflow", "rehearse", "inform", "--letters", "--opening", "2026-12-01")


def _printed(*words: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(CliRunner().invoke(command_line, [*words, "--json"]).stdout)


def test_every_key_of_json_that_is_told_of_is_printed(printed: Mapping[str, Any]) -> None:
    missing = [
        f"{heading}: {key}"
        for heading, value in printed.items()
        for key in _told(heading)
        if not _holds(value, key)
    ]

    assert missing == []


def test_every_key_of_a_decision_that_is_printed_is_told_of(printed: Mapping[str, Any]) -> None:
    told = {key.partition(".")[0].removesuffix("[]") for key in _told("decision open")}

    assert printed["decision open"].keys() - told == set()


def _told(heading: str) -> Iterator[str]:
    page = text_of(REFERENCE / "json.md")
    part = re.search(rf"^## `{heading}`.*?$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert part is not None
    for cell in re.findall(r"^\| (`.+?) \|", part[1], re.MULTILINE):
        yield from re.findall(r"`([^`]+)`", cell)


def _holds(value: Any, key: str) -> bool:  # noqa: ANN401 - whatever JSON holds
    """Whether the value has this key, `a.b` and `a[].b` leading inwards; an empty list has all."""
    first, _, rest = key.partition(".")
    name = first.removesuffix("[]")
    if not isinstance(value, dict) or name not in value:
        return False
    inner = value[name]
    if not rest:
        return True
    return (
        all(_holds(each, rest) for each in inner) if first.endswith("[]") else _holds(inner, rest)
    )


@pytest.fixture(scope="module")
def days() -> dict[str, tuple[int, int]]:
    """Working days of each workflow, going the ordinary way and the longest."""
    return {
        each.name: (ordinary_way(each).days, longest_way(each, revote=False).days)
        for each in shipped()
    }


def test_the_days_of_the_explanation_are_those_of_the_workflows(
    days: dict[str, tuple[int, int]],
) -> None:
    vote, consultation = days["member_vote"], days["consult"]
    told = (
        f"A vote takes {vote[0]} working days and {vote[1]} at most, "
        f"a consultation {consultation[0]} and {consultation[1]} at most"
    )

    page = text_of(DOCS / "explanation" / "how-a-decision-travels.md")
    assert told in " ".join(page.split())


def test_the_days_of_the_first_page_are_those_of_the_workflows(
    days: dict[str, tuple[int, int]],
) -> None:
    vote, consultation = days["member_vote"], days["consult"]
    told = (
        f"a vote takes {vote[0]} working days, its consultation included, and {vote[1]} if too "
        f"few answer at first. A consultation takes {consultation[0]}."
    )

    assert told in " ".join(text_of(ROOT / "README.md").split())


@every_document
def test_every_word_that_is_given_to_the_script_is_known_to_it(document: Path) -> None:
    known = set(re.findall(r"^(?:usage:)? +\./run (\w+)", text_of(ROOT / "run"), re.MULTILINE))
    given = set(re.findall(r"(?<!\S)`?\./run (\w+)", text_of(document)))

    assert given <= known

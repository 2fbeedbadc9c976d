"""`quorate decision audience`, as the secretary types it; and the quorum in `decision show`."""

from pathlib import Path

import pytest

from tests.app.conftest import Quorate
from tests.small_body import PAPER


@pytest.fixture
def reference(enrolled: Quorate, folder: Path) -> str:
    """A vote that is being consulted on."""
    (folder / "paper.toml").write_text(PAPER, encoding="utf-8")
    return str(enrolled("decision", "open", "paper.toml", "--json").json["reference"])


def test_it_names_the_moment_and_whom_it_goes_to(enrolled: Quorate, reference: str) -> None:
    told = enrolled("decision", "audience", reference).out
    assert "The next reminder: 9am on" in told
    assert "letters to" in told


def test_what_it_prints_for_programs_names_every_practice_once(
    enrolled: Quorate, reference: str
) -> None:
    value = enrolled("decision", "audience", reference, "--json").json
    named = [each["practice"] for each in (*value["to"], *value["not"])]
    asked = enrolled("decision", "show", reference, "--json").json["asked"]
    assert (len(named), len(set(named))) == (asked, asked)


def test_it_writes_nothing(enrolled: Quorate, reference: str) -> None:
    before = enrolled("health", "--json").json["trail"]["size"]
    enrolled("decision", "audience", reference)
    assert enrolled("health", "--json").json["trail"]["size"] == before


def test_a_decision_that_is_not_there_is_refused(enrolled: Quorate) -> None:
    assert enrolled("decision", "audience", "D-1999-0001").code == 1

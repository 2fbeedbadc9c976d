"""The commands of the evidence: the certificate, whom to ring, what was said on the telephone."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from tests.stories.papers import A_VOTE
from tests.stories.posting import posts
from tests.stories.register import CODES, a_register
from tests.stories.telling import begin

LOST = CODES[0]
REFERENCE = "D-2026-0001"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder in which one practice's letters were refused, this very week."""
    home = tmp_path / "desk"
    home.mkdir()
    a_register(home)
    with begin(home) as story:
        manager = story.people[LOST, "manager"]
        story.people[LOST, "manager"] = replace(manager, name="Mo Mann of [bold]K83003[/bold]")
        posts(story.on("9am Monday 5 October 2026").opens(A_VOTE), refused=[LOST])
    (home / "config.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(home)
    yield
    shutil.rmtree(home)


def quorate(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.usefixtures("desk")
def test_the_certificate_is_a_document_and_json() -> None:
    text = quorate("decision", "certificate", REFERENCE)
    told = json.loads(quorate("decision", "certificate", REFERENCE, "--json").stdout)

    assert text.exit_code == 0, text.output
    assert text.stdout.startswith("CERTIFICATE OF NOTICE\n")
    assert told["unreached"] == [LOST]
    assert told["practices"][0]["letters"][0]["ends"][0]["kind"] == "undeliverable"


@pytest.mark.usefixtures("desk")
def test_a_certificate_of_a_practice_that_was_not_asked_is_refused_with_its_place() -> None:
    result = quorate("decision", "certificate", REFERENCE, "--practice", "Z99999")

    assert result.exit_code == 2
    assert "Z99999 is not on D-2026-0001's roll" in result.stderr


@pytest.mark.usefixtures("desk")
def test_whom_to_ring_is_listed_until_they_were_rung() -> None:
    (before,) = json.loads(quorate("decision", "phone-list", REFERENCE, "--json").stdout)
    rung = quorate(
        *("decision", "act", REFERENCE, "reached", "--practice", LOST),
        *("--reason", "Mo Mann, at ten: they will vote."),
    )

    assert (before["practice"], len(before["people"])) == (LOST, 3)
    assert rung.exit_code == 0, rung.output
    assert quorate("decision", "phone-list", REFERENCE).stdout == (
        "Every practice has been reached, or a letter to it is still under way.\n"
    )


@pytest.mark.usefixtures("desk")
def test_what_is_not_reached_is_red_where_decisions_are_shown() -> None:
    shown, listed = quorate("decision", "show", REFERENCE), quorate("decision", "list")
    health = json.loads(quorate("health", "--json").stdout)

    assert f"NOT REACHED by any letter or call: {LOST}" in shown.stdout
    assert f"NOT REACHED: {LOST}" in listed.stdout
    (alarm,) = (each for each in health["alarms"] if each["name"] == "unreached")
    assert f"no letter has reached {LOST}" in alarm["says"]


@pytest.mark.usefixtures("desk")
def test_a_call_without_words_is_refused() -> None:
    result = quorate("decision", "act", REFERENCE, "reached", "--practice", LOST)

    assert result.exit_code == 1
    assert "Say who was spoken to" in result.stderr

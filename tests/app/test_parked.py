"""Parked letters on the command line: listed with the reason, tried again, given up."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import build
from app.config import load_settings
from tests.app.conftest import Quorate
from tests.small_body import HandClock

SPOIL = "UPDATE person SET email = :email WHERE name = 'Anna Lee'"


@pytest.fixture
def parked(enrolled: Quorate, folder: Path) -> Quorate:
    """The command, once a letter could not be written and no relay took the others."""
    assert enrolled("decision", "open", "vote.toml").code == 0
    app = build(load_settings(folder / "config.toml", required=False), HandClock())
    with app.store.database.writing() as writing:
        writing.execute(text(SPOIL), {"email": "two words@@"})
    app.close()
    (folder / "config.toml").write_text("[mail]\nport = 1\n")
    enrolled("tick")
    return enrolled


def number(quorate: Quorate) -> str:
    [letter] = quorate("letters", "parked", "--json").json
    return str(letter["number"])


def test_parked_letters_are_listed_with_the_reason(parked: Quorate) -> None:
    [letter] = parked("letters", "parked", "--json").json
    assert (letter["practice"], "UnsafeHeader" in letter["says"]) == ("K83001", True)
    assert "K83001: cannot be written" in parked("letters", "parked").out


def test_nothing_parked_is_said_in_words(enrolled: Quorate) -> None:
    assert enrolled("letters", "parked").out == "No letters are parked.\n"


def test_a_parked_letter_is_owed_again(parked: Quorate) -> None:
    done = parked("letters", "retry", number(parked))
    assert (done.code, "Owed again: 1 letter;" in done.out) == (0, True)
    assert parked("letters", "parked", "--json").json == []


def test_a_parked_letter_is_given_up_with_a_reason(parked: Quorate) -> None:
    which = number(parked)
    assert parked("letters", "give-up", which).code == 1
    done = parked("letters", "give-up", which, "--reason", "They were rung.")
    assert (done.code, "Given up: 1 letter," in done.out) == (0, True)
    assert parked("letters", "parked", "--json").json == []


@pytest.mark.parametrize("words", [["retry"], ["retry", "999"], ["give-up", "--reason", "Why."]])
def test_what_is_not_named_or_not_parked_is_refused(parked: Quorate, words: list[str]) -> None:
    refused = parked("letters", *words)
    assert (refused.code, "quorate letters parked" in refused.err) == (1, True)
    assert len(parked("letters", "parked", "--json").json) == 1


def test_all_parked_letters_are_meant_by_all(parked: Quorate) -> None:
    assert "1 letter;" in parked("letters", "retry", "--all").out


def test_programs_read_what_was_done(parked: Quorate) -> None:
    assert parked("letters", "retry", "--all", "--json").json == {"owed_again": 1}


def test_numbers_and_all_at_once_are_refused_as_what_they_are(parked: Quorate) -> None:
    refused = parked("letters", "retry", "1", "--all")
    assert (refused.code, "and --all as well" in refused.err) == (1, True)

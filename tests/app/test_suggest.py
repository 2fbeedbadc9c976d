"""`quorate suggest`: what it prints, and how it ends."""

import json
import tomllib
from pathlib import Path

import pytest

from engine.facts import read_facts
from tests.app.conftest import Quorate

LABELLED = Path(__file__).parent.parent / "data" / "decisions-labelled.jsonl"
WORDS = """title = "Ending the minor surgery enhanced service"
summary = "All 27 practices would no longer be paid £60 for each procedure, £140,000 a year."
"""


@pytest.fixture
def words(folder: Path) -> str:
    """A decision file without facts."""
    (folder / "words.toml").write_text(WORDS, encoding="utf-8")
    return "words.toml"


def test_one_decision_gives_the_promised_keys(quorate: Quorate, words: str) -> None:
    found = quorate("suggest", words, "--json").json

    promised = {"title", "level", "route", "ask", "reasons", "involve", "facts"}
    assert promised <= found.keys()


def test_each_fact_has_its_value_and_words(quorate: Quorate, words: str) -> None:
    facts = quorate("suggest", words, "--json").json["facts"]

    assert facts["money_gbp"] == {"value": 140000, "words": ["£140,000"]}


def test_a_file_without_facts_is_enough(quorate: Quorate, words: str) -> None:
    assert quorate("suggest", words, "--json").json["route"] == "vote"


def test_the_facts_of_the_file_are_not_looked_at(
    quorate: Quorate, words: str, folder: Path
) -> None:
    (folder / "other.toml").write_text(f"{WORDS}[facts]\noperational_only = true\n")

    alone = quorate("suggest", words, "--json").json
    assert quorate("suggest", "other.toml", "--json").json == alone


def test_the_block_of_facts_can_be_pasted_into_the_file(quorate: Quorate, words: str) -> None:
    printed = quorate("suggest", words).out
    block = printed[printed.index("[facts]") :]

    pasted = read_facts(tomllib.loads(WORDS + block)["facts"], words)
    suggested = quorate("suggest", words, "--json").json["facts"]
    assert pasted.given() == {name: fact["value"] for name, fact in suggested.items()}


def test_the_words_are_quoted_beside_each_fact(quorate: Quorate, words: str) -> None:
    assert 'localities_touched = "all"  # “All 27 practices”' in quorate("suggest", words).out


def test_words_that_look_like_markup_are_only_words(quorate: Quorate, folder: Path) -> None:
    text = WORDS.replace("Ending", "[bold red]Ending[/]")
    (folder / "odd.toml").write_text(text, encoding="utf-8")

    assert "[bold red]Ending[/]" in quorate("suggest", "odd.toml").out


def test_a_file_without_words_is_refused_by_name(quorate: Quorate, folder: Path) -> None:
    (folder / "empty.toml").write_text("[facts]\nqof = true\n")

    faulty = quorate("suggest", "empty.toml", "--json")

    assert faulty.code == 2
    assert [fault["says"].split()[0] for fault in faulty.json["faults"]] == ["title", "summary"]


def test_many_decisions_come_in_the_order_of_their_lines(quorate: Quorate) -> None:
    found = quorate("suggest", str(LABELLED), "--json").json

    ids = [json.loads(line)["id"] for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    assert [each["id"] for each in found] == ids


def test_labelled_decisions_print_a_confusion_table(quorate: Quorate) -> None:
    printed = quorate("suggest", str(LABELLED)).out.replace("\n", " ")

    assert "practices or a committee left out, and nobody asked: none" in printed


def test_decisions_without_labels_print_a_line_each(quorate: Quorate, folder: Path) -> None:
    (folder / "many.jsonl").write_text('{"title": "Ending homeopathy"}\n\n{"title": "AGM"}\n')

    lines = quorate("suggest", "many.jsonl").out.splitlines()

    assert [line.split()[-1] for line in lines[1:]] == ["consult", "inform"]


def test_each_faulty_line_is_named_and_nothing_is_suggested(quorate: Quorate, folder: Path) -> None:
    lines = ('{"title": "AGM"}', "{}", '{"title": "x", "summary": 3}', '{"title": "\\ud800"}')
    (folder / "many.jsonl").write_text("\n".join(lines))

    faulty = quorate("suggest", "many.jsonl", "--json")

    assert (faulty.code, [fault["line"] for fault in faulty.json["faults"]]) == (2, [2, 3, 4])


def test_a_line_may_hold_other_separators_in_its_texts(quorate: Quorate, folder: Path) -> None:
    (folder / "many.jsonl").write_text('{"title": "a\u2028b\x85c"}\n', encoding="utf-8")

    assert quorate("suggest", "many.jsonl", "--json").json[0]["title"] == "a\u2028b\x85c"


def test_a_line_that_is_nested_without_end_is_a_fault(quorate: Quorate, folder: Path) -> None:
    (folder / "many.jsonl").write_text("[" * 200_000)

    assert quorate("suggest", "many.jsonl").code == 2


def test_a_character_in_two_halves_is_read_whole(quorate: Quorate, folder: Path) -> None:
    (folder / "many.jsonl").write_text('{"title": "\\ud83c\\udfe5"}')

    assert quorate("suggest", "many.jsonl", "--json").json[0]["title"] == "\U0001f3e5"

"""`quorate allowance`, as a secretary and a committee use it."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.bootstrap import build
from app.config import load_settings
from tests.app.conftest import PEOPLE, Quorate, Run
from tests.small_body import HandClock
from workflows.overview import overviews

UNIT = """title = "A commissioning support unit"
summary = "The unit would read the hospitals' contracts until March."
reference = "UNIT-1"

[facts]
uses_management_allowance = true
money_gbp = 31000
localities_touched = "all"
"""

MORE = """,Ann Officer,officer@ccg.example,accountable_officer
,Mary Bell,committee@ccg.example,committee
"""
SECRETARY = ("--as", "secretary@ccg.example")
MEMBER = ("--as", "committee@ccg.example")
OFFICER = ("--as", "officer@ccg.example")
ASKED = ("--reason", "What do we get for it?")

Allowance = Callable[..., Run]


@pytest.fixture
def body(quorate: Quorate, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Quorate:
    """A body with its officers, and the paper of a unit."""
    monkeypatch.setenv("QUORATE_CLOCK__MAX_JUMP_MINUTES", "0")
    (folder / "people.csv").write_text(PEOPLE + MORE)
    (folder / "unit.toml").write_text(UNIT)
    (folder / "minute.txt").write_text("Minute 4.")
    assert quorate("practices", "import", "practices.csv").code == 0
    assert quorate("people", "import", "people.csv").code == 0
    return quorate


@pytest.fixture
def allowance(body: Quorate) -> Allowance:
    """`quorate allowance`."""
    return lambda *words: body("allowance", *words)


@pytest.fixture
def this_year(allowance: Allowance) -> str:
    """The year that has begun, with a whole sum set."""
    set_ = allowance("set", "2026/27", "--pounds", "100000", "--reason", "Told.", *SECRETARY)
    assert set_.code == 0
    return "2026/27"


@pytest.fixture
def charged(body: Quorate, allowance: Allowance) -> Allowance:
    """The same, once the committee has approved the unit in 2026."""
    assert body("decision", "open", "unit.toml").code == 0
    time_passes()
    act = ("approve", "--file", "minute.txt")
    assert body("decision", "act", "UNIT-1", *act).code == 0
    return allowance


def time_passes() -> None:
    """The next deadline comes, and the sweep passes it."""
    clock = HandClock()
    app = build(load_settings(Path("config.toml"), required=False), clock)
    with app.store.database.reading() as reading:
        (found,) = overviews(reading, app.store.keys, app.library, clock.now())
    (due,) = [each["due_at"] for each in found["deadlines"] if each["status"] == "waiting"]
    clock.at = type(clock.at).fromisoformat(due)
    app.desk.sweep()
    app.close()


def year_of(body: Quorate) -> str:
    """The year that bears the unit: the day on which these tests run decides."""
    return str(body("decision", "show", "UNIT-1", "--json").json["allowance"]["year"])


# --- set ------------------------------------------------------------------------------------------


def test_a_sum_for_each_patient_names_who_has_no_list(allowance: Allowance) -> None:
    told = allowance("set", "2026/27", "--per-head", "18.76", "--reason", "Told.", *SECRETARY)

    assert told.code == 0
    assert "£318,920, £18.76 for each of 17,000 registered patients" in told.out
    assert "list size not known, not counted: K83003" in told.out


def test_a_stated_sum_is_told_for_each_patient_too(allowance: Allowance) -> None:
    told = allowance("set", "2026/27", "--pounds", "17000", "--reason", "Told.", *SECRETARY)

    assert "£17,000, a stated sum, £1.00 for each patient" in told.out


@pytest.mark.parametrize(
    "sum_",
    [
        (),
        ("--per-head", "18.76", "--pounds", "5"),
        ("--per-head", "18.765"),
        ("--per-head", "18,76"),
        ("--per-head", "0"),
        ("--per-head", "-1"),
        ("--per-head", "1000.01"),
        ("--per-head", "nan"),
        ("--per-head", "٣"),
        ("--pounds", "0"),
        ("--pounds", "1.5"),
        ("--pounds", "1000000000001"),
    ],
)
def test_a_sum_that_is_none_is_a_fault_of_the_input(
    allowance: Allowance, sum_: tuple[str, ...]
) -> None:
    told = allowance("set", "2026/27", *sum_, "--reason", "Told.", *SECRETARY)

    assert told.code == 2
    assert allowance("show", "2026/27").code == 1  # nothing was written


@pytest.mark.parametrize("year", ["2026", "2026/28", "next"])
def test_a_year_that_is_none_is_a_fault_of_the_input(allowance: Allowance, year: str) -> None:
    for told in (
        allowance("set", year, "--pounds", "5", "--reason", "Told.", *SECRETARY),
        allowance("show", year),
        allowance("draw", year, "-o", "a.svg"),
    ):
        assert told.code == 2
        assert "write it like 2026/27" in told.err


def test_who_sets_it_is_named_and_of_the_body(allowance: Allowance) -> None:
    words = ("set", "2026/27", "--pounds", "5", "--reason", "Told.")

    assert allowance(*words).code == 2
    assert allowance(*words, "--as", "nobody@ccg.example").code == 1


def test_a_reason_of_spaces_is_none(allowance: Allowance) -> None:
    told = allowance("set", "2026/27", "--pounds", "5", "--reason", " ", *SECRETARY, "--json")

    assert (told.code, told.json["refused"]) == (1, "needs_reason")


# --- show and draw --------------------------------------------------------------------------------


def test_a_year_without_anything_is_refused_with_what_would_help(allowance: Allowance) -> None:
    told = allowance("show", "2031/32")

    assert told.code == 1
    assert "No management allowance has been set for 2031/32." in told.err
    assert "quorate allowance set YEAR" in told.err


def test_the_account_tells_pounds_each_the_total_and_the_share(
    body: Quorate, charged: Allowance
) -> None:
    year = year_of(body)
    charged("set", year, "--pounds", "100000", "--reason", "Told.", *SECRETARY)
    told = charged("show", year)

    assert "£31,000 of £100,000 is charged" in told.out
    row = next(line for line in told.out.splitlines() if "UNIT-1" in line and "£31,000" in line)
    assert row.split()[-4:] == ["£31,000", "£1.82", "£31,000", "31.0%"]


def test_an_account_without_an_allowance_is_shown_loudly(body: Quorate, charged: Allowance) -> None:
    told = charged("show", year_of(body))

    assert told.code == 0
    assert "NO ALLOWANCE IS SET" in told.out


def test_an_overspent_account_says_so_in_words(body: Quorate, charged: Allowance) -> None:
    year = year_of(body)
    charged("set", year, "--pounds", "20000", "--reason", "Told.", *SECRETARY)
    told = charged("show", year)

    assert "OVERSPENT by £11,000" in told.out
    assert "£31,000 OVER" in told.out


def test_what_is_committed_stands_apart(body: Quorate, allowance: Allowance) -> None:
    body("decision", "open", "unit.toml")
    told = allowance("show")

    assert "Committed, not yet approved: £31,000" in told.out
    assert allowance("show", "--json").json["spent_gbp"] == 0


def test_the_decision_shows_what_it_draws(body: Quorate, charged: Allowance) -> None:
    shown = " ".join(body("decision", "show", "UNIT-1").out.split())

    assert f"allowance charged {year_of(body)}: £31,000, or £1.82 for each of 17,000" in shown
    assert "registered patients (list size not known: K83003)" in shown


def test_the_picture_is_drawn_into_a_file(body: Quorate, charged: Allowance) -> None:
    year = year_of(body)
    charged("set", year, "--pounds", "100000", "--reason", "Told.", *SECRETARY)
    told = charged("draw", year, "-o", "account.svg", "--json")

    assert told.json["file"] == "account.svg"
    assert ET.fromstring(Path("account.svg").read_text(encoding="utf-8")).tag.endswith("svg")  # noqa: S314 - our own


def test_without_an_allowance_nothing_is_drawn(body: Quorate, charged: Allowance) -> None:
    told = charged("draw", year_of(body), "-o", "account.svg")

    assert (told.code, Path("account.svg").exists()) == (1, False)


def test_a_file_that_cannot_be_written_is_a_fault_of_the_input(
    allowance: Allowance, this_year: str
) -> None:
    assert allowance("draw", this_year, "-o", "no/such/folder.svg").code == 2


# --- query and answer -----------------------------------------------------------------------------


def test_a_query_is_told_with_its_time_and_stays_open(body: Quorate, charged: Allowance) -> None:
    told = charged("query", "UNIT-1", *ASKED, *MEMBER)

    assert told.code == 0
    assert "Query 1 of UNIT-1, by the committee: OPEN, answer due by 5pm on" in told.out
    assert charged("show", year_of(body), "--json").json["open_queries"] == 1


def test_an_answer_closes_it(body: Quorate, charged: Allowance) -> None:
    charged("query", "UNIT-1", *ASKED, *MEMBER)
    told = charged("answer", "UNIT-1", "--reason", "Somebody who reads.", *OFFICER)

    assert "answered at" in told.out
    assert "answer: Somebody who reads." in told.out
    assert charged("show", year_of(body), "--json").json["open_queries"] == 0


def test_an_answer_may_be_a_file(charged: Allowance) -> None:
    charged("query", "UNIT-1", *ASKED, *MEMBER)
    Path("answer.txt").write_text("Somebody who reads.\n", encoding="utf-8")
    told = charged("answer", "UNIT-1", "--file", "answer.txt", *OFFICER, "--json")

    (query,) = told.json["entries"][0]["queries"]
    assert (query["status"], query["answer"]) == ("answered", "Somebody who reads.")


def test_an_answer_is_given_in_one_way_alone(charged: Allowance) -> None:
    charged("query", "UNIT-1", *ASKED, *MEMBER)
    Path("answer.txt").write_text("Yes.", encoding="utf-8")

    both = ("--reason", "No.", "--file", "answer.txt")
    assert charged("answer", "UNIT-1", *both, *OFFICER).code == 2


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("query", "UNIT-1", *ASKED, *SECRETARY), "may_not_query"),
        (("answer", "UNIT-1", "--reason", "Yes.", *MEMBER), "may_not_answer"),
        (("answer", "UNIT-1", "--reason", "Yes.", *OFFICER), "no_open_query"),
        (("query", "UNIT-1", "--reason", " ", *MEMBER), "needs_reason"),
        (("query", "NO-1", *ASKED, *MEMBER), "no_such_decision"),
    ],
)
def test_what_may_not_be_asked_or_answered_is_refused_by_name(
    charged: Allowance, words: tuple[str, ...], refusal: str
) -> None:
    told = charged(*words, "--json")

    assert (told.code, told.json["refused"]) == (1, refusal)


def test_who_asks_has_to_be_named(charged: Allowance) -> None:
    assert charged("query", "UNIT-1", *ASKED).code == 2


def test_a_decision_that_draws_nothing_is_told_so(body: Quorate, allowance: Allowance) -> None:
    body("decision", "open", "consult.toml")
    told = allowance("query", "D-2026-0001", *ASKED, *MEMBER, "--json")

    assert (told.code, told.json["refused"]) == (1, "nothing_drawn")

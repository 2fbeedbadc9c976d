"""The management allowance's account: years, money for each patient, running totals."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.allowance import (
    Account,
    Allowance,
    Entry,
    QueryRecord,
    if_approved,
    share_words,
    stands_words,
)
from engine.financial_year import FinancialYear, read_year, year_of
from engine.per_head import (
    Patients,
    drawn_words,
    each_words,
    half_up,
    known_patients,
    per_head,
    pounds_for,
)
from tests.engine.makers import at, calendar

NENE = Patients(662_888)
MORNING = at("9am Monday 5 October 2026")
LATER = at("9am Tuesday 6 October 2026")


def entry(leaf: int, money: int, **changes: object) -> Entry:
    drawn = Entry(leaf, f"D-{leaf}", "2026/27", money, NENE, per_head(money, NENE.known), MORNING)
    return replace(drawn, **changes)  # type: ignore[arg-type]


def account(*entries: Entry, pounds: int | None = 100_000) -> Account:
    held = None if pounds is None else Allowance("2026/27", pounds, None, NENE, MORNING)
    return Account("2026/27", held, entries)


# --- the financial year ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2027, 3, 31, 22, 59, 59, tzinfo=UTC), "2026/27"),  # 11:59pm, summer time by then
        (
            datetime(2027, 3, 31, 23, 0, tzinfo=UTC),
            "2027/28",
        ),  # midnight in London only
        (datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC), "2025/26"),
        (datetime(2026, 3, 31, 23, 30, tzinfo=UTC), "2026/27"),
        (datetime(2026, 4, 1, 0, 0, tzinfo=UTC), "2026/27"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2026/27"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "2026/27"),
    ],
)
def test_a_financial_year_turns_at_midnight_in_london(moment: datetime, year: str) -> None:
    """Naive variant: `moment.date()` is still 31 March for the last hour, as British Summer Time
    has begun; see below."""
    assert str(year_of(calendar(), moment)) == year


def test_the_year_by_utc_would_be_wrong_for_an_hour() -> None:
    moment = datetime(2027, 3, 31, 23, 30, tzinfo=UTC)
    by_utc = FinancialYear(moment.year if moment.month >= 4 else moment.year - 1)

    assert by_utc != year_of(calendar(), moment)


def test_a_year_runs_from_the_first_of_april_to_the_last_of_march() -> None:
    year = FinancialYear(2026)

    assert (year.starts, year.ends) == (date(2026, 4, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("text", "year"), [("2026/27", 2026), ("2026-27", 2026), (" 1999/00 ", 1999)]
)
def test_a_year_is_read_as_it_is_written(text: str, year: int) -> None:
    assert read_year(text) == FinancialYear(year)


@pytest.mark.parametrize("text", ["2026", "2026/28", "26/27", "2026/2027", "", "٢٠٢٦/٢٧"])
def test_what_is_no_financial_year_is_none(text: str) -> None:
    assert read_year(text) is None


@given(st.integers(1000, 9998))
def test_every_year_reads_back(first: int) -> None:
    assert read_year(str(FinancialYear(first))) == FinancialYear(first)


# --- money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact", "whole"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),  # `round` would say 2
        (Fraction(5, 2) - Fraction(1, 10**30), 2),  # which no float can tell from a half
        (Fraction(0), 0),
    ],
)
def test_a_half_goes_up(exact: Fraction, whole: int) -> None:
    assert half_up(exact) == whole


def test_an_allowance_for_each_patient_comes_to_whole_pounds() -> None:
    """£18.76 for each of 662,888: 12,435,778.88."""
    assert pounds_for(1876, 662_888) == 12_435_779


def test_a_sum_for_each_patient_is_kept_in_millionths_of_a_pound() -> None:
    assert per_head(31_000, 662_888) == 46_765  # 0.046765…


def test_without_patients_nothing_is_reckoned() -> None:
    assert per_head(31_000, 0) is None


def test_what_no_leaf_could_hold_is_left_out() -> None:
    assert per_head(1_000_000_000_000, 1) is None


def test_a_sum_is_told_for_each_patient() -> None:
    assert (
        drawn_words(31_000, 662_888) == "£31,000, or 4.7p for each of 662,888 registered patients"
    )


@given(st.integers(1, 10**9), st.integers(1, 10**8))
def test_what_is_told_is_never_further_off_than_half_of_its_last_place(
    money: int, patients: int
) -> None:
    words, exact = each_words(money, patients), Fraction(100 * money, patients)
    if words == "less than 0.1p":
        assert exact < Fraction(1, 20)
    elif words.endswith("p"):
        assert abs(Fraction(words[:-1]) - exact) <= Fraction(1, 20)
    else:
        pence = Fraction(words[1:].replace(",", "")) * 100
        assert abs(pence - exact) <= Fraction(1, 2)


def test_a_practice_without_a_list_size_is_named_and_not_guessed() -> None:
    assert known_patients([("P2", None), ("P1", 50), ("P3", 0)]) == Patients(50, ("P2",))


# --- the account ----------------------------------------------------------------------------------


def test_the_running_total_grows_entry_by_entry() -> None:
    held = account(entry(1, 30_000), entry(2, 20_000, at=LATER))

    assert [line.spent for line in held.lines] == [30_000, 50_000]
    assert (held.spent, held.left) == (50_000, 50_000)


def test_what_is_given_back_is_a_line_of_its_own() -> None:
    back = entry(1, 30_000, reversed_at=at("9am Thursday 8 October 2026"), because="lapsed")
    held = account(back, entry(2, 20_000, at=LATER))

    assert [(line.money_gbp, line.spent) for line in held.lines] == [
        (30_000, 30_000),
        (20_000, 50_000),
        (-30_000, 20_000),
    ]
    assert held.spent == 20_000


def test_what_is_given_back_after_the_year_s_end_goes_to_the_year_that_was_charged() -> None:
    held = account(entry(1, 30_000, reversed_at=at("9am Thursday 8 April 2027"), because="lapsed"))

    assert (held.spent, held.lines[-1].spent) == (0, 0)


def test_an_overspent_account_says_so_first() -> None:
    held = account(entry(1, 130_000))

    assert (held.overspent, held.left) == (30_000, -30_000)
    assert stands_words(held) == (
        "OVERSPENT by £30,000: £130,000 is charged to 2026/27, of £100,000."
    )


def test_an_account_that_is_spent_to_the_last_pound_is_not_overspent() -> None:
    assert account(entry(1, 100_000)).overspent == 0


def test_an_account_without_an_allowance_says_so_and_not_that_nothing_is_left() -> None:
    held = account(entry(1, 5), pounds=None)

    assert (held.left, held.overspent) == (None, 0)
    assert stands_words(held) == "NO ALLOWANCE IS SET for 2026/27; £5 is charged to it."


@pytest.mark.parametrize(
    ("money", "says"),
    [
        (30_000, "Approved, it leaves £70,000 of £100,000."),
        (100_000, "Approved, it leaves £0 of £100,000."),
        (100_001, "Approved, it OVERSPENDS the allowance of £100,000 by £1."),
    ],
)
def test_who_decides_is_told_what_approving_it_does(money: int, says: str) -> None:
    assert if_approved(account(), money).endswith(says)


def test_the_share_of_the_allowance_is_in_thousandths_rounded_half_up() -> None:
    assert account(pounds=2_000).share(1) == 1  # half of a thousandth: `round` would say 0
    assert share_words(account().share(12_345)) == "12.3%"


def test_a_query_without_an_answer_is_open_with_its_entry() -> None:
    asked = QueryRecord(1, 9, "committee", MORNING, LATER)
    answered = replace(asked, number=2, answered_at=LATER)
    queried = entry(1, 5, queries=(asked, answered))

    assert account(queried).open_queries == ((queried, asked),)

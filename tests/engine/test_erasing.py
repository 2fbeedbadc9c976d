"""Grounds of erasure, and when the time to keep something is over."""

from datetime import date

import pytest

from engine.erasing import (
    BASES,
    Kind,
    NoSuchBasis,
    Schedule,
    kind_of,
    months_after,
    require_basis,
)

ENDED = date(2026, 11, 3)


def schedule(**months: int) -> Schedule:
    return Schedule({Kind(name): number for name, number in months.items()})


@pytest.mark.parametrize("basis", BASES)
def test_a_ground_on_the_list_is_taken(basis: str) -> None:
    assert require_basis(basis) == basis


def test_a_ground_may_be_written_with_a_hyphen() -> None:
    assert require_basis("Court-Order") == "court_order"


@pytest.mark.parametrize("basis", ["", "Anna Lee asked"])
def test_words_that_are_no_ground_are_refused(basis: str) -> None:
    with pytest.raises(NoSuchBasis):
        require_basis(basis)


@pytest.mark.parametrize(
    ("type_", "field", "kind"),
    [
        ("roll.frozen", "K83001/ab12/contact", Kind.CONTACTS),
        ("mail.accepted", "contact", Kind.CONTACTS),
        ("mail.undeliverable", "words", Kind.CONTACTS),
        ("comment.received", "text", Kind.COMMENTS),
        ("call_in.requested", "by", Kind.COMMENTS),
        ("challenge.raised", "text", Kind.COMMENTS),
        ("vote.cast", "by", Kind.VOTES_BY),
        ("vote.rejected", "by", Kind.VOTES_BY),
        ("vote.cast", "choice", Kind.DECISIONS),
        ("interest.ruled", "reason", Kind.INTERESTS),
        ("comment.answered", "text", Kind.DECISIONS),
        ("decision.opened", "title", Kind.DECISIONS),
    ],
)
def test_each_opening_is_of_one_kind(type_: str, field: str, kind: Kind) -> None:
    assert kind_of(type_, field) is kind


def test_nothing_is_over_the_day_before() -> None:
    assert schedule(comments=72).over(ENDED, date(2032, 11, 2)) == frozenset()


def test_what_is_kept_six_years_is_over_on_the_same_day_six_years_on() -> None:
    assert schedule(comments=72).over(ENDED, date(2032, 11, 3)) == {Kind.COMMENTS}


def test_nought_keeps_for_good() -> None:
    assert schedule(comments=0).over(ENDED, date(2126, 11, 3)) == frozenset()


def test_when_a_decision_is_over_all_of_it_is() -> None:
    assert schedule(comments=0, decisions=12).over(ENDED, date(2027, 11, 3)) == frozenset(Kind)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 31), 24, date(2028, 1, 31)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_months_last(
    day: date, months: int, then: date
) -> None:
    assert months_after(day, months) == then

"""The questions that a workflow may ask by name."""

from dataclasses import replace

import pytest

from engine.guards import GUARDS, Situation, carried, not_yet_extended, quorate
from engine.tally import count
from tests.engine.ballots import answered, electors, rule
from tests.engine.makers import case


def at_the_close(*questions: str, extended: int = 0) -> Situation:
    """Each question's answers from four practices, as letters: `ffa-` is two for, one against."""
    counts = [count(rule(), electors(4), answered(answers)) for answers in questions]
    return Situation(case(extended=extended).decision, tuple(counts))


def test_the_list_of_questions_is_closed() -> None:
    assert set(GUARDS) == {
        *("quorate", "carried", "tied", "elected", "unopposed", "not_yet_extended"),
    }


@pytest.mark.parametrize(("answers", "enough"), [("f---", False), ("fa--", True), ("xx--", True)])
def test_half_of_the_practices_make_a_quorum(answers: str, *, enough: bool) -> None:
    assert quorate(at_the_close(answers)) is enough


@pytest.mark.parametrize(
    ("answers", "yes"),
    [("ff--", True), ("fa--", False), ("aaf-", False), ("xx--", False), ("f---", False)],
)
def test_more_for_than_against_carries_where_there_is_a_quorum(answers: str, *, yes: bool) -> None:
    assert carried(at_the_close(answers)) is yes


def test_a_ballot_is_quorate_only_if_each_question_is() -> None:
    assert not quorate(at_the_close("ff--", "f---"))


def test_a_ballot_is_carried_only_if_each_question_is() -> None:
    assert not carried(at_the_close("ff--", "aa--"))


def test_where_nothing_was_counted_nothing_is_quorate_or_carried() -> None:
    assert (quorate(at_the_close()), carried(at_the_close())) == (False, False)


@pytest.mark.parametrize(("extended", "left"), [(0, True), (1, False)])
def test_the_extension_can_be_used_once(extended: int, *, left: bool) -> None:
    assert not_yet_extended(at_the_close(extended=extended)) is left


def test_a_vote_held_once_more_has_no_extension_even_where_the_first_had_none() -> None:
    """A tie between candidates needs no extension, and its run-off gets none."""
    situation = at_the_close()
    again = replace(situation, decision=replace(situation.decision, round=2))

    assert not_yet_extended(again) is False

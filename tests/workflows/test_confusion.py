"""Counting how far the table agrees with people."""

from fractions import Fraction

import pytest

from engine.impact import Classification, Level, Route
from workflows.confusion import Confusion, Label, Share, confuse, describe


def label(route: Route, level: Level = Level.HIGH, confidence: str = "high") -> Label:
    return Label(f"a {route}", level, route, confidence)


def found(route: Route, level: Level = Level.HIGH, *, ask: bool = False) -> Classification:
    return Classification(level, route, (), asks=("which?",) if ask else ())


def one(labelled: Route, result: Route, *, ask: bool = False) -> Confusion:
    return confuse([(label(labelled), found(result, ask=ask))])


def test_routes_are_counted_by_label_and_result() -> None:
    pair = (label(Route.VOTE), found(Route.COMMITTEE))
    assert confuse([pair, pair]).routes == {(Route.VOTE, Route.COMMITTEE): 2}


def test_levels_are_counted_by_label_and_result() -> None:
    pair = (label(Route.VOTE, Level.HIGH), found(Route.VOTE, Level.LOW))
    assert confuse([pair]).levels == {(Level.HIGH, Level.LOW): 1}


def test_a_right_route_with_a_wrong_level_is_half_right() -> None:
    counted = confuse([(label(Route.VOTE, Level.HIGH), found(Route.VOTE, Level.LOW))])
    assert (counted.route_right, counted.both_right) == (Share(1, 1), Share(0, 1))


def test_rows_of_high_confidence_are_counted_apart() -> None:
    unsure = (label(Route.VOTE, confidence="low"), found(Route.INFORM, ask=True))
    assert confuse([unsure]).route_right_high == Share(0, 0)


def test_questions_are_counted() -> None:
    assert one(Route.VOTE, Route.VOTE, ask=True).asked == Share(1, 1)


@pytest.mark.parametrize(
    ("due", "result"),
    [
        (Route.SUPERMAJORITY, Route.VOTE),
        (Route.VOTE, Route.COMMITTEE),
        (Route.VOTE, Route.CONSULT),
        (Route.COMMITTEE, Route.CONSULT),
        (Route.COMMITTEE, Route.INFORM),
    ],
)
def test_a_lower_route_leaves_somebody_out(due: Route, result: Route) -> None:
    assert one(due, result).under_involved == (f"a {due}",)


def test_a_lower_route_that_a_person_looks_at_leaves_nobody_out() -> None:
    assert one(Route.VOTE, Route.INFORM, ask=True).under_involved == ()


@pytest.mark.parametrize(
    ("due", "result"),
    [
        (Route.COMMITTEE, Route.VOTE),
        (Route.VOTE, Route.VOTE),
        (Route.CONSULT, Route.INFORM),
    ],
)
def test_the_rest_leaves_nobody_out(due: Route, result: Route) -> None:
    assert one(due, result).under_involved == ()


def test_a_share_is_exact() -> None:
    assert Share(1, 3).percent == Fraction(100, 3)


def test_a_share_says_its_base() -> None:
    assert str(Share(30, 41)) == "30 of 41 (73.2 %)"


def test_a_share_of_nothing_is_nothing() -> None:
    assert str(Share(0, 0)) == "0 of 0 (0.0 %)"


def test_the_description_names_who_was_left_out() -> None:
    says = "- practices or a committee left out, and nobody asked: a vote"
    assert says in describe(one(Route.VOTE, Route.INFORM)).splitlines()


def test_the_description_holds_a_row_for_each_label() -> None:
    row = "| vote |  |  | 1 |  |  |"
    assert row in describe(one(Route.VOTE, Route.COMMITTEE)).splitlines()

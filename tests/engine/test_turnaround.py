"""How long a workflow can take: by its definition, and held against every way it can go."""

from collections.abc import Iterator

import pytest

from engine.definition import Workflow
from engine.turnaround import (
    Way,
    finish,
    finish_from,
    longest_way,
    ordinary_way,
    working_days_taken,
)
from tests.engine.makers import CONSULTATION, VOTE, at, calendar, workflow


def ways(of: Workflow, state: str) -> Iterator[int]:
    """The working days of every way to an end, each extension taken or not: worked out plainly."""
    here = of.states[state]
    if here.deadline is None:
        yield 0
        return
    moves = list(of.moves_from(state))
    stays = {0, *(move.extend for move in moves if move.extend)}
    for move in (move for move in moves if not move.extend):
        for rest in ways(of, move.to):
            yield from (here.deadline.after + stay + rest for stay in stays)


def test_the_longest_way_takes_every_step_and_every_extension() -> None:
    assert longest_way(workflow(CONSULTATION)).steps == (
        ("consulting", 4),
        ("concluding", 2),
        ("overdue", 1),
    )


def test_an_extension_is_part_of_the_longest_way() -> None:
    assert longest_way(workflow()).days == 5 + 3


@pytest.mark.parametrize("of", [VOTE, CONSULTATION], ids=["a vote", "a consultation"])
def test_no_way_is_longer_than_the_longest(of: dict[str, object]) -> None:
    the_workflow = workflow(of)

    assert longest_way(the_workflow).days == max(ways(the_workflow, the_workflow.start))


def test_the_ordinary_way_takes_the_first_move_and_no_extension() -> None:
    assert ordinary_way(workflow(CONSULTATION)).steps == (("consulting", 4), ("concluding", 2))


def test_the_rest_of_a_way_begins_where_the_decision_is() -> None:
    assert longest_way(workflow(CONSULTATION), "concluding").days == 3


def test_an_end_takes_no_time() -> None:
    assert longest_way(workflow(), "carried") == Way(())


def test_a_way_finishes_at_the_last_of_its_deadlines() -> None:
    way = Way((("consulting", 5), ("voting", 7)))
    end = finish(calendar(), at("9am Monday 5 October 2026"), way)

    assert calendar().words(end) == "5pm on Wednesday 21 October 2026"


def test_a_way_under_way_finishes_from_the_deadline_that_is_waited_for() -> None:
    way = Way((("consulting", 5), ("voting", 7)))
    end = finish_from(calendar(), at("5pm Tuesday 13 October 2026"), way)

    assert calendar().words(end) == "5pm on Thursday 22 October 2026"


def test_the_working_days_taken_do_not_count_the_day_of_opening() -> None:
    opened, ended = at("9am Monday 5 October 2026"), at("5pm Wednesday 21 October 2026")

    assert working_days_taken(calendar(), opened, ended) == 12


def test_the_working_days_taken_pass_over_christmas() -> None:
    opened, ended = at("9am Thursday 24 December 2026"), at("5pm Monday 4 January 2027")

    assert working_days_taken(calendar(), opened, ended) == 4

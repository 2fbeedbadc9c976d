"""What may lengthen a decision is known from its definition, each cause with its own limit."""

import pytest

from engine.lengthening import Cause, Longer, days_before, lengthened, rises_to
from tests.engine.roads import ROADS

FORCE = {name: machinery.workflow for name, machinery in ROADS.items()}


def causes(name: str, cause: Cause) -> list[Longer]:
    return [each for each in lengthened(FORCE[name], FORCE) if each.cause is cause]


def test_a_call_in_counts_from_the_day_it_rises() -> None:
    assert causes("inform", Cause.CALL_IN) == [
        Longer(Cause.CALL_IN, "informing", 5, 20, 25, "consult")
    ]


def test_a_call_in_to_a_vote_is_told_for_either_kind_of_decision() -> None:
    assert [each.through for each in causes("consult", Cause.CALL_IN)] == list(rises_to("vote"))
    assert rises_to("vote") == ("member_vote", "vote_then_committee")


def test_a_re_vote_takes_its_own_days_and_no_extension() -> None:
    (found,) = causes("member_vote", Cause.REVOTE)

    assert (found.state, found.within, found.days, found.limit) == ("inquorate", 5, 7, 25)


@pytest.mark.parametrize("name", ["inform", "consult", "procurement", "dispute"])
def test_only_votes_are_extended(name: str) -> None:
    assert causes(name, Cause.EXTENSION) == []


def test_staff_add_four_days_to_a_vote_at_most() -> None:
    assert [each.days for each in causes("member_vote", Cause.EXTENSION)] == [4]


def test_a_challenge_gives_the_step_it_held_up_its_full_time_again() -> None:
    again = {each.state: each.again for each in causes("vote_then_committee", Cause.CHALLENGE)}

    assert again == {"carried": 8, "not_carried": 0, "inquorate": 0}


def test_what_was_withdrawn_cannot_be_challenged() -> None:
    assert {each.state for each in causes("consult", Cause.CHALLENGE)} == {"concluded"}


def test_no_challenge_is_told_of_where_nothing_hears_it() -> None:
    assert [
        each for each in lengthened(FORCE["consult"], {}) if each.cause is Cause.CHALLENGE
    ] == []


def test_the_days_before_a_step_are_the_most_there_can_be() -> None:
    assert days_before(FORCE["vote_then_committee"], "overdue") == 22

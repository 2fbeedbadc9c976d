"""From the plain value of a definition to a workflow. Each fault it can have: tests/workflows."""

import pytest

from engine.definition import Open, Reminder, When
from engine.errors import InputFaults
from engine.reading import read_workflow
from tests.engine.ballots import rule
from tests.engine.makers import CONSULTATION, VOTE, value, workflow


def test_a_state_is_read_with_its_deadline() -> None:
    deadline = workflow().states["voting"].deadline

    assert deadline is not None
    assert (deadline.name, deadline.after) == ("close", 5)


def test_reminders_are_read_from_their_words() -> None:
    definition = value()
    definition["states"]["voting"]["deadline"]["remind"] = [
        "at half-time",
        "1 working day before",
        "on the last morning",
    ]
    deadline = workflow(definition).states["voting"].deadline

    assert deadline is not None
    assert deadline.remind == (
        Reminder(When.HALF_TIME),
        Reminder(When.DAYS_BEFORE, 1),
        Reminder(When.LAST_MORNING),
    )


def test_a_state_is_open_for_nothing_unless_it_says_so() -> None:
    assert workflow(CONSULTATION).states["concluding"].open_for is Open.NOTHING


def test_a_state_with_a_result_is_an_end() -> None:
    ends = {state.name for state in workflow().states.values() if state.is_final}

    assert ends == {"carried", "not_carried", "inquorate", "withdrawn"}


def test_a_move_from_several_states_is_one_move_from_each() -> None:
    origins = [move.origin for move in workflow(CONSULTATION).moves if move.on == "withdraw"]

    assert origins == ["consulting", "concluding", "overdue"]


def test_moves_keep_the_order_they_are_written_in() -> None:
    assert [move.to for move in workflow().moves_from("voting")] == [
        "carried",
        "not_carried",
        "voting",
        "inquorate",
        "withdrawn",
    ]


def test_what_staff_may_do_in_a_state_is_its_moves_but_for_its_own_deadline() -> None:
    assert workflow(CONSULTATION).acts_in("concluding") == ("conclude", "withdraw")


def test_more_than_a_share_is_a_strict_threshold() -> None:
    assert workflow().vote == rule(50)


def test_at_least_a_share_is_not() -> None:
    definition = value()
    definition["vote"]["carried"] = {"of": "practices", "at_least_percent": 75}

    assert workflow(definition).vote == rule(75, strict=False, of="practices")


def test_a_definition_without_a_vote_has_no_rule() -> None:
    assert workflow(CONSULTATION).vote is None


def test_all_faults_are_told_at_once() -> None:
    definition = value()
    del definition["workflow"]["title"]
    definition["states"]["voting"]["open_for"] = "ballots"

    with pytest.raises(InputFaults) as caught:
        read_workflow(definition, "test.toml")

    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("part", ["workflow", "vote", "states", "moves"])
@pytest.mark.parametrize("nonsense", [3, "x", [3], {"x": 3}, None, True])
def test_nonsense_anywhere_is_a_fault_and_never_a_crash(part: str, nonsense: object) -> None:
    with pytest.raises(InputFaults):
        read_workflow({**VOTE, part: nonsense}, "test.toml")


@pytest.mark.parametrize("key", ["title", "open_for", "letters", "deadline", "result"])
@pytest.mark.parametrize("nonsense", [3, [["votes"]], [3], {"x": 3}, True])
def test_nonsense_in_a_state_is_a_fault_and_never_a_crash(key: str, nonsense: object) -> None:
    definition = value()
    definition["states"]["voting"][key] = nonsense
    with pytest.raises(InputFaults):
        read_workflow(definition, "test.toml")


@pytest.mark.parametrize("key", ["quorum", "carried", "weight"])
@pytest.mark.parametrize("nonsense", [3, "half", ["of"], {"of": ["practices"]}, True])
def test_nonsense_in_a_vote_is_a_fault_and_never_a_crash(key: str, nonsense: object) -> None:
    definition = value()
    definition["vote"][key] = nonsense

    with pytest.raises(InputFaults):
        read_workflow(definition, "test.toml")


@pytest.mark.parametrize("key", ["on", "from", "to", "when", "extend", "because"])
@pytest.mark.parametrize("nonsense", [3, [3], {"x": 3}, True])
def test_nonsense_in_a_move_is_a_fault_and_never_a_crash(key: str, nonsense: object) -> None:
    definition = value()
    definition["moves"][0][key] = nonsense

    with pytest.raises(InputFaults):
        read_workflow(definition, "test.toml")

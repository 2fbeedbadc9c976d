"""The definitions that ship: their moves, as documented here, and the machine's, edge by edge."""

import pytest

from engine.check import LETTERS
from engine.machine import build_machinery
from engine.turnaround import longest_way
from workflows.rulebook import SHIPPED, Definition, read_definition

Edges = set[tuple[str, str, str | None]]

MOVES: dict[str, Edges] = {
    "inform": {
        ("informing", "final", "informed"),
        ("informing", "withdraw", "withdrawn"),
    },
    "consult": {
        ("consulting", "consultation_ends", "concluding"),
        ("consulting", "withdraw", "withdrawn"),
        ("concluding", "conclude", "concluded"),
        ("concluding", "conclude_by", "overdue"),
        ("concluding", "withdraw", "withdrawn"),
        ("overdue", "conclude", "concluded"),
        ("overdue", "lapse", "withdrawn"),
        ("overdue", "withdraw", "withdrawn"),
    },
    "member_vote": {
        ("consulting", "consultation_ends", "voting"),
        ("consulting", "withdraw", "withdrawn"),
        ("voting", "close", "carried"),
        ("voting", "close", "not_carried"),
        ("voting", "close", "voting"),
        ("voting", "close", "inquorate"),
        ("voting", "withdraw", "withdrawn"),
    },
}
"""From, on, to."""

LONGEST = {"inform": 5, "consult": 20, "member_vote": 17}
"""Working days from the opening to the end, every extension taken."""

DEFINITIONS: dict[str, Definition] = {
    file.stem: read_definition(file.read_bytes(), file.name) for file in SHIPPED.glob("*.toml")
}


def edges_of_the_machine(name: str) -> Edges:
    """What the library itself would let pass."""
    machine = build_machinery(DEFINITIONS[name].workflow).machine
    return {
        (move.source, event.name, move.dest)
        for event in machine.events.values()
        for moves in event.transitions.values()
        for move in moves
    }


def test_every_definition_that_ships_is_documented_here() -> None:
    assert set(DEFINITIONS) == set(MOVES) == set(LONGEST)


@pytest.mark.parametrize("name", MOVES)
def test_the_machine_has_the_documented_moves_and_no_other(name: str) -> None:
    assert edges_of_the_machine(name) == MOVES[name]


@pytest.mark.parametrize("name", MOVES)
def test_the_machine_knows_the_definition_s_states_and_no_other(name: str) -> None:
    workflow = DEFINITIONS[name].workflow

    assert set(build_machinery(workflow).machine.states) == set(workflow.states)


@pytest.mark.parametrize("name", MOVES)
def test_a_file_is_called_after_its_workflow(name: str) -> None:
    assert DEFINITIONS[name].workflow.name == name


@pytest.mark.parametrize(("name", "days"), LONGEST.items())
def test_the_longest_way_is_well_inside_six_weeks(name: str, days: int) -> None:
    assert longest_way(DEFINITIONS[name].workflow).days == days


@pytest.mark.parametrize("name", MOVES)
def test_every_end_is_told_to_practices(name: str) -> None:
    states = DEFINITIONS[name].workflow.states.values()

    assert [state.name for state in states if state.is_final and not state.letters] == []


@pytest.mark.parametrize("name", MOVES)
def test_every_step_can_be_withdrawn(name: str) -> None:
    workflow = DEFINITIONS[name].workflow
    running = {state.name for state in workflow.states.values() if not state.is_final}

    assert {origin for origin, on, _ in MOVES[name] if on == "withdraw"} == running


def test_every_letter_is_one_that_exists() -> None:
    owed = {
        letter
        for definition in DEFINITIONS.values()
        for state in definition.workflow.states.values()
        for letter in state.letters
    }

    assert owed <= set(LETTERS)

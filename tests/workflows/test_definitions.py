"""The definitions that ship: their moves, as documented here, and the machine's, edge by edge."""

import pytest

from engine.check import LETTERS
from engine.machine import build_machinery
from engine.turnaround import longest_way
from workflows.rulebook import SHIPPED, Definition, read_definition

Edges = set[tuple[str, str, str | None]]

MOVES = {
    "allowance_committee": """
        hearing | hearing_ends: deciding, withdraw: withdrawn
        deciding | approve: approved, refuse: refused
        deciding | tie: tied, decide_by: overdue, withdraw: withdrawn
        overdue | approve: approved, refuse: refused, tie: tied, lapse: lapsed, withdraw: withdrawn
        tied | approve: approved, refuse: refused, settle_by: lapsed, withdraw: withdrawn
    """,
    "constitution_vote": """
        consulting | consultation_ends: voting, withdraw: withdrawn
        voting | close: carried, close: not_carried
        voting | close: voting, close: inquorate, withdraw: withdrawn
        carried | approve: approved, refuse: refused
        inquorate | revote: voting
    """,
    "consult": """
        consulting | consultation_ends: concluding, withdraw: withdrawn
        concluding | conclude: concluded, conclude_by: overdue, withdraw: withdrawn
        overdue | conclude: concluded, lapse: withdrawn, withdraw: withdrawn
    """,
    "dispute": """
        mediating | settle: upheld, mediation_ends: deciding
        deciding | settle: upheld, uphold: upheld, set_aside: set_aside, decide_by: overdue
        overdue | settle: upheld, uphold: upheld, set_aside: set_aside, lapse: set_aside
    """,
    "election": """
        announcing | poll_opens: elected, poll_opens: voting, withdraw: withdrawn
        voting | close: elected, close: tied, close: nobody
        voting | close: voting, close: inquorate, withdraw: withdrawn
        tied | revote: voting
        inquorate | revote: voting
    """,
    "inform": """
        informing | final: informed, withdraw: withdrawn
    """,
    "member_vote": """
        consulting | consultation_ends: voting, withdraw: withdrawn
        voting | close: carried, close: not_carried
        voting | close: voting, close: inquorate, withdraw: withdrawn
        inquorate | revote: voting
    """,
    "primary_care_committee": """
        hearing | hearing_ends: deciding, withdraw: withdrawn
        deciding | approve: approved, refuse: refused
        deciding | tie: tied, decide_by: overdue, withdraw: withdrawn
        overdue | approve: approved, refuse: refused, tie: tied, lapse: lapsed, withdraw: withdrawn
        tied | approve: approved, refuse: refused, settle_by: lapsed, withdraw: withdrawn
    """,
    "procurement": """
        informing | declarations_end: deciding, withdraw: withdrawn
        deciding | approve: approved, refuse: refused
        deciding | tie: panel, decide_by: overdue, withdraw: withdrawn
        overdue | approve: approved, refuse: refused, tie: panel, lapse: lapsed, withdraw: withdrawn
        panel | approve: approved, refuse: refused, settle_by: lapsed, withdraw: withdrawn
    """,
    "urgent_powers": """
        deciding | approve: in_force, refuse: refused, agree_by: not_urgent, withdraw: withdrawn
        in_force | ratify: ratified, refuse: annulled, ratify_by: lapsed
    """,
    "vote_then_committee": """
        consulting | consultation_ends: voting, withdraw: withdrawn
        voting | close: carried, close: not_carried
        voting | close: voting, close: inquorate, withdraw: withdrawn
        carried | approve: approved, refuse: refused, act_by: overdue
        overdue | approve: approved, refuse: refused, lapse: lapsed
    """,
}
"""From each state that is left: on what, and to where."""

LONGEST = {
    "allowance_committee": 20,
    "constitution_vote": 30,
    "consult": 20,
    "dispute": 20,
    "election": 22,
    "inform": 5,
    "member_vote": 24,
    "primary_care_committee": 25,
    "procurement": 20,
    "urgent_powers": 22,
    "vote_then_committee": 25,
}
"""Working days from the opening to the end, every extension and an ordered re-vote taken."""


def edges_in(text: str) -> Edges:
    """The edges of a table such as those above."""
    rows = [row.split("|") for row in text.strip().splitlines()]
    moves = [(origin.strip(), move.split(":")) for origin, told in rows for move in told.split(",")]
    return {(origin, on.strip(), to.strip()) for origin, (on, to) in moves}


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
    assert edges_of_the_machine(name) == edges_in(MOVES[name])


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


@pytest.mark.parametrize("name", sorted(MOVES.keys() - {"dispute"}))
def test_every_step_before_an_outcome_can_be_withdrawn(name: str) -> None:
    workflow = DEFINITIONS[name].workflow
    running = {s.name for s in workflow.states.values() if not s.is_final and s.result is None}
    after = {"overdue"} if name == "vote_then_committee" else set()  # practices have voted by then

    assert {o for o, on, _ in edges_in(MOVES[name]) if on == "withdraw"} == running - after


def test_every_letter_is_one_that_exists() -> None:
    owed = {
        letter
        for definition in DEFINITIONS.values()
        for state in definition.workflow.states.values()
        for letter in state.letters
    }

    assert owed <= set(LETTERS)

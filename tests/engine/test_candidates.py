"""Ids of candidates: plain words, each its own; and which ballot is an election."""

import pytest

from engine.candidates import candidate_ids, is_election


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Dr Anna Lee", "dr_anna_lee"),
        ("Zoë O'Brien-Müller", "zoe_obrien_muller"),
        ("李安娜", "candidate"),
        ("2nd Floor Surgery", "candidate_2nd_floor_surgery"),
        ("For", "for_2"),
        ("Abstain", "abstain_2"),
    ],
)
def test_an_id_is_made_from_a_name(name: str, id_: str) -> None:
    assert candidate_ids([name]) == (id_,)


def test_candidates_of_one_id_are_told_apart() -> None:
    assert candidate_ids(["Zoë Lee", "Zoe Lee", "Zoe Lee 2"]) == (
        "zoe_lee",
        "zoe_lee_2",
        "zoe_lee_2_2",
    )


@pytest.mark.parametrize(
    ("ballot", "election"),
    [
        ({"main": ("for", "against", "abstain")}, False),
        ({"main": ("dr_lee", "abstain")}, True),
        ({"a": ("for", "against", "abstain"), "b": ("for", "against", "abstain")}, False),
    ],
)
def test_an_election_is_a_choice_between_candidates(
    ballot: dict[str, tuple[str, ...]], *, election: bool
) -> None:
    assert is_election(ballot) is election

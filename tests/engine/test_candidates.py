"""Candidates have numbers in the trail and names where people read; which ballot is an election."""

import pytest

from engine.candidates import candidate_ids, is_election, with_names

NAMES = {"candidate_1": "Dr Anna Lee", "candidate_11": "Tom Reed"}


def test_candidates_are_numbered_in_the_order_of_the_file() -> None:
    assert candidate_ids(["Dr Anna Lee", "Tom Reed"]) == ("candidate_1", "candidate_2")


def test_no_name_is_in_an_id() -> None:
    assert "lee" not in "".join(candidate_ids(["Anna Lee"]))


def test_a_reader_sees_the_name_beside_the_number() -> None:
    said = with_names(["Candidate 1 is elected; candidate 11 is not."], NAMES)

    assert said == ("Dr Anna Lee (candidate 1) is elected; Tom Reed (candidate 11) is not.",)


def test_an_erased_name_leaves_the_number() -> None:
    assert with_names(["candidate 2 is elected."], NAMES) == ("candidate 2 is elected.",)


@pytest.mark.parametrize(
    ("ballot", "election"),
    [
        ({"main": ("for", "against", "abstain")}, False),
        ({"main": ("candidate_1", "abstain")}, True),
        ({"a": ("for", "against", "abstain"), "b": ("for", "against", "abstain")}, False),
    ],
)
def test_an_election_is_a_choice_between_candidates(
    ballot: dict[str, tuple[str, ...]], *, election: bool
) -> None:
    assert is_election(ballot) is election

"""Ids of candidates: short, without titles, and each its own."""

import pytest

from engine.candidates import candidate_ids, candidate_name


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Dr Anna Lee", "anna_lee"),
        ("Prof. Dr. Zoë O'Brien-Müller", "zoe_obrien_muller"),
        ("Dr", "dr"),
        ("李安娜", "candidate"),
        ("2nd Floor Surgery", "candidate_2nd_floor_surgery"),
        ("Bartholomew Featherstonehaugh-Cholmondeley", "bartholomew_featherstone"),
        ("For", "for_2"),
        ("Abstain", "abstain_2"),
    ],
)
def test_an_id_is_made_from_a_name(name: str, id_: str) -> None:
    assert candidate_ids([name]) == (id_,)


def test_candidates_of_one_name_have_ids_of_their_own() -> None:
    names = ["Anna Lee", "Dr Anna Lee", "Anna Lee 2", "Anna Lee"]

    assert candidate_ids(names) == ("anna_lee", "anna_lee_2", "anna_lee_2_2", "anna_lee_3")


def test_an_id_can_be_put_in_words() -> None:
    assert candidate_name("anna_lee") == "Anna Lee"

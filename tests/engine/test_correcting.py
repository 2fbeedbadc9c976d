"""Corrections in words: what a practice reads of an address that it may not see whole."""

from engine.correcting import masked_beside, proposal_words

WAS, NOW = "manger@practice.example", "manager@practice.example"


def test_two_addresses_that_look_alike_in_part_are_said_to_be_two() -> None:
    assert masked_beside(NOW, WAS) == "another that begins alike, m…@practice.example"
    assert masked_beside("joan@nhs.example", WAS) == "j…@nhs.example"


def test_a_correction_of_a_slip_of_the_pen_can_be_told_from_none() -> None:
    was, to = {"name": "Meera Patel", "email": WAS}, {"email": NOW}
    (said,) = proposal_words("change", was, to, whole=False)
    assert said == (
        "Letters to Meera Patel are to go to another that begins alike, m…@practice.example, not "
        "to m…@practice.example."
    )
    (whole,) = proposal_words("change", was, to, whole=True)
    assert whole == f"Letters to Meera Patel are to go to {NOW}, not to {WAS}."

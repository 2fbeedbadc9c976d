"""Footers of letters are found wherever they stand, and nothing else is taken for one."""

import pytest

from engine.footers import read_footers
from engine.notes import Checkpoint, Signature, footer

CHECKPOINT = Checkpoint(
    "ccg.example.nhs.uk/trail",
    8917,
    bytes(range(32)),
    (Signature("ccg.example.nhs.uk/trail", b"\xec\x5d\xf9\xc6", bytes(range(64))),),
)
LINES = footer(CHECKPOINT)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "\r\n".join(["Dear Anna,", "", *LINES, ""]),
        "\n".join(f"> {line}" for line in LINES),
        "\n".join(f"> > {line}  " for line in LINES),
        "\n".join(f"    {line}" for line in LINES),
        "\n".join(["Forwarded message", *LINES, "-- ", "Anna"]),
    ],
)
def test_a_footer_is_found_as_mail_programs_leave_it(text: str) -> None:
    assert list(read_footers(text)) == [CHECKPOINT]


def test_every_footer_of_a_thread_is_found() -> None:
    older = Checkpoint(CHECKPOINT.origin, 12, bytes(32), CHECKPOINT.signatures)
    text = "\n".join([*LINES, "", *(f"> {line}" for line in footer(older))])
    assert list(read_footers(text)) == [CHECKPOINT, older]


@pytest.mark.parametrize("place", range(len(LINES)))
def test_a_footer_that_lacks_a_line_is_none(place: int) -> None:
    left = [line for at, line in enumerate(LINES) if at != place]
    assert list(read_footers("\n".join(left))) == []


def test_a_footer_with_a_digit_too_few_is_none() -> None:
    assert list(read_footers("\n".join(LINES).replace("sig1 0", "sig1 "))) == []

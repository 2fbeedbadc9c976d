"""Signed notes, footers and receipts: to the byte as the vectors have them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.notes import (
    Checkpoint,
    NotANote,
    Signature,
    footer,
    proof_text,
    read_checkpoint,
    read_verifier_key,
    rotation_text,
)

VKEY = "ccg.example.nhs.uk/trail+ec5df9c6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
NOTE = (
    "ccg.example.nhs.uk/trail\n3\nWddQP5oNstbL2iMAVuYeq6u4+IHs3+oktbIvYnVVq2c=\n\n"
    "\u2014 ccg.example.nhs.uk/trail 7F35xoRkvpLkqM2Hxw+28kucViQmQzxLSo6ZTAuItwLvzG+9xd4V0qIJ9aC"
    "rth8gjGqwuygfGTS9e9yJGAM+U9O4lQ8=\n"
)
FOOTER = (
    "-- Trail checkpoint. Please keep this e-mail: it is evidence. --",
    "ccg.example.nhs.uk/trail 3",
    "root 59d7503f9a0db2d6cbda230056e61eababb8f881ecdfea24b5b22f627555ab67",
    "key  ec5df9c6",
    "sig1 8464be92e4a8cd87c70fb6f24b9c562426433c4b4a8e994c0b88b702efcc6fbd",
    "sig2 c5de15d2a209f5a0abb61f208c6ab0bb281f1934bd7bdc8918033e53d3b8950f",
)


def test_a_note_is_read_and_written_back_byte_for_byte() -> None:
    assert read_checkpoint(NOTE).note == NOTE


def test_the_footer_is_that_of_the_vector() -> None:
    assert footer(read_checkpoint(NOTE)) == FOOTER


def test_no_line_of_a_footer_is_longer_than_69_characters() -> None:
    assert max(map(len, FOOTER)) <= 69


def test_a_verifier_key_is_taken_apart() -> None:
    name, hashed, public = read_verifier_key(VKEY)
    assert (name, hashed.hex(), len(public)) == ("ccg.example.nhs.uk/trail", "ec5df9c6", 32)


@pytest.mark.parametrize(
    "vkey",
    [
        VKEY.replace("ec5df9c6", "ec5df9c7"),
        VKEY.replace("ccg.", "ccx."),
        VKEY[:-1],
        VKEY.replace("+AQ", "+AX"),
        "",
        "name+00000000+",
    ],
)
def test_a_verifier_key_that_contradicts_itself_is_refused(vkey: str) -> None:
    with pytest.raises(NotANote):
        read_verifier_key(vkey)


def test_other_peoples_signatures_are_kept_after_our_own() -> None:
    cosigned = f"{NOTE}\u2014 witness.example/w AAAAAAAA\n"
    assert [each.name for each in read_checkpoint(cosigned).signatures][1:] == ["witness.example/w"]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n\n",
        NOTE[:-1],
        NOTE.replace("\n3\n", "\n03\n"),
        NOTE.replace("\n3\n", "\n-3\n"),
        NOTE.replace("\n3\n", "\n3\nextension\n"),
        NOTE.replace("trail\n3", "trail name\n3"),
        NOTE.replace("\u2014", "-"),
        NOTE.split("\n\n", maxsplit=1)[0] + "\n\n",
        NOTE + "trailing\n",
        NOTE + "\n" * 70_000,
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(NotANote):
        read_checkpoint(note)


@given(st.text(alphabet=st.sampled_from("\n \u20143+/=AQabc\x00é"), max_size=200))
def test_any_text_is_read_or_refused_and_never_misread(text: str) -> None:
    with contextlib.suppress(NotANote):
        assert read_checkpoint(text).note == text


def test_a_receipt_is_a_tlog_proof() -> None:
    text = proof_text(2, [bytes(32)], read_checkpoint(NOTE), b"{}")
    assert text.split("\n")[:5] == [
        "c2sp.org/tlog-proof@v1",
        "extra e30=",
        "index 2",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "",
    ]


def test_a_receipt_ends_in_the_checkpoint_verbatim() -> None:
    assert proof_text(0, [], read_checkpoint(NOTE), b"").endswith(f"index 0\n\n{NOTE}")


def test_a_hand_over_can_never_be_read_as_a_checkpoint() -> None:
    signed = Checkpoint("o", 1, bytes(32), (Signature("o", bytes(4), bytes(64)),)).note
    with pytest.raises(NotANote):
        read_checkpoint(rotation_text("o", 1, VKEY) + "\n" + signed.split("\n\n")[1])

"""Voting links: the same for ever, different for everyone, and not to be made without the key."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from itertools import product

import pytest

from engine.links import (
    TAKEN_OUT,
    TOKEN_LENGTH,
    fingerprint,
    hash_token,
    looks_like_token,
    make_token,
    without_links,
)

KEY = bytes(range(32))


def test_a_token_is_the_mac_of_what_it_is_for() -> None:
    mac = hmac.new(KEY, b"D-1|P1|abc|1", hashlib.sha256).digest()

    assert make_token(KEY, "D-1", "P1", "abc", 1) == urlsafe_b64encode(mac).decode().rstrip("=")


def test_a_token_is_43_characters_long() -> None:
    assert len(make_token(KEY, "D-1", "P1", "abc", 1)) == TOKEN_LENGTH == 43


def test_the_same_link_is_made_in_every_letter() -> None:
    assert len({make_token(KEY, "D-1", "P1", "abc", 1) for _ in range(3)}) == 1


def test_every_decision_practice_person_and_generation_has_a_link_of_its_own() -> None:
    meant = list(product(("D-1", "D-2"), ("P1", "P2"), ("abc", "abd"), (1, 2)))

    assert len({make_token(KEY, *each) for each in meant}) == len(meant) == 16


def test_another_key_makes_another_link() -> None:
    assert make_token(KEY, "D-1", "P1", "abc", 1) != make_token(KEY[::-1], "D-1", "P1", "abc", 1)


def test_every_token_made_looks_like_one() -> None:
    assert all(looks_like_token(make_token(KEY, "D-1", "P1", "abc", n)) for n in range(200))


def test_other_lengths_and_other_letters_do_not_look_like_a_token() -> None:
    strange = ("", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "é", "../" + "a" * 40)

    assert not any(looks_like_token(each) for each in strange)


def test_what_is_kept_is_the_token_s_sha_256() -> None:
    assert hash_token("abc") == hashlib.sha256(b"abc").digest()


def test_the_key_s_fingerprint_is_not_its_plain_hash() -> None:
    """Else it could be mistaken for, or made from, a hash of the key used elsewhere."""
    assert fingerprint(KEY) != hashlib.sha256(KEY).hexdigest()


def test_another_key_has_another_fingerprint() -> None:
    assert fingerprint(KEY) != fingerprint(KEY[::-1])


SECRET = make_token(KEY, "D-1", "P1", "abc", 1)


@pytest.mark.parametrize(
    "link",
    [
        f"https://votes.example/respond/{SECRET}",
        f"/respond/{SECRET}/receipt?x=1",
        f"<https://votes.example/RESPOND/{SECRET}>.",
        f"https://eur03.safelinks.example/?url=https%3A%2F%2Fvotes.example%2Frespond%2F{SECRET}&d=5",
        f"https://twice.example/?u=https%253A%252F%252Fvotes%252Frespond%252F{SECRET}",
        f"({SECRET})",
        "reply+12.0123456789abcdef@votes.example",
        "bounce%2B12.0123456789abcdef@votes.example",
    ],
)
def test_a_link_is_taken_out_of_a_text_whatever_was_made_of_it(link: str) -> None:
    assert without_links(f"Mine is\n {link} today") == f"Mine is\n {TAKEN_OUT} today"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please respond/reply by noon, or ring 01604 555 010.",
        "-" * 43,
        "https://england.example/Some-Long-Document-Of-Forty-Three-Letters12",
        f"sha256 {'0a' * 32}",
        "a\n\n  b\tc ",
    ],
)
def test_a_text_without_a_link_stays_as_it_is(text: str) -> None:
    assert without_links(text) == text

"""Passwords at rest."""

import pytest

from app.clock import random_bytes
from storage.password_hashes import NOBODYS, fits, hash_password


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_password("three grey herons", random_bytes)


def test_a_hash_says_how_it_was_made(kept: str) -> None:
    assert kept.startswith("$argon2id$v=19$m=47104,t=2,p=1$")


def test_a_hash_holds_nothing_of_the_password(kept: str) -> None:
    assert "herons" not in kept


def test_the_password_fits(kept: str) -> None:
    assert fits("three grey herons", kept)


@pytest.mark.parametrize("other", ["three grey heron", "Three grey herons", "", "x" * 100_000])
def test_another_does_not(kept: str, other: str) -> None:
    assert not fits(other, kept)


def test_the_same_password_has_another_hash_for_another_person(kept: str) -> None:
    assert hash_password("three grey herons", random_bytes) != kept


def test_nobodys_hash_costs_as_much_as_anybodys(kept: str) -> None:
    assert NOBODYS.rsplit("$", 2)[0] == kept.rsplit("$", 2)[0]


def test_nothing_fits_where_there_is_no_account() -> None:
    assert not fits("three grey herons", None)

"""Whose link a token is, found by its hash."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.bootstrap import App
from engine.links import TOKEN_LENGTH, fingerprint, hash_token, make_token
from storage import tables
from storage.links import find_link, live_generations, revoke_links
from tests.small_body import codes, links, open_vote


def people(app: App) -> list[str]:
    with app.store.database.reading() as reading:
        return list(reading.execute(select(tables.person.c.id)).scalars())


@pytest.fixture
def first(app: App) -> dict[str, str]:
    """The tokens of the first practice's people, by role, and the decision's reference."""
    reference = open_vote(app)
    return {**links(app, reference, codes(1)[0]), "reference": reference}


def found(app: App, token: str) -> bool:
    with app.store.database.reading() as reading:
        return find_link(reading, token) is not None


def revoke(app: App, token: str, practice: str | None = None) -> int:
    with app.store.database.writing() as writing:
        holder = find_link(writing, token)
        assert holder is not None
        return len(revoke_links(writing, holder.person, practice))


def test_a_live_link_is_found(app: App, first: dict[str, str]) -> None:
    with app.store.database.reading() as reading:
        holder = find_link(reading, first["lead"])
    assert holder is not None
    assert (holder.decision, holder.practice) == (first["reference"], codes(1)[0])


@pytest.mark.parametrize(("role", "may_cast"), [("lead", True), ("deputy", True)])
def test_a_link_says_whether_its_holder_may_cast(
    app: App, first: dict[str, str], role: str, *, may_cast: bool
) -> None:
    with app.store.database.reading() as reading:
        holder = find_link(reading, first[role])
    assert holder is not None
    assert holder.may_cast is may_cast


@pytest.mark.parametrize("token", ["", "x", "a" * TOKEN_LENGTH, "a" * 5000, "' OR 1=1 --", "\0"])
def test_what_is_no_link_finds_nobody(app: App, first: dict[str, str], token: str) -> None:
    assert not found(app, token)


def test_a_link_of_another_key_finds_nobody(app: App, first: dict[str, str]) -> None:
    person = people(app)[0]
    assert not found(app, make_token(b"\0" * 32, first["reference"], codes(1)[0], person, 1))


def test_a_revoked_link_finds_nobody(app: App, first: dict[str, str]) -> None:
    revoke(app, first["lead"])
    assert not found(app, first["lead"])


def test_revoking_one_persons_link_leaves_the_others(app: App, first: dict[str, str]) -> None:
    revoke(app, first["lead"])
    assert found(app, first["deputy"])


def test_revoking_at_another_practice_leaves_the_link(app: App, first: dict[str, str]) -> None:
    assert revoke(app, first["lead"], codes(2)[1]) == 0


def test_revoking_twice_revokes_once(app: App, first: dict[str, str]) -> None:
    with app.store.database.writing() as writing:
        holder = find_link(writing, first["lead"])
        assert holder is not None
        counts = [len(revoke_links(writing, holder.person)) for _ in range(2)]
    assert counts == [1, 0]


def test_every_person_of_the_roll_has_a_live_link(app: App, first: dict[str, str]) -> None:
    with app.store.database.reading() as reading:
        live = live_generations(reading, first["reference"], people(app))
    assert sorted({practice for practice, _ in live}) == codes(3)


def test_a_revoked_link_is_no_longer_live(app: App, first: dict[str, str]) -> None:
    revoke(app, first["lead"])
    with app.store.database.reading() as reading:
        live = live_generations(reading, first["reference"], people(app))
    assert len(live) == 5


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_token_is_at_rest(app: App, first: dict[str, str], tmp_path: Path) -> None:
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert first["lead"].encode() not in kept


def test_the_database_holds_the_hash_of_the_token(app: App, first: dict[str, str]) -> None:
    with app.store.database.reading() as reading:
        hashes = reading.execute(select(tables.link.c.token_hash)).scalars().all()
    assert hash_token(first["lead"]) in hashes


def test_the_fingerprint_of_a_key_is_not_the_key() -> None:
    assert fingerprint(b"\1" * 32) != (b"\1" * 32).hex()

"""Openings and the keys they are sealed with: readable while the key lives, and then no more."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.bootstrap import App
from app.clock import random_bytes
from engine.trail import commitment, leaf_hash, parse, root
from storage import tables
from storage.decisions import ERASED, load_decision, own_comments, read_paper
from storage.keys import Erased, Keys
from storage.openings import decision_key, person_key, read_openings, seal_opening
from storage.proofs import read_head, read_leaf, read_leaves
from tests.small_body import HandClock, codes, live_through, open_vote, send

SALT = bytes(range(32))
PLACE = b"opening|7|text"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    keys = Keys(tmp_path / "keys.db", random_bytes)
    keys.make(["person:a", "person:b"])
    return keys


def again(tmp_path: Path) -> Keys:
    """The key file as another process finds it."""
    return Keys(tmp_path / "keys.db", random_bytes)


def test_what_is_sealed_is_unsealed(keys: Keys) -> None:
    assert keys.unseal("person:a", keys.seal("person:a", b"hello", PLACE), PLACE) == b"hello"


def test_what_is_sealed_shows_nothing(keys: Keys) -> None:
    assert b"hello" not in keys.seal("person:a", b"hello", PLACE)


def test_sealing_twice_gives_different_bytes(keys: Keys) -> None:
    assert keys.seal("person:a", b"hello", PLACE) != keys.seal("person:a", b"hello", PLACE)


def test_another_process_can_unseal(keys: Keys, tmp_path: Path) -> None:
    sealed = keys.seal("person:a", b"hello", PLACE)
    assert again(tmp_path).unseal("person:a", sealed, PLACE) == b"hello"


def test_another_persons_key_does_not_unseal(keys: Keys) -> None:
    sealed = keys.seal("person:a", b"hello", PLACE)
    with pytest.raises(ValueError, match="altered"):
        keys.unseal("person:b", sealed, PLACE)


def test_what_was_moved_to_another_place_does_not_unseal(keys: Keys) -> None:
    sealed = keys.seal("person:a", b"hello", PLACE)
    with pytest.raises(ValueError, match="altered"):
        keys.unseal("person:a", sealed, b"opening|8|text")


@pytest.mark.parametrize("byte", [0, 12, 16, -1])
def test_what_was_altered_does_not_unseal(keys: Keys, byte: int) -> None:
    sealed = bytearray(keys.seal("person:a", b"hello", PLACE))
    sealed[byte] ^= 1
    with pytest.raises(ValueError, match="altered"):
        keys.unseal("person:a", bytes(sealed), PLACE)


def test_a_key_is_made_once(keys: Keys, tmp_path: Path) -> None:
    sealed = keys.seal("person:a", b"hello", PLACE)
    again(tmp_path).make(["person:a"])
    assert again(tmp_path).unseal("person:a", sealed, PLACE) == b"hello"


def test_without_its_key_nothing_is_unsealed(keys: Keys, tmp_path: Path) -> None:
    sealed = keys.seal("person:a", b"hello", PLACE)
    keys.erase("person:a")
    with pytest.raises(Erased):
        again(tmp_path).unseal("person:a", sealed, PLACE)


def test_the_process_that_erases_forgets_the_key_too(keys: Keys) -> None:
    sealed = keys.seal("person:a", b"hello", PLACE)
    keys.erase("person:a")
    with pytest.raises(Erased):
        keys.unseal("person:a", sealed, PLACE)


def test_an_erased_key_leaves_no_trace_in_its_file(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.db", lambda size: b"\xa5" * size)
    keys.make(["person:a"])
    keys.erase("person:a")
    assert b"\xa5" * 32 not in b"".join(file.read_bytes() for file in tmp_path.glob("keys.db*"))


def test_many_keys_are_loaded_at_once(keys: Keys, tmp_path: Path) -> None:
    sealed = keys.seal("person:b", b"hello", PLACE)
    other = again(tmp_path)
    other.warm(["person:a", "person:b"])
    (tmp_path / "keys.db").unlink()
    assert other.unseal("person:b", sealed, PLACE) == b"hello"


def test_a_key_is_synced_before_it_is_used(keys: Keys, tmp_path: Path) -> None:
    """The file that another connection reads holds it as soon as `make` returns."""
    keys.make(["person:c"])
    with sqlite3.connect(tmp_path / "keys.db") as store:
        found = store.execute("SELECT count(*) FROM key WHERE owner = 'person:c'").fetchone()
    store.close()
    assert found == (1,)


def test_an_opening_opens_its_commitment(app: App) -> None:
    app.store.keys.make(["person:a"])
    row = seal_opening(app.store.keys, (0, "text"), "person:a", SALT, {"said": "Café"})
    with app.store.database.writing() as writing:
        writing.execute(tables.opening.insert().values(**row))
    with app.store.database.reading() as reading:
        assert read_openings(reading, app.store.keys, [(0, "text")]) == {
            (0, "text"): {"said": "Café"}
        }


def test_every_commitment_of_a_decision_opens(history: App) -> None:
    keys = history.store.keys
    with history.store.database.reading() as reading:
        rows = reading.execute(select(tables.opening)).all()
        misfits = [
            (row.n, row.field)
            for row in rows
            if row.field in (body := parse(read_leaf(reading, row.n).data)["body"])
            and body[row.field] != _committed(keys, row.key, row.sealed, row.n, row.field)
        ]
    assert misfits == []


def test_no_commitment_of_a_decision_lacks_its_opening(history: App) -> None:
    with history.store.database.reading() as reading:
        opened = {(row.n, row.field) for row in reading.execute(select(tables.opening))}
        rows = reading.execute(select(tables.leaf.c.n, tables.leaf.c.data)).all()
    committed = {
        (row.n, field)
        for row in rows
        for field, value in parse(row.data)["body"].items()
        if isinstance(value, str) and value.startswith("c1:")
    }
    assert committed <= opened


def _committed(keys: Keys, owner: str, sealed: bytes, n: int, field: str) -> str:
    opening = parse(keys.unseal(owner, sealed, f"opening|{n}|{field}".encode()))
    return commitment(opening["value"], bytes.fromhex(opening["salt"]))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "said", [b"second nurse", b"Anna Lee", b"Bo Lee", b"Practices would be paid"]
)
def test_no_personal_value_lies_in_the_database_as_it_was_said(
    app: App, clock: HandClock, tmp_path: Path, said: bytes
) -> None:
    live_through(app, clock)
    assert said not in b"".join(file.read_bytes() for file in tmp_path.glob("quorate.db*"))


@pytest.mark.parametrize("kind", ["vote.cast", "vote.changed"])
def test_a_choice_stands_in_its_leaf_as_a_commitment(history: App, kind: str) -> None:
    with history.store.database.reading() as reading:
        query = select(tables.leaf.c.data).where(tables.leaf.c.type == kind)
        choices = [parse(data)["body"]["choice"] for data in reading.execute(query).scalars()]
    assert all(choice.startswith("c1:") for choice in choices)


def test_after_a_person_is_erased_the_comment_is_unreadable(app: App) -> None:
    reference, first = _commented(app)
    with app.store.database.reading() as reading:
        decision = load_decision(reading, app.store.keys, reference)
        comments = own_comments(reading, app.store.keys, decision, first)
    assert [comment.text for comment in comments] == [ERASED]


def test_after_a_person_is_erased_the_trail_is_what_it_was(app: App) -> None:
    _commented(app)
    with app.store.database.reading() as reading:
        hashes = [leaf_hash(leaf.data) for leaf in read_leaves(reading)]
        assert read_head(reading).root == root(hashes).hex()


def _commented(app: App) -> tuple[str, str]:
    """A comment whose author was then erased."""
    reference, first = open_vote(app), codes(1)[0]
    send(app, reference, first, comment="We would need a second nurse.")
    with app.store.database.reading() as reading:
        columns = tables.opening.c
        owner = reading.execute(select(columns.key).where(columns.field == "text")).scalar_one()
    app.store.keys.erase(owner)
    return reference, first


def test_after_a_decision_is_erased_its_paper_is_unreadable(app: App) -> None:
    reference = open_vote(app)
    app.store.keys.erase(decision_key(reference))
    with app.store.database.reading() as reading:
        assert read_paper(reading, app.store.keys, reference).title == ERASED


def test_an_erased_opening_is_missing_from_what_is_read(app: App) -> None:
    open_vote(app)
    with app.store.database.writing() as writing:
        writing.execute(text("DELETE FROM opening WHERE field = 'title'"))
    with app.store.database.reading() as reading:
        leaves = reading.execute(select(tables.leaf.c.n)).scalars().all()
        assert read_openings(reading, app.store.keys, [(n, "title") for n in leaves]) == {}


def test_keys_are_named_after_what_they_are_for() -> None:
    assert (person_key("a1"), decision_key("D-1")) == ("person:a1", "decision:D-1")

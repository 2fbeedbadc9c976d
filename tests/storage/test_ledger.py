"""The one writer: leaves, nodes and head agree, and a page is filed whole or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.bootstrap import App
from engine.events import ClockConfirmed, ClockSuspected, CommentReceived
from engine.people import By
from engine.trail import canonical, commitment, leaf_bytes, leaf_hash, parse, root
from storage import tables
from storage.ledger import Page
from storage.openings import person_key
from storage.proofs import Head, LeafRow, read_head, read_leaf, read_leaves
from tests.small_body import HandClock

SUSPECTED = ClockSuspected(because="it stood still")


def head(app: App) -> Head:
    with app.store.database.reading() as reading:
        return read_head(reading)


def leaves(app: App) -> list[LeafRow]:
    with app.store.database.reading() as reading:
        return list(read_leaves(reading))


def last(app: App) -> LeafRow:
    return leaves(app)[-1]


def counts(app: App) -> Mapping[str, int]:
    """How many rows each table holds."""
    with app.store.database.reading() as reading:
        return {
            name: reading.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.metadata.tables.items()
        }


def comment(app: App, text: str = "Good idea") -> CommentReceived:
    app.store.keys.make([person_key("p1")])
    by = By("p1", "Anna Lee", "lead")
    return CommentReceived(
        decision="D-2026-0001", practice="K83001", phase="consulting", text=text, by=by
    )


def file_and_fail(page: Page) -> None:
    page.file(SUSPECTED)
    page.publish("workflow", "another", {"a": "workflow"})
    page.flush()
    raise RuntimeError


def test_a_leaf_is_kept_as_the_bytes_that_were_hashed(app: App, clock: HandClock) -> None:
    with app.store.ledger.page() as page:
        n = page.file(SUSPECTED)
    body = {"because": "it stood still"}
    assert last(app).data == leaf_bytes(n, clock.now(), "clock.suspect", body)


def test_a_leaf_carries_its_own_hash(history: App) -> None:
    assert all(leaf.hash == leaf_hash(leaf.data) for leaf in leaves(history))


def test_leaves_are_numbered_without_a_gap(history: App) -> None:
    assert [parse(leaf.data)["n"] for leaf in leaves(history)] == list(range(head(history).size))


def test_the_head_is_the_root_over_all_leaves(history: App) -> None:
    assert head(history).root == root(leaf.hash for leaf in leaves(history)).hex()


def test_every_complete_subtree_has_its_node(history: App) -> None:
    hashes = [leaf.hash for leaf in leaves(history)]
    expected = {
        (level, place): root(hashes[place << level : place + 1 << level])
        for level in range(1, len(hashes).bit_length())
        for place in range(len(hashes) >> level)
    }
    with history.store.database.reading() as reading:
        rows = reading.execute(select(tables.node)).all()
    assert {(row.level, row.place): row.hash for row in rows} == expected


def test_the_head_remembers_when_its_last_leaf_was_filed(app: App, clock: HandClock) -> None:
    clock.go_on(timedelta(hours=1))
    with app.store.ledger.page() as page:
        page.file(SUSPECTED)
    assert head(app).last_at == clock.now()


def test_no_leaf_is_dated_before_the_last_one(app: App, clock: HandClock) -> None:
    before = head(app).last_at
    clock.go_on(-timedelta(days=3))
    with app.store.ledger.page() as page:
        page.file(SUSPECTED)
    assert head(app).last_at == before


def test_the_clock_is_read_after_the_head_is_held(app: App, clock: HandClock) -> None:
    """A writer that waited for the lock dates its leaf after the one it waited for."""
    with app.store.ledger.page() as page:
        page.file(SUSPECTED)
    with app.store.ledger.page() as page:
        assert page.now >= (head(app).last_at or clock.now())


def test_a_page_without_events_leaves_the_trail_alone(app: App) -> None:
    before = head(app)
    with app.store.ledger.page():
        pass
    assert head(app) == before


def test_a_failed_page_leaves_nothing(app: App) -> None:
    before = counts(app)
    with pytest.raises(RuntimeError), app.store.ledger.page() as page:
        file_and_fail(page)
    assert counts(app) == before


def test_the_trail_goes_on_after_a_failed_page(app: App) -> None:
    with pytest.raises(RuntimeError), app.store.ledger.page() as page:
        file_and_fail(page)
    with app.store.ledger.page() as page:
        page.file(ClockConfirmed())
    assert head(app).root == root(leaf.hash for leaf in leaves(app)).hex()


def test_a_failed_attempt_is_undone_and_the_rest_of_the_page_stands(app: App) -> None:
    with app.store.ledger.page() as page:
        page.file(SUSPECTED)
        with pytest.raises(RuntimeError), page.attempt():
            file_and_fail(page)
        page.file(ClockConfirmed())
    kinds = [parse(leaf.data)["type"] for leaf in leaves(app)]
    assert kinds == ["trail.opened", "clock.suspect", "clock.confirmed"]


def test_a_failed_attempt_leaves_no_row_anywhere(app: App) -> None:
    before = counts(app)
    with app.store.ledger.page() as page, pytest.raises(RuntimeError), page.attempt():
        file_and_fail(page)
    assert counts(app) == before


def test_what_a_failed_attempt_put_by_is_forgotten(app: App) -> None:
    def put_by_and_fail(page: Page) -> None:
        page.file(comment(app))
        raise RuntimeError

    with app.store.ledger.page() as page:
        with pytest.raises(RuntimeError), page.attempt():
            put_by_and_fail(page)
        page.file(SUSPECTED)
    assert counts(app)["opening"] == 0


def test_a_database_error_in_an_attempt_is_undone_too(app: App) -> None:
    with app.store.ledger.page() as page:
        with pytest.raises(DBAPIError, match="append-only"), page.attempt():
            page.connection.execute(text("DELETE FROM leaf"))
        page.file(ClockConfirmed())
    assert head(app).root == root(leaf.hash for leaf in leaves(app)).hex()


def test_attempts_that_succeed_are_filed_with_the_page(app: App) -> None:
    with app.store.ledger.page() as page:
        for _ in range(3):
            with page.attempt():
                page.file(SUSPECTED)
    assert head(app).size == 4


def test_a_head_that_disagrees_with_the_leaves_stops_the_page(app: App) -> None:
    with app.store.ledger.page() as page:
        page.file(SUSPECTED)
        page.edge, _ = page.edge.append(sha256(b"a leaf that was never written").digest())
        with pytest.raises(RuntimeError, match="disagree"):
            page.flush()
        page.connection.rollback()


def test_a_file_is_kept_under_the_digest_of_its_bytes(app: App) -> None:
    value = {"name": "member_vote"}
    with app.store.ledger.page() as page:
        digest, _ = page.publish("workflow", "member_vote", value)
    assert digest == sha256(canonical(value)).hexdigest()


def test_a_file_is_kept_once(app: App) -> None:
    with app.store.ledger.page() as page:
        news = [page.publish("workflow", "member_vote", {"a": "b"})[1] for _ in range(2)]
    assert news == [True, False]


def test_a_personal_value_stands_in_its_leaf_as_a_commitment(app: App) -> None:
    with app.store.ledger.page() as page:
        page.file(comment(app, "Only over my dead body"))
    assert parse(last(app).data)["body"]["text"].startswith("c1:")


def test_the_opening_fits_the_commitment(app: App) -> None:
    with app.store.ledger.page() as page:
        n = page.file(comment(app))
    opening = opened(app, n, "text")
    made = commitment(opening["value"], bytes.fromhex(opening["salt"]))
    assert made == parse(last(app).data)["body"]["text"]


def test_equal_values_have_different_commitments(app: App) -> None:
    with app.store.ledger.page() as page:
        first, second = page.file(comment(app)), page.file(comment(app))
    with app.store.database.reading() as reading:
        bodies = [parse(read_leaf(reading, n).data)["body"]["text"] for n in (first, second)]
    assert bodies[0] != bodies[1]


def test_a_personal_event_without_a_person_is_refused(app: App) -> None:
    nobody: Any = None
    with pytest.raises(ValueError, match="names no person"), app.store.ledger.page() as page:
        page.file(replace(comment(app), by=nobody))


def opened(app: App, n: int, field: str) -> dict[str, Any]:
    """An opening, salt included."""
    columns = tables.opening.c
    with app.store.database.reading() as reading:
        row = reading.execute(
            select(tables.opening).where(columns.n == n, columns.field == field)
        ).one()
    content = app.store.keys.unseal(row.key, row.sealed, f"opening|{n}|{field}".encode())
    return dict(parse(content))

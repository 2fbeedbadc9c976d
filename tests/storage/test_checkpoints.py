"""What is released is never taken back, and what cannot be vouched for is never signed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import App
from app.clock import random_bytes
from engine.events import ClockConfirmed
from engine.notes import Checkpoint
from storage.checkpoints import ALARM, LockStore, Sealer, WillNotSign
from storage.marks import read_mark
from storage.proofs import read_head
from storage.seal import is_sealed_by
from tests.planted import without_triggers
from workflows.health import health


def grown(app: App, leaves: int = 1) -> None:
    """The trail with so many leaves more."""
    with app.store.ledger.page() as page:
        for _ in range(leaves):
            page.file(ClockConfirmed())


def altered(app: App, *statements: str) -> None:
    """What someone who can write to the database does behind the program's back."""
    with app.store.database.writing() as writing, without_triggers(writing):
        for statement in statements:
            writing.execute(text(statement))


def released(app: App) -> Checkpoint:
    """A checkpoint over all there is."""
    checkpoint = app.store.sealer.seal()
    assert checkpoint is not None
    return checkpoint


def test_a_checkpoint_is_over_every_leaf(app: App) -> None:
    grown(app, 5)
    with app.store.database.reading() as reading:
        head = read_head(reading)
    sealed = released(app)
    assert (sealed.size, sealed.root.hex()) == (head.size, head.root)


def test_a_checkpoint_is_signed_by_the_key_that_the_trail_names(app: App) -> None:
    assert is_sealed_by(released(app), app.store.vkey)


def test_nothing_new_gives_the_checkpoint_that_was_released(app: App) -> None:
    assert released(app) == released(app)


def test_the_store_outlives_the_program(app: App) -> None:
    sealed = released(app)
    again = LockStore(app.settings.checkpoint_store)
    newest = again.newest()
    again.close()
    assert newest == sealed


def test_a_trail_behind_what_was_released_is_not_signed(app: App) -> None:
    grown(app)
    released(app)
    altered(
        app,
        "DELETE FROM leaf WHERE n = (SELECT max(n) FROM leaf)",
        "UPDATE trail_head SET size = size - 1",
    )
    with pytest.raises(WillNotSign, match="older than what is known outside"):
        shrunk_head(app).seal()


def shrunk_head(app: App) -> Sealer:
    """The sealer, with a head that fits the shorter trail as a restored backup's does."""
    from engine.trail import Edge, leaf_hash  # noqa: PLC0415 - told where it is needed

    with app.store.database.writing() as writing:
        rows = writing.execute(text("SELECT data FROM leaf ORDER BY n")).scalars().all()
        edge = Edge()
        for data in rows:
            edge, _ = edge.append(leaf_hash(bytes(data)))
        writing.execute(
            text("UPDATE trail_head SET size = :size, peaks = :peaks"),
            {"size": edge.size, "peaks": b"".join(edge.peaks)},
        )
    return app.store.sealer


BEFORE_SIGNING: dict[str, str] = {
    "a leaf's bytes are changed": "UPDATE leaf SET data = {zeros} WHERE n = {last}",
    "a leaf's hash is changed": "UPDATE leaf SET hash = {zeros} WHERE n = {last}",
    "a leaf is gone": "DELETE FROM leaf WHERE n = {last}",
}


@pytest.mark.parametrize("what", BEFORE_SIGNING)
def test_bytes_that_changed_on_the_disk_before_they_were_signed_are_found(
    app: App, what: str
) -> None:
    released(app)
    grown(app, 3)
    with app.store.database.reading() as reading:
        last = read_head(reading).size - 2
        sqlite = reading.dialect.name == "sqlite"
    zeros = "zeroblob(32)" if sqlite else "decode(repeat('00', 32), 'hex')"
    altered(app, BEFORE_SIGNING[what].format(last=last, zeros=zeros))
    with pytest.raises(WillNotSign, match=r"Leaf \d+ is"):
        app.store.sealer.seal()


def test_a_history_rewritten_under_what_was_released_is_not_signed(app: App) -> None:
    grown(app, 7)
    released(app)
    grown(app)
    with app.store.database.reading() as reading:
        sqlite = reading.dialect.name == "sqlite"
    zeros = "zeroblob(32)" if sqlite else "decode(repeat('00', 32), 'hex')"
    altered(app, "UPDATE node SET hash = {zeros}".replace("{zeros}", zeros))
    with pytest.raises(WillNotSign, match="not those of the checkpoint"):
        app.store.sealer.seal()


def test_what_is_refused_is_an_alarm_until_it_is_well_again(app: App) -> None:
    released(app)
    grown(app)
    store, first = app.store.sealer.store, app.store.sealer.newest()
    assert first is not None
    ahead = Checkpoint(first.origin, first.size + 100, first.root, first.signatures)
    store.advance(first, ahead)
    with pytest.raises(WillNotSign):
        app.store.sealer.seal()
    with app.store.database.reading() as reading:
        raised = read_mark(reading, ALARM)
    store.advance(ahead, first)
    app.store.sealer.seal()
    with app.store.database.reading() as reading:
        cleared = read_mark(reading, ALARM)
    assert (raised is not None, cleared) == (True, None)


def test_only_the_newest_known_checkpoint_can_be_moved_on(app: App) -> None:
    first = released(app)
    grown(app)
    second = released(app)
    assert not app.store.sealer.store.advance(first, second)


def test_a_store_has_one_name_and_knows_no_other(database_url: str) -> None:
    """The store may be a second database, of either kind."""
    store = LockStore.make(database_url)
    empty = store.is_that_of("another")
    names = {store.identify(random_bytes), store.identify(random_bytes)}
    known = [store.is_that_of(name) for name in (*names, "another", "")]
    store.close()
    assert (empty, known) == (False, [True, False, True])


def test_the_first_checkpoint_is_put_in_once(app: App, tmp_path: Path) -> None:
    store = LockStore.make(f"sqlite:///{tmp_path}/another.db")
    sealed = released(app)
    moves = [store.advance(None, sealed), store.advance(None, sealed)]
    store.close()
    assert moves == [True, False]


def test_two_who_sign_at_once_release_one_history(app: App) -> None:
    """The second comes with what it knew before the first was done."""
    grown(app)
    sealer = app.store.sealer
    known = sealer.newest
    asked: list[Callable[[], object]] = [lambda: None]

    class Late(LockStore):
        def newest(self) -> Checkpoint | None:
            before = known()
            if asked:
                asked.pop()
                sealer.seal()
                grown(app)
            return before

    late = Late(app.settings.checkpoint_store)
    sealed = Sealer(app.store.database, late, sealer.signer, sealer.now).seal()
    late.close()
    assert sealed == sealer.seal()


def test_a_process_without_the_key_signs_nothing_and_reads_what_others_released(app: App) -> None:
    sealed = released(app)
    grown(app)
    sealer = app.store.sealer
    without = Sealer(app.store.database, sealer.store, lambda: None, sealer.now)
    assert without.seal() == sealed


def test_health_says_that_the_key_is_missing_where_leaves_wait_for_it(
    app: App, tmp_path: Path
) -> None:
    released(app)
    grown(app)
    (tmp_path / "signing.key").unlink()
    alarms = health(app.store, app.rulebook.calendar, None)["alarms"]
    assert any("signing key is not on this machine" in alarm["says"] for alarm in alarms)


def test_leaves_that_nothing_covers_are_counted(app: App) -> None:
    released(app)
    grown(app, 3)
    assert app.store.sealer.unsigned() == 3

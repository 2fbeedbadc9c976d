"""What comes back is what was backed up, and rests in quarantine."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import build
from app.clock import random_bytes
from engine.refusals import Quarantined
from storage.accounts import begin_account
from storage.copying import NotSound
from storage.decisions import load_decision
from storage.erasing import people_at
from storage.key_fit import WrongKeys
from storage.keys import Keys
from storage.openings import person_key
from storage.restoring import NotRestored
from storage.visits import begin_visit
from tests.promises.checks import read_bodies
from tests.promises.drills import (
    House,
    leave_hot_log,
    make_anew,
)
from tests.promises.keeping import EMAIL, FIRST, SAID, SECOND, THIRD, erase
from tests.small_body import closing as close_of
from tests.small_body import open_vote, send
from workflows.answers import Paused
from workflows.health import health

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


# --- a restore ------------------------------------------------------------------------------------


def test_what_was_restored_is_what_was_backed_up(house: House, reference: str) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    parts, before = house.back_up(), house.leaves()
    house.burn()
    house.restore(parts)
    assert house.leaves() == before
    with house.app.store.database.reading() as reading:
        assert people_at(reading, EMAIL)[0].name == f"Lead Of {FIRST}"


def test_a_database_that_is_there_is_moved_aside_and_kept(house: House, reference: str) -> None:
    parts = house.back_up()
    send(house.app, reference, FIRST)
    house.burn()
    (aside,) = house.restore(parts).aside
    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT size FROM trail_head").fetchone()[0] > house.size


def test_a_database_that_something_has_open_is_not_moved(house: House, reference: str) -> None:
    parts = house.back_up()
    with pytest.raises(NotRestored, match="is in use"):
        house.restore(parts)
    assert not list(house.file.parent.glob("*.restoring"))


@pytest.mark.parametrize("key", ["link.key", "signing.key"])
def test_with_another_key_nothing_is_restored(house: House, reference: str, key: str) -> None:
    parts = house.back_up()
    house.burn()
    (house.file.parent / key).write_text("11" * 32)
    with pytest.raises(NotRestored, match="is not"):
        house.restore(parts)


def test_without_the_checkpoint_store_nothing_is_restored(house: House, reference: str) -> None:
    parts = house.back_up()
    house.burn()
    (house.file.parent / "checkpoints.db").unlink()
    with pytest.raises(NotRestored, match="Nothing tells what was released"):
        house.restore(parts)


def test_with_a_checkpoint_store_that_was_made_anew_nothing_is_restored(
    house: House, reference: str
) -> None:
    """The copy is older than the first release, so it cannot know that there was one."""
    parts = house.back_up()
    house.post()
    house.burn()
    make_anew(house.file.parent / "checkpoints.db")
    with pytest.raises(NotRestored, match="Nothing tells what was released"):
        house.restore(parts)


def test_with_keys_that_were_made_anew_nothing_is_restored(house: House, reference: str) -> None:
    """Everybody would be taken for erased, and be so for good after the release."""
    parts = house.back_up()
    house.burn()
    keys = house.file.parent / "person_keys.db"
    keys.unlink()
    Keys(keys, random_bytes).identify()
    with pytest.raises(WrongKeys, match="made anew"):
        house.restore(parts)
    keys.unlink()
    assert house.restore(parts).unreadable == 0


def test_with_keys_that_are_older_than_the_copy_nothing_is_restored(
    house: House, reference: str
) -> None:
    old = house.back_up("old")
    open_vote(house.app)
    new = house.back_up("new")
    house.burn()
    (house.file.parent / "person_keys.db").unlink()
    with pytest.raises(WrongKeys, match="1 in all, and nobody erased them"):
        house.restore(replace(new, keys=old.keys))


def test_who_could_sign_in_must_be_let_in_again(house: House, reference: str) -> None:
    """Whoever left after the copy was made has an account in it, and perhaps a visit."""
    sign_in(house)
    parts = house.back_up()
    house.burn()
    assert house.restore(parts).accounts == 1
    assert signed_in(house) == (0, 0)


def test_documents_come_back(house: House, reference: str) -> None:
    name = house.app.erasure.documents.put(b"A paper.")
    parts = house.back_up()
    house.burn()
    shutil.rmtree(house.file.parent / "documents")
    house.restore(parts)
    assert house.app.erasure.documents.get(name) == b"A paper."


def test_an_altered_document_is_refused(house: House, reference: str) -> None:
    house.app.erasure.documents.put(b"A paper.")
    parts = house.back_up()
    assert parts.documents is not None
    packed = parts.documents.read_bytes()
    parts.documents.write_bytes(packed.replace(b"A paper.", b"A forgery"[:8]))
    house.burn()
    with pytest.raises(NotSound, match="is not what its name says"):
        house.restore(parts)


def test_a_document_that_an_earlier_restore_cut_off_is_put_right(
    house: House, reference: str
) -> None:
    """A name alone says nothing of what is in the file: the disk was full, or the power failed."""
    name = house.app.erasure.documents.put(b"A paper.")
    parts = house.back_up()
    house.burn()
    (house.file.parent / "documents" / name).write_bytes(b"A pap")
    house.restore(parts)
    assert house.app.erasure.documents.get(name) == b"A paper."


def test_what_a_killed_restore_left_is_not_played_into_the_next(
    house: House, reference: str
) -> None:
    """A hot log of another copy would be rolled back into this one."""
    parts = house.back_up()
    before = house.leaves()
    house.burn()
    leave_hot_log(house.file.with_name(f"{house.file.name}.restoring"))
    house.restore(parts)
    assert house.leaves() == before


def sign_in(house: House) -> None:
    """Somebody of the body has an account, and is signed in."""
    now = house.clock.now()
    with house.app.store.database.writing() as writing:
        begin_account(writing, "someone", "committee", b"code", now, now)
        begin_visit(writing, "token", "someone", "signed_in", now)


def signed_in(house: House) -> tuple[int, ...]:
    """How many accounts and visits there are."""
    with closing(sqlite3.connect(house.file)) as database:
        query = "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM visit)"
        return tuple(database.execute(query).fetchone())


# --- erased people and old copies -----------------------------------------------------------------


def test_who_was_erased_since_is_not_in_what_is_restored(house: House, reference: str) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    parts = house.back_up()
    erase(house.app)
    house.burn()
    assert house.restore(parts).unreadable == 1
    with house.app.store.database.reading() as reading:
        assert people_at(reading, EMAIL) == ()
    assert EMAIL.encode() not in house.file.read_bytes()


def test_releasing_says_again_that_they_were_erased(house: House, reference: str) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    parts = house.back_up()
    erase(house.app)
    house.burn()
    house.restore(parts)
    house.release()
    (body,) = read_bodies(house.app, "erasure.performed").values()
    fields = {body["field"].rpartition("/")[2], *(e["field"] for e in body["also"])}
    assert (body["basis"], fields) == ("restored", {"contact", "text", "by"})


def test_with_a_copy_of_the_keys_of_that_day_they_would_come_back(
    house: House, reference: str
) -> None:
    """Why copies of keys are not kept for long, and why keys that are there are never replaced."""
    send(house.app, reference, FIRST, comment=SAID)
    parts = house.back_up()
    erase(house.app)
    house.burn()
    (house.file.parent / "person_keys.db").unlink()
    assert house.restore(parts).unreadable == 0
    assert person_key(_person(house)) in house.app.store.keys.owners()


def _person(house: House) -> str:
    with house.app.store.database.reading() as reading:
        return people_at(reading, EMAIL)[0].person


# --- quarantine -----------------------------------------------------------------------------------


def test_in_quarantine_no_letter_leaves(restored: House) -> None:
    before = len(restored.sent)
    restored.post()
    assert len(restored.sent) == before


def test_in_quarantine_no_answer_is_taken(restored: House, reference: str) -> None:
    before = restored.size
    assert send(restored.app, reference, THIRD) == Paused()
    assert restored.size == before


def test_in_quarantine_no_deadline_fires(restored: House, reference: str) -> None:
    restored.clock.at = close_of(restored.app, reference) + timedelta(hours=1)
    swept = restored.app.desk.sweep()
    assert (swept.deadlines, swept.quarantine is not None) == (0, True)


def test_in_quarantine_nothing_at_all_is_put_on_record(restored: House, reference: str) -> None:
    with pytest.raises(Quarantined):
        restored.app.desk.confirm_clock()
    with pytest.raises(Quarantined):
        open_vote(restored.app)
    with pytest.raises(Quarantined):
        erase(restored.app)


def test_in_quarantine_the_page_can_still_be_read(restored: House, reference: str) -> None:
    with restored.app.store.database.reading() as reading:
        assert load_decision(reading, restored.app.store.keys, reference)


def test_health_names_the_quarantine(restored: House) -> None:
    value = health(restored.app.store, restored.app.rulebook.calendar, None)
    assert "quarantine" in {alarm["name"] for alarm in value["alarms"]}


def test_a_restart_does_not_end_the_quarantine(restored: House, reference: str) -> None:
    restored.start_again()
    assert send(restored.app, reference, THIRD) == Paused()


def test_an_old_database_put_back_by_hand_is_quarantined_too(
    house: House, reference: str, tmp_path: Path
) -> None:
    sign_in(house)
    house.app.store.database.rewrite()
    shutil.copy(house.file, tmp_path / "by-hand.db")
    send(house.app, reference, SECOND)
    house.post()
    house.burn()
    for end in ("", "-wal", "-shm"):
        house.file.with_name(house.file.name + end).unlink(missing_ok=True)
    shutil.copy(tmp_path / "by-hand.db", house.file)
    house.app = build(house.settings, house.clock)
    assert send(house.app, reference, FIRST) == Paused()
    assert signed_in(house) == (0, 0)


def test_without_that_the_old_database_would_take_votes_again(
    house: House, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.setup.hold_if_behind", lambda *_args: None)
    with pytest.raises(AssertionError):
        test_an_old_database_put_back_by_hand_is_quarantined_too(house, reference, tmp_path)

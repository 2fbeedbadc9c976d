"""A restored backup is released by a leaf that says what is lost; its letters are held."""

import shutil
import sqlite3
from base64 import b64decode
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from app.bootstrap import build
from engine.footers import read_footers
from engine.notes import footer, read_verifier_key, rotation_text
from engine.refusals import NeedsReason
from storage.erasing import owners_used
from storage.held_letters import count_held, release_letters
from storage.key_fit import WrongKeys
from storage.marks import QUARANTINE, read_mark, set_mark
from storage.openings import BODY_KEY
from storage.rotation import kept_key
from storage.seal import is_sealed_by
from tests.promises.checks import Body, read_bodies
from tests.promises.drills import (
    House,
    live_to_the_end,
    make_anew,
    sent_twice,
)
from tests.promises.keeping import AT_DESK, FIRST, SECOND, THIRD
from tests.small_body import send, settings_for
from workflows.answers import Paused
from workflows.health import health
from workflows.restoring import Contradicted, NotQuarantined

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


# --- what is lost, and the release ----------------------------------------------------------------


def test_what_is_lost_is_told_by_the_checkpoint_that_was_released(restored: House) -> None:
    loss = restored.app.restoring.loss()
    newest = restored.app.store.sealer.newest()
    assert newest is not None
    assert loss.known == newest
    assert loss.number == newest.size - restored.size > 0


def test_a_letter_that_left_tells_of_more_than_an_old_checkpoint_store(
    house: House, reference: str, tmp_path: Path
) -> None:
    house.post()
    shutil.copy(tmp_path / "checkpoints.db", tmp_path / "old-checkpoints.db")
    parts = house.back_up()
    send(house.app, reference, FIRST)
    house.post()
    letter = "\n".join(f"> {line}" for line in footer(house.sent[-1].footer))
    house.burn()
    for end in ("-wal", "-shm"):
        (tmp_path / f"checkpoints.db{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "old-checkpoints.db", tmp_path / "checkpoints.db")
    house.restore(parts)
    assert house.app.restoring.loss().number == 0
    assert house.app.restoring.loss(read_footers(letter)).number > 0


def test_a_footer_that_the_key_did_not_sign_tells_nothing(restored: House) -> None:
    known = restored.app.restoring.loss().known
    assert known is not None
    forged = replace(known, size=10_000)
    assert restored.app.restoring.loss([forged]).known == known


def test_a_release_needs_a_reason(restored: House) -> None:
    with pytest.raises(NeedsReason):
        restored.app.restoring.confirm("", AT_DESK)


def test_a_release_is_a_leaf_that_says_what_is_lost(restored: House) -> None:
    loss = restored.app.restoring.loss()
    leaf = restored.release().leaf
    body = read_bodies(restored.app, "backup.restored")[leaf]
    assert loss.known is not None
    assert (body["size"], body["lost_from"], body["lost_to"], body["lost"]) == (
        leaf,
        leaf,
        loss.known.size - 1,
        True,
    )
    assert body["known"]["note"] == loss.known.note


def test_after_a_loss_the_old_key_hands_over_to_a_new_one(restored: House) -> None:
    old = restored.app.store.vkey
    released = restored.release()
    body = read_bodies(restored.app, "key.rotated")[released.leaf + 1]
    assert (body["was"], body["vkey"]) == (old, restored.app.store.vkey)
    assert body["vkey"] == released.vkey != old
    assert _handed_over(restored, body, released.leaf + 1)


def _handed_over(house: House, body: Body, n: int) -> bool:
    """The old key's word, checked with the cryptography library alone."""
    origin, key_id, public = read_verifier_key(body["was"])
    signed = b64decode(body["signature"])
    said = rotation_text(house.settings.origin, n, body["vkey"]).encode()
    Ed25519PublicKey.from_public_bytes(public).verify(signed[4:], said)
    return signed[:4] == key_id and origin == house.settings.origin


def test_after_a_loss_the_next_checkpoint_is_signed_by_the_new_key_alone(
    restored: House, reference: str
) -> None:
    old = restored.app.store.vkey
    restored.release()
    send(restored.app, reference, THIRD)
    checkpoint = restored.app.store.sealer.seal()
    assert checkpoint is not None
    assert is_sealed_by(checkpoint, restored.app.store.vkey)
    assert not is_sealed_by(checkpoint, old)


def test_the_old_checkpoint_is_laid_aside_and_kept(restored: House) -> None:
    known = restored.app.restoring.loss().known
    restored.release()
    assert known is not None
    assert restored.app.store.sealer.store.retired() == (known.note,)


def test_the_old_key_is_kept_under_its_own_name(restored: House) -> None:
    key = restored.file.parent / "signing.key"
    old, vkey = key.read_text(), restored.app.store.vkey
    restored.release()
    assert kept_key(key, vkey).read_text() == old


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize(
    "where",
    [
        "storage.checkpoints.LockStore.retire",
        "storage.rotation._take_over",
        "storage.rotation.clear_mark",
    ],
)
def test_a_crash_in_the_middle_of_a_release_is_finished_by_the_next_start(
    restored: House, reference: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, die)
        with pytest.raises(Killed):
            restored.app.restoring.confirm("The disk died.", AT_DESK)
    restored.start_again()
    send(restored.app, reference, THIRD)
    checkpoint = restored.app.store.sealer.seal()
    assert checkpoint is not None
    assert is_sealed_by(checkpoint, read_bodies(restored.app, "key.rotated").popitem()[1]["vkey"])


def test_a_crash_before_the_release_is_committed_leaves_the_quarantine(
    restored: House, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("workflows.restoring.hold_letters", die)
        with pytest.raises(Killed):
            restored.app.restoring.confirm("The disk died.", AT_DESK)
    restored.start_again()
    assert send(restored.app, reference, THIRD) == Paused()
    assert restored.release().leaf == restored.size - 2


def test_where_nothing_is_lost_the_key_stays(house: House, reference: str) -> None:
    house.post()
    parts, old = house.back_up(), house.app.store.vkey
    house.burn()
    house.restore(parts)
    released = house.release()
    assert (released.vkey, house.app.store.vkey) == (None, old)
    assert read_bodies(house.app, "backup.restored")[released.leaf]["lost"] is False


def test_where_the_checkpoint_store_is_lost_another_key_signs(
    house: House,
    reference: str,
) -> None:
    house.post()
    parts = house.back_up()
    house.burn()
    for found in house.file.parent.glob("checkpoints.db*"):
        found.unlink()
    house.restore(parts, checkpoints_lost=True)
    assert house.release().vkey is not None


def test_a_store_that_was_begun_anew_after_a_loss_is_the_trails_own(
    house: House, reference: str
) -> None:
    house.post()
    parts = house.back_up()
    house.burn()
    make_anew(house.file.parent / "checkpoints.db")
    house.restore(parts, checkpoints_lost=True)
    house.release()
    assert house.app.store.sealer.seal() is not None
    house.start_again()


@pytest.mark.parametrize("owner", ["body", "decision", "person"])
def test_a_release_erases_nothing_because_a_key_is_lost(
    restored: House, reference: str, owner: str
) -> None:
    """A key that nobody erased may still be found, and what it opens must wait for it."""
    restored.app.store.keys.make([BODY_KEY])
    with restored.app.store.database.reading() as reading:
        before = owners_used(reading) | {BODY_KEY}
    with restored.app.store.database.writing() as writing:
        query = "INSERT INTO opening (n, field, key, sealed) VALUES (0, 'x', 'body', '')"
        writing.execute(text(query))
    lost = next(each for each in sorted(before) if each.startswith(owner))
    with closing(sqlite3.connect(restored.app.store.keys.path)) as keys, keys:
        keys.execute("DELETE FROM key WHERE owner = ?", (lost,))
    with pytest.raises(WrongKeys, match="1 in all"):
        restored.release()
    with restored.app.store.database.reading() as reading:
        assert owners_used(reading) == before
        assert read_mark(reading, QUARANTINE) is not None


def test_what_is_not_restored_is_not_released(house: House, reference: str) -> None:
    with pytest.raises(NotQuarantined):
        house.app.restoring.confirm("Why not.", AT_DESK)


def test_another_history_than_was_released_is_not_released(
    house: House, reference: str, tmp_path: Path
) -> None:
    """The same keys, an old copy, and a history of its own that somebody let grow."""
    shutil.copytree(tmp_path, tmp_path / "other", ignore=shutil.ignore_patterns("other"))
    send(house.app, reference, FIRST)
    house.post()
    newest = house.app.store.sealer.newest()
    assert newest is not None
    house.burn()
    other = tmp_path / "other"
    settings = settings_for(f"sqlite:///{other}/quorate.db", other)
    app = build(settings, house.clock)
    for turn in range(20):
        send(app, reference, SECOND, ("for", "against")[turn % 2])
    with app.store.database.writing() as writing:
        set_mark(writing, QUARANTINE, house.clock.now(), '{"size": 1}')
    app.store.sealer.store.advance(None, newest)
    with pytest.raises(Contradicted):
        app.restoring.confirm("Let me in.", AT_DESK)
    app.close()


# --- letters after a release ----------------------------------------------------------------------


def test_letters_that_may_have_gone_are_held_and_named(restored: House, reference: str) -> None:
    """The receipt of the first vote was owed when the backup was made, and left afterwards."""
    assert restored.release().held == 2
    restored.post()
    with restored.app.store.database.reading() as reading:
        assert count_held(reading) == {(reference, "receipt"): 2}
    value = health(restored.app.store, restored.app.rulebook.calendar, None)
    assert "letters_held" in {alarm["name"] for alarm in value["alarms"]}
    assert sent_twice(restored.sent) == []


def test_a_person_may_send_them_after_all(restored: House, reference: str) -> None:
    restored.release()
    before = len(restored.sent)
    with restored.app.store.database.writing() as writing:
        release_letters(writing, reference, "receipt")
    restored.post()
    assert len(restored.sent) == before + 2


def test_a_person_may_drop_them(restored: House, reference: str) -> None:
    restored.release()
    assert drop(restored, reference) == 2
    with restored.app.store.database.reading() as reading:
        assert count_held(reading) == {}
    before = len(restored.sent)
    restored.post()
    assert len(restored.sent) == before


def test_each_letter_that_is_dropped_has_a_leaf_with_the_reason(
    restored: House, reference: str
) -> None:
    restored.release()
    drop(restored, reference)
    bodies = [*read_bodies(restored.app, "mail.skipped").values()]
    assert len({body["message"] for body in bodies}) == 2
    assert all(body["because"].startswith("dropped by a person") for body in bodies)
    assert all({"reason", "by"} <= body.keys() for body in bodies)


def test_nothing_is_dropped_without_a_reason(restored: House, reference: str) -> None:
    restored.release()
    with pytest.raises(NeedsReason):
        drop(restored, reference, "")
    with restored.app.store.database.reading() as reading:
        assert sum(count_held(reading).values()) == 2


def test_mailings_that_nobody_was_addressed_for_are_dropped_letter_by_letter(
    house: House, reference: str
) -> None:
    """The opening itself was still owed, as one mailing, when the backup was made."""
    parts = house.back_up()
    house.burn()
    house.restore(parts)
    held = house.release().held
    assert drop(house, reference) == held > 2
    assert len(read_bodies(house.app, "mail.skipped")) == held
    house.post()
    assert house.sent == []


def drop(house: House, reference: str, reason: str = "They had them.") -> int:
    office = house.app.office()
    taken = partial(office.drop, reference=reference, letter=None)
    return house.app.desk.drop(taken, reason, AT_DESK)


def test_letters_of_what_happens_after_the_release_go(restored: House, reference: str) -> None:
    restored.release()
    before = len(restored.sent)
    send(restored.app, reference, THIRD)
    restored.post()
    assert len(restored.sent) == before + 2


def receipts_at_one_number(house: House, reference: str) -> list[str]:
    """A receipt that is lost, and one that its practice is sent later for the same leaf number."""
    parts = house.back_up()
    for choice in ("for", "against"):
        send(house.app, reference, SECOND, choice)
    house.post()
    house.burn()
    house.restore(parts)
    house.release()
    send(house.app, reference, SECOND, "for")
    house.post()
    return sent_twice(house.sent)


def test_a_new_letter_never_has_the_name_of_a_lost_one(house: House, reference: str) -> None:
    """Leaf numbers begin again where the backup ended; a mail system would drop the second one."""
    house.post()
    assert receipts_at_one_number(house, reference) == []


def test_by_leaf_number_alone_two_letters_would_have_one_name(
    house: House, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.sorting.restored_before", lambda *_args: None)
    house.post()
    assert len(receipts_at_one_number(house, reference)) == 2


def test_an_outcome_that_may_have_been_told_is_held_when_it_comes_again(
    house: House, reference: str
) -> None:
    for code in (FIRST, SECOND):
        send(house.app, reference, code)
    parts = house.back_up()
    live_to_the_end(house, reference)
    house.burn()
    house.restore(parts)
    house.release()
    house.app.desk.sweep()
    house.post()
    assert sent_twice(house.sent) == []
    with house.app.store.database.reading() as reading:
        assert count_held(reading)[reference, "outcome"] == 6

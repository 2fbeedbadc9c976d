"""Backups made while voting goes on; restores that re-send no letter and fork no trail."""

import json
import shutil
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from app.bootstrap import App, build
from app.verifier import verifier_file
from auditor import verify
from engine.disclosure import Role
from engine.footers import read_footers
from engine.notes import footer, read_verifier_key, rotation_text
from engine.people import Actor, How
from engine.refusals import NeedsReason, Quarantined, Unsafe
from storage.copying import NoBackup, NotSound, examine, prune_keys
from storage.decisions import load_decision
from storage.erasing import people_at
from storage.held_letters import count_held, drop_held, release_letters
from storage.keys import Keys
from storage.marks import QUARANTINE, set_mark
from storage.openings import person_key
from storage.proofs import read_head
from storage.restoring import NotRestored
from storage.seal import Signer, is_sealed_by, read_signer
from tests.promises.checks import Body, read_bodies
from tests.promises.drills import (
    Dice,
    House,
    forks,
    live_on,
    live_to_the_end,
    sent_twice,
)
from tests.small_body import HandClock, codes, open_vote, send, settings_for
from tests.small_body import closing as close_of
from workflows.answers import Paused
from workflows.bundle import Scope, write_bundle
from workflows.health import health
from workflows.restoring import Contradicted, NotQuarantined

FIRST, SECOND, THIRD = codes(3)
EMAIL = f"lead.{FIRST.lower()}@practice.example"
SAID = "We would need a second nurse."
AT_DESK = Actor(None, How.CLI)

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(body_url: str, tmp_path: Path, clock: HandClock) -> Iterator[House]:
    """A small body whose folder is its own."""
    settings = settings_for(body_url, tmp_path)
    house = House(settings, clock, build(settings, clock))
    yield house
    house.app.close()


@pytest.fixture
def reference(house: House) -> str:
    return open_vote(house.app)


# --- a backup -------------------------------------------------------------------------------------


def test_a_copy_holds_the_whole_trail(house: House, reference: str) -> None:
    send(house.app, reference, FIRST)
    facts = examine(house.back_up().database)
    with house.app.store.database.reading() as reading:
        head = read_head(reading)
    assert (facts.size, facts.root.hex()) == (head.size, head.root)


def test_votes_go_on_while_a_copy_is_made_and_each_copy_is_sound(
    house: House, reference: str
) -> None:
    stop = Event()

    def vote() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            send(house.app, reference, FIRST, ("for", "against")[turn % 2])

    voter = Thread(target=vote)
    voter.start()
    try:
        sizes = [examine(house.back_up(f"copy{n}").database).size for n in range(5)]
    finally:
        stop.set()
        voter.join()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_a_plain_copy_of_the_file_alone_would_lack_what_is_in_its_log(
    house: House, reference: str, tmp_path: Path
) -> None:
    """Why there is a command: the log is where the last votes are."""
    send(house.app, reference, FIRST)
    shutil.copy(house.file, tmp_path / "naive.db")
    with closing(sqlite3.connect(tmp_path / "naive.db")) as naive:
        held = naive.execute("SELECT size FROM trail_head").fetchone()[0]
    assert held < house.size


@pytest.mark.parametrize("part", ["database", "keys", "documents"])
def test_nobody_else_can_read_a_copy(house: House, reference: str, part: str) -> None:
    parts = house.back_up()
    assert getattr(parts, part).stat().st_mode & 0o777 == 0o600


def test_a_copy_is_never_written_over_another(house: House, reference: str) -> None:
    house.back_up()
    with pytest.raises(NoBackup, match="something already"):
        house.back_up()


def test_no_name_or_address_of_the_register_lies_in_a_copy_in_the_clear(
    house: House, reference: str
) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    copied = house.back_up().database.read_bytes()
    assert EMAIL.encode() in house.file.read_bytes()
    clear = (EMAIL.encode(), f"Lead Of {FIRST}".encode(), b"practice.example", SAID.encode())
    assert [word for word in clear if word in copied] == []


def test_signing_key_and_link_key_are_in_no_copy(house: House, reference: str) -> None:
    parts = house.back_up()
    copied = b"".join(path.read_bytes() for path in parts)
    for name in ("signing.key", "link.key"):
        key = (house.file.parent / name).read_text().strip()
        assert key.encode() not in copied
        assert bytes.fromhex(key) not in copied


def test_a_copy_that_somebody_altered_is_refused(house: House, reference: str) -> None:
    parts = house.back_up()
    with closing(sqlite3.connect(parts.database)) as copy, copy:
        copy.execute("DROP TRIGGER leaf_is_never_changed")
        copy.execute("UPDATE leaf SET data = data || ' ' WHERE n = 3")
    with pytest.raises(NotSound, match="lacks triggers"):
        examine(parts.database)


def test_a_leaf_that_was_altered_with_its_trigger_put_back_is_found(
    house: House,
    reference: str,
) -> None:
    parts = house.back_up()
    with closing(sqlite3.connect(parts.database)) as copy, copy:
        made = copy.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'leaf_is_never_changed'"
        ).fetchone()[0]
        copy.execute("DROP TRIGGER leaf_is_never_changed")
        copy.execute("UPDATE leaf SET data = CAST(data || ' ' AS BLOB) WHERE n = 3")
        copy.execute(made)
    with pytest.raises(NotSound, match="leaf 3 is not what was filed"):
        examine(parts.database)


def test_half_a_copy_is_refused(house: House, reference: str) -> None:
    parts = house.back_up()
    content = parts.database.read_bytes()
    parts.database.write_bytes(content[: len(content) // 2])
    with pytest.raises(NotSound):
        examine(parts.database)


def test_a_copy_put_in_place_by_hand_is_not_opened(house: House, reference: str) -> None:
    parts = house.back_up()
    house.burn()
    shutil.copy(parts.database, house.file)
    with pytest.raises(Unsafe, match="This database is a backup"):
        build(house.settings, house.clock)


def test_old_copies_of_keys_are_deleted_and_nothing_else(
    house: House,
    reference: str,
) -> None:
    old = house.back_up("old")
    house.clock.go_on(timedelta(days=15))
    new = house.back_up("new")
    stranger = old.database.with_name("stranger.keys")
    Keys(stranger, lambda size: b"\x07" * size).make(["person:x"])
    gone = prune_keys(
        old.database.parent, house.app.store.keys, house.clock.now() - timedelta(days=14)
    )
    assert gone == [old.keys]
    assert all(path.exists() for path in (*new, old.database, stranger))


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
    with pytest.raises(NotRestored, match="nothing tells what was released"):
        house.restore(parts)


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


# --- erased people and old copies -----------------------------------------------------------------


def test_who_was_erased_since_is_not_in_what_is_restored(house: House, reference: str) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    parts = house.back_up()
    house.app.erasure.person(house.app.erasure.find(EMAIL), "request", "", AT_DESK)
    house.burn()
    assert house.restore(parts).unreadable == 1
    with house.app.store.database.reading() as reading:
        assert people_at(reading, EMAIL) == ()
    assert EMAIL.encode() not in house.file.read_bytes()


def test_releasing_says_again_that_they_were_erased(house: House, reference: str) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    parts = house.back_up()
    house.app.erasure.person(house.app.erasure.find(EMAIL), "request", "", AT_DESK)
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
    house.app.erasure.person(house.app.erasure.find(EMAIL), "request", "", AT_DESK)
    house.burn()
    (house.file.parent / "person_keys.db").unlink()
    assert house.restore(parts).unreadable == 0
    assert person_key(_person(house)) in house.app.store.keys.owners()


def _person(house: House) -> str:
    with house.app.store.database.reading() as reading:
        return people_at(reading, EMAIL)[0].person


# --- quarantine -----------------------------------------------------------------------------------


@pytest.fixture
def restored(house: House, reference: str) -> House:
    """Restored from before a vote that was recorded, told of by letter, and is lost."""
    house.post()
    send(house.app, reference, FIRST, "for")
    parts = house.back_up()
    send(house.app, reference, SECOND, "against")
    house.post()
    house.burn()
    house.restore(parts)
    return house


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
        restored.app.erasure.person(restored.app.erasure.find(EMAIL), "request", "", AT_DESK)


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


def test_without_that_the_old_database_would_take_votes_again(
    house: House, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.setup.hold_if_behind", lambda *_args: None)
    with pytest.raises(AssertionError):
        test_an_old_database_put_back_by_hand_is_quarantined_too(house, reference, tmp_path)


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
    old = (restored.file.parent / "signing.key").read_text()
    restored.release()
    assert (restored.file.parent / "signing.key.old").read_text() == old


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
    with restored.app.store.database.writing() as writing:
        drop_held(writing, reference, None, restored.clock.now())
        assert count_held(writing) == {}
    before = len(restored.sent)
    restored.post()
    assert len(restored.sent) == before


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


# --- what an auditor finds ----------------------------------------------------------------------


@dataclass
class Audit:
    """How the verifier ended, and what it said."""

    code: int
    said: dict[str, Any]


def audited(house: House, folder: Path, capsys: pytest.CaptureFixture[str], *letters: str) -> Audit:
    """The bundle for the committee, checked with these letters."""
    bundle = folder / "bundle.zip"
    with bundle.open("wb") as out:
        write_bundle(house.app.store, Scope(Role.COMMITTEE), verifier_file(), out)
    words = [str(bundle), "--json"]
    for n, letter in enumerate(letters):
        (folder / f"{n}.eml").write_bytes(b"Subject: kept\n\n" + letter.encode())
        words += ["--mail", str(folder / f"{n}.eml")]
    capsys.readouterr()
    code = verify.main(words)
    return Audit(code, json.loads(capsys.readouterr().out))


def kept(house: House, at: int) -> str:
    return "\n".join(footer(house.sent[at].footer))


def test_a_restored_trail_is_whole_and_says_that_it_was_restored(
    restored: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = restored.sent[0].footer.size
    released = restored.release()
    assert before <= released.leaf
    for choice in ("for", "against", "for"):
        send(restored.app, reference, SECOND, choice)
        restored.post()

    found = audited(restored, tmp_path, capsys, kept(restored, 0), kept(restored, -1))

    assert (found.code, found.said["faults"]) == (3, [])
    assert any("went on from a backup" in told for told in found.said["unchecked"])


def test_a_letter_of_the_lost_span_contradicts_it(
    restored: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = kept(restored, -1)
    restored.release()
    send(restored.app, reference, THIRD)
    send(restored.app, reference, THIRD, "against")

    assert audited(restored, tmp_path, capsys, lost).code == 4


def test_who_was_erased_leaves_a_bundle_without_a_fault(
    house: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    house.post()
    house.app.erasure.person(house.app.erasure.find(EMAIL), "request", "As asked.", AT_DESK)
    house.post()

    found = audited(house, tmp_path, capsys, kept(house, 0))

    assert found.said["faults"] == []
    assert found.code in {0, 3}


def test_an_opening_that_is_gone_without_a_word_is_a_fault(
    house: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    house.post()
    with house.app.store.database.writing() as writing:
        writing.execute(text("DELETE FROM opening WHERE field = 'text'"))

    assert audited(house, tmp_path, capsys, kept(house, 0)).code == 1


# --- drills ---------------------------------------------------------------------------------------

DRILLS = 100


def drill(seed: int, seeds: Path, folder: Path) -> list[str]:
    """One life with a fire in it; what it did that it should not have."""
    shutil.copytree(seeds, folder)
    settings = settings_for(f"sqlite:///{folder}/quorate.db", folder)
    dice, clock = Dice(seed), HandClock()
    house = House(settings, clock, build(settings, clock))
    reference = open_vote(house.app)
    live_on(house, reference, dice, 1 + dice.below(5))
    parts = house.back_up()
    live_on(house, reference, dice, dice.below(8))
    if dice.below(3) == 0:  # the fire comes after the close
        live_to_the_end(house, reference)
    before = house.leaves()
    house.burn()
    house.restore(parts)
    house.post()
    house.app.desk.sweep()
    house.release()
    live_on(house, reference, dice, dice.below(6))
    live_to_the_end(house, reference)
    after = house.leaves()
    house.app.close()
    return [*sent_twice(house.sent), *forks(house.sent, before, after)]


def run_drills(seeds: Path, folder: Path, number: int) -> dict[int, list[str]]:
    found = {seed: drill(seed, seeds, folder / str(seed)) for seed in range(number)}
    return {seed: faults for seed, faults in found.items() if faults}


def test_a_hundred_restores_send_no_letter_twice_and_fork_no_trail(
    app: App, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app.close()
    assert run_drills(tmp_path, tmp_path_factory.mktemp("drills"), DRILLS) == {}


def _old_key(path: Path, origin: str, _random_bytes: object) -> Signer:
    return read_signer(path, origin)


@pytest.mark.parametrize(
    ("fault", "instead", "says"),
    [
        ("workflows.restoring.hold_letters", lambda _connection: 0, "left 2 times"),
        ("workflows.desk.hold_mailings", lambda *_args: None, "left 2 times"),
        ("workflows.restoring.make_ready", _old_key, "signed"),
    ],
)
def test_the_drills_notice_a_restore_that_goes_about_it_wrongly(
    app: App,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    instead: object,
    says: str,
) -> None:
    app.close()
    monkeypatch.setattr(fault, instead)
    found = run_drills(tmp_path, tmp_path_factory.mktemp("drills"), 16)
    assert any(says in fault for faults in found.values() for fault in faults)

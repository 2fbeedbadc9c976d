"""Backups made while voting goes on: whole, sealed, private, and sound."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from app.bootstrap import build
from engine.refusals import Unsafe
from storage.copying import NoBackup, NotSound, examine, prune_keys
from storage.keys import Keys
from storage.proofs import read_head
from tests.promises.drills import (
    House,
)
from tests.promises.keeping import EMAIL, FIRST, SAID
from tests.small_body import send

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


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


def test_no_name_or_address_is_on_the_disk_in_the_clear_while_a_copy_is_made(
    house: House, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a backup that is killed leaves the whole register beside the copies."""
    live = {house.file.name + end for end in ("", "-wal", "-shm")}
    seal, found = Keys.seal, set[str]()

    def look_about(keys: Keys, owner: str, value: bytes, place: bytes) -> bytes:
        files = (path for path in house.file.parent.rglob("*") if path.is_file())
        found.update(path.name for path in files if EMAIL.encode() in path.read_bytes())
        return seal(keys, owner, value, place)

    monkeypatch.setattr(Keys, "seal", look_about)
    house.back_up()
    assert found
    assert found <= live


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

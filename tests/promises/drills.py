"""A small body that is backed up, goes on, burns down and is restored: what its mail then tells."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.bootstrap import App, build, places
from app.clock import random_bytes
from app.config import Settings
from engine.footers import read_footers
from engine.notes import Checkpoint
from engine.people import Actor, How
from engine.trail import leaf_hash, root
from notifications.post import Ready, settlement
from notifications.present import NotWanted
from notifications.sorting import SortingOffice
from storage.checkpoints import LockStore
from storage.copying import Parts, copy_all
from storage.database import sqlite_file
from storage.outbox import Settlement, Status
from storage.proofs import read_head, read_leaves
from storage.restoring import Restored, restore_all
from tests.promises.posting import office
from tests.small_body import HandClock, as_it_stands, closing, codes, send
from workflows.restoring import Released

ONCE = ("vote_opened", "outcome")
"""Letters that a person gets once in a decision."""

AT_DESK = Actor(None, How.CLI)


@dataclass
class Dice:
    """Chance that falls the same way for the same seed."""

    seed: int
    thrown: int = 0

    def below(self, number: int) -> int:
        """A whole number from 0 to below this one."""
        self.thrown += 1
        return int.from_bytes(sha256(f"{self.seed}|{self.thrown}".encode()).digest()) % number

    def choice(self, among: Sequence[str]) -> str:
        """One of these."""
        return among[self.below(len(among))]


@dataclass
class Sent:
    """One letter that left: what it is, and the checkpoint that it carries."""

    name: str
    place: tuple[str, str, str, str]  # decision, letter, practice, person
    footer: Checkpoint


@dataclass
class House:
    """A body on disk, its clock, and every letter that ever left it."""

    settings: Settings
    clock: HandClock
    app: App
    sent: list[Sent] = field(default_factory=list)

    @property
    def file(self) -> Path:
        found = sqlite_file(self.settings.storage.url)
        assert found is not None
        return found

    def post(self) -> None:
        """Everything that is due leaves; the relay takes it all."""
        sorting = office(self.app, 25)
        sorting.expand_all()
        while batch := sorting.take():
            self.app.desk.settle([*batch.settled, *(self._send(sorting, r) for r in batch.ready)])

    def _send(self, sorting: SortingOffice, ready: Ready) -> Settlement:
        try:
            sorting.let_go(ready)
        except NotWanted as error:
            return _settled(ready, Status.SKIPPED, str(error))
        self.sent.append(_sent(ready))
        return _settled(ready, Status.ACCEPTED, "250 OK")

    def back_up(self, name: str = "copy") -> Parts:
        parts = parts_at(self.file.parent / "backups" / name)
        documents = self.file.parent / "documents"
        keys, now = self.app.store.keys, self.clock.now()
        copy_all(self.file, keys, documents, parts, now, force=False)
        return parts

    def burn(self) -> None:
        """The program is gone; so may be what it had on disk."""
        self.app.close()

    def restore(
        self, parts: Parts, *, checkpoints_lost: bool = False, key_lost: bool = False
    ) -> Restored:
        done = restore_all(
            places(self.settings),
            self.file.parent / "documents",
            parts,
            random_bytes,
            self.clock.now(),
            force=True,
            checkpoints_lost=checkpoints_lost,
            key_lost=key_lost,
        )
        self.app = build(self.settings, self.clock)
        return done

    def release(self, footers: Sequence[Checkpoint] = ()) -> Released:
        """Release it, and start the program anew, as the operator is told to."""
        released = self.app.restoring.confirm("The disk died.", AT_DESK, footers)
        self.start_again()
        return released

    def start_again(self) -> None:
        self.app.close()
        self.app = build(self.settings, self.clock)

    def leaves(self) -> list[bytes]:
        with self.app.store.database.reading() as reading:
            return [leaf.data for leaf in read_leaves(reading)]

    @property
    def size(self) -> int:
        with self.app.store.database.reading() as reading:
            return read_head(reading).size


def parts_at(path: Path) -> Parts:
    return Parts(
        path, path.with_name(f"{path.name}.keys"), path.with_name(f"{path.name}.documents")
    )


def _sent(ready: Ready) -> Sent:
    claimed = ready.claimed
    mailing = claimed.mailing
    message: Any = message_from_bytes(ready.content, policy=policy.default)
    text = message.get_body(("plain",)).get_content()
    (footer,) = read_footers(text)
    return Sent(
        message["Message-ID"],
        (mailing.decision, mailing.letter, claimed.practice, claimed.person),
        footer,
    )


def _settled(ready: Ready, status: Status, says: str) -> Settlement:
    return settlement(ready.claimed, status, says, ready.contact, ready.message_id)


def leave_hot_log(made: Path) -> None:
    """What SQLite keeps beside a database when a process is killed in the middle of a change."""
    log = made.with_name(f"{made.name}-journal")
    made.parent.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(made)) as left:
        left.executescript("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(20000000));")
        left.execute("PRAGMA cache_size=5")
        left.execute("UPDATE t SET x = zeroblob(19000000)")
        kept = log.read_bytes()
    made.unlink()
    log.write_bytes(kept)


def make_anew(lock_store: Path) -> None:
    """What `quorate init` would do after somebody emptied the store of checkpoints."""
    for end in ("", "-wal", "-shm"):
        lock_store.with_name(lock_store.name + end).unlink(missing_ok=True)
    made = LockStore.make(f"sqlite:///{lock_store}")
    made.identify(random_bytes)
    made.close()


def live_on(house: House, reference: str, dice: Dice, steps: int) -> None:
    """Votes, post, and time that passes, in any order."""
    for _ in range(steps):
        match dice.choice(("vote", "vote", "post", "sweep", "time")):
            case "vote":
                choice = dice.choice(("for", "against", "abstain"))
                role = dice.choice(("lead", "deputy"))
                send(house.app, reference, dice.choice(codes(3)), choice, role=role)
            case "post":
                house.post()
            case "sweep":
                house.app.desk.sweep()
            case "time":
                pass_time(house, dice)


def pass_time(house: House, dice: Dice) -> None:
    house.clock.go_on(timedelta(hours=1 + dice.below(59)))


def live_to_the_end(house: House, reference: str) -> None:
    while as_it_stands(house.app, reference).waiting is not None:
        house.clock.at = max(house.clock.at, closing(house.app, reference))
        house.app.desk.sweep()
    house.post()


def sent_twice(letters: Sequence[Sent]) -> list[str]:
    """Letters that left twice: by Message-ID, or by what a person gets once."""
    names = Counter(letter.name for letter in letters)
    once = Counter(letter.place for letter in letters if letter.place[1] in ONCE)
    return [
        *(f"{name} left {n} times" for name, n in names.items() if n > 1),
        *(f"{place} left {n} times" for place, n in once.items() if n > 1),
    ]


def forks(letters: Sequence[Sent], *histories: Sequence[bytes]) -> list[str]:
    """Checkpoints of one key that no single history holds: what makes a key holder a liar."""
    hashed = [[leaf_hash(data) for data in history] for history in histories]
    roots = [{} for _ in hashed]  # type: list[dict[int, bytes]]
    by_key: dict[bytes, dict[int, bytes]] = {}
    found = []
    for footer in {letter.footer for letter in letters}:
        known = by_key.setdefault(footer.own.key_id, {})
        if known.setdefault(footer.size, footer.root) != footer.root:
            found.append(f"two roots at {footer.size} under one key")
    for key, signed in by_key.items():
        fitting = [
            all(_root_at(hashed[n], roots[n], size) == kept for size, kept in signed.items())
            for n in range(len(hashed))
        ]
        if not any(fitting):
            found.append(f"no one history holds what {key.hex()} signed")
    return found


def _root_at(hashes: Sequence[bytes], known: dict[int, bytes], size: int) -> bytes:
    if size > len(hashes):
        return b""
    if size not in known:
        known[size] = root(hashes[:size])
    return known[size]

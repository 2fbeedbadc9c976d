"""What the demo found when it was over: every figure read from what ran, or counted on the way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.demo.house import House
from app.demo.play import Play
from app.demo.record import Counted, Running
from engine.case import Case
from engine.events import MailIntended
from engine.follow_up import TO_OWNER
from engine.trail import leaf_hash, parse, root, verify_inclusion
from engine.turnaround import working_days_taken
from storage.database import Reading
from storage.decisions import load_decision
from storage.library import Library
from storage.proofs import read_head, read_leaves
from workflows.health import health
from workflows.overview import letters, overview

_NOT_OURS = "calendar"
"""The alarm that the shipped bank holidays run out: no fault of anything that the demo did."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One decision in the end: what `decision show` tells of it, beside what the demo noted."""

    running: Running
    shown: Mapping[str, Any]
    limit: int  # working days, of its workflow
    caught: int  # its letters, as the catcher counted them
    so_far: int  # working days since its opening, to the first outcome or to now
    count: Mapping[str, Any] | None  # of that outcome
    acted_after: tuple[int, ...]  # working days since its opening, for each act of another body

    @property
    def outcome(self) -> Mapping[str, Any] | None:
        """How it ended; None while it is open."""
        found: Mapping[str, Any] | None = self.shown["outcome"]
        return found

    @property
    def result(self) -> str | None:
        """What practices were told came of it; what a challenge did to that is an act beside it."""
        if self.outcome is None:
            return None
        return str(self.shown["held"] or self.outcome["result"])

    @property
    def acts(self) -> tuple[str, ...]:
        """What other bodies did to it, in order."""
        return tuple(act["result"] for act in self.shown["acts"])

    @property
    def working_days(self) -> int | None:
        """From its opening to its outcome, before any challenge of that."""
        return None if self.outcome is None else self.so_far


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a practice holds in its hand: the place of its vote, and the proof of it."""

    leaf: int
    hash: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]

    @property
    def holds(self) -> bool:
        """Whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
        return verify_inclusion(self.hash, self.leaf, self.size, self.path, self.root)


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail in the end: its head as kept, its root as recomputed, and one receipt's proof."""

    size: int
    root: str
    recomputed: str
    types: Mapping[str, int]
    unread: tuple[str, ...]  # letters that were owed to a role which nobody holds
    receipt: Receipt
    receipt_holds: bool  # its proof, against the leaves themselves


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the demo can say of itself."""

    decisions: tuple[Ended, ...]
    letters: Mapping[str, int]
    caught: int
    distinct: int  # Message-IDs among the caught letters
    refused: int  # letters that the catcher refused
    counted: Counted
    trail: Trail
    alarms: tuple[str, ...]


def find(house: House, play: Play) -> Findings:
    """Read what there is to read. The site must still be up: the receipt comes over HTTP."""
    app, catcher = house.app, house.catcher
    caught = Counter(letter.decision for letter in catcher.letters)
    with app.store.database.reading() as reading:
        decisions = [_ended(house, reading, each, caught) for each in play.running.values()]
        every = letters(reading)
        trail = _trail(reading, _receipt(play))
    state = health(app.store, app.rulebook.calendar, app.desk.suspicion(), code=app.desk.code)
    return Findings(
        decisions=tuple(decisions),
        letters=every,
        caught=len(catcher.letters),
        distinct=len({letter.message_id for letter in catcher.letters}),
        refused=catcher.refused.total(),
        counted=play.counted,
        trail=trail,
        alarms=tuple(each["says"] for each in state["alarms"] if not _is_meant(house, each)),
    )


def _is_meant(house: House, alarm: Mapping[str, Any]) -> bool:
    """Whether an alarm belongs to the story: a practice of which nobody is known has to be rung."""
    nobody = f"no letter has reached {house.cast.without};" in alarm["says"]
    return alarm["name"] == _NOT_OURS or (alarm["name"] == "unreached" and nobody)


def _ended(house: House, reading: Reading, running: Running, caught: Mapping[str, int]) -> Ended:
    store, library = house.app.store, house.app.library
    reference, now = running.reference, house.clock.now()
    shown = overview(reading, store.keys, library, reference, now)
    case = library.case(reading, load_decision(reading, store.keys, reference))
    held = case.decision.held
    outcome = held.outcome if held else case.decision.outcome
    end = outcome.at if outcome else now
    return Ended(
        running=running,
        shown=shown,
        limit=_limit(reading, library, case),
        caught=caught.get(reference, 0),
        so_far=_days(case, end),
        count=outcome.count if outcome else None,
        acted_after=tuple(_days(case, act.at) for act in case.decision.acts),
    )


def _days(case: Case, moment: datetime) -> int:
    return working_days_taken(case.calendar, case.decision.opened_at, moment)


def _limit(reading: Reading, library: Library, case: Case) -> int:
    """Of the workflow that led to the outcome: a challenge's own is another."""
    held = case.decision.held
    digest = held.workflow if held else case.decision.workflow
    return library.machinery(reading, digest).workflow.limit


def _receipt(play: Play) -> Receipt:
    """A practice's receipt, fetched by its link: the first of the proofs in it."""
    running = next(each for each in play.running.values() if each.voting and each.seen.over)
    person = play.practices.someone_who_voted(running)
    with play.practices.visit(running.reference, person) as visit:
        blocks = visit.read("/receipt.txt").split("\n\n")
    proof = next(block for block in blocks if block.startswith("leaf "))
    lines = [line.partition(" ")[::2] for line in proof.splitlines()]
    found = dict(lines)
    return Receipt(
        leaf=int(found["leaf"]),
        hash=bytes.fromhex(found["hash"]),
        size=int(found["size"]),
        root=bytes.fromhex(found["root"]),
        path=tuple(bytes.fromhex(value) for key, value in lines if key == "path"),
    )


def _unread(leaves: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Letters for whoever has the next step that had nobody to go to."""
    for leaf in leaves:
        body = leaf["body"]
        if leaf["type"] == MailIntended.type and body["letter"] in TO_OWNER and not body["count"]:
            yield f"{body['decision']}: {body['letter']}"


def _trail(reading: Reading, receipt: Receipt) -> Trail:
    """Hash every leaf anew, and check the receipt against the leaves themselves."""
    head = read_head(reading)
    data = [row.data for row in read_leaves(reading)]
    hashes = [leaf_hash(each) for each in data]
    leaves = [parse(each) for each in data]
    same = receipt.hash == hashes[receipt.leaf] and receipt.root == root(hashes[: receipt.size])
    return Trail(
        size=head.size,
        root=head.root,
        recomputed=root(hashes).hex(),
        types=Counter(leaf["type"] for leaf in leaves),
        unread=tuple(_unread(leaves)),
        receipt=receipt,
        receipt_holds=same and receipt.holds,
    )

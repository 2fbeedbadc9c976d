"""What the demo found when it was over: every figure read from what ran, or counted on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.demo.cast import Cast
from app.demo.house import House
from app.demo.play import Play
from app.demo.record import Counted, Running
from engine.trail import leaf_hash, parse, root, verify_inclusion
from engine.turnaround import working_days_taken
from storage.database import Reading
from storage.decisions import load_decision
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
    so_far: int  # working days since its opening, to its outcome or to now

    @property
    def outcome(self) -> Mapping[str, Any] | None:
        """How it ended; None while it is open."""
        found: Mapping[str, Any] | None = self.shown["outcome"]
        return found

    @property
    def working_days(self) -> int | None:
        """From its opening to its outcome."""
        return None if self.outcome is None else int(self.outcome["working_days"])


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
    state = health(app.store, app.rulebook.calendar, app.desk.suspicion())
    return Findings(
        decisions=tuple(decisions),
        letters=every,
        caught=len(catcher.letters),
        distinct=len({letter.message_id for letter in catcher.letters}),
        refused=catcher.refused.total(),
        counted=play.counted,
        trail=trail,
        alarms=tuple(each["says"] for each in state["alarms"] if each["name"] != _NOT_OURS),
    )


def _ended(house: House, reading: Reading, running: Running, caught: Mapping[str, int]) -> Ended:
    store, library = house.app.store, house.app.library
    reference, now = running.reference, house.clock.now()
    shown = overview(reading, store.keys, library, reference, now)
    case = library.case(reading, load_decision(reading, store.keys, reference))
    end = case.decision.outcome.at if case.decision.outcome else now
    return Ended(
        running=running,
        shown=shown,
        limit=case.machinery.workflow.limit,
        caught=caught.get(reference, 0),
        so_far=working_days_taken(case.calendar, case.decision.opened_at, end),
    )


def _receipt(play: Play) -> Receipt:
    """A practice's receipt, fetched by its link: the first of the proofs in it."""
    running = next(each for each in play.running.values() if each.voting and each.ended)
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


def _trail(reading: Reading, receipt: Receipt) -> Trail:
    """Hash every leaf anew, and check the receipt against the leaves themselves."""
    head = read_head(reading)
    data = [row.data for row in read_leaves(reading)]
    hashes = [leaf_hash(each) for each in data]
    same = receipt.hash == hashes[receipt.leaf] and receipt.root == root(hashes[: receipt.size])
    return Trail(
        size=head.size,
        root=head.root,
        recomputed=root(hashes).hex(),
        types=Counter(parse(each)["type"] for each in data),
        receipt=receipt,
        receipt_holds=same and receipt.holds,
    )


# --- what differs from what the story lays down -------------------------------------------------


def differences(found: Findings, cast: Cast) -> Iterator[str]:
    """Each thing that came out otherwise than it must, in words; none when all is well."""
    for ended in found.decisions:
        for says in _of_decision(ended, cast):
            yield f"{ended.running.reference}: {says}"
    yield from _of_letters(found)
    yield from _of_trail(found)
    yield from (f"health says: {says}" for says in found.alarms)


def _of_decision(ended: Ended, cast: Cast) -> Iterator[str]:
    scene, shown, running = ended.running.scene, ended.shown, ended.running
    result = ended.outcome["result"] if ended.outcome else None
    yield from _unless_same("route", shown["route"], scene.route)
    yield from _unless_same("result", result, scene.result)
    yield from _unless_same("asks a person to look", shown["ask"], scene.in_doubt)
    yield from _unless_same("letters accepted", shown["letters"]["accepted"], ended.caught)
    yield from _unless_same("extensions", running.extensions, int(scene.extended))
    without = [cast.without] if cast.without else []
    yield from _unless_same("without contact", shown["roll"]["without_contact"], without)
    if ended.working_days is not None and ended.working_days > ended.limit:
        yield f"took {ended.working_days} working days, {ended.limit} are allowed"
    if running.voting is not None:
        yield from _of_votes(ended, Counter(running.voting.standing().values()))
        if running.voting.late is not None:
            yield from _unless_same("status of the late vote", running.late_status, 409)


def _of_votes(ended: Ended, standing: Counter[str]) -> Iterator[str]:
    yield from _unless_same("practices that voted", ended.shown["answered"], standing.total())
    if ended.outcome is not None:
        for choice in ("for", "against", "abstain"):
            counted = ended.outcome["count"][choice]
            yield from _unless_same(f"counted {choice}", counted, standing[choice])


def _of_letters(found: Findings) -> Iterator[str]:
    told = found.letters
    yield from _unless_same("letters accepted", told["accepted"], found.caught)
    yield from _unless_same("distinct letters", found.distinct, found.caught)
    yield from _unless_same("letters failed", told["failed"], found.refused)
    yield from _unless_same("letters unsent", told["owed"] + told["ambiguous"], 0)
    yield from _unless_same("reminders to the answered", found.counted.reminders_to_answered, 0)
    quick = any(e.running.voting and e.running.voting.quick for e in found.decisions)
    yield from _unless_same("reminders held back", told["skipped"] > 0, quick)


def _of_trail(found: Findings) -> Iterator[str]:
    trail, counted = found.trail, found.counted
    votes = trail.types.get("vote.cast", 0) + trail.types.get("vote.changed", 0)
    late = sum(e.running.late_status is not None for e in found.decisions)
    yield from _unless_same("votes in the trail", votes, counted.votes)
    yield from _unless_same("late votes in the trail", trail.types.get("vote.rejected", 0), late)
    comments = trail.types.get("comment.received", 0)
    yield from _unless_same("comments in the trail", comments, counted.comments)
    yield from _unless_same("root of the leaves", trail.recomputed, trail.root)
    yield from _unless_same("receipt's proof holds", trail.receipt_holds, expected=True)


def _unless_same(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what}: {found}, and {expected} was expected"

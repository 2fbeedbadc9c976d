"""What the promises forbid, looked for in what happened and in what the trail says of it."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.bootstrap import App
from engine.trail import leaf_hash, parse, root
from storage import tables
from storage.openings import read_openings
from storage.proofs import read_head, read_leaves
from tests.small_body import send
from workflows.answers import NotOpen, Recorded, Reply, TooLate

VOTES = ("vote.cast", "vote.changed")
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One posted vote and what came back; `error` where the machine failed instead of answering."""

    decision: str
    practice: str
    choice: str
    reply: Reply | None
    error: str = ""

    @property
    def acknowledged(self) -> bool:
        return isinstance(self.reply, Recorded)


def attempt(app: App, decision: str, practice: str, choice: str = "for", **who: str) -> Attempt:
    """Vote by the link of the practice's lead, whatever comes of it."""
    try:
        reply = send(app, decision, practice, choice, **who)
    except Exception as error:  # noqa: BLE001 - what came of it is what is looked at
        return Attempt(decision, practice, choice, None, f"{type(error).__name__}: {error}")
    return Attempt(decision, practice, choice, reply)


def read_bodies(app: App, *kinds: str) -> dict[int, Body]:
    """The bodies of the leaves of these types, by number."""
    with app.store.database.reading() as reading:
        values = [parse(leaf.data) for leaf in read_leaves(reading)]
    return {value["n"]: value["body"] for value in values if value["type"] in kinds}


def voting_faults(app: App, attempts: Iterable[Attempt]) -> list[str]:
    """Every way in which these votes were not dealt with as promised."""
    made = list(attempts)
    votes = read_bodies(app, *VOTES)
    closes = read_bodies(app, "phase.closed")
    return [
        *_unanswered(made, {body["decision"] for body in closes.values()}),
        *lost_votes(app, _told_of(made)),
        *_unasked_for(made, votes),
        *_late(votes, closes),
        *_miscounted(app, votes, closes),
        *trail_faults(app),
    ]


def _unanswered(attempts: Iterable[Attempt], closed: Container[str]) -> Iterator[str]:
    """Only what is closed may be refused, and then in words."""
    for made in attempts:
        late = isinstance(made.reply, TooLate | NotOpen) and made.decision in closed
        if not (made.acknowledged or late):
            yield f"{made.practice} on {made.decision} was told {made.reply} {made.error}"


def _told_of(attempts: Iterable[Attempt]) -> Iterator[tuple[str, int]]:
    for made in attempts:
        if isinstance(made.reply, Recorded):
            yield from ((made.practice, leaf) for leaf in made.reply.leaves)


def lost_votes(app: App, acknowledged: Iterable[tuple[str, int]]) -> list[str]:
    """Votes that were acknowledged, each by practice and leaf, and are not in the trail."""
    votes = read_bodies(app, *VOTES)
    return [
        f"{practice} was told of leaf {leaf}, which does not hold its vote"
        for practice, leaf in acknowledged
        if votes.get(leaf, {}).get("practice") != practice
    ]


def _unasked_for(attempts: Iterable[Attempt], votes: Mapping[int, Body]) -> Iterator[str]:
    told = {n for made in attempts if isinstance(made.reply, Recorded) for n in made.reply.leaves}
    for n in votes:
        if n not in told:
            yield f"leaf {n} holds a vote that nobody was told of"


def _late(votes: Mapping[int, Body], closes: Mapping[int, Body]) -> Iterator[str]:
    closed_at = {body["decision"]: n for n, body in closes.items()}
    for n, body in votes.items():
        if n > closed_at.get(body["decision"], n):
            yield f"leaf {n} is a vote on {body['decision']} after its close"


def _miscounted(app: App, votes: Mapping[int, Body], closes: Mapping[int, Body]) -> Iterator[str]:
    """The count in the leaf must be that of the standing answers filed, each by its last leaf."""
    with app.store.database.reading() as reading:
        choices = read_openings(reading, app.store.keys, [(n, "choice") for n in votes])
    for body in closes.values():
        standing: dict[str, str] = {}
        for n, vote in sorted(votes.items()):
            if vote["decision"] == body["decision"]:
                standing[vote["practice"]] = choices[n, "choice"]
        told = [*standing.values()]
        expected = {option: told.count(option) for option in ("for", "against", "abstain")}
        counted = {option: body["count"][option] for option in expected}
        if counted != expected:
            yield f"{body['decision']} counted {counted}, acknowledged were {expected}"


def trail_faults(app: App) -> list[str]:
    """What does not fit between the leaves, their hashes, the head and the standing answers."""
    with app.store.database.reading() as reading:
        leaves = list(read_leaves(reading))
        head = read_head(reading)
        standing = set(reading.execute(select(tables.answer.c.leaf)).scalars())
    found = []
    if [parse(leaf.data)["n"] for leaf in leaves] != list(range(head.size)):
        found.append("the leaves are not numbered from 0 to the head's size")
    if root(leaf_hash(leaf.data) for leaf in leaves).hex() != head.root:
        found.append("the root over the leaves is not the head's")
    times = [parse(leaf.data)["at"] for leaf in leaves]
    if times != sorted(times):
        found.append("time goes back along the trail")
    if not standing <= read_bodies(app, *VOTES).keys():
        found.append("a standing answer has no leaf")
    return found


def closing_faults(app: App, decisions: Iterable[str]) -> list[str]:
    """Decisions whose end was not filed exactly once: the close, the outcome, its letter."""
    found = []
    for kind in ("phase.closed", "outcome.declared", "mail.intent"):
        filed = [
            body["decision"]
            for body in read_bodies(app, kind).values()
            if body.get("letter", "outcome") == "outcome"
        ]
        found += [
            f"{decision} has {filed.count(decision)} {kind}"
            for decision in decisions
            if filed.count(decision) != 1
        ]
    return found

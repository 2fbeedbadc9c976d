"""What an auditor sees of a decision, as plain values: `workflows.audit_pages` draws them.

Instants are in words, London time, as the decision's own calendar has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = tuple[tuple[str, str], ...]
"""Pairs of what a thing is called, and what it is."""


@dataclass(frozen=True, slots=True)
class Turnaround:
    """Working days from opening to outcome, or so far; `limit` is what its workflow promises.

    `finish` is when it ended, or is expected to.
    """

    taken: int
    limit: int
    finish: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision in the list. `result` is empty while there is none."""

    reference: str
    title: str
    state: str
    result: str
    opened: str
    turnaround: Turnaround


@dataclass(frozen=True, slots=True)
class Line:
    """One leaf in words; with `last`, a run of leaves of one kind from `leaf` on."""

    leaf: int
    when: str
    what: str
    said: Words = ()
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule of impact that fired, and why."""

    rule: str
    because: str


@dataclass(frozen=True, slots=True)
class Classification:
    """What was stated, what the table of impact made of it, and what was doubtful."""

    level: str
    route: str
    facts: Words
    fired: tuple[Fired, ...]
    involve: tuple[str, ...]
    doubts: tuple[str, ...]
    leaf: int


@dataclass(frozen=True, slots=True)
class Road:
    """Which way the decision was sent, by which leaf; `reason` is what staff gave."""

    when: str
    leaf: int
    route: str
    workflow: str
    because: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A practice that was asked. `people` are on its list, `voters` of them may cast its vote."""

    practice: str
    name: str
    locality: str
    list_size: int | None
    people: int
    voters: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Letters:
    """One kind of letter in numbers; `failed` has bounced, failed and doubtful ones."""

    letter: str
    owed: int
    accepted: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A practice's vote as it stood at the close; `choice` is empty where it did not vote."""

    practice: str
    name: str
    choice: str
    by: str = ""
    when: str = ""
    leaf: int | None = None
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """One question of one round, once it is closed: the numbers, and every practice's vote."""

    round: int
    question: str
    closed: str
    leaf: int
    numbers: Words
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True, slots=True)
class Interest:
    """A practice's interest, and what was ruled."""

    practice: str
    name: str
    kind: str
    text: str
    ruling: str
    reason: str
    leaf: int


@dataclass(frozen=True, slots=True)
class Act:
    """What a body beside the practices did."""

    who: str
    result: str
    when: str
    leaf: int
    numbers: str
    said: Words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome that stands, in the words that practices were told."""

    result: str
    when: str
    sentences: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Audited:
    """A decision as the audit page shows it."""

    reference: str
    title: str
    summary: str
    state: str
    opened: str
    turnaround: Turnaround
    verdict: Verdict | None
    classification: Classification
    roads: tuple[Road, ...]
    roll: tuple[OnRoll, ...]
    roll_digest: str
    letters: tuple[Letters, ...]
    unreached: tuple[str, ...]
    votes: tuple[Vote, ...]
    open_vote: bool
    interests: tuple[Interest, ...]
    acts: tuple[Act, ...]
    course: tuple[Line, ...]
    questions: Mapping[str, str] = field(default_factory=dict)  # in words, where there are several
    candidates: Mapping[str, str] = field(default_factory=dict)

"""Opening a decision: the events by which it begins, given everything it will keep."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import events
from engine.event import Event
from engine.links import hash_token, make_token
from engine.paper import Paper
from engine.people import Actor
from engine.roll import Roll


@dataclass(frozen=True, slots=True)
class Digests:
    """The files a decision keeps for its whole life, each by SHA-256 (hex) of its bytes."""

    workflow: str
    rules: str
    calendar: str
    roll: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What classification found and what was made of it, ready for the trail."""

    facts: Mapping[str, Any]
    level: str
    route: str
    taken: str  # the route taken: the highest in doubt where `ask` is true
    ask: bool
    fired: tuple[str, ...]
    reasons: tuple[str, ...]
    asks: tuple[str, ...]
    involve: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A decision about to be opened."""

    reference: str
    paper: Paper
    ballot: Mapping[str, tuple[str, ...]]
    finding: Finding
    workflow_name: str
    digests: Digests
    workflows: Mapping[str, str]  # name -> digest of all it may yet be raised to
    roll: Roll
    actor: Actor
    lmc_view: str | None = None


def open_decision(opening: Opening, start: events.PhaseOpened) -> Iterator[Event]:
    """Everything that is filed before the first phase opens, and that phase."""
    by = {"person": opening.actor.person, "how": str(opening.actor.how)}
    yield events.DecisionOpened(
        decision=opening.reference,
        workflow=opening.digests.workflow,
        rules=opening.digests.rules,
        calendar=opening.digests.calendar,
        roll=opening.digests.roll,
        ballot=opening.ballot,
        workflows=opening.workflows,
        title=opening.paper.title,
        summary=opening.paper.summary,
        paper=opening.paper.rest(),
        by=by,
    )
    yield _classified(opening)
    yield events.DecisionRouted(
        decision=opening.reference,
        route=opening.finding.taken,
        workflow=opening.digests.workflow,
        name=opening.workflow_name,
        because=opening.finding.because,
    )
    if opening.lmc_view:
        yield events.LmcRecorded(decision=opening.reference, view=opening.lmc_view, by=by)
    yield start


def _classified(opening: Opening) -> events.DecisionClassified:
    finding = opening.finding
    return events.DecisionClassified(
        decision=opening.reference,
        facts=finding.facts,
        rules=opening.digests.rules,
        level=finding.level,
        route=finding.route,
        ask=finding.ask,
        fired=finding.fired,
        reasons=finding.reasons,
        asks=finding.asks,
        involve=finding.involve,
    )


def issue_links(reference: str, roll: Roll, key: bytes) -> Iterator[events.LinkIssued]:
    """One link for each person of each practice on the roll, generation 1."""
    for line in roll.lines:
        for person in line.persons:
            yield issue_link(
                reference, line.practice, person.person, 1, key, may_cast=person.may_cast
            )


def issue_link(
    reference: str, practice: str, person: str, generation: int, key: bytes, *, may_cast: bool
) -> events.LinkIssued:
    """The event of issuing a link; the token itself is not in it."""
    stored = hash_token(make_token(key, reference, practice, person, generation))
    return events.LinkIssued(
        decision=reference,
        practice=practice,
        person_id=person,
        generation=generation,
        hash=hashlib.sha256(stored).hexdigest(),
        token_hash=stored,
        may_cast=may_cast,
    )

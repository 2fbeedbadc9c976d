"""Acts that need two persons, each signed in: the first proposes, the second makes it so."""

import hashlib
from collections.abc import Mapping
from typing import Any

from engine import events
from engine.case import Case
from engine.people import Actor, How
from engine.refusals import NeedsSecondPerson


def second_word(
    case: Case, actor: Actor, act: str, terms: Mapping[str, Any], reason: str
) -> events.ActProposed | None:
    """The proposal to file; None where this actor is the second person and the act takes effect.

    Raises `NeedsSecondPerson` for whoever is not signed in, or has proposed it themselves.
    """
    if actor.how is not How.SESSION or actor.person is None:
        raise NeedsSecondPerson
    proposal, me = case.decision.proposal, _person_hash(case, actor.person)
    agreed = proposal is not None and (proposal.act, dict(proposal.terms)) == (act, dict(terms))
    if proposal is not None and agreed and proposal.person_hash != me:
        return None
    if agreed:
        raise NeedsSecondPerson("You proposed this; a second person has to agree.")
    return events.ActProposed(
        decision=case.decision.reference,
        act=act,
        terms=terms,
        person_hash=me,
        reason=reason,
        by=actor_value(actor),
    )


def actor_value(actor: Actor) -> dict[str, Any]:
    """The value that a staff leaf's `by` commits to."""
    return {"person": actor.person, "how": str(actor.how)}


def second_hash(case: Case, actor: Actor) -> str | None:
    """Whose the second word was, as `act.proposed` says whose the first: the two differ."""
    return None if actor.person is None else _person_hash(case, actor.person)


def _person_hash(case: Case, person: str) -> str:
    """Tells two persons apart without naming either."""
    return hashlib.sha256(f"{case.decision.reference}|{person}".encode()).hexdigest()

"""A practice challenges how an outcome came about: it is held until that is settled."""

from datetime import datetime

from engine import events
from engine.answering import require_said
from engine.case import Case, Ruling
from engine.commands import Challenge
from engine.refusals import NotChallenged, NotYours
from engine.rerouting import enter_workflow

DISPUTE = "dispute"
"""The workflow that a challenge leads through."""


def challenge_ends(case: Case) -> datetime | None:
    """Until when practices may challenge the outcome; None where they cannot."""
    outcome, days = case.decision.outcome, case.machinery.workflow.challenge
    counts = outcome is not None and outcome.result != "withdrawn"
    if outcome is None or not counts or days is None or case.decision.held is not None:
        return None
    return case.calendar.due(outcome.at, days) if DISPUTE in case.decision.workflows else None


def is_disputed(case: Case) -> bool:
    """Whether a challenge is being heard now."""
    return case.decision.name == DISPUTE and not case.state.is_final


def challenge(case: Case, command: Challenge, now: datetime) -> Ruling:
    """The first challenge holds the outcome up; others, while it is heard, go on record with it."""
    ends = challenge_ends(case)
    in_time = ends is not None and now < ends
    if not in_time and not is_disputed(case):
        raise NotChallenged
    if not command.may_cast:
        raise NotYours
    require_said(command, "Say what was wrong with how this was decided.")
    if command.practice in case.decision.challengers:
        return Ruling()
    raised = events.ChallengeRaised(
        decision=case.decision.reference,
        practice=command.practice,
        text=command.text,
        by=command.by,
    )
    if is_disputed(case):
        return Ruling((raised,))
    because = f"Challenged by {command.practice}; the outcome is held until that is settled."
    return Ruling((raised, *enter_workflow(case, DISPUTE, case.decision.route, because)))

"""Where decisions stand: plain values for the command line, and later for the pages of staff.

The keys are promised to others (`--json`): keys may be added, these stay.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.accounts import unanswered
from engine.acts import possible_acts
from engine.case import Case
from engine.challenges import challenge_ends
from engine.commands import Scope
from engine.decision import ActRecord, Decision, Due, Meeting, Outcome
from engine.definition import Open
from engine.gunning import gunning
from engine.notice import notice_days, notice_words, takes_effect, too_short
from engine.paper import Paper
from engine.quorum import is_at_risk, quorum_so_far, quorum_words
from engine.turnaround import (
    finish,
    finish_from,
    longest_way,
    ordinary_way,
    working_days_taken,
)
from storage.database import Reading
from storage.decisions import list_references, load_decision, read_outcome_words, read_paper
from storage.intake import spoken_name
from storage.keys import Keys
from storage.letter_counts import count_by_status, count_unexpanded
from storage.library import Library
from storage.next_contacts import lost
from storage.outbox import Status
from storage.told import Told, requests_of
from storage.wakes import parked_wakes
from workflows.beside_pages import step_of
from workflows.entries import drawn_value, entry_value
from workflows.instants import instant_json

LIST_LACKS = ("reasons", "actions", "gunning", "requests")
"""What a list of decisions leaves out."""


def overview(
    reading: Reading, keys: Keys, library: Library, reference: str, now: datetime
) -> dict[str, Any]:
    """Everything `decision show` tells of one decision."""
    decision = load_decision(reading, keys, reference, Scope.COMMENTS)
    case = library.case(reading, decision)
    statement, _ = read_outcome_words(reading, keys, reference)
    value = describe(case, read_paper(reading, keys, reference), now, statement)
    parked = [words for words in parked_wakes(reading) if words.startswith(f"{reference}:")]
    if parked:
        value["actions"].append({"name": "retry", "needs": []})
    asked = [_request(told) for told in requests_of(reading, keys, reference)]
    return {
        **value,
        "allowance": entry_value(reading, case, value["allowance"]),
        "requests": asked,
        "unreached": [_practice(case, code) for code in lost(reading, case)],
        "parked": parked,
        "letters": letters(reading, reference),
    }


_ASKED: Mapping[str, str] = {
    "call_in.requested": "call-in",
    "challenge.raised": "challenge",
    "interest.declared": "interest",
}


def _request(told: Told) -> dict[str, Any]:
    """What was asked for in a practice's name, with its words; empty where they are erased."""
    return {
        "asked": _ASKED[told.type],
        "practice": told.body["practice"],
        "at": instant_json(told.at),
        "by": (told.words.get("by") or {}).get("name", ""),
        "text": told.said("text"),
    }


def overviews(
    reading: Reading, keys: Keys, library: Library, now: datetime
) -> list[dict[str, Any]]:
    """The same for every decision, newest first, shorter."""
    every = (
        overview(reading, keys, library, reference, now) for reference in list_references(reading)
    )
    return [{k: v for k, v in each.items() if k not in LIST_LACKS} for each in every]


def describe(
    case: Case, paper: Paper, now: datetime, statement: str | None = None
) -> dict[str, Any]:
    """A decision from its case and its words; `now` tells what is overdue."""
    decision, roll = case.decision, case.roll
    expected, worst = finishes(case)
    silent = [code for code in roll.practices if code not in decision.answered]
    return {
        "reference": decision.reference,
        "title": paper.title,
        "erased": paper.erased,
        "state": decision.state,
        "state_title": case.state.title,
        "workflow": case.machinery.workflow.name,
        "level": decision.level,
        "route": decision.route,
        "ask": decision.ask,
        "asks": list(decision.asks),
        "reasons": [
            {"rule": rule, "because": because}
            for rule, because in zip(decision.fired, decision.reasons, strict=True)
        ],
        "involve": list(decision.involve),
        "opened_at": instant_json(decision.opened_at),
        "roll": {
            "practices": len(roll.lines),
            "digest": decision.roll,
            "without_contact": list(roll.unreachable),
        },
        "deadlines": [_due(due) for due in decision.deadlines],
        "to_come": list(_to_come(case)),
        "waits_for": _waits_for(case, now),
        "expected_finish": instant_json(expected),
        "worst_finish": instant_json(worst),
        "limit": case.machinery.workflow.limit,
        "overdue": "step_overdue" in case.state.letters and decision.waiting is not None,
        "quorum": _quorum(case, now),
        "asked": len(roll.lines),
        "answered": len(decision.answered),
        "silent": [_practice(case, code) for code in silent] if _is_open(case) else [],
        "outcome": None if decision.outcome is None else _outcome(case, paper, decision.outcome),
        "actions": [
            {"name": act.name, "needs": list(act.needs)}
            for act in possible_acts(case, now, two_persons=False)
        ],
        "allowance": drawn_value(case),
        **_beside(case, now),
        **_consulted(case, paper, statement),
    }


def _consulted(case: Case, paper: Paper, statement: str | None) -> dict[str, Any]:
    """How fair the consultation was, what became of comments, and when it takes effect."""
    accounts, outcome = case.decision.accounts, case.decision.outcome
    points = () if paper.erased else gunning(case, paper, statement)
    ends = outcome is None or takes_effect(outcome)
    expected, _ = finishes(case)
    short = too_short(case.calendar, expected, paper.effective) if ends else ()
    return {
        "comments": {"received": len(accounts), "unanswered": list(unanswered(accounts))},
        "gunning": [
            {"point": point.name, "met": point.met, "evidence": point.evidence} for point in points
        ],
        "warnings": [*short, *_voiceless(case)],
        "effective": paper.effective.isoformat() if paper.effective else None,
        "notice": _notice(case, paper),
    }


def _voiceless(case: Case) -> Iterator[str]:
    """Where a vote is asked of practices, those with nobody on the roll who may cast it."""
    codes = case.roll.voiceless
    if codes and case.machinery.workflow.vote is not None and case.decision.outcome is None:
        yield (
            f"Nobody who may cast a vote was known at {', '.join(codes)}; who may is fixed by the "
            "opening, so import whoever it is before a decision is opened."
        )


def _notice(case: Case, paper: Paper) -> dict[str, Any] | None:
    """How long practices have to prepare; known once it is decided."""
    outcome = case.decision.outcome
    if outcome is None or paper.effective is None or not takes_effect(outcome):
        return None
    return {
        "working_days": notice_days(case.calendar, outcome.at, paper.effective),
        "words": " ".join(notice_words(case.calendar, outcome, paper.effective)),
    }


def _beside(case: Case, now: datetime) -> dict[str, Any]:
    """What stands beside the members' own answer: other bodies' acts, call-ins, challenges."""
    decision, ends = case.decision, challenge_ends(case)
    return {
        "owner": case.state.owner,
        "step": _step(case, now),
        "acts": _acts(decision.acts),
        "meetings": [_meeting(decision, meeting) for meeting in decision.meetings],
        "by_hand": len(decision.by_hand),
        "called_in": sorted(decision.called_in),
        "challenged": sorted(decision.challengers),
        "challenge_until": instant_json(ends) if ends and now < ends else None,
        "held": None if decision.held is None else decision.held.outcome.result,
        "interests": [
            {"practice": code, "kind": held.kind, "ruling": held.ruling or None}
            for code, held in sorted(decision.interests.items())
        ],
    }


def _step(case: Case, now: datetime) -> dict[str, Any] | None:
    """Who beside the practices has to act; `otherwise` is where it ends if they do not."""
    step = step_of(case, now)
    return None if step is None else {"who": step.who, "otherwise": step.otherwise}


def _acts(acts: Iterable[ActRecord]) -> list[dict[str, Any]]:
    return [{"body": a.body, "result": a.result, "at": instant_json(a.at)} for a in acts]


def _meeting(decision: Decision, meeting: Meeting) -> dict[str, Any]:
    """A meeting; `votes` are those of its votes by hand that no answer by link has replaced."""
    votes = sum(name == meeting.name for name in decision.by_hand.values())
    attended = list(meeting.attended)
    return {
        "meeting": meeting.name,
        "held_on": meeting.held_on,
        "attended": attended,
        "votes": votes,
    }


def _is_open(case: Case) -> bool:
    """Whether practices can send anything in this state."""
    return case.state.open_for is not Open.NOTHING and not case.state.is_final


def finishes(case: Case) -> tuple[datetime, datetime]:
    """When the decision is expected to end, and when at the latest, from where it stands."""
    workflow, decision = case.machinery.workflow, case.decision
    if decision.outcome is not None:
        return decision.outcome.at, decision.outcome.at
    due = decision.waiting
    ways = (
        ordinary_way(workflow, decision.state),
        longest_way(workflow, decision.state, revote=False),
    )
    if due is None:
        first, last = (finish(case.calendar, decision.opened_at, way) for way in ways)
        return first, last
    left = sum(move.extend or 0 for move in workflow.moves_from(decision.state))
    latest = case.calendar.due(due.due_at, left) if left and not decision.extended else due.due_at
    return (
        finish_from(case.calendar, due.due_at, ways[0]),
        finish_from(case.calendar, latest, ways[1]),
    )


def _quorum(case: Case, now: datetime) -> dict[str, Any] | None:
    """How far a vote that is under way is from its quorum; None where practices do not vote."""
    so_far = quorum_so_far(case) if case.decision.waiting else None
    if so_far is None:
        return None
    return {
        "returned": so_far.returned,
        "needed": so_far.needed,
        "missing": so_far.missing,
        "of": so_far.of,
        "unit": so_far.unit,
        "met": so_far.met,
        "at_risk": is_at_risk(case, now),
        "words": list(quorum_words(so_far)),
    }


def _due(due: Due) -> dict[str, Any]:
    return {
        "name": due.name,
        "due_at": instant_json(due.due_at),
        "state": due.state,
        "status": str(due.status),
        "reminders": [instant_json(moment) for moment in due.remind],
    }


def _to_come(case: Case) -> Iterator[dict[str, Any]]:
    """The deadlines that follow the one that is waited for, on the ordinary way."""
    due, workflow = case.decision.waiting, case.machinery.workflow
    if due is None:
        return
    moment = due.due_at
    for name, days in ordinary_way(workflow, case.decision.state).steps[1:]:
        rule = workflow.states[name].deadline
        moment = case.calendar.due(moment, days)
        if rule is not None:
            yield {"name": rule.name, "state": name, "due_at": instant_json(moment)}


def _waits_for(case: Case, now: datetime) -> str:
    """What the decision waits for, in words."""
    due = case.decision.waiting
    if due is None:
        return "nothing: it has ended"
    words, name = case.calendar.words(due.due_at), due.name.replace("_", " ")
    if now >= due.due_at:
        return f"{name}, due since {words}; the next tick deals with it"
    return f"{name}: {words}"


def _practice(case: Case, code: str) -> dict[str, str]:
    return {"practice": code, "name": spoken_name(case.roll.by_practice[code].name)}


def _outcome(case: Case, paper: Paper, outcome: Outcome) -> dict[str, Any]:
    """The outcome; where it was challenged, the days count to the outcome, not to the ruling."""
    opened, held = case.decision.opened_at, case.decision.held
    first = held.outcome if held else outcome
    return {
        "result": outcome.result,
        "sentence": " ".join(paper.told(outcome.sentences)),
        "at": instant_json(outcome.at),
        "unreached": _named_unreached(case, outcome),
        "count": outcome.count or (first.count if outcome.result == "upheld" else None),
        "acts": _acts(case.decision.acts),
        "working_days": working_days_taken(case.calendar, opened, first.at),
    }


def _named_unreached(case: Case, outcome: Outcome) -> list[dict[str, str]] | None:
    """Whom the outcome says that it did not reach; None where it says nothing of that."""
    codes = outcome.unreached
    return None if codes is None else [_practice(case, code) for code in codes]


def letters(reading: Reading, reference: str | None = None) -> dict[str, int]:
    """How many letters are in which state, of one decision or of all."""
    counts = count_by_status(reading, reference)
    under_way = (Status.OWED, Status.CLAIMED, Status.GOING, Status.DOUBT)
    return {
        "owed": count_unexpanded(reading, reference) + _sum(counts, under_way),
        "accepted": _sum(counts, (Status.ACCEPTED,)),
        "ambiguous": _sum(counts, (Status.AMBIGUOUS,)),
        "bounced": _sum(counts, (Status.BOUNCED,)),
        "failed": _sum(counts, (Status.FAILED,)),
        "skipped": _sum(counts, (Status.SKIPPED,)),
        "parked": _sum(counts, (Status.PARKED,)),
        "held": _sum(counts, (Status.HELD,)) + count_unexpanded(reading, reference, "held"),
    }


def _sum(counts: Mapping[str, int], names: Iterable[str]) -> int:
    return sum(counts.get(name, 0) for name in names)

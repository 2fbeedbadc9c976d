"""What each letter says: from a mailing and its material to the closed set of a letter's values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition import Open
from engine.gunning import gunning
from engine.meaning import meaning_for, without_vote
from engine.meetings import source_of
from engine.next_steps import after_opening, after_outcome
from engine.notice import notice_words
from engine.roll import RollLine
from engine.trail import instant_from_text
from notifications import queries, ringing, writers
from notifications.context import Context, Recorded, personal_link
from notifications.material import Material, RecordedAnswer
from notifications.words import remaining
from storage.intake.names import spoken_name
from storage.mailings import OwedMailing
from storage.register import Contact


@dataclass(frozen=True, slots=True)
class House:
    """Who writes: the organisation, where its pages are, who answers."""

    organisation: str
    base_url: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all letters of a mailing say alike: worked out once, not for each reader."""

    common: Mapping[str, Any]
    written: Mapping[str, Any]


def shared_by_all(house: House, mailing: OwedMailing, material: Material) -> Shared:
    """The values of a mailing that no reader has for themselves."""
    written = _WRITERS.get(mailing.letter, _nothing)(mailing, material)
    return Shared(_common(house, mailing, material), written)


def compose(
    house: House,
    mailing: OwedMailing,
    material: Material,
    practice: str,
    reader: Contact,
    shared: Shared | None = None,
) -> Context:
    """The values of one letter to one reader; `shared` where they were worked out before."""
    shared = shared or shared_by_all(house, mailing, material)
    values = {**shared.common, "person_name": reader.name}
    if practice:
        values |= _to_practice(house, material, material.case.roll.by_practice[practice], reader)
        values |= {"answered": practice in material.case.decision.answered}
        if (
            mailing.letter == "asked_again"
            and (practice, reader.person) not in material.generations
        ):
            values |= {"link": None}  # not on the roll: they are told, and cannot answer
    return Context(**{**values, **shared.written})


def _common(house: House, mailing: OwedMailing, material: Material) -> dict[str, Any]:
    due = mailing.context.get("due_at")
    was = mailing.context.get("was") if mailing.letter == "extended" else None
    return {
        "organisation": house.organisation,
        "reference": mailing.decision,
        "title": material.paper.title,
        "summary": material.paper.summary,
        "contact": material.paper.contact or house.contact or house.organisation,
        "asks": _asks(mailing, material),
        "due_words": _words(material, due),
        "old_due_words": _words(material, was),
        "vkey": material.vkey if _is_first(mailing, material) else "",
        "checkpoint": material.footer,
    }


def _asks(mailing: OwedMailing, material: Material) -> str:
    state = material.case.machinery.workflow.states.get(mailing.context.get("state", ""))
    return "vote" if state is not None and state.open_for is Open.VOTES else "comment"


def _is_first(mailing: OwedMailing, material: Material) -> bool:
    """Whether this is the letter with which the decision reaches a practice first."""
    workflow = material.case.machinery.workflow
    first = workflow.states[workflow.start].letters
    at_first = mailing.letter in first and mailing.context.get("state") == workflow.start
    return at_first and material.why is None


def _words(material: Material, moment: str | None) -> str | None:
    if moment is None:
        return None
    return material.case.calendar.words_with_zone(instant_from_text(moment))


def _to_practice(
    house: House, material: Material, line: RollLine, reader: Contact
) -> dict[str, Any]:
    roll, decision = material.case.roll, material.case.decision
    rule = material.case.machinery.workflow.vote
    meaning = meaning_for(decision.facts, line, rule, roll=roll)
    casting = {person.person: person.may_cast for person in line.persons}
    people = material.people
    return {
        "practice_code": line.practice,
        "practice_name": spoken_name(line.name),
        "may_cast": casting.get(reader.person, False),
        "voters": tuple(people[p].name for p, may in casting.items() if may and p in people),
        "meaning": meaning if rule else without_vote(meaning),
        "on_roll": len(roll.lines),
        "place_on_roll": roll.place[line.practice],
        "roll_digest": decision.roll,
        "link": personal_link(house.base_url),
    }


def _nothing(mailing: OwedMailing, material: Material) -> dict[str, Any]:  # noqa: ARG001
    return {}


def _opened(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    road = writers.road(mailing, material)
    return {
        "reasons": () if road else _reasons(material),
        **_ballot(material),
        "next_steps": after_opening(material.case),
        "road": road,
        "becomes_final": _becomes_final(material),
    }


def _reasons(material: Material) -> tuple[str, ...]:
    decision = material.case.decision
    return material.paper.reasons(decision.reasons, decision.asks)


def _becomes_final(material: Material) -> bool:
    """Whether the decision ends with the step that practices are told of."""
    workflow, state = material.case.machinery.workflow, material.case.state
    name = state.deadline.name if state.deadline else ""
    moves = [move for move in workflow.moves_from(state.name) if move.on == name]
    return all(workflow.states[move.to].is_final for move in moves)


def _ballot(material: Material) -> dict[str, Any]:
    """What is still on the ballot: a proposal may have been taken off, or a run-off be held.

    Nothing where the workflow has no vote.
    """
    if material.case.machinery.workflow.vote is None:
        return {}
    ballot, paper = material.case.decision.ballot, material.paper
    options = {option for each in ballot.values() for option in each}
    return {
        "questions": tuple(words for name, words in paper.asked.items() if name in ballot),
        "dropped": tuple(words for name, words in paper.asked.items() if name not in ballot),
        "candidates": tuple(name for id_, name in paper.candidates.items() if id_ in options),
    }


def _reminder(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    return {
        "remaining": remaining(material.case, mailing.at, mailing.context["due_at"]),
        "renewed": "renewed" in mailing.context,
    }


def _extended(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """Why a time moved; a time by which only others have to act asks nothing of practices."""
    because = mailing.context.get("because")
    given = material.moved.said("reason") if material.moved else ""
    state = material.case.machinery.workflow.states.get(mailing.context.get("state", ""))
    if state is not None and state.open_for is Open.NOTHING:
        waits = {"asks": "wait", "stands": writers.sentence_of(state.title)}
    else:
        waits = {}
    return {
        "reason": because or "A bank holiday was announced that falls within the time.",
        "reason_given": given,
        **waits,
    }


def _receipt(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    answers = material.answers
    comment = next((a for a in answers if a.question is None), None)
    last = answers[-1] if answers else None
    return {
        "choices": tuple(
            Recorded(_choice(material, a), a.leaf, material.paper.asked.get(a.question, ""))
            for a in answers
            if a.question is not None
        ),
        "comment": comment.text if comment else "",
        "comment_leaf": comment.leaf if comment else None,
        "changed": bool(mailing.context.get("changed")),
        "asked": mailing.context.get("asked", ""),
        "by_hand": source_of(last.name) if last and mailing.context.get("meeting") else "",
        **(_answered(material, last) if last else {}),
    }


def _choice(material: Material, answer: RecordedAnswer) -> str:
    """A candidate's name, or the option as a word."""
    return material.paper.candidates.get(answer.text) or answer.text.capitalize()


def _answered(material: Material, last: RecordedAnswer) -> dict[str, Any]:
    holder = material.people.get(last.person)
    return {
        "answered_by": f"{last.name}, {last.role}" if last.role else last.name,
        "link_of": holder.name if holder else "a former contact",
        "recorded_words": material.case.calendar.words_with_zone(last.at),
    }


def _outcome(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    told, case = material.outcome, material.case
    outcome, held = case.decision.outcome, case.decision.held
    counted = any(each.count for each in (outcome, held.outcome if held else None) if each)
    statement = told.said("statement") if told else ""
    concluded = outcome is not None and outcome.result == "concluded" and bool(statement)
    points = gunning(case, material.paper, statement) if concluded else ()
    notice = notice_words(case.calendar, outcome, material.paper.effective) if outcome else ()
    return {
        "asks": "vote" if counted else "comment",
        "result": outcome.result if outcome else None,
        "outcome": material.paper.told(outcome.sentences) if outcome else (),
        "statement": statement,
        "comments_answered": concluded and bool(case.decision.accounts),
        "consulted": tuple(point.words for point in points),
        "road": writers.road(mailing, material),
        **writers.done(material),
        "next_steps": (*after_outcome(case), *notice),
    }


def _withdrawn(mailing: OwedMailing, material: Material) -> dict[str, Any]:  # noqa: ARG001
    told, done = material.outcome, writers.done(material)
    reason = told.said("reason") if told else ""
    return {**done, "reason": reason or done.get("reason") or f"{material.case.state.title}."}


def _reply_received(mailing: OwedMailing, material: Material) -> dict[str, Any]:  # noqa: ARG001
    return {"form": mailing.context["form"]}


_WRITERS: Mapping[str, Any] = {
    "reply_received": _reply_received,
    "notice": _opened,
    "consultation_opened": _opened,
    "vote_opened": _opened,
    "reminder": _reminder,
    "asked_again": _reminder,
    "extended": _extended,
    "receipt": _receipt,
    "outcome": _outcome,
    "withdrawn": _withdrawn,
    "step_due": writers.step_due,
    "step_overdue": writers.step_overdue,
    "acted": writers.acted,
    "challenged": writers.challenged,
    "ruled": writers.ruled,
    "rerouted": writers.rerouted,
    "silent_practices": ringing.silent_practices,
    "quorum_at_risk": ringing.quorum_at_risk,
    "query_raised": queries.raised,
    "query_overdue": queries.overdue,
    "query_answered": queries.answered,
}

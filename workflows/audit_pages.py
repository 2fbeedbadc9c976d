"""Drawing what an auditor reads: from leaves, and from projections only where these add numbers.

Opened with the committee's rights: see `storage.course`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from engine.case import Case
from engine.commands import Scope
from engine.naming import body_words
from engine.paper import Paper
from engine.turnaround import working_days_taken
from storage.course import read_course
from storage.database import Reading
from storage.decisions import list_references, load_decision, read_paper, references
from storage.intake.names import spoken_name
from storage.keys import Keys
from storage.letter_counts import count_by_letter
from storage.library import Library
from storage.next_contacts import lost
from storage.outbox import Status
from storage.told import Told
from workflows import audit
from workflows.audit_votes import COUNTED, has_open_vote, votes
from workflows.beside_pages import standing_outcome
from workflows.leaf_words import Names, leaf_words, letter_words
from workflows.overview import finishes

_RUNS = frozenset({"link.issued", "link.revoked"})
"""Kinds of which a run is one line: each of them says the same of another practice."""

_SAID = {
    "text": "In their words",
    "reason": "The reason given",
    "statement": "Statement",
    "record": "Record",
    "view": "The view",
    "place": "Where",
    "minute": "Minute",
    "views": "What was said",
}
"""The words behind commitments that are shown beside a leaf, and what they are called."""


def list_decisions(
    reading: Reading, keys: Keys, library: Library, now: datetime
) -> tuple[audit.Listed, ...]:
    """Every decision with state, result and turnaround, newest first."""
    return tuple(
        _listed(library.case(reading, load_decision(reading, keys, reference)), paper, now)
        for reference in list_references(reading)
        for paper in (read_paper(reading, keys, reference),)
    )


def _listed(case: Case, paper: Paper, now: datetime) -> audit.Listed:
    decision = case.decision
    outcome = standing_outcome(case)
    return audit.Listed(
        reference=decision.reference,
        title=paper.title,
        state=case.state.title,
        result=outcome.result if outcome else "",
        opened=case.calendar.words(decision.opened_at),
        turnaround=_turnaround(case, now),
    )


def _turnaround(case: Case, now: datetime) -> audit.Turnaround:
    """Days count to the outcome, not to the ruling where it was challenged."""
    decision = case.decision
    held = decision.held.outcome if decision.held else decision.outcome
    ended = held.at if held else now
    taken = working_days_taken(case.calendar, decision.opened_at, ended)
    finish = held.at if held else finishes(case)[0]
    return audit.Turnaround(taken, _own_workflow(case).limit, case.calendar.words(finish))


def _own_workflow(case: Case) -> Any:  # noqa: ANN401 - the workflow, whichever road it is on now
    """The workflow that was to carry the decision: while a challenge is heard, the one held."""
    held = case.decision.held
    return (case.machinery_of(held.workflow) if held else case.machinery).workflow


def audit_page(
    reading: Reading, keys: Keys, library: Library, reference: str, now: datetime
) -> audit.Audited | None:
    """A decision from its first leaf to its last; None where there is none of this reference."""
    if reference not in references(reading):
        return None
    case = library.case(reading, load_decision(reading, keys, reference, Scope.COMMENTS))
    paper, course = read_paper(reading, keys, reference), read_course(reading, keys, reference)
    names, decision = _names(case, paper), case.decision
    return audit.Audited(
        reference=reference,
        title=paper.title,
        summary=paper.summary,
        state=case.state.title,
        opened=case.calendar.words(decision.opened_at),
        turnaround=_turnaround(case, now),
        verdict=_verdict(case, paper, course),
        classification=_classification(course),
        roads=tuple(_roads(course, names)),
        roll=tuple(_roll(case)),
        roll_digest=decision.roll,
        letters=tuple(_letters(count_by_letter(reading, reference))),
        unreached=lost(reading, case),
        votes=tuple(votes(case, course)),
        open_vote=has_open_vote(case, course),
        interests=tuple(_interests(course, names)),
        acts=tuple(_acts(course, names)),
        course=tuple(_lines(course, names)),
        questions=paper.asked,
        candidates=paper.candidates,
    )


def _names(case: Case, paper: Paper) -> Names:
    """What everything is called on every road that the decision may take."""
    decision = case.decision
    digests = {decision.workflow, *decision.workflows.values()}
    workflows = [case.machinery_of(digest).workflow for digest in sorted(digests)]
    titles = {state.name: state.title for each in workflows for state in each.states.values()}
    own = {state.name: state.title for state in case.machinery.workflow.states.values()}
    return Names(
        practices={line.practice: spoken_name(line.name) for line in case.roll.lines},
        states=titles | own,
        workflows={each.name: each.title for each in workflows},
        words=case.calendar.words,
        sentences=paper.told,
    )


# --- the course ---------------------------------------------------------------------------------


def _lines(course: Sequence[Told], names: Names) -> Iterator[audit.Line]:
    for kind, group in groupby(course, key=lambda told: told.type):
        run = list(group)
        if kind in _RUNS and len(run) > 1:
            did = "issued" if kind == "link.issued" else "revoked"
            what = f"{len(run)} links were {did}, each to one person of a practice"
            yield audit.Line(run[0].leaf, names.words(run[0].at), what, last=run[-1].leaf)
        else:
            yield from (_line(told, names) for told in run)


def _line(told: Told, names: Names) -> audit.Line:
    what = leaf_words(told, names)
    return audit.Line(told.leaf, names.words(told.at), what, tuple(_said(told)))


def _said(told: Told) -> Iterator[tuple[str, str]]:
    """The words that came with a leaf, and who gave them; that they were erased, where so."""
    for field, called in _SAID.items():
        words = told.said(field)
        if words:
            yield called, words
    name = (told.words.get("by") or {}).get("name")
    if name and "text" in told.body:
        yield "By", name


# --- how it was sent on its way -----------------------------------------------------------------


def _classification(course: Sequence[Told]) -> audit.Classification:
    told = next(told for told in course if told.type == "decision.classified")
    body = told.body
    fired = zip(body["fired"], body["reasons"], strict=True)
    return audit.Classification(
        level=body["level"],
        route=body["route"],
        facts=tuple((_spoken(name), _value(value)) for name, value in body["facts"].items()),
        fired=tuple(audit.Fired(_spoken(rule), because) for rule, because in fired),
        involve=tuple(body_words(name) for name in body["involve"]),
        doubts=tuple(body["asks"]),
        leaf=told.leaf,
    )


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _roads(course: Sequence[Told], names: Names) -> Iterator[audit.Road]:
    reason = ""
    for told in course:
        if told.type == "override":
            reason = told.said("reason")
        if told.type == "decision.routed":
            body = told.body
            workflow = names.workflows.get(body["name"], _spoken(body["name"]))
            because = body["because"]
            when = names.words(told.at)
            yield audit.Road(when, told.leaf, body["route"], workflow, because, reason)
            reason = ""


# --- who was asked, and what they said ----------------------------------------------------------


def _roll(case: Case) -> Iterator[audit.OnRoll]:
    for line in case.roll.lines:
        yield audit.OnRoll(
            practice=line.practice,
            name=spoken_name(line.name),
            locality=spoken_name(line.locality),
            list_size=line.list_size,
            people=len(line.persons),
            voters=sum(person.may_cast for person in line.persons),
            answered=line.practice in case.decision.answered,
        )


_UNDER_WAY = (Status.OWED, Status.CLAIMED, Status.GOING, Status.DOUBT)
_LOST = (Status.FAILED, Status.BOUNCED, Status.AMBIGUOUS, Status.PARKED)


def _letters(counts: Mapping[tuple[str, str], int]) -> Iterator[audit.Letters]:
    for letter in dict.fromkeys(name for name, _ in counts):

        def number(statuses: Iterable[Status], name: str = letter) -> int:
            return sum(counts.get((name, str(status)), 0) for status in statuses)

        yield audit.Letters(
            letter=letter_words(letter),
            owed=number(_UNDER_WAY),
            accepted=number((Status.ACCEPTED,)),
            failed=number(_LOST),
            skipped=number((Status.SKIPPED,)),
        )


# --- beside the practices' own answer -----------------------------------------------------------


def _interests(course: Sequence[Told], names: Names) -> Iterator[audit.Interest]:
    """Every interest declared, with the ruling that stands; a later declaration comes anew."""
    for told in course:
        if told.type != "interest.declared":
            continue
        code = told.body["practice"]
        ruling = _ruling(course, code, told.leaf)
        yield audit.Interest(
            practice=code,
            name=names.practices.get(code, ""),
            kind=told.body["kind"],
            text=told.said("text"),
            ruling=_spoken(ruling.body["ruling"]) if ruling else "",
            reason=ruling.said("reason") if ruling else "",
            leaf=told.leaf,
        )


def _ruling(course: Sequence[Told], practice: str, after: int) -> Told | None:
    rulings = (
        told
        for told in reversed(course)
        if told.type == "interest.ruled" and told.body["practice"] == practice and told.leaf > after
    )
    return next(rulings, None)


def _acts(course: Sequence[Told], names: Names) -> Iterator[audit.Act]:
    for told in course:
        if told.type == "body.acted":
            within = told.body.get("votes") or {}
            order = sorted(within, key=lambda name: (*COUNTED, name).index(name))
            numbers = ", ".join(f"{within[name]} {_spoken(name)}" for name in order)
            yield audit.Act(
                who=body_words(told.body["body"]),
                result=told.body["result"],
                when=names.words(told.at),
                leaf=told.leaf,
                numbers=numbers,
                said=tuple(_said(told)),
            )


def _verdict(case: Case, paper: Paper, course: Sequence[Told]) -> audit.Verdict | None:
    outcome = standing_outcome(case)
    if outcome is None:
        return None
    statements = [
        told.said("statement")
        for told in course
        if told.type == "outcome.declared" and told.at == outcome.at
    ]
    return audit.Verdict(
        result=outcome.result,
        when=case.calendar.words(outcome.at),
        sentences=paper.told(outcome.sentences),
        statement=statements[-1] if statements else "",
    )

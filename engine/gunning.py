"""The four Gunning points of a fair consultation, from what is on record: nothing is asserted.

R v Brent LBC ex parte Gunning (1985) 84 LGR 168: asked at a formative stage, with enough reasons,
with adequate time, and conscientiously taken into account. A point is null until it can be known.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.accounts import DISPOSITIONS, unanswered
from engine.candidates import candidate_name
from engine.case import Case
from engine.decision import Outcome, Phase
from engine.definition import Open, State, Workflow
from engine.paper import Paper
from engine.statement import REASONS, read_statement
from engine.working_days import day_words


@dataclass(frozen=True, slots=True)
class Point:
    """One of the four: its name, whether it is met (None: not yet known), and what shows it."""

    name: str
    met: bool | None
    evidence: str

    @property
    def words(self) -> str:
        """The point for a reader; what is not met is said, not left out."""
        name = self.name.capitalize()
        return (
            f"{name}, not met: {self.evidence}" if self.met is False else f"{name}: {self.evidence}"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A state in which practices could answer; `over` tells whether its end is past or to come."""

    state: State
    start: datetime
    end: datetime
    over: bool


def gunning(case: Case, paper: Paper, statement: str | None = None) -> tuple[Point, ...]:
    """The four points. The case's accounts must be loaded; `statement` is the outcome's.

    None where the road never asks practices, as urgent powers do not: there is nothing to be fair.
    """
    if all(state.open_for is Open.NOTHING for state in _workflow(case).states.values()):
        return ()
    asked = tuple(_asked(case))
    return (
        _formative(case, paper, asked),
        _reasons(case, paper),
        _time(case, asked),
        _account(case, statement),
    )


def _asked(case: Case) -> Iterator[Asked]:
    """The states that were open to practices, in order. One of a former workflow may be unknown."""
    decision, workflow = case.decision, _workflow(case)
    states, outcome = workflow.states, _outcome(case)
    phases = decision.phases or (Phase(workflow.start, decision.opened_at),)
    for n, phase in enumerate(phases):
        state = states.get(phase.state)
        if state is None or state.open_for is Open.NOTHING:
            continue
        following = phases[n + 1].at if n + 1 < len(phases) else None
        left = following or (outcome.at if outcome else None)
        end = _end(case, phase, left)
        if end is not None:
            yield Asked(state, phase.at, end, left is not None)


def _workflow(case: Case) -> Workflow:
    """The road on which practices were asked: a challenge of the outcome is heard on another."""
    held = case.decision.held
    return case.machinery_of(held.workflow).workflow if held else case.machinery.workflow


def _outcome(case: Case) -> Outcome | None:
    """What came of asking them, whatever a challenge then did to that."""
    held = case.decision.held
    return held.outcome if held else case.decision.outcome


def _end(case: Case, phase: Phase, left: datetime | None) -> datetime | None:
    """When answers stopped: at the phase's last deadline, or when it was left before that."""
    own = [due.due_at for due in case.decision.deadlines if due.state == phase.state]
    dues = [due for due in own if due > phase.at and (left is None or due <= left)]
    return dues[-1] if dues else left


def _formative(case: Case, paper: Paper, asked: tuple[Asked, ...]) -> Point:
    comments = [each for each in asked if each.state.open_for is Open.COMMENTS]
    name, workflow = "formative stage", _workflow(case)
    if not comments:
        possible = any(state.open_for is Open.COMMENTS for state in workflow.states.values())
        to_come = possible and _outcome(case) is None
        says = "Practices have not been asked for comments"
        return Point(name, None if to_come else False, f"{says}{' yet' * to_come}.")
    first, outcome = comments[0], _outcome(case)
    before = outcome is None or first.start < outcome.at
    when = "before" if before else "after"
    were, could = ("were", "could") if first.over else ("are", "can")
    evidence = (
        f"Comments {were} asked for from {day_words(case.calendar.day_of(first.start))}, {when} "
        f"anything was decided, and {could} change it until {case.calendar.words(first.end)}. "
    )
    return Point(name, before, evidence + _options(case, paper))


def _options(case: Case, paper: Paper) -> str:
    if _workflow(case).vote is None:
        return "Practices answered in their own words."
    options = dict.fromkeys(option for each in case.decision.ballot.values() for option in each)
    named = (paper.candidates.get(option, candidate_name(option)) for option in options)
    return f"The options on the ballot: {', '.join(named)}."


def _reasons(case: Case, paper: Paper) -> Point:
    words, why = len(paper.summary.split()), len(case.decision.reasons)
    evidence = (
        f"The paper had a summary of {_counted(words, 'word')}, "
        f"{_counted(len(paper.documents), 'document')}, and "
        f"{_counted(why, 'reason')} why practices were asked."
    )
    return Point("enough reasons", bool(words and why), evidence)


def _time(case: Case, asked: tuple[Asked, ...]) -> Point:
    """Met where practices had all the working days that the workflow promises."""
    name, calendar = "adequate time", case.calendar
    if not asked:
        ended = _outcome(case) is not None
        says = "Practices were not asked." if ended else "Practices have not been asked yet."
        return Point(name, False if ended else None, says)
    told, enough = [], True
    for each in asked:
        start, end = calendar.day_of(each.start), calendar.day_of(each.end)
        days = calendar.working_days_between(start, end)
        promised = each.state.deadline.after if each.state.deadline else 0
        enough = enough and days >= promised
        what = "to vote" if each.state.open_for is Open.VOTES else "for comments"
        told.append(f"{_counted(days, 'working day')} {what}, until {calendar.words(each.end)}")
    known = all(each.over for each in asked)
    have = "had" if known else "have"
    evidence = f"Practices {have} {'; '.join(told)}.{_unreached(case)}"
    return Point(name, enough if known else None, evidence)


def _unreached(case: Case) -> str:
    """Practices that nobody could write to when it opened, by code."""
    codes = case.roll.unreachable
    return f" Nobody could be written to at {', '.join(codes)}." if codes else ""


def _account(case: Case, statement: str | None) -> Point:
    """Met once an outcome answers every comment; members who voted decided for themselves."""
    name, outcome = "conscientious account", _outcome(case)
    told, left = _answers(case), unanswered(case.decision.accounts)
    if outcome is None or outcome.result == "withdrawn":
        return Point(name, None, told)
    if outcome.count is not None:
        return Point(name, True, f"{told} Practices decided it by their own votes.")
    if outcome.result != "concluded":
        return Point(name, not left, told)
    if statement is None:
        return Point(name, None, f"{told} The outcome statement can no longer be read.")
    reasoned = any(part.title == REASONS for part in read_statement(statement))
    gives = "gives reasons" if reasoned else "gives no reasons"
    return Point(name, reasoned and not left, f"{told} The outcome statement {gives}.")


def _answers(case: Case) -> str:
    accounts = case.decision.accounts
    if not accounts:
        return "No practice has sent a comment."
    counts = Counter(each.disposition for each in accounts)
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in DISPOSITIONS if counts[kind])
    done = len(accounts) - counts[""]
    told = f"{done} of {_counted(len(accounts), 'comment')} answered"
    return f"{told}: {kinds}." if kinds else f"{told}."


def _counted(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'s' * (number != 1)}"

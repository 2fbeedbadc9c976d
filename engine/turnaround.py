"""How long a workflow can take: the longest and the ordinary way, in working days and in dates.

The ordinary way takes the first move written in each state, and no extension. The longest way
takes the move that costs most, every extension that its guard allows (once a decision), and the
re-vote that may be ordered after a vote without a quorum (once, and without an extension); how long
an act after an outcome is waited for no definition says, so it counts from the day it is done.
"""

from dataclasses import dataclass
from datetime import date, datetime

from engine.definition import Move, Workflow
from engine.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Way:
    """States passed through, each with the working days spent there."""

    steps: tuple[tuple[str, int], ...]

    @property
    def days(self) -> int:
        """Working days from entering the first state to the end."""
        return sum(days for _, days in self.steps)


def ordinary_way(workflow: Workflow, state: str | None = None) -> Way:
    """The way a decision goes when nothing is late and nobody is silent."""
    here = workflow.states[state or workflow.start]
    if here.deadline is None:
        return Way(())  # the decision has ended; what other bodies do later is beside it
    first = next(move for move in workflow.moves_from(here.name) if _is_ordinary(move))
    rest = ordinary_way(workflow, first.to)
    return Way(((here.name, here.deadline.after), *rest.steps))


def _is_ordinary(move: Move) -> bool:
    """Candidates who are all elected without a vote are the exception, though asked for first."""
    return not move.extend and "unopposed" not in move.when


def longest_way(workflow: Workflow, state: str | None = None, *, revote: bool = True) -> Way:
    """The way that takes most working days. The definition must have passed `engine.check`.

    Without `revote`, the longest that nobody has to order: a re-vote is a leaf of its own.
    """
    return _longest(workflow, state or workflow.start, extend=True, revote=revote)


def _longest(workflow: Workflow, state: str, *, extend: bool, revote: bool) -> Way:
    here = workflow.states[state]
    moves = tuple(workflow.moves_from(state))
    days = here.deadline.after if here.deadline else 0
    days += sum(move.extend or 0 for move in moves) if extend else 0
    rests = [
        _longest(workflow, move.to, extend=extend and not again, revote=revote and not again)
        for move in moves
        if not move.extend and ((again := move.on == "revote") <= revote)
    ]
    rest = max(rests, key=lambda way: way.days, default=Way(()))
    return Way(((state, days), *rest.steps)) if days or rest.days else Way(())


def finish(calendar: Calendar, opened: datetime, way: Way) -> datetime:
    """When a decision opened at this instant ends, going this way."""
    due = opened
    for _, days in way.steps:
        due = calendar.due(due, days)
    return due


def finish_from(calendar: Calendar, due: datetime, way: Way) -> datetime:
    """When a decision ends whose present state, the way's first step, ends at `due`."""
    return finish(calendar, due, Way(way.steps[1:]))


def working_days_taken(calendar: Calendar, opened: datetime, ended: datetime) -> int:
    """Working days from opening to outcome, by London dates; the opening's day never counts."""
    start, end = (_london_date(calendar, moment) for moment in (opened, ended))
    return calendar.working_days_between(start, end)


def _london_date(calendar: Calendar, moment: datetime) -> date:
    return calendar.london(moment)[0]

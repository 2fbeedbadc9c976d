"""Whether a vote that is still open may come to its close without a quorum, in plain numbers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.areas import count_areas
from engine.case import Case
from engine.decision import Due
from engine.definition import Open
from engine.electors import electors_of
from engine.held import ABSTAIN, hold
from engine.reminding import silent
from engine.shares import Test, counted, listed

LATE = 2
"""Working days left from which a vote without a quorum is at risk."""

HOPELESS = 4
"""Before that it is told only where not one in so many of the answers needed has come."""


@dataclass(frozen=True, slots=True)
class QuorumSoFar:
    """How far a quorum is reached: in practices, or in the votes or patients it is a share of.

    `most` is what it comes to if every practice that can be written to answers; `areas` are the
    localities that lack a quorum of their own where the rule asks for one.
    """

    returned: int
    needed: int
    of: int
    unit: str
    most: int
    met: bool
    areas: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.returned)

    @property
    def hopeless(self) -> bool:
        """Whether it can hardly come about any more by letters alone."""
        return self.most < self.needed or self.returned * HOPELESS < self.needed


def quorum_so_far(case: Case) -> QuorumSoFar | None:
    """How far the quorum is; None where practices are not voting."""
    rule = case.machinery.workflow.vote
    if rule is None or case.state.open_for is not Open.VOTES:
        return None
    electors = electors_of(case.roll.lines, case.decision.excluded, rule.weight)
    entitled = {elector.practice for elector in electors}
    lines = case.roll.by_practice

    def reached(practices: Collection[str]) -> Test:
        answers = dict.fromkeys(entitled.intersection(practices), ABSTAIN)
        return hold(rule, electors, answers).returned(rule.quorum)

    test = reached(case.decision.answered)
    can = {code for code in silent(case) if lines[code].has_contact}
    answers = dict.fromkeys(entitled & case.decision.answered, ABSTAIN)
    areas = count_areas(rule, electors, answers, {line.locality for line in case.roll.lines})
    short = tuple(area.name for area in areas if not area.quorate)
    return QuorumSoFar(
        returned=test.numerator,
        needed=_needed(test),
        of=test.denominator,
        unit=test.base_words,
        most=reached(case.decision.answered | can).numerator,
        met=test.met and not short,
        areas=short,
    )


def _needed(test: Test) -> int:
    """The fewest that reach the quorum."""
    whole, rest = divmod(test.needed_percent * test.denominator, 100)
    return whole + 1 if rest or test.strict else max(whole, 1)


def is_at_risk(case: Case, now: datetime) -> bool:
    """Whether a person should look: two working days or fewer are left, or it is hopeless."""
    due, so_far = case.decision.waiting, quorum_so_far(case)
    if due is None or so_far is None or so_far.met or now >= due.due_at:
        return False
    return _is_late(case, due, now) or so_far.hopeless


def must_warn(case: Case, now: datetime) -> bool:
    """The same at a reminder's moment, once before the last two working days and once in them."""
    due = case.decision.waiting
    if due is None or not due.remind or not is_at_risk(case, now):
        return False
    told = [moment for moment in case.decision.warned if moment >= due.remind[0]]
    if _is_late(case, due, now):
        return not any(_is_late(case, due, moment) for moment in told)
    return not told


def _is_late(case: Case, due: Due, moment: datetime) -> bool:
    day_of = case.calendar.day_of
    return case.calendar.working_days_between(day_of(moment), day_of(due.due_at)) <= LATE


def quorum_words(so_far: QuorumSoFar) -> tuple[str, ...]:
    """The same in plain sentences."""
    voted = "has voted" if so_far.returned == 1 else "have voted"
    if so_far.unit != "practices":
        voted = "have been heard"
    came = f"{so_far.returned:,} of {counted(so_far.of, so_far.unit)} {voted}"
    if so_far.missing:
        need = f"{so_far.needed:,} are needed for a quorum, so {so_far.missing:,} more"
    else:
        need = f"{so_far.needed:,} are needed for a quorum, which is reached"
    said = [f"{came}; {need}."]
    if so_far.areas:
        named = listed(tuple(area or "practices without a locality" for area in so_far.areas))
        said.append(f"Too few have answered in {named}, where a quorum is needed too.")
    if so_far.most < so_far.needed:
        said.append(
            f"Even if every practice that can be written to answers, it comes to {so_far.most:,}."
        )
    return tuple(said)

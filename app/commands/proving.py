"""What `workflow prove` shows, as JSON and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from app.commands.lengthening import longer_value, tell_longer
from engine.definition import Workflow
from engine.lengthening import lengthened
from engine.proof import SIX_WEEKS, SIX_WEEKS_WORKING, Proof, Stretch
from engine.turnaround import Way
from engine.working_days import Calendar, day_words


@dataclass(frozen=True, slots=True)
class Against:
    """What proofs are held against: the body's own limit, and the workflows they may lead to."""

    limit: int
    others: Mapping[str, Workflow]

    def over(self, proof: Proof) -> str:
        """Which limit a definition can exceed, in a sentence; empty where it keeps both."""
        name, limit = proof.workflow.name, proof.workflow.limit
        if not proof.within_limit:
            taken = _taken(proof.ordered)
            return f"{name} can take {taken}, more than its limit of {limit}."
        if not proof.is_within(self.limit):
            own = f"the {self.limit} of [turnaround] limit_working_days"
            return f"{name} can take {_taken(proof.longest)}, more than {own}."
        return ""


def _taken(way: Way) -> str:
    told = " + ".join(f"{state} {days}" for state, days in way.steps)
    return f"{way.days} working days ({told})"


def proof_value(proof: Proof, against: Against) -> dict[str, Any]:
    """A proof as `--json` prints it."""
    workflow = proof.workflow
    return {
        "name": workflow.name,
        "title": workflow.title,
        "openings": {"from": str(proof.first), "to": str(proof.last), "days": proof.openings},
        "ordinary_days": proof.ordinary.days,
        "longest_days": proof.longest.days,
        "revote_days": proof.ordered.days if proof.has_revote else None,
        "limit_days": workflow.limit,
        "within_limit": proof.within_limit,
        "body_limit_days": against.limit,
        "within_body_limit": proof.is_within(against.limit),
        "most_calendar_days": proof.calendar_days,
        **_worst(proof.worst),
        "below_six_weeks": {
            "working_days": proof.longest.days < SIX_WEEKS_WORKING,
            "calendar_days": proof.calendar_days < SIX_WEEKS,
        },
        "revote": _revote(proof) if proof.has_revote else None,
        "states": [_state(proof, each) for each in proof.worst],
        "apart": [longer_value(each) for each in lengthened(workflow, against.others)],
    }


def _worst(walked: Sequence[Stretch]) -> dict[str, Any]:
    return {
        "worst_opening": str(walked[0].begins) if walked else None,
        "worst_end": str(walked[-1].until) if walked else None,
    }


def _revote(proof: Proof) -> dict[str, Any]:
    """How the longest way with the vote held once more falls in the calendar."""
    return {
        "most_calendar_days": proof.ordered_calendar_days,
        **_worst(proof.ordered_worst),
        "not_counted": list(proof.open_waits),
    }


def _state(proof: Proof, each: Stretch) -> dict[str, Any]:
    return {
        "state": each.state,
        "ordinary_days": dict(proof.ordinary.steps).get(each.state, 0),
        "longest_days": each.working_days,
        "begins": str(each.begins),
        "until": str(each.until),
    }


def tell_proof(proofs: Sequence[Proof], against: Against, calendar: Calendar, out: Console) -> None:
    """All proofs in a table, then each state by state, with what may come beside."""
    table = Table(
        *("", "ordinary", "longest", "re-vote", "limit", "six weeks", "at worst", "opened on"),
        box=None,
        header_style="bold",
    )
    for column in table.columns:
        column.overflow = "fold"  # a narrow terminal breaks a name and drops none of it
    for proof in proofs:
        table.add_row(*_row(proof, against))
    out.print(table)
    for proof in proofs:
        _tell_states(proof, calendar, out)
        tell_longer(list(lengthened(proof.workflow, against.others)), out)
    _tell_measure(proofs, against, out)


def _row(proof: Proof, against: Against) -> tuple[str, ...]:
    calendar = f"{proof.calendar_days} calendar days{_mark(proof.calendar_days)}"
    again = proof.ordered_calendar_days
    return (
        proof.workflow.name,
        str(proof.ordinary.days),
        str(proof.longest.days),
        str(proof.ordered.days) if proof.has_revote else "",
        f"{proof.workflow.limit}{' EXCEEDED' if against.over(proof) else ''}",
        "below" if proof.longest.days < SIX_WEEKS_WORKING else "NOT BELOW",
        f"{calendar}; re-vote {again}{_mark(again)}" if proof.has_revote else calendar,
        str(proof.worst[0].begins) if proof.worst else "",
    )


def _mark(days: int) -> str:
    return "" if days < SIX_WEEKS else " (!)"


def _tell_states(proof: Proof, calendar: Calendar, out: Console) -> None:
    if not proof.worst:
        return
    out.print(f"\n{proof.workflow.name}: {proof.workflow.title}", style="bold", markup=False)
    out.print(f"  opened on {day_words(proof.worst[0].begins)}, going the longest way")
    table = Table("state", "ordinary", "longest", "ends", box=None, header_style="dim")
    ordinary = dict(proof.ordinary.steps)
    for each in proof.worst:
        ends = calendar.words(calendar.instant(each.until, calendar.deadline_time))
        table.add_row(
            f"  {each.state}", str(ordinary.get(each.state, 0)), str(each.working_days), ends
        )
    out.print(table)


def _tell_measure(proofs: Sequence[Proof], against: Against, out: Console) -> None:
    """Which days are promised, which are only shown, and how much was gone through."""
    over = [
        proof.workflow.name
        for proof in proofs
        if max(proof.calendar_days, proof.ordered_calendar_days) >= SIX_WEEKS
    ]
    seen = "; ".join(sorted({f"{p.openings} opening days, {p.first} to {p.last}" for p in proofs}))
    out.print(
        f"\nGone through: {seen if len(proofs) == 1 else _range(proofs)}, every day, whatever the "
        f"hour. Limits and the six weeks are in working days ({SIX_WEEKS_WORKING}); the body's own "
        f"limit is {against.limit}, a re-vote apart. Days of the calendar (six weeks: {SIX_WEEKS}) "
        "are shown at their worst and promised by no limit."
        + (f" {SIX_WEEKS} or more: {', '.join(over)}." if over else ""),
        soft_wrap=True,
        markup=False,
    )


def _range(proofs: Sequence[Proof]) -> str:
    least, most = min(p.openings for p in proofs), max(p.openings for p in proofs)
    number = str(least) if least == most else f"{least} to {most}"
    first, last = min(p.first for p in proofs), max(p.last for p in proofs)
    return f"{number} opening days of each definition, {first} to {last}"

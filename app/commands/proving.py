"""What `workflow prove` shows, as JSON and in words."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from engine.definition import Open
from engine.extending import STAFF_EXTENSION
from engine.proof import SIX_WEEKS, SIX_WEEKS_WORKING, Proof
from engine.working_days import Calendar, day_words


def proof_value(proof: Proof) -> dict[str, Any]:
    """A proof as `--json` prints it."""
    workflow = proof.workflow
    return {
        "name": workflow.name,
        "title": workflow.title,
        "openings": {"from": str(proof.first), "to": str(proof.last), "days": proof.openings},
        "ordinary_days": proof.ordinary.days,
        "longest_days": proof.longest.days,
        "limit_days": workflow.limit,
        "within_limit": proof.within_limit,
        "most_calendar_days": proof.calendar_days,
        "worst_opening": str(proof.worst[0].begins) if proof.worst else None,
        "worst_end": str(proof.worst[-1].until) if proof.worst else None,
        "below_six_weeks": {
            "working_days": proof.longest.days < SIX_WEEKS_WORKING,
            "calendar_days": proof.calendar_days < SIX_WEEKS,
        },
        "not_counted": list(proof.open_waits),
        "states": [
            {
                "state": each.state,
                "ordinary_days": dict(proof.ordinary.steps).get(each.state, 0),
                "longest_days": each.working_days,
                "begins": str(each.begins),
                "until": str(each.until),
            }
            for each in proof.worst
        ],
    }


def tell_proof(proofs: Sequence[Proof], calendar: Calendar, out: Console) -> None:
    """All proofs in a table, then each state by state."""
    table = Table(
        *("", "ordinary", "longest", "limit", "six weeks", "at worst", "opened on"),
        box=None,
        header_style="bold",
    )
    for proof in proofs:
        table.add_row(*_row(proof))
    out.print(table)
    for proof in proofs:
        _tell_states(proof, calendar, out)
    _tell_measure(proofs, out)


def _row(proof: Proof) -> tuple[str, ...]:
    return (
        proof.workflow.name,
        str(proof.ordinary.days),
        str(proof.longest.days),
        f"{proof.workflow.limit}{'' if proof.within_limit else ' EXCEEDED'}",
        "below" if proof.longest.days < SIX_WEEKS_WORKING else "NOT BELOW",
        f"{proof.calendar_days} calendar days{'' if proof.calendar_days < SIX_WEEKS else ' (!)'}",
        str(proof.worst[0].begins) if proof.worst else "",
    )


def _tell_states(proof: Proof, calendar: Calendar, out: Console) -> None:
    if not proof.worst:
        return
    out.print(f"\n{proof.workflow.name}: {proof.workflow.title}", style="bold", markup=False)
    out.print(f"  opened on {day_words(proof.worst[0].begins)}, going the longest way")
    table = Table("state", "ordinary", "longest", "ends", box=None, header_style="dim")
    ordinary = dict(proof.ordinary.steps)
    for each in proof.worst:
        ends = calendar.words(calendar.instant(each.until, calendar.deadline_time))
        if each.state in proof.open_waits:
            ends = "an outcome; from here on counted from the day of the act that follows"
        table.add_row(
            f"  {each.state}", str(ordinary.get(each.state, 0)), str(each.working_days), ends
        )
    out.print(table)
    if any(state.open_for is Open.VOTES for state in proof.workflow.states.values()):
        most = STAFF_EXTENSION[-1]
        out.print(
            f"  Not counted: up to {most} working days that two persons may add to a vote, once.",
            style="dim",
        )


def _tell_measure(proofs: Sequence[Proof], out: Console) -> None:
    """Which days are promised, which are only shown, and how much was gone through."""
    over = [proof.workflow.name for proof in proofs if proof.calendar_days >= SIX_WEEKS]
    seen = "; ".join(sorted({f"{p.openings} opening days, {p.first} to {p.last}" for p in proofs}))
    out.print(
        f"\nGone through: {seen if len(proofs) == 1 else _range(proofs)}, every day, whatever the "
        f"hour. Limits and the six weeks are in working days ({SIX_WEEKS_WORKING}); days of the "
        f"calendar (six weeks: {SIX_WEEKS}) are shown at their worst and promised by no limit."
        + (f" {SIX_WEEKS} or more: {', '.join(over)}." if over else ""),
        soft_wrap=True,
        markup=False,
    )


def _range(proofs: Sequence[Proof]) -> str:
    least, most = min(p.openings for p in proofs), max(p.openings for p in proofs)
    number = str(least) if least == most else f"{least} to {most}"
    first, last = min(p.first for p in proofs), max(p.last for p in proofs)
    return f"{number} opening days of each definition, {first} to {last}"

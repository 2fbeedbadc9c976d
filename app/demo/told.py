"""What a demo has to tell when it is over, and the same as one JSON document."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.demo.audit import Audit, Checked
from app.demo.findings import Ended, Findings


@dataclass(frozen=True, slots=True)
class Told:
    """All that the summary needs. `links` are those of practices that may still vote, by name."""

    folder: Path
    config: Path
    base_url: str
    practices: int
    people: int
    seconds: float
    found: Findings
    audit: Audit
    differed: tuple[str, ...]
    open_reference: str
    links: tuple[tuple[str, str], ...]
    letter: Path | None  # one of the letters with such a link


def told_value(told: Told) -> dict[str, Any]:
    """The one document of --json."""
    found, counted, trail = told.found, told.found.counted, told.found.trail
    return {
        "ok": not told.differed,
        "differed": list(told.differed),
        "folder": str(told.folder),
        "config": str(told.config),
        "practices": told.practices,
        "people": told.people,
        "seconds": round(told.seconds, 1),
        "decisions": [_decision_value(each) for each in found.decisions],
        "letters": {**found.letters, "caught": found.caught, "refused": found.refused},
        "reminders": {"sent": counted.reminders, "to_answered": counted.reminders_to_answered},
        "votes": counted.votes,
        "comments": counted.comments,
        "call_ins": counted.call_ins,
        "challenges": counted.challenges,
        "per_second": {
            "letters": rate(counted.letters, counted.posting),
            "answers": rate(counted.answers, counted.visiting),
        },
        "trail": {
            "size": trail.size,
            "root": trail.root,
            "recomputed": trail.recomputed,
            "receipt": {"leaf": trail.receipt.leaf, "holds": trail.receipt_holds},
        },
        "audit": {
            "reference": told.audit.reference,
            "letters": told.audit.letters,
            "sound": _checked_value(told.audit.sound),
            "tampered": {**_checked_value(told.audit.tampered), "leaf": told.audit.leaf},
        },
        "open": {
            "reference": told.open_reference,
            "base_url": told.base_url,
            "links": [{"practice": name, "link": link} for name, link in told.links],
        },
    }


def _decision_value(ended: Ended) -> dict[str, Any]:
    kept = ("reference", "title", "level", "route", "ask", "state", "opened_at", "asked")
    return {
        **{key: ended.shown[key] for key in (*kept, "answered", "outcome", "letters")},
        "without_contact": ended.shown["roll"]["without_contact"],
        "acts": ended.shown["acts"],
        "held": ended.shown["held"],
        "meetings": ended.shown["meetings"],
        "called_in_by": len(ended.running.called_in),
        "working_days": ended.working_days,
        "acted_after_working_days": list(ended.acted_after),
        "limit_working_days": ended.limit,
        "extensions": ended.running.extensions,
        "late_vote_status": ended.running.late_status,
    }


def _checked_value(checked: Checked) -> dict[str, Any]:
    return {"file": str(checked.bundle), "exit": checked.exit, "result": checked.result}


def rate(number: int, seconds: float) -> int:
    """So many a second, rounded."""
    return round(number / seconds) if seconds else 0

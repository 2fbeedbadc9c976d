"""The leaders' monthly letter: what came of decisions, how long they took, what waits for a leader.

Owed once a month, on its first working day or as soon after as anybody looks; a mark says for
which month it was owed last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.events import Audience, DecisionOpened, MailIntended, OutcomeDeclared
from engine.mailing import audience_digest
from engine.working_days import Calendar
from storage.database import Reading
from storage.decisions import any_decision
from storage.library import Library
from storage.marks import read_mark, set_mark
from storage.register import LEAD_THE_BODY, LEADERS, written_to
from storage.setup import Store
from storage.wakes import running_decisions
from workflows.months import leaves_of_month, month_before, month_come, month_words
from workflows.overview import overview


@dataclass(frozen=True, slots=True)
class Leaders:
    """Owes the leaders' letter, where it is wanted."""

    store: Store
    library: Library
    calendar: Calendar
    wanted: bool = True

    def owe(self) -> tuple[str, ...]:
        """Owe this month's letter, once it has come due; its name if it was owed."""
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            day = month_come(self.calendar, now)
            wanted = self.wanted and day is not None and any_decision(reading)
            if day is None or not wanted or not _is_new(reading, day):
                return ()
            told = self.month(reading, month_before(day), now)
        with self.store.ledger.page() as page:
            if not _is_new(page.connection, day):
                return ()
            first = read_mark(page.connection, LEADERS) is None
            set_mark(page.connection, LEADERS, page.now, day.isoformat())
            if first:
                return ()  # no whole month lies behind yet
            to = Audience(role=LEADERS)
            count = len(written_to(page.connection, LEADERS))
            digest = audience_digest(to)
            page.file(
                MailIntended(letter=LEADERS, audience=digest, count=count, to=to, context=told)
            )
        return (LEADERS,)

    def month(self, reading: Reading, day: date, now: datetime) -> dict[str, Any]:
        """What the letter tells of a day's month: plain values, titles left to the letter."""

        def named(kind: str) -> list[str]:
            bodies = leaves_of_month(reading, self.calendar, kind, day)
            return list(dict.fromkeys(body["decision"] for body in bodies))

        opened, ended = named(DecisionOpened.type), named(OutcomeDeclared.type)
        running = running_decisions(reading)
        shown = {
            reference: overview(reading, self.store.keys, self.library, reference, now)
            for reference in dict.fromkeys((*ended, *running))
        }
        return {
            "period": month_words(day),
            "opened": opened,
            "ended": [_ended(shown[ref]) for ref in ended if shown[ref]["outcome"]],
            "running": [_running(shown[ref]) for ref in running],
            "unreached": list(_unreached(shown)),
            "overdue": [_running(shown[ref]) for ref in running if shown[ref]["overdue"]],
            "awaits": [_running(shown[r]) for r in running if shown[r]["owner"] in LEAD_THE_BODY],
        }


def _is_new(reading: Reading, day: date) -> bool:
    mark = read_mark(reading, LEADERS)
    return mark is None or mark[1] < day.isoformat()


def _ended(shown: dict[str, Any]) -> dict[str, Any]:
    outcome = shown["outcome"]
    return {
        "decision": shown["reference"],
        "result": outcome["result"],
        "days": outcome["working_days"],
        "limit": shown["limit"],
        **_turnout(shown),
    }


def _running(shown: dict[str, Any]) -> dict[str, Any]:
    waiting = next(due for due in shown["deadlines"] if due["status"] == "waiting")
    return {
        "decision": shown["reference"],
        "state": shown["state"],
        "due_at": waiting["due_at"],
        **_turnout(shown),
    }


def _turnout(shown: dict[str, Any]) -> dict[str, int]:
    return {"answered": shown["answered"], "asked": shown["asked"]}


def _unreached(shown: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for reference, value in shown.items():
        if lost := [each["practice"] for each in value["unreached"]]:
            yield {"decision": reference, "practices": sorted(lost)}

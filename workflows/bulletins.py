"""Spreading the trail's checkpoints when nothing else does: daily to the committee, monthly to all.

A quiet month needs witnesses too. Both are owed at most once, however many processes look: what
was owed last stands in a mark that is moved in the commit that owes the letters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.events import Audience, DecisionOpened, MailIntended, OutcomeDeclared
from engine.mailing import audience_digest
from engine.working_days import Calendar, CalendarEnds, day_words
from storage.database import Reading
from storage.decisions import any_decision
from storage.ledger import Page
from storage.marks import read_mark, set_mark
from storage.register import open_practices, posts_at, written_to
from storage.setup import Store
from workflows.months import leaves_of_month, month_before, month_come, month_words

COMMITTEE = "committee"
DAILY, MONTHLY = "checkpoint", "bulletin"
"""The letters, and the marks that say for which day and month they were last owed."""


@dataclass(frozen=True, slots=True)
class Bulletins:
    """Owes the letters about the trail. `daily` and `monthly` say which of them are wanted."""

    store: Store
    calendar: Calendar
    body: str  # the organisation's code: whose practices are written to
    daily: bool = True
    monthly: bool = True

    def owe(self) -> tuple[str, ...]:
        """Owe what has come due, and say which letters that is."""
        due = self._due()
        if not due:
            return ()
        with self.store.ledger.page() as page:
            return tuple(letter for letter in due if self._file(page, letter))

    def _due(self) -> tuple[str, ...]:
        """What has come due; nothing before a first decision gives the trail something to tell."""
        with self.store.database.reading() as reading:
            if not any_decision(reading):
                return ()
            now = self.store.ledger.now()
            wanted = ((DAILY, self.daily), (MONTHLY, self.monthly))
            return tuple(
                letter
                for letter, on in wanted
                if on and _is_new(reading, letter, self._period(letter, now))
            )

    def _period(self, letter: str, now: datetime) -> date | None:
        """The day or the month's first working day that has come; None before its letter time.

        None, too, where the calendar has come to its end: health has been saying so for a year.
        """
        if letter == MONTHLY:
            return month_come(self.calendar, now)
        try:
            today = self.calendar.day_of(now)
        except CalendarEnds:
            return None
        come = self.calendar.is_working_day(today) and now >= self.calendar.letter_moment(today)
        return today if come else None

    def _file(self, page: Page, letter: str) -> bool:
        """Owe one letter on this page, unless somebody was quicker."""
        period = self._period(letter, page.now)
        if period is None or not _is_new(page.connection, letter, period):
            return False
        mark, size = read_mark(page.connection, letter), page.edge.size
        set_mark(page.connection, letter, page.now, f"{period.isoformat()} {size}")
        if mark is None:
            return False  # there is no day or month yet to tell of
        before = int(mark[1].partition(" ")[2])
        told: dict[str, Any] = {"size": size, "new": size - before}
        if letter == DAILY:
            told |= {"period": day_words(period)}
            to = Audience(role=COMMITTEE)
            self._owe(page, letter, to, len(written_to(page.connection, COMMITTEE)), told)
            return True
        practices = open_practices(page.connection, self.body)
        to = Audience(tuple(each.ods_code for each in practices))
        count = len(posts_at(page.connection, to.practices))
        self._owe(page, letter, to, count, told | self._month(page.connection, period))
        return True

    def _month(self, reading: Reading, period: date) -> dict[str, Any]:
        """The month before this day by name, and what was opened and decided in it, in London."""
        last = month_before(period)

        def of_month(kind: str) -> Iterator[Mapping[str, Any]]:
            return leaves_of_month(reading, self.calendar, kind, last)

        ended = {body["decision"]: body["result"] for body in of_month(OutcomeDeclared.type)}
        return {
            "period": month_words(last),
            "opened": [body["decision"] for body in of_month(DecisionOpened.type)],
            "ended": ended,
        }

    def _owe(
        self, page: Page, letter: str, to: Audience, count: int, told: Mapping[str, Any]
    ) -> None:
        intent = MailIntended(
            letter=letter, audience=audience_digest(to), count=count, to=to, context=told
        )
        page.file(intent)


def _is_new(reading: Reading, letter: str, period: date | None) -> bool:
    mark = read_mark(reading, letter)
    return period is not None and (mark is None or mark[1].partition(" ")[0] < period.isoformat())

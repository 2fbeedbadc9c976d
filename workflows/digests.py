"""The weekly digest: on a week's first working day each practice is told what still needs it.

It is owed once a week, however many processes look and however long none did: a mark in the
database says for which week it was owed last, and is moved in the commit that owes the letters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.case import Case
from engine.commands import Scope
from engine.event import plain
from engine.events import Audience, MailIntended
from engine.mailing import audience_digest
from engine.reminding import is_asking, leaves_room, whom_to_remind
from engine.working_days import Calendar, CalendarEnds
from storage.database import Reading
from storage.decisions import load_decision
from storage.ledger import Page
from storage.library import Library
from storage.links import all_links
from storage.marks import read_mark, set_mark
from storage.reminded import DIGEST
from storage.setup import Store
from storage.wakes import running_decisions

Needs = dict[str, list[dict[str, Any]]]
"""By practice, the decisions that need it, each with the time and the state it is asked in."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Owes the weekly digest, where it is wanted."""

    store: Store
    library: Library
    calendar: Calendar
    wanted: bool = True

    def owe(self) -> tuple[str, ...]:
        """Owe this week's digest, once it has come due; the letter's name if any was owed."""
        with self.store.database.reading() as reading:
            if not self.wanted or not self._is_new(reading, self.store.ledger.now()):
                return ()
        with self.store.ledger.page() as page:
            return (DIGEST,) if self._file(page) else ()

    def _is_new(self, reading: Reading, now: datetime) -> bool:
        week, mark = self._week(now), read_mark(reading, DIGEST)
        return week is not None and (mark is None or mark[1] < week.isoformat())

    def _week(self, now: datetime) -> date | None:
        """The Monday of this week; None before its first working day's letters, and at rest.

        None, too, where the calendar has come to its end.
        """
        try:
            today = self.calendar.day_of(now)
            monday = today - timedelta(days=today.weekday())
            first = self.calendar.nth_working_day(monday - timedelta(days=1), 1)
            come = self.calendar.is_working_day(today) and now >= self.calendar.letter_moment(first)
        except CalendarEnds:
            return None
        return monday if come else None

    def _file(self, page: Page) -> bool:
        """Owe it on this page, unless somebody was quicker. The first week of all begins with none.

        That week may be half over, and its letters have only just gone out.
        """
        week = self._week(page.now)
        if week is None or not self._is_new(page.connection, page.now):
            return False
        first = read_mark(page.connection, DIGEST) is None
        set_mark(page.connection, DIGEST, page.now, week.isoformat())
        needs = {} if first else self._needs(page.connection, page.now)
        readers = _readers(page.connection, needs)
        if not readers:
            return False
        page.file(_intent(needs, readers))
        return True

    def _needs(self, reading: Reading, now: datetime) -> Needs:
        """Whom each open decision still needs, as far as the cap leaves room for a letter more."""
        found: Needs = {}
        for reference in running_decisions(reading):
            decision = load_decision(reading, self.store.keys, reference, Scope.TURNOUT)
            case = self.library.case(reading, decision)
            for practice in needed_by(case, now):
                due = decision.waiting
                need = {"decision": reference, "state": decision.state}
                need["due_at"] = plain(due.due_at) if due else ""
                found.setdefault(practice, []).append(need)
        return found


def needed_by(case: Case, now: datetime) -> tuple[str, ...]:
    """The practices that a digest tells of this decision now.

    None on a day on which it was put to them or reminds them by itself: that letter is enough.
    """
    day_of, due = case.calendar.day_of, case.decision.waiting
    today, entered = day_of(now), case.decision.entered_at
    if due is None or not is_asking(case, now):
        return ()
    to_come = [day_of(moment) for moment in due.remind if day_of(moment) >= today]
    if today in to_come or (entered is not None and day_of(entered) == today):
        return ()
    called = whom_to_remind(case, now).practices
    return tuple(
        practice
        for practice in called
        if leaves_room([*_days_told(case, practice), *to_come], today)
    )


def _days_told(case: Case, practice: str) -> Iterable[date]:
    return map(case.calendar.day_of, case.decision.reminded.get(practice, ()))


def _readers(reading: Reading, needs: Needs) -> list[tuple[str, str]]:
    """Everyone at these practices with a live link to one of the decisions that need theirs."""
    named = sorted({need["decision"] for each in needs.values() for need in each})
    live = {reference: all_links(reading, reference) for reference in named}
    return sorted(
        {
            (link.practice, link.person)
            for reference, links in live.items()
            for link in links
            if any(need["decision"] == reference for need in needs.get(link.practice, ()))
        }
    )


def _intent(needs: Needs, readers: Iterable[tuple[str, str]]) -> MailIntended:
    """The mailing: its leaf names the practices that are told of each decision."""
    people = list(readers)
    reached = {practice for practice, _ in people}
    told = {practice: each for practice, each in sorted(needs.items()) if practice in reached}
    to = Audience(tuple(told))
    return MailIntended(
        letter=DIGEST,
        audience=audience_digest(to),
        count=len(people),
        about=_by_decision(told),
        to=to,
        context={"needs": told, "readers": [list(each) for each in people]},
    )


def _by_decision(needs: Needs) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for practice, each in needs.items():
        for need in each:
            found.setdefault(need["decision"], []).append(practice)
    return found

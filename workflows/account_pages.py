"""Drawing a year's account for the committee's room."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.allowance import Account, Entry, Line, Pending, QueryRecord, share_words, stands_words
from engine.financial_year import FinancialYear
from engine.naming import role_words, sentence
from engine.per_head import drawn_words, each_words, pounds_words
from engine.working_days import Calendar
from workflows.account_page import AccountPage, Drawn, Movement, Query, Uncharged, Waiting
from workflows.account_words import because_words, day_words, has_words
from workflows.allowance import Told
from workflows.drawing.account import account_svg


def account_page(
    told: Told, year: FinancialYear, calendar: Calendar, states: Mapping[str, str], now: datetime
) -> AccountPage:
    """The account's page; `states` says of each running decision where it stands."""
    return _Drawing(told, calendar, now).page(year, states)


@dataclass(frozen=True, slots=True)
class _Drawing:
    told: Told
    calendar: Calendar
    now: datetime

    @property
    def held(self) -> Account:
        return self.told.account

    def page(self, year: FinancialYear, states: Mapping[str, str]) -> AccountPage:
        held, allowance = self.held, self.held.allowance
        before = [each for each in self.told.years if each < year]
        after = [each for each in self.told.years if each > year]
        return AccountPage(
            year=held.year,
            before=str(max(before)) if before else "",
            after=str(min(after)) if after else "",
            says=stands_words(held),
            has=has_words(allowance) if allowance else "",
            unknown=allowance.patients.unknown if allowance else (),
            is_overspent=held.overspent > 0,
            picture=account_svg(held, self.told.titles, self.calendar) if allowance else "",
            movements=tuple(self._movement(line) for line in held.lines),
            entries=tuple(self._entries()),
            committed=tuple(self._uncharged(held.committed, states)),
            committed_sum=pounds_words(sum(each.money_gbp or 0 for each in held.committed)),
            apart=tuple(self._uncharged(held.apart, {})),
        )

    def _movement(self, line: Line) -> Movement:
        entry, held = line.entry, self.held
        back, patients = line.money_gbp < 0, entry.patients.known
        each = each_words(entry.money_gbp, patients) if patients else ""
        return Movement(
            day=day_words(self.calendar.day_of(line.at)),
            decision=entry.decision,
            title=self.told.titles[entry.decision],
            pounds=pounds_words(line.money_gbp),
            each=f"-{each}" if back and each else each,
            running=pounds_words(line.spent),
            is_over=held.allowance is not None and line.spent > held.allowance.pounds,
            share=share_words(held.share(line.money_gbp)),
            given_back=because_words(entry.because) if back else "",
            queries=() if back else self._queries(entry),
        )

    def _entries(self) -> Iterator[Drawn]:
        """Each decision once, by its last entry: what was asked is about all that it drew."""
        last = {entry.decision: entry for entry in self.held.entries}
        for entry in last.values():
            yield Drawn(
                decision=entry.decision,
                title=self.told.titles[entry.decision],
                sum=drawn_words(entry.money_gbp, entry.patients.known),
                given_back=self._given_back(entry),
                unknown=entry.patients.unknown,
                queries=self._queries(entry),
            )

    def _given_back(self, entry: Entry) -> str:
        if entry.reversed_at is None:
            return ""
        return f"{because_words(entry.because)}, {self.calendar.words(entry.reversed_at)}"

    def _queries(self, entry: Entry) -> tuple[Query, ...]:
        return tuple(self._query(query) for query in entry.queries)

    def _query(self, query: QueryRecord) -> Query:
        text, answer = self.told.queries[query.leaf]
        waiting = self._waiting(query)
        return Query(
            number=query.number,
            leaf=query.leaf,
            by=role_words(query.role),
            asked=self.calendar.words(query.asked_at),
            waiting=waiting,
            until=self._until(query, waiting),
            text=text,
            answer=answer,
        )

    def _waiting(self, query: QueryRecord) -> Waiting:
        """A query is overdue once its time is over, whether or not a sweep has told of it yet."""
        if not query.is_open:
            return Waiting.ANSWERED
        return Waiting.OVERDUE if query.overdue or self.now >= query.due_at else Waiting.OPEN

    def _until(self, query: QueryRecord, waiting: Waiting) -> str:
        if query.answered_at is not None:
            late = ", after its time" if query.answered_at > query.due_at else ""
            return f"answered at {self.calendar.words(query.answered_at)}{late}"
        was = "was" if waiting is Waiting.OVERDUE else "is"
        return f"an answer {was} due by {self.calendar.words(query.due_at)}"

    def _uncharged(
        self, pending: Iterable[Pending], states: Mapping[str, str]
    ) -> Iterator[Uncharged]:
        for each in pending:
            yield Uncharged(
                decision=each.decision,
                title=self.told.titles[each.decision],
                sum="No sum stated" if each.money_gbp is None else pounds_words(each.money_gbp),
                why=states.get(each.decision) or sentence(each.why),
            )

"""A small pure model of the desk: what should happen, worked out the plain way.

It knows four practices, two kinds of decision and London's clock; it shares no code with the
product. Where desk and model differ, one of them is wrong.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}
PRACTICES = 4
QUORUM = 2

DAYS = {
    "asked before a vote": 5,
    "voting": 7,
    "consulting": 10,
    "concluding": 5,
    "overdue": 5,
}
EXTENSION = 5
OPEN_FOR_COMMENTS = {"asked before a vote", "consulting"}
ENDS = {"carried", "not_carried", "inquorate", "concluded", "withdrawn"}
COUNTED = {"carried", "not_carried", "inquorate"}


def close_of(start: datetime, days: int) -> datetime:
    """5pm in London on the nth working day after the day of `start`."""
    day = start.astimezone(LONDON).date()
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5 and day not in HOLIDAYS
    return datetime.combine(day, time(17), LONDON).astimezone(UTC)


@dataclass
class ModelDecision:
    """One decision: where it is, until when, who said what, whose late vote is on record."""

    state: str
    due: datetime
    needs_lmc: bool = False
    lmc_heard: bool = False
    extended: bool = False
    standing: dict[int, tuple[str, str]] = field(default_factory=dict)
    late: set[tuple[int, str]] = field(default_factory=set)
    comments: int = 0
    answered: set[int] = field(default_factory=set)  # comments, counted from 1

    @property
    def ended(self) -> bool:
        return self.state in ENDS

    # --- what practices send --------------------------------------------------------------

    def vote(self, practice: int, role: str, choice: str, now: datetime) -> str:
        """The desk's reply to a vote."""
        if self.ended:
            if self.state in COUNTED:
                self.late.add((practice, role))
            return "NotOpen"
        if now >= self.due:
            if self.state == "voting":
                self.late.add((practice, role))
            return "TooLate"
        if self.state != "voting":
            return "Faulty" if self.state in OPEN_FOR_COMMENTS else "NotOpen"
        if self.standing.get(practice) == (role, choice):
            return "AlreadyStands"
        self.standing[practice] = (role, choice)
        return "Recorded"

    def comment(self, now: datetime) -> str:
        """The desk's reply to a manager's comment, never said before."""
        if self.ended:
            return "NotOpen"
        if now >= self.due:
            return "TooLate"
        if self.state not in {*OPEN_FOR_COMMENTS, "voting"}:
            return "NotOpen"
        self.comments += 1
        return "Recorded"

    # --- what staff do --------------------------------------------------------------------

    def withdraw(self, now: datetime) -> str:
        """What the withdrawal comes to: what a deadline has brought is never taken back."""
        if self.ended or now >= self.due:
            return "no_such_act"
        self.state = "withdrawn"
        return "done"

    def hear_the_lmc(self) -> str:
        """What filing the LMC's view comes to."""
        if self.ended:
            return "no_such_act"
        self.lmc_heard = True
        return "done"

    def answer(self, comment: int) -> str:
        """What answering the nth comment comes to."""
        if self.ended:
            return "no_such_act"
        if comment > self.comments:
            return "no_such_comment"
        self.answered.add(comment)
        return "done"

    def conclude(self, now: datetime) -> str:
        """What filing a whole statement comes to."""
        if self.state not in {"concluding", "overdue"} or now >= self.due:
            return "no_such_act"
        if self.needs_lmc and not self.lmc_heard:
            return "needs_lmc"
        if len(self.answered) < self.comments:
            return "needs_answers"
        self.state = "concluded"
        return "done"

    # --- what time does -------------------------------------------------------------------

    def sweep(self, now: datetime) -> None:
        """The time is up, if it is: the next step's days count from the sweep."""
        if self.ended or now < self.due:
            return
        following = {
            "asked before a vote": "voting",
            "consulting": "concluding",
            "concluding": "overdue",
            "overdue": "withdrawn",
        }
        days = EXTENSION
        if self.state == "voting":
            self.state = self._count()
        else:
            self.state = following[self.state]
            days = DAYS.get(self.state, 0)
        if not self.ended:
            self.due = close_of(now, days)

    def _count(self) -> str:
        said = [choice for _, choice in self.standing.values()]
        if len(said) < QUORUM:
            if self.extended:
                return "inquorate"
            self.extended = True
            return "voting"
        return "carried" if said.count("for") > said.count("against") else "not_carried"

"""A small pure model of the desk: what should happen, worked out the plain way.

It knows eleven practices, the roads of `model_roads` and London's clock; it shares no code with the
product. Where desk and model differ, one of them is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.stories.model_roads import CHALLENGED, ROADS, Step, road_for, start_of

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = {
    *(date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)),
    *(date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31)),
    *(date(2027, 8, 30), date(2027, 12, 27), date(2027, 12, 28)),
}
LOCALITIES = (
    *("royal parks", "", "wellingborough", "rockingham", "east", "royal parks", "arc"),
    *("wellingborough", "grand union", "red kite", "grand union"),
)
EVERYBODY = set(range(len(LOCALITIES)))

EXTENSION = 5
SECOND_LOOK = 5
TAKES_THE_VOTE = {"no_vote", "excluded"}
COUNTED = {"carried", "not_carried", "inquorate"}

NO = "no_such_act"


def day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def close_of(start: datetime, days: int) -> datetime:
    """5pm in London on the nth working day after the day of `start`."""
    day = day_of(start)
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5 and day not in HOLIDAYS
    return datetime.combine(day, time(17), LONDON).astimezone(UTC)


@dataclass
class ModelDecision:
    """One decision: where it is, until when, who said what, whose late vote is on record."""

    route: str
    opened: datetime
    needs_lmc: bool = False
    income: bool = False
    urgent: bool = False
    questions: list[str] = field(default_factory=lambda: ["main"])
    road: str = ""
    state: str = ""
    due: datetime | None = None
    round: int = 0
    lmc_heard: bool = False
    extended: bool = False
    extended_by_staff: bool = False
    standing: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    late: set[tuple[int, int, str]] = field(default_factory=set)
    comments: int = 0
    answered: set[int] = field(default_factory=set)  # comments, counted from 1
    interests: dict[int, str] = field(default_factory=dict)
    proposal: tuple[tuple[object, ...], str] | None = None
    called_in: set[int] = field(default_factory=set)
    challengers: set[int] = field(default_factory=set)
    held: tuple[str, str] | None = None  # where the challenged outcome was
    outcome: str = ""
    outcome_at: datetime | None = None
    entered: datetime | None = None
    counted: bool = False  # practices have voted, and know how it ended
    acts: list[str] = field(default_factory=list)
    outcomes: int = 0
    told: int = 0  # how often all practices were written to about an outcome

    def __post_init__(self) -> None:
        self.take(self.route, self.opened)

    @property
    def step(self) -> Step:
        return ROADS[self.road][self.state]

    @property
    def ended(self) -> bool:
        return self.due is None

    @property
    def excluded(self) -> set[int]:
        return {who for who, ruling in self.interests.items() if ruling in TAKES_THE_VOTE}

    @property
    def electors(self) -> set[int]:
        return EVERYBODY - self.excluded

    def is_over(self, now: datetime) -> bool:
        return self.due is not None and now >= self.due

    # --- moving on ------------------------------------------------------------------------

    def take(self, route: str, now: datetime) -> None:
        """It goes by this route, from its start."""
        self.route = route
        road = road_for(route, income=self.income, urgent=self.urgent)
        self.turn_into(road, start_of(road), now)

    def turn_into(self, road: str, state: str, now: datetime) -> None:
        self.road, self.called_in, self.proposal = road, set(), None
        self.enter(state, now)

    def enter(self, state: str, now: datetime) -> None:
        self.state, self.entered = state, now
        if self.step.act:
            self.acts.append(self.step.act)
        if self.step.result:
            self.outcome, self.outcome_at = self.step.result, now
            self.outcomes += 1
            self.told += 1
            self.counted = self.counted or self.outcome in COUNTED
        if self.step.open_for == "votes":
            self.round += 1
            self.standing = {}
        self.due = close_of(now, self.step.days) if self.step.days else None

    def sweep(self, now: datetime) -> None:
        """The time is up, if it is: the next step's days count from the sweep."""
        if not self.is_over(now):
            return
        if self.step.open_for != "votes":
            self.enter(self.step.silence, now)
        elif not self.is_quorate() and not self.extended:
            self.extended, self.proposal = True, None
            self.due = close_of(now, EXTENSION)
        else:
            self.enter(self.result(), now)

    # --- counting -------------------------------------------------------------------------

    def is_quorate(self) -> bool:
        """Whoever may not vote is neither above nor below the line."""
        returned = len(self.electors & set(self.standing))
        return bool(returned) and 100 * returned >= self.step.quorum * len(self.electors)

    def result(self) -> str:
        if not self.is_quorate():
            return "inquorate"
        carried = all(self.is_carried(n) for n in range(len(self.questions)))
        return "carried" if carried else "not_carried"

    def is_carried(self, question: int) -> bool:
        said = [said[question] for who, (_, said) in self.standing.items() if who in self.electors]
        for_, cast = said.count("for"), said.count("for") + said.count("against")
        if self.step.majority == 50:
            return 2 * for_ > cast
        return cast > 0 and 4 * for_ >= 3 * cast

    # --- what practices send --------------------------------------------------------------

    def vote(self, practice: int, role: str, choices: tuple[str, ...], now: datetime) -> str:
        """The desk's reply to a vote."""
        if self.ended or self.outcome or self.is_over(now):
            if self.step.open_for == "votes" or self.counted:
                self.late.add((self.round, practice, role))
            return "NotOpen" if self.ended or self.outcome else "TooLate"
        if practice in self.excluded:
            return "KeptOut"
        if self.step.open_for != "votes":
            return "Faulty" if self.step.open_for else "NotOpen"
        if self.standing.get(practice) == (role, choices):
            return "AlreadyStands"
        self.standing[practice] = (role, choices)
        return "Recorded"

    def comment(self, practice: int, now: datetime) -> str:
        """The desk's reply to a manager's comment, never said before."""
        if self.ended or self.outcome:
            return "NotOpen"
        if self.is_over(now):
            return "TooLate"
        if self.interests.get(practice) == "excluded":
            return "KeptOut"
        if not self.step.open_for:
            return "NotOpen"
        self.comments += 1
        return "Recorded"

    def call_in(self, practice: int, role: str, now: datetime) -> str:
        """The desk's reply to a call-in: enough of them, or a whole locality, raise it."""
        if not self.step.call_in:
            return "NotPossible"
        if self.is_over(now):
            return "TooLate"
        if role == "manager":
            return "NotYours"
        if self.interests.get(practice) == "excluded":
            return "KeptOut"
        if practice in self.called_in:
            return "AlreadyStands"
        self.called_in.add(practice)
        if self.is_called_in():
            self.take("consult" if self.road == "inform" else "vote", now)
        return "Recorded"

    def is_called_in(self) -> bool:
        whole = [
            {who for who in EVERYBODY if LOCALITIES[who] == locality} <= self.called_in
            for locality in set(LOCALITIES) - {""}
        ]
        share = 100 * len(self.called_in) >= self.step.call_in * len(EVERYBODY)
        return share or (self.step.whole_locality and any(whole))

    def challenge(self, practice: int, role: str, now: datetime) -> str:
        """The desk's reply to a challenge: the first holds the outcome up, others join."""
        heard = self.road == "dispute" and not self.ended
        if not heard and not self.may_be_challenged(now):
            return "NotPossible"
        if role == "manager":
            return "NotYours"
        if practice in self.challengers:
            return "AlreadyStands"
        self.challengers.add(practice)
        if not heard:
            self.held = (self.road, self.state)
            self.turn_into("dispute", "mediating", now)
        return "Recorded"

    def may_be_challenged(self, now: datetime) -> bool:
        known = self.outcome not in ("", "withdrawn") and self.road in CHALLENGED
        return known and self.held is None and self.is_recent(now)

    def is_recent(self, now: datetime) -> bool:
        return self.outcome_at is not None and now < close_of(self.outcome_at, SECOND_LOOK)

    # --- what a meeting's minutes hold ------------------------------------------------------

    def meeting(self, present: Sequence[int], choice: str, now: datetime) -> str:
        """What filing a meeting of today comes to, at which all who were there voted alike."""
        if self.ended:
            return NO
        closing = self.step.open_for != "votes" or day_of(now) >= day_of(self.due or now)
        barred = self.excluded | set(self.standing)
        if choice and (closing or self.is_over(now) or barred & set(present)):
            return "not_by_hand"
        if choice:
            said = (choice,) * len(self.questions)
            self.standing |= dict.fromkeys(present, ("by hand", said))
        return "done"

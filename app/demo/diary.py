"""The diary: what happened on which day, told as it happens, and how far the demo has come."""

from collections.abc import Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from app.demo.cast import Cast
from app.demo.clock import JumpingClock
from app.demo.record import Counted, Running
from app.demo.story import Ballot
from app.demo.timetable import Timetable
from engine.challenges import DISPUTE
from engine.decision import ActRecord, Decision
from engine.definition import State
from engine.events import MailIntended
from engine.naming import body_words, sentence
from engine.turnaround import working_days_taken
from engine.working_days import MONTHS, WEEKDAYS, Calendar
from workflows.meeting_file import MeetingFile
from workflows.openings import Prepared

_RESULTS: Mapping[str, tuple[str, str]] = {
    "carried": ("Carried", "bold green"),
    "not_carried": ("Not carried", "bold red"),
    "inquorate": ("Not quorate", "bold red"),
    "concluded": ("Concluded", "bold green"),
    "informed": ("Final", "bold green"),
    "withdrawn": ("Withdrawn", "bold red"),
}
_ACTS: Mapping[str, tuple[str, str]] = {
    "approved": ("approved", "green"),
    "ratified": ("ratified", "green"),
    "upheld": ("outcome stands", "green"),
    "refused": ("refused", "red"),
    "lapsed": ("lapsed", "red"),
    "set_aside": ("outcome set aside", "red"),
}
_HEADING = (
    "[bold]Quorate: eight weeks of a CCG's decisions, on a clock that runs fast.[/]",
    "{practices} real practices of NHS Nene CCG; their people, the decisions and the votes",
    "are made up. Letters go to a mail catcher on this machine, and no further.\n",
)
_MARGIN, _WIDEST = 19, 100
REFERENCE = "cyan"
"""The colour of references."""


def act_words(act: str) -> tuple[str, str]:
    """What another body's act is called here, and how it is coloured."""
    return _ACTS.get(act, (act, "bold"))


def result_words(result: str) -> tuple[str, str]:
    """What a result is called here, and how it is coloured."""
    return _RESULTS.get(result, (result, "bold"))


class Diary:
    """Tells the tale on one console, and shows a bar on another while that is a terminal."""

    def __init__(self, log: Console, bar: Console, calendar: Calendar) -> None:
        self._log, self._calendar = log, calendar
        self._day: date | None = None
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[counts]}", style="dim"),
            console=bar,
            transient=True,
            refresh_per_second=8,
            disable=bar.quiet or not bar.is_terminal,
        )
        self._task = self._bar.add_task("Setting up", total=None, counts="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def begins(self, cast: Cast, clock: JumpingClock, timetable: Timetable) -> None:
        """The register is filled, the first day begins."""
        self._cast, self._clock, self._start = cast, clock, timetable.start
        span = timetable.end - timetable.start
        self._bar.update(self._task, total=span.total_seconds())
        practices = len(cast.practices)
        for line in _HEADING:
            self._log.print(line.format(practices=practices))
        self._say(f"Imported: {practices} practices, {len(cast.people)} people who work there.")
        if cast.without:
            self._more(f"[bold red]NO CONTACT for {self._practice(cast.without)}: ring them.[/]")

    def progress(self, now: datetime, counted: Counted) -> None:
        """How far the clock has come."""
        self._bar.update(
            self._task,
            description=_day_words(self._calendar.day_of(now)),
            completed=(now - self._start).total_seconds(),
            counts=f"{counted.letters:,} letters, {counted.answers} answers",
        )

    # --- what is told -----------------------------------------------------------------------

    def opened(self, running: Running, prepared: Prepared) -> None:
        """A decision was opened."""
        found, decision = prepared.classification, prepared.case.decision
        self._tell(running, f"[bold]{escape(prepared.opening.paper.title)}[/]")
        self._more(f"level {found.level}, route {found.route}: {escape(found.fired[0].because)}")
        if found.ask:
            self._more(
                f"[yellow]Please look: {escape(' '.join(found.asks))} In doubt, the route that "
                f"gives practices most say is taken: {decision.route}.[/]"
            )
        owed = sum(e.count for e in prepared.events if isinstance(e, MailIntended))
        self._more(f"{owed} {'letter' if owed == 1 else 'letters'}; {self._until(decision)}.")

    def entered(self, running: Running, decision: Decision) -> None:
        """A phase has ended and another begins."""
        self._tell(running, f"{self._share(running)} commented; {self._until(decision)}.")

    def reminded(self, running: Running, practices: int) -> None:
        """Reminders have gone out."""
        whom = "the one silent practice" if practices == 1 else f"{practices} silent practices"
        self._tell(running, f"[dim]Reminder to {whom}.[/]")

    def voted_again(self, running: Running, ballot: Ballot) -> None:
        """A vote replaces another."""
        who = self._practice(ballot.practice)
        if running.voting is not None and ballot.practice == running.voting.overruled:
            self._tell(running, f"The deputy of {who} overrules the lead: {ballot.choice}.")
        else:
            self._tell(running, f"The lead of {who} thinks again: {ballot.choice}.")

    def quick(self, running: Running, ballot: Ballot) -> None:
        """A practice voted while a reminder was on its way out."""
        who = self._practice(ballot.practice)
        self._tell(running, f"{who} votes just as its reminder is due: none is sent.")

    def late(self, running: Running, ballot: Ballot, status: int, seconds: int) -> None:
        """A vote came after the close."""
        self._tell(
            running,
            f"[red]{self._practice(ballot.practice)} votes {ballot.choice}, {seconds} seconds "
            f"after the close: refused ({status}).[/]",
        )

    def corrected(self, address: str, refused: int) -> None:
        """An address was put right."""
        self._say(
            f"{refused} letters to {address} were refused (550). The secretary rings, and imports "
            "the right address."
        )

    def lmc(self, running: Running) -> None:
        """The LMC's view was recorded."""
        self._tell(running, "The local medical committee's view is recorded.")

    def comments_answered(self, running: Running, became: Mapping[str, int]) -> None:
        """Every comment has its answer."""
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(became.items()))
        total = sum(became.values())
        self._tell(running, f"{total} of {total} comments answered, each in words: {kinds}.")

    def extended(self, running: Running, decision: Decision) -> None:
        """A vote without a quorum goes on."""
        self._tell(
            running,
            f"[yellow]{self._share(running)} answered, which is no quorum: extended by itself, "
            f"once; {self._until(decision)}.[/]",
        )

    def met(self, running: Running, meeting: MeetingFile) -> None:
        """A meeting is on record, with votes by hand."""
        votes = ", ".join(f"{self._practice(v.practice)} {v.choice}" for v in meeting.votes)
        self._tell(running, f"A members' meeting is recorded, with votes by hand: {votes}.")

    def rerouted(self, running: Running, decision: Decision) -> None:
        """Practices have changed its road: they called it in, or challenged its outcome."""
        if decision.name == DISPUTE:
            who = ", ".join(self._practice(code) for code in sorted(decision.challengers))
            self._tell(running, f"[yellow]Challenged by {who}: the outcome is held.[/]")
            return
        by = f"{len(running.called_in)} of {len(self._cast.practices)} practices"
        self._tell(running, f"[yellow]Called in by {by}: its route is {decision.route} now.[/]")
        self._more(f"{self._until(decision)}.")

    def waits(self, running: Running, decision: Decision, state: State) -> None:
        """Somebody else has the next step."""
        title = state.title.removeprefix("Challenged: ")
        self._tell(running, f"{sentence(escape(title))}, until {self._due(decision)}.")

    def acted(self, running: Running, act: ActRecord) -> None:
        """A body beside the practices has acted."""
        who, (word, style) = sentence(body_words(act.body)), act_words(act.result)
        because = f" {escape(running.because)}" if running.because else ""
        self._tell(running, f"{who}: [{style}]{word}[/].{because}")

    def ended(self, running: Running, decision: Decision, state: State) -> None:
        """An outcome is declared."""
        outcome = decision.outcome
        if outcome is None:
            return
        days = working_days_taken(self._calendar, decision.opened_at, outcome.at)
        word, style = result_words(outcome.result)
        counted = f" {escape(' '.join(outcome.sentences))}" if outcome.count else ""
        days_words = "1 working day" if days == 1 else f"{days} working days"
        self._tell(running, f"[{style}]{word}[/] after {days_words}.{counted}")
        if state.body is not None and decision.waiting is not None:
            self._more(f"Next: {body_words(state.body)}, by {self._due(decision)}.")

    # --- how it is told -----------------------------------------------------------------------

    def _share(self, running: Running) -> str:
        return f"{len(running.answered)} of {len(self._cast.practices)} practices"

    def _until(self, decision: Decision) -> str:
        return f"{decision.state} until {self._due(decision)}" if decision.waiting else ""

    def _due(self, decision: Decision) -> str:
        due = decision.waiting
        return "" if due is None else self._calendar.words(due.due_at)

    def _practice(self, code: str) -> str:
        return f"{code} {escape(self._cast.spoken(code))}"

    def _tell(self, running: Running, words: str) -> None:
        self._say(f"[{REFERENCE}]{running.reference}[/] {words}")

    def _say(self, words: str) -> None:
        day, at = self._calendar.london(self._clock.now())
        new, self._day = day != self._day, day
        self._print(f"{_day_words(day) if new else '':10}  {at:%H:%M}  ", words)

    def _more(self, words: str) -> None:
        self._print("", f"[dim]{words}[/]")

    def _print(self, margin: str, words: str) -> None:
        """Words in a column of their own, without blanks at the ends of lines."""
        width = min(self._log.width, _WIDEST) - _MARGIN
        for line in Text.from_markup(words).wrap(self._log, width):
            line.rstrip()
            self._log.print(Text.assemble((margin.ljust(_MARGIN), "bold"), line))
            margin = ""


def _day_words(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day:2} {MONTHS[day.month - 1][:3]}"

"""How the tales are told: who does what on which day, in words that a practice manager uses.

A story plays on the real desk, with a database file of its own and a clock that moves only when the
tale says so. Nobody is written to: letters are counted as they are owed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from app.bootstrap import build
from engine.commands import (
    Act,
    AnswerComment,
    Command,
    DropQuestion,
    Extend,
    HandVote,
    Recompute,
    RecordLmc,
    RecordMeeting,
    Withdraw,
)
from engine.links import make_token
from engine.people import Actor, How
from engine.working_days import Calendar, calendar_value
from storage.links import live_generations
from storage.wakes import next_wake_at
from tests.engine.makers import at
from tests.stories.register import (
    CODES,
    HandMovedClock,
    Person,
    import_people,
    settings_in,
)
from tests.stories.sight import Sight
from workflows.answers import Answer, PracticePage, Receipt, Recorded, Reply
from workflows.concluding import conclusion
from workflows.decision_file import read_decision_file
from workflows.desk import Swept
from workflows.openings import Opener, Prepared
from workflows.publishing import digest as digest_of

AT_THE_COMMAND_LINE = Actor(None, How.CLI)


def a_statement(words: str) -> str:
    """An outcome statement that lacks nothing; the words are what was decided."""
    others = ("Reasons", "Options rejected", "You said, we did")
    return "\n\n".join([f"What we decided\n{words}", *(f"{part}\nAs asked." for part in others)])


@dataclass
class Story(Sight):
    """One decision's tale. A telling word gives the story back, so that a tale reads on."""

    scheduler_alive: bool = True

    # --- time -----------------------------------------------------------------------------

    def on(self, when: str) -> Self:
        """Time passes to this moment; on the way the scheduler does what falls due."""
        then = at(when, self.clock.time)
        while self.scheduler_alive and (wake := self._next_wake()) is not None and wake <= then:
            self.clock.time = max(wake, self.clock.time)
            self.sweep()
            assert self._next_wake() != wake, "a sweep left something undone"
        self.clock.time = then
        return self

    passes_to = on

    def _next_wake(self) -> datetime | None:
        with self.app.store.database.reading() as reading:
            return next_wake_at(reading)

    def scheduler_stops(self) -> Self:
        """From here on time passes and nobody looks."""
        self.scheduler_alive = False
        return self

    def scheduler_starts(self) -> Self:
        """The scheduler is back, and catches up."""
        self.scheduler_alive = True
        self.sweep()
        return self

    def sweep(self) -> Swept:
        """One sweep, now."""
        return self.app.desk.sweep()

    def restarts(self, **sections: Any) -> Self:  # noqa: ANN401 - sections as in config.toml
        """The program stops and starts again, perhaps with another configuration."""
        self.app.close()
        self.app = build(settings_in(self.home, **sections), self.clock)
        return self

    # --- what the secretary does ----------------------------------------------------------

    def opens(self, paper: str) -> Self:
        """The secretary opens a decision at the command line."""
        self.reference = self.tries_to_open(paper).opening.reference
        return self

    def tries_to_open(self, paper: str) -> Prepared:
        """The same, for what may be refused, and for what opening found."""
        return self._open(paper, self.app.opener)

    def tries_to_open_without(self, workflow: str, paper: str) -> Prepared:
        """The same, for a body that has no such workflow."""
        book = self.app.opener.rulebook
        left = {name: held for name, held in book.definitions.items() if name != workflow}
        return self._open(paper, replace(self.app.opener, rulebook=replace(book, definitions=left)))

    def _open(self, paper: str, opener: Opener) -> Prepared:
        read = read_decision_file(paper.encode(), "decision.toml")
        return opener.open(read, {}, AT_THE_COMMAND_LINE)

    def rehearses(self, paper: str) -> Self:
        """The secretary looks at what opening would do."""
        read = read_decision_file(paper.encode(), "decision.toml")
        self.app.opener.prepare(read, {}, AT_THE_COMMAND_LINE)
        return self

    def records_the_lmc(self, view: str) -> Self:
        """The secretary files what the local medical committee thinks."""
        return self.does(RecordLmc(AT_THE_COMMAND_LINE, view))

    def answers(self, comment: int, disposition: str, words: str) -> Self:
        """The secretary says what became of a comment: the first of all practices' is 1."""
        leaf = self.comments[comment - 1]["comment"]
        return self.does(AnswerComment(AT_THE_COMMAND_LINE, leaf, disposition, words))

    def answers_the_open_comments(self, words: str = "Thank you.") -> Self:
        """The secretary answers whatever has no answer yet."""
        for n, comment in enumerate(self.comments, 1):
            if comment["disposition"] is None:
                self.answers(n, "noted", words)
        return self

    def concludes(self, words: str) -> Self:
        """The secretary answers what is open and files a whole statement around these words."""
        return self.answers_the_open_comments().files(a_statement(words))

    def files(self, statement: str) -> Self:
        """The secretary files an outcome statement as it is, and the comments as they are."""
        with self.app.store.database.reading() as reading:
            keys = self.app.store.keys
            command = conclusion(reading, keys, self.reference, AT_THE_COMMAND_LINE, statement)
        return self.does(command)

    def records_a_meeting(self, *votes: HandVote, attended: Iterable[str], views: str = "") -> Self:
        """The secretary files a meeting held today, from minute 4.2."""
        today = self.app.rulebook.calendar.day_of(self.clock.now())
        return self.does(
            RecordMeeting(
                actor=AT_THE_COMMAND_LINE,
                held_on=today,
                place="Moulton Park",
                minute="4.2",
                attended=tuple(attended),
                views=views,
                votes=votes,
            )
        )

    def drops(self, question: str) -> Self:
        """The secretary takes one of several proposals off the paper."""
        return self.does(DropQuestion(AT_THE_COMMAND_LINE, question, "It is not ready."))

    def withdraws(self, reason: str) -> Self:
        """The secretary withdraws the decision."""
        return self.does(Withdraw(AT_THE_COMMAND_LINE, reason))

    def extends(self, days: int, *, by: Actor) -> Self:
        """Somebody asks for more days."""
        return self.does(Extend(by, "It is half term.", days))

    def recomputes(self, newer: Calendar) -> Self:
        """The secretary gives the decision a newer calendar of bank holidays."""
        reason, digest = "A bank holiday was announced.", digest_of(calendar_value(newer))
        return self.does(Recompute(AT_THE_COMMAND_LINE, reason, newer, digest))

    def body_acts(self, name: str, reason: str = "", *, agreed: tuple[str, ...] = ()) -> Self:
        """A body beside the practices acts, and its minutes are filed."""
        people = tuple(frozenset([role]) for role in agreed)
        act = Act(AT_THE_COMMAND_LINE, name, "The minutes.", reason, agreed=people)
        return self.does(act)

    def does(self, command: Command) -> Self:
        """Staff give a command."""
        self.app.desk.handle(self.reference, command)
        return self

    def signed_in(self, role: str) -> Actor:
        """The chair or the secretary, with a session."""
        return Actor(self.person_id(self.people["", role]), How.SESSION)

    def imports_people(self, *, without: Iterable[Person] = ()) -> Self:
        """The secretary imports the file of people again, as it now is."""
        gone = set(without)
        import_people(self.app, [each for each in self.people.values() if each not in gone])
        return self

    # --- what practices do ----------------------------------------------------------------

    def practice(self, code: str, role: str = "lead") -> "Voice":
        """A person of a practice; its lead, unless said otherwise."""
        return Voice(self, self.people[code, role])

    def deputy(self, code: str) -> "Voice":
        """A practice's deputy."""
        return self.practice(code, "deputy")

    def manager(self, code: str) -> "Voice":
        """A practice's manager, who may comment and not vote."""
        return self.practice(code, "manager")

    def practices_vote(self, *, for_: int = 0, against: int = 0, abstain: int = 0) -> Self:
        """The first so many practices vote for, the next against, the next abstain."""
        choices = ["for"] * for_ + ["against"] * against + ["abstain"] * abstain
        for code, choice in zip(CODES, choices, strict=False):
            self.practice(code).votes(choice)
        return self


@dataclass(frozen=True)
class Voice:
    """A person of a practice, answering by the link in their letter."""

    story: Story
    person: Person

    @property
    def link(self) -> str:
        """The secret part of the link in the latest letter to this person."""
        generation = self._generation()
        assert generation is not None
        story, who = self.story, self.story.person_id(self.person)
        key = story.app.store.link_key
        return make_token(key, story.reference, self.person.practice, who, generation)

    @property
    def has_a_link(self) -> bool:
        """Whether any link of this person opens the decision for the practice."""
        return self._generation() is not None

    def _generation(self) -> int | None:
        who = self.story.person_id(self.person)
        with self.story.app.store.database.reading() as reading:
            live = live_generations(reading, self.story.reference, [who])
        return live.get((self.person.practice, who))

    def page(self) -> PracticePage:
        """What the link shows now."""
        page = self.story.app.practice_desk.page(self.link)
        assert page is not None
        return page

    def sends(self, choice: str | None = None, comment: str = "", *, link: str = "") -> Reply:
        """Whatever the desk says to an answer; an old link may be named."""
        choices = {} if choice is None else {"main": choice}
        answer = Answer(choices, self.person.name, "", comment)
        return self.story.app.practice_desk.respond(link or self.link, answer)

    def asks_to_call_in(
        self, text: str = "It touches us all.", *, link: str = "", to: str = ""
    ) -> Reply:
        """Whatever the desk says to a call-in; from which page it came may be named."""
        desk = self.story.app.practice_desk
        return desk.call_in(link or self.link, self.person.name, text, "", to)

    def asks_to_challenge(self, text: str = "The paper came late.", *, link: str = "") -> Reply:
        """Whatever the desk says to a challenge."""
        desk = self.story.app.practice_desk
        return desk.challenge(link or self.link, self.person.name, text, "")

    def calls_in(self, text: str = "It touches us all.") -> Story:
        """A call-in that is recorded."""
        return self._recorded(self.asks_to_call_in(text))

    def challenges(self, text: str = "The paper came late.") -> Story:
        """A challenge that is recorded."""
        return self._recorded(self.asks_to_challenge(text))

    def receipt(self) -> Receipt:
        """What stands recorded for the practice, once the trail has been sealed."""
        self.story.app.store.sealer.seal()
        receipt = self.story.app.practice_desk.receipt(self.link)
        assert receipt is not None
        return receipt

    def answers_each(self, **choices: str) -> Story:
        """An answer to each of several questions, which is recorded."""
        answer = Answer(choices, self.person.name)
        return self._recorded(self.story.app.practice_desk.respond(self.link, answer))

    def votes(self, choice: str, comment: str = "") -> Story:
        """A vote that is recorded."""
        return self._recorded(self.sends(choice, comment))

    def comments(self, text: str) -> Story:
        """A comment that is recorded."""
        return self._recorded(self.sends(comment=text))

    def _recorded(self, reply: Reply) -> Story:
        assert isinstance(reply, Recorded), reply
        return self.story


@contextmanager
def begin(home: Path) -> Iterator[Story]:
    """A story on the desk in this folder, its files closed at the end."""
    clock = HandMovedClock()
    story = Story(home, build(settings_in(home), clock), clock)
    try:
        yield story
    finally:
        story.app.close()

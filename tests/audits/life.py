"""Years of a body's life, by a seed: decisions of every kind, and everybody doing what they may.

It plays on the real desk and with real letters, as far as the relay. Nobody here knows what should
come of it: that is the verifier's to work out from the bundle alone.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - a seed that replays

from app.bootstrap import post_settings
from engine.accounts import DISPOSITIONS
from engine.commands import (
    Act,
    AnswerComment,
    Conclude,
    DeclareInterest,
    DropQuestion,
    Extend,
    HandVote,
    Override,
    RecordLmc,
    Revote,
    RuleInterest,
    Withdraw,
)
from engine.decision import Decision
from engine.definition import Open
from engine.errors import InputFaults, Refused
from engine.impact import Route
from engine.notes import read_checkpoint
from engine.people import Actor
from notifications.post import settlement
from notifications.present import NotWanted
from notifications.sorting import SortingOffice
from storage.outbox import Status
from storage.wakes import next_wake_at
from tests.stories import papers
from tests.stories.register import CODES
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, a_statement
from workflows.answers import Answer

ASKED = tuple(code for code in CODES if code != "K83009")[:6]
FINISHED = timedelta(days=12)
"""When nobody can challenge an outcome any more, nor order a vote once more."""

LAST = datetime(2028, 12, 1, tzinfo=UTC)
"""The calendar that comes with the program ends soon after; have more decisions together."""

START = datetime(2018, 11, 26, 9, tzinfo=UTC)

AN_ALLOWANCE = """
title = "A support unit for practices"
summary = "Two people who help with returns."
[facts]
uses_management_allowance = true
money_gbp = 31000
localities_touched = "all"
"""
A_PROCUREMENT = """
title = "Who runs the ear clinic"
summary = "A contract for three years."
[facts]
procurement = true
localities_touched = "all"
"""
FOR_A_FEW = """
title = "A branch surgery closes"
summary = "Its patients go to the main house."
[facts]
changes_contract_or_les = true
localities_touched = "one"
"""

KINDS = (
    papers.A_NOTICE,
    papers.A_CONSULTATION,
    papers.A_CONSULTATION_FOR_THE_LMC_TOO,
    papers.A_VOTE,
    papers.A_BALLOT_OF_TWO,
    papers.A_VOTE_ON_INCOME,
    papers.A_CONSTITUTION,
    papers.AN_ELECTION,
    papers.A_PAPER_IN_DOUBT,
    papers.URGENT,
    AN_ALLOWANCE,
    A_PROCUREMENT,
    FOR_A_FEW,
)
THREE = tuple(frozenset([role]) for role in ("chair", "accountable_officer", "lay_chair"))


@dataclass
class Life:
    """A body's life on a desk: so many decisions, a few of them at a time."""

    story: Story
    seed: int
    together: int = 8
    letters: bool = True
    random: Random = field(init=False)
    running: dict[str, datetime | None] = field(default_factory=dict)  # when it ended, if it has
    opened: int = 0
    said: int = 0
    kept: list[tuple[bytes, int]] = field(default_factory=list)
    """Letters that arrived, each with the leaves that its checkpoint vouches for."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - no secret
        self.story.clock.time = max(self.story.clock.time, START)
        self.office = SortingOffice(
            self.story.app.store,
            self.story.app.library,
            post_settings(self.story.app.settings),
        )

    def live(self, decisions: int) -> None:
        """Live until so many decisions have been opened and have come to their end."""
        while self.opened < decisions or self.running:
            assert self.story.clock.time < LAST, "bank holidays are not known for so long a life"
            for _ in range(1 + self.together // 100):  # else a long life outlives its calendar
                if self.opened < decisions and len(self.running) < self.together:
                    self.open()
            for reference in list(self.running):
                self.look_at(reference)
            self.time_passes()
        self.post()

    # --- time -------------------------------------------------------------------------------

    def time_passes(self) -> None:
        """Mostly to what is due next, sometimes to just before it, sometimes some hours on."""
        clock, random = self.story.clock, self.random
        with self.story.app.store.database.reading() as reading:
            wake = next_wake_at(reading)
        on = clock.time + timedelta(hours=random.randint(1, 60))
        if wake is not None and random.random() < 0.6:
            on = wake + random.choice(
                [timedelta(microseconds=-1), timedelta(0), timedelta(hours=3)]
            )
        clock.time = max(clock.time, on)
        if random.random() < 0.85:
            self.story.sweep()
            self.story.app.owe()
        if random.random() < 0.7:
            self.post()

    def post(self) -> None:
        """Letters as the postman takes them; one in forty is refused by the relay."""
        if not self.letters:
            return
        self.office.expand_all()
        while batch := self.office.take():
            settled = list(batch.settled)
            for ready in batch.ready:
                status, reason = Status.ACCEPTED, "250 taken"
                if self.random.random() < 0.025:
                    status, reason = Status.FAILED, "550 no such mailbox"
                try:
                    self.office.let_go(ready)
                except NotWanted as unwanted:
                    status, reason = Status.SKIPPED, str(unwanted)
                sealed = ready.claimed.mailing.checkpoint
                if status is Status.ACCEPTED and sealed:
                    self.kept.append((ready.content, read_checkpoint(sealed).size))
                settled.append(
                    settlement(ready.claimed, status, reason, ready.contact, ready.message_id)
                )
            if settled:
                self.story.app.desk.settle(settled)

    # --- decisions --------------------------------------------------------------------------

    def open(self) -> None:
        """One more is put to practices."""
        paper = self.random.choice(KINDS)
        if 'localities_touched = "one"' not in paper:
            paper = f"practices = {list(ASKED)}\n{paper}"
        with suppress(InputFaults, Refused):
            self.story.opens(paper)
            self.running[self.story.reference] = None
            self.opened += 1

    def look_at(self, reference: str) -> None:
        """Somebody does something about it, or several do."""
        self.story.reference = reference
        decision, now = self.story.decision, self.story.clock.time
        state = self.story.case.state
        if state.is_final:
            ended = self.running[reference] or now
            self.running[reference] = ended
            if now - ended > FINISHED:
                del self.running[reference]
                return
        else:
            self.running[reference] = None
        for _ in range(self.random.randint(0, 4)):
            if state.open_for is Open.VOTES:
                self.try_one(VOTING, decision)
            elif state.open_for is Open.COMMENTS:
                self.try_one(COMMENTING, decision)
            elif state.is_final or decision.outcome is not None:
                self.try_one(AFTERWARDS, decision)
            else:
                self.try_one(STEPPING, decision)

    def try_one(self, doings: "tuple[Doing, ...]", decision: Decision) -> None:
        """One of these, drawn; what the rules refuse is refused."""
        with suppress(Refused, AssertionError, LookupError):
            self.random.choice(doings)(self, decision)

    # --- practices --------------------------------------------------------------------------

    def code(self) -> str:
        return self.random.choice(ASKED)

    def role(self) -> str:
        return self.random.choice(("lead", "deputy", "manager"))

    def vote(self, decision: Decision) -> None:
        """A practice answers every question; more often for than against."""
        voice = self.story.practice(self.code(), self.random.choice(("lead", "lead", "deputy")))
        choices = {}
        for question, options in decision.ballot.items():
            weights = [3 if option in ("for", options[0]) else 1 for option in options]
            choices[question] = self.random.choices(options, weights)[0]
        if len(choices) == 1:
            choices = {"main": next(iter(choices.values()))}
        words = self.words() if self.random.random() < 0.1 else ""
        answer = Answer(choices, voice.person.name, "", words)
        self.story.app.practice_desk.respond(voice.link, answer)

    def everybody_votes(self, decision: Decision) -> None:
        for _ in range(len(ASKED)):
            self.vote(decision)

    def comment(self, _decision: Decision) -> None:
        self.story.practice(self.code(), self.role()).sends(comment=self.words())

    def words(self) -> str:
        """Nobody says the same twice."""
        self.said += 1
        return f"No. {self.said}: it costs us a morning."

    def call_in(self, _decision: Decision) -> None:
        self.story.practice(self.code(), self.role()).asks_to_call_in(self.words())

    def challenge(self, _decision: Decision) -> None:
        self.story.practice(self.code()).asks_to_challenge(self.words())

    # --- staff ------------------------------------------------------------------------------

    def actors(self) -> tuple[Actor, Actor]:
        """Two who agree; now and then the same one twice."""
        both = self.story.signed_in("chair"), self.story.signed_in("secretary")
        return both if self.random.random() < 0.9 else (both[0], both[0])

    def withdraw(self, _decision: Decision) -> None:
        if self.random.random() < 0.05:
            self.story.does(Withdraw(AT_THE_COMMAND_LINE, "No money."))

    def hear_the_lmc(self, _decision: Decision) -> None:
        self.story.does(RecordLmc(AT_THE_COMMAND_LINE, "Agreed."))

    def override(self, _decision: Decision) -> None:
        if self.random.random() < 0.15:
            route = self.random.choice(list(Route))
            for actor in self.actors():
                self.story.does(Override(actor, str(route), "It matters."))

    def extend(self, _decision: Decision) -> None:
        days = self.random.randint(1, 4)
        for actor in self.actors():
            self.story.does(Extend(actor, "It is half term.", days))

    def drop(self, decision: Decision) -> None:
        question = self.random.choice(list(decision.ballot))
        self.story.does(DropQuestion(AT_THE_COMMAND_LINE, question, "It is not ready."))

    def declare(self, _decision: Decision) -> None:
        kind = self.random.choice(("financial", "indirect"))
        self.story.does(DeclareInterest(AT_THE_COMMAND_LINE, self.code(), kind, "Owns it."))

    def rule(self, decision: Decision) -> None:
        """Whatever is declared and not ruled on; now and then something is ruled on again."""
        ruling = self.random.choice(("noted", "no_vote", "excluded"))
        again = self.random.random() < 0.1
        for code in [code for code, held in decision.interests.items() if again or not held.ruling]:
            for actor in self.actors():
                with suppress(Refused):
                    self.story.does(RuleInterest(actor, code, ruling, "It gains."))

    def meet(self, _decision: Decision) -> None:
        present = self.random.sample(ASKED, 2)
        choice = self.random.choice(("for", "against", "abstain"))
        votes = [HandVote(code, choice) for code in present]
        self.story.records_a_meeting(*votes, attended=present)

    def answer(self, _decision: Decision) -> None:
        for comment in self.story.comments:
            if comment["disposition"] is None:
                disposition = self.random.choice(DISPOSITIONS)
                leaf = comment["comment"]
                answer = AnswerComment(AT_THE_COMMAND_LINE, leaf, disposition, "Heard.")
                self.story.does(answer)

    def conclude(self, decision: Decision) -> None:
        self.answer(decision)
        self.story.does(Conclude(AT_THE_COMMAND_LINE, a_statement("So be it.")))

    # --- bodies -----------------------------------------------------------------------------

    def act(self, _decision: Decision) -> None:
        """Whatever a body may do here."""
        case = self.story.case
        possible = case.machinery.workflow.acts_in(case.decision.state)
        acts = [name for name in possible if name not in ("withdraw", "conclude", "revote")]
        if acts:
            name = self.random.choice(acts)
            votes = self.random.choice((None, (5, 1)))
            act = Act(AT_THE_COMMAND_LINE, name, "The minutes.", "So be it.", THREE, votes)
            self.story.does(act)

    def revote(self, _decision: Decision) -> None:
        self.story.does(Revote(AT_THE_COMMAND_LINE, "Two short."))


Doing = Callable[[Life, Decision], None]

STAFF: tuple[Doing, ...] = (
    Life.withdraw,
    Life.hear_the_lmc,
    Life.hear_the_lmc,
    Life.declare,
    Life.rule,
    Life.rule,
)
COMMENTING: tuple[Doing, ...] = (
    *STAFF,
    *(Life.comment,) * 3,
    *(Life.call_in,) * 3,
    Life.override,
    Life.drop,
    Life.answer,
)
VOTING: tuple[Doing, ...] = (
    *STAFF,
    *(Life.vote,) * 4,
    *(Life.everybody_votes,) * 2,
    Life.comment,
    Life.extend,
    Life.meet,
)
STEPPING: tuple[Doing, ...] = (
    *STAFF,
    *(Life.act,) * 4,
    *(Life.conclude,) * 4,
    Life.answer,
    Life.vote,
)
AFTERWARDS: tuple[Doing, ...] = (
    *(Life.act,) * 3,
    *(Life.challenge,) * 2,
    *(Life.revote,) * 2,
    Life.hear_the_lmc,
    Life.rule,
    Life.vote,
)

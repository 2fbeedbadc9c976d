"""The desk and its model, side by side, while time passes."""

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from engine.commands import Command, Scope
from engine.errors import Refused
from engine.people import Actor
from storage import tables
from storage.decisions import accounts, load_decision
from tests.stories import papers
from tests.stories.model_staff import ModelOffice
from tests.stories.register import CODES
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, begin

ELEVEN = tuple(code for code in CODES if code != "K83009")
"""No share of eleven that the rules ask for is a whole number of practices."""

MOST = 5  # decisions at a time
START = datetime(2026, 11, 30, 9, tzinfo=UTC)  # so that Christmas comes into it
STOP = datetime(2027, 6, 1, tzinfo=UTC)  # the calendar that ships ends with 2027

TWO = ["constitution", "merger"]
KINDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "a notice": (papers.A_NOTICE, {"route": "inform"}),
    "a consultation": (papers.A_CONSULTATION, {"route": "consult"}),
    "with the LMC": (
        papers.A_CONSULTATION_FOR_THE_LMC_TOO,
        {"route": "consult", "needs_lmc": True},
    ),
    "a vote": (papers.A_VOTE, {"route": "vote"}),
    "two proposals": (papers.A_BALLOT_OF_TWO, {"route": "vote", "questions": TWO}),
    "on income": (
        papers.A_VOTE_ON_INCOME,
        {"route": "vote", "needs_lmc": True, "income": True},
    ),
    "a constitution": (
        papers.A_CONSTITUTION,
        {"route": "vote+supermajority", "needs_lmc": True},
    ),
    "urgent": (papers.URGENT, {"route": "committee", "urgent": True}),
}
MOMENTS = [timedelta(microseconds=-1), timedelta(0), timedelta(hours=5), timedelta(days=3)]

numbers = st.integers(0, MOST - 1)
practices = st.integers(0, len(ELEVEN) - 1)
voices = st.sampled_from(["lead", "deputy"])
choices = st.sampled_from(["for", "against", "abstain"])
seldom = st.sampled_from([False, False, False, True])
staff = st.sampled_from(["", "chair", "secretary"])

Fits = Callable[[ModelOffice], object]


def anything(_decision: ModelOffice) -> bool:
    return True


class Playing(RuleBasedStateMachine):
    """The real desk on a file of its own, and the model beside it."""

    home: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = type(self).home()
        self.opened = begin(self.folder)
        self.story: Story = self.opened.__enter__()
        self.story.clock.time = START
        self.model: dict[str, ModelOffice] = {}
        self.said = 0

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    def pick(self, number: int, fits: Fits = anything) -> ModelOffice:
        """One of the decisions that fit, or of all; the story speaks of it from here on."""
        fitting = [reference for reference, decision in self.model.items() if fits(decision)]
        among = fitting or list(self.model)
        self.story.reference = among[number % len(among)]
        return self.model[self.story.reference]

    @property
    def now(self) -> datetime:
        return self.story.clock.time

    def does(self, command: Command, meant: str) -> None:
        """Staff give a command, and it comes to what was meant."""
        try:
            self.story.does(command)
            came = "done"
        except Refused as refused:
            came = refused.name
        assert came == meant, f"{came}, not {meant}: {command}"

    def actor(self, role: str) -> Actor:
        return self.story.signed_in(role) if role else AT_THE_COMMAND_LINE

    # --- decisions and time -----------------------------------------------------------------

    @initialize(kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=3, max_size=4, unique=True))
    def open_some(self, kinds: list[str]) -> None:
        for kind in kinds:
            self.open(kind)

    @precondition(lambda self: len(self.model) < MOST)
    @rule(kind=st.sampled_from(sorted(KINDS)))
    def open(self, kind: str) -> None:
        paper, terms = KINDS[kind]
        self.story.opens(f"practices = {list(ELEVEN)}\n{paper}")
        terms = {name: list(v) if isinstance(v, list) else v for name, v in terms.items()}
        self.model[self.story.reference] = ModelOffice(opened=self.now, **terms)

    def on(self, moment: datetime) -> None:
        """Time passes to a moment, unless it has come already, or lies beyond the calendar."""
        self.story.clock.time = max(self.now, min(moment, STOP))

    @rule(hours=st.integers(1, 24 * 4))
    def time_passes(self, hours: int) -> None:
        self.on(self.now + timedelta(hours=hours))

    @rule(number=numbers, later=st.sampled_from(MOMENTS))
    def a_deadline_comes(self, number: int, later: timedelta) -> None:
        """Time passes to just before a deadline, to it, or a little past it; nobody sweeps."""
        due = self.pick(number, lambda decision: decision.step.open_for == "votes").due
        self.on((due or self.now) + later)

    @rule(number=numbers)
    def a_deadline_passes(self, number: int) -> None:
        """Time passes to a deadline and the scheduler is there."""
        self.on(self.pick(number, lambda decision: not decision.ended).due or self.now)
        self.sweep()

    @rule()
    def sweep(self) -> None:
        swept = self.story.sweep()
        assert swept.parked == ()
        for decision in self.model.values():
            decision.sweep(self.now)

    # --- what must be so ------------------------------------------------------------------

    @invariant()
    def every_decision_is_as_the_model_has_it(self) -> None:
        for reference, meant in self.model.items():
            self.story.reference = reference
            seen, wanted = self.seen(reference), expected(meant)
            unlike = {
                name: (seen[name], wanted[name]) for name in wanted if seen[name] != wanted[name]
            }
            assert unlike == {}, f"{reference} has, and should have: {unlike}"

    def seen(self, reference: str) -> dict[str, object]:
        """A decision as the desk and its trail have it."""
        store = self.story.app.store
        leaf = tables.leaf.c
        kinds = select(leaf.type, func.count().label("number")).where(leaf.decision == reference)
        with store.database.reading() as reading:
            decision = load_decision(reading, store.keys, reference, Scope.ALL)
            rows = reading.execute(kinds.group_by(leaf.type))
            filed = {row.type: row.number for row in rows}
            answers = [each.disposition for each in accounts(reading, reference)]
        waiting = decision.waiting
        votes = sorted((vote.practice, vote.question, vote.choice) for vote in decision.votes)
        return {
            "where": (decision.name, decision.state, decision.route, decision.round),
            "due": waiting.due_at if waiting else None,
            "questions": sorted(decision.ballot),
            "votes": votes,
            "late": filed.get("vote.rejected", 0),
            "comments": len(answers),
            "unanswered": "" in answers,
            "interests": {who: held.ruling for who, held in decision.interests.items()},
            "called in": set(decision.called_in),
            "challenged by": set(decision.challengers),
            "outcome": decision.outcome.result if decision.outcome else "",
            "acts": [act.result for act in decision.acts],
            "outcomes": filed.get("outcome.declared", 0),
            "told": self.story.letters("outcome") + self.story.letters("withdrawn"),
        }


def expected(meant: ModelOffice) -> dict[str, object]:
    """The same as the model has it."""
    votes = [
        (ELEVEN[who], question, choice)
        for who, (_, said) in meant.standing.items()
        for question, choice in zip(meant.questions, said, strict=True)
    ]
    return {
        "where": (meant.road, meant.state, meant.route, meant.round),
        "due": meant.due,
        "questions": sorted(meant.questions),
        "votes": sorted(votes),
        "late": len(meant.late),
        "comments": meant.comments,
        "unanswered": len(meant.answered) < meant.comments,
        "interests": {ELEVEN[who]: ruling for who, ruling in meant.interests.items()},
        "called in": {ELEVEN[who] for who in meant.called_in},
        "challenged by": {ELEVEN[who] for who in meant.challengers},
        "outcome": meant.outcome,
        "acts": meant.acts,
        "outcomes": meant.outcomes,
        "told": 3 * len(ELEVEN) * meant.told,
    }

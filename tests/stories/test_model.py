"""Whatever happens in whatever order, the desk does what a small pure model says it should.

Practices vote, change, comment; staff withdraw, conclude, file the LMC's view; time passes with and
without a sweep. After each step every decision is held against the model's.
"""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine.accounts import DISPOSITIONS
from engine.commands import AnswerComment, Command, Conclude, RecordLmc, Scope, Withdraw
from engine.errors import Refused
from storage.decisions import load_decision
from tests.stories.model import DAYS, ModelDecision, close_of
from tests.stories.papers import A_CONSULTATION, A_CONSULTATION_FOR_THE_LMC_TOO, A_VOTE
from tests.stories.register import CODES
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, a_statement, begin

FOUR = CODES[:4]
MOST = 5  # decisions at a time
EXAMPLES = int(os.environ.get("QUORATE_TEST_EXAMPLES", "15"))
START = datetime(2026, 11, 30, 9, tzinfo=UTC)  # so that Christmas comes into it

PAPERS = {
    "asked before a vote": (A_VOTE, False),
    "consulting": (A_CONSULTATION, False),
    "consulting with the LMC": (A_CONSULTATION_FOR_THE_LMC_TOO, True),
}
decisions = st.integers(0, MOST - 1)
practices = st.integers(0, len(FOUR) - 1)
roles = st.sampled_from(["lead", "deputy"])
choices = st.sampled_from(["for", "against", "abstain"])
seldom = st.sampled_from([False, False, False, True])
MOMENTS = [timedelta(microseconds=-1), timedelta(0), timedelta(hours=5), timedelta(days=3)]


class Desk(RuleBasedStateMachine):
    """The real desk on a file of its own, and the model beside it."""

    home: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = type(self).home()
        self.opened = begin(self.folder)
        self.story: Story = self.opened.__enter__()
        self.story.clock.time = START
        self.model: dict[str, ModelDecision] = {}
        self.said = 0

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    def pick(self, number: int, *states: str) -> ModelDecision:
        """One of the decisions in these states, or of all; the story speaks of it from here on."""
        fitting = [r for r, decision in self.model.items() if decision.state in states]
        among = fitting or list(self.model)
        self.story.reference = among[number % len(among)]
        return self.model[self.story.reference]

    @property
    def now(self) -> datetime:
        return self.story.clock.time

    # --- practices ------------------------------------------------------------------------

    @rule(number=decisions, practice=practices, role=roles, choice=choices)
    def vote(self, number: int, practice: int, role: str, choice: str) -> None:
        meant = self.pick(number, "voting").vote(practice, role, choice, self.now)
        reply = self.story.practice(FOUR[practice], role).sends(choice)

        assert type(reply).__name__ == meant

    @rule(number=decisions, choice=choices, how_many=st.integers(1, len(FOUR)))
    def several_vote(self, number: int, choice: str, how_many: int) -> None:
        for practice in range(how_many):
            self.vote(number, practice, "lead", choice)

    @rule(number=decisions, practice=practices, choice=choices)
    def lead_and_deputy_say_the_same(self, number: int, practice: int, choice: str) -> None:
        for role in ("lead", "deputy", "deputy"):
            self.vote(number, practice, role, choice)

    @rule(number=decisions, practice=practices)
    def comment(self, number: int, practice: int) -> None:
        self.say_something(self.pick(number), practice)

    def say_something(self, decision: ModelDecision, practice: int) -> None:
        meant = decision.comment(self.now)
        self.said += 1
        reply = self.story.manager(FOUR[practice]).sends(comment=f"Remark {self.said}.")

        assert type(reply).__name__ == meant

    # --- staff ----------------------------------------------------------------------------

    @initialize()
    def open_one_of_each(self) -> None:
        for kind in PAPERS:
            self.open(kind)

    @precondition(lambda self: len(self.model) < MOST)
    @rule(kind=st.sampled_from(sorted(PAPERS)))
    def open(self, kind: str) -> None:
        paper, needs_lmc = PAPERS[kind]
        self.story.opens(f"practices = {list(FOUR)}\n{paper}")
        state = kind.removesuffix(" with the LMC")
        due = close_of(self.now, DAYS[state])
        self.model[self.story.reference] = ModelDecision(state, due, needs_lmc)

    @rule(number=decisions, meant=seldom)
    def withdraw(self, number: int, *, meant: bool) -> None:
        if meant:
            for _ in range(2):  # the second time in vain
                said = self.pick(number).withdraw(self.now)
                self.staff(Withdraw(AT_THE_COMMAND_LINE, "No money."), said)

    @rule(number=decisions, meant=seldom)
    def hear_the_lmc(self, number: int, *, meant: bool) -> None:
        if meant:
            said = self.pick(number, "concluding", "overdue").hear_the_lmc()
            self.staff(RecordLmc(AT_THE_COMMAND_LINE, "Agreed."), said)

    @rule(number=decisions)
    def conclude(self, number: int) -> None:
        self.try_to_conclude(self.pick(number, "concluding", "overdue"))

    def try_to_conclude(self, decision: ModelDecision) -> None:
        said = decision.conclude(self.now)
        self.staff(Conclude(AT_THE_COMMAND_LINE, a_statement("So be it.")), said)

    @rule(number=decisions, comment=st.integers(1, 3), disposition=st.sampled_from(DISPOSITIONS))
    def answer(self, number: int, comment: int, disposition: str) -> None:
        """The nth comment is answered, perhaps once more, or there is none."""
        said = self.pick(number).answer(comment)
        self.staff(self.an_answer(comment, disposition), said)

    @rule(number=decisions)
    def answer_all_and_conclude(self, number: int) -> None:
        decision = self.pick(number, "concluding", "overdue")
        for comment in range(1, decision.comments + 1):
            self.staff(self.an_answer(comment, "noted"), decision.answer(comment))
        self.try_to_conclude(decision)

    @rule(number=decisions, practice=practices)
    def a_comment_waits_while_staff_conclude(self, number: int, practice: int) -> None:
        """A practice comments, the consultation ends, and nobody has answered it."""
        decision = self.pick(number, "consulting")
        reference = self.story.reference
        self.say_something(decision, practice)
        self.story.clock.time = max(self.now, decision.due)
        self.sweep()
        self.story.reference = reference
        self.try_to_conclude(decision)

    def an_answer(self, comment: int, disposition: str) -> AnswerComment:
        received = [leaf["n"] for leaf in self.story.leaves("comment.received")]
        leaf = received[comment - 1] if comment <= len(received) else -comment
        return AnswerComment(AT_THE_COMMAND_LINE, leaf, disposition, "Heard.")

    def staff(self, command: Command, meant: str) -> None:
        try:
            self.story.does(command)
            came = "done"
        except Refused as refused:
            came = refused.name
        assert came == meant

    # --- time -----------------------------------------------------------------------------

    @rule(hours=st.integers(1, 24 * 4))
    def time_passes(self, hours: int) -> None:
        self.story.clock.time += timedelta(hours=hours)

    @rule(number=decisions, later=st.sampled_from(MOMENTS))
    def a_deadline_comes(self, number: int, later: timedelta) -> None:
        """Time passes to just before a deadline, to it, or a little past it; nobody sweeps."""
        self.story.clock.time = max(self.now, self.pick(number, "voting").due + later)

    @rule(number=decisions)
    def a_deadline_passes(self, number: int) -> None:
        """Time passes to a deadline and the scheduler is there."""
        self.story.clock.time = max(self.now, self.pick(number, *DAYS).due)
        self.sweep()

    @rule()
    def sweep(self) -> None:
        self.story.sweep()
        for decision in self.model.values():
            decision.sweep(self.now)

    # --- what must be so ------------------------------------------------------------------

    @invariant()
    def every_decision_is_as_the_model_has_it(self) -> None:
        for reference, meant in self.model.items():
            self.story.reference = reference
            assert self.seen() == self.expected(meant)

    def seen(self) -> dict[str, object]:
        """A decision as the desk and its trail have it."""
        store = self.story.app.store
        with store.database.reading() as reading:
            decision = load_decision(reading, store.keys, self.story.reference, Scope.ALL)
        kinds = [leaf["type"] for leaf in self.story.leaves()]
        waiting = decision.waiting
        return {
            "state": decision.state,
            "due": waiting.due_at if waiting else None,
            "votes": {vote.practice: vote.choice for vote in decision.votes},
            "late": kinds.count("vote.rejected"),
            "comments": kinds.count("comment.received"),
            "unanswered": self.story.shown["comments"]["unanswered"] != [],
            "ends": kinds.count("outcome.declared"),
            "told": self.story.letters("outcome") + self.story.letters("withdrawn"),
        }

    def expected(self, meant: ModelDecision) -> dict[str, object]:
        """The same as the model has it."""
        state = "consulting" if meant.state == "asked before a vote" else meant.state
        return {
            "state": state,
            "due": None if meant.ended else meant.due,
            "votes": {FOUR[n]: choice for n, (_, choice) in meant.standing.items()},
            "late": len(meant.late),
            "comments": meant.comments,
            "unanswered": len(meant.answered) < meant.comments,
            "ends": int(meant.ended),
            "told": 12 * meant.ended,
        }


def test_the_desk_does_what_the_model_says(register: Path, tmp_path: Path) -> None:
    folders = iter(range(1_000_000))

    class OnCopies(Desk):
        @staticmethod
        def home() -> Path:
            return Path(shutil.copytree(register, tmp_path / str(next(folders))))

    run_state_machine_as_test(
        OnCopies,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

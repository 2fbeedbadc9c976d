"""Whatever happens in whatever order, the desk does what a small pure model says it should.

Practices vote, comment, call in, challenge; staff and bodies withdraw, conclude, override, rule on
interests, approve; time passes with and without a sweep. After each step every decision is held
against the model's.
"""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from engine.accounts import DISPOSITIONS
from engine.commands import (
    Act,
    AnswerComment,
    Conclude,
    DeclareInterest,
    DropQuestion,
    Extend,
    Override,
    RecordLmc,
    Revote,
    RuleInterest,
    Withdraw,
)
from tests.stories.model import SECOND_LOOK, close_of
from tests.stories.model_roads import ROUTES
from tests.stories.model_staff import ModelOffice
from tests.stories.played_by_practices import Practices
from tests.stories.playing import (
    ELEVEN,
    MOMENTS,
    TWO,
    Playing,
    numbers,
    practices,
    seldom,
    staff,
)
from tests.stories.telling import AT_THE_COMMAND_LINE, a_statement

EXAMPLES = int(os.environ.get("QUORATE_TEST_EXAMPLES", "15"))

BODIES = ("approve", "refuse", "tie", "ratify", "settle", "uphold", "set_aside")
THE_THREE = tuple(frozenset([role]) for role in ("chair", "accountable_officer", "lay_chair"))
RULINGS = ("noted", "no_vote", "excluded")
rulings = st.sampled_from(RULINGS)
routes = st.sampled_from(ROUTES)


def is_concluding(decision: ModelOffice) -> bool:
    return "conclude" in decision.step.acts


def is_early(decision: ModelOffice) -> bool:
    return not decision.round and not decision.outcome


class Staff(Playing):
    """They act when they should not, alone where two are needed, twice, and too late."""

    @rule(number=numbers, meant=seldom)
    def withdraw(self, number: int, *, meant: bool) -> None:
        if meant:
            for _ in range(2):  # the second time in vain
                said = self.pick(number).withdraw(self.now)
                self.does(Withdraw(AT_THE_COMMAND_LINE, "No money."), said)

    @rule(number=numbers)
    def hear_the_lmc(self, number: int) -> None:
        said = self.pick(number, lambda decision: decision.needs_lmc).hear_the_lmc()
        self.does(RecordLmc(AT_THE_COMMAND_LINE, "Agreed."), said)

    @rule(number=numbers, route=routes, first=staff, second=staff)
    def override(self, number: int, route: str, first: str, second: str) -> None:
        """One asks for another route; then another does, or the same once more."""
        for who in (first, second):
            said = self.pick(number, is_early).override(route, who, self.now)
            self.does(Override(self.actor(who), route, "It matters."), said)

    @rule(number=numbers, days=st.integers(1, 4), first=staff, second=staff)
    def extend(self, number: int, days: int, first: str, second: str) -> None:
        for who in (first, second):
            decision = self.pick(number, lambda decision: decision.step.open_for == "votes")
            said = decision.extend(days, who, self.now)
            self.does(Extend(self.actor(who), "It is half term.", days), said)

    @rule(number=numbers, question=st.sampled_from(TWO))
    def drop(self, number: int, question: str) -> None:
        said = self.pick(number, lambda decision: len(decision.questions) > 1).drop(
            question, self.now
        )
        self.does(DropQuestion(AT_THE_COMMAND_LINE, question, "It is not ready."), said)

    # --- consultations --------------------------------------------------------------------

    @rule(number=numbers)
    def conclude(self, number: int) -> None:
        self.try_to_conclude(self.pick(number, is_concluding))

    def try_to_conclude(self, decision: ModelOffice) -> None:
        said = decision.conclude(self.now)
        self.does(Conclude(AT_THE_COMMAND_LINE, a_statement("So be it.")), said)

    @rule(number=numbers, comment=st.integers(1, 3), disposition=st.sampled_from(DISPOSITIONS))
    def answer(self, number: int, comment: int, disposition: str) -> None:
        """The nth comment is answered, perhaps once more, or there is none."""
        said = self.pick(number, lambda decision: decision.comments).answer(comment)
        self.does(self.an_answer(comment, disposition), said)

    @rule(number=numbers)
    def answer_all_and_conclude(self, number: int) -> None:
        decision = self.pick(number, is_concluding)
        for comment in range(1, decision.comments + 1):
            self.does(self.an_answer(comment, "noted"), decision.answer(comment))
        self.try_to_conclude(decision)

    def an_answer(self, comment: int, disposition: str) -> AnswerComment:
        received = [leaf["n"] for leaf in self.story.leaves("comment.received")]
        leaf = received[comment - 1] if comment <= len(received) else -comment
        return AnswerComment(AT_THE_COMMAND_LINE, leaf, disposition, "Heard.")

    # --- interests ------------------------------------------------------------------------

    @rule(number=numbers, practice=practices)
    def declare(self, number: int, practice: int) -> None:
        said = self.pick(number, lambda decision: not decision.ended).declare(practice)
        code = ELEVEN[practice]
        self.does(DeclareInterest(AT_THE_COMMAND_LINE, code, "financial", "Owns it."), said)

    @rule(number=numbers, practice=practices, ruling=rulings, first=staff, second=staff)
    def rule_on_an_interest(
        self, number: int, practice: int, ruling: str, first: str, second: str
    ) -> None:
        decision = self.pick(number, lambda decision: decision.interests)
        practice = min(decision.interests, default=practice)
        for who in (first, second):
            said = decision.rule(practice, ruling, who, self.now)
            command = RuleInterest(self.actor(who), ELEVEN[practice], ruling, "It gains.")
            self.does(command, said)

    @rule(number=numbers, practice=practices, ruling=rulings)
    def a_practice_is_kept_from_a_vote(self, number: int, practice: int, ruling: str) -> None:
        decision = self.pick(number, lambda decision: decision.step.open_for)
        code = ELEVEN[practice]
        said = decision.declare(practice)
        self.does(DeclareInterest(AT_THE_COMMAND_LINE, code, "indirect", "A friend."), said)
        for who in ("chair", "secretary"):
            said = decision.rule(practice, ruling, who, self.now)
            self.does(RuleInterest(self.actor(who), code, ruling, "It gains."), said)

    # --- bodies ---------------------------------------------------------------------------

    @rule(number=numbers, name=st.sampled_from(BODIES), alone=seldom)
    def act(self, number: int, name: str, *, alone: bool) -> None:
        decision = self.pick(number, lambda decision: name in decision.step.acts)
        said = decision.act(name, self.now, by_three=not alone)
        agreed = THE_THREE[1:] if alone else THE_THREE
        self.does(Act(AT_THE_COMMAND_LINE, name, "The minutes.", "So be it.", agreed), said)

    @rule(number=numbers, later=st.sampled_from(MOMENTS))
    def a_second_look_ends(self, number: int, later: timedelta) -> None:
        """Time passes to when an outcome can no longer be challenged, or voted on again."""
        since = self.pick(number, lambda decision: decision.outcome).outcome_at
        self.on((close_of(since, SECOND_LOOK) if since else self.now) + later)

    @rule(number=numbers)
    def revote(self, number: int) -> None:
        said = self.pick(number, lambda decision: "revote" in decision.step.acts).revote(self.now)
        self.does(Revote(AT_THE_COMMAND_LINE, "Two short."), said)


class Desk(Practices, Staff):
    """Everybody at once, and what only happens where practices and staff meet."""

    @rule(number=numbers, practice=practices, name=st.sampled_from(["uphold", "set_aside"]))
    def a_challenge_is_heard(self, number: int, practice: int, name: str) -> None:
        decision = self.pick(number, lambda decision: decision.may_be_challenged(self.now))
        reference = self.story.reference
        meant = decision.challenge(practice, "lead", self.now)
        reply = self.story.practice(ELEVEN[practice]).asks_to_challenge()
        assert type(reply).__name__ == meant, f"{reply}, not {meant}"
        self.on(decision.due or self.now)
        self.sweep()
        self.story.reference = reference
        said = decision.act(name, self.now, by_three=False)
        self.does(Act(AT_THE_COMMAND_LINE, name, "The minutes.", "So be it."), said)

    @rule(number=numbers, practice=practices)
    def a_comment_waits_while_staff_conclude(self, number: int, practice: int) -> None:
        """A practice comments, the consultation ends, and nobody has answered it."""
        decision = self.pick(number, lambda decision: decision.state == "consulting")
        reference = self.story.reference
        self.say_something(decision, practice)
        self.on(decision.due or self.now)
        self.sweep()
        self.story.reference = reference
        self.try_to_conclude(decision)


def test_the_desk_does_what_the_model_says(register: Path, tmp_path: Path) -> None:
    folders = iter(range(1_000_000))

    def copied() -> Path:
        return Path(shutil.copytree(register, tmp_path / str(next(folders))))

    class OnCopies(Desk):
        home: Callable[[], Path] = staticmethod(copied)

    run_state_machine_as_test(
        OnCopies,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

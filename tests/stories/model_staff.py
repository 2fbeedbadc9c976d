"""What staff and bodies may do to the model's decision, and what each act comes to.

An act's answer is `done`, or the name of its refusal. `actor` is empty at the command line.
"""

from datetime import datetime

from tests.stories.model import NO, SECOND_LOOK, TAKES_THE_VOTE, ModelDecision, close_of
from tests.stories.model_roads import ROADS, ROUTES

COMMITS = {"approve", "ratify"}


class ModelOffice(ModelDecision):
    """The decision on the desks of those who run it."""

    # --- the secretary --------------------------------------------------------------------

    def withdraw(self, now: datetime) -> str:
        """What a deadline brings comes first, and is never taken back."""
        if "withdraw" not in self.step.acts or self.is_over(now):
            return NO
        self.enter("withdrawn", now)
        return "done"

    def hear_the_lmc(self) -> str:
        """Its view is filed while anything can still wait for it."""
        if self.ended and not COMMITS & set(self.step.acts):
            return NO
        self.lmc_heard = True
        return "done"

    def answer(self, comment: int) -> str:
        """The nth comment is answered."""
        if self.ended:
            return NO
        if comment > self.comments:
            return "no_such_comment"
        self.answered.add(comment)
        return "done"

    def conclude(self, now: datetime) -> str:
        """A whole statement is filed."""
        if "conclude" not in self.step.acts or self.is_over(now):
            return NO
        if self.needs_lmc and not self.lmc_heard:
            return "needs_lmc"
        if len(self.answered) < self.comments:
            return "needs_answers"
        self.enter("concluded", now)
        return "done"

    def drop(self, question: str, now: datetime) -> str:
        """One of several proposals goes before anybody can have voted on it."""
        early = not (self.ended or self.round or self.outcome or self.is_over(now))
        if not early or len(self.questions) < 2 or question not in self.questions:
            return NO
        self.questions.remove(question)
        return "done"

    def override(self, route: str, actor: str, now: datetime) -> str:
        """Up on one word, down on two, and never once a vote has opened."""
        early = not self.ended and not self.round and not self.outcome
        if not early or self.is_over(now) or route == self.route:
            return NO
        lower = ROUTES.index(route) < ROUTES.index(self.route)
        if lower and (said := self.second_word(actor, "override", route)):
            return said
        self.take(route, now)
        return "done"

    def extend(self, days: int, actor: str, now: datetime) -> str:
        """Two persons give a first vote more time, once."""
        open_ = self.step.open_for == "votes" and not self.is_over(now)
        if not open_ or self.round > 1 or self.extended_by_staff:
            return NO
        if said := self.second_word(actor, "extend", days):
            return said
        self.extended_by_staff, self.proposal = True, None
        assert self.due is not None
        self.due = close_of(self.due, days)
        return "done"

    def revote(self, now: datetime) -> str:
        """Once more, once, soon after a vote without a quorum."""
        fits = "revote" in self.step.acts and self.round == 1 and self.entered is not None
        if not fits or now >= close_of(self.entered or now, SECOND_LOOK):
            return NO
        self.outcome, self.outcome_at, self.counted = "", None, False
        self.held, self.challengers = None, set()
        self.enter("voting", now)
        return "done"

    # --- two persons ----------------------------------------------------------------------

    def second_word(self, actor: str, *terms: object) -> str:
        """What the word of one person comes to; nothing where it is the second."""
        if not actor:
            return "needs_second_person"
        if self.proposal and self.proposal[0] == terms:
            return "needs_second_person" if self.proposal[1] == actor else ""
        self.proposal = (terms, actor)
        return "done"

    # --- interests ------------------------------------------------------------------------

    def declare(self, practice: int) -> str:
        """A vote that two persons took is not given back by declaring again."""
        if self.ended:
            return NO
        if practice not in self.excluded:
            self.interests[practice] = ""
        return "done"

    def rule(self, practice: int, ruling: str, actor: str, now: datetime) -> str:
        """Two persons take a vote or give it back; once it is over nobody does."""
        if self.ended or practice not in self.interests:
            return NO
        over = bool(self.outcome) or (self.step.open_for == "votes" and self.is_over(now))
        takes_two = ruling in TAKES_THE_VOTE or practice in self.excluded
        if over and takes_two:
            return NO
        if takes_two and (said := self.second_word(actor, "rule", practice, ruling)):
            return said
        self.interests[practice], self.proposal = ruling, None
        return "done"

    # --- bodies ---------------------------------------------------------------------------

    def act(self, name: str, now: datetime, *, by_three: bool) -> str:
        """A body acts, and its minutes are filed."""
        to = self.step.acts.get(name)
        if to is None or self.is_over(now):
            return NO
        if name == "approve" and self.step.by_three and not by_three:
            return "needs_agreement"
        if name in COMMITS:
            if self.needs_lmc and not self.step.by_three and not self.lmc_heard:
                return "needs_lmc"
            if "" in self.interests.values():
                return "needs_ruling"
        if to == "upheld" and self.goes_on():
            self.resume(now)
        else:
            self.enter(to, now)
        return "done"

    def goes_on(self) -> bool:
        """Whether a body had still to act on the outcome that was challenged."""
        assert self.held is not None
        road, state = self.held
        before = ROADS[road][state]
        spent = {"revote"} if self.round > 1 else set()
        return before.days > 0 or bool(set(before.acts) - spent)

    def resume(self, now: datetime) -> None:
        """The outcome stands, all are told, and the step held up has its full time again."""
        assert self.held is not None
        self.acts.append("upheld")
        self.told += 1
        self.road, self.state = self.held
        self.called_in, self.proposal, self.entered = set(), None, now
        self.due = close_of(now, self.step.days) if self.step.days else None

"""What practices do, by link or at a meeting: they vote, comment, call in, challenge."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from engine.commands import HandVote
from engine.errors import Refused
from tests.stories.model import EVERYBODY
from tests.stories.model_staff import ModelOffice
from tests.stories.playing import ELEVEN, Playing, choices, numbers, practices, voices
from workflows.answers import Answer

anyone = st.sampled_from(["lead", "deputy", "manager"])
some = st.lists(practices, min_size=1, max_size=6, unique=True)


def is_voting(decision: ModelOffice) -> bool:
    return decision.step.open_for == "votes"


class Practices(Playing):
    """They answer in any order, too late, twice, two persons of one practice at odds."""

    @rule(number=numbers, practice=practices, role=voices, choice=choices, other=choices)
    def vote(self, number: int, practice: int, role: str, choice: str, other: str) -> None:
        decision = self.pick(number, is_voting)
        said = (choice, other)[: len(decision.questions)]
        meant = decision.vote(practice, role, said, self.now)
        voice = self.story.practice(ELEVEN[practice], role)
        answer = Answer(dict(zip(decision.questions, said, strict=True)), voice.person.name)
        reply = self.story.app.practice_desk.respond(voice.link, answer)

        assert type(reply).__name__ == meant, f"{reply}, not {meant}"

    @rule(number=numbers, choice=choices, how_many=st.integers(1, len(ELEVEN)))
    def several_vote(self, number: int, choice: str, how_many: int) -> None:
        for practice in range(how_many):
            self.vote(number, practice, "lead", choice, choice)

    @rule(number=numbers, practice=practices, choice=choices)
    def lead_and_deputy_say_the_same(self, number: int, practice: int, choice: str) -> None:
        for role in ("lead", "deputy", "deputy"):
            self.vote(number, practice, role, choice, choice)

    @rule(number=numbers, for_=st.integers(5, 9), against=st.integers(0, 3))
    def a_vote_is_held(self, number: int, for_: int, against: int) -> None:
        """So many are for it, so many against it, and its close passes."""
        decision = self.pick(number, is_voting)
        for practice in sorted(EVERYBODY)[: for_ + against]:
            choice = "for" if practice < for_ else "against"
            self.vote(number, practice, "lead", choice, choice)
        self.on(decision.due or self.now)
        self.sweep()

    @rule(number=numbers, practice=practices)
    def comment(self, number: int, practice: int) -> None:
        self.say_something(self.pick(number, lambda decision: not decision.ended), practice)

    def say_something(self, decision: ModelOffice, practice: int) -> None:
        meant = decision.comment(practice, self.now)
        self.said += 1
        reply = self.story.manager(ELEVEN[practice]).sends(comment=f"Remark {self.said}.")

        assert type(reply).__name__ == meant, f"{reply}, not {meant}"

    @rule(number=numbers, role=anyone, those=some)
    def call_in(self, number: int, role: str, those: list[int]) -> None:
        for practice in those[:3]:
            decision = self.pick(number, lambda decision: decision.step.call_in)
            meant = decision.call_in(practice, role, self.now)
            reply = self.story.practice(ELEVEN[practice], role).asks_to_call_in()

            assert type(reply).__name__ == meant, f"{reply}, not {meant}"

    @rule(number=numbers, role=anyone, practice=practices)
    def challenge(self, number: int, role: str, practice: int) -> None:
        decision = self.pick(number, lambda decision: decision.outcome)
        meant = decision.challenge(practice, role, self.now)
        reply = self.story.practice(ELEVEN[practice], role).asks_to_challenge()

        assert type(reply).__name__ == meant, f"{reply}, not {meant}"

    @rule(number=numbers, those=some, choice=st.sampled_from(["", "for", "against", "abstain"]))
    def meet(self, number: int, those: list[int], choice: str) -> None:
        """The minutes of a meeting are filed, perhaps with the votes that they hold."""
        decision = self.pick(number, is_voting)
        meant = decision.meeting(those, choice, self.now)
        codes = [ELEVEN[practice] for practice in those]
        asked = decision.questions if choice else []
        votes = [HandVote(code, choice, question) for code in codes for question in asked]
        try:
            self.story.records_a_meeting(*votes, attended=codes)
            came = "done"
        except Refused as refused:
            came = refused.name
        assert came == meant, f"{came}, not {meant}"

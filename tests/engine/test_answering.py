"""What a person of a practice may send, when, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import events
from engine.answering import MOST_COMMENTS
from engine.case import Case, Ruling
from engine.commands import GiveAnswer
from engine.decide import decide
from engine.decision import Comment, Interest, Outcome
from engine.event import Event
from engine.refusals import Faulty, HasInterest, KeptOut, NotOpen, NotYours, TooLate
from tests.engine.makers import CLOSE, CONSULTATION, OPENED, an_answer, by, case, votes

IN_TIME = CLOSE - timedelta(microseconds=1)
ASKING = case(CONSULTATION)
THE_ASKING_ENDS = ASKING.decision.deadlines[0].due_at


def happens(the_case: Case, command: GiveAnswer) -> list[type[Event]]:
    """The kinds of events that a command in time leads to."""
    return [type(event) for event in decide(the_case, command, IN_TIME - timedelta(days=5)).events]


def faults(the_case: Case, command: GiveAnswer) -> set[str]:
    """The fields of the form that have to be corrected."""
    with pytest.raises(Faulty) as caught:
        decide(the_case, command, OPENED)
    return set(caught.value.faults)


# --- a vote ---------------------------------------------------------------------------------


def test_a_first_answer_is_a_vote_cast() -> None:
    assert happens(case(), an_answer("for")) == [events.VoteCast]


def test_a_later_answer_is_a_vote_changed() -> None:
    assert happens(case(**votes("against")), an_answer("for")) == [events.VoteChanged]


def test_the_same_answer_by_another_person_is_a_vote_changed() -> None:
    """Whose answer stands has changed, though the choice has not."""
    deputy = an_answer("for", by=by("deputy of P1"))

    assert happens(case(**votes("for")), deputy) == [events.VoteChanged]


def test_the_same_answer_by_the_same_person_is_nothing_new() -> None:
    assert happens(case(**votes("for")), an_answer("for")) == []


def test_a_comment_rides_beside_the_vote_as_an_event_of_its_own() -> None:
    assert happens(case(), an_answer("for", "Do it soon.")) == [
        events.VoteCast,
        events.CommentReceived,
    ]


def test_a_comment_may_be_added_to_a_vote_that_stands() -> None:
    comment = an_answer("for", "Do it soon.")

    assert happens(case(**votes("for")), comment) == [events.CommentReceived]


def test_a_vote_belongs_to_the_round_it_is_given_in() -> None:
    cast = decide(case(round=2), an_answer("for"), OPENED).events[0]

    assert isinstance(cast, events.VoteCast)
    assert cast.round == 2


def test_who_may_not_cast_is_refused_a_choice() -> None:
    with pytest.raises(NotYours):
        decide(case(), an_answer("for", may_cast=False), OPENED)


def test_who_may_not_cast_may_comment_during_a_vote() -> None:
    comment = an_answer(None, "Ask the nurses.", may_cast=False)

    assert happens(case(), comment) == [events.CommentReceived]


def test_who_may_cast_has_to_choose_even_with_a_comment() -> None:
    assert faults(case(), an_answer(None, "We are thinking.")) == {"choice"}


@pytest.mark.parametrize("choice", ["", "yes", "For", "none"])
def test_only_the_ballot_s_own_answers_may_be_chosen(choice: str) -> None:
    assert faults(case(), an_answer(choice)) == {"choice"}


def test_a_question_that_is_not_on_the_ballot_is_a_fault() -> None:
    choices = {"main": "for", "other": "for"}

    assert faults(case(), an_answer(choices=choices)) == {"choice"}


def test_a_form_s_only_question_means_the_ballot_s_only_one() -> None:
    ballot = {"foot_checks": ("for", "against", "abstain")}
    cast = decide(case(ballot=ballot), an_answer("for"), OPENED).events[0]

    assert isinstance(cast, events.VoteCast)
    assert cast.question == "foot_checks"


@pytest.mark.parametrize("name", ["", "A", "1234", "- -", "x" * 121])
def test_a_name_has_two_letters_or_more_and_an_end(name: str) -> None:
    assert faults(case(), an_answer("for", by=by(name=name))) == {"name"}


@pytest.mark.parametrize("name", ["Bo", "Ng", "Ødegård", "李明", "O'Neil-Smith 2nd"])
def test_any_name_of_two_letters_will_do(name: str) -> None:
    assert happens(case(), an_answer("for", by=by(name=name))) == [events.VoteCast]


def test_everything_at_fault_is_told_at_once() -> None:
    wrong = an_answer("yes", "x" * 10_001, by=by(name=""))

    assert faults(case(), wrong) == {"choice", "name", "comment"}


def test_a_comment_has_an_end() -> None:
    assert faults(case(), an_answer("for", "x" * 10_001)) == {"comment"}


# --- a comment ------------------------------------------------------------------------------


def test_a_comment_is_received() -> None:
    assert happens(ASKING, an_answer(None, "No bus.")) == [events.CommentReceived]


def test_a_consultation_needs_a_comment_and_a_name() -> None:
    assert faults(ASKING, an_answer(None, "", by=by(name=""))) == {"comment", "name"}


def test_a_choice_in_a_consultation_is_a_fault() -> None:
    assert faults(ASKING, an_answer("for", "No bus.")) == {"choice"}


def many(number: int) -> Case:
    """The consultation after so many comments of one person."""
    said = tuple(Comment("P1", f"No. {n}", by(), n) for n in range(number))
    return case(CONSULTATION, comments=said)


def test_one_persons_comments_have_an_end() -> None:
    """Each is read with the next answer of the practice: a robot would keep all waiting."""
    most = many(MOST_COMMENTS)
    assert faults(most, an_answer(None, "One more.")) == {"comment"}
    assert happens(most, an_answer(None, f"No. {MOST_COMMENTS - 1}")) == []
    assert happens(many(MOST_COMMENTS - 1), an_answer(None, "The last.")) == [
        events.CommentReceived
    ]


def test_one_persons_many_comments_keep_out_no_colleague() -> None:
    colleague = an_answer(None, "I see it otherwise.", by=by("deputy of P1"))
    assert happens(many(MOST_COMMENTS), colleague) == [events.CommentReceived]


def test_the_same_comment_again_is_nothing_new() -> None:
    said = Comment("P1", "No bus.", by(), 7)

    assert happens(case(CONSULTATION, comments=(said,)), an_answer(None, "No bus.")) == []


def test_a_person_may_say_more_and_then_the_same_again() -> None:
    said = (Comment("P1", "No bus.", by(), 7), Comment("P1", "None at all.", by(), 8))
    again = an_answer(None, "No bus.")

    assert happens(case(CONSULTATION, comments=said), again) == [events.CommentReceived]


def test_two_persons_may_say_the_same() -> None:
    said = Comment("P1", "No bus.", by("deputy of P1"), 7)
    too = an_answer(None, "No bus.")

    assert happens(case(CONSULTATION, comments=(said,)), too) == [events.CommentReceived]


# --- too late -------------------------------------------------------------------------------

Rule = Callable[[Case, GiveAnswer], bool]
"""Whether a vote sent so many hours after the close would be recorded."""


def recorded_late(rule: Rule) -> int:
    """How many of a hundred late votes are recorded while the scheduler is dead."""
    return sum(rule(case(), an_answer("for")) for _ in range(100))


def test_no_vote_is_recorded_after_the_close_though_nobody_has_closed_it() -> None:
    def rule(the_case: Case, command: GiveAnswer) -> bool:
        ruling = decide(the_case, command, CLOSE + timedelta(hours=1))
        return any(isinstance(event, events.VoteCast) for event in ruling.events)

    assert recorded_late(rule) == 0


def test_a_rule_that_trusts_the_state_records_every_late_vote() -> None:
    """The naive way, shown to fail: until a sweep has come, the state still says `voting`."""

    def naive(the_case: Case, command: GiveAnswer) -> bool:
        return the_case.decision.state == "voting" and bool(command.choices)

    assert recorded_late(naive) == 100


def late(the_case: Case, command: GiveAnswer) -> Ruling:
    return decide(the_case, command, CLOSE)


def test_the_last_microsecond_is_in_time() -> None:
    assert decide(case(), an_answer(), IN_TIME).refusal is None


def test_the_deadline_itself_is_too_late() -> None:
    assert isinstance(late(case(), an_answer()).refusal, TooLate)


def test_a_late_vote_is_recorded_as_late_and_without_its_choice() -> None:
    assert late(case(), an_answer()).events == (
        events.VoteRejected(decision="D-1", practice="P1", round=1, because="late", by=by()),
    )


def test_the_refusal_says_when_it_closed() -> None:
    refusal = late(case(), an_answer()).refusal

    assert "5pm on Monday 12 October 2026 (London time)" in str(refusal)


def test_the_same_person_s_second_late_vote_is_refused_and_not_recorded() -> None:
    with pytest.raises(TooLate):
        late(case(rejected=frozenset({"lead of P1"})), an_answer())


def test_a_late_vote_of_one_who_may_not_cast_is_not_recorded() -> None:
    with pytest.raises(TooLate):
        late(case(), an_answer(may_cast=False))


def test_a_late_comment_is_refused_and_not_recorded() -> None:
    with pytest.raises(TooLate):
        decide(ASKING, an_answer(None, "Too late?"), THE_ASKING_ENDS)


# --- nothing is asked -----------------------------------------------------------------------


def ended(result: str, *, counted: bool) -> Case:
    outcome = Outcome(result, (), CLOSE, {"for": 3} if counted else None)
    return case(state=result, outcome=outcome, deadlines=())


def test_a_vote_after_the_count_is_refused_and_recorded_as_late() -> None:
    ruling = late(ended("carried", counted=True), an_answer())

    assert (isinstance(ruling.refusal, NotOpen), len(ruling.events)) == (True, 1)


def test_a_vote_on_a_withdrawn_decision_is_refused_and_not_recorded() -> None:
    with pytest.raises(NotOpen):
        late(ended("withdrawn", counted=False), an_answer())


def test_a_comment_after_the_end_is_refused() -> None:
    with pytest.raises(NotOpen):
        late(ended("carried", counted=True), an_answer(None, "Well done."))


def test_while_staff_have_the_next_step_nothing_is_asked() -> None:
    with pytest.raises(NotOpen, match="the next step is with staff"):
        decide(case(CONSULTATION, state="concluding"), an_answer(None, "One more thing."), OPENED)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        decide(case(), an_answer(), OPENED.replace(tzinfo=None))


def test_a_ruling_changes_nothing_by_itself() -> None:
    the_case = case()
    decide(the_case, an_answer(), OPENED)

    assert the_case == replace(the_case)


# --- an interest that was ruled on ----------------------------------------------------------


def with_ruling(the_case: Case, ruling: str) -> Case:
    interests = {"P1": Interest("financial", ruling)}
    return replace(the_case, decision=replace(the_case.decision, interests=interests))


def test_a_practice_without_a_vote_is_refused_one() -> None:
    with pytest.raises(HasInterest):
        decide(with_ruling(case(), "no_vote"), an_answer("for"), OPENED)


def test_its_voter_may_comment_without_a_choice() -> None:
    command = an_answer(None, "We declared it.")

    assert happens(with_ruling(case(), "no_vote"), command) == [events.CommentReceived]


@pytest.mark.parametrize("the_case", [case(), ASKING], ids=["vote", "consultation"])
def test_a_practice_kept_out_may_not_comment(the_case: Case) -> None:
    with pytest.raises(KeptOut):
        decide(with_ruling(the_case, "excluded"), an_answer(None, "But."), OPENED)


@pytest.mark.parametrize("ruling", ["", "noted"])
def test_an_interest_that_keeps_from_nothing_changes_nothing(ruling: str) -> None:
    assert happens(with_ruling(case(), ruling), an_answer("for")) == [events.VoteCast]

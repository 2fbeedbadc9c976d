"""What becomes of comments: each is answered in words before a consultation is concluded."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from engine import events
from engine.accounts import DISPOSITIONS
from engine.acts import possible_acts
from engine.case import Case
from engine.commands import AnswerComment, Command, Conclude, PassDeadline
from engine.decide import decide
from engine.entering import Words, enter
from engine.errors import Refused
from engine.event import Event, Owner
from engine.moving import move_for
from engine.refusals import (
    NeedsAnswers,
    NeedsReason,
    NeedsStatement,
    NoSuchAct,
    NoSuchComment,
    NoSuchDisposition,
)
from engine.statement import require_statement
from tests.engine.makers import (
    AT_THE_COMMAND_LINE,
    CLOSE,
    CONSULTATION,
    OPENED,
    STATEMENT,
    case,
    commented,
)

CONCLUSION = Conclude(AT_THE_COMMAND_LINE, STATEMENT)
ANSWER = AnswerComment(AT_THE_COMMAND_LINE, 12, "noted", "Thank you.")


def concluding(*dispositions: str) -> Case:
    """A consultation that is over, with so many comments, answered or (empty) not."""
    return case(CONSULTATION, state="concluding", **commented(*dispositions))


def happens(the_case: Case, command: Command) -> Event:
    (event,) = decide(the_case, command, OPENED).events
    return event


def refusal(the_case: Case, command: Command) -> Refused:
    with pytest.raises(Refused) as caught:
        decide(the_case, command, OPENED)
    return caught.value


# --- answering ------------------------------------------------------------------------------


def test_an_answer_names_the_comment_the_practice_and_what_became_of_it() -> None:
    answered = happens(concluding("", ""), ANSWER)

    assert answered.body() == {
        "decision": "D-1",
        "practice": "P2",
        "comment": 12,
        "disposition": "noted",
    }


def test_an_answer_s_words_and_who_gave_them_are_the_decision_s_secrets() -> None:
    secrets = {(s.field, s.owner) for s in happens(concluding("", ""), ANSWER).secrets()}

    assert secrets == {("text", Owner.DECISION), ("by", Owner.DECISION)}


@pytest.mark.parametrize("disposition", DISPOSITIONS)
def test_a_comment_is_accepted_answered_or_noted(disposition: str) -> None:
    answered = happens(concluding("", ""), replace(ANSWER, disposition=disposition))

    assert isinstance(answered, events.CommentAnswered)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (replace(ANSWER, disposition="rejected"), NoSuchDisposition),
        (replace(ANSWER, disposition=""), NoSuchDisposition),
        (replace(ANSWER, text=" \n"), NeedsReason),
        (replace(ANSWER, comment=13), NoSuchComment),
        (replace(ANSWER, comment=0), NoSuchComment),
    ],
)
def test_an_answer_that_answers_nothing_is_refused(
    command: AnswerComment, kind: type[Refused]
) -> None:
    assert type(refusal(concluding("", ""), command)) is kind


def test_an_answer_may_be_given_while_practices_are_still_being_asked() -> None:
    consulting = case(CONSULTATION, **commented("", ""))

    assert isinstance(happens(consulting, ANSWER), events.CommentAnswered)


def test_after_the_end_nothing_is_answered_any_more() -> None:
    ended = case(CONSULTATION, state="concluded", **commented("", ""))

    assert type(refusal(ended, ANSWER)) is NoSuchAct


def test_a_later_answer_takes_the_place_of_the_earlier() -> None:
    before = concluding("accepted", "accepted")
    after = before.after(happens(before, ANSWER), OPENED)

    assert [each.disposition for each in after.decision.accounts] == ["accepted", "noted"]


@pytest.mark.parametrize(("dispositions", "offered"), [((), False), (("",), True)])
def test_answering_is_offered_where_there_is_a_comment(
    dispositions: tuple[str, ...], *, offered: bool
) -> None:
    acts = possible_acts(concluding(*dispositions), OPENED, two_persons=False)

    assert ("answer" in {act.name for act in acts}) is offered


# --- concluding -----------------------------------------------------------------------------


def test_a_consultation_is_not_concluded_over_a_comment_without_an_answer() -> None:
    assert isinstance(refusal(concluding("noted", ""), CONCLUSION), NeedsAnswers)


def test_the_refusal_names_the_comments_that_wait() -> None:
    says = refusal(concluding("", "noted", ""), CONCLUSION).says

    assert re.findall(r"\d+", says) == ["11", "13"]


def test_once_every_comment_is_answered_it_is_concluded() -> None:
    concluded = happens(concluding(*DISPOSITIONS), CONCLUSION)

    assert isinstance(concluded, events.OutcomeDeclared)


def test_where_nobody_commented_there_is_nothing_to_answer() -> None:
    assert isinstance(happens(concluding(), CONCLUSION), events.OutcomeDeclared)


def test_a_vote_ends_with_comments_that_nobody_answered() -> None:
    over = case(**commented("", ""), extended=1)

    ended = decide(over, PassDeadline("close", CLOSE), CLOSE).events

    assert any(isinstance(event, events.OutcomeDeclared) for event in ended)


def test_comments_are_answered_beside_a_statement_that_speaks_of_them() -> None:
    without = STATEMENT.partition("You said")[0]

    assert isinstance(
        refusal(concluding("noted"), Conclude(AT_THE_COMMAND_LINE, without)), NeedsStatement
    )


def naive_conclude(the_case: Case, command: Conclude, _now: datetime) -> Iterator[Event]:
    """What concludes without looking at what became of the comments."""
    require_statement(command.statement, commented=True)
    move = move_for(the_case, "conclude")
    yield from enter(the_case, move.to, {}, Words(statement=command.statement))


def test_a_conclusion_that_looks_at_no_comment_would_end_over_one() -> None:
    """The rule is what refuses: without it the same command ends the decision."""
    (ended,) = naive_conclude(concluding("noted", ""), CONCLUSION, OPENED)

    assert isinstance(ended, events.OutcomeDeclared)

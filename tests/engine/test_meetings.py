"""Meetings beside the link: what may be entered by hand, and why nobody is outvoted in silence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from engine import events
from engine.case import Case
from engine.commands import HandVote, PassDeadline, RecordMeeting
from engine.decide import decide
from engine.decision import Interest, Outcome
from engine.event import Event
from engine.meetings import source_of
from engine.people import By
from engine.refusals import NeedsReason, NoSuchAct, NotByHand
from engine.roll import make_roll
from tests.engine.makers import (
    AT_THE_COMMAND_LINE,
    CLOSE,
    CONSULTATION,
    an_answer,
    at,
    by,
    case,
    line,
    votes,
    what_follows,
)

NOW = at("9am Wednesday 7 October 2026")
TUESDAY = date(2026, 10, 6)
TWO = dict.fromkeys(("fee", "start"), ("for", "against", "abstain"))


def meeting(*choices: HandVote, **changes: Any) -> RecordMeeting:  # noqa: ANN401
    """A meeting of the first three practices on Tuesday 6 October, with these votes."""
    record = RecordMeeting(
        actor=AT_THE_COMMAND_LINE,
        held_on=TUESDAY,
        place="Moulton Park",
        minute="4.2",
        attended=("P1", "P2", "P3"),
        votes=choices,
    )
    return replace(record, **changes)


def for_(practice: str, question: str = "") -> HandVote:
    return HandVote(practice, "for", question)


def recorded(of: Case, command: RecordMeeting, now: datetime = NOW) -> tuple[Event, ...]:
    return decide(of, command, now).events


def after(of: Case, command: RecordMeeting, now: datetime = NOW) -> Case:
    held = of
    for event in recorded(of, command, now):
        held = held.after(event, now)
    return held


# --- what is put on record ------------------------------------------------------------------


def test_a_meeting_is_put_on_record_by_day_and_practices() -> None:
    (event,) = recorded(case(), meeting())

    assert event.body() == {
        "decision": "D-1",
        "meeting": "M1",
        "held_on": "2026-10-06",
        "attended": ["P1", "P2", "P3"],
    }


def test_what_was_said_and_where_stays_out_of_the_leaf() -> None:
    (event,) = recorded(case(), meeting(views="P2 would rather wait."))

    assert {secret.field for secret in event.secrets()} == {"place", "minute", "views", "by"}


def test_the_next_meeting_is_the_second() -> None:
    _, again = after(after(case(), meeting()), meeting()).decision.meetings

    assert again.name == "M2"


@pytest.mark.parametrize("state", ["consulting", "concluding", "overdue"])
def test_who_was_there_and_what_was_said_is_recorded_in_any_running_state(state: str) -> None:
    here = case(CONSULTATION, state=state)

    assert len(recorded(here, meeting(views="They asked for parking."))) == 1


def test_nothing_is_recorded_once_the_decision_has_ended() -> None:
    ended = case(state="carried", outcome=Outcome("carried", ("Carried.",), NOW, None))
    with pytest.raises(NoSuchAct):
        recorded(ended, meeting())


# --- what is entered by hand ----------------------------------------------------------------


def test_a_vote_by_hand_names_its_meeting_in_the_open() -> None:
    _, vote = recorded(case(), meeting(for_("P2")))

    assert (vote.type, vote.body()["practice"], vote.body()["meeting"]) == ("vote.cast", "P2", "M1")


def test_a_vote_by_link_names_none() -> None:
    (vote,) = decide(case(), an_answer(), NOW).events

    assert "meeting" not in vote.body()


def test_it_is_under_the_lead_s_key_and_says_which_minute_it_is_from() -> None:
    _, vote = recorded(case(), meeting(for_("P2")))

    assert isinstance(vote, events.VoteCast)
    assert vote.by == By(
        "lead of P2", "By hand at the meeting on 6 October 2026, minute 4.2", "meeting"
    )


def test_without_a_lead_it_is_under_the_deputy_s() -> None:
    here = replace(case(), roll=make_roll([line("P1", "deputy", "manager")]))
    _, vote = recorded(here, meeting(for_("P1"), attended=("P1",)))

    assert vote.person == "deputy of P1"


def test_once_the_lead_has_left_it_is_under_the_deputy_s() -> None:
    left = frozenset({("P1", "deputy of P1")})
    _, vote = recorded(case(), meeting(for_("P1"), voters=left))

    assert vote.person == "deputy of P1"


def test_where_it_is_from_can_be_read_off_its_name() -> None:
    assert source_of("By hand at the meeting on 6 October 2026, minute 4.2") == (
        "at the meeting on 6 October 2026, minute 4.2"
    )


def test_it_answers_every_question_of_the_ballot() -> None:
    happened = recorded(case(ballot=TWO), meeting(for_("P1", "fee"), for_("P1", "start")))

    assert [event.body().get("question") for event in happened] == [None, "fee", "start"]


def test_it_counts_as_one_by_link_does() -> None:
    here = case(**votes("for", "against"))
    by_hand = after(here, meeting(for_("P3")))

    assert by_hand.decision.answered == {"P1", "P2", "P3"}


# --- what is refused ------------------------------------------------------------------------


def without_voters() -> Case:
    return replace(case(), roll=make_roll([line("P1", "manager"), line("P2", "lead")]))


REFUSED: dict[str, tuple[Case, RecordMeeting, str]] = {
    "an answer by link": (case(**votes("against")), meeting(for_("P1")), "P1: answered already"),
    "not on the roll": (
        case(),
        meeting(for_("P9")),
        "P9: not on the roll",
    ),
    "not there": (case(), meeting(for_("P4")), "P4: not among those present"),
    "an interest": (
        case(interests={"P2": Interest("financial", "no_vote")}),
        meeting(for_("P2")),
        "P2: an interest was ruled to keep it from voting",
    ),
    "nobody to correct it": (
        without_voters(),
        meeting(for_("P1"), attended=("P1", "P2")),
        "P1: nobody has a link that may cast its vote",
    ),
    "who could correct it has left": (
        case(),
        meeting(for_("P1"), voters=frozenset({("P2", "lead of P2")})),
        "P1: nobody has a link that may cast its vote",
    ),
    "no such answer": (case(), meeting(HandVote("P1", "yes")), "P1: 'yes' is none of for, against"),
    "no such question": (
        case(),
        meeting(for_("P1", "fee")),
        "P1: one answer is needed to each of main",
    ),
    "half a ballot": (
        case(ballot=TWO),
        meeting(for_("P1", "fee")),
        "P1: one answer is needed to each of fee, start",
    ),
    "two answers": (
        case(),
        meeting(for_("P1"), HandVote("P1", "against", "main")),
        "P1: one answer is needed to each of main",
    ),
    "no vote open": (case(CONSULTATION), meeting(for_("P1")), "No vote is open"),
    "before the vote": (
        case(),
        meeting(for_("P1"), held_on=date(2026, 10, 2)),
        "was held before this vote opened",
    ),
}


@pytest.mark.parametrize(("here", "command", "says"), REFUSED.values(), ids=REFUSED)
def test_a_vote_by_hand_is_refused(here: Case, command: RecordMeeting, says: str) -> None:
    with pytest.raises(NotByHand) as caught:
        recorded(here, command)

    assert says in caught.value.says


def test_one_vote_that_cannot_stand_refuses_the_whole_file_and_names_each_practice() -> None:
    here = case(**votes("against", "against"))
    with pytest.raises(NotByHand) as caught:
        recorded(here, meeting(for_("P3"), for_("P1"), for_("P2")))

    assert "P1, P2: answered already" in caught.value.says


def test_what_was_entered_by_hand_is_not_entered_again_the_other_way() -> None:
    """A secretary who could do that might turn a vote each time the practice looks away."""
    here = after(case(), meeting(for_("P1")))
    with pytest.raises(NotByHand):
        recorded(here, meeting(HandVote("P1", "against")))


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        ("4pm Friday 9 October 2026", False),  # Monday, the day of the close, is left
        ("11pm Sunday 11 October 2026", False),
        ("9am Monday 12 October 2026", True),
        ("5pm Monday 12 October 2026", True),
    ],
)
def test_a_working_day_must_be_left_to_correct_it(now: str, *, refused: bool) -> None:
    def enters() -> int:
        return len(recorded(case(), meeting(for_("P1")), at(now)))

    assert (is_refused(enters) is True) is refused


def is_refused(enters: Callable[[], int]) -> bool:
    try:
        enters()
    except NotByHand:
        return True
    return False


def test_who_was_there_may_be_recorded_to_the_last_minute() -> None:
    assert recorded(case(), meeting(), at("4:59pm Monday 12 October 2026"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"held_on": date(2026, 10, 8)}, "has not been held yet"),
        ({"attended": ()}, "Name the practices that were present"),
        ({"attended": ("P1", "P9")}, "P9: not on the roll of D-1"),
    ],
)
def test_a_meeting_that_makes_no_sense_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(NoSuchAct, match=says):
        recorded(case(), meeting(**changes))


@pytest.mark.parametrize("lacking", ["place", "minute"])
def test_a_meeting_says_where_it_was_and_which_minute_tells_of_it(lacking: str) -> None:
    with pytest.raises(NeedsReason):
        recorded(case(), meeting(**{lacking: " "}))


# --- what follows ---------------------------------------------------------------------------


def receipts(of: Case, happened: tuple[Event, ...]) -> list[events.MailIntended]:
    followed = what_follows(of, happened, NOW)
    return [event for event in followed if isinstance(event, events.MailIntended)]


def test_every_contact_of_each_practice_gets_a_receipt() -> None:
    here, command = case(), meeting(for_("P1"), for_("P3"))
    owed = receipts(here, recorded(here, command))

    assert [(mail.to.practices, mail.count) for mail in owed] == [(("P1",), 3), (("P3",), 3)]


def test_the_receipt_says_that_it_was_entered_by_hand() -> None:
    (owed,) = receipts(case(), recorded(case(), meeting(for_("P2"))))

    assert owed.context["meeting"] == "M1"


def test_a_meeting_without_votes_owes_nobody_a_receipt() -> None:
    assert receipts(case(), recorded(case(), meeting())) == []


def test_the_practice_corrects_it_by_link() -> None:
    """And the correction is by link in all: nothing of it is counted as by hand any more."""
    here = after(case(), meeting(for_("P1")))
    held = replace(here, decision=replace(here.decision, **votes("for")))
    (changed,) = decide(held, an_answer("against"), NOW).events

    assert changed.type == "vote.changed"
    assert held.after(changed, NOW).decision.by_hand == {}


def test_the_outcome_says_how_many_came_by_hand() -> None:
    here = after(case(), meeting(for_("P1"), for_("P2")))
    here = replace(here, decision=replace(here.decision, **votes("for", "for", "against")))
    outcome = decide(here, PassDeadline("close", CLOSE), CLOSE).events[-1]

    assert isinstance(outcome, events.OutcomeDeclared)
    assert outcome.sentences[-1] == (
        "2 practices' answers were entered by hand from the minutes of a meeting."
    )


def test_an_outcome_without_any_says_nothing_of_it() -> None:
    here = case(**votes("for", "for", "against"))
    outcome = decide(here, PassDeadline("close", CLOSE), CLOSE).events[-1]

    assert isinstance(outcome, events.OutcomeDeclared)
    assert not any("by hand" in line for line in outcome.sentences)


def test_a_vote_held_once_more_begins_without_any() -> None:
    here = after(case(), meeting(for_("P1")))
    again = here.after(events.PhaseOpened(decision="D-1", phase="voting", round=2), NOW)

    assert (again.decision.by_hand, len(again.decision.meetings)) == ({}, 1)


def test_a_committee_s_step_after_the_vote_keeps_them() -> None:
    here = after(case(), meeting(for_("P1")))
    later = here.after(events.PhaseOpened(decision="D-1", phase="voting", round=1), NOW)

    assert later.decision.by_hand == {"P1": "M1"}


def test_the_name_is_one_that_nobody_can_take_for_a_person_s() -> None:
    _, vote = recorded(case(), meeting(for_("P1")))

    assert isinstance(vote, events.VoteCast)
    assert vote.by != by("lead of P1")

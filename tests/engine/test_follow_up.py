"""What follows from what happened: deadlines set, letters owed, each to an explicit audience."""

import pytest

from engine import events
from engine.case import Case
from engine.event import Event
from engine.events import Audience, MailIntended
from engine.mailing import audience_digest, mail, whole_roll
from tests.engine.makers import (
    CLOSE,
    CONSULTATION,
    OPENED,
    at,
    by,
    calendar,
    case,
    what_follows,
)

NOT_BEGUN = case(state="", deadlines=())
ALL = Audience(("P1", "P2", "P3", "P4"))


def cast(
    practice: str, question: str = "main", kind: type[events.VoteCast] = events.VoteCast
) -> Event:
    return kind(
        decision="D-1", question=question, practice=practice, round=1, choice="for", by=by()
    )


def said(practice: str) -> Event:
    return events.CommentReceived(
        decision="D-1", practice=practice, phase="voting", text="Yes.", by=by()
    )


def phase(name: str) -> Event:
    return events.PhaseOpened(decision="D-1", phase=name, round=1)


def extended(*, automatic: bool) -> Event:
    return events.DeadlineExtended(
        decision="D-1",
        name="close",
        phase="voting",
        was=CLOSE,
        working_days=3,
        automatic=automatic,
        because="No quorum.",
        by=None,
    )


def declared(state: str) -> Event:
    return events.OutcomeDeclared(
        decision="D-1",
        state=state,
        result=state,
        sentences=(),
        statement=None,
        reason=None,
        by=None,
    )


def letters(before: Case, *happened: Event, now: object = OPENED) -> list[MailIntended]:
    """The letters that these events owe."""
    follows = what_follows(before, happened, now)  # type: ignore[arg-type]
    return [event for event in follows if isinstance(event, MailIntended)]


def due(before: Case, *happened: Event, now: object = OPENED) -> str:
    """When the deadline falls that these events set."""
    follows = what_follows(before, happened, now)  # type: ignore[arg-type]
    moment = next(event.due_at for event in follows if isinstance(event, events.DeadlineSet))
    return calendar().words(moment)


# --- a phase --------------------------------------------------------------------------------


def test_a_phase_s_days_count_from_the_leaf_that_opens_it() -> None:
    late = at("11pm Wednesday 14 October 2026")

    assert due(NOT_BEGUN, phase("voting"), now=late) == "5pm on Wednesday 21 October 2026"


def test_a_phase_owes_its_letters_to_the_whole_roll() -> None:
    assert [(m.letter, m.to) for m in letters(NOT_BEGUN, phase("voting"))] == [("vote_opened", ALL)]


def test_a_mailing_counts_a_letter_for_each_person() -> None:
    assert letters(NOT_BEGUN, phase("voting"))[0].count == 12


def test_a_letter_that_asks_says_by_when() -> None:
    assert letters(NOT_BEGUN, phase("voting"))[0].context == {
        "due_at": "2026-10-12T16:00:00.000000Z",
        "state": "voting",
    }


def test_an_overdue_step_is_told_to_the_chair_and_to_no_practice() -> None:
    overdue = letters(case(CONSULTATION, state="", deadlines=()), phase("overdue"))

    assert [(m.letter, m.to, m.count) for m in overdue] == [
        ("step_overdue", Audience(role="chair"), 1)
    ]


def test_a_phase_without_letters_owes_none() -> None:
    assert letters(case(CONSULTATION, state="", deadlines=()), phase("concluding")) == []


# --- a deadline that moves ------------------------------------------------------------------


def test_an_automatic_extension_counts_from_its_leaf() -> None:
    late = at("9am Thursday 15 October 2026")

    assert due(case(), extended(automatic=True), now=late) == "5pm on Tuesday 20 October 2026"


def test_an_extension_by_staff_is_added_to_the_running_time() -> None:
    assert due(case(), extended(automatic=False)) == "5pm on Thursday 15 October 2026"


def test_everyone_hears_the_old_time_the_new_one_and_why() -> None:
    (letter,) = letters(case(), extended(automatic=False))

    assert (letter.to, letter.letter) == (ALL, "extended")
    assert {name: letter.context[name] for name in ("was", "due_at", "because")} == {
        "was": "2026-10-12T16:00:00.000000Z",
        "due_at": "2026-10-15T16:00:00.000000Z",
        "because": "No quorum.",
    }


def test_a_recomputed_deadline_is_told_with_the_leaf_that_holds_the_reason() -> None:
    moved = events.DeadlineRecomputed(
        decision="D-1",
        name="close",
        phase="voting",
        was=CLOSE,
        due_at=CLOSE.replace(day=13),
        calendar="newer",
        reason="A holiday.",
        by={},
    )
    (letter,) = letters(case(), moved)

    assert (letter.letter, letter.context["leaf"]) == ("extended", 1)


# --- an end ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "letter"), [("carried", "outcome"), ("withdrawn", "withdrawn")])
def test_an_end_is_told_to_everyone(state: str, letter: str) -> None:
    assert [(m.letter, m.to) for m in letters(case(), declared(state))] == [(letter, ALL)]


# --- receipts -------------------------------------------------------------------------------


def test_an_answer_is_confirmed_to_every_person_of_its_practice() -> None:
    (receipt,) = letters(case(), cast("P2"))

    assert (receipt.letter, receipt.to, receipt.count) == ("receipt", Audience(("P2",)), 3)


def test_answers_of_one_commit_share_a_receipt() -> None:
    (receipt,) = letters(case(), cast("P2", "a"), cast("P2", "b"), said("P2"))

    assert receipt.context["leaves"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("kind", "changed"), [(events.VoteCast, False), (events.VoteChanged, True)]
)
def test_a_receipt_says_whether_an_answer_was_changed(
    kind: type[events.VoteCast], *, changed: bool
) -> None:
    assert letters(case(), cast("P2", kind=kind))[0].context["changed"] is changed


def test_a_vote_rejected_is_confirmed_to_nobody() -> None:
    rejected = events.VoteRejected(decision="D-1", practice="P1", round=1, because="late", by=by())

    assert letters(case(), rejected) == []


# --- nobody by default ----------------------------------------------------------------------


def test_a_mailing_to_nobody_is_a_mistake_and_never_a_mailing_to_all() -> None:
    with pytest.raises(ValueError, match="to nobody"):
        mail(case(), "reminder", Audience(), {})


def test_the_audience_s_digest_tells_two_audiences_apart() -> None:
    audiences = [ALL, Audience(("P1",)), Audience(role="chair")]

    assert len({audience_digest(each) for each in audiences}) == 3


def test_the_whole_roll_is_a_list_of_names_and_not_a_wildcard() -> None:
    assert whole_roll(case()) == ALL

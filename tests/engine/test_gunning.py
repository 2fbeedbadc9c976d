"""The four Gunning points: met, not met or not yet known, by what is on record alone."""

from typing import Any

import pytest

from engine.case import Case
from engine.commands import Challenge
from engine.decision import Due, DueStatus, Outcome, Phase
from engine.gunning import Point, gunning
from engine.paper import Document, Paper
from tests.engine.makers import (
    CONSULTATION,
    OPENED,
    STATEMENT,
    VOTE,
    at,
    case,
    commented,
    votes,
)
from tests.engine.roads import after, lead, on_the_road

PAPER = Paper("T", "What is proposed, in six words.", documents=(Document("p.pdf", "00", 1),))
OVER = at("5pm Friday 9 October 2026")  # four working days
DONE = at("9am Monday 12 October 2026")
CONSULTED = Due("ends", "consulting", OVER, DueStatus.PASSED)
PHASES = (Phase("consulting", OPENED), Phase("concluding", OVER))


def ended(result: str = "concluded", *dispositions: str, **changes: Any) -> Case:  # noqa: ANN401
    """A consultation of four days, ended on the Monday after."""
    held = {
        "phases": PHASES,
        "deadlines": (CONSULTED,),
        "outcome": Outcome(result, (), DONE, None),
        "reasons": ("Patients find other services.",),
        **commented(*dispositions),
        **changes,
    }
    return case(CONSULTATION, state=result, **held)


def point(number: int, the_case: Case, statement: str | None = STATEMENT) -> Point:
    return gunning(the_case, PAPER, statement)[number - 1]


def test_there_are_four_points_in_their_order() -> None:
    names = [each.name for each in gunning(case(CONSULTATION), PAPER)]

    assert names == [
        "formative stage",
        "enough reasons",
        "adequate time",
        "conscientious account",
    ]


def test_while_it_runs_time_and_account_are_not_yet_known() -> None:
    running = case(CONSULTATION, reasons=("Why.",))

    assert [each.met for each in gunning(running, PAPER)] == [True, True, None, None]


def test_a_consultation_run_in_full_meets_all_four() -> None:
    assert all(each.met for each in gunning(ended("concluded", "noted"), PAPER, STATEMENT))


# --- formative stage ------------------------------------------------------------------------


def test_practices_were_asked_before_anything_was_decided() -> None:
    assert point(1, ended()).evidence.startswith(
        "Comments were asked for from Monday 5 October 2026, before anything was decided, and "
        "could change it until 5pm on Friday 9 October 2026."
    )


def test_a_decision_without_any_time_for_comments_was_not_formative() -> None:
    decided = case(VOTE, state="carried", outcome=Outcome("carried", (), OVER, {}))

    assert point(1, decided).met is False


def test_a_ballot_s_options_are_named() -> None:
    voting = {**CONSULTATION, "vote": VOTE["vote"]}

    assert "for, against, abstain" in point(1, case(voting)).evidence


# --- enough reasons -------------------------------------------------------------------------


def test_the_paper_s_words_documents_and_reasons_are_counted() -> None:
    assert point(2, ended()).evidence == (
        "The paper had a summary of 6 words, 1 document, and 1 reason why practices were asked."
    )


def test_without_any_reason_the_point_is_not_met() -> None:
    assert point(2, ended(reasons=())).met is False


# --- adequate time --------------------------------------------------------------------------


def test_the_working_days_that_practices_had_are_counted() -> None:
    assert point(3, ended()).evidence == (
        "Practices had 4 working days for comments, until 5pm on Friday 9 October 2026."
    )


def test_time_that_was_cut_short_is_not_adequate() -> None:
    early = at("9am Wednesday 7 October 2026")
    cut = ended(
        phases=(Phase("consulting", OPENED), Phase("concluding", early)),
        deadlines=(Due("ends", "consulting", OVER, DueStatus.CLEARED),),
    )

    assert (point(3, cut).met, "2 working days" in point(3, cut).evidence) == (False, True)


def test_a_late_sweep_gives_practices_no_days_they_did_not_have() -> None:
    late = (Phase("consulting", OPENED), Phase("concluding", at("9am Tuesday 13 October 2026")))

    assert "4 working days" in point(3, ended(phases=late)).evidence


def test_an_extension_counts() -> None:
    later = Due("close", "voting", at("5pm Thursday 15 October 2026"), DueStatus.PASSED)
    first = Due("close", "voting", at("5pm Monday 12 October 2026"), DueStatus.PASSED)
    counted = Outcome("carried", (), later.due_at, {"for": 2})
    extended = case(state="carried", deadlines=(first, later), outcome=counted, **votes("for"))

    assert "8 working days to vote" in point(3, extended).evidence


# --- conscientious account ------------------------------------------------------------------


def test_the_answers_are_counted_by_what_became_of_the_comments() -> None:
    answered = point(4, ended("concluded", "accepted", "noted", "noted"))

    assert answered.evidence == (
        "3 of 3 comments answered: 1 accepted, 2 noted. The outcome statement gives reasons."
    )


@pytest.mark.parametrize(
    ("dispositions", "statement", "met"),
    [
        (("noted", ""), STATEMENT, False),
        (("noted",), "We heard you.", False),
        (("noted",), None, None),
        ((), STATEMENT, True),
    ],
)
def test_it_is_met_by_answers_to_all_and_a_statement_with_reasons(
    dispositions: tuple[str, ...], statement: str | None, *, met: bool | None
) -> None:
    assert point(4, ended("concluded", *dispositions), statement).met is met


def test_what_was_withdrawn_took_no_account_of_anything() -> None:
    assert point(4, ended("withdrawn", "noted"), None).met is None


def test_members_who_voted_decided_for_themselves() -> None:
    counted = Outcome("carried", (), DONE, {"for": 3})
    voted = point(4, case(state="carried", outcome=counted, **commented("")), None)

    assert (voted.met, voted.evidence) == (
        True,
        "0 of 1 comment answered. Practices decided it by their own votes.",
    )


def test_what_is_not_met_is_said() -> None:
    assert point(2, ended(reasons=())).words.startswith("Enough reasons, not met: ")


# --- after a challenge of the outcome ---------------------------------------------------------


def challenged() -> Case:
    """A vote that practices were consulted on first, and whose outcome is challenged."""
    carried = Outcome("carried", (), OPENED, {"for": 11, "against": 3})
    phases = (Phase("consulting", at("9am Monday 21 September 2026")), Phase("voting", OPENED))
    ended = on_the_road("member_vote", "vote", "carried", outcome=carried, phases=phases, round=1)
    raised = Challenge("P05", lead("P05"), True, "We never had the paper.")
    return after(ended, raised, at("9am Tuesday 6 October 2026"))[0]


def test_that_practices_were_asked_still_stands_while_the_outcome_is_challenged() -> None:
    assert challenged().machinery.workflow.name == "dispute"  # which asks practices nothing
    assert point(1, challenged()).met


def test_practices_decided_by_their_votes_though_the_outcome_is_challenged() -> None:
    assert point(4, challenged()).evidence.endswith("Practices decided it by their own votes.")


def test_where_the_road_asks_nobody_there_is_nothing_to_be_fair() -> None:
    assert gunning(on_the_road("urgent_powers", "committee"), PAPER) == ()

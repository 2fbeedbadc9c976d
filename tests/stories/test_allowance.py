"""The management allowance: drawn on for each patient, queried, overdue, answered."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.allowance import stands_words
from engine.commands import AnswerQuery, Override, QueryEntry
from engine.financial_year import FinancialYear
from engine.people import Actor, How
from engine.refusals import NothingDrawn
from engine.working_days import Calendar, calendar_value
from tests.stories.bodies import acts, with_bodies
from tests.stories.reading import read
from tests.stories.telling import Story
from workflows.allowance import Told, account, set_allowance
from workflows.publishing import digest
from workflows.room import Room
from workflows.sign_in import Visitor

A_UNIT = """
title = "A commissioning support unit"
summary = "The unit would read the hospitals' contracts until March."
[facts]
uses_management_allowance = true
money_gbp = 31_000
localities_touched = "all"
"""

AN_URGENT_UNIT = 'urgent_reason = "The lease ends on Friday."' + A_UNIT + "urgent = true\n"

OFFICERS = ("committee", "lay_chair", "accountable_officer", "lmc", "governing_body")


def the_account(story: Story, year: int = 2026) -> Told:
    store, calendar = story.app.store, story.app.rulebook.calendar
    with store.database.reading() as reading:
        return account(reading, store.keys, calendar, FinancialYear(year), story.clock.now())


def is_set(story: Story, pounds: int) -> Story:
    secretary = Actor(story.person_id(story.people["", "secretary"]), How.CLI)
    year, reason = FinancialYear(2026), "The board's letter of March."
    set_allowance(story.app.store, "04G", year, secretary, reason, pounds=pounds)
    return story


def before_the_committee(story: Story, pounds: int = 2_500_000) -> Story:
    is_set(with_bodies(story, *OFFICERS), pounds)
    story.on("9am Monday 5 October 2026").opens(A_UNIT)
    return story.on("5pm Monday 12 October").expects_state("deciding")


def approved(story: Story, pounds: int = 2_500_000) -> Story:
    return acts(before_the_committee(story, pounds), "approve", "It is needed until March.")


def asks(
    story: Story,
    role: str = "committee",
    text: str = "What do we get for it?",
    calendar: Calendar | None = None,
) -> Story:
    calendar = calendar or story.app.rulebook.calendar
    who = Actor(story.person_id(story.people["", role]), How.CLI)
    named = digest(calendar_value(calendar))
    return story.does(QueryEntry(who, frozenset([role]), text, calendar, named))


def answers(story: Story, text: str = "Somebody who reads the contracts.") -> Story:
    who = Actor(story.person_id(story.people["", "accountable_officer"]), How.CLI)
    return story.does(AnswerQuery(who, frozenset(["accountable_officer"]), text))


# --- what practices and the committee read ----------------------------------------------------


def test_practices_read_what_it_comes_to_for_each_patient_before_they_comment(
    story: Story,
) -> None:
    story.on("9am Monday 5 October 2026").opens(A_UNIT)

    read(story, "consultation_opened").says(
        "The sum in question is £31,000, or 22.7p for each of 136,436 registered patients of the "
        "practices on the roll."
    )


def test_the_committee_reads_what_would_be_left(story: Story) -> None:
    before_the_committee(story)

    read(story, "step_due").says(
        "It draws £31,000 from the management allowance of 2026/27. Approved, it leaves "
        "£2,469,000 of £2,500,000."
    )


def test_the_committee_reads_that_it_would_overspend(story: Story) -> None:
    before_the_committee(story, pounds=20_000)

    read(story, "step_due").says("Approved, it OVERSPENDS the allowance of £20,000 by £11,000.")


def test_the_committee_may_overspend_and_the_account_says_so(story: Story) -> None:
    approved(story, pounds=20_000).expects_state("approved")

    assert stands_words(the_account(story).account).startswith("OVERSPENT by £11,000")
    assert story.shown["allowance"]["account"].startswith("OVERSPENT by £11,000")


# --- the account ------------------------------------------------------------------------------


def test_what_is_running_is_committed_until_it_is_approved(story: Story) -> None:
    before_the_committee(story)
    running = the_account(story).account
    acts(story, "approve")

    assert [(each.decision, each.money_gbp) for each in running.committed] == [
        (story.reference, 31_000)
    ]
    assert (running.spent, the_account(story).account.spent) == (0, 31_000)


def test_what_the_committee_refuses_draws_nothing(story: Story) -> None:
    acts(before_the_committee(story), "refuse")

    held = the_account(story).account
    assert (held.entries, held.committed, held.apart) == ((), (), ())


def in_force(story: Story) -> Story:
    is_set(with_bodies(story, *OFFICERS), 2_500_000)
    story.on("9am Monday 1 March 2027").opens(AN_URGENT_UNIT)
    agreed = ("chair", "accountable_officer", "lay_chair")
    return story.body_acts("approve", agreed=agreed).expects_state("in_force")


def test_urgent_powers_charge_at_once_and_ratifying_changes_nothing(story: Story) -> None:
    in_force(story).body_acts("ratify").expects_state("ratified")

    (entry,) = the_account(story).account.entries
    assert (entry.money_gbp, entry.stands) == (31_000, True)


def test_urgent_powers_that_lapse_in_april_are_given_back_to_the_year_before(
    story: Story,
) -> None:
    in_force(story).on("9am Friday 9 April 2027").expects_state("lapsed")

    (entry,) = the_account(story).account.entries
    assert (entry.year, entry.because, entry.stands) == ("2026/27", "lapsed", False)
    assert the_account(story).account.spent == 0


def test_what_is_set_aside_after_a_challenge_is_given_back(story: Story) -> None:
    approved(story).practice("K83003").challenges()
    assert the_account(story).account.spent == 31_000  # while it is heard the year bears it
    story.passes_to("9am Tuesday 20 October").body_acts("set_aside")

    held = the_account(story).account
    assert (held.spent, held.entries[0].because) == (0, "set_aside")


def test_what_is_upheld_after_a_challenge_stays_charged_once(story: Story) -> None:
    approved(story).practice("K83003").challenges()
    story.passes_to("9am Tuesday 20 October").body_acts("uphold")

    assert [entry.stands for entry in the_account(story).account.entries] == [True]


def test_what_practices_were_consulted_on_without_a_body_s_approval_is_told_apart(
    story: Story,
) -> None:
    story.on("9am Monday 5 October 2026").opens(A_UNIT)
    for role in ("secretary", "chair"):
        story.does(Override(story.signed_in(role), "consult", "All should be asked."))
    story.passes_to("9am Tuesday 20 October").concludes("We take the unit.")

    (apart,) = the_account(story).account.apart
    assert (apart.decision, apart.money_gbp) == (story.reference, 31_000)


# --- a query, from question to answer ---------------------------------------------------------


def test_the_accountable_officer_is_asked_at_once(story: Story) -> None:
    asks(approved(story))

    letter = read(story, "query_raised")
    assert letter.role == "accountable_officer"
    letter.says(
        "The committee asks about a decision that draws on the management allowance.",
        "£31,000, or 22.7p for each of 136,436 registered patients.",
        "What do we get for it?",
        "By: 5pm on Monday 26 October 2026 (London time)",
    )


def test_a_query_without_an_answer_is_told_of_once_and_stays_red(story: Story) -> None:
    asks(approved(story)).on("9am Monday 30 November")

    story.expects_letters(query_raised=1, query_overdue=2)
    held = the_account(story).account
    assert [query.overdue for _, query in held.open_queries] == [True]
    read(story, "query_overdue", 0).says(
        "there is no answer on record", "It was due by: 5pm on Monday 26 October 2026"
    )
    assert {read(story, "query_overdue", n).role for n in (0, 1)} == {
        "lay_chair",
        "accountable_officer",
    }


def test_a_late_answer_reaches_the_committee_and_ends_the_red(story: Story) -> None:
    answers(asks(approved(story)).on("9am Monday 30 November"))

    letter = read(story, "query_answered")
    assert letter.role == "committee"
    letter.says(
        "What do we get for it?",
        "Answered by the accountable officer. It came after its time.",
        "The answer: Somebody who reads the contracts.",
    )
    assert the_account(story).account.open_queries == ()


def test_an_answer_in_time_leaves_nothing_to_tell(story: Story) -> None:
    answers(asks(approved(story)).on("9am Tuesday 20 October")).on("9am Monday 30 November")

    story.expects_letters(query_overdue=0, query_answered=1)


def test_whoever_asked_for_the_lmc_gets_the_answer_too(story: Story) -> None:
    answers(asks(approved(story), "lmc"))

    assert {read(story, "query_answered", n).role for n in (0, 1)} == {"committee", "lmc"}


def test_a_letter_about_the_first_query_still_tells_of_it_when_a_second_was_asked(
    story: Story,
) -> None:
    """Letters may be written a day late."""
    answers(asks(approved(story)), "The first answer.")
    answers(asks(story, text="And in April?"), "The second answer.")

    read(story, "query_answered", 0).says("What do we get for it?", "The first answer.")
    read(story, "query_answered", 1).says("And in April?", "The second answer.")


def test_a_query_holds_when_the_scheduler_was_away(story: Story) -> None:
    asks(approved(story)).scheduler_stops().on("9am Monday 30 November").scheduler_starts()

    story.expects_letters(query_overdue=2)


def test_a_query_may_be_raised_when_the_decision_s_own_calendar_has_run_out(story: Story) -> None:
    """Its letters are dated by the calendar that the query names, or they could not be written."""
    own = approved(story).case.calendar
    year = own.last_year + 1
    story.clock.time = datetime(year, 1, 10, 9, tzinfo=UTC)
    asks(story, calendar=replace(own, last_year=year))

    read(story, "query_raised").says(f"January {year} (London time)")


def test_a_decision_that_is_not_approved_cannot_be_queried(story: Story) -> None:
    with pytest.raises(NothingDrawn):
        asks(before_the_committee(story))


def test_a_query_from_the_committee_s_room_is_asked_like_any_other(story: Story) -> None:
    approved(story)
    member = Visitor(story.person_id(story.people["", "lay_chair"]), "Ann Lay", "lay_chair")
    Room(story.app.desk, story.app.rulebook.calendar).query(
        member, story.reference, "What do we get for it?"
    )

    letter = read(story, "query_raised")
    assert letter.role == "accountable_officer"
    letter.says("The lay chair asks", "What do we get for it?", "By: 5pm on Monday 26 October 2026")


def test_queries_are_shown_with_the_decision(story: Story) -> None:
    asks(approved(story))

    (query,) = story.shown["allowance"]["queries"]
    assert (query["status"], query["by"]) == ("open", "committee")

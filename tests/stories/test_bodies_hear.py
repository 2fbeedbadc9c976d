"""Who gets which letter when other bodies act: committees, urgent powers, a challenge, a ruling."""

from sqlalchemy import delete, select

from app.bootstrap import post_settings
from app.preview import preview
from engine.commands import (
    Challenge,
    DeclareInterest,
    Override,
    RecordLmc,
    Revote,
    RuleInterest,
)
from engine.people import By
from notifications.sorting import SortingOffice
from storage import tables
from storage.marks import marks_like
from tests.stories.bodies import acts, with_bodies
from tests.stories.papers import A_CONSTITUTION, A_CONSULTATION, A_NOTICE, A_VOTE, A_VOTE_ON_INCOME
from tests.stories.reading import read
from tests.stories.register import CODES
from tests.stories.telling import AT_THE_COMMAND_LINE, Story

AN_URGENT_PAPER = """
title = "Flu clinics on a Sunday"
summary = "Practices would open on a Sunday for flu clinics."
urgent_reason = "It keeps for ten days."
[facts]
affects_practice_workload = true
urgent = true
localities_touched = "one"
practices_affected = 2
"""

HOLDERS = ("committee", "lay_chair", "lmc", "governing_body")


def challenges(story: Story, practice: str) -> Story:
    """A practice challenges how the outcome came about."""
    by = By(story.person_id(story.people[practice, "lead"]), "Dr Lee the Challenger", "lead")
    text = "Our paper lacked its second page."
    return story.does(Challenge(practice, by, may_cast=True, text=text))


def carried(story: Story, paper: str = A_VOTE_ON_INCOME) -> Story:
    """A vote is opened and carried, on Wednesday 21 October at five."""
    story.on("9am Monday 5 October 2026").opens(paper)
    story.on("9am Tuesday 13 October").practices_vote(for_=7, against=1)
    return story.on("5pm Wednesday 21 October").expects_state("carried")


def readers(story: Story, letter: str) -> list[str]:
    """Who the post has letters of this kind for, by name."""
    app = story.app
    SortingOffice(app.store, app.library, post_settings(app.settings)).expand_all()
    sent, person, mailing = tables.letter.c, tables.person.c, tables.mailing.c
    query = (
        select(person.name)
        .join(tables.letter, sent.person == person.id)
        .join(tables.mailing, mailing.leaf == sent.mailing)
        .where(mailing.letter == letter, mailing.decision == story.reference)
    )
    with app.store.database.reading() as reading:
        return list(reading.execute(query).scalars())


# --- a vote on income goes on to the committee ------------------------------------------------


def test_a_carried_vote_on_income_goes_on_to_the_committee_with_its_date(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS))

    letter = read(story, "step_due")
    assert (letter.role, letter.practices) == ("committee", ())
    letter.says(
        "To be done: approve it or refuse it By: 5pm on Wednesday 28 October 2026",
        "The lay chair is told.",
        "8 of 12 practices",
        "local medical committee's view, which is not on record yet",
    )
    read(story, "outcome").says(
        "Next, the committee without a GP majority has to act, by 5pm on Wednesday 28 October 2026",
        "Until 5pm on Wednesday 28 October 2026 a practice may challenge how this came about",
    )


def test_the_committee_lets_its_time_pass_and_the_lay_chair_hears(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS)).on("5pm Wednesday 28 October").expects_state("overdue")

    letter = read(story, "step_overdue")
    assert letter.role == "lay_chair"
    letter.says(
        "By whom: the committee without a GP majority",
        "It was due by: 5pm on Wednesday 28 October 2026",
        "If nothing is on record by 5pm on Monday 2 November 2026 (London time):",
        "nothing may be paid on it",
    )


def test_when_it_lapses_all_practices_hear_it_beside_their_own_outcome(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS)).on("5pm Monday 2 November").expects_state("lapsed")

    story.expects_letters(step_due=1, step_overdue=1, acted=36, outcome=36)
    letter = read(story, "acted")
    assert letter.draft.subject == (
        "Not acted on in time: Diabetes local enhanced service [D-2026-0001]"
    )
    letter.says(
        "The committee without a GP majority did not act in time.",
        "Why: The committee did not act in time, so nothing may be paid on it",
        "How practices voted (a record of its own): - 8 of 12 practices",
        "Nothing changes.",
    )


def test_what_the_committee_approved_all_practices_hear_with_its_reason(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS)).does(RecordLmc(AT_THE_COMMAND_LINE, "Content."))
    acts(story, "approve", "It is within the budget.", votes=(6, 3))

    letter = read(story, "acted")
    assert letter.practices == CODES
    letter.says(
        "The committee without a GP majority approved it, by 6 to 3. Why: It is within the budget.",
        "It goes ahead.",
    )


def test_minutes_are_filed_and_not_sent_around(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS))
    acts(story, "refuse")

    text = read(story, "acted").draft.text
    assert "Minutes" not in text
    assert "No reason was given with it." in text


def test_a_reason_that_was_erased_does_not_stop_the_letter(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS))
    acts(story, "refuse", "Dr Who owns the firm.")
    with story.app.store.database.writing() as writing:
        writing.execute(delete(tables.opening).where(tables.opening.c.field == "reason"))

    read(story, "acted").says("Why: (the reason has been erased)")


def test_a_letter_written_late_tells_of_its_own_day(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS)).on("5pm Monday 2 November").expects_state("lapsed")

    read(story, "step_due").says("Carried by the practices; the committee has to act on it.")
    read(story, "outcome").says("has to act, by 5pm on Wednesday 28 October 2026")


# --- nobody holds the post --------------------------------------------------------------------


def test_where_nobody_holds_a_post_the_chair_is_written_to(story: Story) -> None:
    carried(story)

    assert readers(story, "step_due") == ["Chris Chair"]


def test_a_letter_that_the_whole_body_lacks_a_reader_for_is_named_in_health(story: Story) -> None:
    carried(story)
    with story.app.store.database.writing() as writing:
        writing.execute(delete(tables.post).where(tables.post.c.ods_code == ""))

    assert readers(story, "step_due") == []
    with story.app.store.database.reading() as reading:
        marks = [words for _, words in marks_like(reading, "nobody ")]
    assert "step_due of D-2026-0001: nobody to write to" in marks


# --- urgent powers ----------------------------------------------------------------------------


def test_an_urgent_decision_is_agreed_and_ratified(story: Story) -> None:
    with_bodies(story, *HOLDERS, "accountable_officer")
    story.on("9am Monday 5 October 2026").opens(AN_URGENT_PAPER).expects_state("deciding")
    first = read(story, "step_due")
    assert first.role == "chair"
    first.says("The chair, the accountable officer and the lay chair have to agree, each in person")

    agreed = tuple(frozenset([role]) for role in ("chair", "accountable_officer", "lay_chair"))
    acts(story.on("11am Tuesday 6 October"), "approve", "The vaccine came early.", agreed=agreed)
    told = read(story, "outcome")
    assert told.draft.subject == "Approved: Flu clinics on a Sunday [D-2026-0001]"
    told.says(
        "The chair, the accountable officer and a lay member approved it. "
        "Why: The vaccine came early.",
        "Next, the governing body has to ratify it, by 5pm on Tuesday 3 November 2026",
    )
    second = read(story, "step_due")
    assert second.role == "governing_body"
    second.says("To be done: ratify it or refuse it", "Lapsed: not ratified in time.")

    story.does(RecordLmc(AT_THE_COMMAND_LINE, "Content."))
    acts(story.on("11am Monday 12 October"), "ratify")
    read(story, "acted").says(
        "The governing body ratified it.",
        "approved it, at 11am on Tuesday 6 October 2026.",
        "It stays in force.",
    )


def test_a_dry_run_of_an_urgent_decision_shows_the_letter_to_the_chair(story: Story) -> None:
    prepared = story.on("9am Monday 5 October 2026").tries_to_open(AN_URGENT_PAPER)

    shown = preview(story.app, prepared)
    assert shown.startswith("To: chair@ccg.example\nSubject: Your step by 5pm on Wednesday 7")


def test_an_urgent_decision_that_is_not_ratified_is_no_longer_in_force(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(AN_URGENT_PAPER)
    agreed = tuple(frozenset([role]) for role in ("chair", "accountable_officer", "lay_chair"))
    acts(story, "approve", agreed=agreed)

    story.on("5pm Monday 2 November").expects_state("lapsed")

    read(story, "acted").says("did not act in time", "It is no longer in force.")


def test_urgent_powers_refused_without_a_reason_still_make_a_letter(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(AN_URGENT_PAPER)
    acts(story, "refuse")

    read(story, "withdrawn").says("a lay member refused it. Why: No reason was given with it.")


# --- a challenge ------------------------------------------------------------------------------


def test_a_challenge_holds_the_outcome_and_the_lmc_is_asked(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS), A_VOTE)
    challenges(story.on("9am Friday 23 October"), "K83003").expects_state("mediating")

    letter = read(story, "challenged")
    assert letter.practices == CODES
    letter.says(
        "(K83003)",
        "The local medical committee (LMC) tries to settle it, by 5pm on Friday 30 October 2026.",
        "If it is not settled, the lay chair decides, by 5pm on Friday 13 November 2026.",
    )
    asked = read(story, "step_due")
    assert asked.role == "lmc"
    asked.says("To be done: settle it with the practice", "Challenged by:", "(K83003)")


def test_a_challenger_s_words_and_name_are_in_no_letter(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS), A_VOTE)
    challenges(story.on("9am Friday 23 October"), "K83003")

    for letter in ("challenged", "step_due"):
        draft = read(story, letter).draft
        assert "second page" not in draft.text + draft.html
        assert "the Challenger" not in draft.text + draft.html


def test_an_outcome_that_is_set_aside_is_told_with_what_it_was(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS), A_VOTE)
    challenges(story.on("9am Friday 23 October"), "K83003")
    acts(story.on("9am Monday 2 November"), "set_aside", "The paper was not whole.")

    letter = read(story, "outcome")
    assert letter.draft.subject == "The outcome is set aside: How practices meet [D-2026-0001]"
    letter.says("Why: The paper was not whole.", "8 of 12 practices", "no longer counts")


def test_a_challenge_that_nobody_decides_is_not_said_to_have_been_decided(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS), A_VOTE)
    challenges(story.on("9am Friday 23 October"), "K83003")
    story.on("9am Monday 23 November").expects_state("set_aside")

    told = read(story, "outcome")
    told.says("The governing body did not act in time.", "may not be lost")
    assert "has set" not in told.draft.text


def test_an_outcome_that_stands_goes_back_to_the_committee(story: Story) -> None:
    carried(with_bodies(story, *HOLDERS))
    challenges(story.on("9am Friday 23 October"), "K83003")
    acts(story.on("9am Monday 26 October"), "settle", "The page was sent again.")

    story.expects_state("carried").expects_letters(outcome=72)
    letter = read(story, "outcome")
    letter.says(
        "The challenge was heard and the outcome stands; what it held up goes on.",
        "The reason given: The page was sent again.",
        "has to act, by 5pm on Monday 2 November 2026",
    )
    assert "may challenge" not in letter.draft.text
    assert "Challenged by" not in read(story, "step_due").draft.text


def test_all_hear_that_a_challenge_failed_while_the_committee_was_late(story: Story) -> None:
    """The state it goes back to has a letter for the lay chair alone."""
    carried(with_bodies(story, *HOLDERS))
    story.on("9am Wednesday 28 October")
    challenges(story.on("4:59pm Wednesday 28 October"), "K83003")
    story.on("9am Thursday 29 October")
    acts(story, "settle", "The page was sent again.")

    story.expects_letters(outcome=72)


def test_all_hear_that_a_challenge_of_a_constitution_failed(story: Story) -> None:
    """Nobody has a deadline then: only NHS England's act is waited for."""
    with_bodies(story, *HOLDERS).on("9am Monday 5 October 2026").opens(A_CONSTITUTION)
    story.on("9am Tuesday 13 October").practices_vote(for_=12)
    story.on("9am Tuesday 27 October").expects_state("carried")
    challenges(story, "K83003")
    acts(story.on("9am Thursday 29 October"), "settle", "The page was sent again.")

    story.expects_state("carried").expects_letters(outcome=72)
    read(story, "outcome").says(
        "The challenge was heard and the outcome stands; what it held up goes on.",
        "The reason given: The page was sent again.",
    )


# --- another way, once more, an interest --------------------------------------------------------


def test_a_lowered_decision_says_why_and_the_committee_hears_of_it(story: Story) -> None:
    with_bodies(story, *HOLDERS).on("9am Monday 5 October 2026").opens(A_VOTE)
    for who in ("chair", "secretary"):
        story.does(Override(story.signed_in(who), "inform", "The date alone is left to us."))

    read(story, "notice").says(
        "This goes another way now. Lowered on the word of two persons.",
        "The reason given: The date alone is left to us.",
    )
    letter = read(story, "rerouted")
    assert letter.role == "committee"
    letter.says(
        "Before: all practices vote Now: practices are informed",
        "Why: The date alone is left to us.",
    )


def test_the_first_letter_of_a_decision_speaks_of_no_other_way(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)

    assert "another way" not in read(story, "consultation_opened").draft.text


def test_a_notice_says_how_practices_call_it_in(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE)

    read(story, "notice").says("If 10% of the practices on the roll, or all of one locality, call")


def test_a_vote_without_a_quorum_may_be_held_once_more_if_the_chair_says_so(voting: Story) -> None:
    voting.practices_vote(for_=2).on("5pm Wednesday 28 October").expects_state("inquorate")

    voting_letter = read(voting, "outcome")
    voting_letter.says("The chair may order the vote to be held once more, by 5pm on Wednesday 4")
    asked = read(voting, "step_due")
    assert asked.role == "chair"
    asked.says("To be done: decide whether the vote is held once more")

    voting.does(Revote(AT_THE_COMMAND_LINE, "Half of the practices were closed."))
    read(voting, "vote_opened").says(
        "This vote is held once more", "The reason given: Half of the practices were closed."
    )


def test_a_practice_hears_what_was_ruled_on_its_interest_and_why(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    declared = DeclareInterest(AT_THE_COMMAND_LINE, "K83003", "financial", "We own the room.")
    story.does(declared)
    for who in ("chair", "secretary"):
        ruling = ("K83003", "no_vote", "It would be paid rent.")
        story.does(RuleInterest(story.signed_in(who), *ruling))

    letter = read(story, "ruled")
    assert letter.practices == ("K83003",)
    letter.says(
        "Ruled: the practice may comment but not vote",
        "Why: It would be paid rent.",
        "left out of every count",
    )
    assert "own the room" not in letter.draft.text


def test_the_statement_is_asked_of_the_secretary_and_missed_at_the_chair(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("5pm Monday 19 October").expects_state("concluding")
    asked = read(story, "step_due")
    assert asked.role == "secretary"
    asked.says("write the outcome statement", "The outcome statement is overdue. The chair is told")

    story.on("5pm Monday 26 October").expects_state("overdue")
    late = read(story, "step_overdue")
    assert late.role == "chair"
    late.says("By whom: the secretary", "Give the statement to the secretary, who files it.")

    story.concludes("Heard: the distance.")
    read(story, "outcome").says("Heard: the distance.")


def test_a_vote_on_income_without_a_quorum_goes_back_to_the_chair(story: Story) -> None:
    with_bodies(story, *HOLDERS).on("9am Monday 5 October 2026").opens(A_VOTE_ON_INCOME)
    story.passes_to("5pm Wednesday 28 October").expects_state("inquorate")

    assert story.case.state.owner == "chair"
    assert story.letters("step_due") == 1

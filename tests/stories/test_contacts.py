"""People come and go while a decision runs: who is asked is fixed, who holds a link is not."""

from dataclasses import replace
from pathlib import Path

from auditor.further import examine
from engine.disclosure import Role
from tests.stories.papers import A_VOTE
from tests.stories.posted import everything_posted
from tests.stories.register import CODES, PRACTICES, import_practices
from tests.stories.telling import Story
from workflows.answers import AlreadyStands, Unknown
from workflows.bundle import Scope, write_bundle

A_THIRTEENTH = "K83015,DANETRE MEDICAL PRACTICE,NN11 4DY,04G,NHS NENE CCG,DAVENTRY PCN,12791\n"


def the_lead_changes_address(story: Story) -> None:
    lead = story.people["K83003", "lead"]
    story.people["K83003", "lead"] = replace(lead, email="lee@elsewhere.example")
    story.imports_people()


def the_deputy_joins(story: Story, practice: str) -> None:
    """The deputy of K83003 becomes one of another practice too."""
    deputy = story.people["K83003", "deputy"]
    story.people[practice, "deputy"] = replace(deputy, practice=practice)
    story.imports_people()


# --- a changed address ----------------------------------------------------------------------


def test_a_changed_address_kills_the_link_that_went_to_the_old_one(voting: Story) -> None:
    old = voting.practice("K83003").link

    the_lead_changes_address(voting)

    assert voting.practice("K83003").sends("for", link=old) == Unknown()


def test_a_changed_address_brings_a_new_link_that_votes(voting: Story) -> None:
    the_lead_changes_address(voting)

    voting.practice("K83003").votes("for")


def test_a_vote_given_by_the_old_link_stands(voting: Story) -> None:
    voting.practice("K83003").votes("for")

    the_lead_changes_address(voting)

    assert voting.practice("K83003").sends("for") == AlreadyStands()


def test_the_trail_says_which_link_died_and_which_was_issued(voting: Story) -> None:
    the_lead_changes_address(voting)

    died, issued = voting.leaves()[-2:]
    generations = [leaf["body"]["generation"] for leaf in (died, issued)]
    assert ([died["type"], issued["type"]], generations) == (
        ["link.revoked", "link.issued"],
        [1, 2],
    )


def test_an_address_that_stays_the_same_keeps_its_link(voting: Story) -> None:
    link = voting.practice("K83004").link

    the_lead_changes_address(voting)

    assert voting.practice("K83004").link == link


def new_links(story: Story) -> list[tuple[str, bool]]:
    """To whom a letter with their new link goes, and whether it holds it."""
    link = story.practice("K83003").link
    posted = [each for each in everything_posted(story) if each.letter == "asked_again"]
    return [(each.to, link in each.whole) for each in posted]


def test_the_new_link_goes_out_at_once(voting: Story) -> None:
    """No other letter may come before the close: this is the morning of the last day."""
    everything_posted(voting.on("10am Wednesday 21 October 2026"))

    the_lead_changes_address(voting)

    assert new_links(voting) == [("lee@elsewhere.example", True)]
    assert new_links(voting.on("4pm Wednesday 21 October")) == []


def test_whoever_is_put_back_gets_the_new_link_too(voting: Story) -> None:
    everything_posted(voting)
    lead = voting.people["K83003", "lead"]
    voting.imports_people(without=[lead])

    voting.imports_people()

    assert new_links(voting) == [(lead.email, True)]


def test_a_practice_that_has_voted_reads_that_it_may_change_it(voting: Story) -> None:
    voting.practice("K83003").votes("for")
    everything_posted(voting)

    the_lead_changes_address(voting)

    (letter,) = [each for each in everything_posted(voting) if each.letter == "asked_again"]
    assert "Your practice has voted, and may change it until 5pm" in letter.words


def test_where_nothing_is_asked_any_more_no_link_goes_out(voting: Story) -> None:
    everything_posted(voting)
    voting.practices_vote(for_=12).on("6pm Wednesday 21 October 2026").expects_state("carried")

    the_lead_changes_address(voting)

    assert new_links(voting) == []


def test_a_trail_with_new_links_that_went_out_is_sound(voting: Story, tmp_path: Path) -> None:
    everything_posted(voting)
    the_lead_changes_address(voting)
    everything_posted(voting)

    bundle = tmp_path / "all.zip"
    with bundle.open("wb") as file:
        write_bundle(voting.app.store, Scope(Role.COMMITTEE), b"", file)
    assert examine(bundle).faults == []


# --- a person leaves ------------------------------------------------------------------------


def test_a_person_who_leaves_the_practice_cannot_answer_for_it(voting: Story) -> None:
    deputy = voting.deputy("K83003")
    link = deputy.link

    voting.imports_people(without=[deputy.person])

    assert deputy.sends("for", link=link) == Unknown()


def test_the_vote_of_a_person_who_has_left_stands_until_another_replaces_it(voting: Story) -> None:
    deputy = voting.deputy("K83003")
    deputy.votes("against")

    voting.imports_people(without=[deputy.person])

    assert voting.practice("K83003").page().standing["main"].choice == "against"


def test_a_person_who_leaves_one_of_two_practices_keeps_the_other(story: Story) -> None:
    the_deputy_joins(story, "K83004")
    story.on("9am Monday 5 October 2026").opens(A_VOTE).on("9am Tuesday 13 October")

    story.imports_people(without=[story.people["K83003", "deputy"]])

    story.deputy("K83004").votes("for")


def test_an_address_changed_by_one_who_leaves_brings_no_link_to_what_they_left(
    story: Story,
) -> None:
    """Both in one import: the new link is for the practice they stay with, and for no other."""
    the_deputy_joins(story, "K83004")
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    for code in ("K83003", "K83004"):
        moved = replace(story.people[code, "deputy"], email="dean@elsewhere.example")
        story.people[code, "deputy"] = moved

    story.imports_people(without=[story.people["K83003", "deputy"]])

    assert not story.deputy("K83003").has_a_link


def test_a_person_who_joins_a_running_decision_is_not_on_its_roll(voting: Story) -> None:
    new = replace(voting.people["K83003", "lead"], name="Dr New", email="new@k.example")
    voting.people["K83003", "new lead"] = new

    voting.imports_people()

    assert not voting.practice("K83003", "new lead").has_a_link


# --- a practice that nobody can write to ----------------------------------------------------


def open_with_a_practice_without_contacts(story: Story) -> None:
    import_practices(story.app, PRACTICES.read_text() + A_THIRTEENTH)
    story.on("9am Monday 5 October 2026").opens(A_VOTE)


def test_a_practice_without_contacts_is_on_the_roll_and_named(story: Story) -> None:
    open_with_a_practice_without_contacts(story)

    assert story.case.roll.unreachable == ("K83015",)


def test_a_practice_without_contacts_is_owed_no_letter(story: Story) -> None:
    open_with_a_practice_without_contacts(story)

    story.expects_letters(consultation_opened=36)


def test_a_practice_without_contacts_counts_towards_the_quorum(story: Story) -> None:
    """Six of twelve would do; six of thirteen do not."""
    open_with_a_practice_without_contacts(story)
    story.on("9am Tuesday 13 October").practices_vote(for_=6)

    story.passes_to("5pm Wednesday 28 October").expects_state("inquorate")


def test_a_decision_goes_on_when_a_practice_that_cannot_be_reached_is_reminded(
    story: Story,
) -> None:
    open_with_a_practice_without_contacts(story)
    story.on("9am Tuesday 13 October").practices_vote(for_=12)

    story.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_a_practice_that_leaves_the_body_cannot_vote(voting: Story) -> None:
    link = voting.practice("K83003").link
    gone = [row for row in PRACTICES.read_text().splitlines() if not row.startswith("K83003")]
    import_practices(voting.app, "\n".join(gone))

    assert voting.practice("K83003").sends("for", link=link) == Unknown()


def test_a_person_taken_off_by_mistake_and_put_back_can_vote_again(voting: Story) -> None:
    deputy = voting.deputy("K83003")
    voting.imports_people(without=[deputy.person])
    voting.imports_people()

    deputy.votes("for")


# --- practices merge, close or join while a vote runs: the roll stays as it was frozen ------------


def without(story: Story, *codes: str) -> Story:
    """The register is imported again, and these practices are in it no more."""
    left = [row for row in PRACTICES.read_text().splitlines() if not row.startswith(codes)]
    import_practices(story.app, "\n".join(left))
    return story


def test_the_vote_of_a_practice_that_merges_away_still_counts(voting: Story) -> None:
    voting.practices_vote(for_=6)
    without(voting, min(voting.decision.answered))

    voting.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_a_practice_that_closes_before_it_has_voted_stays_in_the_base(voting: Story) -> None:
    """Five of the twelve on the roll are no quorum; of the ten that are left they would be."""
    voting.practices_vote(for_=5)
    without(voting, *CODES[-2:])

    voting.passes_to("5pm Wednesday 28 October").expects_state("inquorate")


def test_a_practice_that_joins_has_no_vote_in_what_is_running(voting: Story) -> None:
    import_practices(voting.app, PRACTICES.read_text() + A_THIRTEENTH)
    voting.practices_vote(for_=6)

    voting.passes_to("5pm Wednesday 21 October").expects_state("carried")
    assert "K83015" not in voting.case.roll.by_practice

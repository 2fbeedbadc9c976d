"""Those who can ring are told who stays silent, and in time where a quorum is at risk."""

import pytest

from app.bootstrap import post_settings
from notifications.sorting import SortingOffice
from storage.outbox import Settlement
from tests.stories.papers import A_CONSULTATION
from tests.stories.reading import read
from tests.stories.register import CODES
from tests.stories.telling import Story
from workflows.enrolment import NamedFile

PARKS = "ROYAL PARKS PCN"


@pytest.fixture
def led(voting: Story) -> Story:
    """Royal Parks has a lead; the lead of K83003 has a telephone."""
    rows = [
        "ods_code,name,email,role,phone,locality",
        *(
            f"{each.row()},{'01604 123456' if each.role == 'lead' else ''},"
            for each in voting.people.values()
        ),
        f",Dr Helen Marsh,helen@ccg.example,locality_lead,,{PARKS}",
    ]
    file = NamedFile("people.csv", "\n".join(rows).encode())
    voting.app.enrolment.people(file, dry_run=False)
    return voting


def test_the_lead_of_a_locality_is_written_to_on_the_last_morning_alone(led: Story) -> None:
    led.on("9am Monday 19 October 2026")
    before = led.letters("silent_practices")
    led.on("9am Wednesday 21 October 2026")
    assert (before, led.letters("silent_practices")) == (0, 2)  # the secretary has the others


def test_the_letter_names_whom_to_ring_and_by_when(led: Story) -> None:
    led.on("9am Wednesday 21 October 2026")
    read(led, "silent_practices", 0).says(
        "These practices of Royal Parks PCN have not voted yet",
        "5pm on Wednesday 21 October 2026 (London time)",
        "Queensview Medical Centre (K83003): Dr Lee of K83003, lead, 01604 123456",
        "Mo Mann of K83003, manager, no telephone",
        "This letter is for the lead of Royal Parks PCN",
    )


def test_it_holds_nobody_s_link_and_nothing_of_a_vote(led: Story) -> None:
    led.practice(CODES[1]).votes("against")
    led.on("9am Wednesday 21 October 2026")
    text = read(led, "silent_practices", 0).draft.text
    assert ("/respond/" in text, "against" in text, CODES[1] in text) == (False, False, False)


def test_whoever_answers_before_it_is_written_is_left_out(led: Story) -> None:
    led.on("9am Wednesday 21 October 2026")
    led.practice("K83003").votes("for")
    assert "K83003" not in read(led, "silent_practices", 0).draft.text


def test_it_is_not_sent_where_all_have_answered_meanwhile(led: Story) -> None:
    app = led.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    led.on("9am Wednesday 21 October 2026").practices_vote(for_=12)
    settled: list[Settlement] = []
    office.expand_all()
    while batch := office.take():
        settled += batch.settled
    reasons = {each.reason for each in settled if not each.practice}
    assert reasons == {
        "every practice that it names has answered meanwhile",
        "a later letter says it anew",  # the warning of half-time
    }


def test_a_consultation_tells_them_too(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("9am Monday 19 October 2026")
    read(story, "silent_practices").says("These practices have not commented yet")


# --- the quorum -------------------------------------------------------------------------------


def test_the_secretary_is_warned_when_two_working_days_are_left(voting: Story) -> None:
    voting.practices_vote(for_=4).on("9am Monday 19 October 2026")
    assert (voting.letters("quorum_at_risk"), voting.role_written_to("quorum_at_risk")) == (
        1,
        "secretary",
    )
    read(voting, "quorum_at_risk").says(
        "4 of 12 practices have voted; 6 are needed for a quorum, so 2 more.",
        "2 working days are left",
        "Not answered yet: - ",
    )


def test_they_are_warned_once_in_those_two_days(voting: Story) -> None:
    voting.practices_vote(for_=4).on("10am Wednesday 21 October 2026")
    assert voting.letters("quorum_at_risk") == 1


def test_where_nobody_answers_they_are_warned_at_half_time_too(voting: Story) -> None:
    voting.on("9am Thursday 15 October 2026")
    assert voting.letters("quorum_at_risk") == 1
    assert voting.on("9am Monday 19 October 2026").letters("quorum_at_risk") == 2


def test_nobody_is_warned_of_a_quorum_that_is_reached(voting: Story) -> None:
    voting.practices_vote(for_=6).on("10am Wednesday 21 October 2026")
    assert voting.letters("quorum_at_risk") == 0


def test_an_extension_is_warned_of_anew(voting: Story) -> None:
    voting.practices_vote(for_=4).on("10am Wednesday 28 October 2026")
    assert voting.letters("quorum_at_risk") == 2


def test_show_says_how_far_the_quorum_is(voting: Story) -> None:
    voting.practices_vote(for_=4)
    calm = voting.shown["quorum"]
    late = voting.on("9am Monday 19 October 2026").shown["quorum"]
    assert (calm["returned"], calm["needed"], calm["missing"], calm["at_risk"]) == (4, 6, 2, False)
    assert late["at_risk"]


def test_show_says_nothing_of_a_quorum_where_practices_comment(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    assert story.shown["quorum"] is None

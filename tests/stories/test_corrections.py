"""A practice puts right by link who its people are, after a second look by the secretariat."""

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.further import examine
from engine.correcting import Asking
from engine.disclosure import Role
from engine.people import Actor, How
from engine.refusals import NeedsReason
from storage.intake import CannotCorrect
from storage.keys import Erased
from storage.marks import QUARANTINE, set_mark
from storage.openings import person_key
from tests.stories.papers import A_VOTE
from tests.stories.posted import Posted, everything_posted
from tests.stories.register import Person
from tests.stories.telling import AT_THE_COMMAND_LINE, Story
from workflows.answers import AlreadyStands, Faulty, NotPossible, Paused, Recorded, Reply, Unknown
from workflows.bundle import Scope, write_bundle
from workflows.corrections import IsRuledOn, LeavesNobody, NoSuchCorrection, Shown
from workflows.health import health
from workflows.people_page import Ask, PeoplePage
from workflows.practice_people import MOST_WAITING

HERE, ELSEWHERE = "K83003", "K83004"
A_NURSE = {"name": "Nora Nurse", "email": "nora@practice.example", "role": "nurse"}
NEW_ADDRESS = "lee@nhs.example"


def asks(story: Story, kind: str, by: str = "manager", about: str = "", **fields: str) -> Reply:
    """Somebody of K83003 asks for a correction by their own link."""
    person = story.person_id(story.people[HERE, about]) if about else ""
    ask = Ask(Asking(kind), story.people[HERE, by].name, person, fields, "As she told me.")
    return story.app.practice_people.correct(story.practice(HERE, by).link, ask)


def moves_the_lead(story: Story) -> Reply:
    return asks(story, "change", about="lead", email=NEW_ADDRESS)


def the_one_that_waits(story: Story) -> Shown:
    (waiting,) = story.app.corrections.listed()
    return waiting


def accepts(story: Story, *, although_nobody_is_left: bool = False) -> Shown:
    number = the_one_that_waits(story).correction.id
    return story.app.corrections.accept(
        number, AT_THE_COMMAND_LINE, although_nobody_is_left=although_nobody_is_left
    )


def refuses(story: Story, reason: str = "He stays until March.") -> Shown:
    number = the_one_that_waits(story).correction.id
    return story.app.corrections.refuse(number, AT_THE_COMMAND_LINE, reason)


def page_of(story: Story, role: str = "manager") -> PeoplePage:
    page = story.app.practice_people.people(story.practice(HERE, role).link)
    assert page is not None
    return page


def posted(story: Story, letter: str) -> list[Posted]:
    return [each for each in everything_posted(story) if each.letter == letter]


def addresses_of(story: Story, code: str) -> list[str]:
    return sorted(each.email for each in story.people.values() if each.practice == code)


# --- what the page shows --------------------------------------------------------------------


def test_a_practice_sees_all_its_people_and_nobody_elses(voting: Story) -> None:
    names = [each.name for each in page_of(voting).people]
    assert names == ["Dr Lee of K83003", "Dr Dean of K83003", "Mo Mann of K83003"]


def test_the_reader_sees_their_own_address_whole_and_others_in_part(voting: Story) -> None:
    assert [each.email for each in page_of(voting).people] == [
        "l…@practice.example",
        "d…@practice.example",
        "manager.k83003@practice.example",
    ]


def test_who_may_cast_the_vote_is_marked(voting: Story) -> None:
    assert [each.may_cast for each in page_of(voting).people] == [True, True, False]


def test_a_link_that_opens_nothing_shows_nobody(voting: Story) -> None:
    assert voting.app.practice_people.people("x" * 43) is None


def test_looking_writes_nothing(voting: Story) -> None:
    before = trail_size(voting)
    page_of(voting)
    assert trail_size(voting) == before


def trail_size(story: Story) -> int:
    size: int = health(story.app.store, story.app.rulebook.calendar, None)["trail"]["size"]
    return size


# --- asking ---------------------------------------------------------------------------------


def test_asking_changes_nothing_and_revokes_no_link(voting: Story) -> None:
    link = voting.practice(HERE).link

    moves_the_lead(voting)

    assert voting.practice(HERE).sends("for", link=link) == Recorded((trail_size(voting) - 2,))


def test_what_is_asked_for_waits_on_the_page_with_the_typed_name(voting: Story) -> None:
    moves_the_lead(voting)

    (waiting,) = page_of(voting, "deputy").waiting
    assert (waiting.says, waiting.by) == (
        ("Letters to Dr Lee of K83003 are to go to l…@nhs.example, not to l…@practice.example.",),
        "Mo Mann of K83003",
    )


def test_every_contact_of_the_practice_is_told_and_nobody_of_another(voting: Story) -> None:
    everything_posted(voting)
    moves_the_lead(voting)

    told = posted(voting, "correction_asked")
    assert sorted(each.to for each in told) == addresses_of(voting, HERE)


def test_the_secretary_is_told_with_the_whole_addresses(voting: Story) -> None:
    moves_the_lead(voting)

    (told,) = posted(voting, "correction_waiting")
    assert (told.to, NEW_ADDRESS in told.words) == ("secretary@ccg.example", True)


def test_a_letter_to_the_practice_shows_addresses_in_part(voting: Story) -> None:
    everything_posted(voting)
    moves_the_lead(voting)

    shown = [NEW_ADDRESS in each.whole for each in posted(voting, "correction_asked")]
    assert shown == [False, False, False]


def test_no_letter_about_people_holds_a_link(voting: Story) -> None:
    everything_posted(voting)
    moves_the_lead(voting)
    accepts(voting)

    letters = everything_posted(voting)
    assert len(letters) == 9  # asked 3, waiting 1, decided 3, old and new address
    assert not any("/respond/" in each.whole for each in letters)


def test_the_same_asked_twice_waits_once(voting: Story) -> None:
    moves_the_lead(voting)
    assert moves_the_lead(voting) == AlreadyStands()


def test_no_link_can_flood_the_post_and_none_keeps_out_the_others(voting: Story) -> None:
    for n in range(MOST_WAITING):
        asks(voting, "add", **{**A_NURSE, "email": f"nora{n}@practice.example"})

    assert isinstance(asks(voting, "add", **A_NURSE), NotPossible)
    assert isinstance(asks(voting, "add", by="lead", **A_NURSE), Recorded)


@pytest.mark.parametrize(
    ("kind", "about", "fields", "at_fault"),
    [
        ("add", "", {**A_NURSE, "email": "no address"}, "person_email"),
        ("add", "", {**A_NURSE, "name": "=HYPERLINK(1)"}, "person_name"),
        ("add", "", {**A_NURSE, "role": "chair"}, "person_role"),
        ("add", "", {**A_NURSE, "phone": "call me"}, "person_phone"),
        ("add", "", {}, "person_name"),
        ("change", "lead", {}, "person_name"),
        ("change", "", {"email": NEW_ADDRESS}, "person"),
        ("change", "lead", {"role": "lead"}, "person"),
        ("leave", "", {}, "person"),
    ],
)
def test_what_cannot_be_meant_is_asked_again(
    voting: Story, kind: str, about: str, fields: dict[str, str], at_fault: str
) -> None:
    reply = asks(voting, kind, about=about, **fields)
    assert isinstance(reply, Faulty)
    assert at_fault in reply.faults


def test_nobody_of_another_practice_can_be_corrected(voting: Story) -> None:
    stranger = voting.person_id(voting.people[ELSEWHERE, "lead"])
    ask = Ask(Asking.LEAVE, "Mo Mann", stranger)
    reply = voting.app.practice_people.correct(voting.practice(HERE, "manager").link, ask)
    assert reply == Faulty({"person": "Choose who is meant."})


def test_a_correction_without_a_typed_name_is_asked_again(voting: Story) -> None:
    ask = Ask(Asking.LEAVE, "", voting.person_id(voting.people[HERE, "lead"]))
    reply = voting.app.practice_people.correct(voting.practice(HERE).link, ask)
    assert reply == Faulty({"name": "Enter your name: two letters or more."})


def test_a_dead_link_corrects_nothing(voting: Story) -> None:
    link = voting.practice(HERE, "manager").link
    voting.imports_people(without=[voting.people[HERE, "manager"]])

    ask = Ask(Asking.ADD, "Mo Mann", "", A_NURSE)
    assert voting.app.practice_people.correct(link, ask) == Unknown()


# --- the second look ------------------------------------------------------------------------


def test_an_accepted_address_kills_the_old_link_and_issues_a_new_one(voting: Story) -> None:
    old = voting.practice(HERE).link
    moves_the_lead(voting)

    accepts(voting)

    assert voting.practice(HERE).sends("for", link=old) == Unknown()
    voting.practice(HERE).votes("for")


def test_the_old_and_the_new_address_are_told_by_whom(voting: Story) -> None:
    moves_the_lead(voting)
    everything_posted(voting)
    accepts(voting)

    letters = everything_posted(voting)
    assert {each.letter: each.to for each in letters if each.letter.startswith("contact")} == {
        "contact_ended": "lead.k83003@practice.example",
        "contact_changed": NEW_ADDRESS,
    }
    by = "Changed by the secretariat, as Mo Mann of K83003 had asked, at 9am on Tuesday 13 October"
    assert all(by in each.words for each in letters if each.letter.startswith("contact"))


def test_who_is_added_is_on_the_list_and_told(voting: Story) -> None:
    asks(voting, "add", **A_NURSE)
    everything_posted(voting)
    accepts(voting)

    told = posted(voting, "correction_decided")
    assert "nora@practice.example" in [each.to for each in told]
    assert "Nora Nurse" in [each.name for each in page_of(voting).people]


def test_a_new_name_keeps_the_person_and_the_link(voting: Story) -> None:
    """A file of people knows a person by name: there a new name is a new person."""
    deputy = voting.people[HERE, "deputy"]
    link, who = voting.deputy(HERE).link, voting.person_id(deputy)
    asks(voting, "change", about="deputy", name="Dr Deane")

    accepts(voting)

    voting.people[HERE, "deputy"] = replace(deputy, name="Dr Deane")
    assert (voting.deputy(HERE).link, voting.person_id(voting.people[HERE, "deputy"])) == (
        link,
        who,
    )


def test_a_new_role_takes_the_place_of_the_old(voting: Story) -> None:
    asks(voting, "change", about="manager", role="deputy")
    accepts(voting)
    roles = {each.name: each.role for each in page_of(voting).people}
    assert roles["Mo Mann of K83003"] == "deputy"


def test_somebody_who_has_left_cannot_answer_and_is_told(voting: Story) -> None:
    link = voting.deputy(HERE).link
    asks(voting, "leave", about="deputy")
    everything_posted(voting)
    accepts(voting)

    (told,) = posted(voting, "contact_ended")
    assert told.to == "deputy.k83003@practice.example"
    assert "is no longer deputy of" in told.words
    assert voting.deputy(HERE).sends("for", link=link) == Unknown()


def test_who_accepted_is_on_record(voting: Story) -> None:
    moves_the_lead(voting)
    number = the_one_that_waits(voting).correction.id
    secretary = voting.person_id(voting.people["", "secretary"])
    voting.app.corrections.accept(number, Actor(secretary, How.CLI))

    ruled_by = voting.app.corrections.show(number).correction.ruled_by
    assert ruled_by == {"person": secretary, "how": "cli"}


def test_a_refusal_changes_nothing_and_every_contact_is_told_why(voting: Story) -> None:
    asks(voting, "leave", about="deputy")
    everything_posted(voting)
    refuses(voting)

    told = posted(voting, "correction_decided")
    assert sorted(each.to for each in told) == addresses_of(voting, HERE)
    assert all("He stays until March." in each.words for each in told)
    voting.deputy(HERE).votes("for")


def test_a_refusal_needs_a_reason(voting: Story) -> None:
    moves_the_lead(voting)
    with pytest.raises(NeedsReason):
        refuses(voting, "")


def test_what_was_ruled_on_is_not_ruled_on_again(voting: Story) -> None:
    moves_the_lead(voting)
    number = accepts(voting).correction.id
    with pytest.raises(IsRuledOn):
        voting.app.corrections.refuse(number, AT_THE_COMMAND_LINE, "No.")


def test_a_number_that_nothing_has_is_refused(voting: Story) -> None:
    with pytest.raises(NoSuchCorrection):
        voting.app.corrections.show("ffffffff")


def test_where_the_register_has_gone_on_nothing_is_overwritten(voting: Story) -> None:
    moves_the_lead(voting)
    lead = voting.people[HERE, "lead"]
    voting.people[HERE, "lead"] = replace(lead, email="third@k.example")
    voting.imports_people()

    assert the_one_that_waits(voting).obstacle
    with pytest.raises(CannotCorrect):
        accepts(voting)


# --- a practice with nobody else ------------------------------------------------------------


def alone(story: Story) -> Person:
    """K83003 has only its lead."""
    story.imports_people(without=[story.people[HERE, role] for role in ("deputy", "manager")])
    return story.people[HERE, "lead"]


def test_the_last_one_leaving_is_red_and_not_accepted_by_accident(voting: Story) -> None:
    alone(voting)
    asks(voting, "leave", by="lead", about="lead")

    assert the_one_that_waits(voting).leaves_nobody
    with pytest.raises(LeavesNobody):
        accepts(voting)


def test_a_practice_with_nobody_left_is_named_until_somebody_is(voting: Story) -> None:
    alone(voting)
    asks(voting, "leave", by="lead", about="lead")
    accepts(voting, although_nobody_is_left=True)

    (says,) = left_alone(voting)
    assert "(K83003): nobody is left to write to" in says
    voting.imports_people()
    assert left_alone(voting) == []


def left_alone(story: Story) -> list[str]:
    alarms = health(story.app.store, story.app.rulebook.calendar, None)["alarms"]
    return [each["says"] for each in alarms if each["name"] == "left_alone"]


def test_a_correction_that_nobody_looks_at_becomes_an_alarm(voting: Story) -> None:
    moves_the_lead(voting)
    voting.on("10am Friday 16 October")
    alarms = health(voting.app.store, voting.app.rulebook.calendar, None)["alarms"]
    assert "corrections" in [each["name"] for each in alarms]


# --- erasing --------------------------------------------------------------------------------


def erases(story: Story, role: str) -> None:
    entry = story.app.erasure.find(story.people[HERE, role].email)
    story.app.erasure.person(
        entry, "request", "As asked.", AT_THE_COMMAND_LINE, although_running=True
    )


@pytest.mark.parametrize("role", ["lead", "manager"])  # whom it is about, and who asked for it
def test_erasing_either_takes_the_correction_with_them(voting: Story, role: str) -> None:
    moves_the_lead(voting)
    erases(voting, role)
    assert voting.app.corrections.listed(ruled_too=True) == ()


def test_a_letter_about_an_erased_correction_is_not_sent(voting: Story) -> None:
    everything_posted(voting)
    moves_the_lead(voting)
    erases(voting, "lead")
    assert posted(voting, "correction_asked") == []


def test_the_words_lie_under_both_their_keys(voting: Story) -> None:
    moves_the_lead(voting)
    waiting = the_one_that_waits(voting).correction
    keys = voting.app.store.keys
    keys.erase(person_key(waiting.about or ""))
    with pytest.raises(Erased):
        keys.unseal(person_key(waiting.about or ""), b"x" * 40, b"")
    assert the_one_that_waits(voting).correction.words is None


def test_the_words_are_forgotten_a_month_after_the_ruling_and_who_ruled_is_not(
    voting: Story,
) -> None:
    moves_the_lead(voting)
    number = accepts(voting).correction.id
    voting.clock.time = voting.clock.time.replace(month=11, day=20)
    voting.app.office().tidy()

    kept = voting.app.corrections.show(number).correction
    assert (kept.words, kept.ruled_by) == (None, {"person": None, "how": "cli"})


# --- the trail -----------------------------------------------------------------------------


def test_a_bundle_with_corrections_and_their_letters_is_sound(
    voting: Story, tmp_path: Path
) -> None:
    moves_the_lead(voting)
    everything_posted(voting)
    accepts(voting)
    asks(voting, "leave", about="deputy")
    everything_posted(voting)
    refuses(voting)
    asks(voting, "leave", about="deputy")
    accepts(voting)
    everything_posted(voting)

    voting.app.store.sealer.seal()
    file = tmp_path / "bundle.zip"
    with file.open("wb") as out:
        write_bundle(voting.app.store, Scope(Role.COMMITTEE), b"", out)
    assert examine(file).faults == []


# --- a file of people tells them too --------------------------------------------------------


def test_an_import_tells_old_and_new_address(voting: Story) -> None:
    everything_posted(voting)
    voting.people[HERE, "lead"] = replace(voting.people[HERE, "lead"], email=NEW_ADDRESS)
    voting.imports_people()

    told = {each.letter: each.to for each in everything_posted(voting)}
    assert told == {
        "contact_ended": "lead.k83003@practice.example",
        "contact_changed": NEW_ADDRESS,
    }


def test_before_the_first_decision_an_import_writes_to_nobody(story: Story) -> None:
    story.people[HERE, "lead"] = replace(story.people[HERE, "lead"], email=NEW_ADDRESS)
    story.imports_people()
    assert trail_size(story) == 1


def test_a_mailbox_that_serves_several_gets_a_letter_for_each(story: Story) -> None:
    for role in ("lead", "deputy", "manager"):
        shared = replace(story.people[HERE, role], email="surgery@practice.example")
        story.people[HERE, role] = shared
    story.imports_people()
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    sent = [each for each in everything_posted(story) if each.to == "surgery@practice.example"]
    assert len({each.words.partition(",")[0] for each in sent}) == 3


def test_while_a_backup_waits_to_be_released_nothing_can_be_asked(voting: Story) -> None:
    with voting.app.store.database.writing() as writing:
        set_mark(writing, QUARANTINE, None)
    assert moves_the_lead(voting) == Paused()

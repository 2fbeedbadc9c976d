"""Undeliverable is not silent: who is written to next, who is rung, and what the outcome says."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import delete, text

from app.bootstrap import post_settings
from engine.commands import RecordReached
from engine.refusals import NeedsReason, NoSuchAct
from notifications.sorting import SortingOffice
from storage import tables
from tests.stories.papers import A_NOTICE, A_VOTE
from tests.stories.posting import comes_back, posts
from tests.stories.register import CODES, PRACTICES, Person, import_practices
from tests.stories.telling import AT_THE_COMMAND_LINE, Story

LOST = CODES[:3]
SPOILT = """UPDATE person SET email = 'two words@@' WHERE id IN
    (SELECT person FROM post WHERE ods_code = :practice AND role <> 'nurse')"""


def a_vote(story: Story) -> Story:
    """A vote of twelve practices, on its first morning, the letters of its consultation gone."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    return posts(story).on("9am Tuesday 13 October").expects_state("voting")


def outcome(story: Story) -> dict[str, Any]:
    (leaf,) = (leaf for leaf in story.leaves() if leaf["type"] == "outcome.declared")
    return dict(leaf["body"])


def of_type(story: Story, kind: str) -> list[dict[str, Any]]:
    return [leaf["body"] for leaf in story.leaves() if leaf["type"] == kind]


def closes(story: Story) -> Story:
    """Nine of twelve vote, and the vote closes."""
    for code in CODES[3:]:
        story.practice(code).votes("for")
    return story.on("5pm Wednesday 21 October").expects_state("carried")


def _texts_of(office: SortingOffice, letter: str) -> Iterator[str]:
    office.expand_all()
    while batch := office.take():
        for ready in batch.ready:
            if ready.claimed.mailing.letter == letter:
                part = message_from_bytes(ready.content, policy=policy.default).get_body(("plain",))
                assert part is not None
                yield " ".join(str(part.get_content()).split())


def test_one_that_is_asked_again_reads_how_long_there_is_when_the_letter_goes(
    story: Story,
) -> None:
    """The relay may have been away meanwhile."""
    posts(a_vote(story))
    story.people[LOST[0], "nurse"] = Person(LOST[0], "Nel Nurse", "nel@k.example", "nurse")
    comes_back(story.imports_people(), LOST[0])
    story.on("9am Tuesday 20 October")
    app = story.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    assert ["1 working day is left" in text for text in _texts_of(office, "asked_again")] == [True]


# --- the outcome ------------------------------------------------------------------------------


def test_the_outcome_names_the_practices_whose_letters_came_back(story: Story) -> None:
    posts(a_vote(story))
    for code in LOST:
        comes_back(story, code)

    said = outcome(closes(story))

    assert said["unreached"] == list(LOST)
    assert any(
        s == "3 practices were not reached by letter or telephone: "
        f"{LOST[0]}, {LOST[1]} and {LOST[2]}. They count among the practices on the roll."
        for s in said["sentences"]
    )


def test_a_vote_that_reached_everyone_says_so_and_has_no_sentence_of_it(story: Story) -> None:
    said = outcome(closes(posts(a_vote(story))))

    assert said["unreached"] == []
    assert not any("not reached" in sentence for sentence in said["sentences"])


def test_practices_that_were_not_reached_stay_in_the_count(story: Story) -> None:
    said = outcome(closes(posts(a_vote(story), refused=LOST)))

    assert (said["count"]["on_roll"], said["unreached"]) == (12, list(LOST))


def test_letters_that_nobody_has_sent_have_reached_nobody(story: Story) -> None:
    said = outcome(closes(a_vote(story)))

    assert said["unreached"] == list(LOST)


def test_a_reminder_that_is_accepted_reaches_a_practice_whose_first_letters_failed(
    story: Story,
) -> None:
    posts(a_vote(story), refused=LOST)
    posts(story.on("10am Monday 19 October"))

    assert outcome(closes(story))["unreached"] == []


def test_a_letter_of_the_consultation_does_not_tell_of_the_vote(story: Story) -> None:
    posts(a_vote(story), refused=LOST[:1])

    assert outcome(closes(story))["unreached"] == [LOST[0]]


def test_a_practice_that_answers_has_been_reached_whatever_its_letters_say(story: Story) -> None:
    comes_back(posts(a_vote(story)), CODES[0])
    story.practice(CODES[0]).votes("against")

    assert CODES[0] not in outcome(closes(story))["unreached"]


def test_a_letter_that_comes_back_after_the_close_does_not_change_the_outcome(
    story: Story,
) -> None:
    before = outcome(closes(posts(a_vote(story))))

    comes_back(story, CODES[0])

    assert outcome(story) == before


# --- whose silence is not their own ---------------------------------------------------------------


def nobody_is_left(story: Story, code: str) -> Story:
    """An import puts a stranger in the place of everybody at a practice."""
    for person in [who for who in story.people if who[0] == code]:
        del story.people[person]
    story.people[code, "lead"] = Person(code, "Dr New", "new@k.example", "lead")
    return story.imports_people()


def silent_about(story: Story) -> tuple[list[str], str]:
    said = outcome(story)
    return said["silenced"], " ".join(said["sentences"])


def test_the_outcome_names_a_practice_that_lost_whoever_could_vote(story: Story) -> None:
    """Its letter was accepted before: it counts as reached, and its silence as its own."""
    nobody_is_left(posts(a_vote(story)), LOST[0])

    named, said = silent_about(closes(posts(story)))

    assert (outcome(story)["unreached"], named) == ([], [LOST[0]])
    assert (
        f"1 practice was without anybody who could cast a vote by link when the vote closed: "
        f"{LOST[0]}. It counts among the practices on the roll." in said
    )


def test_one_that_was_not_reached_either_is_named_in_words_once(story: Story) -> None:
    posts(nobody_is_left(a_vote(story), LOST[0]))

    named, said = silent_about(closes(posts(story, refused=LOST[:1])))

    assert (outcome(story)["unreached"], named) == ([LOST[0]], [LOST[0]])
    assert said.count(LOST[0]) == 1


def test_so_it_does_of_one_that_was_taken_off_the_register(story: Story) -> None:
    posts(a_vote(story))
    left = [row for row in PRACTICES.read_text().splitlines() if not row.startswith(LOST[0])]
    import_practices(story.app, "\n".join(left))

    assert silent_about(closes(story))[0] == [LOST[0]]


def test_a_practice_that_had_voted_before_is_not_named(story: Story) -> None:
    posts(a_vote(story)).practice(LOST[0]).votes("against")
    nobody_is_left(story, LOST[0])

    assert silent_about(closes(story))[0] == []


def test_nor_is_one_where_another_can_still_vote(story: Story) -> None:
    posts(a_vote(story)).imports_people(without=[story.people[LOST[0], "lead"]])

    assert silent_about(closes(story))[0] == []


def test_the_outcome_names_those_whom_only_a_call_on_record_told(story: Story) -> None:
    """Anybody at the secretariat can put a call on record: what rests on that alone is said."""
    posts(a_vote(story), refused=CODES)
    for code in (*LOST, CODES[3]):
        rings(story, code, "Rang.")

    said = outcome(closes(story))

    assert (said["unreached"], said["told_by_call"]) == ([], list(LOST))
    assert (
        f"3 practices were told by telephone alone, as staff put on record: "
        f"{LOST[0]}, {LOST[1]} and {LOST[2]}." in said["sentences"]
    )


# --- the next contact ---------------------------------------------------------------------------


def test_a_practice_with_nobody_else_is_for_somebody_with_a_telephone(story: Story) -> None:
    posts(a_vote(story), refused=LOST[:1])

    (noted,) = of_type(story, "practice.unreached")
    assert noted == {"decision": story.reference, "practice": LOST[0], "next": 0}


def test_nobody_is_written_to_again_at_the_address_that_failed(story: Story) -> None:
    """Links are issued in the commit of the first letters: that is no new address."""
    posts(story.on("9am Monday 5 October 2026").opens(A_VOTE), refused=LOST[:1])

    assert of_type(story, "practice.unreached")[-1]["next"] == 0
    assert story.letters("asked_again") == 0


def test_one_accepted_letter_keeps_a_practice_from_being_unreached(story: Story) -> None:
    posts(a_vote(story))

    assert of_type(story, "practice.unreached") == []


def test_a_corrected_address_is_written_to_at_once(story: Story) -> None:
    posts(a_vote(story), refused=LOST[:1])
    lead = story.people[LOST[0], "lead"]
    story.people[LOST[0], "lead"] = replace(lead, email="lead@elsewhere.example")

    posts(story.imports_people())

    assert of_type(story, "practice.unreached")[-1]["next"] == 1
    assert outcome(closes(story))["unreached"] == []


def test_somebody_who_joins_the_practice_is_told_and_can_not_answer(story: Story) -> None:
    posts(a_vote(story), refused=LOST[:1])
    story.people[LOST[0], "nurse"] = Person(LOST[0], "Nel Nurse", "nel@k.example", "nurse")

    posts(story.imports_people())

    assert story.letters("asked_again") == 1
    assert not story.practice(LOST[0], "nurse").has_a_link


def test_a_person_who_joins_a_practice_that_was_reached_is_not_written_to(story: Story) -> None:
    posts(a_vote(story))
    story.people[LOST[0], "nurse"] = Person(LOST[0], "Nel Nurse", "nel@k.example", "nurse")

    story.imports_people()

    assert story.letters("asked_again") == 0


def the_letters_are_given_up(story: Story) -> Story:
    """What could not be written to a practice is never sent: a person says so."""
    with story.app.store.database.writing() as writing:
        writing.execute(text(SPOILT), {"practice": LOST[0]})
    posts(story)
    app = story.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    app.desk.drop(lambda c: office.drop_parked(c, ()), "We rang.", AT_THE_COMMAND_LINE)
    return story


def test_letters_that_are_given_up_have_reached_nobody_and_the_trail_says_it(
    story: Story,
) -> None:
    posts(a_vote(story).scheduler_stops(), refused=[])
    story.opens(A_NOTICE)

    the_letters_are_given_up(story)

    assert of_type(story, "practice.unreached") == [
        {"decision": story.reference, "practice": LOST[0], "next": 0}
    ]


def test_where_letters_are_given_up_the_next_contact_is_written_to(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE)
    story.people[LOST[0], "nurse"] = Person(LOST[0], "Nel Nurse", "nel@k.example", "nurse")
    story.imports_people()  # she is not on the roll; the others' letters are still to go

    the_letters_are_given_up(story)

    assert story.letters("asked_again") == 1


# --- the telephone ------------------------------------------------------------------------------


def rings(story: Story, practice: str, reason: str = "Mo Mann, at ten: they will vote.") -> Story:
    return story.does(RecordReached(AT_THE_COMMAND_LINE, practice, reason))


def test_a_practice_that_was_rung_has_been_reached(story: Story) -> None:
    rings(posts(a_vote(story), refused=LOST), LOST[0])

    assert outcome(closes(story))["unreached"] == list(LOST[1:])


def test_the_leaf_of_a_call_keeps_what_was_said_behind_a_commitment(story: Story) -> None:
    rings(posts(a_vote(story), refused=LOST), LOST[0])

    (call,) = of_type(story, "practice.reached")
    assert (call["practice"], call["how"]) == (LOST[0], "telephone")
    assert (call["reason"][:3], call["by"][:3]) == ("c1:", "c1:")


def test_a_call_in_the_consultation_does_not_tell_of_the_vote(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    rings(posts(story, refused=LOST), LOST[0]).on("9am Tuesday 13 October")

    assert outcome(closes(posts(story, refused=LOST)))["unreached"] == list(LOST)


def test_a_call_needs_a_practice_of_the_roll_and_words(story: Story) -> None:
    a_vote(story)

    with pytest.raises(NoSuchAct, match="not on the roll"):
        rings(story, "Z99999")
    with pytest.raises(NeedsReason, match="spoken to"):
        rings(story, LOST[0], " ")


def test_people_of_a_practice_of_which_nobody_was_known_are_told_once_they_are(
    story: Story,
) -> None:
    with story.app.store.database.writing() as writing:
        writing.execute(delete(tables.post).where(tables.post.c.ods_code == LOST[0]))
    a_vote(story)
    assert [leaf["next"] for leaf in of_type(story, "practice.unreached")] == [0, 0]

    posts(story.imports_people())

    assert story.letters("asked_again") == 3


def test_a_call_to_no_practice_is_refused_in_words_that_say_so(voting: Story) -> None:
    with pytest.raises(NoSuchAct, match="not said which practice was told"):
        voting.does(RecordReached(AT_THE_COMMAND_LINE, "", "Rang at ten."))

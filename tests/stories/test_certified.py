"""The notice certificate: what became of each letter, in its own leaf's words, and no more."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from engine.commands import RecordReached
from tests.stories.papers import A_VOTE, URGENT
from tests.stories.posting import NOT_KNOWN, OK, comes_back, posts
from tests.stories.register import CODES, Person
from tests.stories.telling import AT_THE_COMMAND_LINE, Story
from workflows.certificate import Certificate, Reach, Source, certify
from workflows.certificate_document import document, value
from workflows.certificate_page import certificate_page

SPOILT = """UPDATE person SET email = 'two words@@' WHERE id IN
    (SELECT person FROM post WHERE ods_code = :practice)"""

FIRST, SECOND, THIRD, FOURTH = CODES[:4]


def a_vote(story: Story) -> Story:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    posts(posts(story).on("10am Thursday 8 October"))
    return story.on("9am Tuesday 13 October").expects_state("voting")


def certified(story: Story, practice: str | None = None) -> Certificate:
    store = story.app.store
    checkpoint = store.sealer.seal()
    with store.database.reading() as reading:
        source = Source(reading, store.keys, story.app.library, checkpoint, story.clock.now())
        return certify(source, story.reference, practice)


def of(made: Certificate, practice: str) -> Any:  # noqa: ANN401 - one practice's part
    return next(each for each in made.practices if each.practice == practice)


def ends(made: Certificate, practice: str, letter: str = "vote_opened") -> list[list[str]]:
    return [
        [end.kind for end in notice.sent.ends]
        for notice in of(made, practice).notices
        if notice.sent.letter == letter
    ]


def written(story: Story, made: Certificate) -> str:
    return " ".join(document(made, "NHS Nene CCG", story.app.rulebook.calendar).split())


def test_a_letter_that_came_back_is_not_counted_as_accepted(story: Story) -> None:
    made = certified(comes_back(posts(a_vote(story)), FIRST))

    assert ends(made, FIRST) == [["accepted", "bounced"]] * 3
    assert of(made, FIRST).reach is Reach.UNREACHED
    assert {notice.became for notice in of(made, FIRST).notices[-3:]} == {"bounced"}


def test_each_end_is_told_in_the_mail_servers_own_words_with_its_leaf(story: Story) -> None:
    made = certified(posts(a_vote(story), refused=[FIRST]))
    refused, taken = of(made, FIRST).notices[-1].sent, of(made, SECOND).notices[-1].sent

    assert [(end.kind, end.words) for end in refused.ends] == [("undeliverable", NOT_KNOWN)]
    assert [(end.kind, end.words) for end in taken.ends] == [("accepted", OK)]
    assert f"(leaf {taken.ends[0].leaf}): “{OK}”" in written(story, made)


def test_every_leaf_that_it_names_is_that_leaf_of_the_trail(story: Story) -> None:
    made = certified(comes_back(posts(a_vote(story)), FIRST))
    with story.app.store.database.reading() as reading:
        rows = reading.exec_driver_sql("SELECT n, type, data FROM leaf").all()
    leaves = {n: (kind, json.loads(bytes(data))["body"]) for n, kind, data in rows}

    for practice in made.practices:
        for notice in practice.notices:
            assert leaves[notice.sent.mailing][0] == "mail.intent"
            for end in notice.sent.ends:
                kind, body = leaves[end.leaf]
                assert kind == f"mail.{end.kind}"
                assert body["message"] == notice.sent.message_id


def test_a_letter_that_is_still_to_go_is_neither_accepted_nor_lost(story: Story) -> None:
    made = certified(a_vote(story))

    assert of(made, FIRST).reach is Reach.WAITING
    assert [letter for _, letter, _ in of(made, FIRST).to_be_made] == ["vote_opened"]


def test_a_letter_that_was_set_aside_has_no_end_and_has_reached_nobody(story: Story) -> None:
    a_vote(story)
    with story.app.store.database.writing() as writing:
        writing.execute(text(SPOILT), {"practice": FIRST})
    made = certified(posts(story), FIRST)

    told = [notice for notice in of(made, FIRST).notices if made.tells(notice)]
    assert {(notice.became, notice.sent.ends) for notice in told} == {("parked", ())}
    assert of(made, FIRST).reach is Reach.UNREACHED
    assert "SET ASIDE: IT COULD NOT BE WRITTEN" in written(story, made)
    assert [leaf for leaf in story.leaves() if leaf["type"] == "practice.unreached"] == []


def test_a_practice_that_answered_or_was_rung_has_been_reached(story: Story) -> None:
    posts(a_vote(story), refused=[FIRST, SECOND, THIRD])
    story.practice(FIRST).votes("for")
    story.does(RecordReached(AT_THE_COMMAND_LINE, SECOND, "Mo Mann, at ten."))

    made = certified(story)

    reach = [of(made, code).reach for code in (FIRST, SECOND, THIRD, FOURTH)]
    assert reach == [Reach.ANSWERED, Reach.TELEPHONE, Reach.UNREACHED, Reach.ACCEPTED]
    assert "Told by telephone at 9am on Tuesday 13 October 2026" in written(story, made)
    assert "Mo Mann, at ten." in written(story, made)


def test_it_says_of_whom_only_a_call_on_record_is_known(story: Story) -> None:
    posts(a_vote(story), refused=[FIRST])
    story.does(RecordReached(AT_THE_COMMAND_LINE, FIRST, "Rang."))

    said = f"; by telephone alone, as staff put on record: {FIRST} Queensview Medical Centre."
    assert said in written(story, certified(story))


def test_it_tells_of_links_that_died_and_where_nobody_could_vote(story: Story) -> None:
    posts(a_vote(story)).practices_vote(for_=12)
    story.deputy(SECOND).votes("against")
    lead = story.people[SECOND, "lead"]
    story.people[SECOND, "lead"] = replace(lead, email="lead@elsewhere.example")
    story.imports_people(without=[story.people[FIRST, "lead"], story.people[FIRST, "deputy"]])

    made = certified(story.on("5pm Wednesday 21 October"))

    died, anew = of(made, SECOND).course[-2:]
    said = written(story, made)
    assert f"(leaf {died.leaf}): the address changed." in said
    assert (
        f"A person's link was issued anew at 9am on Tuesday 13 October 2026 (leaf {anew.leaf}"
        in said
    )
    assert [each.body["because"] for each in of(made, FIRST).course[-2:]] == [
        "the person left the practice"
    ] * 2
    assert made.silenced == ()


def test_it_names_those_who_could_not_vote_as_the_outcome_does(story: Story) -> None:
    gone = [story.people[FIRST, role] for role in ("lead", "deputy")]
    posts(a_vote(story)).imports_people(without=gone)
    for code in CODES[3:]:
        story.practice(code).votes("for")

    made = certified(story.on("5pm Wednesday 21 October"))

    assert f"When the vote closed nobody could vote by link at {FIRST}." in written(story, made)
    assert value(made)["declared_silenced"] == [FIRST]


def test_it_says_where_letters_reached_only_people_who_cannot_answer(story: Story) -> None:
    """An address that the secretariat added is no reader who was put on the roll."""
    posts(a_vote(story), refused=[FIRST])
    story.people[FIRST, "nurse"] = Person(FIRST, "Nel Nurse", "nel@k.example", "nurse")

    made = certified(posts(story.imports_people()))

    assert (of(made, FIRST).reach, of(made, FIRST).is_beside) == (Reach.ACCEPTED, True)
    assert [each.practice for each in made.practices if each.is_beside] == [FIRST]
    said = written(story, made)
    assert f"; only people who came later, and cannot answer: {FIRST} Queensview" in said
    assert "no letter to anybody on the roll stands accepted since it was last asked" in said


def test_where_nothing_ever_came_back_it_says_that_no_bounce_would_be_known(
    story: Story,
) -> None:
    """Without a way in for bounces every wrong address stands as accepted."""
    deaf = "No bounce and no reply to any letter has ever been taken in here"
    assert deaf in written(story, certified(posts(a_vote(story))))

    assert deaf not in written(story, certified(comes_back(story, FIRST)))


def test_one_practices_certificate_holds_nothing_of_another(story: Story) -> None:
    made = certified(posts(a_vote(story)), SECOND)

    assert [each.practice for each in made.practices] == [SECOND]
    assert FIRST.lower() not in json.dumps(value(made))


def test_it_says_what_it_cannot_show_and_how_to_check_it(story: Story) -> None:
    made = certified(posts(a_vote(story)))
    said = written(story, made)

    assert made.checkpoint is not None
    assert "does not show that a letter came into a mailbox, or that anybody read it" in said
    assert f"covers leaves 0 to {made.checkpoint.size - 1}" in said
    assert value(made)["checkpoint"]["root"] == made.checkpoint.root.hex()


def test_a_bounce_after_the_close_changes_the_certificate_and_not_the_outcome(
    story: Story,
) -> None:
    posts(a_vote(story)).practices_vote(for_=9)
    story.on("5pm Wednesday 21 October").expects_state("carried")
    assert certified(story).declared == ()

    comes_back(posts(story), CODES[11])

    made = certified(story)
    assert made.declared == ()
    assert [each.practice for each in made.unreached] == [CODES[11]]


def test_the_certificate_agrees_with_the_rules_on_who_was_reached(story: Story) -> None:
    posts(a_vote(story), refused=[FIRST, SECOND])
    comes_back(story, THIRD)
    story.practice(FOURTH).votes("for")
    before = [each.practice for each in certified(story).unreached]

    posts(story.on("10am Monday 19 October"), refused=[FIRST, SECOND, THIRD])
    story.on("5pm Wednesday 21 October")
    extended = [each.practice for each in certified(story).unreached]

    assert before == [FIRST, SECOND, THIRD]
    assert extended in ([FIRST, SECOND, THIRD], [])


def test_the_summary_says_which_letters_it_counts(story: Story) -> None:
    said = written(story, certified(posts(a_vote(story))))
    assert "The letters that told each practice what it was last asked, with reminders" in said
    assert f"{FIRST} reached by letter 3 of 3 letters accepted" in said


def test_where_nothing_was_asked_nobody_is_said_to_be_unreached(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(URGENT)
    story.body_acts("approve", agreed=("chair", "accountable_officer", "lay_chair"))
    said = written(story, certified(posts(story)))
    assert "Nothing has been asked of practices in this decision." in said
    assert "0 of 12 practices reached" not in said
    assert f"{FIRST} not asked 3 of 3 letters accepted" in said


def test_a_page_of_a_decision_that_asked_nothing_awaits_nothing(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(URGENT)
    page = certificate_page(certified(story), story.app.rulebook.calendar)
    assert {(each.is_asked, each.is_reached, each.is_lost) for each in page.practices} == {
        (False, False, False)
    }


def test_a_letter_is_called_by_what_it_is(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(URGENT)
    story.body_acts("approve", agreed=("chair", "accountable_officer", "lay_chair"))
    posts(story)
    story.passes_to("5pm Tuesday 3 November")
    assert "What another body did, owed at" in written(story, certified(posts(story)))


def test_one_practice_is_told_of_as_one(story: Story) -> None:
    assert "1 of 1 practice reached since it was last asked." in written(
        story, certified(posts(a_vote(story)), FIRST)
    )

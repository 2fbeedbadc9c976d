"""A vote in which three practices' letters bounce, from the relay's first no to the certificate."""

import asyncio
from pathlib import Path

from engine.commands import RecordReached
from tests.notifications.misbehaving import MisbehavingServer, Mode
from tests.promises.posting import deliver
from tests.stories.papers import A_VOTE
from tests.stories.posting import comes_back
from tests.stories.register import CODES
from tests.stories.telling import AT_THE_COMMAND_LINE, Story
from workflows.certificate import Certificate, Reach, Source, certify
from workflows.certificate_document import document
from workflows.phone_list import phone_list
from workflows.secretariat import Secretariat

REFUSED, BACK, ALSO_BACK = CODES[:3]
PEOPLE = 3  # in each practice, each with a letter


def delivers(story: Story, modes: list[Mode]) -> MisbehavingServer:
    """A postman's round over TCP to a relay that answers so, letter after letter."""

    async def round_() -> MisbehavingServer:
        async with MisbehavingServer(modes) as server:
            await deliver(story.app, server.port)
            return server

    return asyncio.run(round_())


def three_bounce(story: Story) -> Story:
    """One practice is refused at the relay's door; two practices' letters are taken, and return."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    delivers(story, [])
    delivers(story.on("10am Thursday 8 October"), [])
    story.on("9am Tuesday 13 October").expects_state("voting")
    delivers(story, [Mode.RCPT_550] * PEOPLE)
    story.on("11am Tuesday 13 October")
    return comes_back(comes_back(story, BACK), ALSO_BACK)


def to_the_end(story: Story) -> Story:
    """Nine practices vote; the reminders of the three are refused too, and the vote closes."""
    for code in CODES[3:]:
        story.practice(code).votes("for")
    delivers(story, [])  # the receipts
    delivers(story.on("10am Thursday 15 October"), [Mode.RCPT_550] * PEOPLE * 3)
    delivers(story.on("10am Monday 19 October"), [Mode.RCPT_550] * PEOPLE * 3)
    delivers(story.on("10am Wednesday 21 October"), [Mode.RCPT_550] * PEOPLE * 3)
    story.on("5pm Wednesday 21 October").expects_state("carried")
    delivers(story, [])
    return story


def certified(story: Story) -> Certificate:
    store = story.app.store
    checkpoint = store.sealer.seal()
    with store.database.reading() as reading:
        source = Source(reading, store.keys, story.app.library, checkpoint, story.clock.now())
        return certify(source, story.reference)


def test_the_certificate_of_a_vote_in_which_three_practices_bounced(story: Story) -> None:
    """`docs/sample/notice-certificate.txt` is what it looks like: see docs/make_certificate.py."""
    made = certified(to_the_end(three_bounce(story)))
    text = document(made, "NHS Nene CCG", story.app.rulebook.calendar)
    said = " ".join(text.split())

    assert [each.practice for each in made.unreached] == [REFUSED, BACK, ALSO_BACK]
    assert made.declared == (REFUSED, BACK, ALSO_BACK)
    assert {each.reach for each in made.practices[3:]} == {Reach.ANSWERED}
    assert "550 5.1.1 no such mailbox" in said
    assert said.count(": CAME BACK;") == 2 * PEOPLE
    assert "9 of 12 practices reached" in said


def test_every_letter_that_the_certificate_calls_accepted_was_taken_by_the_relay(
    story: Story,
) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    server = delivers(story, [Mode.RCPT_550, Mode.AFTER_DOT_554, Mode.DATA_554])
    taken = {
        str(each.content.split(b"Message-ID: ")[1].split(b"\n")[0].strip(), "ascii")
        for each in server.taken
    }

    notices = [n for each in certified(story).practices for n in each.notices]

    accepted = {n.sent.message_id for n in notices if n.became == "accepted"}
    assert accepted == taken
    assert len(notices) - len(accepted) == 3


def test_the_three_are_on_the_list_of_whom_to_ring(story: Story) -> None:
    made = certified(three_bounce(story))
    with story.app.store.database.reading() as reading:
        found = phone_list(reading, made)

    assert [each.practice for each in found] == [REFUSED, BACK, ALSO_BACK]
    assert all(each.noted is not None and each.people for each in found)


def test_the_three_are_red_on_the_desk_until_they_are_rung(story: Story) -> None:
    three_bounce(story)
    desk = Secretariat(story.app.desk, story.app.rulebook.calendar)

    def red() -> list[str]:
        (decision,) = desk.page().under_way
        return [each.practice for each in decision.lost]

    assert red() == [REFUSED, BACK, ALSO_BACK]
    assert [len(each.people) for each in desk.page().under_way[0].lost] == [PEOPLE] * 3
    story.does(RecordReached(AT_THE_COMMAND_LINE, BACK, "Mo Mann, at ten: they will vote."))
    assert red() == [REFUSED, ALSO_BACK]


def test_the_desk_counts_who_has_answered(story: Story) -> None:
    three_bounce(story)
    for code in CODES[3:7]:
        story.practice(code).votes("for")
    (decision,) = Secretariat(story.app.desk, story.app.rulebook.calendar).page().under_way
    assert (decision.answered, decision.asked) == (4, len(CODES))


def test_the_three_are_red_where_the_decision_is_shown(story: Story) -> None:
    three_bounce(story)

    assert [each["practice"] for each in story.shown["unreached"]] == [REFUSED, BACK, ALSO_BACK]


def test_the_outcome_letter_names_the_three(story: Story, tmp_path: Path) -> None:
    to_the_end(three_bounce(story))

    outcome = story.shown["outcome"]
    assert [each["practice"] for each in outcome["unreached"]] == [REFUSED, BACK, ALSO_BACK]
    assert "3 practices were not reached by letter or telephone" in outcome["sentence"]

"""The weekly digest: one letter with all that still needs a practice; never a flood."""

import json
import re
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from sqlalchemy import select

from app.bootstrap import post_settings
from app.config import Letters
from engine.trail import parse
from notifications.post import Ready
from notifications.present import NotWanted
from notifications.sorting import SortingOffice
from storage import tables
from storage.outbox import Settlement
from storage.proofs import read_leaves
from tests.engine.makers import at
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE
from tests.stories.register import CODES
from tests.stories.telling import Story


def looks(story: Story, when: str) -> list[str]:
    """Time passes to a moment, and somebody looks what letters have come due: which those are."""
    story.on(when)
    return list(story.app.owe())


def mailings(story: Story) -> list[dict[str, Any]]:
    """What each digest so far tells, in order."""
    columns = tables.mailing.c
    query = select(columns.context).where(columns.letter == "digest").order_by(columns.leaf)
    with story.app.store.database.reading() as reading:
        return [json.loads(text) for text in reading.execute(query).scalars()]


def told(story: Story, nth: int = -1) -> dict[str, list[str]]:
    """The decisions that the last digest, or another, tells each practice of."""
    needs = mailings(story)[nth]["needs"]
    return {code: [need["decision"] for need in each] for code, each in needs.items()}


@pytest.fixture
def consulting(story: Story) -> Story:
    """Two consultations, opened in the week after the one in which somebody first looked."""
    looks(story, "10am Monday 28 September 2026")
    story.on("9am Tuesday 29 September 2026").opens(A_CONSULTATION)
    story.on("9am Wednesday 30 September 2026").opens(A_VOTE)
    return story


def test_on_monday_morning_every_practice_is_told_what_still_needs_it(consulting: Story) -> None:
    assert "digest" in looks(consulting, "9am Monday 5 October 2026")
    assert told(consulting)["K83003"] == ["D-2026-0001"]


def test_it_does_not_come_before_the_letter_time(consulting: Story) -> None:
    assert "digest" not in looks(consulting, "8:59am Monday 5 October 2026")


def test_it_comes_once_a_week_however_often_one_looks(consulting: Story) -> None:
    for hour in ("9am", "10am", "5pm"):
        looks(consulting, f"{hour} Monday 5 October 2026")
    looks(consulting, "9am Thursday 8 October 2026")
    assert len(mailings(consulting)) == 1


def test_it_comes_on_tuesday_where_monday_is_a_bank_holiday(story: Story) -> None:
    looks(story, "10am Monday 14 December 2026")
    story.on("9am Wednesday 23 December 2026").opens(A_CONSULTATION)
    assert "digest" not in looks(story, "9am Monday 28 December 2026")
    assert "digest" in looks(story, "9am Tuesday 29 December 2026")


def test_down_for_three_weeks_gives_one_digest(story: Story) -> None:
    looks(story, "10am Monday 7 September 2026")
    story.on("9am Thursday 1 October 2026").opens(A_CONSULTATION)
    story.scheduler_stops().on("11am Tuesday 6 October 2026")
    assert [looks(story, "11am Tuesday 6 October 2026"), len(mailings(story))] == [
        ["digest"],
        1,
    ]


def test_a_tick_that_was_missed_on_monday_is_made_good_on_tuesday(consulting: Story) -> None:
    assert "digest" in looks(consulting, "2pm Tuesday 6 October 2026")


def test_nothing_is_sent_at_the_weekend(consulting: Story) -> None:
    assert "digest" not in looks(consulting, "9am Saturday 10 October 2026")


def test_where_nothing_is_open_there_is_no_letter(story: Story) -> None:
    looks(story, "10am Monday 28 September 2026")
    story.on("9am Tuesday 29 September 2026").opens(A_NOTICE)
    looks(story, "9am Monday 5 October 2026")
    assert mailings(story) == []


def test_the_week_in_which_somebody_looks_first_has_none(story: Story) -> None:
    story.on("9am Tuesday 29 September 2026").opens(A_CONSULTATION)
    looks(story, "9am Wednesday 30 September 2026")
    assert mailings(story) == []


def test_a_practice_that_has_answered_is_left_out(consulting: Story) -> None:
    consulting.reference = "D-2026-0001"
    consulting.practice("K83003").comments("We have room for it.")
    looks(consulting, "9am Monday 5 October 2026")
    assert "K83003" not in told(consulting)


def test_what_reminds_by_itself_that_day_is_left_out_of_it(consulting: Story) -> None:
    """The vote's consultation ends on Wednesday 7 October: its reminder falls on the Monday."""
    looks(consulting, "9am Monday 5 October 2026")
    assert {each for refs in told(consulting).values() for each in refs} == {"D-2026-0001"}


def test_what_was_put_to_practices_that_day_is_left_out_of_it(consulting: Story) -> None:
    consulting.on("8am Monday 5 October 2026").opens(A_CONSULTATION)
    looks(consulting, "9am Monday 5 October 2026")
    assert {each for refs in told(consulting).values() for each in refs} == {"D-2026-0001"}


def test_its_leaf_names_who_is_told_of_which_decision(consulting: Story) -> None:
    looks(consulting, "9am Monday 5 October 2026")
    with consulting.app.store.database.reading() as reading:
        leaves = [parse(row.data)["body"] for row in read_leaves(reading)]
    (digest,) = [body for body in leaves if body.get("letter") == "digest"]
    assert (digest["about"], digest["count"]) == ({"D-2026-0001": list(CODES)}, 36)


def test_an_organisation_may_do_without(consulting: Story) -> None:
    consulting.restarts(letters=Letters(digest=False))
    assert "digest" not in looks(consulting, "9am Monday 5 October 2026")


# --- counted within the cap -------------------------------------------------------------------


def test_a_digest_counts_among_the_three_of_seven_days(story: Story) -> None:
    """Friday, Monday's digest, Tuesday: after an extension, Thursday's reminder is one too many."""
    looks(story, "10am Monday 28 September 2026")
    story.on("9am Tuesday 29 September 2026").opens(A_CONSULTATION)
    looks(story, "9am Monday 5 October 2026")
    decision = story.decision
    assert {code: len(moments) for code, moments in decision.reminded.items()} == dict.fromkeys(
        CODES, 1
    )


def test_it_gives_way_where_reminders_to_come_would_find_no_room(story: Story) -> None:
    """A vote that reminds on Friday, Tuesday and Thursday has no room for Monday's digest."""
    looks(story, "10am Monday 28 September 2026")
    story.on("9am Tuesday 6 October 2026").opens(A_VOTE)
    looks(story, "9am Monday 19 October 2026")
    before = story.letters("reminder")
    looks(story, "5pm Thursday 22 October 2026")
    assert (mailings(story), before, story.letters("reminder")) == ([], 36 + 12, 48 + 36 + 36)


def test_no_practice_is_written_to_more_than_three_times_in_seven_days(story: Story) -> None:
    """Whatever opens, is extended and answered, week after week."""
    looks(story, "10am Monday 28 September 2026")
    for day in (29, 30):
        story.on(f"9am {['Tuesday', 'Wednesday'][day - 29]} {day} September 2026").opens(A_VOTE)
    story.on("9am Friday 2 October 2026").opens(A_CONSULTATION)
    for weeks in range(8):
        monday = at("9am Monday 5 October 2026") + timedelta(weeks=weeks)
        looks(story, story.words(monday).replace(" on ", " "))
    for reference in ("D-2026-0001", "D-2026-0002", "D-2026-0003"):
        story.reference = reference
        for moments in story.decision.reminded.values():
            days = [moment.date() for moment in moments]
            assert all(sum(0 <= (b - a).days < 7 for b in days) <= 3 for a in days)


# --- the letters ------------------------------------------------------------------------------


@pytest.fixture
def office(consulting: Story) -> SortingOffice:
    """Where letters are made ready, with Monday's digests of two open decisions in hand."""
    consulting.on("9am Thursday 1 October 2026").opens(A_CONSULTATION)
    app = consulting.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    sends_everything(office)
    looks(consulting, "9am Monday 5 October 2026")
    office.expand_all()
    return office


def sends_everything(office: SortingOffice) -> None:
    office.expand_all()
    while batch := office.take():
        for ready in batch.ready:
            office.let_go(ready)


def digests_in_hand(office: SortingOffice) -> list[Ready]:
    """The digests, once the letters that go before them are made ready."""
    return [r for b in iter(office.take, None) for r in b.ready if _is_digest(r)]


def _is_digest(ready: Ready) -> bool:
    return ready.claimed.mailing.letter == "digest"


def text_of(ready: Ready) -> str:
    message = message_from_bytes(ready.content)
    parts: list[Message] = [each for each in message.walk() if not each.is_multipart()]
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_each_person_has_one_letter_with_a_link_of_their_own_for_each(
    consulting: Story, office: SortingOffice
) -> None:
    letters = digests_in_hand(office)
    links = [
        line for each in letters for line in text_of(each).splitlines() if line.startswith("http")
    ]
    assert (len(letters), len(links), len(set(links))) == (36, 72, 72)


def test_a_link_in_a_digest_opens_the_decision_beside_it(
    consulting: Story, office: SortingOffice
) -> None:
    lines = text_of(digests_in_hand(office)[0]).splitlines()
    at = [n for n, line in enumerate(lines) if line.startswith("*")]
    for n in at:
        link = next(line for line in lines[n:] if line.startswith("http"))
        page = consulting.app.practice_desk.page(link.rpartition("/")[2])
        assert page is not None
        assert page.reference in " ".join(lines[n : n + 3])


def test_its_bytes_are_the_same_at_the_second_try(consulting: Story, office: SortingOffice) -> None:
    first = digests_in_hand(office)
    office.put_back(first, timedelta(minutes=1))
    consulting.on("9:05am Monday 5 October 2026")
    again = {ready.message_id: ready.content for ready in digests_in_hand(office)}
    assert again == {ready.message_id: ready.content for ready in first}


def test_what_was_answered_before_it_is_written_is_left_out(
    consulting: Story, office: SortingOffice
) -> None:
    consulting.reference = "D-2026-0003"
    consulting.practice(CODES[0]).comments("We have room.")
    letters = [r for r in digests_in_hand(office) if r.claimed.practice == CODES[0]]
    assert ["D-2026-0003" in text_of(each) for each in letters] == [False] * 3


def test_a_digest_is_held_back_where_what_it_says_is_no_longer_so(
    consulting: Story, office: SortingOffice
) -> None:
    ready = next(r for r in digests_in_hand(office) if r.claimed.practice == CODES[0])
    consulting.reference = "D-2026-0003"
    consulting.practice(CODES[0]).comments("We have room.")
    with pytest.raises(NotWanted, match="no longer so"):
        office.let_go(ready)


def test_where_all_is_answered_before_it_is_written_it_is_settled_without_a_try(
    consulting: Story, office: SortingOffice
) -> None:
    for reference in ("D-2026-0001", "D-2026-0003"):
        consulting.reference = reference
        consulting.practice(CODES[0]).comments("We have room.")
    settled: list[Settlement] = []
    while batch := office.take():
        settled += batch.settled
    assert [each.reason for each in settled if each.practice == CODES[0]] == [
        "nothing needs the practice any more"
    ] * 3


def test_who_may_not_vote_is_not_asked_to_but_told_who_does(story: Story) -> None:
    looks(story, "10am Monday 12 October 2026")
    story.on("9am Friday 16 October 2026").opens(A_VOTE).on("9am Monday 26 October 2026")
    app = story.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    sends_everything(office)
    looks(story, "9am Monday 26 October 2026")
    office.expand_all()
    there = [r for r in digests_in_hand(office) if r.claimed.practice == CODES[0]]
    said = {r.contact.email.split(".")[0]: " ".join(text_of(r).split()) for r in there}
    due = "by 5pm on Tuesday 3 November 2026 (London time)"
    theirs = re.compile("Your practice's vote is cast by Dr .* or Dr .*\\. Please remind them\\.")
    assert [f"Please vote {due}" in said[role] for role in ("lead", "deputy", "manager")] == [
        True,
        True,
        False,
    ]
    assert f"Its vote is due {due}" in said["manager"]
    assert theirs.search(said["manager"])


def test_what_is_due_first_comes_first(story: Story) -> None:
    looks(story, "10am Monday 12 October 2026")
    story.on("9am Wednesday 14 October 2026").opens(A_CONSULTATION)
    story.on("9am Friday 16 October 2026").opens(A_VOTE)
    app = story.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    sends_everything(office)
    looks(story, "9am Monday 19 October 2026")
    office.expand_all()
    text = text_of(digests_in_hand(office)[0])
    assert re.findall(r"D-2026-000\d", text) == ["D-2026-0002", "D-2026-0001"]

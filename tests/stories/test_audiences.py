"""The audience previewed is the audience sent: one question is asked, by whoever asks it."""

import shutil
from pathlib import Path
from random import Random  # noqa: TID251 - a seed that replays
from typing import Any

import pytest
from sqlalchemy import select

from app.bootstrap import post_settings
from engine.events import Audience
from engine.mailing import audience_digest
from notifications.sorting import SortingOffice
from storage import tables
from tests.stories.papers import A_CONSULTATION, A_VOTE, A_VOTE_ON_INCOME
from tests.stories.register import CODES
from tests.stories.telling import Story, begin
from workflows.audience import next_audience
from workflows.certificate import Source, certify
from workflows.enrolment import NamedFile

KINDS = (A_VOTE, A_CONSULTATION, A_VOTE_ON_INCOME)
LIVES = range(12)


def previewed(story: Story) -> dict[str, Any]:
    """What `decision audience` shows now."""
    store, now = story.app.store, story.clock.now()
    with store.database.reading() as reading:
        return next_audience(reading, store.keys, story.app.library, story.reference, now)


def people_of(shown: dict[str, Any]) -> set[tuple[str, str]]:
    """The people it names, each with the practice."""
    return {(each["practice"], who["name"]) for each in shown["to"] for who in each["people"]}


def owed(story: Story) -> tuple[str, set[tuple[str, str]]]:
    """The last reminder's audience as its leaf has it, and the people of its letters."""
    office = SortingOffice(story.app.store, story.app.library, post_settings(story.app.settings))
    office.expand_all()
    letters = tables.letter.c
    leaf = story._mailings("reminder")[-1].leaf  # noqa: SLF001 - a tale's own sight
    query = (
        select(letters.practice, tables.person.c.name)
        .join(tables.person, tables.person.c.id == letters.person)
        .where(letters.mailing == leaf)
    )
    with story.app.store.database.reading() as reading:
        people = {(row.practice, row.name) for row in reading.execute(query)}
    intents = [each["body"] for each in story.leaves("mail.intent")]
    audience = [body["audience"] for body in intents if body["letter"] == "reminder"][-1]
    return str(audience), people


def in_the_certificate(story: Story) -> set[tuple[str, str]]:
    """The people to whom the certificate says that the last reminder was owed."""
    store = story.app.store
    with store.database.reading() as reading:
        source = Source(reading, store.keys, story.app.library, None, story.clock.now())
        made = certify(source, story.reference)
    leaf = story._mailings("reminder")[-1].leaf  # noqa: SLF001 - a tale's own sight
    told = [(each.practice, notice) for each in made.practices for notice in each.notices]
    return {(code, notice.name) for code, notice in told if notice.sent.mailing == leaf}


def naive(story: Story) -> set[tuple[str, str]]:
    """What a second query would say that somebody in a hurry wrote: everyone who has not voted."""
    decision = story.decision
    codes = [code for code in CODES if code not in decision.answered]
    return {(p.practice, p.name) for p in story.people.values() if p.practice in codes}


def a_history(story: Story, random: Random) -> list[tuple[dict[str, Any], set[tuple[str, str]]]]:
    """A life at random, up to each moment of a reminder: what the preview said, and the naive."""
    story.scheduler_alive = False
    story.on("9am Monday 5 October 2026").opens(random.choice(KINDS))
    agreed = []
    while (wake := story._next_wake()) is not None:  # noqa: SLF001 - as the scheduler looks
        _something_happens(story, random)
        story.clock.time = max(wake, story.clock.time)
        shown, hasty, before = previewed(story), naive(story), story.letters("reminder")
        story.sweep()
        if story.letters("reminder") > before:
            agreed.append((shown, hasty))
            assert owed(story) == (shown["audience"], people_of(shown))
            assert in_the_certificate(story) == people_of(shown)
        elif shown["at"] is not None and shown["letters"]:
            assert shown["at"] > story.clock.time.isoformat().replace("+00:00", "Z")
    return agreed


def _something_happens(story: Story, random: Random) -> None:
    """Some answer, somebody leaves, before the next moment that matters."""
    for code in random.sample(CODES, random.randint(0, 3)):
        voice = story.practice(code, random.choice(["lead", "deputy", "manager"]))
        if voice.has_a_link:
            voice.sends(random.choice(["for", "against", None]), "A word from us.")
    if random.random() < 0.2:
        gone = random.choice([each for each in story.people.values() if each.practice])
        story.imports_people(without=[gone])


@pytest.mark.parametrize("seed", LIVES)
def test_the_audience_previewed_is_the_audience_owed(story: Story, seed: int) -> None:
    assert a_history(story, Random(seed))  # noqa: S311 - no secret


def test_a_second_query_written_in_haste_disagrees(register: Path, tmp_path: Path) -> None:
    """It forgets the ladder, and that a comment is no vote: the lives above would catch it."""
    wrong = 0
    for seed in list(LIVES)[:3]:
        with begin(shutil.copytree(register, tmp_path / f"desk{seed}")) as story:
            history = a_history(story, Random(seed))  # noqa: S311 - no secret
        wrong += sum(people_of(shown) != hasty for shown, hasty in history)
    assert wrong


# --- what the preview says -------------------------------------------------------------------


def test_it_says_when_how_many_and_whom(voting: Story) -> None:
    shown = previewed(voting.practices_vote(for_=10))
    assert (shown["at"], shown["letters"]) == ("2026-10-15T08:00:00Z", 2)
    assert people_of(shown) == {(code, f"Dr Lee of {code}") for code in CODES[10:]}


def test_it_says_why_each_other_practice_is_not_reminded(voting: Story) -> None:
    shown = previewed(voting.practices_vote(for_=10))
    assert {each["why"] for each in shown["not"]} == {"has answered"}


def test_every_practice_of_the_roll_stands_on_one_of_the_two_lists(voting: Story) -> None:
    shown = previewed(voting.practices_vote(for_=5))
    named = [each["practice"] for each in (*shown["to"], *shown["not"])]
    assert sorted(named) == sorted(CODES)


def test_a_reminder_that_was_missed_goes_now(voting: Story) -> None:
    voting.scheduler_stops().on("9am Friday 16 October 2026")
    assert previewed(voting)["at"] == "2026-10-16T08:00:00Z"


def test_when_no_reminder_is_to_come_nobody_is_called(voting: Story) -> None:
    shown = previewed(voting.on("10am Wednesday 21 October 2026"))
    assert (shown["at"], shown["to"], len(shown["not"])) == (None, [], 12)


def test_its_digest_is_that_of_the_explicit_audience(voting: Story) -> None:
    shown = previewed(voting.practices_vote(for_=10))
    assert shown["audience"] == audience_digest(Audience(CODES[10:], rung="lead"))


# --- whoever can ring ------------------------------------------------------------------------


def with_a_lead(story: Story) -> Story:
    """The file of people names who leads Royal Parks."""
    rows = [
        "ods_code,name,email,role,locality",
        *(f"{each.row()}," for each in story.people.values()),
        ",Dr Helen Marsh,helen@ccg.example,locality_lead,ROYAL PARKS PCN",
    ]
    story.app.enrolment.people(NamedFile("people.csv", "\n".join(rows).encode()), dry_run=False)
    return story


def test_on_the_last_morning_the_lead_of_a_locality_is_told_of_its_own(voting: Story) -> None:
    with_a_lead(voting).on("9am Tuesday 20 October 2026")
    beside = {each["locality"]: each for each in previewed(voting)["beside"]}
    assert beside["ROYAL PARKS PCN"]["people"] == ["Dr Helen Marsh"]
    assert beside[None]["role"] == "secretary"
    assert len(beside["ROYAL PARKS PCN"]["practices"]) + len(beside[None]["practices"]) == 12

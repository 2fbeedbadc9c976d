"""The leaders' month: what was opened and ended, how long it took, what is late or waits."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from app.bootstrap import post_settings
from app.config import Letters
from notifications.letters import Draft, render
from notifications.month import compose_month, load_month
from notifications.post import settlement
from notifications.sorting import SortingOffice
from storage import tables
from storage.mailings import OwedMailing
from storage.outbox import Status
from storage.register import LEADERS, written_to
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE, URGENT
from tests.stories.register import Person
from tests.stories.telling import Story


def looks(story: Story, when: str) -> list[str]:
    """Time passes to a moment, and somebody looks what letters have come due: which those are."""
    story.on(when)
    return list(story.app.owe())


def month(story: Story) -> OwedMailing:
    """The last such mailing."""
    columns = tables.mailing.c
    query = select(tables.mailing).where(columns.letter == "leaders").order_by(columns.leaf.desc())
    with story.app.store.database.reading() as reading:
        row = reading.execute(query).first()
    assert row is not None
    return OwedMailing(row.leaf, "", row.letter, (), row.role, json.loads(row.context), row.at)


def told(story: Story) -> dict[str, Any]:
    return dict(month(story).context)


def letter(story: Story) -> Draft:
    """The letter as its first reader gets it."""
    app, mailing = story.app, month(story)
    with app.store.database.reading() as reading:
        held = load_month(reading, app.store.keys, app.library, mailing)
        to = written_to(reading, LEADERS)[0]
    return render("leaders", compose_month(post_settings(app.settings).house, mailing, held, to))


@pytest.fixture
def october(story: Story) -> Story:
    """A vote that was extended and not quorate, a consultation under way: up to 31 October."""
    story.people["", "lay_chair"] = Person("", "Lee Lay", "lay@ccg.example", "lay_chair")
    story.imports_people()
    story.on("9am Monday 28 September 2026").opens(A_VOTE)
    looks(story, "10am Thursday 1 October 2026")
    story.on("9am Tuesday 6 October 2026").practices_vote(for_=4)
    story.on("9am Tuesday 27 October 2026").opens(A_CONSULTATION)
    return story.on("9am Friday 30 October 2026")


def test_it_comes_on_the_first_working_day_at_the_letter_time(october: Story) -> None:
    assert "leaders" not in looks(october, "8:59am Monday 2 November 2026")
    assert "leaders" in looks(october, "9am Monday 2 November 2026")


def test_it_comes_once_a_month_however_late_one_looks(october: Story) -> None:
    brought = [looks(october, f"11am {day} November 2026") for day in ("Wednesday 4", "Friday 13")]
    assert ["leaders" in each for each in brought] == [True, False]


def test_down_for_three_weeks_gives_one(october: Story) -> None:
    october.scheduler_stops().on("9am Monday 23 November 2026")
    assert [looks(october, "9am Monday 23 November 2026").count("leaders"), told(october)] == [
        1,
        told(october) | {"period": "October 2026"},
    ]


def test_the_month_in_which_somebody_looks_first_has_none(story: Story) -> None:
    story.on("9am Thursday 1 October 2026").opens(A_VOTE)
    assert "leaders" not in looks(story, "10am Friday 2 October 2026")


def test_an_organisation_may_do_without(october: Story) -> None:
    october.restarts(letters=Letters(leaders=False))
    assert "leaders" not in looks(october, "9am Monday 2 November 2026")


def test_each_leader_gets_one_letter_whatever_posts_they_hold(october: Story) -> None:
    chair = october.people["", "chair"]
    october.people["", "governing_body"] = Person("", chair.name, chair.email, "governing_body")
    october.imports_people()
    with october.app.store.database.reading() as reading:
        names = sorted(each.name for each in written_to(reading, LEADERS))
    assert names == ["Chris Chair", "Lee Lay"]


def test_it_tells_what_was_opened_and_what_ended_in_the_month(october: Story) -> None:
    looks(october, "9am Monday 2 November 2026")
    said = told(october)
    assert said["opened"] == ["D-2026-0002"]
    assert [(each["decision"], each["result"]) for each in said["ended"]] == [
        ("D-2026-0001", "inquorate")
    ]


def test_it_sets_the_time_it_took_beside_the_limit(october: Story) -> None:
    looks(october, "9am Monday 2 November 2026")
    (ended,) = told(october)["ended"]
    assert (ended["days"], ended["limit"], ended["answered"], ended["asked"]) == (17, 25, 4, 12)


def test_it_names_the_practices_that_no_letter_has_reached(october: Story) -> None:
    app = october.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    office.expand_all()
    while batch := office.take():
        app.desk.settle(
            [
                settlement(
                    ready.claimed,
                    Status.FAILED if ready.claimed.practice == "K83003" else Status.ACCEPTED,
                    "said the relay",
                    ready.contact,
                    ready.message_id,
                )
                for ready in batch.ready
            ]
        )
        office.expand_all()  # its next contacts are written to as well, as long as there are any
    looks(october, "9am Monday 2 November 2026")
    assert {"decision": "D-2026-0002", "practices": ["K83003"]} in told(october)["unreached"]
    assert "Queensview Medical Centre (K83003)" in " ".join(letter(october).text.split())


@pytest.fixture
def december(october: Story) -> Story:
    """A consultation whose statement is late when the month begins, and waits for the chair."""
    october.on("9am Friday 6 November 2026").opens(A_CONSULTATION)
    looks(october, "9am Tuesday 1 December 2026")
    return october


def test_a_statement_that_is_late_is_told_as_whose_it_is(december: Story) -> None:
    said = " ".join(letter(december).text.split())
    assert "the secretary had to write the outcome statement" in said


def test_what_waits_for_a_leader_is_told_with_its_time(december: Story) -> None:
    said = " ".join(letter(december).text.split())
    assert "Waits for a leader: - D-2026-0003" in said
    assert "by 5pm on Friday 4 December 2026" in said


def test_the_letter_can_be_written_and_names_the_month(october: Story) -> None:
    looks(october, "9am Monday 2 November 2026")
    draft = letter(october)
    assert "October 2026" in draft.subject
    said = " ".join(draft.text.split())
    assert "too few answers to decide; 17 working days, limit 25; 4 of 12 practices answer" in said


def test_practices_that_were_only_told_are_not_counted_as_asked(story: Story) -> None:
    story.on("9am Monday 28 September 2026").opens(A_NOTICE)
    looks(story, "9am Thursday 1 October 2026")
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.practice("K83003").comments("We have room.").on("10am Wednesday 21 October 2026")
    story.concludes("It goes ahead.")
    looks(story, "9am Monday 2 November 2026")
    said = " ".join(letter(story).text.split())
    assert "1 of 12 answers that were asked for came (8%)." in said
    assert re.search(r"D-2026-0001: [^:]*: now final; 5 working days, limit 6[.;]", said)


def test_it_tells_what_bodies_did_beside_the_outcome(story: Story) -> None:
    story.on("4pm Wednesday 30 September 2026").opens(URGENT)
    looks(story, "10am Thursday 1 October 2026")
    story.body_acts("approve", agreed=("chair", "accountable_officer", "lay_chair"))
    looks(story, "9am Monday 2 November 2026")
    said = " ".join(letter(story).text.split())
    done = "a lay member approved it; the governing body did not act in time; 1 working day, limit"
    assert done in said

"""Checkpoints are spread when nothing else does it: daily to the committee, monthly to all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap import App, build
from engine.trail import parse
from storage.proofs import read_leaves
from tests.small_body import HandClock, open_vote, set_clock, settings_for
from workflows.enrolment import NamedFile

FRIDAY = datetime(2026, 10, 2, 8, 0, tzinfo=UTC)  # 9am in London
NEXT_MONTH = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # its first working day, 9am


@pytest.fixture
def app(app: App) -> App:
    """A body that put something to its practices yesterday."""
    set_clock(app, FRIDAY - timedelta(days=1))
    open_vote(app)
    app.bulletins.owe()
    return app


def owed(app: App) -> list[str]:
    """The letters about the trail that are on it."""
    with app.store.database.reading() as reading:
        leaves = [parse(row.data) for row in read_leaves(reading)]
    intents = [leaf["body"] for leaf in leaves if leaf["type"] == "mail.intent"]
    return [body["letter"] for body in intents if "decision" not in body]


def test_the_committee_gets_a_checkpoint_on_a_working_day(app: App) -> None:
    set_clock(app, FRIDAY)
    assert (app.bulletins.owe(), owed(app)) == (("checkpoint",), ["checkpoint"])


def test_it_gets_one_a_day_however_often_one_looks(app: App) -> None:
    set_clock(app, FRIDAY)
    for _ in range(3):
        app.bulletins.owe()
    assert owed(app) == ["checkpoint"]


def test_it_gets_one_a_day_though_the_trail_is_sealed_in_between(app: App) -> None:
    set_clock(app, FRIDAY)
    for _ in range(2):
        app.bulletins.owe()
        app.store.sealer.seal()
    assert owed(app) == ["checkpoint"]


def test_the_first_day_has_no_letter_since_there_is_none_to_follow(app: App) -> None:
    assert owed(app) == []


def test_it_gets_none_before_the_morning(app: App) -> None:
    set_clock(app, FRIDAY - timedelta(minutes=1))
    assert app.bulletins.owe() == ()


def test_it_gets_none_on_a_day_of_rest(app: App) -> None:
    set_clock(app, FRIDAY)
    app.bulletins.owe()
    set_clock(app, FRIDAY + timedelta(days=1))
    assert app.bulletins.owe() == ()


def test_every_practice_gets_a_bulletin_on_the_months_first_working_day(app: App) -> None:
    set_clock(app, NEXT_MONTH)
    assert "bulletin" in app.bulletins.owe()


def test_the_month_in_which_the_trail_began_has_no_bulletin(app: App) -> None:
    set_clock(app, FRIDAY)
    assert "bulletin" not in app.bulletins.owe()


def test_a_month_has_one_bulletin_however_late_one_looks(app: App) -> None:
    for days in (3, 4, 9):
        set_clock(app, NEXT_MONTH + timedelta(days=days))
        app.bulletins.owe()
    assert owed(app).count("bulletin") == 1


def test_a_bulletin_goes_to_everybody_at_every_practice(app: App) -> None:
    set_clock(app, NEXT_MONTH)
    app.bulletins.owe()
    with app.store.database.reading() as reading:
        leaves = [parse(row.data) for row in read_leaves(reading)]
    counts = [leaf["body"]["count"] for leaf in leaves if leaf["body"].get("letter") == "bulletin"]
    assert counts == [6]


def test_a_bulletin_tells_what_was_opened(app: App) -> None:
    set_clock(app, FRIDAY)
    second = open_vote(app)
    set_clock(app, NEXT_MONTH)
    third = open_vote(app)
    app.bulletins.owe()
    with app.store.database.reading() as reading:
        told = reading.exec_driver_sql(
            "SELECT context FROM mailing WHERE letter = 'bulletin'"
        ).scalar_one()
    first = "D-2026-0001"
    assert f'"opened": ["{first}", "{second}"]' in told
    assert third not in told


def test_what_was_opened_before_the_first_letter_of_all_is_told_in_its_month(app: App) -> None:
    """The trail begins with it: there is no earlier letter that could have told of it."""
    set_clock(app, NEXT_MONTH)
    app.bulletins.owe()
    with app.store.database.reading() as reading:
        told = reading.exec_driver_sql(
            "SELECT context FROM mailing WHERE letter = 'bulletin'"
        ).scalar_one()
    assert '"opened": ["D-2026-0001"]' in told


def test_where_the_calendar_has_ended_there_is_no_letter_and_nothing_breaks(app: App) -> None:
    set_clock(app, datetime(2029, 6, 1, 9, 0, tzinfo=UTC))
    assert app.bulletins.owe() == ()


def test_the_committees_letter_counts_those_who_hold_the_post(app: App) -> None:
    people = "".join(f",Member {n},m{n}@ccg.example,committee\n" for n in range(3))
    file = NamedFile("people.csv", f"ods_code,name,email,role\n{people}".encode())
    app.enrolment.people(file, dry_run=False)
    set_clock(app, FRIDAY)
    app.bulletins.owe()
    with app.store.database.reading() as reading:
        leaves = [parse(row.data) for row in read_leaves(reading)]
    counts = [e["body"]["count"] for e in leaves if e["body"].get("letter") == "checkpoint"]
    assert counts == [3]


def test_before_the_first_decision_there_is_nothing_to_tell(body_url: str, tmp_path: Path) -> None:
    empty = build(settings_for(body_url, tmp_path), HandClock(FRIDAY))
    owed_now = empty.bulletins.owe()
    empty.close()
    assert owed_now == ()

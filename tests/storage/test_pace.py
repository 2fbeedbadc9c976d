"""At most so many letters in any minute, over all postmen and whatever restarts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random  # noqa: TID251 - moments by seed

import pytest

from app.bootstrap import App
from storage.database import Database
from storage.marks import set_mark
from storage.pace import (
    MINUTE,
    RAMP,
    RAMP_START,
    RETURNED,
    Pace,
    note_used,
    pace_now,
    used_until,
)

START = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(app: App) -> Database:
    """A database with everything in its place."""
    return app.store.database


BEAT = timedelta(seconds=5)
RATES = [1, 7, 600]


def take(database: Database, per_minute: int, now: datetime, wanted: int) -> int:
    """What a postman does at each claim; how many letters it may have."""
    with database.writing() as writing:
        pace = pace_now(writing, per_minute, BEAT, now)
        if pace is None:
            return wanted
        used = used_until(writing)
        taken = min(wanted, pace.may_take(used, now))
        note_used(writing, pace.after(used, now, taken))
        return taken


def busiest_minute(claims: list[tuple[datetime, int]]) -> int:
    """The most letters in any minute."""
    return max(
        sum(number for at, number in claims if start <= at < start + MINUTE) for start, _ in claims
    )


def claims_of(database: Database, per_minute: int, seed: int) -> list[tuple[datetime, int]]:
    """Claims at odd moments, by postmen that know nothing of each other."""
    random, now = Random(seed), START  # noqa: S311 - no secret
    found = []
    for _ in range(60):
        now += timedelta(seconds=random.choice([0, 0.1, 1, 5, 5, 20, 70]))
        found.append((now, take(database, per_minute, now, random.choice([1, 10, 100]))))
    return found


@pytest.mark.parametrize("per_minute", RATES)
def test_no_minute_has_more_letters_than_the_limit(database: Database, per_minute: int) -> None:
    assert busiest_minute(claims_of(database, per_minute, seed=per_minute)) <= per_minute


@pytest.mark.parametrize("per_minute", RATES)
def test_the_limit_is_nearly_used_where_letters_wait(database: Database, per_minute: int) -> None:
    """A round every five seconds for five minutes."""
    beats = [START + BEAT * n for n in range(60)]
    sent = sum(take(database, per_minute, at, 100) for at in beats)
    assert 4 * per_minute <= sent <= 5 * per_minute


def test_postmen_that_each_count_for_themselves_would_send_more() -> None:
    pace = Pace(60, BEAT)
    claims = []
    for _ in range(2):  # two processes, or one before and after a restart
        used = None
        for beat in range(12):
            now = START + BEAT * beat
            taken = pace.may_take(used, now)
            used = pace.after(used, now, taken)
            claims.append((now, taken))
    assert busiest_minute(claims) > pace.per_minute


def test_without_a_limit_everything_may_go(database: Database) -> None:
    assert take(database, 0, START, 10_000) == 10_000


def test_after_a_long_absence_of_the_relay_the_pace_grows_by_the_minute(
    database: Database,
) -> None:
    with database.writing() as writing:
        set_mark(writing, RETURNED, START)
    beats = [START + BEAT * n for n in range(36)]
    sent = [take(database, 0, at, 100_000) for at in beats]
    minutes = [sum(sent[start : start + 12]) for start in range(0, 36, 12)]
    assert minutes[0] <= RAMP_START
    assert [later / first > 1.7 for first, later in pairwise(minutes)] == [True, True]


def test_when_the_relay_has_been_back_for_a_while_there_is_no_limit(database: Database) -> None:
    with database.writing() as writing:
        set_mark(writing, RETURNED, START)
    assert take(database, 0, START + RAMP, 10_000) == 10_000


def test_the_configured_limit_holds_while_the_pace_grows(database: Database) -> None:
    with database.writing() as writing:
        set_mark(writing, RETURNED, START)
    later = START + MINUTE * 5
    assert take(database, 10, later, 100) < 10

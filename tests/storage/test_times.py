"""Instants: one column type, whole microseconds, UTC, the same on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import StatementError

from app.bootstrap import App
from storage.columns import UtcMicros

LONDON = ZoneInfo("Europe/London")
SUMMER_FIVE = datetime(2026, 7, 1, 17, 0, tzinfo=LONDON)
THE_SAME = datetime(2026, 7, 1, 16, 0, tzinfo=UTC)
APPOINTMENT = Table("appointment", MetaData(), Column("name", String), Column("at", UtcMicros))


@pytest.fixture
def writing(history: App) -> Iterator[Connection]:
    """A unit of work with a table of appointments, undone at the end."""
    with history.store.database.writing() as connection:
        APPOINTMENT.create(connection)
        yield connection
        connection.rollback()


def keep(connection: Connection, at: datetime | None) -> datetime | None:
    connection.execute(insert(APPOINTMENT).values(name="kept", at=at))
    kept: datetime | None = connection.execute(select(APPOINTMENT.c.at)).scalar_one()
    return kept


@pytest.mark.parametrize(
    "instant",
    [
        THE_SAME,
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2200, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_to_the_microsecond(writing: Connection, instant: datetime) -> None:
    assert keep(writing, instant) == instant


def test_an_instant_comes_back_aware_and_in_utc(writing: Connection) -> None:
    kept = keep(writing, SUMMER_FIVE)
    assert kept is not None
    assert kept.tzinfo is UTC


def test_london_and_utc_are_one_instant(writing: Connection) -> None:
    assert keep(writing, SUMMER_FIVE) == THE_SAME


def test_the_two_half_past_ones_of_an_october_night_differ(writing: Connection) -> None:
    for fold in (0, 1):
        night = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold)
        writing.execute(insert(APPOINTMENT).values(name=str(fold), at=night))
    moments = writing.execute(select(APPOINTMENT.c.at).order_by(APPOINTMENT.c.name)).scalars().all()
    assert [moment.hour for moment in moments] == [0, 1]


def test_an_instant_is_a_whole_number_in_the_database(writing: Connection) -> None:
    keep(writing, THE_SAME)
    assert writing.execute(text("SELECT at FROM appointment")).scalar_one() == 1782921600000000


def test_a_naive_datetime_is_refused(writing: Connection) -> None:
    with pytest.raises(StatementError, match="naive datetime"):
        keep(writing, datetime(2026, 7, 1, 17, 0))  # noqa: DTZ001 - it is the fault


def test_no_instant_comes_back_as_none(writing: Connection) -> None:
    assert keep(writing, None) is None

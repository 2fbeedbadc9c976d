"""How often one may try: counted before the try, for every address alike, on both databases."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from app.bootstrap import App
from storage import tables
from storage.tries import FREE, LONGEST_HOLD, forget_tries, hold_after, take_try
from tests.small_body import HandClock

EMAIL = "chair@ccg.example"


def tries(app: App, number: int, email: str = EMAIL) -> list[datetime | None]:
    """What so many tries in a row are told."""
    told = []
    for _ in range(number):
        with app.store.database.writing() as writing:
            told.append(take_try(writing, email, app.clock.now()))
    return told


def test_five_tries_are_free_and_the_sixth_waits_a_minute(app: App) -> None:
    told = tries(app, FREE + 1)
    assert told == [None] * FREE + [app.clock.now() + timedelta(minutes=1)]


def test_each_further_failure_doubles_the_wait(app: App, clock: HandClock) -> None:
    tries(app, FREE)
    waits = []
    for _ in range(6):
        until = tries(app, 1)[0]
        assert until is not None
        waits.append((until - clock.at) // timedelta(minutes=1))
        clock.at = until
        tries(app, 1)
    assert waits == [1, 2, 4, 8, 15, 15]


def test_waiting_costs_nothing(app: App, clock: HandClock) -> None:
    """Or a stranger who goes on knocking would keep the person out for ever."""
    held = tries(app, FREE + 30)[-1]
    assert held == clock.at + timedelta(minutes=1)


def test_a_wait_that_is_over_lets_the_next_try_in(app: App, clock: HandClock) -> None:
    tries(app, FREE + 1)
    clock.go_on(timedelta(minutes=1))
    assert tries(app, 1) == [None]


def test_a_success_begins_anew(app: App) -> None:
    tries(app, FREE - 1)
    with app.store.database.writing() as writing:
        forget_tries(writing, EMAIL)
    assert tries(app, FREE) == [None] * FREE


def test_an_address_that_nobody_has_is_counted_alike(app: App) -> None:
    assert tries(app, FREE + 2, "nobody@ccg.example") == tries(app, FREE + 2)


@pytest.mark.parametrize("typed", ["CHAIR@ccg.example", "  chair@ccg.example "])
def test_another_spelling_is_no_other_address(app: App, typed: str) -> None:
    tries(app, FREE)
    assert tries(app, 1, typed) != [None]


def test_another_address_is_not_held_up(app: App) -> None:
    tries(app, FREE + 1)
    assert tries(app, 1, "secretary@ccg.example") == [None]


def test_tries_of_the_day_before_are_forgotten(app: App, clock: HandClock) -> None:
    for n in range(40):
        tries(app, 1, f"{n}@ccg.example")
    clock.go_on(timedelta(days=1))
    tries(app, 1)
    with app.store.database.reading() as reading:
        kept = reading.execute(select(func.count()).select_from(tables.sign_in_miss)).scalar()
    assert kept == 1


def test_many_at_once_are_no_way_round_it(app: App) -> None:
    assert at_once(app, 12, tries).count(None) == FREE


def test_a_count_that_looks_first_and_writes_later_would_let_all_of_them_in(app: App) -> None:
    """The naive variant: all look before any has written."""
    together = Barrier(12)

    def naive(app: App, _: int) -> list[datetime | None]:
        with app.store.database.reading() as reading:
            known = reading.execute(select(tables.sign_in_miss)).first()
        together.wait(20)
        tries(app, 1)
        free = known is None or known.misses < FREE
        return [None if free else app.clock.now()]

    assert at_once(app, 12, naive).count(None) > FREE


def at_once(app: App, number: int, attempt: object) -> list[datetime | None]:
    told: list[datetime | None] = []
    threads = [
        Thread(target=lambda: told.extend(attempt(app, 1)))  # type: ignore[operator]
        for _ in range(number)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_no_wait_is_longer_than_a_quarter_of_an_hour() -> None:
    assert max(hold_after(number) for number in range(1000)) == LONGEST_HOLD


def test_the_address_itself_is_not_kept(app: App) -> None:
    tries(app, 1)
    with app.store.database.reading() as reading:
        row = reading.execute(select(tables.sign_in_miss)).one()
    assert EMAIL.encode() not in row.who

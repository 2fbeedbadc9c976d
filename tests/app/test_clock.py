"""The guarded clock: believed only as far as a clock that nobody can set bears it out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.clock import Guard, GuardedClock

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class Machine:
    """A machine whose clocks a test sets."""

    wall: datetime = START
    steady: float = 0.0

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


def guarded(machine: Machine, guard: Guard | None = None) -> GuardedClock:
    return GuardedClock(guard or Guard(), lambda: machine.wall, lambda: machine.steady)


def test_time_goes_on() -> None:
    machine = Machine()
    clock = guarded(machine)
    machine.passes(60)

    assert clock.now() == START + timedelta(seconds=60)
    assert clock.suspicion() is None


def test_a_jump_beyond_the_limit_is_not_followed() -> None:
    machine = Machine()
    clock = guarded(machine)
    machine.wall += timedelta(hours=3)

    assert clock.now() == START
    assert clock.suspicion() is not None


def test_a_small_correction_is_followed() -> None:
    machine = Machine()
    clock = guarded(machine)
    machine.wall += timedelta(minutes=4)

    assert clock.now() == START + timedelta(minutes=4)


def test_a_suspicion_stays_when_the_clock_comes_back() -> None:
    machine = Machine()
    clock = guarded(machine)
    machine.wall += timedelta(hours=3)
    clock.now()
    machine.wall -= timedelta(hours=3)

    assert clock.suspicion() is not None


def test_confirmed_it_begins_anew() -> None:
    machine = Machine()
    clock = guarded(machine)
    machine.wall += timedelta(hours=3)
    clock.now()
    clock.trust()

    assert clock.now() == START + timedelta(hours=3)
    assert clock.suspicion() is None


def test_without_a_guard_every_jump_is_followed() -> None:
    machine = Machine()
    clock = guarded(machine, Guard(timedelta(0), timedelta(0)))
    machine.wall += timedelta(days=30)

    assert clock.now() == START + timedelta(days=30)
    assert clock.suspicion() is None


def test_a_start_behind_the_last_leaf_is_suspect() -> None:
    clock = guarded(Machine())
    clock.judge_start(START + timedelta(hours=1), None)

    assert clock.suspicion() is not None


def test_a_start_long_after_the_last_sweep_is_suspect() -> None:
    clock = guarded(Machine())
    clock.judge_start(None, START - timedelta(days=8))

    assert clock.suspicion() is not None


def test_a_start_after_a_weekend_is_not() -> None:
    clock = guarded(Machine())
    clock.judge_start(START - timedelta(days=3), START - timedelta(days=3))

    assert clock.suspicion() is None

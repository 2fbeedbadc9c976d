"""How fast letters may leave: counted in the database, over all processes and restarts.

One row says up to when the allowance has been used (the generic cell rate algorithm of ATM
networks, ITU-T I.371): a letter may be claimed while that is at most a burst ahead, and moves it
on. Whoever claims letters holds the row until the commit, so postmen side by side share it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from storage import tables
from storage.marks import read_mark, set_mark

MINUTE = timedelta(minutes=1)

ALLOWANCE = "pace"
"""The mark that says up to when the allowance has been used."""

RETURNED = "relay_back"
"""The mark that says since when a relay that was away for long is back."""

LONG_AWAY = timedelta(minutes=5)
"""After a shorter absence letters go on as before: too few wait to make a flood."""

RAMP_START = 60
"""Letters in the first minute after a return; twice as many in each further one."""

RAMP = timedelta(minutes=8)
"""After this the relay has shown that it can bear more than a postman can send."""

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many letters in any minute. `burst` is how far apart a postman's rounds are."""

    per_minute: int
    burst: timedelta

    @property
    def each(self) -> timedelta:
        """What one letter uses up: with a whole burst at once a minute is still in bounds."""
        return (MINUTE + self.burst) / self.per_minute + _TICK

    def may_take(self, used: datetime | None, now: datetime) -> int:
        """How many letters may be claimed at this instant."""
        ahead = now + self.burst - max(used or now, now)
        return 0 if ahead < timedelta() else ahead // self.each + 1

    def after(self, used: datetime | None, now: datetime, taken: int) -> datetime:
        """Up to when the allowance is used once so many were claimed."""
        return max(used or now, now) + taken * self.each


def pace_now(
    connection: Connection, per_minute: int, burst: timedelta, now: datetime
) -> Pace | None:
    """The pace in force: as configured (0: none), or less while a relay has just come back."""
    limits = [per_minute] if per_minute else []
    returned = read_mark(connection, RETURNED)
    if returned and returned[0] and now < returned[0] + RAMP:
        limits.append(RAMP_START * 2 ** max((now - returned[0]) // MINUTE, 0))
    return Pace(min(limits), burst) if limits else None


def used_until(connection: Connection) -> datetime | None:
    """Up to when the allowance has been used; the row is this transaction's until it ends."""
    column = tables.mark.c
    query = select(column.at).where(column.name == ALLOWANCE).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        with suppress(IntegrityError), connection.begin_nested():  # another postman was first
            connection.execute(insert(tables.mark).values(name=ALLOWANCE, at=None, says=""))
        row = connection.execute(query).one()
    found: datetime | None = row.at
    return found


def note_used(connection: Connection, until: datetime) -> None:
    """Move on up to when it has been used."""
    set_mark(connection, ALLOWANCE, until)

"""What health says of the way in for mail: a door that does not open, or through which none comes.

A bounce that nobody hears of looks like a letter that arrived, so silence is an alarm too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from storage.database import Reading
from storage.heard import ARRIVED
from storage.letter_counts import any_accepted
from storage.marks import read_mark

DOOR = "inbound door"
"""The mark that stands while the door cannot be opened, with the reason."""

EXPECTED = "inbound expected"
"""The mark that says since when mail is to come in, and after how many days it is missed."""


def inbound_alarms(reading: Reading, now: datetime) -> Iterator[tuple[str, datetime | None, str]]:
    """Alarms about mail that should come in: name, since when, words."""
    door = read_mark(reading, DOOR)
    if door:
        yield "inbound_door", door[0], f"the door for bounces and replies does not open: {door[1]}"
    expected = read_mark(reading, EXPECTED)
    if not expected or expected[0] is None:
        return
    arrived = read_mark(reading, ARRIVED)
    since = max(expected[0], arrived[0]) if arrived and arrived[0] else expected[0]
    days = int(expected[1])
    if any_accepted(reading, since, now - timedelta(days=days)):
        says = (
            f"letters went out more than {days} days ago, and no bounce, no answering machine and "
            "no reply has come in since: answer one of your letters, and see whether it arrives"
        )
        yield "inbound_silent", since, says

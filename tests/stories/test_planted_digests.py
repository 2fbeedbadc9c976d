"""Digests as they are often done: the tales that find no fault with ours find one with each."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from notifications import last_look
from notifications.sorting import SortingOffice
from tests.stories import test_digests as tales
from tests.stories.telling import Story
from workflows import digests
from workflows.digests import Digests

Tale = Callable[[Story], None]


def only_on_the_tick_of_monday(self: Digests, now: datetime) -> date | None:
    """Somebody's cron line: whoever is down on Monday morning hears nothing that week."""
    day = self.calendar.day_of(now)
    return day if day.weekday() == 0 else None


def on_every_look(self: Digests, reading: object, now: datetime) -> bool:
    """No mark: it is sent whenever somebody looks."""
    return self._week(now) is not None


PLANTED: dict[str, tuple[object, str, object, Tale]] = {
    "a cron line": (
        Digests,
        "_week",
        only_on_the_tick_of_monday,
        tales.test_a_tick_that_was_missed_on_monday_is_made_good_on_tuesday,
    ),
    "no mark": (
        Digests,
        "_is_new",
        on_every_look,
        tales.test_it_comes_once_a_week_however_often_one_looks,
    ),
    "no cap": (
        digests,
        "leaves_room",
        lambda _days, _today: True,
        tales.test_it_gives_way_where_reminders_to_come_would_find_no_room,
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_tale_notices(name: str, request: pytest.FixtureRequest) -> None:
    where, what, naive, tale = PLANTED[name]
    fixture = "consulting" if name != "no cap" else "story"
    story = request.getfixturevalue(fixture)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, what, naive)
        with pytest.raises(AssertionError):
            tale(story)


def test_a_doorstep_that_does_not_look_again_is_noticed(
    consulting: Story, office: SortingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_look, "still_needs", lambda *_: True)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        tales.test_a_digest_is_held_back_where_what_it_says_is_no_longer_so(consulting, office)


consulting = tales.consulting
office = tales.office

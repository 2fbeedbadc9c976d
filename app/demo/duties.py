"""What staff and other bodies do in the demo, and when: each act by its scene, day and hour."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time

from app.demo import story
from app.demo.record import Running
from app.demo.staff import Staff
from app.demo.story import Scene


@dataclass(frozen=True, slots=True)
class Duty:
    """One act of staff, or of a body that staff put on record."""

    scene: Scene
    day: int  # a working day of the demo from 0
    at: time
    act: Callable[[Staff, Running], Awaitable[None]]


DUTIES = (
    Duty(story.DIABETES, 10, time(14), Staff.record_lmc),
    Duty(story.DIABETES, 15, time(16), Staff.committee_approves),
    Duty(story.RETURNS, 16, time(15), Staff.conclude),
    Duty(story.OUT_OF_HOURS, 6, time(10), Staff.three_agree),
    Duty(story.OUT_OF_HOURS, 20, time(14, 30), Staff.governing_body_ratifies),
    Duty(story.BLOOD_TESTS, 12, time(14), Staff.record_lmc),
    Duty(story.BLOOD_TESTS, 19, time(16, 30), Staff.conclude),
    Duty(story.QOF_SUPPORT, 23, time(14), Staff.record_meeting),
    Duty(story.QOF_SUPPORT, 28, time(11), Staff.committee_refuses),
    Duty(story.PRESCRIBING, 33, time(11), Staff.lay_chair_upholds),
)
"""All of them, in the order of the scenes."""

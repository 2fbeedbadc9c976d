"""What `--json` tells of an outcome that was challenged and stands."""

from datetime import timedelta

from engine.decision import Held, Outcome
from engine.paper import Paper
from tests.engine.makers import OPENED, at
from tests.engine.roads import on_the_road
from workflows.overview import describe

CLOSE = at("5pm Wednesday 14 October 2026")
RULED = at("9am Monday 26 October 2026")
COUNT = {"for": 11, "against": 3}
CARRIED = Outcome("carried", ("Carried.",), CLOSE, COUNT)
UPHELD = Outcome("upheld", ("It stands.",), RULED, None)


def told(outcome: Outcome) -> dict[str, object]:
    held = Held("member_vote", "member_vote", "carried", CARRIED, CLOSE + timedelta(hours=1))
    case = on_the_road("dispute", "vote", "upheld", outcome=outcome, held=held, round=1)
    shown: dict[str, object] = describe(case, Paper("T", "S"), RULED, None)["outcome"]
    return shown


def test_the_count_of_what_stands_is_still_told() -> None:
    assert told(UPHELD)["count"] == COUNT


def test_the_turnaround_is_that_of_the_outcome_and_not_of_the_challenge() -> None:
    assert OPENED.date().isoformat() == "2026-10-05"
    assert told(UPHELD)["working_days"] == 7


def test_what_is_set_aside_has_no_count() -> None:
    aside = Outcome("set_aside", ("It is set aside.",), RULED, None)
    assert told(aside)["count"] is None

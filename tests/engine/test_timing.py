"""What a deadline brings does not hang on who is quicker: the sweep, or a person with an act."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Case
from engine.commands import Act, Command, Conclude, DropQuestion, PassDeadline, Withdraw
from engine.decide import decide
from engine.decision import Outcome
from engine.refusals import NoSuchAct
from tests.engine.makers import AT_THE_COMMAND_LINE, OPENED, STATEMENT
from tests.engine.roads import after, on_the_road

OUTCOME = Outcome("carried", ("Carried.",), OPENED, {"for": 11})
TWO = {"clinic": ("for", "against", "abstain"), "bus": ("for", "against", "abstain")}


def does(name: str) -> Act:
    return Act(AT_THE_COMMAND_LINE, name, "Minutes, 4.2.")


def at_the_end(workflow: str, state: str, **changes: Any) -> Case:  # noqa: ANN401
    return on_the_road(workflow, "vote", state, **changes)


ENDING: list[tuple[Case, Command]] = [
    (at_the_end("dispute", "overdue", outcome=OUTCOME), does("uphold")),
    (at_the_end("urgent_powers", "in_force", outcome=OUTCOME), does("ratify")),
    (at_the_end("vote_then_committee", "overdue", outcome=OUTCOME, round=1), does("approve")),
    (at_the_end("consult", "overdue"), Conclude(AT_THE_COMMAND_LINE, STATEMENT)),
    (at_the_end("inform", "informing"), Withdraw(AT_THE_COMMAND_LINE, "Not wanted.")),
    (
        at_the_end("member_vote", "consulting", ballot=TWO),
        DropQuestion(AT_THE_COMMAND_LINE, "bus", "Not wanted."),
    ),
]
NAMES = ["uphold", "ratify", "approve", "conclude", "withdraw", "drop"]


@pytest.mark.parametrize(("case", "command"), ENDING, ids=NAMES)
def test_an_act_is_possible_until_the_last_moment(case: Case, command: Command) -> None:
    due = case.decision.waiting
    assert due is not None
    assert decide(case, command, due.due_at - timedelta(seconds=1)).events


@pytest.mark.parametrize(("case", "command"), ENDING, ids=NAMES)
def test_and_from_then_on_not_though_nobody_has_swept(case: Case, command: Command) -> None:
    """Or a challenge that nobody decided could be lost by whoever stops the sweep."""
    due = case.decision.waiting
    assert due is not None
    with pytest.raises(NoSuchAct, match="The time for this step ended"):
        decide(case, command, due.due_at)


def test_a_committee_that_is_late_may_act_once_that_is_on_record() -> None:
    case = at_the_end("vote_then_committee", "carried", outcome=OUTCOME, round=1)
    due = case.decision.waiting
    assert due is not None
    case, _ = after(case, PassDeadline(due.name, due.due_at), due.due_at)

    assert decide(case, does("approve"), due.due_at).events


@pytest.mark.parametrize("name", ["conclude", "withdraw", "lapse", "conclude_by"])
def test_no_body_acts_in_the_place_of_staff_or_of_a_deadline(name: str) -> None:
    """A conclusion needs its statement, and a step lapses when its time is up, not before."""
    with pytest.raises(NoSuchAct, match="no act of a body"):
        decide(at_the_end("consult", "overdue"), does(name), OPENED)

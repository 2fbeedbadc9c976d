"""Every state of every shipped workflow can be written about, in no definition's own names."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.case import Case
from engine.decision import ActRecord, Decision, Due, DueStatus, Held, Outcome
from engine.definition import Open, State, Workflow
from engine.event import plain
from engine.machine import build_machinery
from engine.next_steps import after_opening, after_outcome
from engine.paper import Paper
from notifications.compose import House, compose
from notifications.letters import TO_THE_BODY, Draft, render
from notifications.material import Material
from storage.mailings import OwedMailing
from storage.register import Contact
from storage.told import Told
from tests.engine.makers import OPENED, calendar, roll
from workflows.rulebook import SHIPPED, read_definition

HOUSE = House("NHS Nene CCG", "https://decisions.nene.example", "")
READER = Contact("person-1", "Dr Anita Patel", "lead@p1.example")
BEFORE = Outcome("carried", ("3 of 4 practices voted.",), OPENED, {"for": 3})


SHIPPED_NOW = {
    file.stem: read_definition(file.read_bytes(), file.name).workflow
    for file in sorted(SHIPPED.glob("*.toml"))
}


OWED = [
    pytest.param(workflow, state, letter, id=f"{workflow.name}, {state.name}, {letter}")
    for workflow in SHIPPED_NOW.values()
    for state in workflow.states.values()
    for letter in state.letters
]


def standing(workflow: Workflow, state: State) -> Case:
    """A decision that has just entered this state, an earlier one's time having passed."""
    day = calendar()
    due = day.due(OPENED, state.deadline.after) if state.deadline else None
    acted = ActRecord(state.body or "governing_body", state.act or "approved", OPENED)
    held = Held("w", "member_vote", "carried", BEFORE, OPENED)
    decision = Decision(
        reference="D-1",
        workflow="w",
        rules="r",
        calendar="c",
        roll="l",
        ballot={"main": ("for", "against", "abstain")},
        opened_at=OPENED,
        name=workflow.name,
        workflows={"dispute": "d"},
        involve=("lmc",),
        state=state.name,
        entered_at=OPENED,
        round=1,
        deadlines=(
            Due("before", "before", OPENED - timedelta(days=1), DueStatus.PASSED),
            *((Due(state.deadline.name, state.name, due),) if state.deadline and due else ()),
        ),
        acts=(acted,) if state.act else (),
        held=held if workflow.name == "dispute" else None,
        challengers=frozenset({"P2"}) if workflow.name == "dispute" else frozenset(),
        outcome=replace(BEFORE, result=state.result) if state.result else BEFORE,
    )
    return Case(decision, build_machinery(workflow), roll(), day)


def written(workflow: Workflow, state: State, letter: str) -> Draft:
    case = standing(workflow, state)
    body = {"body": state.body or "governing_body", "result": state.act, "by": "a hash"}
    told = Told(leaf=1, type="body.acted", at=OPENED, body=body, words={})
    raised = Told(
        leaf=2,
        type="challenge.raised",
        at=OPENED,
        body={"practice": "P2", "text": "a hash"},
        words={},
    )
    material = Material(
        case=case,
        paper=Paper("How practices meet", "By video."),
        people={READER.person: READER},
        generations={},
        answers=(),
        act=told if state.act else None,
        why=raised if letter == "challenged" else None,
    )
    to_body = letter in TO_THE_BODY
    mailing = OwedMailing(
        leaf=1,
        decision="D-1",
        letter=letter,
        practices=() if to_body else ("P1",),
        role=state.owner if to_body else None,
        context={"state": state.name, "due_at": plain(calendar().due(OPENED, 5))},
        at=OPENED,
    )
    return render(letter, compose(HOUSE, mailing, material, "" if to_body else "P1", READER))


@pytest.mark.parametrize(("workflow", "state", "letter"), OWED)
def test_the_letter_can_be_written_and_shows_no_name_from_the_definition(
    workflow: Workflow, state: State, letter: str
) -> None:
    draft = written(workflow, state, letter)
    text = re.sub(r"https://\S+", "", draft.subject + draft.text)
    assert "_" not in text
    assert "whoever has the step" not in text
    assert "take the next step" not in text


@pytest.mark.parametrize("name", SHIPPED_NOW)
def test_what_follows_the_first_step_is_foretold_where_practices_may_comment(name: str) -> None:
    workflow = SHIPPED_NOW[name]
    start = workflow.states[workflow.start]
    said = after_opening(standing(workflow, start))
    assert bool(said) == (start.open_for is Open.COMMENTS)


def test_no_statement_is_promised_where_a_committee_decides() -> None:
    workflow = SHIPPED_NOW["allowance_committee"]
    (said,) = after_opening(standing(workflow, workflow.states["hearing"]))
    assert said.startswith("Then the management allowance committee has to decide, by 5pm on")


def test_nhs_england_is_waited_for_without_a_date() -> None:
    workflow = SHIPPED_NOW["constitution_vote"]
    said = after_outcome(standing(workflow, workflow.states["carried"]))
    assert said[0] == "Next, NHS England has to act; that is a record of its own."

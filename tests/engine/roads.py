"""Cases on the roads beyond a vote, with every workflow that ships at hand: named by digest."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.commands import Command
from engine.decide import decide
from engine.decision import Decision, Due
from engine.event import Event
from engine.machine import Machinery, build_machinery
from engine.people import By
from engine.roll import Roll, make_roll
from tests.engine.makers import OPENED, calendar, line, what_follows
from workflows.rulebook import SHIPPED, read_definition

ROADS = {
    file.stem: build_machinery(read_definition(file.read_bytes(), file.name).workflow)
    for file in SHIPPED.glob("*.toml")
}


def machinery_of(digest: str) -> Machinery:
    return ROADS[digest]


def large_roll(size: int = 20, *, north: int = 2) -> Roll:
    """So many practices, the first few of them in one locality and the rest in another."""
    return make_roll(
        line(f"P{n:02}", "lead", "deputy", "manager", locality="NORTH" if n <= north else "SOUTH")
        for n in range(1, size + 1)
    )


def on_the_road(name: str, route: str, state: str = "", **changes: Any) -> Case:  # noqa: ANN401
    """A decision D-1 on a workflow that ships, in its first state or the one named."""
    workflow = ROADS[name].workflow
    here = workflow.states[state or workflow.start]
    due = calendar().due(OPENED, here.deadline.after) if here.deadline else None
    decision = Decision(
        reference="D-1",
        workflow=name,
        name=name,
        workflows={each: each for each in ROADS},
        rules="r",
        calendar="c",
        roll="l",
        ballot={"main": ("for", "against", "abstain")},
        opened_at=OPENED,
        level="moderate",
        route=route,
        state=here.name,
        entered_at=OPENED,
        deadlines=(Due(here.deadline.name, here.name, due),) if here.deadline and due else (),
    )
    decision = replace(decision, **changes)
    return Case(decision, ROADS[name], large_roll(), calendar(), machinery_of)


def after(case: Case, command: Command, now: datetime) -> tuple[Case, tuple[Event, ...]]:
    """The case once a command and all that follows from it has been filed; and those events."""
    happened = decide(case, command, now).events
    events = (*happened, *what_follows(case, happened, now))
    for event in events:
        case = case.after(event, now)
    return case, events


def lead(code: str) -> By:
    return By(f"lead of {code}", "Anna Lee")

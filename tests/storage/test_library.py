"""The files that leaves name by digest, read back as they were when the decision opened."""

from sqlalchemy import select

from app.bootstrap import App
from storage import tables
from storage.library import Library
from tests.small_body import as_it_stands, codes


def decision_of(app: App) -> str:
    with app.store.database.reading() as reading:
        return str(reading.execute(select(tables.decision.c.reference)).scalar_one())


def test_a_decision_keeps_the_workflow_it_opened_with(history: App) -> None:
    decision = as_it_stands(history, decision_of(history))
    with history.store.database.reading() as reading:
        case = Library().case(reading, decision)
    assert case.machinery.workflow == history.rulebook.definition("vote_then_committee").workflow


def test_a_decision_keeps_the_calendar_it_opened_with(history: App) -> None:
    decision = as_it_stands(history, decision_of(history))
    with history.store.database.reading() as reading:
        case = Library().case(reading, decision)
    assert case.calendar == history.rulebook.calendar


def test_a_decision_keeps_the_roll_it_opened_with(history: App) -> None:
    decision = as_it_stands(history, decision_of(history))
    with history.store.database.reading() as reading:
        case = Library().case(reading, decision)
    assert list(case.roll.practices) == codes(3)


def test_a_file_is_read_once(history: App) -> None:
    library, decision = Library(), as_it_stands(history, decision_of(history))
    with history.store.database.reading() as reading:
        rolls = [library.roll(reading, decision.roll) for _ in range(2)]
    assert rolls[0] is rolls[1]

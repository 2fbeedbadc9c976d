"""Nobody loses their say unnoticed: an erasure in a running decision is meant, and told."""

from typing import Any

import pytest

from app.bootstrap import App
from engine.refusals import NeedsReason
from tests.promises.keeping import AT_DESK, FIRST, SECOND, THIRD, erase
from tests.small_body import HandClock, closing, links, open_vote, send
from workflows.enrolment import NamedFile
from workflows.erasure import StillAsked
from workflows.health import health
from workflows.overview import overview


@pytest.fixture
def reference(app: App) -> str:
    return open_vote(app)


def silent(app: App) -> list[str]:
    value = health(app.store, app.rulebook.calendar, None, code=app.desk.code)
    return [alarm["says"] for alarm in value["alarms"] if alarm["name"] == "nobody_votes"]


def erase_deputy(app: App) -> None:
    entry = app.erasure.find(f"deputy.{FIRST.lower()}@practice.example")
    app.erasure.person(entry, "request", "As asked.", AT_DESK, although_running=True)


def test_it_is_refused_unless_it_is_meant_and_takes_nothing(app: App, reference: str) -> None:
    before = links(app, reference, FIRST)
    entry = app.erasure.find(f"lead.{FIRST.lower()}@practice.example")
    with pytest.raises(StillAsked, match=reference):
        app.erasure.person(entry, "request", "As asked.", AT_DESK)
    with pytest.raises(NeedsReason):
        app.erasure.person(entry, "request", "", AT_DESK, although_running=True)
    assert links(app, reference, FIRST) == before


def test_the_plan_counts_the_others_who_may_vote(app: App, reference: str) -> None:
    entry = app.erasure.find(f"lead.{FIRST.lower()}@practice.example")
    (voice,) = app.erasure.plan(entry).voices
    assert (voice.decision, voice.others, voice.is_last) == (reference, 1, False)
    erase_deputy(app)
    (voice,) = app.erasure.plan(entry).voices
    assert (voice.others, voice.is_last) == (0, True)


def test_while_somebody_can_vote_all_is_well(app: App, reference: str) -> None:
    erase(app)
    assert silent(app) == []


def test_the_last_who_could_vote_is_missed_at_once(app: App, reference: str) -> None:
    erase(app)
    erase_deputy(app)
    (says,) = silent(app)
    assert says.startswith(f"{reference}: nobody is left at {FIRST} ")


def test_so_is_one_whom_an_import_leaves_out(app: App, reference: str) -> None:
    text = f"ods_code,name,email,role\n{FIRST},Maya Cole,maya@practice.example,manager\n"
    app.enrolment.people(NamedFile("people.csv", text.encode()), dry_run=False)
    assert len(silent(app)) == 1


def test_so_is_one_where_nobody_could_vote_when_it_opened(app: App) -> None:
    """It has its letters, and would count as one that keeps silent."""
    text = f"ods_code,name,email,role\n{FIRST},Maya Cole,maya@practice.example,manager\n"
    app.enrolment.people(NamedFile("people.csv", text.encode()), dry_run=False)
    reference = open_vote(app)

    (says,) = silent(app)
    assert says.startswith(f"{reference}: nobody is left at {FIRST} ")
    (warning,) = shown(app, reference)["warnings"]
    assert warning.startswith(f"Nobody who may cast a vote was known at {FIRST}")


def shown(app: App, reference: str) -> dict[str, Any]:
    store = app.store
    with store.database.reading() as reading:
        return overview(reading, store.keys, app.library, reference, app.clock.now())


def test_a_practice_that_has_voted_is_not_missed(app: App, reference: str) -> None:
    send(app, reference, FIRST)
    erase(app)
    erase_deputy(app)
    assert silent(app) == []


def test_once_the_vote_is_over_nobody_is_asked(app: App, reference: str, clock: HandClock) -> None:
    for practice in (SECOND, THIRD):
        send(app, reference, practice)
    clock.at = closing(app, reference)
    app.desk.sweep()
    entry = app.erasure.find(f"lead.{FIRST.lower()}@practice.example")
    assert app.erasure.plan(entry).voices == ()
    assert app.erasure.person(entry, "request", "", AT_DESK).links == 1
    erase_deputy(app)
    assert silent(app) == []

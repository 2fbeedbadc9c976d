"""What the schedule of retention erases, and when."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.bootstrap import App, build
from engine.commands import Scope
from engine.trail import commitment, parse
from storage import tables
from storage.decisions import load_decision, read_paper
from storage.erasing import sealed_with
from storage.keys import Keys
from storage.openings import decision_key, person_key
from storage.proofs import read_head
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.checks import read_bodies
from tests.promises.forgetting import (
    FIRST,
    SECOND,
    THIRD,
    Killed,
    Lived,
    deputys_page,
    left_over,
    misfits,
    opened_by,
    proof_faults,
)
from tests.promises.posting import deliver
from tests.small_body import HandClock, closing, links, send, settings_for
from workflows.answers import Unknown
from workflows.overview import overview, overviews


def ended(lived: Lived, clock: HandClock, years: float) -> None:
    """The vote closes, and so many years pass."""
    send(lived.app, lived.reference, THIRD, "for")
    clock.at = closing(lived.app, lived.reference)
    lived.app.desk.sweep()
    clock.at += timedelta(days=round(years * 365.25) + 1)


def fields_left(lived: Lived) -> set[str]:
    return {field.rpartition("/")[2] for _, field in lived.places()}


def test_a_decision_that_runs_keeps_everything_however_old(lived: Lived, clock: HandClock) -> None:
    before = lived.places()
    clock.at += timedelta(days=365 * 20)
    assert lived.app.retention.apply() == ()
    assert lived.places() == before


def test_addresses_go_after_two_years_and_nothing_else(lived: Lived, clock: HandClock) -> None:
    ended(lived, clock, 2)
    before = lived.places()
    lived.app.retention.apply()
    gone = before - lived.places()
    assert {field.rpartition("/")[2] for _, field in gone} == {"contact"}
    assert opened_by(lived.app, lived.reference) == gone


def test_who_voted_and_what_was_said_go_after_six_years(lived: Lived, clock: HandClock) -> None:
    ended(lived, clock, 6)
    lived.app.retention.apply()
    assert fields_left(lived) == {"title", "summary", "paper", "choice", "by"}
    with lived.app.store.database.reading() as reading:
        held = sealed_with(reading, person_key(lived.person))
    assert held == ()


def test_the_schedule_may_be_applied_again_and_does_nothing(lived: Lived, clock: HandClock) -> None:
    ended(lived, clock, 6)
    lived.app.retention.apply()
    with lived.app.store.database.reading() as reading:
        size = read_head(reading).size
    assert lived.app.retention.apply() == ()
    with lived.app.store.database.reading() as reading:
        assert read_head(reading).size == size


def test_the_leaf_of_the_schedule_names_its_decision(lived: Lived, clock: HandClock) -> None:
    ended(lived, clock, 6)
    lived.app.retention.apply()
    bodies = list(read_bodies(lived.app, "erasure.performed").values())
    assert [(b["basis"], b["decision"]) for b in bodies] == [("retention", lived.reference)]


@pytest.fixture
def over(lived: Lived, clock: HandClock, tmp_path: Path) -> Iterator[Lived]:
    """A decision of which all words have been erased, the schedule's ten years being over."""
    ended(lived, clock, 10)
    settings = settings_for(lived.app.settings.storage.url, tmp_path)
    kept_for = settings.retention.model_copy(update={"decisions_years": 10})
    app = build(settings.model_copy(update={"retention": kept_for}), clock)
    app.retention.apply()
    yield Lived(app, lived.reference, lived.person)
    app.close()


def test_of_a_decision_that_is_over_no_opening_is_left(over: Lived) -> None:
    left = over.places() - {
        (n, f) for n in read_bodies(over.app, "erasure.performed") for f in ("by",)
    }
    assert left == frozenset()


def test_of_a_decision_that_is_over_the_key_is_gone(over: Lived) -> None:
    assert decision_key(over.reference) not in over.app.store.keys.owners()


def test_of_a_decision_that_is_over_all_commitments_are_accounted_for(over: Lived) -> None:
    assert misfits(over.app, over.reference) == []


def test_of_a_decision_that_is_over_every_proof_holds(over: Lived) -> None:
    assert proof_faults(over.app) == []


def test_the_page_of_a_decision_that_is_over_says_so_and_shows_its_result(over: Lived) -> None:
    page = deputys_page(over)
    assert (page.erased, page.title) == (True, "(has been erased)")
    assert page.verdict is not None
    assert page.verdict.result == "carried"
    assert {ballot.choice for ballot in page.ballots} == {"(has been erased)"}


def test_the_receipt_of_an_erased_vote_still_proves_its_place(over: Lived) -> None:
    token = links(over.app, over.reference, FIRST)["deputy"]
    over.app.store.sealer.seal()
    receipt = over.app.practice_desk.receipt(token)
    assert receipt is not None
    assert receipt.page.standing["main"].choice == "(has been erased)"
    assert receipt.page.standing["main"].leaf in receipt.proofs


def test_a_vote_on_what_is_over_opens_nothing(over: Lived) -> None:
    reply = send(over.app, over.reference, FIRST, role="deputy")
    assert not isinstance(reply, Unknown)


def test_an_unreadable_choice_is_shown_as_such_and_never_counted(lived: Lived) -> None:
    lived.app.store.keys.erase(decision_key(lived.reference))
    with (
        lived.app.store.database.reading() as reading,
        pytest.raises(LookupError, match=f"what {FIRST}, {SECOND} chose cannot be read"),
    ):
        load_decision(reading, lived.app.store.keys, lived.reference, Scope.ALL)


async def test_letters_of_a_decision_that_is_over_are_not_sent(
    over: Lived, relay: MisbehavingServer
) -> None:
    await deliver(over.app, relay.port)
    assert relay.taken == []


def test_what_staff_are_shown_of_a_decision_that_is_over_says_so(over: Lived) -> None:
    store, library = over.app.store, over.app.library
    now = store.ledger.now()
    with store.database.reading() as reading:
        shown = overview(reading, store.keys, library, over.reference, now)
        assert overviews(reading, store.keys, library, now)
        assert read_paper(reading, store.keys, over.reference).erased
    assert (shown["erased"], shown["gunning"]) == (True, [])


def test_a_crash_in_the_schedule_is_finished_by_the_next_tick(
    lived: Lived, clock: HandClock, monkeypatch: pytest.MonkeyPatch, again: App
) -> None:
    ended(lived, clock, 6)

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("storage.database.Database.rewrite", die)
        with pytest.raises(Killed):
            lived.app.retention.apply()
    again.tidy()
    assert left_over(again) == []


def test_commitments_are_what_they_were(lived: Lived) -> None:
    """An opening kept by its holder still opens what the trail holds: nothing was rewritten."""
    with lived.app.store.database.reading() as reading:
        row = reading.execute(select(tables.opening).where(tables.opening.c.field == "text")).one()
    opened = parse(
        lived.app.store.keys.unseal(row.key, row.sealed, f"opening|{row.n}|text".encode())
    )
    lived.erase()
    body = read_bodies(lived.app, "comment.received")[row.n]
    assert body["text"] == commitment(opened["value"], bytes.fromhex(opened["salt"]))


def test_keys_written_anew_are_all_still_there(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.db", lambda size: b"\x01" * size)
    keys.make(["a", "b", "c"])
    keys.erase("b")
    assert keys.owners() == {"a", "c"}

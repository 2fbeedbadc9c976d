"""An erasure that is interrupted is finished, and no letter tells what was erased."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from app.bootstrap import App
from storage import tables
from storage.openings import person_key
from storage.outbox import Gone, Status
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.checks import read_bodies
from tests.promises.forgetting import (
    EMAIL,
    FIRST,
    NAME,
    TYPED,
    Killed,
    Lived,
    left_over,
    misfits,
    opened_by,
)
from tests.promises.posting import copies, deliver, kept, office, statuses
from workflows.erasure import LetterGoing

# --- crashes --------------------------------------------------------------------------------------


def killed_at(lived: Lived, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, die)
        with pytest.raises(Killed):
            lived.erase()


def test_a_crash_before_the_commit_erases_nothing(
    lived: Lived, again: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lived.places()
    killed_at(lived, monkeypatch, "storage.erasing.note_unfinished")
    again.tidy()
    assert lived.places() == before
    assert again.store.keys.owners() >= {person_key(lived.person)}
    assert again.erasure.find(EMAIL).name == NAME


@pytest.mark.parametrize(
    "where",
    [
        "storage.keys.Keys.erase",
        "storage.documents.Documents.remove",
        "storage.database.Database.rewrite",
    ],
)
def test_a_crash_after_the_commit_is_finished_by_the_next_tick(
    lived: Lived, again: App, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    theirs = lived.theirs()
    killed_at(lived, monkeypatch, where)
    assert left_over(again) == [person_key(lived.person)]
    again.tidy()
    assert left_over(again) == []
    assert person_key(lived.person) not in again.store.keys.owners()
    assert opened_by(again, lived.reference) == theirs
    assert misfits(again, lived.reference) == []


def test_without_the_mark_a_crash_would_leave_the_key_for_good(
    lived: Lived, again: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.erasing.note_unfinished", lambda *_args: None)
    lived.erase()
    again.tidy()
    assert person_key(lived.person) in again.store.keys.owners()


def test_what_another_process_erased_is_not_read_from_memory(lived: Lived, again: App) -> None:
    sealed = again.store.keys.seal(person_key(lived.person), b"kept", b"place")
    lived.erase()
    with pytest.raises(LookupError):
        again.store.keys.unseal(person_key(lived.person), sealed, b"place")


# --- letters --------------------------------------------------------------------------------------


def test_letters_to_the_person_are_given_up_and_their_bytes_forgotten(lived: Lived) -> None:
    office(lived.app, 25).expand_all()
    office(lived.app, 25).take()
    lived.erase()
    assert {row.frozen for row in rows_of(lived.app, lived.person)} == {None}
    batch = office(lived.app, 25).take()
    assert batch is not None
    lived.app.desk.settle(batch.settled)
    assert {row.status for row in rows_of(lived.app, lived.person)} == {"skipped"}
    assert len(read_bodies(lived.app, "mail.skipped")) >= 1


def test_receipts_of_what_they_sent_are_forgotten_whoever_got_them(lived: Lived) -> None:
    """The deputy's receipt holds the name that the lead typed."""
    office(lived.app, 25).expand_all()
    office(lived.app, 25).take()
    assert len(receipts_holding(lived.app, TYPED)) == 2
    lived.erase()
    assert receipts_holding(lived.app, TYPED) == []


def receipts_holding(app: App, words: str) -> list[int]:
    with app.store.database.reading() as reading:
        rows = reading.execute(select(tables.letter).where(tables.letter.c.frozen.is_not(None)))
        return [
            row.id
            for row in rows
            if words.encode()
            in app.store.keys.unseal(
                person_key(row.person), row.frozen, f"letter|{row.id}".encode()
            )
        ]


async def test_a_receipt_still_owed_to_others_tells_nothing_of_it(
    lived: Lived, relay: MisbehavingServer
) -> None:
    lived.erase()
    await deliver(lived.app, relay.port)
    assert [taken for taken in relay.taken if TYPED.encode() in taken.content] == []
    receipts = [e for e in kept(lived.app) if (e.letter, e.practice) == ("receipt", FIRST)]
    assert {letter.status for letter in receipts} == {"skipped"}


def rows_of(app: App, person: str) -> Sequence[Row[Any]]:
    with app.store.database.reading() as reading:
        return reading.execute(select(tables.letter).where(tables.letter.c.person == person)).all()


def test_a_postman_who_holds_the_letter_finds_that_it_is_no_longer_theirs(lived: Lived) -> None:
    sorting = office(lived.app, 25)
    sorting.expand_all()
    batch = sorting.take()
    assert batch is not None
    theirs = next(each for each in batch.ready if each.claimed.person == lived.person)
    lived.erase()
    with pytest.raises(Gone):
        sorting.let_go(theirs)


def test_while_a_letter_is_going_out_nothing_is_erased(lived: Lived) -> None:
    sorting = office(lived.app, 25)
    sorting.expand_all()
    batch = sorting.take()
    assert batch is not None
    sorting.let_go(next(e for e in batch.ready if e.claimed.person == lived.person))
    before = lived.places()
    with pytest.raises(LetterGoing):
        lived.erase()
    assert lived.places() == before
    assert lived.app.erasure.find(EMAIL).name == NAME


async def test_after_an_erasure_every_other_letter_still_goes(
    lived: Lived, relay: MisbehavingServer
) -> None:
    lived.erase()
    await deliver(lived.app, relay.port)
    assert set(statuses(lived.app)) <= {"accepted", "skipped"}
    assert len(copies(relay)) >= 5


def test_the_relays_words_with_the_address_are_taken_out(lived: Lived) -> None:
    office(lived.app, 25).expand_all()
    with lived.app.store.database.writing() as writing:
        mine = tables.letter.c.person == lived.person
        said = f"cannot be sent: {EMAIL}"
        writing.execute(update(tables.letter).where(mine).values(reason=said, status=Status.FAILED))
    lived.erase()
    assert {row.reason for row in rows_of(lived.app, lived.person)} == {"(has been erased)"}

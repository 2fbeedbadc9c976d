"""What is erased is gone everywhere, says so, breaks no proof, and survives a crash in between."""

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Row, select, text, update

from app.bootstrap import App, build
from engine.commands import Scope
from engine.people import Actor, How
from engine.trail import commitment, leaf_hash, parse, root, verify_inclusion
from storage import tables
from storage.decisions import load_decision, read_paper
from storage.erasing import people_at, sealed_with, unfinished
from storage.keys import Keys
from storage.openings import decision_key, open_row, person_key, read_openings
from storage.outbox import Gone, Status
from storage.proofs import prove_inclusion, read_head, read_leaves
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.checks import read_bodies
from tests.promises.posting import copies, deliver, kept, office, statuses
from tests.small_body import HandClock, closing, codes, links, open_vote, send, settings_for
from workflows.answers import PracticePage, Unknown
from workflows.erasure import Erased, LetterGoing, NoSuchPerson, SharedAddress
from workflows.overview import overview, overviews
from workflows.practice_desk import PracticeDesk

FIRST, SECOND, THIRD = codes(3)
EMAIL = f"lead.{FIRST.lower()}@practice.example"
NAME = f"Lead Of {FIRST}"
TYPED = "Zebedee Quillfeather"
SAID = "We would need a second nurse."
AT_DESK = Actor(None, How.CLI)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest_asyncio.fixture
async def relay() -> AsyncIterator[MisbehavingServer]:
    """A relay that behaves."""
    async with MisbehavingServer() as server:
        yield server


@dataclass
class Lived:
    """A decision that the first practice's lead commented and voted on."""

    app: App
    reference: str
    person: str

    def erase(self, basis: str = "request") -> Erased:
        erasure = self.app.erasure
        return erasure.person(erasure.find(EMAIL), basis, "", AT_DESK)

    def places(self) -> frozenset[tuple[int, str]]:
        with self.app.store.database.reading() as reading:
            rows = reading.execute(select(tables.opening.c.n, tables.opening.c.field))
            return frozenset((row.n, row.field) for row in rows)

    def theirs(self) -> frozenset[tuple[int, str]]:
        with self.app.store.database.reading() as reading:
            held = sealed_with(reading, person_key(self.person))
        return frozenset(each.place for each in held)


@pytest.fixture
def lived(app: App, clock: HandClock) -> Lived:
    reference = open_vote(app)
    send(app, reference, FIRST, "for", name=TYPED, comment=SAID)
    send(app, reference, SECOND, "against")
    with app.store.database.reading() as reading:
        person = people_at(reading, EMAIL)[0].person
    return Lived(app, reference, person)


def opened_by(app: App, reference: str) -> frozenset[tuple[int, str]]:
    """The commitments that an erasure's leaves say are erased."""
    found = set()
    for body in read_bodies(app, "erasure.performed").values():
        found.add((body["n"], body["field"]))
        found |= {(each["n"], each["field"]) for each in body.get("also", [])}
    return frozenset(found)


# --- a person -----------------------------------------------------------------------------------


def test_everything_that_was_sealed_with_the_persons_key_goes_and_nothing_else(
    lived: Lived,
) -> None:
    before, theirs = lived.places(), lived.theirs()
    lived.erase()
    gone = before - lived.places()
    assert gone == theirs
    assert len(theirs) >= 4  # on the roll, the comment's words and name, the vote's name


def test_the_leaf_names_every_opening_that_went(lived: Lived) -> None:
    theirs = lived.theirs()
    lived.erase()
    assert opened_by(lived.app, lived.reference) == theirs


def test_the_leaf_says_the_ground_and_no_name(lived: Lived) -> None:
    leaf = lived.erase("court-order").leaf
    assert leaf is not None
    body = read_bodies(lived.app, "erasure.performed")[leaf]
    assert (body["basis"], "reason" in body) == ("court_order", False)


def test_a_reason_is_on_record_sealed(lived: Lived) -> None:
    erasure = lived.app.erasure
    leaf = erasure.person(erasure.find(EMAIL), "request", "As asked on 3 May.", AT_DESK).leaf
    assert leaf is not None
    assert read_bodies(lived.app, "erasure.performed")[leaf]["reason"].startswith("c1:")
    with lived.app.store.database.reading() as reading:
        opened = read_openings(reading, lived.app.store.keys, [(leaf, "reason")])
    assert opened[leaf, "reason"] == "As asked on 3 May."


def test_every_commitment_is_opened_or_said_to_be_erased(lived: Lived) -> None:
    lived.erase()
    assert misfits(lived.app, lived.reference) == []


def test_an_opening_that_goes_without_a_leaf_is_noticed(lived: Lived) -> None:
    """The same check on a store from which somebody has only deleted a row."""
    with lived.app.store.database.writing() as writing:
        writing.execute(text("DELETE FROM opening WHERE field = 'text'"))
    assert len(misfits(lived.app, lived.reference)) == 1


def misfits(app: App, reference: str) -> list[tuple[int, str]]:
    """Commitments that neither open nor are said to be erased."""
    erased = opened_by(app, reference)
    with app.store.database.reading() as reading:
        rows = {(r.n, r.field): r for r in reading.execute(select(tables.opening))}
        found = []
        for leaf in read_leaves(reading):
            for field, value in parse(leaf.data)["body"].items():
                if not (isinstance(value, str) and value.startswith("c1:")):
                    continue
                place = (parse(leaf.data)["n"], field)
                if place in erased:
                    continue
                row = rows.get(place)
                if row is None or open_row(app.store.keys, row) is None:
                    found.append(place)
    return found


def test_the_root_and_every_inclusion_proof_hold_afterwards(lived: Lived) -> None:
    lived.erase()
    assert proof_faults(lived.app) == []


def proof_faults(app: App) -> list[int]:
    with app.store.database.reading() as reading:
        head, leaves = read_head(reading), list(read_leaves(reading))
        hashes = [leaf_hash(leaf.data) for leaf in leaves]
        faults = [] if root(hashes).hex() == head.root else [-1]
        for leaf, hashed in zip(leaves, hashes, strict=True):
            path = prove_inclusion(reading, leaf.n, head.size)
            if not verify_inclusion(hashed, leaf.n, head.size, path, bytes.fromhex(head.root)):
                faults.append(leaf.n)
    return faults


def test_leaves_that_stood_before_are_byte_for_byte_the_same(lived: Lived) -> None:
    with lived.app.store.database.reading() as reading:
        before = [leaf.data for leaf in read_leaves(reading)]
    lived.erase()
    with lived.app.store.database.reading() as reading:
        assert [leaf.data for leaf in read_leaves(reading)][: len(before)] == before


def test_the_practices_choice_stands_and_is_counted(lived: Lived, clock: HandClock) -> None:
    lived.erase()
    send(lived.app, lived.reference, THIRD, "for")
    clock.at = closing(lived.app, lived.reference)
    lived.app.desk.sweep()
    with lived.app.store.database.reading() as reading:
        outcome = load_decision(reading, lived.app.store.keys, lived.reference).outcome
    assert outcome is not None
    assert outcome.count is not None
    assert (outcome.count["for"], outcome.count["against"]) == (2, 1)


def test_another_person_of_the_practice_can_still_change_the_answer(lived: Lived) -> None:
    lived.erase()
    send(lived.app, lived.reference, FIRST, "against", role="deputy")
    assert len(read_bodies(lived.app, "vote.changed")) == 1


def test_the_persons_links_open_nothing(lived: Lived) -> None:
    token = links(lived.app, lived.reference, FIRST)["lead"]
    done = lived.erase()
    assert done.links == 1
    assert lived.app.practice_desk.page(token) is None


def test_the_practices_page_says_erased_and_keeps_the_choice(lived: Lived) -> None:
    lived.erase()
    page = deputys_page(lived)
    assert page.standing["main"].choice == "for"
    assert page.standing["main"].name == "(has been erased)"
    assert [remark.text for remark in page.remarks] == ["(has been erased)"]


def deputys_page(lived: Lived) -> PracticePage:
    desk: PracticeDesk = lived.app.practice_desk
    page = desk.page(links(lived.app, lived.reference, FIRST)["deputy"])
    assert page is not None
    assert desk.receipt(links(lived.app, lived.reference, FIRST)["deputy"]) is not None
    return page


def test_who_is_erased_is_not_in_the_register(lived: Lived) -> None:
    lived.erase()
    with pytest.raises(NoSuchPerson):
        lived.app.erasure.find(EMAIL)


def test_one_of_several_at_an_address_has_to_be_named(app: App) -> None:
    with app.store.database.writing() as writing:
        writing.execute(update(tables.person).values(email=EMAIL))
    with pytest.raises(SharedAddress, match=NAME):
        app.erasure.find(EMAIL)
    assert app.erasure.find(EMAIL, NAME.upper()).name == NAME


def test_a_person_of_whom_the_trail_holds_nothing_leaves_no_leaf(app: App) -> None:
    done = app.erasure.person(app.erasure.find("chair@ccg.example"), "request", "", AT_DESK)
    assert (done.leaf, done.finished) == (None, True)


def test_a_plan_writes_nothing(lived: Lived) -> None:
    before = lived.places()
    with lived.app.store.database.reading() as reading:
        head = read_head(reading)
    plan = lived.app.erasure.plan(lived.app.erasure.find(EMAIL))
    assert {held.place for held in plan.openings} == lived.theirs()
    with lived.app.store.database.reading() as reading:
        assert (lived.places(), read_head(reading)) == (before, head)


def test_where_others_name_the_person_is_told(lived: Lived) -> None:
    send(lived.app, lived.reference, SECOND, "against", comment=f"As {NAME} said to us.")
    plan = lived.app.erasure.plan(lived.app.erasure.find(EMAIL))
    assert [held.field for held in plan.mentioned] == ["text"]


# --- what is left on the disk -------------------------------------------------------------------


def on_disk(folder: Path) -> bytes:
    files = [*folder.glob("quorate.db*"), *folder.glob("person_keys.db*")]
    return b"".join(file.read_bytes() for file in files)


def secrets_of(lived: Lived) -> list[bytes]:
    """Name, address, everything sealed for the person, and their key, as bytes."""
    owner = person_key(lived.person)
    with lived.app.store.database.reading() as reading:
        query = select(tables.opening.c.sealed).where(tables.opening.c.key == owner)
        sealed = list(reading.execute(query).scalars())
    return [EMAIL.encode(), NAME.encode(), owner_key(lived), *sealed]


def owner_key(lived: Lived) -> bytes:
    loaded = lived.app.store.keys._load([person_key(lived.person)])  # noqa: SLF001
    return loaded[person_key(lived.person)]


@on_sqlite
def test_no_byte_of_what_was_erased_is_left_in_any_file(lived: Lived, tmp_path: Path) -> None:
    values = secrets_of(lived)
    assert all(value in on_disk(tmp_path) for value in values)
    assert lived.erase().finished
    assert [value for value in values if value in on_disk(tmp_path)] == []


@on_sqlite
def test_without_writing_the_file_anew_the_log_would_still_hold_the_address(
    lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.Database.rewrite", lambda _self: True)
    lived.erase()
    assert EMAIL.encode() in on_disk(tmp_path)


@on_sqlite
def test_while_somebody_reads_the_rest_is_left_for_the_next_tick(
    lived: Lived, tmp_path: Path
) -> None:
    with lived.app.store.database.reading() as reading:
        read_head(reading)
        assert not lived.erase().finished
    lived.app.tidy()
    assert EMAIL.encode() not in on_disk(tmp_path)
    assert left_over(lived.app) == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_while_somebody_reads_the_register_of_postgresql_its_rewriting_waits_for_the_next_tick(
    lived: Lived,
) -> None:
    with lived.app.store.database.reading() as reading:
        people_at(reading, EMAIL)
        assert not lived.erase().finished
    lived.app.tidy()
    assert left_over(lived.app) == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_keeps_no_row_of_the_person_and_no_key(lived: Lived) -> None:
    lived.erase()
    with lived.app.store.database.reading() as reading:
        rows = [
            str(row)
            for table in tables.metadata.sorted_tables
            for row in reading.execute(select(table))
        ]
    assert [row for row in rows if EMAIL in row or NAME in row] == []
    assert person_key(lived.person) not in lived.app.store.keys.owners()


@on_sqlite
def test_an_old_copy_of_the_database_does_not_tell_what_was_erased(
    lived: Lived, tmp_path: Path
) -> None:
    copy, theirs = kept_copy(lived, tmp_path), lived.theirs()
    lived.erase()
    restored = read_with(copy, tmp_path / "person_keys.db", theirs)
    assert restored == {}


@on_sqlite
def test_an_old_copy_with_keys_of_its_day_would_tell_it_all(lived: Lived, tmp_path: Path) -> None:
    """Why copies of the keys have a short life of their own."""
    copy, theirs = kept_copy(lived, tmp_path), lived.theirs()
    lived.erase()
    assert SAID in read_with(copy, copy / "person_keys.db", theirs).values()


def kept_copy(lived: Lived, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    copy.mkdir()
    lived.app.store.database.rewrite()
    for name in ("quorate.db", "person_keys.db", "link.key", "signing.key", "checkpoints.db"):
        shutil.copy(tmp_path / name, copy / name)
    return copy


def read_with(copy: Path, keys: Path, places: frozenset[tuple[int, str]]) -> dict[object, object]:
    if keys.parent != copy:
        shutil.copy(keys, copy / "person_keys.db")
    app = build(settings_for(f"sqlite:///{copy}/quorate.db", copy), HandClock())
    with app.store.database.reading() as reading:
        found = dict(read_openings(reading, app.store.keys, places))
    app.close()
    return found


# --- crashes ------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


def left_over(app: App) -> list[str]:
    with app.store.database.reading() as reading:
        return [each.name for each in unfinished(reading)]


def killed_at(lived: Lived, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, die)
        with pytest.raises(Killed):
            lived.erase()


@pytest.fixture
def again(lived: Lived, tmp_path: Path) -> Iterator[App]:
    """The program as it comes up after a crash."""
    url = lived.app.settings.storage.url
    app = build(settings_for(url, tmp_path), HandClock())
    yield app
    app.close()


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


# --- letters ------------------------------------------------------------------------------------


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


# --- the schedule -------------------------------------------------------------------------------


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

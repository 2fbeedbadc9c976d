"""What is erased is gone everywhere, says so, breaks no proof, and survives a crash in between."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from app.bootstrap import App, build
from storage import tables
from storage.decisions import load_decision
from storage.erasing import people_at
from storage.openings import person_key, read_openings
from storage.proofs import read_head, read_leaves
from tests.promises.checks import read_bodies
from tests.promises.forgetting import (
    AT_DESK,
    EMAIL,
    FIRST,
    NAME,
    SAID,
    SECOND,
    THIRD,
    Lived,
    deputys_page,
    left_over,
    misfits,
    on_sqlite,
    opened_by,
    proof_faults,
)
from tests.small_body import HandClock, closing, links, send, settings_for
from workflows.erasure import NoSuchPerson, SharedAddress

# --- a person -------------------------------------------------------------------------------------


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
    assert (body["basis"], "reason" in body) == ("court_order", True)


def test_a_reason_is_on_record_sealed(lived: Lived) -> None:
    erasure = lived.app.erasure
    leaf = erasure.person(
        erasure.find(EMAIL), "request", "As asked on 3 May.", AT_DESK, although_running=True
    ).leaf
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


def test_the_root_and_every_inclusion_proof_hold_afterwards(lived: Lived) -> None:
    lived.erase()
    assert proof_faults(lived.app) == []


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


# --- what is left on the disk ---------------------------------------------------------------------


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

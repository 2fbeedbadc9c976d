"""Practices and people come into the register; links already mailed follow their holders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.bootstrap import App
from engine.errors import InputFaults
from engine.trail import parse
from storage import tables
from storage.intake import PeopleChanges
from storage.keys import Erased
from storage.openings import person_key
from storage.proofs import read_head, read_leaves
from tests.small_body import BODY, HandClock, codes, found, links, open_vote, send, settings_for
from workflows.answers import Recorded, Unknown
from workflows.enrolment import NamedFile

FIRST, SECOND, THIRD = codes(3)
PRACTICES = "ods_code,name,postcode,ccg_code,ccg_name,locality,list_size\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The program on a small body of three practices."""
    app = found(settings_for(f"sqlite:///{tmp_path}/quorate.db", tmp_path), HandClock())
    yield app
    app.close()


def row(code: str, role: str, *, name: str = "", email: str = "") -> str:
    """A line of a file of people, as the small body has them unless said otherwise."""
    address = email or f"{role}.{code.lower()}@practice.example"
    return f"{code},{name or f'{role.title()} Of {code}'},{address},{role}"


def import_people(app: App, *rows: str, dry_run: bool = False) -> PeopleChanges:
    content = "\n".join(["ods_code,name,email,role", *rows]).encode()
    return app.enrolment.people(NamedFile("people.csv", content), dry_run=dry_run)


def import_practices(app: App, *rows: str, dry_run: bool = False) -> None:
    content = (PRACTICES + "\n".join(rows)).encode()
    app.enrolment.practices(NamedFile("p.csv", content), None, frozenset({BODY}), dry_run=dry_run)


def counted(app: App, table: str) -> int:
    with app.store.database.reading() as reading:
        return int(
            reading.execute(
                select(func.count()).select_from(tables.metadata.tables[table])
            ).scalar_one()
        )


def kinds(app: App, reference: str) -> list[str]:
    with app.store.database.reading() as reading:
        return [parse(leaf.data)["type"] for leaf in read_leaves(reading, reference)]


def size(app: App) -> int:
    with app.store.database.reading() as reading:
        return read_head(reading).size


# --- people ---------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(app: App) -> None:
    changes = import_people(app, row(FIRST, "lead"), row(FIRST, "deputy"))

    assert [change for change in changes.lines if change.kind != "unchanged"] == []


def test_a_new_person_has_a_key_before_they_are_needed(app: App) -> None:
    import_people(app, row(FIRST, "lead"), row(FIRST, "deputy"), row(FIRST, "manager"))
    with app.store.database.reading() as reading:
        people = list(reading.execute(select(tables.person.c.id)).scalars())

    assert all(app.store.keys.seal(person_key(person), b"x", b"here") for person in people)


def test_a_person_who_is_not_there_has_no_key(app: App) -> None:
    with pytest.raises(Erased):
        app.store.keys.seal(person_key("nobody"), b"x", b"here")


def test_a_dry_run_says_what_would_change_and_changes_nothing(app: App) -> None:
    before = counted(app, "person")
    import_people(app, row(FIRST, "lead"), row(FIRST, "manager"), dry_run=True)

    assert counted(app, "person") == before


def test_one_fault_keeps_the_whole_file_out(app: App) -> None:
    before = counted(app, "person")
    with pytest.raises(InputFaults, match=r"people\.csv:3"):
        import_people(app, row(FIRST, "manager"), row(FIRST, "nurse", email="not an address"))

    assert counted(app, "person") == before


def test_one_person_may_serve_two_practices_and_is_one_person(app: App) -> None:
    before = counted(app, "person")
    same = {"name": "Jo Both", "email": "jo@both.example"}
    import_people(app, row(FIRST, "manager", **same), row(SECOND, "manager", **same))

    assert counted(app, "person") == before + 1


def test_two_persons_may_share_one_address(app: App) -> None:
    before = counted(app, "person")
    import_people(
        app,
        row(FIRST, "manager", name="Jo One", email="desk@k.example"),
        row(FIRST, "nurse", name="Flo Two", email="desk@k.example"),
    )

    assert counted(app, "person") == before + 2


# --- links follow their holders -------------------------------------------------------------


def test_a_changed_address_revokes_the_link_and_issues_another(app: App) -> None:
    reference = open_vote(app)

    import_people(app, row(FIRST, "lead", email="new@k.example"), row(FIRST, "deputy"))

    assert kinds(app, reference)[-2:] == ["link.revoked", "link.issued"]


def test_the_old_link_opens_nothing_and_the_new_one_votes(app: App) -> None:
    reference = open_vote(app)
    old = links(app, reference, FIRST)["lead"]

    import_people(app, row(FIRST, "lead", email="new@k.example"), row(FIRST, "deputy"))

    answers = app.practice_desk.page(old), send(app, reference, FIRST)
    assert (answers[0], type(answers[1])) == (None, Recorded)


def test_a_changed_address_renews_the_links_of_every_running_decision(app: App) -> None:
    references = [open_vote(app) for _ in range(3)]

    import_people(app, row(FIRST, "lead", email="new@k.example"), row(FIRST, "deputy"))

    assert [kinds(app, each).count("link.revoked") for each in references] == [1, 1, 1]


def test_a_new_name_or_role_revokes_nothing(app: App) -> None:
    reference = open_vote(app)

    import_people(app, row(FIRST, "lead"), row(FIRST, "deputy"), row(FIRST, "manager"))

    assert "link.revoked" not in kinds(app, reference)


def test_whoever_leaves_a_practice_loses_their_link_to_it(app: App) -> None:
    reference = open_vote(app)
    old = links(app, reference, FIRST)["deputy"]

    import_people(app, row(FIRST, "lead"))

    assert app.practice_desk.page(old) is None


def test_whoever_only_changes_role_keeps_their_link(app: App) -> None:
    reference = open_vote(app)
    as_manager = f"{FIRST},Deputy Of {FIRST},deputy.{FIRST.lower()}@practice.example,manager"

    import_people(app, row(FIRST, "lead"), as_manager)

    assert "link.revoked" not in kinds(app, reference)


def test_a_practice_that_the_file_does_not_name_is_left_alone(app: App) -> None:
    reference = open_vote(app)

    import_people(app, row(FIRST, "lead"), row(FIRST, "deputy"))

    assert not isinstance(send(app, reference, SECOND), Unknown)


# --- practices ------------------------------------------------------------------------------


def known(code: str, name: str = "", body: str = BODY) -> str:
    return f"{code},{name or f'THE {code} SURGERY'},NN1 1AA,{body},NHS NENE CCG,NORTH,8000"


def test_practices_are_no_leaf_of_the_trail(app: App) -> None:
    before = size(app)
    import_practices(app, *(known(code) for code in (FIRST, SECOND, THIRD, "K83999")))

    assert size(app) == before


def test_a_practice_that_is_new_is_asked_from_the_next_decision_on(app: App) -> None:
    first = open_vote(app)
    import_practices(app, *(known(code) for code in (FIRST, SECOND, THIRD, "K83999")))
    second = open_vote(app)
    with app.store.database.reading() as reading:
        frozen = [
            parse(leaf.data)["body"]["practices"]
            for reference in (first, second)
            for leaf in read_leaves(reading, reference)
            if parse(leaf.data)["type"] == "roll.frozen"
        ]

    assert frozen == [3, 4]


def test_a_dry_run_of_practices_writes_nothing(app: App) -> None:
    before = counted(app, "practice")
    import_practices(app, *(known(code) for code in (FIRST, SECOND, THIRD, "K83999")), dry_run=True)

    assert counted(app, "practice") == before


def test_a_file_without_any_practice_of_the_body_is_refused(app: App) -> None:
    with pytest.raises(InputFaults, match="holds no practice of 04G"):
        import_practices(app, known("K83999", body="00X"))

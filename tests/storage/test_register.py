"""The register: practices, people and their posts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, delete

from app.bootstrap import App
from storage import tables
from storage.enrolment import (
    known_people,
    known_practices,
    write_people,
    write_posts,
    write_practices,
)
from storage.intake import KnownPractice, PersonChange, PersonKind, Status
from storage.register import (
    body_person,
    contacts,
    holders,
    localities,
    open_practices,
    practice_codes,
    practice_name,
)
from tests.small_body import BODY, codes

FIRST, SECOND, THIRD = codes(3)


@pytest.fixture
def writing(history: App) -> Iterator[Connection]:
    """A unit of work on the register of three practices, undone at the end."""
    with history.store.database.writing() as connection:
        yield connection
        connection.rollback()


def alter(connection: Connection, code: str, **changes: object) -> None:
    write_practices(connection, [replace(known_practices(connection)[code], **changes)])  # type: ignore[arg-type]


def person_at(connection: Connection, code: str, role: str = "lead") -> str:
    return next(p.person for p in known_people(connection) if (code, role) in p.posts)


def test_open_practices_come_in_order(writing: Connection) -> None:
    assert [practice.ods_code for practice in open_practices(writing, BODY)] == codes(3)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.OPEN])
def test_only_open_practices_are_asked(writing: Connection, status: Status) -> None:
    alter(writing, SECOND, status=status)
    assert [practice.ods_code for practice in open_practices(writing, BODY)] == [FIRST, THIRD]


def test_another_bodys_practice_is_not_asked(writing: Connection) -> None:
    alter(writing, SECOND, ccg_code="03V")
    assert SECOND not in {practice.ods_code for practice in open_practices(writing, BODY)}


def test_a_practice_comes_with_its_people(writing: Connection) -> None:
    first = open_practices(writing, BODY)[0]
    assert [(member.role, member.email) for member in first.members] == [
        ("lead", f"lead.{FIRST.lower()}@practice.example"),
        ("deputy", f"deputy.{FIRST.lower()}@practice.example"),
    ]


def test_a_person_with_two_roles_counts_by_the_higher(writing: Connection) -> None:
    deputy = person_at(writing, FIRST, "deputy")
    write_posts(writing, [(deputy, FIRST, "lead")], [])
    roles = {m.person: m.role for m in open_practices(writing, BODY)[0].members}
    assert roles[deputy] == "lead"


def test_a_person_may_serve_two_practices(writing: Connection) -> None:
    lead = person_at(writing, FIRST)
    write_posts(writing, [(lead, SECOND, "gp")], [])
    serving = [p.ods_code for p in open_practices(writing, BODY) if lead in _ids(p.members)]
    assert serving == [FIRST, SECOND]


def _ids(members: object) -> set[str]:
    return {member.person for member in members}  # type: ignore[attr-defined]


def test_a_practice_without_people_is_still_asked(writing: Connection) -> None:
    writing.execute(delete(tables.post).where(tables.post.c.ods_code == FIRST))
    assert open_practices(writing, BODY)[0].members == ()


def test_an_ended_post_ends(writing: Connection) -> None:
    deputy = person_at(writing, FIRST, "deputy")
    write_posts(writing, [], [(deputy, FIRST, "deputy")])
    assert deputy not in _ids(open_practices(writing, BODY)[0].members)


def test_localities_are_those_of_open_practices(writing: Connection) -> None:
    alter(writing, FIRST, locality="SOUTH")
    alter(writing, SECOND, locality="EAST", status=Status.CLOSED)
    alter(writing, THIRD, locality="")
    assert localities(writing, BODY) == {"SOUTH"}


def test_every_code_is_known_open_or_not(writing: Connection) -> None:
    alter(writing, FIRST, status=Status.CLOSED)
    assert practice_codes(writing) == frozenset(codes(3))


def test_a_practice_is_called_by_its_name(writing: Connection) -> None:
    assert practice_name(writing, FIRST) == f"THE {FIRST} SURGERY"


def test_a_practice_that_the_register_lost_is_called_by_its_code(writing: Connection) -> None:
    assert practice_name(writing, "X99999") == "X99999"


def test_contacts_are_found_by_person(writing: Connection) -> None:
    lead = person_at(writing, FIRST)
    assert contacts(writing, [lead])[lead].email == f"lead.{FIRST.lower()}@practice.example"


def test_an_unknown_person_has_no_contact(writing: Connection) -> None:
    assert contacts(writing, ["nobody"]) == {}


def test_more_people_than_one_query_takes_are_found(writing: Connection) -> None:
    new = {f"p{n}": _person(n) for n in range(900)}
    write_people(writing, new, [])
    assert len(contacts(writing, new)) == 900


def _person(n: int) -> PersonChange:
    return PersonChange(
        kind=PersonKind.ADDED,
        line=n,
        person=None,
        name=f"Person {n}",
        email=f"p{n}@practice.example",
        phone="",
        ods_code="",
        role="committee",
        says="",
    )


def test_the_first_role_that_anyone_holds_is_taken(writing: Connection) -> None:
    found = holders(writing, ("accountable_officer", "chair", "secretary"))
    assert [contact.email for contact in found] == ["chair@ccg.example"]


def test_a_role_that_nobody_holds_has_no_holder(writing: Connection) -> None:
    assert holders(writing, ("lay_chair",)) == ()


def test_a_person_of_the_body_is_found_whatever_the_case(writing: Connection) -> None:
    person = body_person(writing, "Secretary@CCG.example")
    assert person is not None
    assert person.name == "Secretary Person"


def test_a_person_of_a_practice_is_no_person_of_the_body(writing: Connection) -> None:
    assert body_person(writing, f"lead.{FIRST.lower()}@practice.example") is None


def test_a_practice_is_read_back_as_it_was_written(writing: Connection) -> None:
    practice = KnownPractice(
        ods_code="K83999",
        name="ST MARY'S",
        postcode="NN1 1AA",
        ccg_code=BODY,
        ccg_name="NHS NENE CCG",
        locality="",
        list_size=None,
        list_date=date(2026, 4, 1),
        status=Status.OPEN,
    )
    write_practices(writing, [practice])
    assert known_practices(writing)["K83999"] == practice


def test_writing_a_practice_again_replaces_it(writing: Connection) -> None:
    alter(writing, FIRST, name="THE NEW SURGERY")
    assert practice_name(writing, FIRST) == "THE NEW SURGERY"


def test_changed_details_of_a_person_are_kept(writing: Connection) -> None:
    lead = person_at(writing, FIRST)
    change = replace(_person(1), person=lead, email="new@practice.example", name="New Name")
    write_people(writing, {}, [change])
    assert contacts(writing, [lead])[lead].email == "new@practice.example"

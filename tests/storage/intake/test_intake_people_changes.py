"""What a file of people does to the register, post by post."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from storage.intake import (
    FieldChange,
    KnownPerson,
    PeopleChanges,
    PersonChange,
    PersonKind,
    PersonRow,
    compare_people,
)

JO = KnownPerson("p1", "Jo Smith", "jo@k.example", "01604", frozenset({("K83001", "lead")}))
JO_ROW = PersonRow(2, "K83001", "Jo Smith", "jo@k.example", "lead")
AL_ROW = PersonRow(3, "K83001", "Al Jones", "al@k.example", "deputy")


def first(known: Sequence[KnownPerson], *rows: PersonRow) -> PersonChange:
    return compare_people(known, rows).lines[0]


def test_somebody_new_is_added() -> None:
    added = first((), JO_ROW)
    assert (added.kind, added.person, added.says) == (
        PersonKind.ADDED,
        None,
        "Added as lead of K83001.",
    )


def test_somebody_new_in_the_body_is_added() -> None:
    row = PersonRow(2, "", "Jo Smith", "jo@k.example", "lay_chair")
    assert first((), row).says == "Added as lay chair of the body."


def test_rows_of_one_new_person_share_an_identity() -> None:
    changes = compare_people((), (JO_ROW, replace(JO_ROW, line=3, role="gp", name="JO SMITH")))
    assert len({change.identity for change in changes.lines}) == 1


def test_the_same_row_again_is_unchanged() -> None:
    assert first((JO,), JO_ROW).kind is PersonKind.UNCHANGED


def test_an_empty_telephone_keeps_the_known_one() -> None:
    assert first((JO,), JO_ROW).phone == "01604"


def test_a_new_telephone_is_a_change() -> None:
    assert first((JO,), replace(JO_ROW, phone="01605")).says == (
        "Changed: telephone from 01604 to 01605."
    )


def test_a_new_address_for_the_same_name_in_a_practice_keeps_the_person() -> None:
    changed = first((JO,), replace(JO_ROW, email="jo@new.example"))
    assert (changed.kind, changed.person, changed.says) == (
        PersonKind.CHANGED,
        "p1",
        "Changed: address from jo@k.example to jo@new.example.",
    )


def test_a_changed_address_ends_no_post() -> None:
    changes = compare_people((JO,), (replace(JO_ROW, email="jo@new.example"),))
    assert changes.counts[PersonKind.ENDED] == 0


def test_a_new_spelling_of_a_name_is_a_change() -> None:
    assert first((JO,), replace(JO_ROW, name="JO SMITH")).fields == (
        FieldChange("name", "Jo Smith", "JO SMITH"),
    )


def test_the_same_name_in_another_practice_is_somebody_else() -> None:
    row = replace(JO_ROW, ods_code="K83002", email="jo@other.example")
    assert first((JO,), row).person is None


def test_two_people_of_one_name_are_not_guessed_at() -> None:
    twin = replace(JO, person="p2", email="jo2@k.example")
    row = replace(JO_ROW, email="jo3@k.example")
    assert first((JO, twin), row).person is None


def test_two_new_addresses_for_one_name_are_not_guessed_at() -> None:
    rows = [replace(JO_ROW, line=n, email=f"jo{n}@k.example") for n in (2, 3)]
    assert [change.person for change in compare_people((JO,), rows).lines] == [None, None, "p1"]


def test_a_person_still_listed_with_the_old_address_does_not_take_a_new_one() -> None:
    rows = (JO_ROW, replace(JO_ROW, line=3, role="gp", email="jo@new.example"))
    assert [change.person for change in compare_people((JO,), rows).lines] == ["p1", None]


def test_a_new_post_of_a_known_person_is_added_to_that_person() -> None:
    changes = compare_people((JO,), (JO_ROW, replace(JO_ROW, line=3, role="gp")))
    assert [(c.kind, c.person) for c in changes.lines] == [
        (PersonKind.UNCHANGED, "p1"),
        (PersonKind.ADDED, "p1"),
    ]


def test_new_details_are_told_once_for_each_person() -> None:
    rows = [replace(JO_ROW, line=n, role=role, phone="9") for n, role in ((2, "gp"), (3, "lead"))]
    changes = compare_people((JO,), rows)
    assert [change.line for change in changes.new_details] == [3]


def test_new_details_beside_a_new_post_are_told_with_it() -> None:
    row = replace(JO_ROW, role="deputy", email="jo@new.example")
    assert first((JO,), row).says == (
        "Added as deputy of K83001; address from jo@k.example to jo@new.example."
    )


def test_somebody_no_longer_listed_in_a_named_practice_is_ended() -> None:
    last = compare_people((JO,), (AL_ROW,)).lines[-1]
    assert (last.kind, last.line, last.person, last.says) == (
        PersonKind.ENDED,
        None,
        "p1",
        "Ended: no longer listed as lead of K83001.",
    )


def test_a_role_no_longer_listed_is_ended_alone() -> None:
    jo = replace(JO, posts=JO.posts | {("K83001", "gp")})
    assert [c.role for c in compare_people((jo,), (JO_ROW,)).of(PersonKind.ENDED)] == ["gp"]


def test_practices_the_file_does_not_name_are_left_alone() -> None:
    changes = compare_people((JO,), (replace(AL_ROW, ods_code="K83002"),))
    assert changes.counts[PersonKind.ENDED] == 0


def test_the_body_is_left_alone_unless_the_file_names_an_office() -> None:
    chair = KnownPerson("p9", "Li Wu", "li@ccg.example", posts=frozenset({("", "chair")}))
    assert compare_people((chair,), (AL_ROW,)).counts[PersonKind.ENDED] == 0


def test_an_office_of_the_body_no_longer_listed_is_ended() -> None:
    chair = KnownPerson("p9", "Li Wu", "li@ccg.example", posts=frozenset({("", "chair")}))
    row = PersonRow(2, "", "Al Jones", "al@ccg.example", "secretary")
    last = compare_people((chair,), (row,)).lines[-1]
    assert last.says == "Ended: no longer listed as chair of the body."


def test_somebody_who_comes_back_is_the_same_person() -> None:
    assert first((replace(JO, posts=frozenset()),), JO_ROW).person == "p1"


def written(known: Sequence[KnownPerson], changes: PeopleChanges) -> tuple[KnownPerson, ...]:
    """The people once the changes are written."""
    people: dict[str, KnownPerson] = {person.person: person for person in known}
    ids: Mapping[tuple[str, str], str] = {c.identity: f"new {c.identity}" for c in changes.lines}
    for change in changes.lines:
        who = change.person or ids[change.identity]
        person = people.get(who, KnownPerson(who, "", ""))
        post = frozenset({(change.ods_code, change.role)})
        ended = change.kind is PersonKind.ENDED
        posts = person.posts - post if ended else person.posts | post
        people[who] = KnownPerson(who, change.name, change.email, change.phone, posts)
    return tuple(people.values())


def test_importing_the_same_file_again_changes_nothing() -> None:
    rows = (
        replace(JO_ROW, email="jo@new.example", phone="9"),
        AL_ROW,
        PersonRow(4, "", "Li Wu", "li@ccg.example", "chair"),
        PersonRow(5, "K83002", "Al Jones", "al@k.example", "gp"),
    )
    known = written((JO,), compare_people((JO,), rows))
    assert {c.kind for c in compare_people(known, rows).lines} == {PersonKind.UNCHANGED}


def test_8000_posts_are_compared() -> None:
    rows = [
        PersonRow(n, f"K{n % 4000:05d}", f"Person {n // 2}", f"p{n // 2}@k.example", "gp")
        for n in range(8000)
    ]
    known = written((), compare_people((), rows))
    assert compare_people(known, rows).counts[PersonKind.UNCHANGED] == 8000

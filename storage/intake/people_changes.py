"""Comparing a file of people with the register: which posts are added, changed and ended.

The file speaks for every practice that it names, and for the body if it names an office of it:
posts known there and no longer listed are ended. Other practices are left as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from storage.intake.people import PersonRow
from storage.intake.people_report import KnownPerson, PeopleChanges, PersonChange, PersonKind
from storage.intake.practice_report import FieldChange

Identity = tuple[str, str]

_FIELDS = {"email": "address", "phone": "telephone"}


def compare_people(known: Sequence[KnownPerson], rows: Sequence[PersonRow]) -> PeopleChanges:
    """Say what the rows change among the known people.

    A person is known again by name and address; or, where one practice has one person of that name
    whose address the file no longer holds, by name alone: then it is the address that changed.
    """
    people: dict[Identity, list[PersonRow]] = defaultdict(list)
    for row in rows:
        people[row.identity].append(row)
    found = _find(known, people)
    listed = [
        change
        for identity, posts in people.items()
        for change in _listed(posts, found.get(identity))
    ]
    listed.sort(key=lambda change: change.line or 0)
    return PeopleChanges((*listed, *_ended(known, people, found)))


def _find(
    known: Sequence[KnownPerson], people: Mapping[Identity, Sequence[PersonRow]]
) -> Mapping[Identity, KnownPerson]:
    """Find which known person each person of the file is."""
    by_identity = {person.identity: person for person in known}
    found = {who: by_identity[who] for who in people if who in by_identity}
    taken = {person.person for person in found.values()}
    same_name = defaultdict(list)
    for person in known:
        if person.person not in taken:
            same_name[person.name.casefold()].append(person)
    moved = {
        who: _neighbours(posts, same_name[who[0]])
        for who, posts in people.items()
        if who not in found
    }
    claims = Counter(person.person for persons in moved.values() for person in persons)
    for who, persons in moved.items():
        if len(persons) == 1 and claims[persons[0].person] == 1:
            found[who] = persons[0]
    return found


def _neighbours(
    posts: Sequence[PersonRow], persons: Sequence[KnownPerson]
) -> tuple[KnownPerson, ...]:
    """Pick those with a post at one of the practices where the rows are."""
    places = {row.ods_code for row in posts}
    return tuple(
        person for person in persons if any(ods_code in places for ods_code, _ in person.posts)
    )


def _listed(posts: Sequence[PersonRow], person: KnownPerson | None) -> Iterator[PersonChange]:
    held = person.posts if person else frozenset()
    phone = next((row.phone for row in posts if row.phone), person.phone if person else "")
    locality = next((row.locality for row in posts if row.locality), "")
    changed = _new_details_of(person, posts[0], phone, locality)
    # A change of details is told where the person is known, not beside a post that is new.
    teller = next((row for row in posts if (row.ods_code, row.role) in held), posts[0])
    for row in posts:
        is_held = (row.ods_code, row.role) in held
        told = changed if row is teller else ()
        yield PersonChange(
            _kind(told, is_held=is_held),
            row.line,
            person.person if person else None,
            row.ods_code,
            row.role,
            posts[0].name,
            posts[0].email,
            phone,
            _says(row, told, is_held=is_held),
            told,
            locality,
        )


def _new_details_of(
    person: KnownPerson | None, row: PersonRow, phone: str, locality: str
) -> tuple[FieldChange, ...]:
    if person is None:
        return ()
    to = replace(person, name=row.name, email=row.email, phone=phone, locality=locality)
    return new_details(person, to)


def new_details(person: KnownPerson, to: KnownPerson) -> tuple[FieldChange, ...]:
    """Say which details of a known person are to be others."""
    pairs = (
        FieldChange("name", person.name, to.name),
        FieldChange("email", person.email, to.email),
        FieldChange("phone", person.phone, to.phone),
        FieldChange("locality", person.locality, to.locality),
    )
    return tuple(change for change in pairs if change.old != change.new)


def _kind(changed: Sequence[FieldChange], *, is_held: bool) -> PersonKind:
    if not is_held:
        return PersonKind.ADDED
    return PersonKind.CHANGED if changed else PersonKind.UNCHANGED


def _says(row: PersonRow, changed: Sequence[FieldChange], *, is_held: bool) -> str:
    told = details_words(changed)
    if not is_held:
        return f"Added as {_post(row.ods_code, row.role)}{told and '; '}{told}."
    return f"Changed: {told}." if told else "Unchanged."


def details_words(changed: Sequence[FieldChange]) -> str:
    """Say which details change, old and new, within a sentence."""
    return "; ".join(
        f"{_FIELDS.get(change.field, change.field)} from {change.old or 'none'} "
        f"to {change.new or 'none'}"
        for change in changed
    )


def _ended(
    known: Sequence[KnownPerson],
    people: Mapping[Identity, Sequence[PersonRow]],
    found: Mapping[Identity, KnownPerson],
) -> tuple[PersonChange, ...]:
    places = {row.ods_code for posts in people.values() for row in posts}
    listed = {
        (person.person, row.ods_code, row.role)
        for who, person in found.items()
        for row in people[who]
    }
    ended = [
        end_post(person, ods_code, role)
        for person in known
        for ods_code, role in person.posts
        if ods_code in places and (person.person, ods_code, role) not in listed
    ]
    return tuple(sorted(ended, key=lambda change: (change.ods_code, change.name, change.role)))


def end_post(person: KnownPerson, ods_code: str, role: str) -> PersonChange:
    """End one post of a known person."""
    says = f"Ended: no longer listed as {_post(ods_code, role)}."
    return PersonChange(
        PersonKind.ENDED,
        None,
        person.person,
        ods_code,
        role,
        person.name,
        person.email,
        person.phone,
        says,
    )


def _post(ods_code: str, role: str) -> str:
    role = role.replace("_", " ")
    return f"{role} of {ods_code}" if ods_code else f"{role} of the body"

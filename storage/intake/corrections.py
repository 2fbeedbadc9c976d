"""What one practice asks to have put right about its people, compared with the register.

An accepted correction is the same kind of change as a file of people makes, for one person. Who is
meant is said by id, so that a name may be corrected too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.correcting import FIELDS, Asking, Proposal
from engine.errors import Refused
from engine.naming import sentence
from engine.people import PRACTICE_ROLES
from storage.intake.people import read_cell
from storage.intake.people_changes import details_words, end_post, new_details
from storage.intake.people_report import KnownPerson, PeopleChanges, PersonChange, PersonKind
from storage.intake.rows import Malformed


class CannotCorrect(Refused):
    """The register is no longer as it was when this was asked for."""

    remedy = "Refuse it with the reason; the practice can then ask for what is right now."


def read_proposal(
    kind: Asking, person: str, typed: Mapping[str, str]
) -> tuple[Proposal, Mapping[str, str]]:
    """What a form asks for, and a sentence for each field at fault."""
    if kind is Asking.LEAVE:
        return Proposal(kind, person), {}
    found, faults = dict[str, str](), dict[str, str]()
    for field in FIELDS:
        cell = typed.get(field, "")
        if not cell and (kind is Asking.CHANGE or field == "phone"):
            continue
        try:
            found[field] = read_cell(field, cell)
        except Malformed as fault:
            faults[field] = sentence(str(fault)) if cell else _MISSING[field]
    if found.get("role", "lead") not in PRACTICE_ROLES:
        faults["role"] = "Choose a role in a practice."
    if kind is Asking.CHANGE and not found and not faults:
        faults["name"] = "Say what is wrong: a name, an address, a role or a telephone."
    return Proposal(kind, person, **found), faults


_MISSING = {
    "name": "Enter their name.",
    "email": "Enter their e-mail address.",
    "role": "Choose their role.",
}


def changes_of(known: Sequence[KnownPerson], practice: str, asked: Proposal) -> PeopleChanges:
    """Say what accepting it changes. Raises `CannotCorrect` where the register has gone on."""
    if asked.kind is Asking.ADD:
        return PeopleChanges((_added(known, practice, asked),))
    person = next((each for each in known if each.person == asked.person), None)
    held = _roles(person, practice) if person else ()
    if person is None or not held:
        raise CannotCorrect("This person is no longer on the practice's list.")
    if asked.kind is Asking.LEAVE:
        return PeopleChanges(tuple(end_post(person, practice, role) for role in held))
    return PeopleChanges(tuple(_changed(known, person, practice, held, asked)))


def _roles(person: KnownPerson, practice: str) -> tuple[str, ...]:
    """The person's roles at the practice, the first in rank first."""
    return tuple(role for role in PRACTICE_ROLES if (practice, role) in person.posts)


def _added(known: Sequence[KnownPerson], practice: str, asked: Proposal) -> PersonChange:
    identity = (asked.name.casefold(), asked.email.casefold())
    same = next((each for each in known if each.identity == identity), None)
    if same and _roles(same, practice):
        raise CannotCorrect(f"{asked.name} is on the list already.", "Ask for a change instead.")
    phone = (same.phone if same else "") or asked.phone  # to add somebody corrects nothing
    told = new_details(same, replace(same, phone=phone)) if same else ()
    return PersonChange(
        PersonKind.ADDED,
        None,
        same.person if same else None,
        practice,
        asked.role,
        same.name if same else asked.name,
        same.email if same else asked.email,
        phone,
        f"Added as {asked.role} of {practice}.",
        told,
        same.locality if same else "",
    )


def _changed(
    known: Sequence[KnownPerson],
    person: KnownPerson,
    practice: str,
    held: Sequence[str],
    asked: Proposal,
) -> Iterator[PersonChange]:
    name, email = asked.name or person.name, asked.email or person.email
    phone = asked.phone or person.phone
    to = replace(person, name=name, email=email, phone=phone)
    told = new_details(person, to)
    role = asked.role or held[0]
    moved = tuple(held) != (role,) and bool(asked.role)
    if not told and not moved:
        raise CannotCorrect("It is so already: nothing would change.", "Leave it as it is.")
    identity = (name.casefold(), email.casefold())
    if any(each.identity == identity for each in known if each.person != person.person):
        raise CannotCorrect(
            f"{name} is in the register already with that address.",
            "Ask to add them, and say that the other has left.",
        )
    is_new = role not in held
    kind = PersonKind.ADDED if is_new else PersonKind.CHANGED
    says = "; ".join(filter(None, (f"now {role} of {practice}" * is_new, details_words(told))))
    yield PersonChange(
        kind if is_new or told else PersonKind.UNCHANGED,
        None,
        person.person,
        practice,
        role,
        name,
        email,
        phone,
        sentence(f"{says or 'unchanged'}."),
        told,
        person.locality,
    )
    if moved:
        yield from (end_post(to, practice, each) for each in held if each != role)

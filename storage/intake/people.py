"""Files of people: who speaks for each practice, and who holds an office of the body itself."""

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from engine.people import BODY_ROLES, PRACTICE_ROLES
from storage.intake.rows import (
    Findings,
    Header,
    Malformed,
    Row,
    read_header,
    read_rows,
    refuse_formula,
    rows_of_width,
    tidy,
)
from storage.intake.shapes import nearest_code, practice_code, shown

_REQUIRED = ("ods_code", "name", "email", "role")
_OPTIONAL = ("phone", "locality")
_ROLES_IN_WORDS = (
    f"In a practice: {', '.join(PRACTICE_ROLES)}; of the body, with ods_code empty: "
    f"{', '.join(BODY_ROLES)}."
)
_LEADS = "locality_lead"
_LETTERS, _LONGEST_NAME = 2, 120
_PHONE = re.compile(r"\+?[0-9(][0-9 ().-]{5,24}( ?(x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One post that one person holds: at a practice, or (empty `ods_code`) in the body."""

    line: int
    ods_code: str
    name: str
    email: str
    role: str
    phone: str = ""
    locality: str = ""  # which a locality's lead leads

    @property
    def identity(self) -> tuple[str, str]:
        """Who this is: rows with the same name and address, in whatever case, are one person."""
        return self.name.casefold(), self.email.casefold()


def read_people(
    content: bytes,
    file: str,
    known_practices: Collection[str],
    known_localities: Collection[str] = frozenset(),
) -> tuple[PersonRow, ...]:
    """Read every row of `ods_code,name,email,role[,phone,locality]`, columns in any order.

    Raises InputFaults with every fault of the file. One address may serve several people and
    practices, one person may hold several posts; the same post may stand once only.
    """
    findings = Findings(file)
    rows = read_rows(content, findings)
    people: tuple[PersonRow, ...] = ()
    if rows:
        header = read_header(rows[0], _REQUIRED, _OPTIONAL, findings)
        known = frozenset(known_practices)
        sound = rows_of_width(rows[1:], header.width, findings)
        people = tuple(_read_row(row, header, known, findings) for row in sound)
        _note_unknown_localities(people, known_localities, findings)
    _note_repeats(people, findings)
    _note_two_telephones(people, findings)
    if not people and not findings.faults:
        findings.add(None, "The file names nobody: put a row for each person below the header.")
    findings.settle()
    return people


def read_cell(column: str, cell: str) -> str:
    """Read one field of a person as a file's cell would be read; raises Malformed."""
    if column in _UNSAFE:
        refuse_formula(cell)
    return _READERS[column](tidy(cell))


def _read_row(row: Row, header: Header, known: frozenset[str], findings: Findings) -> PersonRow:
    line, take, take_safely = row.line, findings.take, findings.take_safely

    def practice(cell: str) -> str:
        return _practice(cell, known)

    faults_before = len(findings.faults)
    person = PersonRow(
        line,
        ods_code=take((line, "ods_code"), practice, header.cell(row, "ods_code"), ""),
        name=take_safely((line, "name"), _name, header.cell(row, "name"), ""),
        email=take_safely((line, "email"), _address, header.cell(row, "email"), ""),
        role=take((line, "role"), _role, header.cell(row, "role"), ""),
        phone=take((line, "phone"), _phone, header.cell(row, "phone"), ""),
        locality=take_safely((line, "locality"), str, header.cell(row, "locality"), ""),
    )
    if len(findings.faults) == faults_before:
        _note_misplaced_role(person, findings)
    return person


def _practice(cell: str, known: frozenset[str]) -> str:
    if not cell:
        return ""
    code = practice_code(cell)
    if code not in known:
        near = nearest_code(code, known)
        remedy = f"correct the code ({near} is near)" if near else "correct the code"
        raise Malformed(f"{code} is not in the register: import practices first, or {remedy}.")
    return code


def _name(cell: str) -> str:
    if sum(letter.isalpha() for letter in cell) < _LETTERS:
        raise Malformed(f"{shown(cell)} is not a name of two letters or more.")
    if len(cell) > _LONGEST_NAME:
        raise Malformed(f"{shown(cell)} is longer than {_LONGEST_NAME} characters: shorten it.")
    return cell


def _address(cell: str) -> str:
    """Normalise an address whose characters every relay takes (RFC 5321, no SMTPUTF8)."""
    if cell.count("@") > 1 or re.search(r"[,;<>\s]", cell):
        raise Malformed(
            f"{shown(cell)} is more than one address: write the bare address of one mailbox, "
            "and a row for each person."
        )
    try:
        checked = validate_email(
            cell, allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as fault:
        raise Malformed(f"{shown(cell)} is not an e-mail address. {fault}") from None
    return checked.ascii_email or checked.normalized


def _role(cell: str) -> str:
    role = "_".join(cell.casefold().replace("-", " ").replace("_", " ").split())
    roles = PRACTICE_ROLES + BODY_ROLES
    if role in roles:
        return role
    near = difflib.get_close_matches(role, roles, 1)
    nearest = f"; the nearest is {near[0]}" if near else ""
    raise Malformed(f"{shown(cell)} is not a role{nearest}. {_ROLES_IN_WORDS}")


def _phone(cell: str) -> str:
    if cell and not _PHONE.fullmatch(cell):
        raise Malformed(f"{shown(cell)} is not a telephone number (as 01909 500233).")
    return cell


def _note_misplaced_role(person: PersonRow, findings: Findings) -> None:
    if person.role in BODY_ROLES and person.ods_code:
        says = f"role: {person.role} is an office of the body: leave ods_code empty."
        findings.add(person.line, says)
    if (person.role == _LEADS) != bool(person.locality):
        says = (
            f"locality: a {_LEADS} leads one: name it as the file of practices does."
            if person.role == _LEADS
            else f"locality: is for a {_LEADS} alone: leave it empty."
        )
        findings.add(person.line, says)
    if person.role in PRACTICE_ROLES and not person.ods_code:
        says = f"ods_code: is empty, and {person.role} is a role in a practice: say in which."
        findings.add(person.line, says)


def _note_repeats(people: Sequence[PersonRow], findings: Findings) -> None:
    first: dict[tuple[str, ...], int] = {}
    for person in people:
        line = first.setdefault((*person.identity, person.ods_code, person.role), person.line)
        if line != person.line and person.name and person.email and person.role:
            findings.add(person.line, f"This row repeats line {line}: remove one of the two.")


def _note_two_telephones(people: Sequence[PersonRow], findings: Findings) -> None:
    first: dict[tuple[str, str], PersonRow] = {}
    for person in people:
        if not (person.phone and person.name and person.email):
            continue
        earlier = first.setdefault(person.identity, person)
        if earlier.phone != person.phone:
            says = f"phone: line {earlier.line} gives {person.name} another number: keep one."
            findings.add(person.line, says)


def _note_unknown_localities(
    people: Sequence[PersonRow], known: Collection[str], findings: Findings
) -> None:
    for person in people:
        if person.locality and person.locality not in known:
            near = difflib.get_close_matches(person.locality, list(known), 1)
            nearest = f"; the nearest is {near[0]}" if near else ""
            says = f"locality: no practice is in {shown(person.locality)}{nearest}."
            findings.add(person.line, says)


_READERS = {"name": _name, "email": _address, "role": _role, "phone": _phone}
_UNSAFE = frozenset({"name", "email"})

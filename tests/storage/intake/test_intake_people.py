"""Reading files of people."""

from collections.abc import Callable

import pytest

from engine.errors import Fault
from engine.people import BODY_ROLES, PRACTICE_ROLES
from storage.intake import PersonRow, read_people

Faults = Callable[[Callable[[], object]], tuple[Fault, ...]]

KNOWN = ("K83001", "K83002", "C84001")
HEADER = "ods_code,name,email,role,phone"
JO = "K83001,Jo Smith,jo@k83001.example,lead,01604 123456"


def read(*lines: str) -> tuple[PersonRow, ...]:
    return read_people("\n".join((HEADER, *lines)).encode(), "people.csv", KNOWN)


def test_a_person_is_read() -> None:
    assert read(JO) == (
        PersonRow(2, "K83001", "Jo Smith", "jo@k83001.example", "lead", "01604 123456"),
    )


def test_columns_may_stand_in_any_order_and_without_telephone() -> None:
    content = b"Role,E mail,Email,Name,ODS code\nLead,x,jo@k.test,Jo Smith,k83001\n"
    assert read_people(content, "people.csv", KNOWN)[0].role == "lead"


@pytest.mark.parametrize("role", PRACTICE_ROLES)
def test_every_role_of_a_practice_is_taken(role: str) -> None:
    assert read(f"K83001,Jo Smith,jo@k.example,{role},")[0].role == role


@pytest.mark.parametrize("role", BODY_ROLES)
def test_every_office_of_the_body_is_taken_without_a_practice(role: str) -> None:
    locality = "North" if role == "locality_lead" else ""
    row = f",Jo Smith,jo@ccg.example,{role},{locality}"
    assert leading(row)[0].ods_code == ""


def leading(*lines: str) -> tuple[PersonRow, ...]:
    """A file with the column of localities; practices are in North and South."""
    content = "\n".join(("ods_code,name,email,role,locality", *lines)).encode()
    return read_people(content, "people.csv", KNOWN, ("North", "South"))


def test_the_lead_of_a_locality_says_which() -> None:
    assert leading(",Jo Smith,jo@ccg.example,locality lead,North")[0].locality == "North"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Jo Smith,jo@ccg.example,locality_lead,", "a locality_lead leads one"),
        (",Jo Smith,jo@ccg.example,chair,North", "is for a locality_lead alone"),
        (",Jo Smith,jo@ccg.example,locality_lead,Nort", "the nearest is North"),
        ("K83001,Jo Smith,jo@ccg.example,locality_lead,North", "is an office of the body"),
    ],
)
def test_a_locality_that_cannot_be_led_is_a_fault(faults: Faults, row: str, says: str) -> None:
    assert says in " ".join(fault.says for fault in faults(lambda: leading(row)))


def test_a_person_leads_one_locality_alone(faults: Faults) -> None:
    rows = (f",Jo Smith,jo@ccg.example,locality_lead,{area}" for area in ("North", "South"))
    assert "repeats" in faults(lambda: leading(*rows))[0].says


def test_a_role_may_be_written_with_capitals_and_spaces() -> None:
    assert read(",Jo Smith,jo@ccg.example,Accountable Officer,")[0].role == "accountable_officer"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Jo.Smith@NHS.NET", "Jo.Smith@nhs.net"),
        ("jo@practice.example", "jo@practice.example"),
        ("jo@practice.test", "jo@practice.test"),
        ("jo@münchen.example", "jo@xn--mnchen-3ya.example"),
        (" jo@practice.example ", "jo@practice.example"),
    ],
)
def test_an_address_is_kept_normalised(written: str, kept: str) -> None:
    assert read(f"K83001,Jo Smith,{written},lead,")[0].email == kept


@pytest.mark.parametrize(
    "name", ["Bo Ng", "Ng", "José Núñez", "Siân O'Neill-Jones", "李小龙", "Dr. A. B. Patel"]
)
def test_names_of_two_letters_or_more_are_taken(name: str) -> None:
    assert read(f"K83001,{name},jo@k.example,lead,")[0].name == name


def test_one_address_may_serve_several_people_and_practices() -> None:
    rows = read(
        "K83001,Jo Smith,surgery@k.example,lead,",
        "K83001,Al Jones,surgery@k.example,deputy,",
        "K83002,Jo Smith,surgery@k.example,lead,",
    )
    assert len(rows) == 3


def test_one_person_may_hold_several_roles() -> None:
    assert len(read(JO, "K83001,Jo Smith,jo@k83001.example,gp,")) == 2


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("K83001,J,jo@k.example,lead,", 'name: "J" is not a name of two letters or more'),
        ("K83001,12,jo@k.example,lead,", "name:"),
        (f"K83001,{'Jo' * 70},jo@k.example,lead,", "name:"),
        ("K83001,=cmd|x,jo@k.example,lead,", "name: begins with =, which a spreadsheet would run"),
        ("K83001,+Jo Smith,jo@k.example,lead,", "name: begins with +"),
        ("K83001,-Jo Smith,jo@k.example,lead,", "name: begins with -"),
        ("K83001, @Jo Smith,jo@k.example,lead,", "name: begins with @"),
        ("K83001,\tJo Smith,jo@k.example,lead,", "name: begins with a tab"),
        ('K83001,"\rJo Smith",jo@k.example,lead,', "name: begins with a line break"),
        ('K83001,"Jo\nSmith",jo@k.example,lead,', "name: holds an invisible character (a line"),
        ("K83001,Jo\u202eSmith,jo@k.example,lead,", "name: holds an invisible character (U+202E)"),
        ("K83001,Jo Smith,,lead,", "email:"),
        ("K83001,Jo Smith,jo,lead,", 'email: "jo" is not an e-mail address.'),
        ("K83001,Jo Smith,jo@localhost,lead,", "email:"),
        ("K83001,Jo Smith,josé@nhs.net,lead,", "email:"),
        ("K83001,Jo Smith,Jo Smith <jo@k.example>,lead,", "more than one address"),
        ('K83001,Jo Smith,"jo@k.example,al@k.example",lead,', "more than one address"),
        ("K83001,Jo Smith,jo@k.example;al@k.example,lead,", "more than one address"),
        ('K83001,Jo Smith,"jo@k.example\nBcc: x@y.test",lead,', "email: holds an invisible"),
        ("K83001,Jo Smith,=1@k.example,lead,", "email: begins with ="),
        ("K83001,Jo Smith,jo@k.example,leed,", 'role: "leed" is not a role; the nearest is lead.'),
        ("K83001,Jo Smith,jo@k.example,,", 'role: "" is not a role. In a practice: lead, deputy'),
        ("K83001,Jo Smith,jo@k.example,chair,", "chair is an office of the body: leave ods_code"),
        (",Jo Smith,jo@k.example,lead,", "lead is a role in a practice: say in which"),
        ("K8300,Jo Smith,jo@k.example,lead,", "ods_code:"),
        (
            "K83010,Jo Smith,jo@k.example,lead,",
            "K83010 is not in the register: import practices first, or correct the code (K83001",
        ),
        ("Y99999,Jo Smith,jo@k.example,lead,", "import practices first, or correct the code."),
        ("K83001,Jo Smith,jo@k.example,lead,call me", "phone:"),
        ("K83001,Jo Smith,jo@k.example", "cut short"),
    ],
)
def test_a_malformed_row_is_named_with_its_remedy(faults: Faults, row: str, says: str) -> None:
    found = faults(lambda: read(row))
    assert [says in fault.says for fault in found] == [True]


@pytest.mark.parametrize(
    "phone", ["01604 123456", "+44 (0)1604 123456", "(01604) 123456", "020 83193303 ext 12", ""]
)
def test_telephone_numbers_are_taken_as_written(phone: str) -> None:
    assert read(f"K83001,Jo Smith,jo@k.example,lead,{phone}")[0].phone == phone


def test_a_row_repeated_names_the_first_line(faults: Faults) -> None:
    found = faults(lambda: read(JO, "K83002,Al Jones,al@k.example,gp,", JO.replace("Jo", "JO")))
    assert [str(fault) for fault in found] == [
        "people.csv:4: This row repeats line 2: remove one of the two."
    ]


def test_two_telephones_for_one_person_are_a_fault(faults: Faults) -> None:
    found = faults(lambda: read(JO, "K83001,Jo Smith,jo@k83001.example,gp,01604 654321"))
    assert "line 2 gives Jo Smith another number" in found[0].says


def test_every_fault_of_the_file_is_told_at_once(faults: Faults) -> None:
    found = faults(lambda: read("K8,J,x,y,z", JO, "K83001,Al Jones,al@k.example,boss,"))
    assert [fault.line for fault in found] == [2, 2, 2, 2, 2, 4]


def test_a_missing_header_column_is_named(faults: Faults) -> None:
    content = b"ods_code,name,email_address,role\n"
    found = faults(lambda: read_people(content, "people.csv", KNOWN))
    assert "`email` is missing; `email_address` is the nearest" in found[0].says


def test_a_file_that_names_nobody_is_refused(faults: Faults) -> None:
    assert "names nobody" in faults(read)[0].says

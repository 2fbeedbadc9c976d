"""The people of the demo: made up, the same at every run, at addresses that reach nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from engine.people import PRACTICE_ROLES
from storage.intake import spoken_name
from storage.register import RegisteredPractice

DOMAIN = "practice.example"
SECRETARY = "secretary@ccg.example"
CHAIR = "chair@ccg.example"
LAY_CHAIR = "lay-chair@ccg.example"
ACCOUNTABLE_OFFICER = "accountable-officer@ccg.example"
LARGE_LIST = 12_000
"""Practices with as many patients as this have a deputy beside their lead."""

ENOUGH_FOR_ONE_WITHOUT = 5
"""Where there are so many practices, the register knows nobody at one of them."""

_FIRST = (
    *("Aisha", "Alan", "Amir", "Anna", "Beth", "Brian", "Carol", "Chidi", "Claire", "Daniel"),
    *("Deepa", "Diane", "Emeka", "Emma", "Fatima", "Fergus", "Gareth", "Grace", "Hannah", "Hugh"),
    *("Imran", "Irene", "James", "Jyoti", "Karen", "Kwame", "Laura", "Lewis", "Maria", "Meera"),
    *("Nadia", "Neil", "Olu", "Oscar", "Priya", "Ravi", "Rhys", "Ruth", "Sanjay", "Sian"),
    *("Tariq", "Teresa", "Una", "Victor", "Wei", "Wendy", "Yusuf", "Zoe"),
)
_LAST = (
    *("Adeyemi", "Ahmed", "Allen", "Banerjee", "Barker", "Bell", "Bhatt", "Brooks", "Carter"),
    *("Chan", "Clarke", "Cole", "Davies", "Desai", "Doyle", "Ellis", "Evans", "Farrell"),
    *("Fletcher", "Ghosh", "Grant", "Hall", "Hughes", "Hussain", "Iqbal", "Jones", "Joshi"),
    *("Kaur", "Kelly", "Khan", "Lee", "Lowe", "Mason", "Mehta", "Mistry", "Murphy", "Nair"),
    *("Nolan", "Obi", "Okafor", "Osei", "Palmer", "Patel", "Price", "Rahman", "Reid", "Shah"),
    *("Sharma", "Singh", "Stone", "Taylor", "Thomas", "Verma", "Ward", "Wells", "Wong", "Young"),
)
_BODY = (
    ("Helen Marsh", SECRETARY, "secretary"),
    ("Dr Peter Lambe", CHAIR, "chair"),
    ("Rosemary Finch", LAY_CHAIR, "lay_chair"),
    ("Martin Oakes", ACCOUNTABLE_OFFICER, "accountable_officer"),
    ("Dr Leila Haddad", "office@lmc.example", "lmc"),
    ("Joan Tully", "committee@ccg.example", "committee"),
    ("Owen Brand", "governing-body@ccg.example", "governing_body"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone at a practice; `typed` is the address as the register was first given it."""

    practice: str
    role: str
    name: str
    email: str
    typed: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone in the demo. `names` are the practices', by code."""

    names: dict[str, str]
    people: dict[tuple[str, str], Person]  # by practice and role
    without: str | None  # the practice at which nobody is known

    @property
    def practices(self) -> tuple[str, ...]:
        """All practices, by code."""
        return tuple(self.names)

    @property
    def misspelt(self) -> Person:
        """The person whose address has a slip in it at first."""
        return next(each for each in self.people.values() if each.typed != each.email)

    @property
    def mailboxes(self) -> frozenset[str]:
        """The addresses that exist."""
        return frozenset(p.email for p in self.people.values()) | {email for _, email, _ in _BODY}

    def reachable(self, key: str) -> list[str]:
        """The practices at which somebody is known, in an order that only `key` decides."""
        known = [code for code in self.names if code != self.without]
        return sorted(known, key=lambda code: sha256(f"{key}|{code}".encode()).digest())

    def has_deputy(self, code: str) -> bool:
        """Whether the practice has a deputy beside its lead."""
        return (code, "deputy") in self.people

    def commenter(self, code: str, turn: int) -> Person:
        """Who comments: leads and managers in turn, if their letters have arrived."""
        manager = self.people[code, "manager"]
        by_manager = turn % 2 and manager is not self.misspelt
        return manager if by_manager else self.people[code, "lead"]

    def spoken(self, code: str) -> str:
        """A practice's name as people say it."""
        return spoken_name(self.names[code])

    def people_file(self, *, corrected: bool) -> str:
        """The file of people, with or without the slip."""
        rows = [f",{name},{email},{role}" for name, email, role in _BODY]
        for each in self.people.values():
            email = each.email if corrected else each.typed
            rows.append(f"{each.practice},{each.name},{email},{each.role}")
        return "\n".join(["ods_code,name,email,role", *rows, ""])


def cast_for(practices: Sequence[RegisteredPractice]) -> Cast:
    """Make up the people of these practices."""
    names = {practice.ods_code: practice.name for practice in practices}
    codes = list(names)
    without = codes[3] if len(codes) >= ENOUGH_FOR_ONE_WITHOUT else None
    known = [practice for practice in practices if practice.ods_code != without]
    people = {(p.practice, p.role): p for p in _people(known, slip=codes[1])}
    return Cast(names, people, without)


def _people(practices: Sequence[RegisteredPractice], slip: str) -> Iterator[Person]:
    for practice in practices:
        code = practice.ods_code
        for role in _roles(practice):
            email = f"{role}.{code.lower()}@{DOMAIN}"
            wrong = (code, role) == (slip, "manager")
            typed = email.replace("manager", "manger") if wrong else email
            yield Person(code, role, _name(code, role), email, typed)


def _roles(practice: RegisteredPractice) -> tuple[str, ...]:
    lead, deputy, manager, *_ = PRACTICE_ROLES
    large = (practice.list_size or 0) >= LARGE_LIST
    return (lead, deputy, manager) if large else (lead, manager)


def _name(code: str, role: str) -> str:
    number = int.from_bytes(sha256(f"{code}|{role}".encode()).digest()[:8], "big")
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST) % len(_LAST)]}"
    return name if role == "manager" else f"Dr {name}"

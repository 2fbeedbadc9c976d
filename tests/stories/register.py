"""The register that every tale starts from: twelve practices, their people, a clock, a folder.

The practices of `nene-dozen.csv` are Nene's first twelve of February 2016. Contains public sector
information licensed under the Open Government Licence v3.0. Source: NHS Digital (Organisation Data
Service) and NHS Business Services Authority. Every person here is made up.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.bootstrap import App, build, initialise
from app.config import Settings, Storage
from storage.intake import PeopleChanges
from tests.engine.makers import at
from workflows.enrolment import NamedFile

PRACTICES = Path(__file__).with_name("nene-dozen.csv")


def codes_of(practices: str) -> tuple[str, ...]:
    """The ODS codes in a file of practices, in its order."""
    return tuple(row["ods_code"] for row in csv.DictReader(practices.splitlines()))


CODES = codes_of(PRACTICES.read_text())
NENE = frozenset(["04G"])

BEFORE = at("9am Tuesday 1 September 2026")
"""When the register was filled: before any tale begins."""


@dataclass
class HandMovedClock:
    """A clock that stands still until it is moved."""

    time: datetime = BEFORE

    def now(self) -> datetime:
        return self.time

    def suspicion(self) -> str | None:
        return None


@dataclass(frozen=True)
class Person:
    """Somebody of a practice, or of the body, as a file of people has them."""

    practice: str
    name: str
    email: str
    role: str

    def row(self) -> str:
        return f"{self.practice},{self.name},{self.email},{self.role}"


People = dict[tuple[str, str], Person]
"""Everybody, by practice (empty for the body) and role."""


def people(codes: Iterable[str] = CODES) -> People:
    """A lead, a deputy and a manager of each practice; the body's chair and secretary."""
    of_a_practice = (("lead", "Dr Lee"), ("deputy", "Dr Dean"), ("manager", "Mo Mann"))
    everyone = [
        Person(code, f"{name} of {code}", f"{role}.{code.lower()}@practice.example", role)
        for code in codes
        for role, name in of_a_practice
    ]
    everyone += [
        Person("", "Chris Chair", "chair@ccg.example", "chair"),
        Person("", "Sam Secretary", "secretary@ccg.example", "secretary"),
    ]
    return {(person.practice, person.role): person for person in everyone}


def a_register(home: Path, practices: str = PRACTICES.read_text()) -> People:
    """A folder with a database that knows these practices, twelve unless said, and their people."""
    settings, clock = settings_in(home), HandMovedClock()
    initialise(settings, clock)
    app = build(settings, clock)
    everyone = people(codes_of(practices))
    import_practices(app, practices)
    import_people(app, everyone.values())
    app.close()
    return everyone


def settings_in(home: Path, **sections: Any) -> Settings:  # noqa: ANN401 - sections as in config.toml
    """The configuration of a database in this folder."""
    return Settings(storage=Storage(url=f"sqlite:///{home}/quorate.db"), **sections)


def import_practices(app: App, content: str) -> None:
    """Import a file of practices."""
    app.enrolment.practices(NamedFile("p.csv", content.encode()), None, NENE, dry_run=False)


def import_people(app: App, everyone: Iterable[Person]) -> PeopleChanges:
    """Import a file of people."""
    rows = ("ods_code,name,email,role", *(person.row() for person in everyone))
    return app.enrolment.people(NamedFile("people.csv", "\n".join(rows).encode()), dry_run=False)

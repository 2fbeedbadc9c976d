"""A small body on a real store: practices with their people, votes to open, a clock set by hand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from app.bootstrap import App, build, initialise
from app.config import Mail, Settings, Storage, Trail, Workflows
from engine.commands import Scope
from engine.decision import Decision
from engine.links import make_token
from engine.people import Actor, How
from storage import tables
from storage.decisions import load_decision
from storage.enrolment import write_practices
from storage.intake import KnownPractice, Status
from workflows.answers import Answer, Reply
from workflows.decision_file import read_decision_file
from workflows.enrolment import NamedFile
from workflows.openings import Opener

MORNING = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)
STRAIGHT_VOTE = Path(__file__).parent / "data" / "straight_vote"
BODY = "04G"
ROLES = ("lead", "deputy")
PAPER = """title = "Diabetes local enhanced service"
summary = "What is proposed, in two sentences. Practices would be paid a fee."
[facts]
affects_practice_income = true
changes_contract_or_les = true
money_gbp = 250000
localities_touched = "all"
"""


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    at: datetime = MORNING
    because: str | None = None

    def now(self) -> datetime:
        return self.at

    def suspicion(self) -> str | None:
        return self.because

    def go_on(self, by: timedelta) -> None:
        self.at += by


def codes(number: int) -> list[str]:
    """The ODS codes of the body's practices."""
    return [f"K83{n:03}" for n in range(1, number + 1)]


def settings_for(url: str, folder: Path, *, straight: bool = True) -> Settings:
    """A store at this address, its keys in this folder; the vote straight or as shipped."""
    return Settings(
        storage=Storage(url=url),
        mail=Mail(connections=4, timeout_seconds=5),
        trail=Trail(
            signing_key=folder / "signing.key",
            person_keys=folder / "person_keys.db",
            checkpoint_store=str(folder / "checkpoints.db"),
            link_key=folder / "link.key",
        ),
        workflows=Workflows(directory=STRAIGHT_VOTE if straight else None),
    )


def found(settings: Settings, clock: HandClock, practices: int = 3) -> App:
    """Set up a store and enrol its practices, each with a lead and a deputy."""
    initialise(settings, clock)
    app = build(settings, clock)
    enrol(app, practices)
    return app


def enrol(app: App, practices: int) -> None:
    """Put practices and their people into the register, and a secretary and a chair."""
    with app.store.database.writing() as writing:
        write_practices(writing, [_practice(code) for code in codes(practices)])
    rows = [
        f"{code},{role.title()} Of {code},{role}.{code.lower()}@practice.example,{role}"
        for code in codes(practices)
        for role in ROLES
    ]
    staff = [f",{role.title()} Person,{role}@ccg.example,{role}" for role in ("secretary", "chair")]
    people = "\n".join(["ods_code,name,email,role", *rows, *staff])
    app.enrolment.people(NamedFile("people.csv", people.encode()), dry_run=False)


def _practice(code: str) -> KnownPractice:
    return KnownPractice(
        ods_code=code,
        name=f"THE {code} SURGERY",
        postcode="NN1 1AA",
        ccg_code=BODY,
        ccg_name="NHS NENE CCG",
        locality="NORTH",
        list_size=8000,
        list_date=None,
        status=Status.OPEN,
    )


def open_vote(app: App, *, practices: list[str] | None = None, closes: time | None = None) -> str:
    """Open a decision; its reference. `closes` is the time of day at which its vote ends."""
    only = f"practices = {practices!r}\n" if practices else ""
    file = read_decision_file((only + PAPER).encode(), "decision.toml")
    opened = _opener(app, closes).open(file, {}, Actor(None, How.CLI))
    return opened.opening.reference


def _opener(app: App, closes: time | None) -> Opener:
    if closes is None:
        return app.opener
    calendar = replace(app.rulebook.calendar, deadline_time=closes)
    return replace(app.opener, rulebook=replace(app.rulebook, calendar=calendar))


def links(app: App, reference: str, practice: str) -> dict[str, str]:
    """The tokens of a practice's people for a decision, by role."""
    link, post = tables.link.c, tables.post.c
    query = (
        select(post.role, link.person, link.generation)
        .join(tables.post, (post.person == link.person) & (post.ods_code == link.practice))
        .where(link.decision == reference, link.practice == practice, link.revoked.is_(False))
    )
    key = app.store.link_key
    with app.store.database.reading() as reading:
        return {
            row.role: make_token(key, reference, practice, row.person, row.generation)
            for row in reading.execute(query)
        }


def send(
    app: App,
    reference: str,
    practice: str,
    choice: str = "for",
    *,
    name: str = "Anna Lee",
    comment: str = "",
    role: str = "lead",
) -> Reply:
    """Answer by the link of the practice's person with this role."""
    answer = Answer({"main": choice} if choice else {}, name, "", comment)
    return app.practice_desk.respond(links(app, reference, practice)[role], answer)


def as_it_stands(app: App, reference: str, scope: Scope = Scope.NOTHING) -> Decision:
    """The decision as the store has it now."""
    with app.store.database.reading() as reading:
        return load_decision(reading, app.store.keys, reference, scope)


def closing(app: App, reference: str) -> datetime:
    """The instant at which the decision's present state ends."""
    due = as_it_stands(app, reference).waiting
    assert due is not None
    return due.due_at


def set_clock(app: App, at: datetime) -> None:
    """Move the clock of a program that has one of its own."""
    assert isinstance(app.clock, HandClock)
    app.clock.at = at


def live_through(app: App, clock: HandClock) -> str:
    """A decision from its opening to its outcome, with every kind of answer."""
    first, second, third = codes(3)
    reference = open_vote(app)
    send(app, reference, first, "against", comment="We would need a second nurse.")
    clock.go_on(timedelta(hours=1))
    send(app, reference, first, "for", name="Bo Lee", role="deputy")
    send(app, reference, second, "abstain")
    clock.at = closing(app, reference)
    send(app, reference, third, "for")
    app.desk.sweep()
    return reference

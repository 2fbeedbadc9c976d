"""Opening a decision: classified, routed, its roll frozen, every letter owed, in one commit."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from engine.case import Case
from engine.decision import Decision
from engine.definition import Open, Workflow
from engine.errors import Fault, InputFaults
from engine.event import Event
from engine.events import PhaseOpened, RollFrozen
from engine.evolving import begin, evolve
from engine.follow_up import follow_up
from engine.impact import Classification, classify, workflow_for
from engine.machine import build_machinery
from engine.notice import too_short
from engine.opening import Digests, Finding, Opening, issue_links, open_decision
from engine.paper import Document, Paper
from engine.people import Actor
from engine.refusals import AlreadyUsed, EmptyRoll
from engine.roll import Roll, RollLine, RollPerson, make_roll
from engine.trail import commitment
from engine.turnaround import finish, longest_way, ordinary_way
from engine.weights import Weights, weigh
from engine.working_days import Calendar, calendar_value
from storage.decisions import references
from storage.documents import Documents
from storage.ledger import SALT, Page
from storage.openings import decision_key, person_key
from storage.projections import save_decision
from storage.register import RegisteredPractice, open_practices
from storage.setup import Store
from storage.sources import RandomBytes
from workflows.decision_file import DecisionFile, too_few
from workflows.owing import counted
from workflows.publishing import digest, publish, publish_calendar
from workflows.rulebook import Definition, Rulebook

ELECTION = "election"
"""The workflow of a vote between candidates."""


@dataclass(frozen=True, slots=True)
class Body:
    """The organisation: its name and code, who may cast a practice's vote, whom to ask."""

    name: str
    code: str
    may_cast: frozenset[str]
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A roll with the salt and address behind each contact's commitment, by practice and person."""

    roll: Roll
    contacts: Mapping[tuple[str, str], tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision ready to be opened: everything computed, nothing written."""

    opening: Opening
    sealed: Sealed
    definition: Definition
    classification: Classification
    case: Case  # as it will stand once opened
    events: tuple[Event, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens decisions with the rules in force."""

    store: Store
    rulebook: Rulebook
    body: Body
    documents: Documents
    random_bytes: RandomBytes

    def prepare(self, file: DecisionFile, papers: Mapping[str, bytes], actor: Actor) -> Prepared:
        """Everything that opening would do, and nothing done: the dry run."""
        with self.store.ledger.page() as page:
            return self._prepare(page, file, papers, actor)

    def open(
        self,
        file: DecisionFile,
        papers: Mapping[str, bytes],
        actor: Actor,
        definition: Definition | None = None,
    ) -> Prepared:
        """Open the decision. Raises `Refused` or `InputFaults` before anything is written.

        It runs by the workflow of its route, or for a rehearsal by the `definition` given.
        """
        for content in papers.values():
            self.documents.put(content)
        with self.store.ledger.page() as page:
            prepared = self._prepare(page, file, papers, actor, definition)
            self.store.keys.make([decision_key(prepared.opening.reference)])
            self._file(page, prepared)
        return prepared

    def _prepare(
        self,
        page: Page,
        file: DecisionFile,
        papers: Mapping[str, bytes],
        actor: Actor,
        definition: Definition | None = None,
    ) -> Prepared:
        found = classify(file.facts, self.rulebook.impact)
        if definition is None:
            taken = found.highest_in_doubt if found.ask else found.route
            name = workflow_for(taken, file.facts, candidates=bool(file.candidates))
            require_election(file, name)
            definition = self.rulebook.definition(name)
        require_calendar(self.rulebook.calendar, page.now, definition.workflow)
        practices = narrow(open_practices(page.connection, self.body.code), file)
        rule = definition.workflow.vote
        weights = rule.weight if rule else None
        sealed = seal_roll(practices, self.body.may_cast, self.random_bytes, weights)
        reference = choose_reference(file, references(page.connection), self._year(page.now))
        opening = Opening(
            reference=reference,
            paper=paper_of(file, papers, self.body.contact),
            ballot=file.ballot,
            finding=finding_of(file, found, self._warned(file, definition, page.now)),
            workflow_name=definition.workflow.name,
            digests=self._digests(definition, sealed.roll),
            workflows=self.rulebook.digests,
            roll=sealed.roll,
            actor=actor,
            lmc_view=file.lmc_view,
        )
        happened, case = self._play(opening, definition, page.now)
        return Prepared(opening, sealed, definition, found, case, happened, page.now)

    def _warned(self, file: DecisionFile, definition: Definition, now: datetime) -> tuple[str, ...]:
        """Whether practices would have too little notice, going the ordinary way."""
        calendar = self.rulebook.calendar
        expected = finish(calendar, now, ordinary_way(definition.workflow))
        return too_short(calendar, expected, file.effective)

    def _year(self, now: datetime) -> int:
        return self.rulebook.calendar.day_of(now).year

    def _digests(self, definition: Definition, roll: Roll) -> Digests:
        return Digests(
            workflow=digest(definition.value),
            rules=digest(self.rulebook.impact_value),
            calendar=digest(calendar_value(self.rulebook.calendar)),
            roll=digest(roll.value()),
        )

    def _play(
        self, opening: Opening, definition: Definition, now: datetime
    ) -> tuple[tuple[Event, ...], Case]:
        """The events of opening, and what follows from them, played through on paper."""
        workflow = definition.workflow
        voting = workflow.states[workflow.start].open_for is Open.VOTES
        start = PhaseOpened(
            decision=opening.reference, phase=workflow.start, round=1 if voting else 0
        )
        happened: list[Event] = list(open_decision(opening, start))
        decision = _fold(happened, now)
        machinery = build_machinery(workflow)
        case = Case(decision, machinery, opening.roll, self.rulebook.calendar)
        for event in follow_up(case, [(start, 0)], now):
            happened.append(event)
            case = case.after(event, now)
        return tuple(happened), case

    def _file(self, page: Page, prepared: Prepared) -> None:
        """Publish the files the decision keeps, then file its events and links."""
        opening = prepared.opening
        own = {opening.workflow_name: prepared.definition}
        for name, held in {**self.rulebook.definitions, **own}.items():
            publish(page, "workflow", name, held.value)
        publish(page, "impact", self.rulebook.impact.name, self.rulebook.impact_value)
        publish_calendar(page, self.rulebook.calendar)
        body = len(list(open_practices(page.connection, self.body.code)))
        _freeze_roll(page, opening.reference, prepared.sealed, body)
        opened = 0
        for event in prepared.events:
            leaf = page.file(counted(page.connection, event))
            opened = opened or (leaf if event.type == "decision.opened" else 0)
        for link in issue_links(opening.reference, opening.roll, self.store.link_key):
            page.file(link)
        save_decision(page.connection, None, prepared.case.decision, opened)


def _fold(happened: Iterable[Event], now: datetime) -> Decision:
    """The decision that the events of an opening make."""
    first, *rest = happened
    decision = begin(first, now)  # type: ignore[arg-type] # an opening begins with DecisionOpened
    for event in rest:
        decision = evolve(decision, event, now)
    return decision


def _freeze_roll(page: Page, reference: str, sealed: Sealed, of: int) -> None:
    roll = sealed.roll
    made, _ = page.publish("roll", reference, roll.value())
    n = page.file(
        RollFrozen(
            decision=reference, root=roll.root(), digest=made, practices=len(roll.lines), of=of
        )
    )
    page.keys.warm(person_key(person) for _, person in sealed.contacts)
    for (practice, person), (salt, address) in sealed.contacts.items():
        page.keep(n, f"{practice}/{person}/contact", person_key(person), salt, address)


def require_election(file: DecisionFile, workflow: str) -> None:
    """Refuse candidates on a route that is no election: their ballots could not be counted."""
    if file.candidates and workflow != ELECTION:
        says = (
            f"with these facts the decision goes by {workflow!r}, which elects nobody: "
            "open the election as a decision of its own"
        )
        raise InputFaults([file.source.fault("candidates", says)])


def require_calendar(calendar: Calendar, now: datetime, workflow: Workflow) -> None:
    """Refuse, by `CalendarEnds`, what the calendar does not reach to the end of.

    A decision keeps its calendar: one that outlived it could never be closed.
    """
    finish(calendar, now, longest_way(workflow))


def narrow(practices: Iterable[RegisteredPractice], file: DecisionFile) -> list[RegisteredPractice]:
    """The practices that the file asks: all, those of its localities, or those it names."""
    known = list(practices)
    faults = [
        *_unknown(file, "localities", file.localities, {p.locality for p in known} - {""}),
        *_unknown(file, "practices", file.practices, {p.ods_code for p in known}),
    ]
    if faults:
        raise InputFaults(faults)
    chosen = [
        practice
        for practice in known
        if (not file.localities or practice.locality in file.localities)
        and (not file.practices or practice.ods_code in file.practices)
    ]
    if not chosen:
        raise EmptyRoll
    if file.localities and (says := too_few(file.facts, len(chosen))):
        raise InputFaults([file.source.fault("localities", says)])
    return chosen


def _unknown(
    file: DecisionFile, key: str, names: Iterable[str], known: set[str]
) -> Iterable[Fault]:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            says = f"{name!r} is not among the body's open practices' {key}{hint}"
            yield file.source.fault(key, says)


def seal_roll(
    practices: Iterable[RegisteredPractice],
    may_cast: frozenset[str],
    random_bytes: Callable[[int], bytes],
    weights: Weights | None = None,
) -> Sealed:
    """The roll with every address behind a commitment; one vote each, unless weighted."""
    contacts: dict[tuple[str, str], tuple[bytes, str]] = {}
    lines = []
    for practice in practices:
        persons = []
        for member in practice.members:
            salt = random_bytes(SALT)
            contacts[practice.ods_code, member.person] = (salt, member.email)
            sealed = commitment(member.email, salt)
            persons.append(RollPerson(member.person, member.role, member.role in may_cast, sealed))
        lines.append(_line(practice, tuple(persons), weights))
    return Sealed(make_roll(lines), contacts)


def _line(
    practice: RegisteredPractice, persons: tuple[RollPerson, ...], weights: Weights | None
) -> RollLine:
    """A practice with its votes, worked out here once and frozen."""
    return RollLine(
        practice=practice.ods_code,
        name=practice.name,
        locality=practice.locality,
        list_size=practice.list_size,
        list_date=practice.list_date,
        weight=weigh(weights, practice.list_size),
        persons=persons,
    )


def choose_reference(file: DecisionFile, taken: frozenset[str], year: int) -> str:
    """The file's own reference, or the year's next."""
    if file.reference is not None:
        if file.reference in taken:
            raise AlreadyUsed(f"The reference {file.reference} is taken by another decision.")
        return file.reference
    numbers = [r.rpartition("-")[2] for r in taken if r.startswith(f"D-{year}-")]
    highest = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return f"D-{year}-{highest + 1:04}"


def paper_of(file: DecisionFile, papers: Mapping[str, bytes], contact: str) -> Paper:
    """What the decision says in words; its documents by digest."""
    return Paper(
        title=file.title,
        summary=file.summary,
        proposer=file.proposer,
        contact=file.contact or contact,
        questions=file.questions,
        candidates=file.candidates,
        urgent_reason=file.urgent_reason,
        documents=tuple(
            Document(name, hashlib.sha256(content).hexdigest(), len(content))
            for name, content in papers.items()
        ),
        effective=file.effective,
        what_changed=file.what_changed,
    )


def finding_of(file: DecisionFile, found: Classification, warned: tuple[str, ...] = ()) -> Finding:
    """The classification as it is filed; in doubt, the highest route that fits is taken.

    `warned` is what a person should look at beside the classification's own doubts.
    """
    taken = found.highest_in_doubt if found.ask else found.route
    because = "As classified."
    if found.ask:
        doubts = " ".join(found.asks)
        because = f"In doubt, the route that gives practices most say is taken. {doubts}"
    return Finding(
        facts=file.facts.given(),
        level=str(found.level),
        route=str(found.route),
        taken=str(taken),
        ask=found.ask,
        fired=tuple(fired.rule for fired in found.fired),
        reasons=tuple(fired.because for fired in found.fired),
        asks=(*found.asks, *warned),
        involve=found.involve,
        because=because,
    )

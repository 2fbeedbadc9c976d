"""Bringing practices and people into the register, and what that does to links already mailed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.errors import Fault, InputFaults
from engine.events import LinkRevoked
from engine.opening import issue_link
from engine.people import PRACTICE_ROLES
from storage.enrolment import (
    known_people,
    known_practices,
    write_people,
    write_posts,
    write_practices,
)
from storage.intake import (
    Changes,
    Kind,
    PeopleChanges,
    PersonChange,
    PersonKind,
    compare_people,
    compare_practices,
    read_list_sizes,
    read_people,
    read_practices,
)
from storage.ledger import Page
from storage.library import Library
from storage.links import LinkHolder, dead_links, revoke_links
from storage.next_contacts import running
from storage.openings import person_key
from storage.reaching import heard
from storage.register import every_locality, practice_codes
from storage.replies import set_aside
from storage.setup import Store
from workflows.contact_letters import Ruler, Words, note_left_alone, tell_addresses
from workflows.escalating import escalate

THE_SECRETARIAT = "the secretariat"


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file's name, for faults, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Imports into the register. A dry run compares and writes nothing."""

    store: Store
    new_id: Callable[[], str]
    may_cast: frozenset[str] = field(default_factory=frozenset)
    library: Library = field(default_factory=Library)
    words: Words = str  # of an instant, for a reader

    def practices(
        self,
        file: NamedFile,
        sizes: NamedFile | None,
        ccgs: frozenset[str],
        *,
        dry_run: bool,
    ) -> Changes:
        """Compare a file of practices with the register, and bring the register up to it.

        A practice that closes or leaves the body keeps no link that opens anything.
        """
        rows = read_practices(file.content, file.name)
        listed = read_list_sizes(sizes.content, sizes.name) if sizes else {}
        with self.store.ledger.page() as page:
            changes = compare_practices(known_practices(page.connection), rows, listed, ccgs)
            if changes.absent:
                raise InputFaults(_absent(file.name, changes.absent))
            if not dry_run:
                write_practices(page.connection, changes.writes)
                _follow_leavers(page, changes)
                self._follow_returned(page, changes)
        return changes

    def people(self, file: NamedFile, *, dry_run: bool, by: str = THE_SECRETARIAT) -> PeopleChanges:
        """Compare a file of people with the register, and bring the register up to it.

        A changed address kills the person's old links and issues new ones; an ended post kills the
        links to that practice. Old and new address are told, and `by` whom as claimed. Keys of new
        people are on the disk before the commit.
        """
        with self.store.database.reading() as reading:
            codes, areas = practice_codes(reading), every_locality(reading)
        rows = read_people(file.content, file.name, codes, areas)
        with self.store.ledger.page() as page:
            changes = compare_people(known_people(page.connection), rows)
            if not dry_run:
                self.write(page, changes, by)
        return changes

    def write(self, page: Page, changes: PeopleChanges, by: str) -> None:
        """Bring the register up to these changes: the one way that people come, change and go."""
        added, ended = changes.of(PersonKind.ADDED), changes.of(PersonKind.ENDED)
        ids: dict[tuple[str, str], str] = {}
        new: dict[str, PersonChange] = {}
        for change in added:
            if change.person is None and change.identity not in ids:
                ids[change.identity] = self.new_id()
                new[ids[change.identity]] = change
        self.store.keys.make(person_key(person) for person in new)
        before = {known.person: known for known in known_people(page.connection)}
        write_people(page.connection, new, changes.new_details)
        write_posts(
            page.connection,
            [(c.person or ids[c.identity], c.ods_code, c.role) for c in added],
            [(c.person or "", c.ods_code, c.role) for c in ended],
        )
        # Whoever left goes first: a new address must not bring them a new link to what they left.
        self._follow_ended(page, changes)
        self._follow_addresses(page, changes)
        self._follow_added(page, changes)
        self._follow_unreached(page, changes)
        tell_addresses(page, changes, before, Ruler(by, self.words(page.now)))
        note_left_alone(page.connection, {c.ods_code for c in (*added, *ended)}, page.now)

    def _follow_addresses(self, page: Page, changes: PeopleChanges) -> None:
        """A link mailed to an old address opens nothing; the next letter holds a new one.

        Nor does the new link show what came from the old address: another may read there now.
        """
        for change in changes.new_details:
            if change.person and any(f.field == "email" for f in change.fields):
                set_aside(page.connection, change.person)
                for holder in revoke_links(page.connection, change.person):
                    _revoke(page, holder, "the address changed")
                    self._issue_next(page, holder)

    def _follow_returned(self, page: Page, changes: Changes) -> None:
        """A practice that was closed by mistake and is back gets its links again."""
        held = {person.person: person.posts for person in known_people(page.connection)}
        for change in changes.of(Kind.REOPENED):
            for holder in dead_links(page.connection, change.ods_code, None):
                if any(code == change.ods_code for code, _ in held.get(holder.person, ())):
                    self._issue_next(page, holder)

    def _follow_added(self, page: Page, changes: PeopleChanges) -> None:
        """Whoever was taken off by mistake and is back gets a link again where they are asked."""
        for change in changes.of(PersonKind.ADDED):
            if change.person and change.ods_code:
                for holder in dead_links(page.connection, change.ods_code, change.person):
                    self._issue_next(page, holder)

    def _follow_unreached(self, page: Page, changes: PeopleChanges) -> None:
        """Where no letter had reached a practice, those who can be written to now are asked."""
        page.flush()
        moved = {change.person for change in changes.new_details}
        came = {change.ods_code for change in changes.of(PersonKind.ADDED) if change.ods_code}
        for each in known_people(page.connection):
            came |= {code for code, _ in each.posts if code and each.person in moved}
        for reference in running(page.connection) if came else ():
            told = heard(page.connection, reference) or frozenset()
            for practice in sorted(came - told):
                escalate(page, self.library, reference, practice)

    def _issue_next(self, page: Page, holder: LinkHolder) -> None:
        page.file(
            issue_link(
                holder.decision,
                holder.practice,
                holder.person,
                holder.generation + 1,
                self.store.link_key,
                may_cast=holder.may_cast,
            )
        )

    def _follow_ended(self, page: Page, changes: PeopleChanges) -> None:
        """Whoever holds no post at a practice any more cannot answer for it."""
        left = {(c.person, c.ods_code) for c in changes.of(PersonKind.ENDED) if c.ods_code}
        stay = {
            (known.person, code)
            for known in known_people(page.connection)
            for code, role in known.posts
            if role in PRACTICE_ROLES
        }
        for person, code in sorted((p or "", code) for p, code in left - stay):
            for holder in revoke_links(page.connection, person, code):
                _revoke(page, holder, "the person left the practice")


def _follow_leavers(page: Page, changes: Changes) -> None:
    """The links of practices that have closed or moved to another body die with their reason."""
    for change in changes.lines:
        moved = any(field.field == "ccg_code" for field in change.fields)
        if change.kind is Kind.CLOSED or moved:
            because = "the practice left the body" if moved else "the practice closed"
            for holder in revoke_links(page.connection, None, change.ods_code):
                _revoke(page, holder, because)


def _revoke(page: Page, holder: LinkHolder, because: str) -> None:
    page.file(
        LinkRevoked(
            decision=holder.decision,
            practice=holder.practice,
            person_id=holder.person,
            generation=holder.generation,
            because=because,
        )
    )


def _absent(file: str, codes: Iterable[str]) -> list[Fault]:
    return [
        Fault(file, None, f"holds no practice of {code}; check --ccg or [organisation] code")
        for code in codes
    ]

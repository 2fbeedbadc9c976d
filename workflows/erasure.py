"""Erasing: a person on their wish, a decision's parts when the schedule has come to them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.erasing import require_basis
from engine.errors import Refused
from engine.events import ErasurePerformed, LinkRevoked
from engine.people import Actor
from engine.refusals import NeedsReason
from engine.two_persons import actor_value
from storage import erasing
from storage.corrections import count_corrections, mailings_about
from storage.database import Reading, Trouble
from storage.documents import Documents
from storage.erasing import Entry, Held, Unfinished
from storage.ledger import Page
from storage.library import Library
from storage.links import revoke_links
from storage.marks import clear_mark
from storage.openings import BODY_KEY, person_key
from storage.replies import count_replies
from storage.setup import Store
from workflows.contact_letters import note_left_alone
from workflows.voices import Voice, voices_of

BECAUSE = "the person's data have been erased"


class NoSuchPerson(Refused):
    """Nobody in the register has this address."""

    remedy = "Look at the file of people that you imported last, or leave it: nothing is held."


class SharedAddress(Refused):
    """Several people have this address."""

    remedy = "Add --name with the full name of the one who is meant."


class StillAsked(Refused):
    """This person is asked in a decision that runs, and would lose their say in it."""

    remedy = "Look at --dry-run. If it cannot wait, add --although-running and --reason."


class LetterGoing(Refused):
    """A letter to this person, or about what they sent, is going out at this moment."""

    remedy = "Try again in a few minutes; after a crash of the post, in a quarter of an hour."


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """Everything that erasing a person takes away, and where others still name them."""

    entry: Entry
    openings: tuple[Held, ...]
    letters: tuple[int, ...]  # to them, and to others about what they sent
    mentioned: tuple[Held, ...]
    links: int = 0  # live ones, which would open nothing any more
    voices: tuple[Voice, ...] = ()  # in decisions that still ask them
    replies: int = 0  # e-mails in answer to their letters that nobody has confirmed
    corrections: int = 0  # of a practice's people: asked for by them, or about them

    @property
    def by_decision(self) -> Mapping[str, Mapping[str, int]]:
        """How many openings go, by decision and by kind of leaf."""
        found: dict[str, Counter[str]] = {}
        for held in self.openings:
            found.setdefault(held.decision, Counter())[f"{held.type} {_plain(held.field)}"] += 1
        return {decision: dict(sorted(found[decision].items())) for decision in sorted(found)}


def _plain(field: str) -> str:
    """A field's own word: contacts on a roll carry practice and person before it."""
    return field.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: the leaf that says so (none where no opening was), and what is left."""

    plan: PersonPlan
    leaf: int | None
    links: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """Deletes for good, so that nothing comes back after a crash and no proof is hurt."""

    store: Store
    documents: Documents
    library: Library = field(default_factory=Library)

    def find(self, email: str, name: str = "") -> Entry:
        """The one person meant. Raises `NoSuchPerson` or `SharedAddress`."""
        with self.store.database.reading() as reading:
            found = erasing.people_at(reading, email)
        wanted = name.strip().casefold()
        meant = [e for e in found if not wanted or e.name.casefold() == wanted]
        if not meant:
            raise NoSuchPerson
        if len(meant) > 1:
            names = ", ".join(entry.name for entry in meant)
            raise SharedAddress(f"Several people have this address: {names}.")
        return meant[0]

    def plan(self, entry: Entry) -> PersonPlan:
        """What erasing this person would take away. Writes nothing."""
        with self.store.database.reading() as reading:
            return self._plan(reading, entry)

    def _plan(self, reading: Reading, entry: Entry) -> PersonPlan:
        openings = erasing.sealed_with(reading, person_key(entry.person))
        mailings = erasing.receipts_of(reading, (held.n for held in openings))
        letters = (
            *erasing.letters_of(reading, entry.person),
            *erasing.letters_telling(reading, mailings),
            *erasing.letters_telling(reading, mailings_about(reading, entry.person)),
        )
        mentioned = erasing.mentions(reading, self.store.keys, entry)
        links, voices = voices_of(reading, self.store.keys, self.library, entry.person)
        return PersonPlan(
            entry,
            openings,
            tuple(dict.fromkeys(letters)),
            mentioned,
            links,
            voices,
            count_replies(reading, entry.person),
            count_corrections(reading, entry.person),
        )

    def person(
        self,
        entry: Entry,
        basis: str,
        reason: str,
        actor: Actor,
        *,
        although_running: bool = False,
    ) -> Erased:
        """Erase a person. Nothing was written where it raises.

        `although_running` is needed, with a reason, where a decision still asks them. Raises
        `NoSuchBasis`, `StillAsked`, `NeedsReason`, `LetterGoing`.
        """
        word = require_basis(basis)
        self.store.keys.make([BODY_KEY])
        with self.store.ledger.page() as page:
            plan = self._plan(page.connection, entry)
            _require_meant(plan, reason, although_running=although_running)
            erasing.forget_letters(page.connection, plan.letters)
            if erasing.any_going(page.connection, plan.letters):
                raise LetterGoing
            links = revoke_all(page, entry.person)
            erasing.forget_entry(page.connection, entry)
            note_left_alone(page.connection, {code for code, _ in entry.posts}, page.now)
            leaf = erase_openings(page, plan.openings, word, reason, actor)
            owner = person_key(entry.person)
            erasing.note_unfinished(page.connection, Unfinished(owner, (owner,)), page.now)
        return Erased(plan, leaf, links, self.finish())

    def finish(self) -> bool:
        """Do what follows an erasure's commit, for every one that was left; whether none is.

        Safe at any time. What cannot be done now (somebody reads from the log) stays marked.
        """
        with self.store.database.reading() as reading:
            left = erasing.unfinished(reading)
        if not left:
            return True
        self.store.keys.erase(*(owner for each in left for owner in each.owners))
        self.documents.remove(name for each in left for name in each.documents)
        try:
            rewritten = self.store.database.rewrite()
        except Trouble:
            return False
        if rewritten:
            with self.store.database.writing() as writing:
                for each in left:
                    clear_mark(writing, f"{erasing.MARK}{each.name}")
        return rewritten


def _require_meant(plan: PersonPlan, reason: str, *, although_running: bool) -> None:
    if not plan.voices:
        return
    if not although_running:
        asked = ", ".join(dict.fromkeys(voice.decision for voice in plan.voices))
        last = [f"{voice.practice} in {voice.decision}" for voice in plan.voices if voice.is_last]
        alone = f" Nobody else may cast the vote of {', '.join(last)}." if last else ""
        raise StillAsked(f"They are still asked in {asked}, and would lose their say.{alone}")
    if not reason:
        raise NeedsReason("Erasing somebody who is still asked needs a reason; it goes on record.")


def erase_openings(
    page: Page,
    openings: Iterable[Held],
    basis: str,
    reason: str,
    actor: Actor,
    decision: str | None = None,
) -> int | None:
    """Delete openings and file the leaf that names each; None where there are none."""
    held = list(openings)
    if not held:
        return None
    erasing.delete_openings(page.connection, (each.place for each in held))
    first, *rest = held
    return page.file(
        ErasurePerformed(
            n=first.n,
            field=first.field,
            basis=basis,
            also=tuple({"n": each.n, "field": each.field} for each in rest),
            decision=decision,
            reason=reason or None,
            by=actor_value(actor),
        )
    )


def revoke_all(page: Page, person: str) -> int:
    """A person's links open nothing any more, and say why; how many those were."""
    holders = revoke_links(page.connection, person)
    for holder in holders:
        page.file(
            LinkRevoked(
                decision=holder.decision,
                practice=holder.practice,
                person_id=holder.person,
                generation=holder.generation,
                because=BECAUSE,
            )
        )
    return len(holders)

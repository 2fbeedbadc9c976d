"""The schedule of retention, held against what there is: what is over, and deleting it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.erasing import Kind, Schedule, kind_of
from engine.people import SYSTEM, Actor
from storage import erasing
from storage.database import Reading
from storage.decisions import read_paper, references
from storage.erasing import Held, Unfinished
from storage.ledger import Page
from storage.openings import BODY_KEY, decision_key
from storage.setup import Store
from workflows.erasure import Erasure, erase_openings

BASIS = "retention"

OWNERS = ("person:", "decision:")
"""Under whose keys lies what the schedule comes to. A year's account goes on from decision to
decision, and why the trail was erased from, and by whom, outlives what was erased."""


@dataclass(frozen=True, slots=True)
class Over:
    """One decision to which the schedule has come: what of it goes, and when it ended."""

    decision: str
    ended: datetime
    kinds: frozenset[Kind]
    openings: tuple[Held, ...]
    documents: tuple[str, ...]  # that no decision whose words stay names

    @property
    def is_whole(self) -> bool:
        """Whether all words of the decision go, and its key."""
        return Kind.DECISIONS in self.kinds

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many openings go, by kind."""
        found = Counter(kind_of(held.type, held.field) for held in self.openings)
        return {kind: found[kind] for kind in Kind if found[kind]}


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes what the schedule says, decision by decision, each in a commit of its own.

    Days are those of UTC: no calendar reaches as far as a schedule does.
    """

    store: Store
    erasure: Erasure
    schedule: Schedule

    def due(self) -> tuple[Over, ...]:
        """What is over by now, by decision. Writes nothing."""
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            return self._due(reading, now)

    def _due(self, reading: Reading, now: datetime) -> tuple[Over, ...]:
        ended = {
            ref: (at, self.schedule.over(at.date(), now.date()))
            for ref, at in erasing.ended_at(reading).items()
        }
        over = {ref: found for ref, found in ended.items() if found[1]}
        if not over:
            return ()
        openings: dict[str, list[Held]] = {ref: [] for ref in over}
        for held in erasing.all_held(reading):
            _, kinds = over.get(held.decision, (None, frozenset[Kind]()))
            if held.owner.startswith(OWNERS) and kind_of(held.type, held.field) in kinds:
                openings[held.decision].append(held)
        whole = frozenset(ref for ref, (_, kinds) in over.items() if Kind.DECISIONS in kinds)
        return tuple(
            Over(ref, at, kinds, tuple(openings[ref]), self._documents(reading, ref, whole))
            for ref, (at, kinds) in sorted(over.items())
            if openings[ref]
        )

    def _documents(
        self, reading: Reading, reference: str, whole: frozenset[str]
    ) -> tuple[str, ...]:
        """The decision's documents, but for those that one whose words stay was given too."""
        if reference not in whole:
            return ()
        keys, kept = self.store.keys, set[str]()
        for other in references(reading) - whole:
            kept |= {each.sha256 for each in read_paper(reading, keys, other).documents}
        mine = read_paper(reading, keys, reference).documents
        return tuple(each.sha256 for each in mine if each.sha256 not in kept)

    def apply(self, reason: str = "", actor: Actor = SYSTEM) -> tuple[Over, ...]:
        """Erase what is over; what was erased. Crash-safe, and safe to repeat."""
        done = []
        self.erasure.finish()
        self.store.keys.make([BODY_KEY])
        for over in self.due():
            with self.store.ledger.page() as page:
                if erasing.ended_at(page.connection).get(over.decision) != over.ended:
                    continue  # it was taken up again since this was looked for
                left = erasing.still_there(page.connection, over.openings)
                if left:
                    done.append(replace(over, openings=left))
                    self._erase(page, done[-1], reason, actor)
        self.erasure.finish()
        return tuple(done)

    def _erase(self, page: Page, over: Over, reason: str, actor: Actor) -> None:
        if over.is_whole:
            letters = erasing.letters_about(page.connection, over.decision)
            erasing.forget_letters(page.connection, letters)
        erase_openings(page, over.openings, BASIS, reason, actor, over.decision)
        owners = (decision_key(over.decision),) if over.is_whole else ()
        left = Unfinished(f"decision:{over.decision}", owners, over.documents)
        erasing.note_unfinished(page.connection, left, page.now)

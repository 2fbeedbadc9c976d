"""From mailings that are owed to letters, one to each person who is to be written to.

The practices written to are an explicit list from the frozen roll; nothing falls back to anybody
else. A letter to a role that nobody holds goes to the body's overseers; where there are none,
health names it.
"""

from dataclasses import dataclass, replace

from engine.events import Audience
from engine.notes import Checkpoint
from engine.trail import instant_from_text
from notifications.present import PASSING
from storage import mailings, outbox
from storage.audience import audience_of
from storage.checkpoints import WillNotSign
from storage.database import Reading
from storage.library import Library
from storage.mailings import OwedMailing
from storage.marks import QUARANTINE, raise_mark, read_mark
from storage.outbox import Addressee
from storage.priorities import PRIORITY
from storage.reminded import DIGEST
from storage.setup import Store

MAILINGS = 3
"""Mailings expanded at once: more letters than are claimed at once, few enough to begin soon."""


def error_words(error: Exception) -> str:
    """An error for a person who has to find out what is wrong with a letter."""
    return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, slots=True)
class Expander:
    """Turns mailings into letters, under a unique key: once, whoever else is at it."""

    store: Store
    library: Library

    def expand(self) -> int:
        """Expand some mailings, those that go first before others; how many those were.

        Where no checkpoint can be signed now, the letters wait: none leaves without its evidence.
        """
        with self.store.database.reading() as reading:
            if read_mark(reading, QUARANTINE):
                return 0
            owed = mailings.owed_mailings(reading, MAILINGS, PRIORITY)
        sealed = self.sealed() if owed else None
        covered = [mailing for mailing in owed if sealed and mailing.leaf < sealed.size]
        if sealed is None or not covered:
            return 0
        with self.store.database.writing() as writing:
            for mailing in covered:
                self.expand_or_park(writing, replace(mailing, checkpoint=sealed.note))
        return len(covered)

    def sealed(self) -> Checkpoint | None:
        """A checkpoint over every leaf there is; None where none can be signed now."""
        try:
            return self.store.sealer.seal()
        except WillNotSign:
            return None  # health says why

    def expand_or_park(self, writing: Reading, mailing: OwedMailing) -> None:
        """A mailing that cannot be addressed is named in health, and stops no other."""
        try:
            with writing.begin_nested():
                self._expand(writing, mailing)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other mailings must go
            now = self.store.ledger.now()
            outbox.expand(writing, mailing, (), now, None)
            says = (
                f"{mailing.letter} of {mailing.decision}: cannot be addressed: {error_words(error)}"
            )
            raise_mark(writing, f"nobody {mailing.leaf}", now, says)

    def _expand(self, writing: Reading, mailing: OwedMailing) -> None:
        now = self.store.ledger.now()
        addressees = self._addressees(writing, mailing)
        due = mailing.context.get("due_at") if mailing.letter in PASSING else None
        useless = instant_from_text(due) if due else None
        outbox.expand(writing, mailing, addressees, now, useless)
        if not addressees:
            says = f"{mailing.letter} of {mailing.decision}: nobody to write to"
            raise_mark(writing, f"nobody {mailing.leaf}", now, says)

    def _addressees(self, reading: Reading, mailing: OwedMailing) -> list[Addressee]:
        if mailing.letter == DIGEST:
            return [Addressee(*each) for each in mailing.context["readers"]]
        told = mailing.context
        to = Audience(
            mailing.practices,
            mailing.role,
            tuple(told.get("persons", ())),
            told.get("rung", ""),
            told.get("locality", ""),
        )
        return audience_of(reading, self.store.keys, self.library, mailing.decision, to)

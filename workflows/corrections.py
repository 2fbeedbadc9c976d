"""The secretariat's second look: a correction is accepted or refused, and the practice told.

What is accepted goes into the register by the way that a file of people takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.correcting import Asking, Proposal, proposal_words
from engine.errors import Refused
from engine.people import Actor
from engine.refusals import NeedsReason
from engine.two_persons import actor_value
from storage.corrections import (
    Correction,
    Standing,
    note_ruling,
    read_correction,
    read_corrections,
)
from storage.database import Reading
from storage.enrolment import known_people
from storage.intake import CannotCorrect, PeopleChanges, changes_of
from storage.ledger import Page
from storage.register import posts_at
from storage.setup import Store
from workflows.contact_letters import owe_to
from workflows.enrolment import Enrolment
from workflows.practice_people import letter_context, people_at, was_of


class NoSuchCorrection(Refused):
    """There is no correction of this number."""

    remedy = "Look at `quorate people corrections list`."


class IsRuledOn(Refused):
    """This correction has been looked at already."""

    remedy = "Look at `quorate people corrections show`; if it was wrong, import the people anew."


class LeavesNobody(Refused):
    """Nobody would be left to write to at this practice."""

    remedy = "Ring the practice. If it is so, say --although-nobody-is-left."


@dataclass(frozen=True, slots=True)
class Shown:
    """A correction as the secretariat reads it.

    `says` has addresses in full; `also` are other posts of the person, which change with it;
    `obstacle` says why it cannot be accepted as the register is now.
    """

    correction: Correction
    says: tuple[str, ...]
    by: str
    note: str = ""
    reason: str = ""
    also: tuple[tuple[str, str], ...] = ()
    leaves_nobody: bool = False
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What practices have asked for, and what is made of it."""

    store: Store
    enrolment: Enrolment

    def listed(self, *, ruled_too: bool = False) -> tuple[Shown, ...]:
        """Corrections that wait, oldest first; those that were ruled on too where asked for."""
        status = None if ruled_too else Standing.PENDING
        with self.store.database.reading() as reading:
            found = read_corrections(reading, self.store.keys, status=status)
            return tuple(_shown(reading, each) for each in found)

    def show(self, id_: str) -> Shown:
        """One correction. Raises `NoSuchCorrection`."""
        with self.store.database.reading() as reading:
            return _shown(reading, self._find(reading, id_))

    def accept(
        self, id_: str, actor: Actor, reason: str = "", *, although_nobody_is_left: bool = False
    ) -> Shown:
        """Let it hold: the register changes, links follow, everybody concerned is told.

        Raises `NoSuchCorrection`, `IsRuledOn`, `CannotCorrect` where the register has gone on,
        `LeavesNobody` where that was not meant. Nothing was written then.
        """
        with self.store.ledger.page() as page:
            correction = self._pending(page, id_)
            changes = _changes(page.connection, correction)
            before = _shown(page.connection, correction)
            if before.leaves_nobody and not although_nobody_is_left:
                raise LeavesNobody
            typed = (correction.words or {}).get("by")
            self.enrolment.write(page, changes, f"the secretariat, as {typed} had asked")
            about = correction.about or _newcomer(page.connection, correction)
            ruled = replace(correction, status=Standing.ACCEPTED, about=about)
            return self._rule(page, ruled, actor, reason)

    def refuse(self, id_: str, actor: Actor, reason: str) -> Shown:
        """Leave everything as it is, and tell the practice why. Raises as `accept`, `NeedsReason`.

        Also for one whose words have been erased: then nobody is told what it was.
        """
        if not reason:
            raise NeedsReason("Refusing a correction needs a reason: the practice is told it.")
        with self.store.ledger.page() as page:
            refused = replace(self._pending(page, id_), status=Standing.REFUSED)
            return self._rule(page, refused, actor, reason)

    def _rule(self, page: Page, ruled: Correction, actor: Actor, reason: str) -> Shown:
        """Keep what became of it, and tell whoever is on the practice's list now."""
        words = None if ruled.words is None else {**ruled.words, "reason": reason}
        ruled = replace(ruled, words=words, ruled_at=page.now, ruled_by=actor_value(actor))
        note_ruling(page.connection, self.store.keys, ruled)
        told = [person for _, person in posts_at(page.connection, [ruled.practice])]
        if told:
            context = letter_context(ruled, self.enrolment.words)
            owe_to(page, "correction_decided", ruled.practice, told, context=context)
        return _shown(page.connection, ruled)

    def _pending(self, page: Page, id_: str) -> Correction:
        correction = self._find(page.connection, id_)
        if correction.status is not Standing.PENDING:
            raise IsRuledOn
        return correction

    def _find(self, reading: Reading, id_: str) -> Correction:
        found = read_correction(reading, self.store.keys, id_.strip().casefold())
        if found is None:
            raise NoSuchCorrection
        return found


def _changes(reading: Reading, correction: Correction) -> PeopleChanges:
    """What accepting it would change. Raises `CannotCorrect`."""
    words = correction.words
    if words is None:
        raise CannotCorrect("What was asked for has been erased.", "Refuse it, with that reason.")
    here = people_at(reading, correction.practice)
    if was_of(here, correction.practice, correction.about or "") != words["was"]:
        raise CannotCorrect
    asked = Proposal(Asking(correction.kind), correction.about or "", **words["to"])
    return changes_of(known_people(reading), correction.practice, asked)


def _newcomer(reading: Reading, correction: Correction) -> str | None:
    """The id of whoever was added."""
    to: Mapping[str, Any] = (correction.words or {}).get("to", {})
    here = people_at(reading, correction.practice)
    same = (each for each in here if (each.name, each.email) == (to["name"], to["email"]))
    return next((each.person for each in same), None)


def _shown(reading: Reading, correction: Correction) -> Shown:
    words = correction.words
    if words is None:
        return Shown(correction, ("(its words are no longer kept)",), "")
    here = people_at(reading, correction.practice)
    about = next((each for each in here if each.person == correction.about), None)
    pending = correction.status is Standing.PENDING
    alone = [each.person for each in here] == [correction.about]
    has_left = pending and correction.asked_by not in {each.person for each in here}
    since = ", who is no longer on the practice's list" if has_left else ""
    return Shown(
        correction,
        proposal_words(correction.kind, words["was"], words["to"], whole=True),
        f"{words['by']}, by the link of {words['link_of']}{since}",
        words["note"],
        words.get("reason", ""),
        tuple(sorted(post for post in about.posts if post[0] != correction.practice))
        if about
        else (),
        leaves_nobody=pending and correction.kind == Asking.LEAVE and alone,
        obstacle=_obstacle(reading, correction) if pending else "",
    )


def _obstacle(reading: Reading, correction: Correction) -> str:
    try:
        _changes(reading, correction)
    except Refused as refused:
        return refused.says
    return ""

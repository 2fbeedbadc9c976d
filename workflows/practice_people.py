"""A practice sees by link who its people are, and asks to have that put right.

Asking changes nothing and revokes no link. Every contact of the practice is told at once, and the
secretariat looks at it before the register changes: `workflows.corrections`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.answering import name_faults
from engine.correcting import Asking, Proposal, masked, proposal_words
from engine.errors import Refused
from engine.naming import practice_role
from engine.people import PRACTICE_ROLES
from engine.refusals import Quarantined
from storage.corrections import Correction, Standing, add_correction, read_corrections
from storage.database import Reading
from storage.enrolment import known_people
from storage.intake import KnownPerson, changes_of, read_proposal, spoken_name
from storage.ledger import Page
from storage.links import LinkHolder, find_link, is_live
from storage.register import posts_at, practice_name, written_to
from storage.setup import Store
from workflows import answers
from workflows.answers import Reply
from workflows.contact_letters import Words, owe_to
from workflows.file_texts import clean
from workflows.openings import Body
from workflows.people_page import Ask, Listed, PeoplePage, Waiting

MOST_WAITING = 10
"""Corrections by one person's link that may wait at a time: each is a letter to all contacts.

Whoever misuses a forwarded link leaves the practice's others theirs.
"""

_ID_BYTES = 4
_RANK = {role: place for place, role in enumerate(PRACTICE_ROLES)}
_NOBODY = "Choose who is meant."


@dataclass(frozen=True, slots=True)
class PracticePeople:
    """What a link shows of a practice's people, and takes."""

    store: Store
    body: Body
    words: Words

    def people(self, token: str) -> PeoplePage | None:
        """Who the practice's people are now, and what waits. Writes nothing."""
        with self.store.database.reading() as reading:
            holder = find_link(reading, token)
            return None if holder is None else self._page(reading, holder)

    def _page(self, reading: Reading, holder: LinkHolder) -> PeoplePage:
        listed = [self._listed(each, holder) for each in people_at(reading, holder.practice)]
        pending = _waiting_at(reading, self.store, holder.practice)
        reader = next((each.name for each in listed if each.is_reader), "")
        return PeoplePage(
            organisation=self.body.name,
            practice_code=holder.practice,
            practice_name=spoken_name(practice_name(reading, holder.practice)),
            person_name=reader,
            contact=self.body.contact,
            people=tuple(listed),
            waiting=tuple(self._waiting(each) for each in pending if each.words is not None),
        )

    def _listed(self, known: KnownPerson, holder: LinkHolder) -> Listed:
        roles = roles_at(known, holder.practice)
        mine = known.person == holder.person
        return Listed(
            known.person,
            known.name,
            ", ".join(practice_role(role) for role in roles),
            known.email if mine else masked(known.email),
            not self.body.may_cast.isdisjoint(roles),
            mine,
        )

    def _waiting(self, each: Correction) -> Waiting:
        words = each.words or {}
        says = proposal_words(each.kind, words["was"], words["to"], whole=False)
        return Waiting(says, words["by"], self.words(each.asked_at))

    def correct(self, token: str, ask: Ask) -> Reply:
        """Keep what is asked for until the secretariat has looked; or say in words why not."""
        with self.store.database.reading() as reading:
            holder = find_link(reading, token)
        if holder is None:
            return answers.Unknown()
        try:
            with self.store.ledger.page() as page:
                return self._ask(page, holder, ask)
        except Quarantined:
            return answers.Paused()

    def _ask(self, page: Page, holder: LinkHolder, ask: Ask) -> Reply:
        if not is_live(page.connection, holder):
            return answers.Unknown()
        here = people_at(page.connection, holder.practice)
        asked, faults = _read(ask, here)
        if asked is None or faults:
            return answers.Faulty(faults)
        try:
            changes_of(known_people(page.connection), holder.practice, asked)
        except Refused as refused:
            field = "person_email" if asked.kind is Asking.ADD else "person"
            return answers.Faulty({field: f"{refused.says} {refused.help}"})
        waiting = _waiting_at(page.connection, self.store, holder.practice)
        if any(_is_same(each, asked) for each in waiting):
            return answers.AlreadyStands()
        if sum(each.asked_by == holder.person for each in waiting) >= MOST_WAITING:
            return answers.NotPossible(
                f"{MOST_WAITING} corrections by your link wait for the secretariat already: "
                "let it look at these first, or ring it."
            )
        return answers.Recorded((self._keep(page, holder, ask, asked, here),))

    def _keep(
        self,
        page: Page,
        holder: LinkHolder,
        ask: Ask,
        asked: Proposal,
        here: Sequence[KnownPerson],
    ) -> int:
        """Keep it, and owe the letters that say so; the leaf of the first."""
        new = Correction(
            id=page.random_bytes(_ID_BYTES).hex(),
            practice=holder.practice,
            kind=asked.kind,
            about=asked.person or None,
            asked_by=holder.person,
            decision=holder.decision,
            asked_at=page.now,
            words={
                "by": clean(ask.name),
                "link_of": next((p.name for p in here if p.person == holder.person), ""),
                "note": clean(ask.note),
                "was": was_of(here, holder.practice, asked.person),
                "to": asked.value(),
            },
        )
        add_correction(page.connection, self.store.keys, new)
        context = letter_context(new, self.words)
        contacts = [person for _, person in posts_at(page.connection, [holder.practice])]
        leaf = owe_to(page, "correction_asked", holder.practice, contacts, context=context)
        staff = [each.person for each in written_to(page.connection, "secretary")]
        if staff:
            owe_to(page, "correction_waiting", "", staff, context=context)
        return leaf


def letter_context(correction: Correction, words: Callable[[Any], str]) -> Mapping[str, Any]:
    """What a letter about a correction finds it by; no names."""
    when = correction.ruled_at or correction.asked_at
    return {
        "correction": correction.id,
        "practice": correction.practice,
        "when": words(when),
    }


def people_at(reading: Reading, practice: str) -> list[KnownPerson]:
    """Everybody with a post at a practice, the first in rank first."""
    here = [each for each in known_people(reading) if roles_at(each, practice)]
    return sorted(here, key=lambda each: (_RANK[roles_at(each, practice)[0]], each.name))


def roles_at(person: KnownPerson, practice: str) -> tuple[str, ...]:
    """A person's roles at a practice, the first in rank first."""
    return tuple(role for role in PRACTICE_ROLES if (practice, role) in person.posts)


def was_of(here: Sequence[KnownPerson], practice: str, person: str) -> Mapping[str, str]:
    """How the register has a person now; nothing for somebody who is not in it."""
    known = next((each for each in here if each.person == person), None)
    if known is None:
        return {}
    kept = {"name": known.name, "email": known.email, "phone": known.phone}
    return {**kept, "role": roles_at(known, practice)[0]}


def _read(ask: Ask, here: Sequence[KnownPerson]) -> tuple[Proposal | None, Mapping[str, str]]:
    """What is asked for, and a sentence for each field at fault."""
    if ask.kind is None:
        return None, {"what": "Choose what is to be put right."}
    asked, found = read_proposal(ask.kind, ask.person, ask.fields)
    told = {f"person_{field}": says for field, says in found.items()}
    faults = {**told, **dict(name_faults(clean(ask.name), clean(ask.note)))}
    known = any(each.person == ask.person for each in here)
    if ask.kind is not Asking.ADD and not known:
        faults["person"] = _NOBODY
    return asked, faults


def _waiting_at(reading: Reading, store: Store, practice: str) -> list[Correction]:
    return read_corrections(reading, store.keys, practice=practice, status=Standing.PENDING)


def _is_same(waiting: Correction, asked: Proposal) -> bool:
    """Whether this very correction waits already, whoever asked for it."""
    about = (waiting.kind, waiting.about or "")
    return about == (asked.kind, asked.person) and (waiting.words or {}).get("to") == asked.value()

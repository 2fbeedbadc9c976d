"""The weekly digest: every decision that still needs a practice, in one letter to each person.

It is written at its try from what then still needs the practice. Each decision it lists has the
reader's own link, under a mark of its own: the nth of those that were found when it was owed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.commands import Scope
from engine.definition import Open
from engine.links import make_token
from engine.reminding import is_asking, why_not_needed
from engine.trail import instant_from_text
from notifications.compose import House
from notifications.context import Context, Needed, mark, personal_link
from notifications.material import footer_of
from notifications.words import remaining
from storage.database import Reading
from storage.decisions import load_decision, read_paper
from storage.intake.names import spoken_name
from storage.keys import Keys
from storage.library import Library
from storage.links import all_links
from storage.mailings import OwedMailing
from storage.register import Contact, contacts


@dataclass(frozen=True, slots=True)
class Digest:
    """What the letters of a digest are written from, by reference."""

    cases: Mapping[str, Case]
    titles: Mapping[str, str]
    generations: Mapping[str, Mapping[tuple[str, str], int]]
    footer: tuple[str, ...]
    people: Mapping[str, Contact]
    receipts: tuple[str, ...] = ()


def load_digest(reading: Reading, keys: Keys, library: Library, mailing: OwedMailing) -> Digest:
    """Load every decision that the digest tells anybody of."""
    named = {each["decision"] for needs in mailing.context["needs"].values() for each in needs}
    found = sorted(named)
    links = {reference: all_links(reading, reference) for reference in found}
    cases = {reference: load_case(reading, keys, library, reference) for reference in found}
    needs = mailing.context["needs"]
    may_vote = {
        person
        for practice, told in needs.items()
        for need in told
        for person in _voters(cases[need["decision"]], practice)
    }
    return Digest(
        cases,
        {reference: read_paper(reading, keys, reference).title for reference in found},
        {
            reference: {(link.practice, link.person): link.generation for link in held}
            for reference, held in links.items()
        },
        footer_of(mailing),
        contacts(reading, may_vote),
    )


def _voters(case: Case, practice: str) -> tuple[str, ...]:
    """Who may cast the practice's vote, by the decision's roll."""
    return tuple(each.person for each in case.roll.by_practice[practice].persons if each.may_cast)


def load_case(reading: Reading, keys: Keys, library: Library, reference: str) -> Case:
    """A decision with who has answered."""
    return library.case(reading, load_decision(reading, keys, reference, Scope.TURNOUT))


def still_needs(case: Case, practice: str, need: Mapping[str, Any], now: datetime) -> bool:
    """Whether a decision waits for the practice until the very time that it was told."""
    due = case.decision.waiting
    same = due is not None and due.due_at == instant_from_text(need["due_at"])
    return same and is_asking(case, now) and why_not_needed(case, practice) is None


def tokens_of(
    digest: Digest, link_key: bytes, mailing: OwedMailing, practice: str, person: str
) -> tuple[str | None, ...]:
    """The reader's token for each decision found when it was owed; None where no link is live."""
    tokens: list[str | None] = []
    for need in mailing.context["needs"][practice]:
        reference = need["decision"]
        generation = digest.generations[reference].get((practice, person))
        live = generation is not None
        tokens.append(
            make_token(link_key, reference, practice, person, generation or 0) if live else None
        )
    return tuple(tokens)


def told_in(
    mailing: OwedMailing, practice: str, marks: frozenset[str]
) -> Sequence[Mapping[str, Any]]:
    """What a letter that holds these marks tells its practice of."""
    needs = mailing.context["needs"][practice]
    return [need for place, need in enumerate(needs) if mark(place) in marks]


def compose_digest(
    house: House,
    mailing: OwedMailing,
    digest: Digest,
    practice: str,
    reader: Contact,
    now: datetime,
) -> Context | None:
    """The values of one letter to one reader; None where nothing needs the practice any more.

    What is due first comes first.
    """
    needs: list[Needed] = []
    name = practice
    found = enumerate(mailing.context["needs"][practice])
    for place, need in sorted(found, key=lambda each: (each[1]["due_at"], each[1]["decision"])):
        reference = need["decision"]
        case = digest.cases[reference]
        held = (practice, reader.person) in digest.generations[reference]
        if held and still_needs(case, practice, need, now):
            name = case.roll.by_practice[practice].name
            needs.append(_needed(house, digest, (practice, reader.person), need, place, now))
    if not needs:
        return None
    return Context(
        organisation=house.organisation,
        reference="",
        title="",
        contact=house.contact or house.organisation,
        person_name=reader.name,
        practice_code=practice,
        practice_name=spoken_name(name),
        needs=tuple(needs),
        checkpoint=digest.footer,
    )


def _needed(
    house: House,
    digest: Digest,
    reader: tuple[str, str],
    need: Mapping[str, Any],
    place: int,
    now: datetime,
) -> Needed:
    """One decision for one reader: their practice and who they are."""
    reference = need["decision"]
    case = digest.cases[reference]
    practice, person = reader
    voters = _voters(case, practice) if case.state.open_for is Open.VOTES else ()
    may_cast = person in voters
    return Needed(
        reference=reference,
        title=digest.titles[reference],
        asks="vote" if case.state.open_for is Open.VOTES else "comment",
        due_words=case.calendar.words_with_zone(instant_from_text(need["due_at"])),
        remaining=remaining(case, now, need["due_at"]),
        link=personal_link(house.base_url, place),
        may_cast=may_cast,
        voters=() if may_cast else _names(digest, voters),
    )


def _names(digest: Digest, persons: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(digest.people[each].name for each in persons if each in digest.people)

"""The notice certificate: for each practice and letter what is known of it, and what is not.

Derived from the letters' rows and the leaves that they led to, in one reading. Every line names its
leaf, and the certificate names the checkpoint, so that it can be held against an audit bundle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.case import Case
from engine.events import Audience
from engine.notes import Checkpoint
from engine.people import PRACTICE_ROLES
from storage.audience import audience_of
from storage.database import Reading
from storage.decisions import load_decision, read_paper
from storage.evidence import (
    Sent,
    Shown,
    Visits,
    declared,
    letters_sent,
    losses,
    mailings_unmade,
    shown_by,
    visits_of,
)
from storage.intake.names import spoken_name
from storage.keys import Keys
from storage.library import Library
from storage.next_contacts import TELLING
from storage.outbox import Status
from storage.reaching import last_asked
from storage.register import Contact, contacts

ANSWERS = frozenset(
    {"vote.cast", "vote.changed", "comment.received", "call_in.requested", "challenge.raised"}
)
"""The leaves by which a practice shows that it knows what it is asked."""

CANNOT_SHOW = (
    (
        "Accepted by the next mail server is the most that a sender can know. It does not show "
        "that a letter came into a mailbox, or that anybody read it."
    ),
    (
        "A letter may come back days after it was accepted. That changes this certificate, and "
        "never an outcome that was declared before."
    ),
    (
        "An opened page shows that its link was used, not by whom. Mail filters open links by "
        "themselves: visits that look like theirs are kept apart by plain rules, which can be "
        "wrong either way. Visits are in no leaf and are no proof."
    ),
    (
        "A telephone call is what staff put on record. The trail shows when they did so, not "
        "what was said."
    ),
    (
        "Addresses are those of the register when a letter was sent. That the right person "
        "reads a mailbox is beyond any trail."
    ),
)


class Reach(StrEnum):
    """Whether a practice has been reached since it was last asked, and how that is known."""

    ANSWERED = "answered"
    ACCEPTED = "accepted"
    TELEPHONE = "telephone"
    WAITING = "waiting"
    UNREACHED = "unreached"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to one person; see `Sent` for the rest.

    `became` is its last end, or `waiting`, or `parked` where it waits for a person to look at it.
    """

    sent: Sent
    name: str
    role: str  # on the roll; empty for who came later
    became: str


@dataclass(frozen=True, slots=True)
class PracticeNotice:
    """What is known of the letters to one practice, and of what came of them."""

    practice: str
    name: str
    place: int
    reach: Reach
    is_beside: bool  # reached by letters to people alone who came later, and cannot answer
    notices: tuple[Notice, ...]
    to_be_made: tuple[tuple[int, str, tuple[str, ...]], ...]  # leaf, letter, readers: not out yet
    course: tuple[Shown, ...]
    visits: tuple[tuple[str, Visits], ...]  # whose page, and how it was opened


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificates of a decision's practices, in the roll's order.

    `asked` is the leaf of the mailing that last asked something of practices. `declared` are those
    that the outcome named as not reached; None where there is no such outcome. `silenced` are those
    where, it says, nobody could vote by link. `losses` are the leaves of backups that were restored
    since it was opened, where entries of the trail were lost. Without a released `checkpoint`
    nothing is vouched for yet.
    """

    reference: str
    title: str
    state: str
    at: datetime
    asked: int | None
    declared: tuple[str, ...] | None
    silenced: tuple[str, ...]
    losses: tuple[int, ...]
    practices: tuple[PracticeNotice, ...]
    checkpoint: Checkpoint | None

    def tells(self, notice: Notice) -> bool:
        """Whether a letter told its reader of what practices were last asked."""
        return _tells(notice, self.asked)

    @property
    def unreached(self) -> tuple[PracticeNotice, ...]:
        """The practices that nothing has reached."""
        return tuple(each for each in self.practices if each.reach is Reach.UNREACHED)

    @property
    def rung(self) -> tuple[PracticeNotice, ...]:
        """The practices that nothing but a call on record has told."""
        return tuple(each for each in self.practices if each.reach is Reach.TELEPHONE)


@dataclass(frozen=True, slots=True)
class Source:
    """What a certificate is read from; `checkpoint` was read before the trail was looked at."""

    reading: Reading
    keys: Keys
    library: Library
    checkpoint: Checkpoint | None
    now: datetime


def certify(source: Source, reference: str, practice: str | None = None) -> Certificate:
    """The certificate of a decision, of all practices or of one. Raises `NoSuchDecision`.

    A practice that is not on the roll gives a certificate of none.
    """
    reading, keys = source.reading, source.keys
    case = source.library.case(reading, load_decision(reading, keys, reference))
    codes = [code for code in case.roll.practices if practice in {None, code}]
    sent = letters_sent(reading, keys, reference, practice)
    shown = shown_by(reading, keys, reference)
    visits = visits_of(reading, reference)
    unmade = _unmade(source, reference)
    people = contacts(
        reading,
        {each.person for each in sent}
        | {each.person for each in visits}
        | {person for _, _, held in unmade for _, person in held},
    )
    asked = last_asked(reading, reference)
    draw, ended = _Draw(case, people, asked), case.decision.outcome is not None
    return Certificate(
        reference=reference,
        title=read_paper(reading, keys, reference).title,
        state=case.state.title,
        at=source.now,
        asked=asked,
        declared=declared(reading, reference, "unreached") if ended else None,
        silenced=(ended and declared(reading, reference, "silenced")) or (),
        losses=losses(reading, reference),
        practices=tuple(draw.practice(code, sent, unmade, shown, visits) for code in codes),
        checkpoint=source.checkpoint,
    )


Unmade = tuple[int, str, tuple[tuple[str, str], ...]]
"""A mailing not made out yet: its leaf, its letter, each practice and person in its audience."""


def _unmade(source: Source, reference: str) -> list[Unmade]:
    found = []
    for each in mailings_unmade(source.reading, reference):
        to = Audience(each.practices, None, tuple(each.context.get("persons", ())))
        people = audience_of(source.reading, source.keys, source.library, reference, to)
        found.append((each.leaf, each.letter, tuple((a.practice, a.person) for a in people)))
    return found


@dataclass(frozen=True, slots=True)
class _Draw:
    """Sorts what was read by practice."""

    case: Case
    people: Mapping[str, Contact]
    asked: int | None

    def practice(
        self,
        code: str,
        sent: Sequence[Sent],
        unmade: Sequence[Unmade],
        shown: Sequence[Shown],
        visits: Sequence[Visits],
    ) -> PracticeNotice:
        line = self.case.roll.by_practice[code]
        roles = {person.person: person.role for person in line.persons}
        made = (
            Notice(each, self._name(each.person), roles.get(each.person, ""), _became(each))
            for each in sent
            if each.practice == code
        )
        notices = tuple(sorted(made, key=_place))
        to_come = tuple(
            (leaf, letter, tuple(self._name(person) for at, person in people if at == code))
            for leaf, letter, people in unmade
            if any(at == code for at, _ in people)
        )
        course = tuple(each for each in shown if each.practice == code)
        reach = self._reach(notices, to_come, course)
        taken = [n for n in notices if _tells(n, self.asked) and n.became == "accepted"]
        return PracticeNotice(
            practice=code,
            name=spoken_name(line.name),
            place=self.case.roll.place[code],
            reach=reach,
            is_beside=reach is Reach.ACCEPTED and not any(notice.role for notice in taken),
            notices=notices,
            to_be_made=to_come,
            course=course,
            visits=tuple((self._name(v.person), v) for v in visits if v.practice == code),
        )

    def _name(self, person: str) -> str:
        held = self.people.get(person)
        return held.name if held else "(erased)"

    def _reach(
        self,
        notices: Sequence[Notice],
        to_come: Sequence[tuple[int, str, tuple[str, ...]]],
        course: Sequence[Shown],
    ) -> Reach:
        if self.asked is None:
            return Reach.NOT_ASKED
        since = [each for each in course if each.leaf > self.asked]
        if any(each.type in ANSWERS for each in since):
            return Reach.ANSWERED
        told = [notice for notice in notices if _tells(notice, self.asked)]
        if any(notice.became == "accepted" for notice in told):
            return Reach.ACCEPTED
        if any(each.type == "practice.reached" for each in since):
            return Reach.TELEPHONE
        coming = [letter for leaf, letter, _ in to_come if leaf >= self.asked and letter in TELLING]
        if coming or any(notice.became == "waiting" for notice in told):
            return Reach.WAITING
        return Reach.UNREACHED


def _tells(notice: Notice, asked: int | None) -> bool:
    since = asked is not None and notice.sent.mailing >= asked
    return since and notice.sent.letter in TELLING


def _became(sent: Sent) -> str:
    """Its last end. A letter of an earlier release may have one that no leaf was linked to."""
    if sent.status == Status.BOUNCED:
        return "bounced"
    if sent.status == Status.ACCEPTED:
        return "accepted"
    if sent.status == Status.SKIPPED:
        return "skipped"
    if sent.status in {Status.FAILED, Status.AMBIGUOUS}:
        return "undeliverable"
    return "parked" if sent.status == Status.PARKED else "waiting"


def _place(notice: Notice) -> tuple[int, int, str]:
    """Letters in the order owed; of each, the first in rank first, who came later last."""
    known = notice.role in PRACTICE_ROLES
    rank = PRACTICE_ROLES.index(notice.role) if known else len(PRACTICE_ROLES)
    return notice.sent.mailing, rank, notice.name

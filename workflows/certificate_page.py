"""The notice certificate as pages show it: in words, and without addresses."""

from dataclasses import dataclass

from engine.working_days import Calendar
from workflows import certificate_words as say
from workflows.certificate import CANNOT_SHOW, Certificate, Notice, PracticeNotice, Reach

_FOUND = frozenset({Reach.ANSWERED, Reach.ACCEPTED, Reach.TELEPHONE})


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter: its name, its reader, what became of it, and a line for each step."""

    letter: str
    reader: str
    became: str
    is_lost: bool
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PracticeCertificate:
    """One practice: whether it has been reached, its letters, and what it did."""

    practice: str
    name: str
    reach: str
    is_reached: bool
    is_lost: bool
    letters: tuple[LetterPage, ...]
    to_come: tuple[str, ...]
    course: tuple[str, ...]
    people: tuple[str, ...]  # visits that look like a person's
    machines: tuple[str, ...]
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """The certificate of a decision, of all its practices or of one."""

    reference: str
    title: str
    state: str
    at: str
    summary: str
    lost: tuple[str, ...]  # practices that nothing has reached, by code and name
    declared: tuple[str, ...]  # those that the outcome named
    practices: tuple[PracticeCertificate, ...]
    cannot_show: tuple[str, ...]
    size: int  # of the newest checkpoint; 0 without one
    note: str


def certificate_page(made: Certificate, calendar: Calendar) -> CertificatePage:
    """Put a certificate in words. Addresses, and relays' words of them, are on no page."""
    return CertificatePage(
        reference=made.reference,
        title=made.title,
        state=made.state,
        at=calendar.words_with_zone(made.at),
        summary=say.summary(made),
        lost=tuple(f"{each.practice} {each.name}" for each in made.unreached),
        declared=made.declared or (),
        practices=tuple(_practice(each, calendar) for each in made.practices),
        cannot_show=CANNOT_SHOW,
        size=made.checkpoint.size if made.checkpoint else 0,
        note=made.checkpoint.note if made.checkpoint else "",
    )


def _practice(each: PracticeNotice, calendar: Calendar) -> PracticeCertificate:
    return PracticeCertificate(
        practice=each.practice,
        name=each.name,
        reach=say.reach(each),
        is_reached=each.reach in _FOUND,
        is_lost=each.reach is Reach.UNREACHED,
        letters=tuple(_letter(notice, calendar) for notice in each.notices),
        to_come=tuple(
            f"{say.letter_name(letter)} (leaf {leaf}), owed to {', '.join(readers)}: not out yet"
            for leaf, letter, readers in each.to_be_made
        ),
        course=tuple(say.shown(shown, calendar) for shown in each.course),
        people=tuple(say.visited(each, calendar, machines=False)),
        machines=tuple(say.visited(each, calendar, machines=True)),
        is_asked=each.reach is not Reach.NOT_ASKED,
    )


def _letter(notice: Notice, calendar: Calendar) -> LetterPage:
    sent = notice.sent
    return LetterPage(
        letter=say.letter_name(sent.letter),
        reader=say.reader(notice),
        became=say.became(notice),
        is_lost=notice.became in {"bounced", "undeliverable", "parked"},
        steps=(
            say.owed(notice, calendar),
            *(say.ended(end, calendar, with_addresses=False) for end in sent.ends),
        ),
    )

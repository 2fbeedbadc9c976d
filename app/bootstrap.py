"""Putting the parts together: the one function that chooses everything concrete."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.clock import Guard, GuardedClock, new_id, random_bytes
from app.config import Settings
from app.watch import Watch
from engine.erasing import MONTHS_A_YEAR, Kind, Schedule
from engine.working_days import Calendar
from notifications.compose import House
from notifications.post import PostSettings
from notifications.postman import Alarm, Postman
from notifications.smtp import Relay
from notifications.sorting import SortingOffice
from storage.database import sqlite_file
from storage.documents import Documents
from storage.library import Library
from storage.marks import read_mark
from storage.proofs import read_head
from storage.replies import forget_old_replies
from storage.setup import Places, Store, open_store, set_up
from workflows.bulletins import Bulletins
from workflows.calendar import load_calendar
from workflows.corrections import Corrections
from workflows.counter import Counter
from workflows.desk import Desk
from workflows.digests import Digests
from workflows.enrolment import Enrolment
from workflows.erasure import Erasure
from workflows.leaders import Leaders
from workflows.openings import Body, Opener
from workflows.practice_desk import PracticeDesk
from workflows.practice_people import PracticePeople
from workflows.restoring import Restoring
from workflows.retention import Retention
from workflows.rulebook import Rulebook, load_rulebook


class Clock(Protocol):
    """What the program asks of a clock."""

    def now(self) -> datetime:
        """The instant, aware UTC."""
        ...

    def suspicion(self) -> str | None:
        """Why deadlines must not fire now."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """The running program."""

    settings: Settings
    clock: Clock
    store: Store
    library: Library
    rulebook: Rulebook
    desk: Desk
    opener: Opener
    practice_desk: PracticeDesk
    practice_people: PracticePeople
    enrolment: Enrolment
    corrections: Corrections
    erasure: Erasure
    retention: Retention
    restoring: Restoring
    bulletins: Bulletins
    digests: Digests
    leaders: Leaders

    def owe(self) -> tuple[str, ...]:
        """Owe the letters that no decision owes, once their day has come; which those are."""
        return (*self.bulletins.owe(), *self.digests.owe(), *self.leaders.owe())

    def postman(self, alarm: Alarm | None = None) -> Postman:
        """A postman with connections of its own; `alarm` hears when the relay is in trouble."""
        return Postman(self.office(), self.desk.settle, alarm)

    def office(self) -> SortingOffice:
        """Where letters are made ready, or given up."""
        return SortingOffice(self.store, self.library, post_settings(self.settings))

    def tidy(self) -> None:
        """Finish erasures that a crash left, forget old replies, erase what is over where asked."""
        self.erasure.finish()
        with self.store.database.writing() as writing:
            forget_old_replies(writing, self.store.ledger.now())
        if self.settings.retention.apply:
            self.retention.apply()

    def close(self) -> None:
        """Give back what was opened."""
        self.practice_desk.counter.close()
        self.store.close()


def places(settings: Settings) -> Places:
    """Where the store's parts lie."""
    return Places(
        url=settings.storage.url,
        origin=settings.origin,
        signing_key=settings.beside(settings.trail.signing_key, "signing.key"),
        person_keys=settings.beside(settings.trail.person_keys, "person_keys.db"),
        link_key=settings.beside(settings.trail.link_key, "link.key"),
        checkpoint_store=settings.checkpoint_store,
    )


def guarded_clock(settings: Settings) -> GuardedClock:
    """The machine's clock under the configured guard."""
    return GuardedClock(
        Guard(
            timedelta(minutes=settings.clock.max_jump_minutes),
            timedelta(days=settings.clock.max_downtime_days),
        )
    )


def calendar_of(settings: Settings) -> Calendar:
    """The calendar of working days in force."""
    section = settings.calendar
    return load_calendar(section.file, section.deadline_time, section.letter_time)


def rulebook_of(settings: Settings) -> Rulebook:
    """The rules in force."""
    calendar = calendar_of(settings)
    workflows, limit = settings.workflows, settings.turnaround.limit_working_days
    return load_rulebook(calendar, workflows.directory, workflows.impact, limit)


def backup_hours(settings: Settings) -> int:
    """How old the last backup may be; no limit where the database's own server makes them."""
    ours = sqlite_file(settings.storage.url) is not None
    return settings.backup.max_age_hours if ours else 0


def schedule_of(settings: Settings) -> Schedule:
    """The schedule of retention, in months."""
    kept = settings.retention
    years = {
        Kind.COMMENTS: kept.comments_years,
        Kind.VOTES_BY: kept.votes_by_years,
        Kind.INTERESTS: kept.interests_years,
        Kind.DECISIONS: kept.decisions_years,
    }
    months = {kind: number * MONTHS_A_YEAR for kind, number in years.items()}
    return Schedule({Kind.CONTACTS: kept.contacts_and_relay_words_months, **months})


def initialise(settings: Settings, clock: Clock) -> None:
    """Create or upgrade the store; safe to repeat."""
    settings.home.mkdir(parents=True, exist_ok=True)
    set_up(places(settings), clock.now, random_bytes)


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Open the store and put everything together."""
    rulebook = rulebook_of(settings)
    chosen: Clock = clock or guarded_clock(settings)
    store = open_store(places(settings), chosen.now, random_bytes)
    suspicion = chosen.suspicion
    if isinstance(chosen, GuardedClock):
        _judge(chosen, store)
        suspicion = Watch(chosen, store.database).suspicion
    library = Library()
    organisation = settings.organisation
    may_cast = frozenset(settings.voting.may_cast)
    body = Body(organisation.name, organisation.code, may_cast, organisation.contact)
    documents = Documents(settings.home / "documents")
    desk = Desk(store, library, suspicion, code=organisation.code)
    erasure = Erasure(store, documents, library)
    words = rulebook.calendar.words_with_zone
    enrolment = Enrolment(store, new_id, may_cast, library, words)
    return App(
        settings=settings,
        clock=chosen,
        store=store,
        library=library,
        rulebook=rulebook,
        desk=desk,
        opener=Opener(store, rulebook, body, documents, random_bytes),
        practice_desk=PracticeDesk(desk, Counter(desk), body, documents),
        practice_people=PracticePeople(store, body, words),
        enrolment=enrolment,
        corrections=Corrections(store, enrolment),
        erasure=erasure,
        restoring=Restoring(store, places(settings).signing_key, settings.origin, random_bytes),
        retention=Retention(store, erasure, schedule_of(settings)),
        bulletins=Bulletins(
            store,
            rulebook.calendar,
            organisation.code,
            settings.trail.daily_checkpoint,
            settings.trail.monthly_bulletin,
        ),
        digests=Digests(store, library, rulebook.calendar, settings.letters.digest),
        leaders=Leaders(store, library, rulebook.calendar, settings.letters.leaders),
    )


def _judge(clock: GuardedClock, store: Store) -> None:
    with store.database.reading() as reading:
        sweep = read_mark(reading, "sweep")
        clock.judge_start(read_head(reading).last_at, sweep[0] if sweep else None)


def post_settings(settings: Settings) -> PostSettings:
    """How letters leave."""
    mail = settings.mail
    relay = Relay(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        username=mail.username,
        password=mail.password.get_secret_value(),
        timeout_seconds=mail.timeout_seconds,
    )
    return PostSettings(
        relay=relay,
        sender=mail.sender,
        sender_name=settings.organisation.name,
        house=House(
            settings.organisation.name,
            settings.web.base_url,
            settings.organisation.contact or _where_answers_go(settings),
        ),
        reply_to=mail.reply_to,
        connections=mail.connections,
        only_to=mail.only_to,
        takes_replies=settings.inbound.expects_mail,
        letters_per_minute=mail.letters_per_minute,
        beat=timedelta(seconds=settings.scheduler.heartbeat_seconds),
    )


def _where_answers_go(settings: Settings) -> str:
    """Who can be asked where nobody is named: the address that an answer to a letter goes to."""
    return f"{settings.organisation.name}, {settings.mail.reply_to or settings.mail.sender}"

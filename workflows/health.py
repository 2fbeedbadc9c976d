"""Whether all is well: what `quorate health` and /healthz tell."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.refusals import Quarantined
from engine.working_days import Calendar
from storage.checkpoints import ALARM
from storage.corrections import oldest_pending
from storage.database import Reading
from storage.held_letters import count_held
from storage.letter_counts import kept_back, oldest_unsent, troubled
from storage.library import Library
from storage.marks import BACKUP, QUARANTINE, RELAY, marks_like, read_mark
from storage.moments import moments_of
from storage.outbox import Status
from storage.parked_letters import count_parked
from storage.proofs import read_head
from storage.setup import Store
from storage.triggers import missing_triggers
from storage.wakes import oldest_due, parked_wakes
from workflows.contact_letters import LEFT_ALONE
from workflows.escalating import lost_of_running
from workflows.inbound_alarms import inbound_alarms
from workflows.instants import instant_json
from workflows.voices import silenced

LATE_SWEEP = timedelta(seconds=60)
LATE_LETTER = timedelta(minutes=30)
LATE_CORRECTION = timedelta(days=3)
CALENDAR_LEFT = timedelta(days=365)
REMEMBERED = timedelta(days=14)
"""How long a letter that did not arrive stays an alarm after its decision has ended."""

Alarm = tuple[str, datetime | None, str]


def health(
    store: Store,
    calendar: Calendar,
    suspicion: str | None,
    backup_hours: int = 0,
    code: str = "",
) -> dict[str, Any]:
    """The state of the whole program, with an alarm for everything that wants a person.

    `backup_hours` is how old the last backup may be; 0 is no limit. `code` is the body's own, by
    which the register knows its practices.
    """
    now = store.ledger.now()
    released = store.sealer.newest()
    with store.database.reading() as reading:
        sweep = read_mark(reading, "sweep")
        due = oldest_due(reading, now)
        unsent = oldest_unsent(reading)
        head = read_head(reading)
        backup = read_mark(reading, BACKUP)
        made_at = backup[0] if backup else None
        alarms = [
            *_alarms(reading, now, sweep[0] if sweep else None, due, unsent),
            *_calendar_alarm(calendar, now),
            *_unsigned_alarm(store, head.size, released.size if released else 0),
            *_silence_alarms(reading, store, code),
            *inbound_alarms(reading, now),
            *_unreached_alarms(reading, store),
            *_backup_alarm(reading, now, made_at, timedelta(hours=backup_hours)),
        ]
    if suspicion:
        alarms.append(("clock", None, f"{suspicion}; run `quorate clock confirm` if it is right"))
    return {
        "ok": not alarms,
        "alarms": [_alarm(alarm) for alarm in alarms],
        "last_sweep_at": _instant(sweep[0] if sweep else None),
        "oldest_due_at": _instant(due),
        "oldest_unsent_at": _instant(unsent),
        "trail": {
            "size": head.size,
            "root": head.root,
            "checkpoint_size": released.size if released else 0,
        },
        "clock": "suspect" if suspicion else "ok",
        "backup_at": _instant(made_at),
    }


def _unsigned_alarm(store: Store, size: int, signed: int) -> Iterator[Alarm]:
    """Another process may hold the key; one without it can only say that nothing was signed."""
    if signed < size and store.sealer.signer() is None:
        says = (
            f"the signing key is not on this machine, and {size - signed} leaves are not signed: "
            "letters wait for that"
        )
        yield ALARM, None, says


def _alarms(
    reading: Reading,
    now: datetime,
    sweep: datetime | None,
    due: datetime | None,
    unsent: datetime | None,
) -> Iterator[Alarm]:
    if due is not None and now - due > LATE_SWEEP:
        since = "never" if sweep is None else instant_json(sweep)
        yield "deadline", due, f"a deadline is overdue; last sweep: {since}; is `serve` running?"
    if unsent is not None and now - unsent > LATE_LETTER:
        yield "letters", unsent, "letters have been waiting for more than half an hour"
    relay = read_mark(reading, RELAY)
    if relay:
        remedy = "letters wait and go when it answers; check it, and [mail] host, port, security"
        yield RELAY, relay[0], f"the mail relay is in trouble: {relay[1]}; {remedy}"
    unsigned = read_mark(reading, ALARM)
    if unsigned:
        yield ALARM, unsigned[0], f"no letter leaves: {unsigned[1]}"
    for at, says in marks_like(reading, "nobody "):
        yield "nobody", at, says
    yield from _people_alarms(reading, now)
    for words in parked_wakes(reading):
        yield "parked", None, words
    yield from _waiting_alarms(reading)
    missing = missing_triggers(reading)
    if missing:
        yield "triggers", None, f"triggers of the trail are missing: {', '.join(sorted(missing))}"
    yield from _letter_alarms(troubled(reading, now - REMEMBERED))
    if number := kept_back(reading, now - REMEMBERED):
        says = f"{number} letters were not sent, for [mail] only_to does not allow their addresses"
        yield "letters_kept_back", None, f"{says}; empty it where letters are meant for everyone"


def _waiting_alarms(reading: Reading) -> Iterator[Alarm]:
    """Letters that wait for a person to say something."""
    quarantine = read_mark(reading, QUARANTINE)
    if quarantine:
        yield "quarantine", quarantine[0], f"{Quarantined().says} {Quarantined().help}"
    held = sum(count_held(reading).values())
    if held:
        says = f"{held} letters may have gone out before the backup was restored: "
        yield "letters_held", None, f"{says}`quorate letters held`"
    if parked := count_parked(reading):
        says = f"{parked} letters could not be written or handed over, the others went: "
        yield "letters_parked", None, f"{says}`quorate letters parked` says why and what to do"


def _letter_alarms(counts: Mapping[str, int]) -> Iterator[Alarm]:
    for status, says in (
        (Status.FAILED, "could not be delivered: ring these practices"),
        (Status.AMBIGUOUS, "may or may not have arrived: ring these practices"),
    ):
        if counts.get(status):
            yield f"letters_{status}", None, f"{counts[status]} letters {says}"


def _people_alarms(reading: Reading, now: datetime) -> Iterator[Alarm]:
    """Practices that lost the last person to write to, and corrections that nobody looks at."""
    for at, says in marks_like(reading, LEFT_ALONE):
        yield "left_alone", at, says
    number, since = oldest_pending(reading)
    if since is not None and now - since > LATE_CORRECTION:
        says = f"{number} corrections of practices' people wait: `quorate people corrections list`"
        yield "corrections", since, says


def _silence_alarms(reading: Reading, store: Store, code: str) -> Iterator[Alarm]:
    """Practices that had somebody who could vote when the decision opened, and have nobody now."""
    for reference, practice in silenced(reading, store.keys, Library(), code):
        says = f"{reference}: nobody is left at {practice} who may cast its vote; "
        remedy = "ring them, and if their vote matters withdraw the decision and open it anew"
        yield "nobody_votes", None, says + remedy


def _unreached_alarms(reading: Reading, store: Store) -> Iterator[Alarm]:
    """Practices that are asked something, and that no letter has reached."""
    for reference, codes in lost_of_running(reading, store.keys, Library()):
        says = f"{reference}: no letter has reached {', '.join(codes)}; ring them: "
        yield "unreached", None, f"{says}`quorate decision phone-list {reference}`"


def _calendar_alarm(calendar: Calendar, now: datetime) -> Iterator[Alarm]:
    end = calendar.instant(now.date().replace(calendar.last_year, 12, 31), calendar.deadline_time)
    if end - now < CALENDAR_LEFT:
        yield "calendar", None, f"bank holidays are known to {calendar.last_year} only: load more"


def _backup_alarm(
    reading: Reading, now: datetime, made_at: datetime | None, limit: timedelta
) -> Iterator[Alarm]:
    """A backup that is too old; where none was ever made, once the trail itself is as old."""
    since = made_at or moments_of(reading, [0]).get(0)
    if limit and since is not None and now - since > limit:
        never = "no backup has been made" if made_at is None else "the last backup is too old"
        yield "backup", since, f"{never}: run `quorate backup FILE`"


def _alarm(alarm: Alarm) -> dict[str, Any]:
    name, since, says = alarm
    return {"name": name, "since": _instant(since), "says": says}


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_json(moment)

"""The stage: the program in a folder of its own, with a clock that is set and a post that keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import App, build, initialise, post_settings
from app.config import Mail, Settings, Storage, Trail
from app.rehearse.body import people_file, practices_file
from notifications.post import settlement
from notifications.present import NotWanted
from notifications.sorting import SortingOffice
from storage.outbox import Settlement, Status

_KEPT = "kept: this is a rehearsal"


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    moment: datetime

    def now(self) -> datetime:
        """Where it stands."""
        return self.moment

    def suspicion(self) -> str | None:
        """Nobody doubts it: it is meant to jump."""
        return None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that would have gone out now."""

    name: str
    to: str
    subject: str
    text: str


@dataclass
class Stage:
    """The running program, and the letters that it has owed so far."""

    app: App
    clock: SetClock
    office: SortingOffice
    letters: list[Letter] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def post(self) -> list[Letter]:
        """Take every letter that is owed now, as the postman does, and keep it.

        What could not be written is added to `troubles`, a line for each reason.
        """
        taken: list[Letter] = []
        self.office.expand_all()
        while batch := self.office.take():
            settled = list(batch.settled)
            failed = (each.reason or "" for each in settled if each.status is Status.PARKED)
            self.troubles += dict.fromkeys(failed)
            for ready in batch.ready:
                status, reason = Status.ACCEPTED, _KEPT
                try:
                    self.office.let_go(ready)
                    taken.append(_read(ready.claimed.mailing.letter, ready.content))
                except NotWanted as error:
                    status, reason = Status.SKIPPED, str(error)
                settled.append(
                    settlement(ready.claimed, status, reason, ready.contact, ready.message_id)
                )
            self._settle(settled)
        self.letters += taken
        return taken

    def _settle(self, settled: list[Settlement]) -> None:
        if settled:
            self.app.desk.settle(settled)


def _read(name: str, content: bytes) -> Letter:
    """By the older of the standard library's two ways, which takes a tenth of the time."""
    message = message_from_bytes(content)
    for part in message.walk():
        body = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(body, bytes):
            text = body.decode().replace("\r\n", "\n")
            return Letter(name, _header(message["To"]), _header(message["Subject"]), text)
    raise AssertionError("every letter has a text")


def _header(folded: str) -> str:
    return str(make_header(decode_header("".join(folded.splitlines()))))


@contextmanager
def stage(settings: Settings, start: datetime) -> Iterator[Stage]:
    """A fresh body at this instant, with its practices and people; gone when the block ends."""
    with TemporaryDirectory(prefix="quorate-rehearsal-") as folder:
        ours = _settings_in(Path(folder), settings)
        clock = SetClock(start)
        initialise(ours, clock)
        app = build(ours, clock)
        try:
            code = ours.organisation.code
            app.enrolment.practices(practices_file(code), None, frozenset([code]), dry_run=False)
            app.enrolment.people(people_file(), dry_run=False)
            office = SortingOffice(app.store, app.library, post_settings(ours))
            yield Stage(app, clock, office)
        finally:
            app.close()


def _settings_in(folder: Path, settings: Settings) -> Settings:
    """The body's own settings, but for everything that leads out of the folder."""
    ours = {
        "storage": Storage(url=f"sqlite:///{folder}/quorate.db"),
        "trail": Trail(),
        "mail": Mail(),
        "workflows": settings.workflows,
    }
    return settings.model_copy(update=ours)

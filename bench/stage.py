"""A body with practices, people and a decision, made for a benchmark on a clock that is set."""

import contextlib
import csv
import io
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.bootstrap import App, build, initialise
from app.config import Settings
from engine.links import make_token
from engine.people import Actor, How
from storage.links import all_links
from workflows.decision_file import read_decision_file
from workflows.enrolment import NamedFile

ROOT = Path(__file__).parent.parent
CODE = "04G"

VOTE = b"""title = "Diabetes local enhanced service"
summary = "What is proposed, in plain words."
[facts]
affects_practice_income = true
changes_contract_or_les = true
"""


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))  # noqa: TID251 - a script

    def now(self) -> datetime:
        """Where it stands."""
        return self.moment

    def suspicion(self) -> None:
        """It is always trusted."""


@dataclass
class Stage:
    """The program on a folder of its own."""

    folder: Path
    app: App
    clock: SetClock
    config: Path

    def open_vote(self) -> str:
        """Open a decision; its reference."""
        read = read_decision_file(VOTE, "bench.toml")
        return self.app.opener.open(read, {}, Actor(None, How.CLI)).opening.reference

    def tokens(self, reference: str) -> dict[str, str]:
        """A voter's link for each practice."""
        return tokens(self.app, reference)


def tokens(app: App, reference: str) -> dict[str, str]:
    """A voter's link for each practice."""
    key = app.store.link_key
    with app.store.database.reading() as reading:
        links = [held for held in all_links(reading, reference) if held.may_cast]
    return {
        held.practice: make_token(key, reference, held.practice, held.person, held.generation)
        for held in links
    }


@contextlib.contextmanager
def stage(practices: int, smtp_port: int = 25, port: int = 8000) -> Iterator[Stage]:
    """A fresh body of so many practices, each with a lead, a deputy and a manager."""
    with tempfile.TemporaryDirectory(prefix="quorate-bench-") as name:
        folder = Path(name)
        config = folder / "config.toml"
        config.write_text(_CONFIG.format(folder=folder, smtp=smtp_port, port=port))
        clock = SetClock()
        settings = Settings(
            storage={"url": f"sqlite:///{folder}/quorate.db"},  # type: ignore[arg-type]
            mail={"port": smtp_port},  # type: ignore[arg-type]
        )
        clock.moment -= timedelta(days=9)
        initialise(settings, clock)
        app = build(settings, clock)
        codes = [f"K{n:05}" for n in range(practices)]
        app.enrolment.practices(_practices(codes), None, frozenset([CODE]), dry_run=False)
        app.enrolment.people(_people(codes), dry_run=False)
        try:
            yield Stage(folder, app, clock, config)
        finally:
            app.close()


_CONFIG = """[storage]
url = "sqlite:///{folder}/quorate.db"
[mail]
port = {smtp}
[web]
port = {port}
base_url = "http://127.0.0.1:{port}"
"""


def _practices(codes: list[str]) -> NamedFile:
    rows = [[c, f"PRACTICE {c}", "NN1 1AA", CODE, "NHS NENE CCG", "", 8000] for c in codes]
    head = ["ods_code", "name", "postcode", "ccg_code", "ccg_name", "locality", "list_size"]
    return _csv("practices.csv", [head, *rows])


def _people(codes: list[str]) -> NamedFile:
    rows = [
        [code, f"Dr {role.title()} {code}", f"{role}.{code.lower()}@practice.example", role]
        for code in codes
        for role in ("lead", "deputy", "manager")
    ]
    return _csv("people.csv", [["ods_code", "name", "email", "role"], *rows])


def _csv(name: str, rows: Iterable[Iterable[object]]) -> NamedFile:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return NamedFile(name, text.getvalue().encode())


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(port: int, *command: str) -> Iterator[None]:
    """Run a server of ours in a process of its own until it is no longer needed."""
    whole = [sys.executable, *command]
    with subprocess.Popen(whole, cwd=ROOT, stderr=subprocess.DEVNULL) as running:  # noqa: S603
        try:
            _wait_for(port)
            yield
        finally:
            running.terminate()


def _wait_for(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)

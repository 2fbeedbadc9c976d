"""Walks through a document as its reader would, in an empty folder, and reads along."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.bootstrap import build, calendar_of, guarded_clock
from app.cli import app as command_line
from app.config import load_settings
from engine.financial_year import year_of
from engine.links import make_token
from storage import tables
from tests.docs.reading import ROOT, Aside, Run, Save, exit_code, fits, steps
from tests.small_body import HandClock
from workflows.answers import Answer, Recorded
from workflows.overview import overviews

CONFIG = Path("config.toml")
QUORATE = ("-m", "app.cli")
PATIENCE = 120.0
DEMO = (*QUORATE, "demo", "--practices", "6", "--dir", "demo")
_SITE = re.compile(r"http://127\.0\.0\.1:(\d+)[.;] Ctrl-C stops it")
_LINK = re.compile(r"^ *(http://127\.0\.0\.1:\d+/respond/\S{43})$", re.MULTILINE)


@dataclass
class Walk:
    """One reader at one desk. `wrong` collects where the document and the program part."""

    patch: pytest.MonkeyPatch
    web: int
    mail: int
    aliases: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"quorate": QUORATE})
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    skipping: bool = False
    caught: Path = Path()  # where the links are that a reader sees
    numbers: dict[str, str] = field(default_factory=dict)  # as the document has them, and as here

    def read(self, text: str) -> list[str]:
        """Do everything the document says; what did not come out as it says."""
        for step in steps(self.ported(text)):
            match step:
                case Save():
                    Path(step.name).write_text(self.numbered(step.text), encoding="utf-8")
                case Aside():
                    self.hear(step.says)
                case Run() if not self.skipping:
                    self.run(Run(self.numbered(step.command), self.numbered(step.shown)))
        return self.wrong

    def ported(self, text: str) -> str:
        """The same on ports that are free here, in the financial year that it is."""
        text = text.replace("8000", str(self.web)).replace("2525", str(self.mail))
        return text.replace("2026/27", this_year())

    def numbered(self, text: str) -> str:
        """The same with the numbers that comments have here."""
        for theirs, ours in self.numbers.items():
            text = re.sub(rf"\b{theirs}\b", ours, text)
        return text

    # --- words to the test ----------------------------------------------------------------

    def hear(self, says: str) -> None:
        word, _, rest = says.partition(": ")
        known: dict[str, Callable[[str], None]] = {
            "not run": self.skip,
            "run again": self.resume,
            "file": self.put,
            "days pass": self.let_days_pass,
            "in the browser": self.send,
            "comments": self.comment,
            "Ctrl-C": self.stop,
        }
        if word in known:
            known[word](rest)

    def skip(self, _why: str) -> None:
        self.skipping = True

    def resume(self, _why: str) -> None:
        self.skipping = False

    def put(self, rest: str) -> None:
        name, _, source = rest.partition(" = ")
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, name)

    def let_days_pass(self, _rest: str) -> None:
        """The next deadline comes, and the sweep passes it."""
        clock = HandClock()
        app = build(load_settings(CONFIG, required=True), clock)
        with app.store.database.reading() as reading:
            found = overviews(reading, app.store.keys, app.library, clock.now())
        waiting = [d["due_at"] for each in found for d in each["deadlines"] if _waits(d)]
        clock.at = type(clock.at).fromisoformat(min(waiting))
        app.desk.sweep()
        app.close()

    @property
    def seen(self) -> str:
        """Everything the reader has been shown in the file they look at."""
        return self.caught.read_text(encoding="utf-8")

    def send(self, what: str) -> None:
        """A person opens the last link they were shown and sends the form."""
        link = _LINK.findall(self.seen)[-1]
        form = {"name": "Joan Miller", what: "for" if what == "choice" else "It would help us."}
        with urlopen(link) as page, urlopen(link, urlencode(form).encode()) as receipt:  # noqa: S310 - loopback
            told = page.read().decode() + receipt.read().decode()
        if "recorded" not in told:
            self.wrong.append(f"no receipt for {what}")

    def comment(self, rest: str) -> None:
        """Somebody at a practice comments by their link; the document knows the number already."""
        number, _, text = rest.partition(" = ")
        app = build(load_settings(CONFIG, required=True))
        with app.store.database.reading() as reading:
            link = reading.execute(select(tables.link)).first()
        assert link is not None
        meant = (link.decision, link.practice, link.person, link.generation)
        token = make_token(app.store.link_key, *meant)
        reply = app.practice_desk.respond(token, Answer({}, "Joan Miller", "", text))
        app.close()
        assert isinstance(reply, Recorded)
        self.numbers[number] = str(reply.leaves[0])

    # --- commands -------------------------------------------------------------------------

    def run(self, step: Run) -> None:
        word = step.command.split()[0]
        if word == "alias":
            self.learn(step.command)
        elif re.match(r"\w+=", word):
            return
        elif step.command.endswith("&"):
            self.start(step.command)
        elif word == "kill":
            self.stop()
        elif step.command.startswith("./run demo"):
            self.demonstrate(step)
        elif word == "cd":
            self.patch.chdir(step.command.split()[1])
        else:
            self.compare(step, *(self.quorate if word == "quorate" else shell)(step.command))

    def compare(self, step: Run, code: int, output: str) -> None:
        if code != exit_code(step.shown) or not fits(step.shown, output):
            self.wrong.append(f"$ {step.command}\n{output}\n[exit code {code}]")

    def quorate(self, command: str) -> tuple[int, str]:
        words = shlex.split(os.path.expandvars(command))[1:]
        done = CliRunner().invoke(command_line, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    def learn(self, command: str) -> None:
        """What a name stands for: a module of the interpreter, or the program itself."""
        name, _, words = command.removeprefix("alias ").partition("=")
        _, python, given = words.strip('"').partition("/.venv/bin/python ")
        self.aliases[name] = tuple(given.split()) if python else QUORATE

    def start(self, command: str) -> None:
        """A command that runs behind until it is stopped; its port answers before the next."""
        words, _, file = command.rstrip("& ").partition(">")
        name, *rest = words.removesuffix(" 2").split()
        with Path(file.strip()).open("wb") as out:
            what = (sys.executable, *self.aliases[name], *rest)
            process = subprocess.Popen(what, stdout=out, stderr=out)
        self.running.append(process)
        if name == "catcher":
            self.caught = Path(file.strip()).resolve()
        port = self.web if name == "quorate" else self.mail
        wait_for(process, lambda: answers(port), Path(file.strip()).read_text)

    def demonstrate(self, step: Run) -> None:
        """The demo on a few practices, up to where it waits to be stopped."""
        self.caught = Path("demo.txt").resolve()
        with self.caught.open("wb") as out:
            what = (sys.executable, "-u", *DEMO, *step.command.split()[2:])
            plain = {k: v for k, v in os.environ.items() if not k.startswith("QUORATE_")}
            process = subprocess.Popen(what, stdout=out, stderr=subprocess.STDOUT, env=plain)
        self.running.append(process)
        there = lambda: any(answers(int(port)) for port in _SITE.findall(self.seen))  # noqa: E731
        wait_for(process, there, lambda: self.seen)
        self.compare(step, 0, self.seen)

    def stop(self, _why: str = "") -> None:
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait(PATIENCE)


def this_year() -> str:
    """The financial year as documents write it: what they approve is charged to it."""
    settings = load_settings(CONFIG, required=False)
    now = guarded_clock(settings).now()
    return str(year_of(calendar_of(settings), now))


def shell(command: str) -> tuple[int, str]:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def wait_for(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], seen: Callable[[], str]
) -> None:
    """Another process gives no other sign than its port, or what it prints."""
    end = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"{process.args!r} is not ready:\n{seen()}")
        time.sleep(0.05)


def free_ports(number: int) -> list[int]:
    """Ports of loopback that nothing listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _waits(deadline: dict[str, str]) -> bool:
    return deadline["status"] == "waiting"

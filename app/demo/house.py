"""The demo's house: a fresh folder with the program in it, its site and its catcher running."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import structlog
import uvicorn

from app.bootstrap import App, build, initialise
from app.config import Settings, load_settings
from app.demo.cast import Cast, cast_for
from app.demo.catcher import LOOPBACK, Catcher
from app.demo.clock import JumpingClock
from app.sealing import Sealing
from app.server import server_of
from storage.register import open_practices
from workflows.enrolment import NamedFile

DATA = Path(__file__).parent / "data"
BODY = "04G"
_START_SECONDS = 20.0
_CONFIG = """\
# Written by `quorate demo`. Every other key has its built-in default.
[organisation]
name = "NHS Nene CCG"
code = "{body}"
contact = "the secretary, 01632 960123, secretary@ccg.example"

[storage]
url = "sqlite:///quorate.db"

[web]
base_url = "http://{host}:{web}"
port = {web}

[mail] # the demo's own catcher, which listens as long as the demo runs
port = {mail}
sender = "decisions@ccg.example"
reply_to = "secretary@ccg.example"
"""


@contextmanager
def logs_kept(file: Path) -> Iterator[None]:
    """Send the program's log to a file in the folder, for as long as this lasts."""
    before = structlog.get_config()
    with file.open("a", encoding="utf-8") as log:
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
            logger_factory=structlog.WriteLoggerFactory(log),
            cache_logger_on_first_use=False,
        )
        try:
            yield
        finally:
            structlog.configure(**before)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs: the program, its people, its catcher, its clock."""

    folder: Path
    config: Path
    settings: Settings
    clock: JumpingClock
    app: App
    cast: Cast
    catcher: Catcher

    @property
    def base_url(self) -> str:
        """Where the site is."""
        return self.settings.web.base_url

    def enrol(self, *, corrected: bool) -> None:
        """Import the file of people, with or without the slip in an address."""
        text = self.cast.people_file(corrected=corrected)
        (self.folder / "people.csv").write_text(text, encoding="utf-8")
        self.app.enrolment.people(NamedFile("people.csv", text.encode()), dry_run=False)


@asynccontextmanager
async def catching(folder: Path) -> AsyncIterator[Catcher]:
    """A mail catcher that keeps its letters in the folder."""
    catcher = Catcher(folder / "letters")
    await catcher.start()
    try:
        yield catcher
    finally:
        await catcher.stop()


@asynccontextmanager
async def open_house(
    folder: Path, practices: int, clock: JumpingClock, catcher: Catcher
) -> AsyncIterator[House]:
    """Set everything up in the folder, import who there is, open the site."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        config = _write_config(folder, listener.getsockname()[1], catcher.port)
        settings = load_settings(config, required=True)
        initialise(settings, clock)
        app = build(settings, clock)
        try:
            cast = _import(app, folder, practices)
            catcher.mailboxes = cast.mailboxes
            house = House(folder, config, settings, clock, app, cast, catcher)
            house.enrol(corrected=False)
            async with _site(app, listener):
                yield house
        finally:
            app.close()


def _write_config(folder: Path, web: int, mail: int) -> Path:
    config = folder / "config.toml"
    config.write_text(_CONFIG.format(body=BODY, host=LOOPBACK, web=web, mail=mail))
    copytree(DATA / "decisions", folder / "decisions")
    return config


def _import(app: App, folder: Path, practices: int) -> Cast:
    """Bring the first so many practices into the register, and make up their people."""
    lines = (DATA / "practices.csv").read_text(encoding="utf-8").splitlines()[: practices + 1]
    text = "\n".join([*lines, ""])
    (folder / "practices.csv").write_text(text, encoding="utf-8")
    file = NamedFile("practices.csv", text.encode())
    app.enrolment.practices(file, None, frozenset([BODY]), dry_run=False)
    with app.store.database.reading() as reading:
        return cast_for(open_practices(reading, BODY))


class _Server(uvicorn.Server):
    """A server that says when it listens, and leaves Ctrl-C to the demo."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _site(app: App, listener: socket.socket) -> AsyncIterator[None]:
    """The real site on this socket, until the block ends."""
    sealing = Sealing(app.store.sealer)
    server = _Server(server_of(app, LOOPBACK, listener.getsockname()[1], sealing).config)
    sealing.start()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(_START_SECONDS):
            await server.listening.wait()
        yield
    finally:
        server.should_exit = True
        await serving
        await asyncio.to_thread(sealing.stop)

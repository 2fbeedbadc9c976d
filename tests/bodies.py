"""Small bodies on stores of both kinds: set up once in a process, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from app.bootstrap import App, build
from tests.databases import Postgres
from tests.small_body import HandClock, found, live_through, settings_for


@dataclass
class Seeds:
    """Stores of three practices, to be copied."""

    folder: Path
    _postgresql: str = ""

    def sqlite(self) -> Path:
        """A folder with a database file and its keys."""
        folder = self.folder / "sqlite"
        if not folder.exists():
            folder.mkdir()
            _grow(f"sqlite:///{folder}/quorate.db", folder)
        return folder

    def postgresql(self, server: Postgres) -> tuple[str, Path]:
        """The address of a database, and the folder of its keys."""
        folder = self.folder / "postgresql"
        if not folder.exists():
            folder.mkdir()
            self._postgresql = server.create(server.migrated)
            _grow(self._postgresql, folder)
        return self._postgresql, folder


def _grow(url: str, folder: Path) -> None:
    found(settings_for(url, folder), HandClock()).close()


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Where small bodies are copied from."""
    return Seeds(tmp_path_factory.mktemp("seeds"))


@pytest.fixture
def body_url(
    database_kind: str, tmp_path: Path, seeds: Seeds, request: pytest.FixtureRequest
) -> str:
    """A store of three practices, set up and enrolled; its keys lie in the test's folder."""
    if database_kind == "sqlite":
        return _copied_file(seeds, tmp_path)
    server: Postgres = request.getfixturevalue("postgres_server")
    seed, keys = seeds.postgresql(server)
    shutil.copytree(keys, tmp_path, dirs_exist_ok=True)
    return server.as_new(seed)


def _copied_file(seeds: Seeds, folder: Path) -> str:
    shutil.copytree(seeds.sqlite(), folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/quorate.db"


def _copied_database(seeds: Seeds, folder: Path, server: Postgres) -> str:
    seed, keys = seeds.postgresql(server)
    shutil.copytree(keys, folder, dirs_exist_ok=True)
    return server.create(seed)


@pytest.fixture
def clock() -> HandClock:
    """The time, as the test says."""
    return HandClock()


@pytest.fixture
def app(body_url: str, tmp_path: Path, clock: HandClock) -> Iterator[App]:
    """The program on a small body, with a clock set by hand."""
    app = build(settings_for(body_url, tmp_path), clock)
    yield app
    app.close()


@pytest.fixture(scope="session")
def histories(
    seeds: Seeds, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], App]]:
    """By kind of database: a body whose first decision has gone all its way."""
    with ExitStack() as stack:

        @cache
        def history(kind: str) -> App:
            folder = tmp_path_factory.mktemp("history")
            clock = HandClock()
            if kind == "sqlite":
                url = _copied_file(seeds, folder)
            else:
                url = _copied_database(seeds, folder, request.getfixturevalue("postgres_server"))
            app = build(settings_for(url, folder), clock)
            stack.callback(app.close)
            live_through(app, clock)
            return app

        yield history


@pytest.fixture
def history(histories: Callable[[str], App], database_kind: str) -> App:
    """A whole decision to look at. It is shared: whoever asks for it leaves it as it is."""
    return histories(database_kind)

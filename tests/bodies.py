"""Small bodies on stores of both kinds: set up once in a process, copied for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.bootstrap import App, build
from tests.databases import Postgres
from tests.small_body import HandClock, found, settings_for


@dataclass
class Seeds:
    """Small bodies set up once in a process, to be copied by its tests."""

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
) -> Iterator[str]:
    """A store of three practices, set up and enrolled; its keys lie in the test's folder."""
    if database_kind == "sqlite":
        shutil.copytree(seeds.sqlite(), tmp_path, dirs_exist_ok=True)
        yield f"sqlite:///{tmp_path}/quorate.db"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    seed, keys = seeds.postgresql(server)
    shutil.copytree(keys, tmp_path, dirs_exist_ok=True)
    with server.lent(seed) as url:
        yield url


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

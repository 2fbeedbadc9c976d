"""What tests of every floor share: an empty database of either kind, and Debian's browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.databases import Postgres, postgres

settings.register_profile("gate", derandomize=True, phases=[Phase.explicit, Phase.generate])
settings.register_profile("explore")
settings.load_profile(os.environ.get("QUORATE_TEST_PROFILE", "gate"))
"""The gate plays the same examples every time and shrinks nothing, so that a failure is told at
once; QUORATE_TEST_PROFILE=explore plays new ones."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The PostgreSQL of this process, started when the first test asks for it."""
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each test that asks for a database runs on both kinds."""
    return str(request.param)


@pytest.fixture
def database_url(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database without a trail: a file still to be made, or a fresh one with empty tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/quorate.db"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.create(server.migrated)
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser; whoever asks for it is skipped, and says so, where there is none."""
    browser = Path("/usr/bin/chromium")
    if not browser.exists():
        pytest.skip(f"NO BROWSER: {browser} is missing, so no page was seen by a browser")
    return browser

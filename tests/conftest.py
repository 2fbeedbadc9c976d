"""What tests of every floor share: an empty database of either kind."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.databases import Postgres, postgres
from workflows import rulebook

settings.register_profile("gate", derandomize=True, phases=[Phase.explicit, Phase.generate])
settings.register_profile("explore")
settings.load_profile(os.environ.get("QUORATE_TEST_PROFILE", "gate"))
"""The gate plays the same examples every time and shrinks nothing, so that a failure is told at
once; QUORATE_TEST_PROFILE=explore plays new ones."""


@pytest.fixture(scope="session", autouse=True)
def _definitions_are_read_once() -> Iterator[None]:
    """Thousands of tests open a body; the definitions that ship are the same each time."""
    with pytest.MonkeyPatch.context() as patch:
        read = lru_cache(256)(rulebook.read_definition)
        patch.setattr(rulebook, "read_definition", read)
        yield


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

"""An empty folder on free ports, for somebody who does what a document says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.terminal import out
from tests.databases import Postgres
from tests.docs.reading import DOCS, ROOT, Save, steps
from tests.docs.walk import Walk, free_ports

CONFIG = """[organisation]
name = "NHS Nene CCG"
code = "04G"

[web]
base_url = "http://127.0.0.1:8000"
port = 8000

[mail]
port = 2525
"""
WITHOUT_BODY = ("import-practices-and-people.md", "use-postgresql.md")


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A reader in an empty folder of their own."""
    (tmp_path / "clone").mkdir()
    monkeypatch.chdir(tmp_path / "clone")
    for name, value in {
        "QUORATE": str(ROOT),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        "QUORATE_CLOCK__MAX_JUMP_MINUTES": "0",  # days pass in no time here
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(out, "_width", 200)  # a worker that had COLUMNS at its start keeps that
    web, mail = free_ports(2)
    walk = Walk(monkeypatch, web, mail)
    yield walk
    walk.stop()


@pytest.fixture
def at_desk(walk: Walk, request: pytest.FixtureRequest) -> Callable[[str], Walk]:
    """The same, in the folder that a how-to begins in."""

    def seat(document: str) -> Walk:
        config = walk.ported(CONFIG)
        if document == "use-postgresql.md":
            server: Postgres = request.getfixturevalue("postgres_server")
            config += f'[storage]\nurl = "{server.create()}"\n'
        Path("config.toml").write_text(config, encoding="utf-8")
        if document not in WITHOUT_BODY:
            enrol(walk)
        return walk

    return seat


def enrol(walk: Walk) -> None:
    """Practices of the demo, and the people of the page on importing them."""
    text = (DOCS / "how-to" / WITHOUT_BODY[0]).read_text(encoding="utf-8")
    people = next(s for s in steps(text) if isinstance(s, Save) and s.name == "people.csv")
    Path(people.name).write_text(people.text, encoding="utf-8")
    for command in (
        'quorate practices import "$QUORATE/app/demo/data/practices.csv"',
        f"quorate people import {people.name}",
    ):
        assert walk.quorate(command)[0] == 0

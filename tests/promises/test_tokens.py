"""A thousand links go out and are used; the secret part of none is found anywhere (promise P9).

Letters go to a relay over TCP, pages are opened, votes sent, errors provoked; then everything that
was kept, logged, exported, shown or backed up is searched for each of them, in every form.
"""

import asyncio
import base64
import io
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import select, text, update
from structlog.testing import LogCapture

from app.bootstrap import App
from app.sealing import Sealing
from app.server import SiteDesk, house_of
from app.verifier import verifier_file
from engine.disclosure import Role
from engine.trail import canonical
from storage import tables
from storage.copying import Parts, copy_all
from storage.setup import Store
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.posting import deliver
from tests.promises.tokens import Search, tokens_sent
from tests.small_body import HandClock, closing, codes, enrol, open_vote
from tests.web.sample_pages import settings_for
from tests.web.visiting import Asking
from web.desk import House
from web.site import build_site
from workflows.bundle import Scope, write_bundle
from workflows.health import health
from workflows.overview import overview
from workflows.room import Room
from workflows.taking_away import CommitteeBundles

PRACTICES, DECISIONS = 50, 10
A_NURSE = {
    "what": "add",
    "name": "Jane",
    "person_name": "Nora Nurse",
    "person_email": "nora@practice.example",
    "person_role": "nurse",
}


class LeakyError(Exception):
    """An error whose message holds the link, as a driver's may."""


@dataclass
class Used:
    """A body whose links have been used, and what it wrote down meanwhile."""

    app: App
    folder: Path
    tokens: list[str]
    logged: str
    pages: dict[str, str]  # by token: all that its own addresses showed

    def search(self) -> Search:
        return Search(self.tokens)


Live = Callable[[int, int], Awaitable[Used]]
"""Sends and uses the links of so many practices in so many decisions."""


@pytest_asyncio.fixture
async def live(
    app: App,
    clock: HandClock,
    tmp_path: Path,
    relay: MisbehavingServer,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[Live]:
    """A body whose links are sent and used, with every log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    lines = LogCapture()
    structlog.configure(processors=[lines])

    async def lived(practices: int, decisions: int) -> Used:
        enrol(app, practices)
        opened = [open_vote(app) for _ in range(decisions)]
        await deliver(app, relay.port, connections=4)
        tokens = sorted(tokens_sent(taken.content for taken in relay.taken))
        pages = await asyncio.to_thread(use, app, clock, tokens, closing(app, opened[0]))
        await deliver(app, relay.port, connections=4)
        app.store.sealer.seal()
        heard = [(each.getMessage(), each.exc_text, each.args) for each in caplog.records]
        return Used(app, tmp_path, tokens, f"{lines.entries}{heard}", pages)

    yield lived
    structlog.reset_defaults()


def use(app: App, clock: HandClock, tokens: list[str], closes: datetime) -> dict[str, str]:
    """Every link is opened and answered, and errors of every kind are provoked."""
    house = house_of(app, Sealing(app.store.sealer))
    ask = Asking(build_site(house, settings_for(misses_allowed=10**6)))
    shown: dict[str, str] = {}
    for n, token in enumerate(tokens):
        way, form = f"/respond/{token}", {"choice": "for", "name": "Jane Smith"}
        answers = [ask("POST", way, form if n % 2 else {"name": ""})]
        answers += [ask("GET", way)] if n % 5 == 0 else []
        answers += [ask("GET", f"{way}/receipt")] if n % 5 == 1 else []
        answers += [ask("GET", f"{way}/people")] if n % 5 == 2 else []
        answers += [ask("GET", f"{way}/receipt.txt")] if n % 5 == 3 else []
        shown[token] = "".join(answer.text for answer in answers)
        if n % 10 == 0:
            ask("GET", f"/repsond/{token}")
            ask("GET", f"/respond/{token}x?again={token}")
            ask("PUT", way)
            ask("POST", f"{way}/people", {**A_NURSE, "comment": token})
            ask("POST", way, {**form, "comment": f"Mine is https://votes.nene.example{way}"})
    clock.at = closes
    vote = {"choice": "for", "name": "Jo"}
    late = [ask("POST", f"/respond/{token}", vote) for token in tokens[:20]]
    broken = Asking(build_site(breaking(app), settings_for()))
    for token in tokens[:20]:
        broken("GET", f"/respond/{token}")
    assert {200, 303, 404, 405, 409, 422} <= set(ask.seen), ask.seen
    assert (set(broken.seen), {each.status for each in late}) == ({500}, {409})
    ask.close()
    broken.close()
    return shown


def breaking(app: App) -> House:
    """A house whose desk fails, saying the link."""

    class Breaking(SiteDesk):
        def page(self, token: str) -> None:
            raise LeakyError(f"SELECT ... WHERE token = {token!r} /respond/{token}")

    house = house_of(app, Sealing(app.store.sealer))
    desk = Breaking.__new__(Breaking)
    return replace(house, desk=desk)


# --- where they are looked for ----------------------------------------------------------------


def exported(app: App) -> bytes:
    """All that commands print."""
    out = io.BytesIO()
    now = app.store.ledger.now()
    with app.store.database.reading() as reading:
        for reference in references(app):
            shown = overview(reading, app.store.keys, app.library, reference, now)
            out.write(repr(shown).encode())
    out.write(repr(health(app.store, app.rulebook.calendar, None)).encode())
    return out.getvalue()


def bundles(app: App) -> list[bytes]:
    """One for each role."""
    made = []
    for role in Role:
        out = io.BytesIO()
        practice = codes(1)[0] if role is Role.PRACTICE else None
        write_bundle(app.store, Scope(role, None, practice), verifier_file(), out)
        made.append(out.getvalue())
    return made


def references(app: App) -> list[str]:
    with app.store.database.reading() as reading:
        return list(reading.execute(select(tables.decision.c.reference)).scalars())


def committee_pages(app: App) -> bytes:
    """What staff are shown of every decision."""
    room = Room(app.desk, app.rulebook.calendar, CommitteeBundles(app.store, verifier_file()))
    return "".join(repr(room.decision("nobody", each)) for each in references(app)).encode()


def rows(store: Store) -> bytes:
    """Every value of every table, as text and as bytes."""
    out = io.BytesIO()
    with store.database.reading() as reading:
        for table in tables.metadata.sorted_tables:
            for row in reading.execute(select(table)):
                for value in row:
                    out.write(value if isinstance(value, bytes) else str(value).encode())
                    out.write(b"\n")
    return out.getvalue()


def processes(store: Store) -> bytes:
    """Command lines of every process, our own environment, and what PostgreSQL says it does."""
    said = [path.read_bytes() for path in _command_lines()]
    said.append(repr(dict(os.environ)).encode())
    if store.database.writer.dialect.name == "postgresql":
        with store.database.reading() as reading:
            doing = reading.execute(text("SELECT * FROM pg_stat_activity")).all()
        said.append(repr(doing).encode())
    return b"\n".join(said)


def _command_lines() -> list[Path]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            path.read_bytes()
        except OSError:
            continue
        found.append(path)
    return found


async def test_a_thousand_links_are_found_nowhere_but_in_their_letters_and_pages(
    live: Live, database_kind: str
) -> None:
    """On PostgreSQL two hundred."""
    decisions = DECISIONS if database_kind == "sqlite" else DECISIONS // 5
    used = await live(PRACTICES, decisions)
    search, app = used.search(), used.app
    assert len(used.tokens) == 2 * PRACTICES * decisions

    assert search.found(used.logged.encode()) == set()
    assert search.found_under(used.folder) == {}
    assert search.found(rows(app.store)) == set()
    assert search.found(exported(app)) == set()
    assert [search.found(bundle) for bundle in bundles(app)] == [set() for _ in Role]
    assert search.found(committee_pages(app)) == set()
    assert search.found(processes(app.store)) == set()
    others = {token: search.found(shown.encode()) - {token} for token, shown in used.pages.items()}
    assert {token: found for token, found in others.items() if found} == {}
    if database_kind == "sqlite":
        assert search.found_under(backed_up(used)) == {}


def backed_up(used: Used) -> Path:
    """A folder with a backup of it all."""
    folder = used.folder / "backup"
    folder.mkdir()
    parts = Parts(folder / "b.db", folder / "b.keys", folder / "b.tar")
    store, documents = used.app.store, used.folder / "documents"
    at = store.ledger.now()
    copy_all(used.folder / "quorate.db", store.keys, documents, parts, at, force=False)
    return folder


# --- the search notices what a careless program would do --------------------------------------


FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda token: f"GET /respond/{token} 200".encode(),
    "beside other letters": lambda token: f"abc{token}def".encode(),
    "percent-encoded": lambda token: "".join(f"%{ord(c):02X}" for c in token).encode(),
    "partly percent-encoded": lambda token: f"%2F%{ord(token[0]):02x}{token[1:]}".encode(),
    "quoted twice": lambda token: quote(f"https://x/respond/{token}", safe="").encode(),
    "in base64": lambda token: base64.b64encode(f"/respond/{token}".encode()),
    "in base64 url": lambda token: base64.urlsafe_b64encode(f"xy{token}".encode()),
    "in hexadecimal": lambda token: f"k={token.encode().hex()}".encode(),
    "in canonical JSON": lambda token: canonical({"link": token}),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_link_is_found(form: str) -> None:
    token = "q9Xv_R2mB7tKc0LwZ4sYpH8dN3fJ6gA1eUoT5iVbWxk"
    assert Search([token]).found(b"\x00\x01before " + FORMS[form](token) + b" after") == {token}


async def test_a_program_that_keeps_the_link_with_its_letter_is_noticed(live: Live) -> None:
    """The naive outbox: the link is put in before the letter is kept."""
    used = await live(3, 1)
    kept = f"Dear Dr Lee,\n\nhttps://votes.example/respond/{used.tokens[3]}\n"
    with used.app.store.database.writing() as writing:
        writing.execute(
            update(tables.letter).where(tables.letter.c.id == 1).values(frozen=kept.encode())
        )
    assert used.search().found(rows(used.app.store)) == {used.tokens[3]}


async def test_a_log_of_paths_is_noticed(live: Live) -> None:
    used = await live(3, 1)
    naive = used.logged + f'INFO: 192.0.2.7 - "GET /respond/{used.tokens[5]} HTTP/1.1" 200'
    assert used.search().found(naive.encode()) == {used.tokens[5]}

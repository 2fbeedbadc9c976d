"""A real Chromium on a real server, both on loopback and gone when the tests are done."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import house_of
from tests.web.sample_pages import settings_for
from web.desk import House
from web.server import server_config
from web.site import build_site

MakeConfig = Callable[[FastAPI, str, int], uvicorn.Config]

_BIN = Path("/usr/bin")
_SHELL = _BIN / "chromium-headless-shell"  # the same engine without windows: half the time
CHROMIUM = _SHELL if _SHELL.exists() else _BIN / "chromium"
_QUIET = (
    "--no-sandbox",
    "--disable-dev-shm-usage",  # in a container it is small, and a full one stops the browser
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"NO BROWSER: {CHROMIUM} is missing, so no page was seen by a browser",
    ),
]


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def serving(
    desk: FakeDesk | House, config: MakeConfig = server_config
) -> AbstractContextManager[str]:
    """The site on this desk, on a free port; gives its address. No miss is ever held up."""
    house = desk if isinstance(desk, House) else house_of(desk)
    return serving_site(
        lambda base: build_site(house, settings_for(base_url=base, misses_allowed=1_000_000)),
        config,
    )


@contextmanager
def serving_site(
    build: Callable[[str], FastAPI], config: MakeConfig = server_config
) -> Iterator[str]:
    """Any site, built for the address that it gets."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        base = f"http://127.0.0.1:{port}"
        server = Server(config(build(base), "127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            assert server.listening.wait(30), "the site did not come up"
            yield base
        finally:
            server.should_exit = True
            thread.join(30)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


def send_form(tab: Page) -> None:
    """Press the page's one button and wait for what comes of it."""
    with tab.expect_navigation():
        tab.get_by_role("button").click()


def send_request(tab: Page, way: str) -> None:
    """Open the part of the page where a request is made, and press its button."""
    part = tab.locator(f"#{way}")
    if part.locator("details[open]").count() == 0:
        part.locator("summary").click()
    with tab.expect_navigation():
        part.get_by_role("button").click()

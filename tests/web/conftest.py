"""A site on a desk that remembers, and a client on it that follows no redirect."""

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

import web.pages
from tests.web.browsing import browsing, serving
from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import house_of
from tests.web.sample_certificates import OWN, OWN_LOST
from tests.web.sample_pages import BASE_URL, LINKS, STATES, MakeClient, settings_for
from tests.web.sample_requests import NOW
from web.site import build_site


class _Compiled(BytecodeCache):
    """What templates were compiled to, in memory."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Hundreds of tests build a site of their own; its templates are the same each time."""
    with pytest.MonkeyPatch.context() as patch:
        environment = partial(Environment, bytecode_cache=_Compiled())
        patch.setattr(web.pages, "Environment", environment)
        yield


def new_desk() -> FakeDesk:
    desk = FakeDesk({LINKS[name]: page for name, page in STATES.items()}, NOW)
    desk.certificates |= {LINKS["voted"]: OWN, LINKS["voting"]: OWN_LOST}
    return desk


@pytest.fixture(scope="session")
def shared_client() -> tuple[TestClient, FakeDesk]:
    """One site for all tests that need no other settings: compiling its templates takes 0.1 s.

    An hour passes between any two looks at its clock, so no test uses up another's allowance.
    """
    desk = new_desk()
    hours = itertools.count(step=3600.0)
    site = build_site(house_of(desk), settings_for(seconds=lambda: next(hours)))
    return TestClient(site, base_url=BASE_URL, follow_redirects=False), desk


@pytest.fixture
def desk(shared_client: tuple[TestClient, FakeDesk]) -> Iterator[FakeDesk]:
    _, desk = shared_client
    yield desk
    desk.__dict__.update(vars(new_desk()))


@pytest.fixture
def client(shared_client: tuple[TestClient, FakeDesk], desk: FakeDesk) -> TestClient:
    return shared_client[0]


@pytest.fixture
def make_client(desk: FakeDesk) -> MakeClient:
    """A site of one's own, for tests that need other settings."""

    def make(**changes: Any) -> TestClient:  # noqa: ANN401 - any setting there is
        settings = settings_for(**changes)
        site = build_site(house_of(desk), settings)
        return TestClient(site, base_url=settings.origin, follow_redirects=False)

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone with its module: while it is there an event loop runs in this thread, and no other can.

    For a whole session it would forbid `asyncio.run` to every later test of the process.
    """
    with browsing() as browser:
        yield browser


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab with a context of its own: closing a mere page while it is still led on can hang."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="session")
def shared_server(shared_client: tuple[TestClient, FakeDesk]) -> Iterator[str]:
    _, desk = shared_client
    with serving(desk) as base:
        yield base


@pytest.fixture
def base(shared_server: str, desk: FakeDesk) -> str:
    """Where the site listens; its desk is this test's own."""
    return shared_server

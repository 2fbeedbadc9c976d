"""What machines watch."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import house_of
from tests.web.sample_pages import LINKS, VOTING, settings_for
from tests.web.sample_requests import NOW
from web.site import build_site
from workflows.answers import PracticePage


@dataclass
class StuckDesk(FakeDesk):
    """A desk whose reading hangs until it is let go."""

    stuck: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def page(self, token: str, /) -> PracticePage | None:
        self.stuck.set()
        self.free.wait(30)
        return super().page(token)


def test_all_well_is_200(client: TestClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True, "alarms": []})


def test_an_alarm_is_503_and_says_which(client: TestClient, desk: FakeDesk) -> None:
    desk.state = {"ok": False, "alarms": [{"name": "sweep", "says": "No sweep for 5 minutes."}]}
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, desk.state)


@pytest.mark.parametrize(("ok", "status"), [(True, 200), (False, 503)])
def test_readiness_is_a_status(client: TestClient, desk: FakeDesk, ok: bool, status: int) -> None:  # noqa: FBT001
    desk.state = {"ok": ok}
    assert client.get("/readyz").status_code == status


def ask_while_stuck(address: str, form: Mapping[str, str] | None) -> int:
    """The status of one more request, while every reading thread hangs."""
    desk = StuckDesk({LINKS["voting"]: VOTING}, NOW)
    site = build_site(house_of(desk), settings_for(reading_threads=1))
    with TestClient(site, follow_redirects=False) as client, ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(client.get, f"/respond/{LINKS['voting']}")
        desk.stuck.wait(30)
        asked = client.post(address, data=form) if form else client.get(address)
        still_hanging = not hanging.done()
        desk.free.set()
    return asked.status_code if still_hanging else 0


def test_health_answers_while_reading_hangs() -> None:
    assert ask_while_stuck("/healthz", None) == 200


def test_a_vote_is_taken_while_reading_hangs() -> None:
    form = {"choice": "for", "name": "Jane Smith"}
    assert ask_while_stuck(f"/respond/{LINKS['voting']}", form) == 303

"""Who may enter where: every address of the site, for everybody who may come."""

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import VISITORS, FakeHouse
from tests.web.sample_pages import BASE_URL, settings_for
from tests.web.sample_requests import NOW
from web.site import build_site
from web.visits import form_token

VISITS = {"nobody": "", "setting up": "setting up", "secretary": "secretary", "member": "member"}
VISITS |= {"lay chair": "lay chair", "ended": "a visit that has ended"}

ROOM = {
    "nobody": 303,
    "ended": 303,
    "setting up": 303,
    "secretary": 403,
    "member": 200,
    "lay chair": 200,
}
ANYBODY = dict.fromkeys(VISITS, 200)
LED_ON = dict.fromkeys(VISITS, 303)

MATRIX = {
    "/committee": ROOM,
    "/committee/decisions/{reference}": ROOM,
    "/committee/decisions/{reference}/bundle": ROOM,
    "/committee/decisions/{reference}/certificate": ROOM,
    "/committee/bundle": ROOM,
    "/committee/allowance": ROOM,
    "/committee/allowance/{year}": ROOM,
    "/committee/allowance/query": {**ROOM, "member": 303, "lay chair": 303},
    "/committee/checking": ROOM,
    "/committee/verify.py": ROOM,
    "/desk": {**ROOM, "secretary": 200, "member": 403, "lay chair": 403},
    "/sign-in": ANYBODY,
    "/sign-in/set-up": ANYBODY,
    "/sign-in/second-factor": {**LED_ON, "setting up": 200},
    "/sign-out": LED_ON,
}
"""What a GET is told, by address and by who asks."""

OPEN = {
    "/",
    "/healthz",
    "/readyz",
    "/static/{digest}/{name:path}",
    "/respond/{token}",
    "/respond/{token}/call-in",
    "/respond/{token}/challenge",
    "/respond/{token}/people",
    "/respond/{token}/reply",
    "/respond/{token}/receipt",
    "/respond/{token}/receipt.txt",
    "/respond/{token}/deadline.ics",
    "/respond/{token}/receipt-{leaf}.tlog-proof",
    "/respond/{token}/certificate",
    "/respond/{token}/papers/{index}",
}
"""Addresses at which no visit counts: those of links, and those for everybody."""


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse(FakeDesk({}, NOW))


def client_for(house: FakeHouse, who: str) -> TestClient:
    site = build_site(house.house, settings_for())
    cookies = {"__Host-quorate": VISITS[who]} if VISITS[who] else {}
    return TestClient(site, base_url=BASE_URL, follow_redirects=False, cookies=cookies)


def told(house: FakeHouse, address: str, who: str, method: str = "GET") -> int:
    path = address.format(reference="D-2026-0007", year="2026-27")
    return client_for(house, who).request(method, path).status_code


def test_the_matrix_has_every_address_and_no_other(house: FakeHouse) -> None:
    routes = build_site(house.house, settings_for()).routes
    paths = {route.path for route in routes if isinstance(route, Route)}
    assert paths == {*MATRIX, *OPEN}


@pytest.mark.parametrize("who", VISITS)
@pytest.mark.parametrize("address", MATRIX)
def test_everybody_is_told_what_the_matrix_says(house: FakeHouse, address: str, who: str) -> None:
    assert told(house, address, who) == MATRIX[address][who]


@pytest.mark.parametrize("who", ["nobody", "ended", "setting up", "secretary"])
@pytest.mark.parametrize("address", [a for a in MATRIX if a.startswith("/committee")])
def test_whoever_may_not_enter_costs_the_room_nothing(
    house: FakeHouse, address: str, who: str
) -> None:
    told(house, address, who)
    assert house.room.calls == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", [a for a in MATRIX if a.startswith("/committee")])
def test_the_room_is_for_reading_and_for_queries(
    house: FakeHouse, address: str, method: str
) -> None:
    takes = method == "POST" and address in FORMS
    assert told(house, address, "member", method) == (400 if takes else 405)  # 400: no form at all


FORMS = {"/committee/allowance/query": {**ROOM, "member": 303, "lay chair": 303}}
"""What a POST of the room is told whose form was drawn for that visit, by who sends it."""


@pytest.mark.parametrize("who", VISITS)
@pytest.mark.parametrize("address", FORMS)
def test_a_form_is_taken_from_whom_the_matrix_says(
    house: FakeHouse, address: str, who: str
) -> None:
    form = {"decision": "UNIT-1", "text": "What for?", "form": form_token(VISITS[who])}
    response = client_for(house, who).post(address, data=form)
    assert response.status_code == FORMS[address][who]
    may = who in {"member", "lay chair"}
    assert house.room.asked == ([(VISITORS[VISITS[who]], "UNIT-1", "What for?")] if may else [])


def test_an_endpoint_without_the_watch_is_noticed(house: FakeHouse) -> None:
    """The naive variant: a route beside the guarded ones."""
    site = build_site(house.house, settings_for())

    async def forgotten(_request: object) -> None: ...

    site.routes.append(Route("/committee/forgotten", forgotten))
    paths = {route.path for route in site.routes if isinstance(route, Route)}
    assert paths != {*MATRIX, *OPEN}


def test_who_is_not_signed_in_is_led_to_the_door(house: FakeHouse) -> None:
    response = client_for(house, "nobody").get("/committee")
    assert response.headers["location"] == "/sign-in"


def test_who_may_not_enter_is_told_so_in_plain_words_and_can_leave(house: FakeHouse) -> None:
    text = client_for(house, "secretary").get("/committee").text
    assert "This room is the committee" in text
    assert "Sign out" in text


@pytest.mark.parametrize("who", ["nobody", "member"])
def test_a_practice_s_link_opens_no_visit_and_no_room(house: FakeHouse, who: str) -> None:
    client = client_for(house, who)
    response = client.get("/respond/some-token")
    assert "set-cookie" not in response.headers

"""Looking changes nothing: machines may open every link in a letter (NHSmail Safe Links)."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import FakeHouse
from tests.web.sample_pages import LINKS, STATES, settings_for
from tests.web.visiting import Asking
from web.site import build_site
from workflows.answers import Answer

LOOKING = ("GET", "HEAD", "OPTIONS")
SENDING = "?choice=for&name=Jane+Smith&comment=Hello&confirm=yes"


def addresses(site: Starlette, token: str) -> list[str]:
    """Every address the site has, for this link."""
    values = {"token": token, "index": "0", "digest": "0", "name": "quorate.css", "name:path": ""}
    values["reference"] = "D-2026-0007"
    values["leaf"] = "1187"
    values["year"] = "2026-27"
    paths = [route.path_format for route in site.routes if isinstance(route, Route)]
    return [path.format(**values) + SENDING for path in paths]


def look_at_everything(site: Starlette, desk: FakeDesk) -> list[str]:
    """What the desk was told to write while a machine looked at every address of every state.

    Addresses that are no practice's hold no link: once is enough for them.
    """
    ask = Asking(site)
    ways = dict.fromkeys(way for token in LINKS.values() for way in addresses(site, token))
    for way in ways:
        for method in LOOKING:
            ask(method, way)
    ask.close()
    return desk.writes


def naive_site(desk: FakeDesk) -> Starlette:
    """A site whose letters hold one link for each choice: opening it votes."""

    async def vote(request: Request) -> Response:
        choices = {"main": request.query_params.get("choice", "")}
        desk.respond(request.path_params["token"], Answer(choices, request.query_params["name"]))
        return Response("thank you")

    return Starlette(routes=[Route("/respond/{token}", vote)])


def test_looking_at_every_address_in_every_state_writes_nothing(desk: FakeDesk) -> None:
    assert look_at_everything(build_site(FakeHouse(desk).house, settings_for()), desk) == []


@pytest.mark.parametrize("visit", ["", "member", "secretary", "setting up"])
def test_looking_at_every_address_while_signed_in_writes_nothing_either(
    desk: FakeDesk, visit: str
) -> None:
    house = FakeHouse(desk)
    site = build_site(house.house, settings_for())
    ask = Asking(site, cookie=f"__Host-quorate={visit}")
    for method in LOOKING:
        for address in addresses(site, LINKS["voting"]):
            ask(method, address)
    ask.close()
    assert house.writes == []
    assert visit == "" or "who" in house.door.calls


def test_a_site_that_votes_by_link_is_noticed(desk: FakeDesk) -> None:
    assert look_at_everything(naive_site(desk), desk) != []


@pytest.mark.parametrize("state", STATES)
def test_a_head_request_is_answered_like_a_get(client: TestClient, state: str) -> None:
    address = f"/respond/{LINKS[state]}"
    looked, asked = client.get(address), client.head(address)
    assert (asked.status_code, asked.headers) == (looked.status_code, looked.headers)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_and_told_what_is_taken(client: TestClient, method: str) -> None:
    response = client.request(method, f"/respond/{LINKS['voting']}")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("way", ["call-in", "challenge"])
def test_looking_where_a_request_is_sent_to_leads_to_the_page(
    client: TestClient, desk: FakeDesk, way: str
) -> None:
    response = client.get(f"/respond/{LINKS['callable']}/{way}{SENDING}")
    assert (response.status_code, response.headers["location"], desk.calls) == (
        303,
        f"/respond/{LINKS['callable']}",
        [],
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("way", ["call-in", "challenge"])
def test_requests_are_sent_by_post_alone(client: TestClient, way: str, method: str) -> None:
    response = client.request(method, f"/respond/{LINKS['callable']}/{way}")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


def test_a_receipt_takes_no_answer(client: TestClient, desk: FakeDesk) -> None:
    response = client.post(f"/respond/{LINKS['voting']}/receipt", data={"choice": "for"})
    assert (response.status_code, desk.calls) == (405, [])


def test_a_query_is_never_an_answer(client: TestClient, desk: FakeDesk) -> None:
    client.post(f"/respond/{LINKS['voting']}{SENDING}", data={"name": "Jane Smith"})
    assert dict(desk.answers[0].choices) == {}


@pytest.mark.parametrize(
    ("state", "way"), [("callable", "call-in"), ("challengeable", "challenge")]
)
def test_a_query_is_never_a_request(
    client: TestClient, desk: FakeDesk, state: str, way: str
) -> None:
    before = dict(desk.pages)
    response = client.post(f"/respond/{LINKS[state]}/{way}{SENDING}")
    assert (response.status_code, desk.pages) == (422, before)


def test_looking_is_never_a_link_used_up(client: TestClient) -> None:
    seen = {client.get(f"/respond/{LINKS['voting']}").text for _ in range(20)}
    assert len(seen) == 1


def test_the_site_takes_no_other_protocol(client: TestClient, desk: FakeDesk) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/respond/x"):
        pass
    assert desk.calls == []

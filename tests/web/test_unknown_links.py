"""A link that opens nothing tells nothing, and trying many of them helps nobody."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from engine.links import looks_like_token
from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import LINKS, MakeClient, make_link
from tests.web.visiting import TRAILS
from web.misses import Misses

KINDS = {
    "never issued": make_link("never issued"),
    "revoked": make_link("revoked"),
    "of another site": make_link("of another site"),
    "cut short": make_link("cut short")[:20],
    "far too long": "A" * 5000,
    "with strange characters": "%00%F0%9F%8D%BB..%2e",
    "with a turn of writing": "%E2%80%AE" + make_link("turned"),
}


class Watch:
    """A clock that a test winds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def misses(allowed: int = 3, per_minute: float = 60.0) -> tuple[Misses, Watch]:
    watch = Watch()
    return Misses(allowed, per_minute, watch), watch


@pytest.mark.parametrize(
    "way",
    [
        "",
        "/people",
        "/reply",
        "/receipt",
        "/receipt.txt",
        "/receipt-0.tlog-proof",
        "/papers/0",
        "/deadline.ics",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_all_links_that_open_nothing_look_the_same(client: TestClient, kind: str, way: str) -> None:
    known = client.get(f"/respond/{make_link('nobody')}")
    tried = client.get(f"/respond/{KINDS[kind]}{way}")
    assert (tried.status_code, tried.content, tried.headers) == (404, known.content, known.headers)


@pytest.mark.parametrize("way", ["", "/reply", "/call-in", "/challenge", "/people"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_links_that_open_nothing_look_the_same_to_whoever_sends(
    client: TestClient, kind: str, way: str
) -> None:
    known = client.get(f"/respond/{make_link('nobody')}")
    form = {"name": "Jane Smith", "comment": "Too soon."}
    tried = client.post(f"/respond/{KINDS[kind]}{way}", data=form)
    assert (tried.status_code, tried.content, tried.headers) == (404, known.content, known.headers)


@pytest.mark.parametrize("trail", [trail for trail in TRAILS if "/" not in trail])
def test_a_link_that_a_mail_program_made_longer_opens(client: TestClient, trail: str) -> None:
    link = f"/respond/{LINKS['voting']}"
    assert client.get(link + trail).text == client.get(link).text


@pytest.mark.parametrize("trail", ["x", "-", "_", "0"])
def test_a_link_with_one_more_letter_of_its_own_opens_nothing(
    client: TestClient, trail: str
) -> None:
    assert client.get(f"/respond/{LINKS['voting']}{trail}").status_code == 404


@pytest.mark.parametrize("way", ["call-in", "challenge"])
def test_an_address_to_send_to_tells_nothing_of_its_link(client: TestClient, way: str) -> None:
    """Looking there leads to the link's own page, which is looked up only then."""
    said = [client.get(f"/respond/{link}/{way}") for link in (LINKS["voting"], KINDS["revoked"])]
    assert {(each.status_code, len(each.headers["location"])) for each in said} == {
        (303, len(f"/respond/{LINKS['voting']}"))
    }


@pytest.mark.parametrize("kind", KINDS)
def test_all_links_that_open_nothing_cost_the_same_work(
    client: TestClient, desk: FakeDesk, kind: str
) -> None:
    client.get(f"/respond/{KINDS[kind]}")
    assert desk.calls == ["page"]


def test_a_look_at_the_shape_first_would_tell_malformed_links_apart(desk: FakeDesk) -> None:
    worked = [desk.page(link) for link in KINDS.values() if looks_like_token(link)]
    assert len(worked) < len(KINDS)


@pytest.mark.parametrize("index", ["99", "-1", "x", "٣", "9" * 5000, "0.0", "1e9"])
def test_a_paper_that_is_not_there_looks_the_same_too(client: TestClient, index: str) -> None:
    response = client.get(f"/respond/{LINKS['voting']}/papers/{index}")
    assert (response.status_code, response.text) == (404, client.get("/nowhere").text)


def test_too_many_misses_from_one_address_are_held_up(make_client: MakeClient) -> None:
    client = make_client(misses_allowed=3)
    said = [client.get(f"/respond/{make_link(str(n))}").status_code for n in range(5)]
    assert said == [404, 404, 404, 429, 429]


def test_a_link_that_opens_is_never_held_up(make_client: MakeClient) -> None:
    client = make_client(misses_allowed=1)
    for n in range(5):
        client.get(f"/respond/{make_link(str(n))}")
    vote = {"choice": "for", "name": "Jane Smith"}
    assert client.get(f"/respond/{LINKS['voting']}").status_code == 200
    assert client.post(f"/respond/{LINKS['voting']}", data=vote).status_code == 303


def test_links_that_open_use_up_no_allowance(make_client: MakeClient) -> None:
    client = make_client(misses_allowed=1)
    for _ in range(50):
        client.get(f"/respond/{LINKS['voting']}")
    assert client.get(f"/respond/{make_link('nobody')}").status_code == 404


def test_a_limit_on_all_requests_would_hold_up_a_surgery() -> None:
    """Forty people of one surgery open their links within a minute, from one address."""
    naive, _ = misses(allowed=30)
    assert not all(naive.count("198.51.100.7") for _ in range(40))


def test_the_allowance_comes_back_with_time() -> None:
    counter, watch = misses(allowed=1, per_minute=60.0)
    said = [counter.count("a"), counter.count("a")]
    watch.now += 1
    assert [*said, counter.count("a")] == [True, False, True]


def test_the_allowance_never_grows_beyond_its_size() -> None:
    counter, watch = misses(allowed=2)
    counter.count("a")
    watch.now += 1_000_000
    assert [counter.count("a") for _ in range(3)] == [True, True, False]


def test_one_address_is_not_held_up_for_another() -> None:
    counter, _ = misses(allowed=1)
    assert [counter.count("a"), counter.count("a"), counter.count("b")] == [True, False, True]


def test_the_memory_of_misses_is_bounded() -> None:
    counter, _ = misses()
    for address in addresses(20_000):
        counter.count(address)
    assert len(counter) == 10_000


def addresses(number: int) -> Iterator[str]:
    return (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in range(number))


def test_who_claims_another_address_is_not_believed(make_client: MakeClient) -> None:
    client = make_client(misses_allowed=1)
    said = [
        client.get(f"/respond/{make_link(str(n))}", headers={"x-forwarded-for": f"10.0.0.{n}"})
        for n in range(3)
    ]
    assert [response.status_code for response in said] == [404, 429, 429]

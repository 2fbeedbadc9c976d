"""The headers every answer wears, whatever its status."""

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import LINKS, MakeClient, make_link
from web.forms import BODY_LIMIT

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
WORN = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
LINK = f"/respond/{LINKS['voting']}"
NOBODY = f"/respond/{make_link('nobody')}"


def ask_everything(client: TestClient, desk: FakeDesk) -> dict[str, Response]:
    """One answer of each kind, by its status."""
    big, foreign = {"comment": "x" * BODY_LIMIT}, {"origin": "https://evil.example"}
    answers = {
        "200": client.get(LINK),
        "303": client.post(LINK, data={"choice": "for", "name": "Jane Smith"}),
        "400": client.post(LINK, content=b"\xff", headers=FORM),
        "403": client.post(LINK, headers=foreign),
        "404": client.get(NOBODY),
        "405": client.put(LINK),
        "413": client.post(LINK, data=big),
        "415": client.post(LINK, json={}),
        "422": client.post(LINK, data={"name": ""}),
        "home": client.get("/"),
        "nowhere": client.get("/nowhere"),
        "looking at call-in": client.get(f"{LINK}/call-in"),
        "call-in": client.post(f"{LINK}/call-in", data={"name": "Jane Smith", "comment": "x"}),
        "challenge": client.post(f"{LINK}/challenge"),
        "receipt": client.get(f"{LINK}/receipt"),
        "healthz": client.get("/healthz"),
        "readyz": client.get("/readyz"),
    }
    desk.breaks = RuntimeError("broken")
    return answers | {"500": client.get(LINK)}


FORM = {"content-type": "application/x-www-form-urlencoded"}


def bare(answers: dict[str, Response]) -> set[str]:
    """The kinds of answer that lack a header, or wear another."""
    return {kind for kind, said in answers.items() if not WORN.items() <= said.headers.items()}


def test_every_answer_wears_every_header(client: TestClient, desk: FakeDesk) -> None:
    assert bare(ask_everything(client, desk)) == set()


def test_the_kinds_of_answer_asked_for_are_those_that_came(
    client: TestClient, desk: FakeDesk
) -> None:
    answers = ask_everything(client, desk)
    assert all(str(said.status_code) == kind for kind, said in answers.items() if kind.isdigit())


def test_a_site_without_the_shield_is_noticed(desk: FakeDesk) -> None:
    naive = TestClient(FastAPI(), follow_redirects=False)
    assert len(bare(ask_everything(naive, desk))) == 18


@pytest.mark.parametrize(
    "address", [LINK, f"{LINK}/receipt", f"{LINK}/papers/0", f"{LINK}/call-in", NOBODY]
)
def test_pages_behind_links_are_kept_out_of_search_engines(
    client: TestClient, address: str
) -> None:
    assert client.get(address).headers["x-robots-tag"] == "noindex, nofollow"


def test_the_bare_address_may_be_found(client: TestClient) -> None:
    assert "x-robots-tag" not in client.get("/").headers


def test_plain_http_promises_no_https(make_client: MakeClient) -> None:
    client = make_client(base_url="http://127.0.0.1:8000")
    assert "strict-transport-security" not in client.get("/").headers


def test_a_paper_is_a_download_that_runs_nothing(client: TestClient) -> None:
    headers = client.get(f"{LINK}/papers/0").headers
    assert headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"

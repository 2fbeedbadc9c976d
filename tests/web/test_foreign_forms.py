"""A form on another site cannot make a voter's browser answer."""

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import BASE_URL, LINKS, MakeClient
from web.origin import is_foreign

VOTE = {"choice": "for", "name": "Jane Smith"}
FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "cross-site", "origin": BASE_URL},
    {"origin": "https://evil.example"},
    {"origin": "http://votes.nene.example"},
    {"origin": "https://votes.nene.example:8443"},
    {"origin": "https://votes.nene.example.evil.example"},
    {"origin": "https://evil.example", "host": "evil.example"},
]
OWN = [
    {},
    {"origin": BASE_URL},
    {"origin": "null"},
    {"origin": "null", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_from_another_site_is_forbidden(
    client: TestClient, desk: FakeDesk, headers: dict[str, str]
) -> None:
    response = client.post(f"/respond/{LINKS['voting']}", data=VOTE, headers=headers)
    assert (response.status_code, desk.calls) == (403, [])


@pytest.mark.parametrize("way", ["call-in", "challenge", "people"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_a_request_from_another_site_is_forbidden(
    client: TestClient, desk: FakeDesk, headers: dict[str, str], way: str
) -> None:
    words = {"name": "Jane Smith", "comment": "Too soon."}
    response = client.post(f"/respond/{LINKS['callable']}/{way}", data=words, headers=headers)
    assert (response.status_code, desk.calls) == (403, [])


@pytest.mark.parametrize("headers", OWN)
def test_a_form_from_our_own_page_is_taken(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(f"/respond/{LINKS['voting']}", data=VOTE, headers=headers).status_code == 303


def test_a_check_by_host_header_would_let_a_foreign_form_pass() -> None:
    headers = Headers({"origin": "https://evil.example", "host": "evil.example"})
    naive = f"https://{headers['host']}"
    assert (is_foreign(headers, naive), is_foreign(headers, BASE_URL)) == (False, True)


def test_a_strict_check_would_refuse_a_voter_whose_browser_hides_the_origin() -> None:
    hidden = Headers({"origin": "null"})
    assert (hidden["origin"] != BASE_URL, is_foreign(hidden, BASE_URL)) == (True, False)


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://Votes.Example:443/x", "https://votes.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(
    make_client: MakeClient, base_url: str, origin: str
) -> None:
    client = make_client(base_url=base_url)
    headers = {"origin": origin}
    assert client.post(f"/respond/{LINKS['voting']}", data=VOTE, headers=headers).status_code == 303

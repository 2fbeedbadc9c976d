"""Machines' visits are kept apart by named rules: a hint, which refuses and counts nothing."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import LINKS, MakeClient
from workflows.lookers import LOOKS, PERSON, Look, looks_like

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
LATER = timedelta(hours=2)


@pytest.mark.parametrize(
    ("look", "since", "name"),
    [
        (Look("GET", BROWSER), LATER, PERSON),
        (Look("GET", BROWSER), None, PERSON),
        (Look("HEAD", BROWSER), LATER, "head"),
        (Look("GET", ""), LATER, "known_scanner"),
        (Look("GET", "Mozilla/5.0 (compatible; Proofpoint)"), LATER, "known_scanner"),
        (Look("GET", "python-requests/2.32"), LATER, "known_scanner"),
        (Look("GET", BROWSER, purpose="prefetch;prerender"), LATER, "prefetch"),
        (Look("GET", BROWSER, has_fetch_headers=False), LATER, "no_browser"),
        (Look("GET", BROWSER, among_many=True), LATER, "many_links"),
        (Look("GET", BROWSER), timedelta(seconds=3), "at_once"),
    ],
)
def test_a_visit_is_named_by_the_first_rule_it_meets(
    look: Look, since: timedelta | None, name: str
) -> None:
    assert looks_like(look, since) == name


def test_every_rule_has_words() -> None:
    assert all(LOOKS.values())


def visit(client: TestClient, state: str, **headers: str) -> Look:
    desk_before = {"user-agent": BROWSER, "sec-fetch-mode": "navigate", **headers}
    assert client.get(f"/respond/{LINKS[state]}", headers=desk_before).status_code == 200
    return Look("GET", BROWSER)


def test_a_browser_is_handed_on_as_a_person(client: TestClient, desk: FakeDesk) -> None:
    assert visit(client, "voting") == desk.looks[-1]


def test_a_program_without_a_browsers_headers_is_told_apart(
    client: TestClient, desk: FakeDesk
) -> None:
    client.get(f"/respond/{LINKS['voting']}", headers={"user-agent": BROWSER})
    assert not desk.looks[-1].has_fetch_headers


def test_three_links_from_one_address_at_once_are_told_apart(
    make_client: MakeClient, desk: FakeDesk
) -> None:
    client = make_client(seconds=lambda: 5.0)
    for state in ("voting", "voted", "consulting"):
        visit(client, state)
    assert [look.among_many for look in desk.looks] == [False, False, True]


def test_an_unknown_link_is_nobodys_visit(client: TestClient, desk: FakeDesk) -> None:
    client.get("/respond/nobody")
    assert desk.looks == []


def test_whoever_is_taken_for_a_machine_gets_the_same_page(client: TestClient) -> None:
    as_person = client.get(f"/respond/{LINKS['voting']}", headers={"user-agent": BROWSER}).text
    as_machine = client.get(f"/respond/{LINKS['voting']}", headers={"user-agent": "bot"}).text
    assert as_person == as_machine


def test_a_certificate_is_escaped(client: TestClient) -> None:
    page = client.get(f"/respond/{LINKS['voting']}/certificate").text
    assert "<b>Medical</b>" not in page
    assert "Brackley &lt;b&gt;Medical&lt;/b&gt; Centre" in page


def test_an_unknown_link_has_no_certificate(client: TestClient) -> None:
    assert client.get("/respond/nobody/certificate").status_code == 404

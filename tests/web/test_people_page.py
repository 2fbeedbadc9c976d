"""A practice's page of its people: who is on the list, and forms that ask for a correction."""

import re

import pytest
from httpx2 import Response
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from engine.correcting import Asking
from tests.web.browsing import needs_chromium, send_request
from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import LINKS, make_link
from workflows.answers import NotPossible, Paused
from workflows.people_page import Ask

WAY = f"/respond/{LINKS['voting']}/people"
LEAVE = {"what": "leave", "person": "c3", "name": "Jane Smith"}
CHANGE = {**LEAVE, "what": "change", "person_email": "joan@nhs.example"}
ADD = {
    "what": "add",
    "person_name": "Nora Nurse",
    "person_email": "nora@abington.example",
    "person_role": "nurse",
    "comment": "She joined in May.",
    "name": "Jane Smith",
}


def send(client: TestClient, **form: str) -> Response:
    return client.post(WAY, data=form)


def errors(response: Response) -> dict[str, str]:
    return dict(re.findall(r'<li><a href="#([^"]*)">([^<]*)</a></li>', response.text))


def test_everybody_is_listed_with_their_role(client: TestClient) -> None:
    html = client.get(WAY).text
    assert all(words in html for words in ("Dr Oluwaseun Adébáyò", "practice manager", "(you)"))


def test_others_addresses_are_shown_in_part(client: TestClient) -> None:
    html = client.get(WAY).text
    assert ("jane.smith@abington.example" in html, "o…@abington.example" in html) == (True, True)


def test_what_waits_for_the_secretariat_is_shown(client: TestClient) -> None:
    assert "Joan Miller, practice manager, has left the practice." in client.get(WAY).text


def test_the_decisions_page_leads_to_it_and_it_leads_back(client: TestClient) -> None:
    page = f"/respond/{LINKS['voting']}"
    assert f'href="{page}/people"' in client.get(page).text
    assert f'href="{page}"' in client.get(WAY).text


def test_the_forms_as_served_choose_nobody_and_name_nobody(client: TestClient) -> None:
    html = client.get(WAY).text
    assert "selected" not in html
    assert set(re.findall(r'name="name" type="text" value="([^"]*)"', html)) == {""}


@pytest.mark.parametrize("form", [LEAVE, CHANGE, ADD])
def test_a_correction_leads_back_to_the_page(client: TestClient, form: dict[str, str]) -> None:
    response = send(client, **form)
    assert (response.status_code, response.headers["location"]) == (303, WAY)


def test_the_desk_gets_what_was_typed(client: TestClient, desk: FakeDesk) -> None:
    send(client, **ADD)
    fields = {"name": "Nora Nurse", "email": "nora@abington.example", "role": "nurse", "phone": ""}
    assert desk.corrections == [
        Ask(Asking.ADD, "Jane Smith", "", fields, "She joined in May."),
    ]


@pytest.mark.parametrize("field", ["comment", "name", "person_name"])
def test_a_link_that_was_typed_goes_into_no_letter(
    client: TestClient, desk: FakeDesk, field: str
) -> None:
    response = send(client, **{**ADD, field: f"see https://votes.example{WAY}"})
    assert (response.status_code, desk.corrections) == (422, [])
    assert "see [link]" in response.text


def test_the_same_sent_twice_is_kept_once(client: TestClient, desk: FakeDesk) -> None:
    assert [send(client, **ADD).status_code for _ in range(2)] == [303, 303]
    assert len(desk.corrections) == 1


@pytest.mark.parametrize("what", ["add", "change", "leave"])
def test_a_form_sent_as_served_is_asked_again(
    client: TestClient, desk: FakeDesk, what: str
) -> None:
    response = send(client, what=what)
    assert (response.status_code, desk.corrections) == (422, [])
    assert all(f'id="{way}"' in response.text for way in errors(response))


@pytest.mark.parametrize("what", ["", "everything"])
def test_a_form_that_says_not_what_it_asks_is_asked_again(
    client: TestClient, desk: FakeDesk, what: str
) -> None:
    response = send(client, **{**ADD, "what": what})
    assert (response.status_code, desk.corrections) == (422, [])


def test_nothing_typed_is_lost_by_an_error(client: TestClient) -> None:
    html = send(client, **{**ADD, "name": "", "person_name": "Nora <b>"}).text
    assert 'value="Nora &lt;b&gt;"' in html
    assert "\nShe joined in May.</textarea>" in html
    assert '<option value="nurse" selected>' in html


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\x85", "\u2028", "\u202e"])
@pytest.mark.parametrize("field", ["name", "person_name", "person_email", "comment"])
def test_hidden_characters_are_refused_in_words(
    client: TestClient, desk: FakeDesk, field: str, hidden: str
) -> None:
    response = send(client, **{**ADD, field: f"Nora{hidden}x"})
    assert (response.status_code, list(errors(response)), desk.writes) == (
        422,
        [f"add-{field}"],
        [],
    )


def test_two_values_of_one_field_are_asked_again(client: TestClient, desk: FakeDesk) -> None:
    body = "what=leave&person=c3&name=Jane&name=John"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    response = client.post(WAY, content=body, headers=kind)
    assert (response.status_code, desk.writes) == (422, [])


def test_a_query_is_never_a_correction(client: TestClient, desk: FakeDesk) -> None:
    query = "?what=leave&person=c3&name=Jane+Smith"
    client.get(WAY + query)
    client.post(WAY + query)
    assert desk.corrections == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_corrections_are_sent_by_post_alone(client: TestClient, method: str) -> None:
    response = client.request(method, WAY)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


def test_what_is_no_form_is_refused(client: TestClient) -> None:
    assert client.post(WAY, json=LEAVE).status_code == 415


def test_an_unknown_link_finds_no_page(client: TestClient) -> None:
    response = client.post(f"/respond/{make_link('nobody')}/people", data=LEAVE)
    assert (response.status_code, response.text) == (404, client.get("/nowhere").text)


def test_too_many_that_wait_are_told_in_words(client: TestClient, desk: FakeDesk) -> None:
    desk.says = NotPossible("10 corrections wait.")
    response = send(client, **ADD)
    assert (response.status_code, "10 corrections wait." in response.text) == (409, True)
    assert "She joined in May." in response.text


def test_in_quarantine_the_sender_is_asked_to_come_again(
    client: TestClient, desk: FakeDesk
) -> None:
    desk.says = Paused()
    assert send(client, **ADD).status_code == 503


@needs_chromium[0]
@needs_chromium[1]
class TestInABrowser:
    def test_somebody_is_added(self, tab: Page, base: str, desk: FakeDesk) -> None:
        tab.goto(base + WAY)
        tab.locator("#add summary").click()
        tab.get_by_label("Their name", exact=True).fill("Nora Nurse")
        tab.get_by_label("Their e-mail address", exact=True).fill("nora@abington.example")
        tab.get_by_label("Their role", exact=True).select_option("nurse")
        tab.locator("#add").get_by_label("Your name").fill("Jane Smith")
        send_request(tab, "add")
        expect(tab.get_by_role("heading", level=1)).to_contain_text("The people of")
        assert len(desk.corrections) == 1

    def test_a_line_of_the_error_summary_leads_into_its_field(self, tab: Page, base: str) -> None:
        tab.goto(base + WAY)
        send_request(tab, "leave")
        tab.get_by_role("link", name="Choose who is meant").click()
        expect(tab.get_by_label("Who has left?")).to_be_focused()

    def test_it_does_not_scroll_sideways_at_320_pixels(self, tab: Page, base: str) -> None:
        tab.set_viewport_size({"width": 320, "height": 640})
        tab.goto(base + WAY)
        tab.eval_on_selector_all("details", "all => all.forEach((one) => one.open = true)")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320

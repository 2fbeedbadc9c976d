"""Call-ins and challenges by link: recorded once, or refused in words with nothing lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import CALLABLE, LINKS, make_link
from web.forms import BODY_LIMIT
from workflows.answers import KeptOut, NotPossible, TooLate
from workflows.beside import Beside

WORDS = {"name": "Jane Smith", "role": "GP partner", "comment": "Nobody asked us."}
CALLED = ("callable", "call-in")
CHALLENGED = ("challengeable", "challenge")
BOTH = pytest.mark.parametrize("where", [CALLED, CHALLENGED])


def send(client: TestClient, where: tuple[str, str], **form: str) -> Response:
    state, way = where
    return client.post(f"/respond/{LINKS[state]}/{way}", data=form)


def errors(response: Response) -> dict[str, str]:
    return dict(re.findall(r'<li><a href="#([^"]*)">([^<]*)</a></li>', response.text))


@BOTH
def test_a_request_leads_to_the_receipt(client: TestClient, where: tuple[str, str]) -> None:
    response = send(client, where, **WORDS)
    assert (response.status_code, response.headers["location"]) == (
        303,
        f"/respond/{LINKS[where[0]]}/receipt",
    )


@BOTH
def test_the_desk_gets_the_words(
    client: TestClient, desk: FakeDesk, where: tuple[str, str]
) -> None:
    send(client, where, **WORDS)
    sent = desk.answers[0]
    assert (sent.name, sent.role, sent.comment) == tuple(WORDS.values())


@BOTH
def test_each_address_asks_for_its_own(
    client: TestClient, desk: FakeDesk, where: tuple[str, str]
) -> None:
    send(client, where, **WORDS)
    assert desk.writes == [where[1].replace("-", "_")]


@pytest.mark.parametrize(
    ("where", "heading"), [(CALLED, "Call-in recorded"), (CHALLENGED, "Challenge recorded")]
)
def test_the_receipt_lists_it_with_its_leaf_and_proof(
    client: TestClient, where: tuple[str, str], heading: str
) -> None:
    send(client, where, **WORDS)
    html = client.get(f"/respond/{LINKS[where[0]]}/receipt").text
    assert all(said in html for said in (heading, "Nobody asked us.", "Leaf 1206", "leaf 1206"))


@BOTH
def test_the_receipt_as_a_file_lists_it_too(client: TestClient, where: tuple[str, str]) -> None:
    send(client, where, **WORDS)
    text = client.get(f"/respond/{LINKS[where[0]]}/receipt.txt").text
    assert all(said in text for said in ("  Nobody asked us.", "Place in the trail: leaf 1206"))


@BOTH
def test_a_second_request_shows_what_stands(
    client: TestClient, desk: FakeDesk, where: tuple[str, str]
) -> None:
    send(client, where, **WORDS)
    again = send(client, where, **{**WORDS, "comment": "Once more."})
    assert again.status_code == 303
    assert len(desk.pages[LINKS[where[0]]].beside.requests) == 1


@BOTH
def test_name_and_reason_must_be_typed(client: TestClient, where: tuple[str, str]) -> None:
    response = send(client, where)
    assert (response.status_code, set(errors(response))) == (
        422,
        {f"{where[1]}-name", f"{where[1]}-comment"},
    )


@BOTH
def test_every_line_of_the_error_summary_leads_to_a_field(
    client: TestClient, where: tuple[str, str]
) -> None:
    response = send(client, where)
    assert all(f'id="{way}"' in response.text for way in errors(response))


@BOTH
def test_the_part_with_errors_is_open(client: TestClient, where: tuple[str, str]) -> None:
    assert len(re.findall(r"<details[^>]* open", send(client, where).text)) == 1


def test_a_call_in_asked_again_leaves_the_comment_form_blank(client: TestClient) -> None:
    html = send(client, CALLED, comment="Nobody asked us.").text
    assert html.count("Nobody asked us.") == 1


def test_beside_a_request_the_comment_form_names_its_address(client: TestClient) -> None:
    html = send(client, CALLED).text
    link = f"/respond/{LINKS['callable']}"
    assert re.findall(r'<form method="post" action="([^"]*)"', html) == [link, f"{link}/call-in"]


def test_hidden_characters_are_named_and_taken_out(client: TestClient, desk: FakeDesk) -> None:
    response = send(client, CALLED, **{**WORDS, "name": "Jane\x00 Smith"})
    assert (list(errors(response)), desk.writes) == (["call-in-name"], [])


def test_a_choice_is_no_part_of_a_request(client: TestClient, desk: FakeDesk) -> None:
    send(client, CALLED, choice="for", **WORDS)
    assert dict(desk.answers[0].choices) == {}


@BOTH
def test_who_may_not_cast_may_not_ask(client: TestClient, where: tuple[str, str]) -> None:
    state, way = where
    response = send(client, (f"{state}-commenter", way), **WORDS)
    assert response.status_code == 403
    assert "Dr Jane Smith, Dr Oluwaseun" in response.text


@BOTH
def test_who_may_not_cast_reads_who_may_ask(client: TestClient, where: tuple[str, str]) -> None:
    state, way = where
    html = client.get(f"/respond/{LINKS[state + '-commenter']}").text
    assert f'action="/respond/{LINKS[state + "-commenter"]}/{way}"' not in html
    assert "by Dr Jane Smith or Dr Oluwaseun" in html


def test_a_call_in_of_what_cannot_be_called_in_is_a_conflict(client: TestClient) -> None:
    response = send(client, ("voting", "call-in"), **WORDS)
    assert (response.status_code, "This decision cannot be called in now" in response.text) == (
        409,
        True,
    )


def test_what_was_written_is_handed_back_with_a_refusal(client: TestClient) -> None:
    response = send(client, ("voting", "challenge"), **WORDS)
    assert '<p class="q-lines">Nobody asked us.</p>' in response.text


@pytest.mark.parametrize("where", [("voting", "call-in"), ("counting", "challenge")])
def test_a_faulty_request_where_none_is_possible_is_a_conflict(
    client: TestClient, where: tuple[str, str]
) -> None:
    assert send(client, where, name="Jane\x00").status_code == 409


def test_a_faulty_request_of_who_may_not_ask_is_forbidden(client: TestClient) -> None:
    assert send(client, ("callable-commenter", "call-in"), name="Jane\x00").status_code == 403


def test_a_late_request_is_told_when_it_closed(client: TestClient, desk: FakeDesk) -> None:
    desk.says = TooLate(datetime(2026, 12, 1, 17, tzinfo=UTC), "5pm on Tuesday")
    response = send(client, CALLED, **WORDS)
    assert (response.status_code, "This closed at 5pm on Tuesday." in response.text) == (409, True)


def test_a_practice_with_an_interest_is_told_so(client: TestClient, desk: FakeDesk) -> None:
    desk.says = KeptOut("Your practice takes no part.")
    response = client.post(f"/respond/{LINKS['voting']}", data={"choice": "for", **WORDS})
    assert response.status_code == 403
    assert "Your practice has an interest in this" in response.text


def test_what_is_not_possible_is_told_in_words(client: TestClient, desk: FakeDesk) -> None:
    desk.says = NotPossible("The five days are over.")
    assert "The five days are over." in send(client, CHALLENGED, **WORDS).text


@BOTH
def test_a_request_by_an_unknown_link_finds_no_page(
    client: TestClient, where: tuple[str, str]
) -> None:
    response = client.post(f"/respond/{make_link('nobody')}/{where[1]}", data=WORDS)
    assert (response.status_code, response.text) == (404, client.get("/nowhere").text)


@BOTH
def test_a_request_over_the_limit_is_refused(
    client: TestClient, desk: FakeDesk, where: tuple[str, str]
) -> None:
    response = send(client, where, comment="x" * BODY_LIMIT)
    assert (response.status_code, desk.calls) == (413, [])


def test_a_page_without_either_has_no_part_for_it(client: TestClient, desk: FakeDesk) -> None:
    desk.pages[LINKS["callable"]] = replace(CALLABLE, beside=Beside())
    assert 'id="call-in"' not in client.get(f"/respond/{LINKS['callable']}").text


def test_a_call_in_says_which_route_its_page_offered(client: TestClient, desk: FakeDesk) -> None:
    """A page that was left open must not ask for more than it said."""
    html = client.get(f"/respond/{LINKS['callable']}").text
    (to,) = re.findall(r'<input type="hidden" name="to" value="([^"]*)">', html)
    send(client, CALLED, **WORDS, to=to)

    assert (to, desk.offered) == ("consult", ["consult"])

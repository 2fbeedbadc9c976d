"""The page of an e-mail that waits for its sender's word: it shows, and takes a name."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import LINKS
from workflows.answers import NotOpen, Paused, TooLate, WaitingReply

SAID = "We would need a nurse."
FORM = {"reply": "7", "name": "Anita Patel", "role": "GP partner"}
OPEN = ("consulting", "informing", "commenter")


def address(state: str = "consulting") -> str:
    return f"/respond/{LINKS[state]}/reply"


def test_it_shows_what_came_and_asks_for_a_name(client: TestClient, desk: FakeDesk) -> None:
    html = client.get(address()).text
    assert SAID in html
    assert "I wrote this: put it on record" in html
    assert desk.writes == []


def test_it_says_that_files_are_not_kept(client: TestClient) -> None:
    """ "See our letter attached" is on record without the letter."""
    assert "files sent with it, are not kept" in client.get(address()).text


def test_no_name_is_in_the_form_as_it_is_served(client: TestClient) -> None:
    html = client.get(address()).text
    assert re.findall(r'name="name" type="text" value="([^"]*)"', html) == [""]


def test_confirmed_it_leads_to_the_receipt(client: TestClient, desk: FakeDesk) -> None:
    response = client.post(address(), data=FORM)
    assert (response.status_code, response.headers["location"]) == (
        303,
        f"/respond/{LINKS['consulting']}/receipt",
    )
    assert [(each.comment, each.name, each.role) for each in desk.answers] == [
        (SAID, "Anita Patel", "GP partner")
    ]


@pytest.mark.parametrize("name", ["", "7", "  "])
def test_without_a_name_nothing_is_confirmed_and_it_is_asked_again(
    client: TestClient, desk: FakeDesk, name: str
) -> None:
    """A robot that posts the form as it was served sends none."""
    response = client.post(address(), data={**FORM, "name": name})
    assert (response.status_code, desk.answers) == (422, [])
    assert 'href="#r7-name"' in response.text
    assert 'value="GP partner"' in response.text


def test_a_name_with_a_hidden_character_is_asked_again(client: TestClient, desk: FakeDesk) -> None:
    response = client.post(address(), data={**FORM, "name": "Anita\x00Patel"})
    assert (response.status_code, desk.answers) == (422, [])


@pytest.mark.parametrize("state", ["voting", "counting", "decided"])
def test_where_it_cannot_be_a_comment_there_is_no_form(client: TestClient, state: str) -> None:
    html = client.get(address(state)).text
    assert SAID in html
    assert "<form" not in html


def test_in_a_vote_it_says_that_it_is_no_vote_and_leads_to_the_ballot(client: TestClient) -> None:
    html = client.get(address("voting")).text
    assert "An e-mail is not a vote." in html
    assert f'href="/respond/{LINKS["voting"]}">Go to the vote' in html


@pytest.mark.parametrize("choice", ["for", "against", "yes"])
def test_a_choice_that_is_sent_along_is_not_heard(
    client: TestClient, desk: FakeDesk, choice: str
) -> None:
    client.post(address(), data={**FORM, "choice": choice})
    assert [dict(each.choices) for each in desk.answers] == [{}]


@pytest.mark.parametrize("reply", ["8", "", "x", "-7", "9" * 99, "\u0667"])
def test_another_number_confirms_nothing(client: TestClient, desk: FakeDesk, reply: str) -> None:
    response = client.post(address(), data={**FORM, "reply": reply})
    assert (response.status_code, desk.answers) == (409, [])


def test_a_form_from_another_site_is_refused(client: TestClient, desk: FakeDesk) -> None:
    response = client.post(address(), data=FORM, headers={"Origin": "https://evil.example"})
    assert (response.status_code, desk.writes) == (403, [])


@pytest.mark.parametrize(
    ("says", "status"), [(NotOpen("It has ended."), 409), (Paused(), 503)], ids=["ended", "paused"]
)
def test_a_refusal_is_a_page_in_words(
    client: TestClient, desk: FakeDesk, says: NotOpen | Paused, status: int
) -> None:
    desk.says = says
    assert client.post(address(), data=FORM).status_code == status


def test_what_came_too_late_is_told_when_it_closed(client: TestClient, desk: FakeDesk) -> None:
    desk.says = TooLate(desk.now, "5pm on Tuesday")
    response = client.post(address(), data=FORM)
    assert (response.status_code, "5pm on Tuesday" in response.text) == (409, True)


def test_where_nothing_waits_the_page_says_so(client: TestClient, desk: FakeDesk) -> None:
    desk.waiting = ()
    assert "No e-mail of yours waits here." in client.get(address()).text


def test_hostile_words_are_words(client: TestClient, desk: FakeDesk) -> None:
    desk.waiting = (WaitingReply(7, '<script>alert(1)</script><a href="x">', "noon", cut=True),)
    html = client.get(address()).text
    assert "<script>" not in html
    assert "It was longer than a comment may be" in html


@pytest.mark.parametrize("state", OPEN)
def test_the_decisions_page_leads_to_it_where_something_waits(
    client: TestClient, desk: FakeDesk, state: str
) -> None:
    link = f"/respond/{LINKS[state]}"
    assert f"{link}/reply" not in client.get(link).text
    desk.pages[LINKS[state]] = replace(desk.pages[LINKS[state]], waiting=1)
    assert f'href="{link}/reply">Read it and confirm</a>' in client.get(link).text

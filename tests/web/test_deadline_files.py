"""The page's date for a calendar: the letters' own entry, and no link in it."""

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from notifications.calendar_files import uid_of
from tests.web.sample_pages import LINKS, STATES, VOTING

VOTE = f"/respond/{LINKS['voting']}/deadline.ics"
OPEN = [name for name, page in STATES.items() if page.form != "none"]


def test_it_is_the_entry_that_the_letters_bring(client: TestClient) -> None:
    (event,) = Calendar.from_ical(client.get(VOTE).content).walk("VEVENT")
    assert str(event["uid"]) == uid_of(VOTING.reference, VOTING.opened_at)
    assert event.decoded("dtstart") == VOTING.due_at
    assert str(event["summary"]).startswith("Vote closes: ")


def test_it_is_a_download_of_its_own_kind(client: TestClient) -> None:
    headers = client.get(VOTE).headers
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["content-disposition"].startswith("attachment;")


def test_it_holds_no_link(client: TestClient) -> None:
    text = client.get(VOTE).text
    assert (LINKS["voting"] in text, "respond" in text) == (False, False)


@pytest.mark.parametrize("state", STATES)
def test_it_is_offered_where_something_is_asked(client: TestClient, state: str) -> None:
    link = f"/respond/{LINKS[state]}"
    is_open = state in OPEN
    assert ("/deadline.ics" in client.get(link).text) == is_open
    assert client.get(f"{link}/deadline.ics").status_code == (200 if is_open else 404)

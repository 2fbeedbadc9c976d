"""No log ever holds a link, a name or a comment: many are planted and looked for."""

import logging
from collections.abc import Iterator

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.web.browsing import MakeConfig, serving
from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import LINKS, MakeClient, make_link
from web.server import server_config
from workflows.answers import NotYours, Recorded, Reply, TooLate, Unknown

PLANTED = [*LINKS.values(), *(make_link(f"planted {n}") for n in range(20))]
NAME, COMMENT = "Zebedee Quillfeather", "A remark found nowhere else"
SENT_TO = ("", "/call-in", "/challenge", "/people")
WAYS = (
    "",
    "/call-in",
    "/challenge",
    "/people",
    "/receipt",
    "/receipt.txt",
    "/deadline.ics",
    "/receipt-1.tlog-proof",
    "/papers/0",
    "/nowhere",
)
REPLIES: tuple[Reply | None, ...] = (None, Recorded((1,)), NotYours(()), Unknown())


class LeakyError(Exception):
    """An error whose message holds what must not be written, as database errors do."""


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[list[EventDict]]:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        yield lines


def visit(client: TestClient, desk: FakeDesk) -> None:
    """Every way of every planted link, looked at and answered, with the link in the Referer too."""
    for link in PLANTED:
        headers = {"referer": f"https://votes.nene.example/respond/{link}"}
        for way in WAYS:
            client.get(f"/respond/{link}{way}", headers=headers)
        for desk.says in REPLIES:
            form = {"choice": "for", "name": NAME, "comment": COMMENT}
            for way in SENT_TO:
                client.post(f"/respond/{link}{way}", data=form, headers=headers)


def leaks(written: str) -> list[str]:
    return [secret for secret in (*PLANTED, NAME, COMMENT) if secret in written]


def written(logs: list[EventDict], caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged through either library, but for the test client's own lines."""
    own = (record for record in caplog.records if not record.name.startswith(("httpx", "httpcore")))
    return f"{logs}{[(record.getMessage(), record.exc_text) for record in own]}"


def test_no_log_line_holds_a_link_a_name_or_a_comment(
    client: TestClient, desk: FakeDesk, logs: list[EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    visit(client, desk)
    assert leaks(written(logs, caplog)) == []


def test_errors_leave_no_link_in_any_log(
    client: TestClient, desk: FakeDesk, logs: list[EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    desk.breaks = LeakyError(f"INSERT ... parameters: {PLANTED[0]!r}, {NAME!r}, {COMMENT!r}")
    visit(client, desk)
    assert leaks(written(logs, caplog)) == []


def visit_served(desk: FakeDesk, config: MakeConfig) -> None:
    desk.breaks = LeakyError(NAME)
    with serving(desk, config) as base:
        httpx2.get(f"{base}/respond/{PLANTED[0]}")


def talkative_config(site: FastAPI, host: str, port: int) -> uvicorn.Config:
    """The server as it comes."""
    return uvicorn.Config(site, host=host, port=port, log_config=None)


def test_the_server_beneath_writes_no_link_either(
    desk: FakeDesk, logs: list[EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    visit_served(desk, server_config)
    assert leaks(written(logs, caplog)) == []


def test_the_server_as_it_comes_would_write_links(
    desk: FakeDesk, logs: list[EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    visit_served(desk, talkative_config)
    assert leaks(written(logs, caplog)) == [PLANTED[0]]


def test_a_log_of_paths_and_messages_is_noticed(logs: list[EventDict]) -> None:
    naive = f'"GET /respond/{PLANTED[3]} HTTP/1.1" 500 {LeakyError(NAME)!r}'
    assert leaks(naive) == [PLANTED[3], NAME]


def test_every_request_leaves_one_line_with_its_template(
    client: TestClient, logs: list[EventDict]
) -> None:
    client.get(f"/respond/{LINKS['voting']}/receipt")
    line = {key: logs[0][key] for key in ("event", "method", "route", "status")}
    assert (len(logs), line) == (
        1,
        {"event": "request", "method": "GET", "route": "/respond/{token}/receipt", "status": 200},
    )


def test_an_address_that_is_none_of_ours_is_not_written(
    client: TestClient, logs: list[EventDict]
) -> None:
    client.get(f"/repsond/{LINKS['voting']}")
    assert (logs[0]["route"], logs[0]["status"]) == ("(none)", 404)


def test_an_error_is_logged_by_kind_and_place(
    client: TestClient, desk: FakeDesk, logs: list[EventDict]
) -> None:
    desk.breaks = LeakyError("secret")
    client.get(f"/respond/{LINKS['voting']}")
    assert logs[0]["errors"] == ["LeakyError"]
    assert "fake_desk.py" in logs[0]["at"][-1]


def test_an_error_shows_a_plain_page_without_details(client: TestClient, desk: FakeDesk) -> None:
    desk.breaks = LeakyError("secret detail")
    response = client.get(f"/respond/{LINKS['voting']}")
    assert response.status_code == 500
    assert "Sorry, something went wrong" in response.text
    assert "secret detail" not in response.text


def test_a_browser_that_goes_away_is_no_error(
    client: TestClient, desk: FakeDesk, logs: list[EventDict]
) -> None:
    desk.breaks = ClientDisconnect()
    leaving = TestClient(client.app, raise_server_exceptions=False)
    leaving.get(f"/respond/{LINKS['voting']}")
    assert [(line["event"], line["status"]) for line in logs] == [("request", 499)]


def test_the_framework_sends_no_spans_of_its_own(make_client: MakeClient) -> None:
    site = make_client().app
    assert site._native_telemetry.enabled() is False  # type: ignore[attr-defined] # noqa: SLF001


def test_too_late_is_told_in_words_and_not_in_the_log(
    client: TestClient, desk: FakeDesk, logs: list[EventDict]
) -> None:
    desk.says = TooLate(desk.now, "noon")
    client.post(f"/respond/{LINKS['voting']}", data={"choice": "for", "name": NAME})
    assert logs[0]["status"] == 409

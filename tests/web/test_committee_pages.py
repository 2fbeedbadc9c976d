"""The committee's room: the list, a decision, what is taken away, how it is checked."""

import tracemalloc
from hashlib import sha256
from typing import BinaryIO

import pytest
from starlette.testclient import TestClient

from storage.checkpoints import WillNotSign
from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import FakeHouse, FakeRoom
from tests.web.sample_audits import ROOT
from tests.web.sample_pages import BASE_URL, settings_for
from tests.web.sample_requests import NOW
from web.site import build_site

ONE = "/committee/decisions/D-2026-0007"
OTHER = "/committee/decisions/D-2026-0008"


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse(FakeDesk({}, NOW))


@pytest.fixture
def client(house: FakeHouse) -> TestClient:
    site = build_site(house.house, settings_for())
    cookies = {"__Host-quorate": "member"}
    return TestClient(site, base_url=BASE_URL, follow_redirects=False, cookies=cookies)


# --- the list -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["D-2026-0007", "Carried", "None yet", "17 of at most 25", "17 so far, of at most 25"]
)
def test_the_list_has_every_decision_with_state_result_and_days(
    client: TestClient, words: str
) -> None:
    assert words in client.get("/committee").text


def test_a_title_is_drawn_as_text(client: TestClient) -> None:
    for address in ("/committee", OTHER):
        assert "<b>Hearing" not in client.get(address).text


def test_an_empty_list_says_so(client: TestClient, house: FakeHouse) -> None:
    house.room.listed = ()
    assert "No decision has been opened yet." in client.get("/committee").text


# --- a decision ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        *("67% of the 3 votes cast", "the service is renewed.", "Minute 4.2", "It came to cost"),
        *("Raised by staff.", "K83002 Brackley", "Did not vote", "by hand, meeting M1", "250,000"),
        *("Nobody has ruled on it yet", "None: nobody to write to", "21 to 158", "leaf 212"),
        *("The facts do not say how many localities", "no call has reached: K83002"),
    ],
)
def test_a_decision_shows_everything_there_is(client: TestClient, words: str) -> None:
    assert words in client.get(ONE).text


def test_an_open_vote_says_that_choices_are_shut(client: TestClient) -> None:
    assert "shut until it is closed" in client.get(OTHER).text


@pytest.mark.parametrize("way", ["", "/bundle"])
@pytest.mark.parametrize("reference", ["D-2026-9999", "..%2f..%2fx", "%00", "x" * 3000])
def test_a_decision_that_is_not_there_is_not_found(
    client: TestClient, reference: str, way: str
) -> None:
    assert client.get(f"/committee/decisions/{reference}{way}").status_code == 404


def test_that_somebody_looked_is_put_down_under_their_id(
    client: TestClient, house: FakeHouse
) -> None:
    for address in ("/committee", ONE, f"{ONE}/bundle", "/committee/bundle"):
        client.get(address)
    assert house.room.seen == [
        ("9f31c0", None),
        ("9f31c0", "D-2026-0007"),
        ("9f31c0", "D-2026-0007"),
        ("9f31c0", None),
    ]


# --- what is taken away -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "name"),
    [(f"{ONE}/bundle", "audit-D-2026-0007.zip"), ("/committee/bundle", "audit-whole-trail.zip")],
)
def test_a_bundle_is_a_download_under_its_own_name(
    client: TestClient, house: FakeHouse, address: str, name: str
) -> None:
    said = client.get(address)
    assert (said.content, said.headers["content-disposition"]) == (
        house.room.bundle,
        f"attachment; filename*=UTF-8''{name}",
    )
    assert said.headers["content-length"] == str(len(house.room.bundle))


def test_a_bundle_runs_nothing_and_is_kept_nowhere(client: TestClient) -> None:
    headers = client.get("/committee/bundle").headers
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_looking_at_a_bundle_sends_none_of_it(client: TestClient) -> None:
    said = client.head("/committee/bundle")
    assert (said.status_code, said.content) == (200, b"")


LARGE = 96 * 1024 * 1024
PIECE = bytes(1024 * 1024)


class LargeRoom(FakeRoom):
    """A room whose bundle is larger than a server should hold."""

    def write_bundle(self, person: str, reference: str | None, out: BinaryIO, /) -> bool:
        self._note("bundle", person, reference)
        out.writelines(PIECE for _ in range(LARGE // len(PIECE)))
        return True


async def most_held(house: FakeHouse) -> int:
    """Bytes that a download took at most, while it was sent bit by bit."""
    site, size = build_site(house.house, settings_for()), 0
    headers = [(b"cookie", b"__Host-quorate=member")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/committee/bundle",
        "raw_path": b"/committee/bundle",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "https",
        "root_path": "",
        "http_version": "1.1",
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal size
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        size += len(body)

    tracemalloc.start()
    await site(scope, receive, send)  # type: ignore[arg-type]
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == LARGE
    return held


async def test_a_large_bundle_is_never_in_memory_as_a_whole(house: FakeHouse) -> None:
    house.room = LargeRoom()
    assert await most_held(house) < LARGE // 4


def test_a_download_that_is_read_at_once_would_be() -> None:
    tracemalloc.start()
    whole = PIECE * (LARGE // len(PIECE))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held >= len(whole)


def test_a_bundle_that_cannot_be_made_is_told_in_plain_words(
    client: TestClient, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> bool:
        message = "the disk is full"
        raise OSError(message)

    monkeypatch.setattr(house.room, "write_bundle", breaks)
    said = client.get("/committee/bundle")
    assert (said.status_code, "disk" in said.text) == (500, False)


def test_a_trail_that_cannot_be_signed_is_told_to_the_auditor(
    client: TestClient, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> bool:
        raise WillNotSign("The trail is behind what was released before.")

    monkeypatch.setattr(house.room, "write_bundle", refuses)
    said = client.get("/committee/bundle")
    assert said.status_code == 503
    assert "The trail is behind what was released before." in said.text


def test_where_no_bundles_are_made_none_is_offered(client: TestClient, house: FakeHouse) -> None:
    house.room.has_bundles = False
    pages = [client.get(address) for address in ("/committee", ONE)]
    assert [page.text.count("/bundle") for page in pages] == [0, 0]
    taken = [client.get(way).status_code for way in (f"{ONE}/bundle", "/committee/verify.py")]
    assert taken == [404, 404]


# --- how it is checked --------------------------------------------------------------------------


def test_the_verifier_is_handed_out_byte_by_byte_with_its_hash(client: TestClient) -> None:
    file = client.get("/committee/verify.py")
    assert file.headers["content-disposition"].startswith("attachment;")
    assert sha256(file.content).hexdigest() in client.get("/committee/checking").text


def test_the_page_says_that_the_hash_must_come_by_a_second_channel(client: TestClient) -> None:
    text = client.get("/committee/checking").text
    assert "second channel" in text
    assert "minutes" in text


def test_the_newest_checkpoint_is_shown_as_letters_have_it(client: TestClient) -> None:
    text = client.get("/committee/checking").text
    assert ROOT in text
    assert "8917" in text


def test_without_a_checkpoint_the_page_says_so(client: TestClient, house: FakeHouse) -> None:
    house.room.newest = None
    assert "No checkpoint has been signed yet." in client.get("/committee/checking").text

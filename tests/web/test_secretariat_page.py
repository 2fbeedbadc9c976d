"""The secretariat's desk: whom to ring in red, what else wants a person, what is under way."""

import pytest
from starlette.testclient import TestClient

from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import FakeHouse
from tests.web.sample_pages import BASE_URL, settings_for
from tests.web.sample_requests import NOW
from tests.web.sample_secretariat import QUIET_DAY
from web.site import build_site


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse(FakeDesk({}, NOW))


def visit(house: FakeHouse, who: str = "secretary") -> TestClient:
    site = build_site(house.house, settings_for())
    cookies = {"__Host-quorate": who}
    return TestClient(site, base_url=BASE_URL, follow_redirects=False, cookies=cookies)


def seen(house: FakeHouse) -> str:
    return " ".join(visit(house).get("/desk").text.split())


@pytest.mark.parametrize(
    "words",
    [
        '<strong class="nhsuk-tag nhsuk-tag--red">2 to ring</strong>',
        '<strong class="nhsuk-tag nhsuk-tag--red">Not reached</strong>',
        "<strong>K83002 Brackley Medical Centre</strong>",
        "Dr Tom Reed (lead): 01632 960321",
        "Ann Ode (manager): no telephone number is known",
        "Nobody of this practice is in the register",
        "2 not reached",
        "41 of 69",
        "Practices are not asked now",
        "connection refused",
        "(since 8.55am on Tuesday 24 November 2026)",
        "quorate people corrections show c7f2",
        "5pm on Wednesday 25 November 2026",
    ],
)
def test_the_desk_shows_everything_that_wants_a_person(house: FakeHouse, words: str) -> None:
    assert words in seen(house)


def test_a_title_is_drawn_as_text(house: FakeHouse) -> None:
    assert "<b>aids" not in seen(house)


@pytest.mark.parametrize(
    "words",
    ["Every practice that is asked something", "No alarm stands", "No decision is under way."],
)
def test_a_quiet_day_says_so(house: FakeHouse, words: str) -> None:
    house.secretariat.shown = QUIET_DAY
    assert words in seen(house)
    assert "nhsuk-tag--red" not in seen(house)


@pytest.mark.parametrize("who", ["member", "lay chair"])
def test_who_audits_is_told_of_the_other_room(house: FakeHouse, who: str) -> None:
    answer = visit(house, who).get("/desk")
    assert answer.status_code == 403
    assert "This desk is the secretariat&#39;s" in answer.text
    assert house.secretariat.calls == []


@pytest.mark.parametrize(("role", "room"), [("secretary", "/desk"), ("committee", "/committee")])
def test_whoever_signs_in_comes_to_their_own_room(house: FakeHouse, role: str, room: str) -> None:
    house.door.role = role
    site = build_site(house.house, settings_for())
    client = TestClient(site, base_url=BASE_URL, follow_redirects=False)
    assert client.post("/sign-in", data=house.door.words).headers["location"] == room

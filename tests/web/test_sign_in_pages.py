"""The door's pages: cookies, forms from elsewhere, waiting, what is never drawn again."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import CODE, DIGITS, EMAIL, PASSWORD, FakeHouse
from tests.web.sample_pages import settings_for
from tests.web.sample_requests import NOW
from tests.web.test_foreign_forms import FOREIGN, OWN
from tests.web.test_unknown_links import Watch
from web.site import build_site
from web.visits import form_token
from workflows.sign_in import Unfit, Waits

IN = {"email": EMAIL, "password": PASSWORD, "code": DIGITS}
FIRST = {"email": EMAIL, "code": CODE, "password": PASSWORD, "again": PASSWORD}
COOKIE = "__Host-quorate"


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse(FakeDesk({}, NOW))


def make(house: FakeHouse, visit: str = "", **changes: object) -> TestClient:
    settings = settings_for(**changes)
    name = COOKIE if settings.is_https else "quorate"
    cookies = {name: visit} if visit else {}
    site = build_site(house.house, settings)
    return TestClient(site, base_url=settings.origin, follow_redirects=False, cookies=cookies)


@pytest.fixture
def client(house: FakeHouse) -> TestClient:
    return make(house)


# --- the cookie ---------------------------------------------------------------------------------


def flags(set_cookie: str) -> set[str]:
    return {part.strip().lower() for part in set_cookie.split(";")[1:]}


@pytest.mark.parametrize(("address", "form"), [("/sign-in", IN), ("/sign-in/set-up", FIRST)])
def test_by_https_the_cookie_is_bound_to_this_host(
    client: TestClient, address: str, form: dict[str, str]
) -> None:
    given = client.post(address, data=form).headers["set-cookie"]
    assert given.startswith(f"{COOKIE}=")
    assert flags(given) == {"path=/", "secure", "httponly", "samesite=lax"}


def test_on_plain_loopback_it_has_another_name(house: FakeHouse) -> None:
    client = make(house, base_url="http://127.0.0.1:8000")
    given = client.post("/sign-in", data=IN).headers["set-cookie"]
    assert given.startswith("quorate=")
    assert flags(given) == {"path=/", "httponly", "samesite=lax"}


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/set-up"])
def test_on_plain_http_elsewhere_nobody_signs_in(house: FakeHouse, address: str) -> None:
    client = make(house, base_url="http://votes.nene.example")
    said = [client.get(address), client.post(address, data=IN)]
    assert [each.status_code for each in said] == [403, 403]
    assert house.door.calls == []


def test_a_site_beneath_a_path_leads_beneath_it(house: FakeHouse) -> None:
    client = make(house, base_url="https://nene.example/votes")
    said = client.post("/sign-in", data=IN)
    assert said.headers["location"] == "/votes/committee"
    assert "path=/" in flags(said.headers["set-cookie"])


def test_an_id_from_before_is_not_the_visit_s(house: FakeHouse) -> None:
    """Session fixation: whoever planted a cookie knows nothing afterwards."""
    client = make(house, "planted")
    given = client.post("/sign-in", data=IN).headers["set-cookie"]
    assert "planted" not in given
    assert "planted" not in house.door.visits


def test_a_failed_try_gives_no_cookie(client: TestClient) -> None:
    said = client.post("/sign-in", data={**IN, "code": "000000"})
    assert (said.status_code, "set-cookie" in said.headers) == (422, False)


def test_looking_gives_no_cookie(house: FakeHouse) -> None:
    client = make(house)
    for address in ("/", "/sign-in", "/sign-in/set-up", "/committee"):
        assert "set-cookie" not in client.get(address).headers


# --- forms from elsewhere -----------------------------------------------------------------------

FORMS = {
    "/sign-in": ("", IN),
    "/sign-in/set-up": ("", FIRST),
    "/sign-in/second-factor": ("setting up", {"code": DIGITS, "form": form_token("setting up")}),
    "/sign-out": ("member", {"form": form_token("member")}),
    "/committee/allowance/query": (
        "member",
        {"decision": "D-2026-0007", "text": "What for?", "form": form_token("member")},
    ),
}
BEHIND = [address for address, (visit, _) in FORMS.items() if visit]
TELLS = {"begin_set_up", "finish_set_up", "sign_in", "sign_out", "query"}


def was_told(house: FakeHouse) -> set[str]:
    """What door and room were told beside being read."""
    return TELLS & {*house.door.calls, *house.room.calls}


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("address", FORMS)
def test_a_form_from_another_site_does_nothing(
    house: FakeHouse, address: str, headers: dict[str, str]
) -> None:
    visit, form = FORMS[address]
    said = make(house, visit).post(address, data=form, headers=headers)
    assert (said.status_code, was_told(house)) == (403, set())


@pytest.mark.parametrize("headers", OWN)
@pytest.mark.parametrize("address", FORMS)
def test_a_form_of_our_own_is_taken(
    house: FakeHouse, address: str, headers: dict[str, str]
) -> None:
    visit, form = FORMS[address]
    assert make(house, visit).post(address, data=form, headers=headers).status_code == 303


@pytest.mark.parametrize("token", [None, "", "wrong", form_token("secretary"), form_token("")])
@pytest.mark.parametrize("address", BEHIND)
def test_a_form_that_was_not_drawn_for_this_visit_does_nothing(
    house: FakeHouse, address: str, token: str | None
) -> None:
    visit, form = FORMS[address]
    sent = {k: v for k, v in {**form, "form": token}.items() if v is not None} | {"x": "y"}
    said = make(house, visit).post(address, data=sent)
    assert (said.status_code, was_told(house)) == (403, set())


@pytest.mark.parametrize("address", BEHIND)
def test_the_origin_alone_would_let_a_form_pass_that_hides_it(
    house: FakeHouse, address: str
) -> None:
    """`Origin: null` counts as absent, so without the token a sandboxed frame could sign out."""
    visit, form = FORMS[address]
    sent = {name: value for name, value in form.items() if name != "form"} | {"x": "y"}
    said = make(house, visit).post(address, data=sent, headers={"origin": "null"})
    assert said.status_code == 403


def test_the_page_carries_the_token_and_never_the_id(house: FakeHouse) -> None:
    text = make(house, "member").get("/committee").text
    assert form_token("member") in text
    assert '"member"' not in text


@pytest.mark.parametrize("address", FORMS)
def test_what_is_no_form_does_nothing(house: FakeHouse, address: str) -> None:
    visit, _ = FORMS[address]
    client = make(house, visit)
    said = [client.post(address, json={"email": EMAIL}), client.post(address, content=b"\xff")]
    said.append(client.post(address, data={"email": "x" * 200_000}))
    assert {each.status_code for each in said} == {400}
    assert was_told(house) == set()


# --- what is shown ------------------------------------------------------------------------------


def test_nothing_secret_is_drawn_again(client: TestClient) -> None:
    said = client.post("/sign-in", data={**IN, "email": "else@ccg.example"}).text
    assert "else@ccg.example" in said
    assert [word for word in (PASSWORD, DIGITS) if word in said] == []


def test_whatever_is_wrong_the_page_is_the_same(client: TestClient) -> None:
    pages = {
        client.post("/sign-in", data={**IN, **wrong}).text.replace("else@ccg.example", EMAIL)
        for wrong in (
            {"password": "no"},
            {"code": "000000"},
            {"email": "else@ccg.example"},
        )
    }
    assert len(pages) == 1


@pytest.mark.parametrize("hidden", ["\0", "\x1b", "\x7f", "\u2028", "\u202e"])
@pytest.mark.parametrize("field", ["email", "code"])
@pytest.mark.parametrize(
    ("address", "form", "call"),
    [("/sign-in", IN, "sign_in"), ("/sign-in/set-up", FIRST, "begin_set_up")],
)
def test_what_no_keyboard_types_is_wrong_and_the_door_is_asked_all_the_same(
    house: FakeHouse, address: str, form: dict[str, str], call: str, field: str, hidden: str
) -> None:
    sent = {**form, field: f"{form[field][:3]}{hidden}{form[field][3:]}"}
    said = make(house).post(address, data=sent)
    assert (said.status_code, house.door.calls) == (422, [call])
    assert hidden not in said.text


def test_a_poor_password_is_told_and_the_set_up_code_need_not_be_typed_again(
    house: FakeHouse,
) -> None:
    house.door.says = Unfit({"password": "Use 12 characters or more."})
    said = make(house).post("/sign-in/set-up", data=FIRST)
    assert said.status_code == 422
    assert "Use 12 characters or more." in said.text
    assert CODE in said.text
    assert PASSWORD not in said.text


def test_two_passwords_that_differ_are_not_sent_on(house: FakeHouse) -> None:
    said = make(house).post("/sign-in/set-up", data={**FIRST, "again": "another"})
    assert (said.status_code, house.door.calls) == (422, [])


def test_the_wait_is_told_in_plain_words(house: FakeHouse) -> None:
    house.door.says = Waits(NOW + timedelta(minutes=15))
    said = make(house).post("/sign-in", data=IN)
    assert said.status_code == 429
    assert "held up until 10.19am on Tuesday 24 November 2026" in said.text


def test_a_strange_address_is_drawn_as_text(client: TestClient) -> None:
    said = client.post("/sign-in", data={**IN, "email": '"><script>alert(1)</script>'})
    assert "<script>" not in said.text


def test_after_the_set_up_code_comes_the_second_factor(client: TestClient) -> None:
    said = client.post("/sign-in/set-up", data=FIRST)
    assert said.headers["location"] == "/sign-in/second-factor"


def test_the_second_factor_page_shows_the_secret_as_text_and_as_a_link(house: FakeHouse) -> None:
    text = make(house, "setting up").get("/sign-in/second-factor").text
    assert "MFRG GZDF MZTW Q2LK" in text
    assert 'href="otpauth://totp/' in text


def test_a_wrong_code_asks_for_the_next_one(house: FakeHouse) -> None:
    form = {"code": "000000", "form": form_token("setting up")}
    said = make(house, "setting up").post("/sign-in/second-factor", data=form)
    assert said.status_code == 422
    assert "not the code that the app shows now" in said.text


def test_signing_out_takes_the_cookie_and_the_visit(house: FakeHouse) -> None:
    said = make(house, "member").post("/sign-out", data={"form": form_token("member")})
    assert 'quorate=""; ' in said.headers["set-cookie"]
    assert "member" not in house.door.visits


# --- too many tries from one address ------------------------------------------------------------


def test_too_many_failures_from_one_address_are_held_up(house: FakeHouse) -> None:
    client = make(house, sign_ins_allowed=3)
    wrong = {**IN, "code": "000000"}
    said = [client.post("/sign-in", data=wrong).status_code for _ in range(5)]
    assert (said, house.door.calls.count("sign_in")) == ([422, 422, 422, 429, 429], 3)


def test_whoever_is_told_to_wait_and_knocks_on_uses_up_the_allowance(house: FakeHouse) -> None:
    client = make(house, sign_ins_allowed=3)
    house.door.says = Waits(NOW + timedelta(minutes=15))
    said = [client.post("/sign-in", data=IN).text for _ in range(5)]
    assert ["from your network" in each for each in said] == [False] * 3 + [True] * 2
    assert house.door.calls.count("sign_in") == 3


def test_the_door_is_told_where_a_try_comes_from(house: FakeHouse) -> None:
    site = make(house).app
    cookies, peer = {COOKIE: "setting up"}, ("203.0.113.9", 50_000)
    client = TestClient(site, settings_for().origin, client=peer, cookies=cookies)
    form = {"code": "000000", "form": form_token("setting up")}
    client.post("/sign-in/second-factor", data=form)
    client.post("/sign-in", data={**IN, "code": "000000"})
    assert house.door.networks == ["203.0.113.9", "203.0.113.9"]


def test_failures_at_both_doors_count_together(house: FakeHouse) -> None:
    client = make(house, sign_ins_allowed=2)
    said = [
        client.post("/sign-in", data={**IN, "code": "000000"}).status_code,
        client.post("/sign-in/set-up", data={**FIRST, "code": "ABCD"}).status_code,
        client.post("/sign-in", data=IN).status_code,
    ]
    assert said == [422, 422, 429]


def test_the_allowance_of_an_address_comes_back(house: FakeHouse) -> None:
    watch = Watch()
    client = make(house, sign_ins_allowed=1, sign_ins_per_minute=1.0, seconds=watch)
    wrong = {**IN, "code": "000000"}
    said = [client.post("/sign-in", data=wrong).status_code for _ in range(2)]
    watch.now += 60
    assert [*said, client.post("/sign-in", data=IN).status_code] == [422, 429, 303]


def test_signing_in_uses_up_no_allowance(house: FakeHouse) -> None:
    client = make(house, sign_ins_allowed=1)
    assert {client.post("/sign-in", data=IN).status_code for _ in range(20)} == {303}


def test_whoever_is_signed_in_can_always_leave(house: FakeHouse) -> None:
    client = make(house, "member", sign_ins_allowed=1)
    client.post("/sign-in", data={**IN, "code": "000000"})
    assert client.post("/sign-out", data={"form": form_token("member")}).status_code == 303


# --- what is never written ----------------------------------------------------------------------


def test_no_log_holds_what_was_typed_or_the_visit(house: FakeHouse) -> None:
    with capture_logs() as lines:
        for address, (visit, form) in FORMS.items():
            make(house, visit).post(address, data=form)
            make(house, visit).get(address)
    secrets = (EMAIL, PASSWORD, CODE, DIGITS, form_token("member"), "a new visit")
    assert [secret for secret in secrets if secret in str(lines)] == []
    assert len(lines) == 2 * len(FORMS)


WORN = ("content-security-policy", "x-frame-options", "referrer-policy", "x-content-type-options")


@pytest.mark.parametrize("address", [*FORMS, "/committee", "/committee/checking"])
def test_every_page_of_the_door_and_the_room_is_kept_nowhere_and_found_nowhere(
    house: FakeHouse, address: str
) -> None:
    said = make(house, "member").get(address)
    assert (said.headers["cache-control"], said.headers["x-robots-tag"]) == (
        "no-store",
        "noindex, nofollow",
    )
    assert [name for name in WORN if name not in said.headers] == []


def test_a_page_that_is_signed_in_to_says_which_cookie_it_keeps(house: FakeHouse) -> None:
    text = make(house, "member").get("/committee").text
    assert "One cookie keeps you signed in" in text
    assert "keeps no cookies" not in text

"""The allowance's account in the committee's room, and what becomes of a query sent there."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from engine.answering import COMMENT_LIMIT
from engine.errors import Refused
from engine.queries import MAY_QUERY
from engine.refusals import MayNotQuery, NeedsReason, QueryWaits
from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import JOAN, FakeHouse
from tests.web.sample_accounts import ACCOUNT, OVERSPENT, POST, PRESENT, UNIT, UNSET
from tests.web.sample_pages import BASE_URL, settings_for
from tests.web.sample_requests import NOW
from web.account import ASKING
from web.queries import MISSING
from web.room import ROLES
from web.site import build_site
from web.visits import form_token

HERE, QUERY = "/committee/allowance", "/committee/allowance/query"
ASKED = {"decision": POST, "text": "What does the post do?", "form": form_token("member")}


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse(FakeDesk({}, NOW))


def client_of(house: FakeHouse, visit: str = "member", **changes: object) -> TestClient:
    settings = settings_for(**changes)
    cookies = {"__Host-quorate": visit} if visit else {}
    site = build_site(house.house, settings)
    return TestClient(site, base_url=settings.origin, follow_redirects=False, cookies=cookies)


@pytest.fixture
def client(house: FakeHouse) -> TestClient:
    return client_of(house)


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "£505,000 of £1,000,000 is charged to 2026/27; £495,000 is left.",
        *("£410,000", "61.9p", "41.0%", "£517,500", "-£12,500", "K83044"),
        "Given back 4 Nov 2026: lapsed",
        *("1 overdue, 1 answered", "an answer was due by", "after its time"),
        *("What do we get that our own staff do not do?", "Somebody who reads both contracts."),
        *("Who sits there?", "An answer is due by", "by the local medical committee (LMC)"),
        *("Committed, not approved yet: £90,000", "The committee decides"),
        *("charged to no year", "It states no sum"),
        f'href="/committee/decisions/{UNIT}"',
    ],
)
def test_the_page_has_all_there_is_of_the_year(client: TestClient, words: str) -> None:
    assert words in client.get(HERE).text


def test_the_present_year_is_shown_where_none_is_named(client: TestClient) -> None:
    for address in (HERE, f"{HERE}/2026-27"):
        assert "<h1>Management allowance 2026/27</h1>" in client.get(address).text


def test_the_picture_is_within_the_page_and_tells_what_it_is(client: TestClient) -> None:
    text = client.get(HERE).text
    assert 'role="img"' in text
    assert "<title>Management allowance 2026/27: what it is used for" in text
    assert "style=" not in text
    assert "<script" not in text


def test_titles_and_words_are_drawn_as_text_in_the_picture_too(client: TestClient) -> None:
    text = client.get(HERE).text
    assert "A second accountant &lt;b&gt;for&lt;/b&gt; the body" in text
    assert [tag for tag in ("<b>for", "<i>not") if tag in text] == []


def test_a_query_without_an_answer_in_time_is_told_first(client: TestClient) -> None:
    text = client.get(HERE).text
    assert text.index("No answer in time") < text.index("<table")


def test_what_is_not_overdue_is_not_told_loudly(client: TestClient, house: FakeHouse) -> None:
    calm = tuple(replace(entry, queries=()) for entry in ACCOUNT.entries)
    house.room.accounts[PRESENT] = replace(ACCOUNT, entries=calm)
    assert "No answer in time" not in client.get(HERE).text


def test_overspending_is_told_first(client: TestClient, house: FakeHouse) -> None:
    house.room.accounts[PRESENT] = OVERSPENT
    text = client.get(HERE).text
    said = "OVERSPENT by £105,000: £505,000 is charged to 2026/27, of £400,000."
    assert text.index(said) < text.index("<table")
    assert ">Over</strong>" in text
    assert "OVERSPENT" not in client_of(FakeHouse(FakeDesk({}, NOW))).get(HERE).text


def test_where_nothing_is_set_the_page_says_how_it_is_set(
    client: TestClient, house: FakeHouse
) -> None:
    house.room.accounts[PRESENT] = UNSET
    text = client.get(HERE).text
    assert "No allowance is set" in text
    assert "quorate allowance set 2026/27 --per-head" in text
    assert "£505,000 is charged to it." in text
    assert "<svg xmlns" not in text.replace('<svg class="nhsuk-icon', "")


def test_a_year_of_which_nothing_is_known_says_so(client: TestClient) -> None:
    said = client.get(f"{HERE}/2030-31")
    assert said.status_code == 200
    assert "No allowance is set" in said.text
    assert "Nothing has been charged to it yet." in said.text


def test_the_years_before_and_after_are_those_with_anything_in_them(client: TestClient) -> None:
    text = client.get(HERE).text
    assert f'href="{HERE}/2023-24"' in text
    assert f'href="{HERE}/2027-28"' in text
    assert f'href="{HERE}/2025-26"' not in text
    assert "Year after" not in client.get(f"{HERE}/2027-28").text


@pytest.mark.parametrize(
    "year", ["2026", "2026-28", "2026%2F27", "2026-27%20", "%00", "0000-01", "x" * 3000]
)
def test_what_is_no_year_is_not_found(client: TestClient, house: FakeHouse, year: str) -> None:
    assert client.get(f"{HERE}/{year}").status_code == 404
    assert house.room.calls == []


def test_that_somebody_looked_is_put_down(client: TestClient, house: FakeHouse) -> None:
    client.get(HERE)
    assert (house.room.calls, house.room.seen) == (["account"], [("9f31c0", None)])


# --- the form -----------------------------------------------------------------------------------


def test_a_form_stands_at_each_entry_that_may_be_queried_now(client: TestClient) -> None:
    text = client.get(HERE).text
    offered = {
        entry.decision
        for entry in ACCOUNT.entries
        if f'name="decision" value="{entry.decision}"' in text
    }
    assert offered == {POST, "DAYS-3"}  # the others wait for an answer


def test_a_query_is_put_and_leads_back_to_its_entry(client: TestClient, house: FakeHouse) -> None:
    said = client.post(QUERY, data=ASKED)
    assert (said.status_code, said.headers["location"]) == (303, f"{HERE}/2026-27#entry-{POST}")
    assert house.room.asked == [(JOAN, POST, "What does the post do?")]


def test_a_site_beneath_a_path_leads_beneath_it(house: FakeHouse) -> None:
    client = client_of(house, base_url=f"{BASE_URL}/votes")
    said = client.post(QUERY, data=ASKED)
    assert said.headers["location"].startswith(f"/votes{HERE}/2026-27")


def test_lines_are_kept_in_one_form(client: TestClient, house: FakeHouse) -> None:
    client.post(QUERY, data={**ASKED, "text": " One\r\nTwo e\u0301 "})
    assert house.room.asked[0][2] == "One\nTwo é"


def test_looking_at_the_form_s_address_leads_to_the_page(
    client: TestClient, house: FakeHouse
) -> None:
    said = client.get(QUERY, params=ASKED)
    assert (said.status_code, said.headers["location"], house.room.asked) == (303, HERE, [])


TOO_LONG = "a" * (COMMENT_LIMIT + 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", MISSING),
        (" \n ", MISSING),
        (TOO_LONG, "10,000 characters or fewer"),
        ("What\x00 for?", "hidden control character after “What”"),
    ],
)
def test_what_is_to_be_corrected_is_told_at_the_entry(
    client: TestClient, house: FakeHouse, text: str, fault: str
) -> None:
    said = client.post(QUERY, data={**ASKED, "text": text})
    assert (said.status_code, house.room.asked) == (422, [])
    assert fault in said.text
    assert f'href="#ask-{POST}-text"' in said.text
    assert said.text.count(" open>") == 1


def test_what_was_typed_is_kept_at_its_own_entry_alone(client: TestClient) -> None:
    said = client.post(QUERY, data={**ASKED, "text": TOO_LONG}).text
    assert said.count(TOO_LONG) == 1
    assert said.index(f'id="ask-{POST}-text"') < said.index(TOO_LONG)


def test_a_form_without_a_text_is_one_with_an_empty_text(client: TestClient) -> None:
    sent = {name: value for name, value in ASKED.items() if name != "text"}
    assert client.post(QUERY, data=sent).status_code == 422


@pytest.mark.parametrize(
    ("refused", "status", "words"),
    [
        (QueryWaits(), 409, "waits for its answer already"),
        (MayNotQuery(), 403, "You cannot query this entry"),
        (NeedsReason("Not now: the store is being restored."), 409, "the store is being restored"),
    ],
)
def test_a_refusal_is_told_in_plain_words_and_the_text_is_kept(
    client: TestClient, house: FakeHouse, refused: Refused, status: int, words: str
) -> None:
    house.room.refuses = refused
    said = client.post(QUERY, data=ASKED)
    assert said.status_code == status
    assert words in said.text
    assert "What does the post do?" in said.text
    assert f'href="{HERE}/2026-27"' in said.text
    assert "--as" not in said.text


def test_what_has_drawn_nothing_cannot_be_asked_about(client: TestClient) -> None:
    said = client.post(QUERY, data={**ASKED, "decision": "D-2026-0008"})
    assert said.status_code == 409
    assert "drawn nothing from the management allowance" in said.text
    assert "What does the post do?" in said.text


@pytest.mark.parametrize("decision", ["D-2026-9999", "", "../x", "\x00"])
@pytest.mark.parametrize("text", ["What for?", ""])
def test_an_entry_that_is_not_there_is_not_found(
    client: TestClient, decision: str, text: str
) -> None:
    assert client.post(QUERY, data={**ASKED, "decision": decision, "text": text}).status_code == 404


def test_an_empty_query_of_an_entry_that_waits_is_told_that_it_waits(client: TestClient) -> None:
    assert client.post(QUERY, data={**ASKED, "decision": UNIT, "text": ""}).status_code == 409


# --- who ----------------------------------------------------------------------------------------


def test_whoever_may_enter_may_query_and_nobody_else() -> None:
    assert ASKING == ROLES == frozenset(MAY_QUERY) - {"lmc"}  # the LMC has no room here


@pytest.mark.parametrize(
    ("visit", "status"),
    [("", 303), ("ended", 303), ("setting up", 303), ("secretary", 403), ("lay chair", 303)],
)
def test_a_query_is_put_by_whoever_is_signed_in_to_the_room(
    house: FakeHouse, visit: str, status: int
) -> None:
    said = client_of(house, visit).post(QUERY, data={**ASKED, "form": form_token(visit)})
    may = visit == "lay chair"
    assert (said.status_code, len(house.room.asked)) == (status, int(may))
    assert house.room.calls == (["query"] if may else [])
    assert (said.headers.get("location") == "/sign-in") is (status == 303 and not may)

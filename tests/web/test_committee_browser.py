"""A lay member's whole way, in a real browser on a real store: from the code to the bundle."""

import json
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from app.bootstrap import App
from app.server import SiteDesk
from app.verifier import verifier_file
from engine.one_time import code_of, step_at
from tests import cheap_passwords
from tests.small_body import HandClock, found, live_through, settings_for
from tests.storage.test_allowance import approved, letters
from tests.web.browsing import needs_chromium, serving
from tests.web.fake_desk import FakeDesk
from tests.web.fake_staff import FakeHouse
from tests.web.sample_accounts import OVERSPENT, POST, PRESENT, UNSET
from tests.web.sample_requests import NOW
from tests.web.test_accessibility import faults
from web.desk import House
from workflows.enrolment import NamedFile
from workflows.room import Room
from workflows.secretariat import Secretariat
from workflows.sign_in import SignIn
from workflows.staff import Staff
from workflows.taking_away import CommitteeBundles

pytestmark = needs_chromium
cheap = cheap_passwords.cheap_passwords

EMAIL, PASSWORD = "joan@ccg.example", "three grey herons"
SECRETARY = "helen@ccg.example"
PEOPLE = (
    f"ods_code,name,email,role\n,Joan Tully,{EMAIL},committee\n,Helen Marsh,{SECRETARY},secretary\n"
)


@dataclass
class Place:
    """A body with a decision that has ended, its site, and a clock to wind."""

    base: str
    app: App
    clock: HandClock
    reference: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, clock = tmp_path_factory.mktemp("room"), HandClock()
    app = found(settings_for(f"sqlite:///{folder}/quorate.db", folder), clock)
    app.enrolment.people(NamedFile("people.csv", PEOPLE.encode()), dry_run=False)
    reference = live_through(app, clock)
    app.store.sealer.seal()  # as the running program does within the second
    room = Room(app.desk, app.rulebook.calendar, CommitteeBundles(app.store, verifier_file()))
    desk = app.practice_desk
    site = SiteDesk(
        desk.desk,
        desk.counter,
        desk.body,
        desk.documents,
        calendar=app.rulebook.calendar,
        backup_hours=0,
    )
    door = SignIn(app.store, "NHS Nene CCG")
    secretariat = Secretariat(app.desk, app.rulebook.calendar)
    with serving(House(site, door, room, app.practice_people, secretariat)) as base:
        yield Place(base, app, clock, reference)
    app.close()


def press(tab: Page, name: str) -> None:
    with tab.expect_navigation():
        tab.get_by_role("main").get_by_role("button", name=name).click()


def set_up(tab: Page, place: Place, email: str = EMAIL, role: str = "committee") -> bytes:
    """From the code that the command line printed to the room; the app's secret."""
    code = Staff(place.app.store).add(email, role).code
    tab.goto(f"{place.base}/committee")
    tab.get_by_role("link", name="Set up signing in").click()
    tab.get_by_label("E-mail address").fill(email)
    tab.get_by_label("Set-up code").fill(code)
    tab.get_by_label("A password of your own").fill(PASSWORD)
    tab.get_by_label("The same password once more").fill(PASSWORD)
    press(tab, "Continue")
    secret = b32decode(tab.locator(".q-key").inner_text().replace(" ", ""))
    tab.get_by_label("Code from your app").fill(shows(secret, place))
    press(tab, "Finish and sign in")
    return secret


def shows(secret: bytes, place: Place) -> str:
    return code_of(secret, step_at(place.clock.at))


def sign_in(tab: Page, place: Place, secret: bytes) -> None:
    tab.get_by_label("E-mail address").fill(EMAIL)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_label("Code from your app").fill(shows(secret, place))
    press(tab, "Sign in")


def download(tab: Page, name: str, folder: Path) -> ZipFile:
    with tab.expect_download() as coming:
        tab.get_by_role("link", name=name).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return ZipFile(path)


def test_a_lay_member_comes_from_the_code_to_the_bundle(
    tab: Page, place: Place, tmp_path: Path
) -> None:
    secret = set_up(tab, place)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Decisions")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sign out").click()
    place.clock.go_on(timedelta(minutes=1))
    sign_in(tab, place, secret)
    tab.get_by_role("link", name=place.reference).click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Diabetes local enhanced")
    with download(tab, "Download this decision's bundle", tmp_path) as bundle:
        scope = json.loads(bundle.read("scope.json"))
    assert (scope["decision"], scope["role"]) == (place.reference, "committee")


def test_a_secretary_comes_from_the_code_to_the_desk(tab: Page, place: Place) -> None:
    set_up(tab, place, SECRETARY, "secretary")
    expect(tab.get_by_role("heading", level=1)).to_have_text("The secretariat's desk")
    assert tab.url == f"{place.base}/desk"


def test_the_whole_trail_can_be_taken_too(tab: Page, place: Place, tmp_path: Path) -> None:
    set_up(tab, place)
    with download(tab, "Download the whole trail", tmp_path) as bundle:
        assert json.loads(bundle.read("scope.json"))["decision"] is None


def test_the_browser_keeps_the_visit_from_scripts_and_other_sites(tab: Page, place: Place) -> None:
    set_up(tab, place)
    (cookie,) = tab.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("quorate", True, "Lax")
    assert tab.evaluate("document.cookie") == ""


def test_an_old_cookie_opens_nothing_after_signing_out(
    tab: Page, place: Place, browser: Browser
) -> None:
    set_up(tab, place)
    kept = tab.context.cookies()
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sign out").click()
    with browser.new_context() as context:
        context.add_cookies(kept)  # type: ignore[arg-type] # as the browser gave them
        other = context.new_page()
        other.goto(f"{place.base}/committee")
        expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_lay_member_queries_an_entry(tab: Page, place: Place) -> None:
    reference = approved(place.app, place.clock)
    set_up(tab, place)
    tab.get_by_role("link", name="Management allowance").click()
    tab.get_by_text(f"Query this entry of {reference}").click()
    press(tab, f"Send the query of {reference}")
    expect(tab.get_by_role("alert")).to_contain_text("Write what you want to know.")
    tab.get_by_label("What do you want to know?").fill("What do we get for it?")
    press(tab, f"Send the query of {reference}")
    expect(tab.get_by_role("heading", level=4)).to_contain_text("Query 1, by the committee")
    expect(tab.get_by_role("main")).to_contain_text("What do we get for it?")
    expect(tab.get_by_role("button", name="Send the query")).to_have_count(0)
    assert letters(place.app, "query_raised") == 1


# --- the sample pages ---------------------------------------------------------------------------

PAGES = {
    "sign in": ("", "/sign-in"),
    "set up": ("", "/sign-in/set-up"),
    "second factor": ("setting up", "/sign-in/second-factor"),
    "turned away": ("secretary", "/committee"),
    "account": ("member", "/committee/allowance"),
    "a year without an account": ("member", "/committee/allowance/2024-25"),
    "decisions": ("member", "/committee"),
    "a decision": ("member", "/committee/decisions/D-2026-0007"),
    "certificate": ("member", "/committee/decisions/D-2026-0007/certificate"),
    "an open vote": ("member", "/committee/decisions/D-2026-0008"),
    "checking": ("member", "/committee/checking"),
    "the secretariat": ("secretary", "/desk"),
}


@pytest.fixture(scope="module")
def samples() -> Iterator[str]:
    with serving(FakeHouse(FakeDesk({}, NOW)).house) as base:
        yield base


@contextmanager
def opened(browser: Browser, base: str, page: str, width: int = 1280) -> Iterator[Page]:
    visit, address = PAGES[page]
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        if visit:
            context.add_cookies([{"name": "quorate", "value": visit, "url": base}])
        tab = context.new_page()
        tab.goto(f"{base}{address}")
        yield tab


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_has_no_fault(browser: Browser, samples: str, page: str, width: int) -> None:
    with opened(browser, samples, page, width) as tab:
        tab.eval_on_selector_all("details", "all => all.forEach((one) => one.open = true)")
        assert faults(tab) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_screen_of_320_pixels(browser: Browser, samples: str, page: str) -> None:
    with opened(browser, samples, page, 320) as tab:
        tab.eval_on_selector_all("details", "all => all.forEach((one) => one.open = true)")
        assert tab.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("page", ["sign in", "set up", "second factor"])
def test_a_page_with_errors_has_no_fault(browser: Browser, samples: str, page: str) -> None:
    with opened(browser, samples, page) as tab:
        with tab.expect_navigation():
            tab.get_by_role("main").get_by_role("button").click()
        expect(tab.get_by_role("alert")).to_contain_text("There is a problem")
        assert faults(tab) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_query_with_an_error_has_no_fault(browser: Browser, samples: str, width: int) -> None:
    with opened(browser, samples, "account", width) as tab:
        tab.get_by_text("Query this entry").first.click()
        press(tab, f"Send the query of {POST}")
        expect(tab.get_by_role("alert")).to_contain_text("There is a problem")
        assert (faults(tab), tab.evaluate("document.documentElement.scrollWidth")) == ([], width)


@pytest.mark.parametrize("page", ["overspent", "nothing set"])
def test_an_account_that_is_told_loudly_has_no_fault(browser: Browser, page: str) -> None:
    house = FakeHouse(FakeDesk({}, NOW))
    house.room.accounts[PRESENT] = {"overspent": OVERSPENT, "nothing set": UNSET}[page]
    with serving(house.house) as base, opened(browser, base, "account", 320) as tab:
        assert (faults(tab), tab.evaluate("document.documentElement.scrollWidth")) == ([], 320)


def test_a_picture_that_cannot_be_moved_by_keyboard_is_noticed(
    browser: Browser, samples: str
) -> None:
    with opened(browser, samples, "account", 320) as tab:
        tab.eval_on_selector(".q-picture", "one => one.removeAttribute('tabindex')")
        assert any("scrollable-region-focusable" in fault for fault in faults(tab))


def test_a_member_queries_an_entry_by_keyboard_alone(browser: Browser, samples: str) -> None:
    with opened(browser, samples, "account") as tab:
        for _ in range(40):
            tab.keyboard.press("Tab")
            if "Query this entry" in tab.evaluate("document.activeElement.innerText"):
                break
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        tab.keyboard.type("What does the post do?")
        tab.keyboard.press("Tab")
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
        assert tab.url.endswith(f"/committee/allowance/2026-27#entry-{POST}")


def test_a_member_signs_in_by_keyboard_alone(browser: Browser, samples: str) -> None:
    with opened(browser, samples, "sign in") as tab:
        for _ in range(10):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.id") == "email":
                break
        for words in (EMAIL, PASSWORD, "123456"):
            tab.keyboard.type(words)
            tab.keyboard.press("Tab")
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Decisions")


def test_no_page_breaks_its_own_policy(browser: Browser, samples: str) -> None:
    said: list[str] = []
    for page in PAGES.keys() - {"turned away"}:  # a refusal is told to the console by its status
        with opened(browser, samples, page) as tab:
            tab.on("console", lambda message: said.append(message.text))
            tab.reload()
    assert said == []

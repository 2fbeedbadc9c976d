"""Machines that open, run, click and send whatever a letter leads to cast no vote (promise P8)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browsing import needs_chromium, send_form, serving
from tests.web.fake_desk import FakeDesk, with_answer
from tests.web.sample_pages import LINKS
from workflows.answers import Answer, PracticePage, Recorded, Reply

pytestmark = needs_chromium

Machine = Callable[[Page, str], None]
FETCH_ALL = """async () => {
    for (const link of document.links) for (const method of ["HEAD", "GET"])
        await fetch(link.href, { method, credentials: "include" }).catch(() => null)
}"""
SEND_ALL = "() => [...document.forms].forEach((form) => form.submit())"
CONTROLS = "a, button, summary, label, input"


class CarelessDesk(FakeDesk):
    """A desk that takes a choice without a name, as one-click votes do."""

    def respond(self, token: str, answer: Answer, /) -> Reply:
        page = self.pages.get(token)
        if page is not None and answer.choices:
            self.pages[token] = with_answer(page, answer, self.now)
        return Recorded((1,))


def open_and_run(tab: Page, address: str) -> None:
    """A prefetcher: it loads the page with its scripts and then all that the page links to."""
    tab.goto(address, wait_until="networkidle")
    tab.evaluate(FETCH_ALL)


def send_as_served(tab: Page, address: str) -> None:
    """A robot that submits each form just as it came."""
    tab.goto(address)
    with tab.expect_navigation():
        tab.evaluate(SEND_ALL)


def click_everything(tab: Page, address: str) -> None:
    """A crawler that clicks each control in turn, and goes back when it was led away."""
    tab.goto(address)
    for at in range(tab.locator(CONTROLS).count()):
        tab.locator(CONTROLS).nth(at).click(force=True, no_wait_after=True)
        tab.wait_for_load_state()
        if tab.url.split("#")[0] != address:
            tab.goto(address)


def choose_and_send(tab: Page, address: str) -> None:
    """A crawler that clicks an option and then the button, on one visit."""
    tab.goto(address)
    tab.locator("input[type=radio]").first.check(force=True)
    send_form(tab)


MACHINES = [open_and_run, send_as_served, click_everything, choose_and_send]


def votes_cast_by(machine: Machine, tab: Page, base: str, desk: FakeDesk) -> int:
    before: dict[str, PracticePage] = dict(desk.pages)
    machine(tab, f"{base}/respond/{LINKS['voting']}")
    return sum(desk.pages[link] != page for link, page in before.items())


@pytest.mark.parametrize("machine", MACHINES)
def test_no_machine_casts_a_vote(machine: Machine, tab: Page, base: str, desk: FakeDesk) -> None:
    assert votes_cast_by(machine, tab, base, desk) == 0


def test_a_crawler_would_vote_where_no_name_is_asked(tab: Page, desk: FakeDesk) -> None:
    careless = CarelessDesk(dict(desk.pages), desk.now)
    with serving(careless) as base:
        assert votes_cast_by(choose_and_send, tab, base, careless) == 1

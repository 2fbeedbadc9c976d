"""Machines that open, run, click and send whatever a letter leads to cast no vote (promise P8)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browsing import needs_chromium, send_form, serving
from tests.web.fake_desk import FakeDesk, with_answer, with_request
from tests.web.sample_pages import LINKS
from workflows.answers import Answer, PracticePage, Recorded, Reply
from workflows.beside import Asked

pytestmark = needs_chromium

Machine = Callable[[Page, str], None]
FETCH_ALL = """async () => {
    for (const link of document.links) for (const method of ["HEAD", "GET"])
        await fetch(link.href, { method, credentials: "include" }).catch(() => null)
}"""
SEND_ONE = "(at) => document.forms[at].submit()"
LEADS_AWAY = """(control) => control.type === "submit" ||
    (control.tagName === "A" && !/#|\\/papers\\/|[.](ics|txt|tlog-proof)$/.test(control.href))"""
CONTROLS = "a, button, summary, label, input:not([type=hidden])"


class CarelessDesk(FakeDesk):
    """A desk that takes a choice, or a request, without a name or a reason."""

    def respond(self, token: str, answer: Answer, /) -> Reply:
        page = self.pages.get(token)
        if page is not None and answer.choices:
            self.pages[token] = with_answer(page, answer, self.now)
        return Recorded((1,))

    def confirm_reply(self, _token: str, reply: int, _name: str, _role: str, /) -> Reply:
        self.offered.append(str(reply))
        return Recorded((1,))

    def call_in(self, token: str, name: str, comment: str, role: str, _to: str, /) -> Reply:
        page = self.pages[token]
        typed = Answer({}, name, role, comment)
        self.pages[token] = with_request(page, Asked.CALL_IN, typed, self.now)
        return Recorded((1,))


def open_and_run(tab: Page, address: str) -> None:
    """A prefetcher: it loads the page with its scripts and then all that the page links to."""
    tab.goto(address, wait_until="networkidle")
    tab.evaluate(FETCH_ALL)


def send_as_served(tab: Page, address: str) -> None:
    """A robot that submits each form just as it came."""
    tab.goto(address)
    for at in range(tab.locator("form").count()):
        with tab.expect_navigation():
            tab.evaluate(SEND_ONE, at)
        tab.goto(address)


def click_everything(tab: Page, address: str) -> None:
    """A crawler that clicks each control in turn, and goes back when it was led away."""
    tab.goto(address)
    for at in range(tab.locator(CONTROLS).count()):
        control = tab.locator(CONTROLS).nth(at)
        if control.evaluate(LEADS_AWAY):
            with tab.expect_navigation():
                control.click(force=True, no_wait_after=True)
            tab.goto(address)
        else:
            control.click(force=True, no_wait_after=True)


def choose_and_send(tab: Page, address: str) -> None:
    """A crawler that clicks an option and then the button, on one visit."""
    tab.goto(address)
    tab.locator("input[type=radio]").first.check(force=True)
    send_form(tab)


MACHINES = [open_and_run, send_as_served, click_everything, choose_and_send]


def votes_cast_by(
    machine: Machine, tab: Page, base: str, desk: FakeDesk, state: str = "voting"
) -> int:
    before: dict[str, PracticePage] = dict(desk.pages)
    machine(tab, f"{base}/respond/{LINKS[state]}")
    return sum(desk.pages[link] != page for link, page in before.items())


@pytest.mark.parametrize("machine", MACHINES)
def test_no_machine_casts_a_vote(machine: Machine, tab: Page, base: str, desk: FakeDesk) -> None:
    assert votes_cast_by(machine, tab, base, desk) == 0


@pytest.mark.parametrize("state", ["callable", "challengeable", "held"])
@pytest.mark.parametrize("machine", [open_and_run, send_as_served, click_everything])
def test_no_machine_calls_in_or_challenges(
    machine: Machine, tab: Page, base: str, desk: FakeDesk, state: str
) -> None:
    assert votes_cast_by(machine, tab, base, desk, state) == 0


@pytest.mark.parametrize("state", ["consulting", "commenter", "voting"])
@pytest.mark.parametrize("machine", [open_and_run, send_as_served, click_everything])
def test_no_machine_confirms_an_e_mail(
    machine: Machine, tab: Page, base: str, desk: FakeDesk, state: str
) -> None:
    machine(tab, f"{base}/respond/{LINKS[state]}/reply")
    assert (len(desk.waiting), desk.answers) == (1, [])


def test_a_robot_would_confirm_one_where_no_name_is_asked(tab: Page, desk: FakeDesk) -> None:
    careless = CarelessDesk(dict(desk.pages), desk.now)
    with serving(careless) as base:
        send_as_served(tab, f"{base}/respond/{LINKS['consulting']}/reply")
    assert careless.offered == ["7"]


def test_a_robot_would_call_in_where_neither_name_nor_reason_is_asked(
    tab: Page, desk: FakeDesk
) -> None:
    careless = CarelessDesk(dict(desk.pages), desk.now)
    with serving(careless) as base:
        assert votes_cast_by(send_as_served, tab, base, careless, "callable") == 1


def test_a_crawler_would_vote_where_no_name_is_asked(tab: Page, desk: FakeDesk) -> None:
    careless = CarelessDesk(dict(desk.pages), desk.now)
    with serving(careless) as base:
        assert votes_cast_by(choose_and_send, tab, base, careless) == 1

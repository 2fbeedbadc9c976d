"""No page in any state has a fault that axe-core can find (WCAG 2.2 A and AA, best practice)."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.browsing import needs_chromium, send_form, send_request
from tests.web.sample_pages import LINKS

pytestmark = needs_chromium

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join(" | ")}`)"""
ADDRESSES = {
    **{state: f"respond/{link}" for state, link in LINKS.items()},
    "receipt": f"respond/{LINKS['voted']}/receipt",
    "receipt of nothing": f"respond/{LINKS['voting']}/receipt",
    "receipt of a challenge": f"respond/{LINKS['held-by-us']}/receipt",
    "an e-mail that waits": f"respond/{LINKS['consulting']}/reply",
    "an e-mail in a vote": f"respond/{LINKS['voting']}/reply",
    "certificate": f"respond/{LINKS['voted']}/certificate",
    "certificate of the lost": f"respond/{LINKS['voting']}/certificate",
    "people": f"respond/{LINKS['voting']}/people",
    "unknown link": "respond/nobody",
    "home": "",
}


def faults(tab: Page) -> list[str]:
    tab.evaluate(AXE)
    found: list[str] = tab.evaluate(RUN)
    return found


@pytest.mark.parametrize("page", ADDRESSES)
def test_a_page_has_no_fault(tab: Page, base: str, page: str) -> None:
    tab.goto(f"{base}/{ADDRESSES[page]}")
    tab.eval_on_selector_all("details", "all => all.forEach((one) => one.open = true)")
    assert faults(tab) == []


@pytest.mark.parametrize(
    "state", ["voting", "two-questions", "election", "consulting", "commenter"]
)
def test_a_page_with_errors_has_no_fault(tab: Page, base: str, state: str) -> None:
    tab.goto(f"{base}/respond/{LINKS[state]}")
    send_form(tab)
    assert faults(tab) == []


@pytest.mark.parametrize(
    ("state", "way"), [("callable", "call-in"), ("challengeable", "challenge")]
)
def test_a_request_with_errors_has_no_fault(tab: Page, base: str, state: str, way: str) -> None:
    tab.goto(f"{base}/respond/{LINKS[state]}")
    send_request(tab, way)
    assert faults(tab) == []


def test_an_e_mail_confirmed_without_a_name_has_no_fault(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['consulting']}/reply")
    send_form(tab)
    assert faults(tab) == []


@pytest.mark.parametrize("way", ["add", "change", "leave"])
def test_a_correction_with_errors_has_no_fault(tab: Page, base: str, way: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}/people")
    send_request(tab, way)
    assert faults(tab) == []


def test_a_field_without_a_label_is_noticed(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    tab.eval_on_selector("label[for=name]", "label => label.remove()")
    assert any(fault.startswith("label:") for fault in faults(tab))


def test_the_radio_buttons_are_one_group_named_by_the_question(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    group = tab.get_by_role("group", name="Should the diabetes local enhanced service")
    assert group.get_by_role("radio").count() == 3


def test_the_error_summary_is_announced(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    send_form(tab)
    assert "There is a problem" in tab.get_by_role("alert").inner_text()

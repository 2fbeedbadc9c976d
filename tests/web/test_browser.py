"""The pages in a real browser: forms are really sent, by mouse, by keyboard and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import needs_chromium, send_form, send_request
from tests.web.fake_desk import FakeDesk
from tests.web.sample_pages import DUE, LINKS, STATES, make_link
from workflows.answers import TooLate

pytestmark = needs_chromium


def fill_in(tab: Page, choice: str = "Against") -> None:
    tab.get_by_label(choice, exact=True).check()
    tab.get_by_label("Your name").fill("Jane Smith")


def test_a_vote_is_cast_and_its_receipt_shown(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    fill_in(tab)
    send_form(tab)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Vote recorded")


def test_the_browser_names_our_own_origin_with_the_form(tab: Page, base: str) -> None:
    """With `no-referrer` it would send `null`, and a strict check would refuse the vote."""
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    fill_in(tab)
    with tab.expect_request(lambda request: request.method == "POST") as sent:
        send_form(tab)
    assert sent.value.all_headers()["origin"] == base


def test_a_vote_is_changed(tab: Page, base: str, desk: FakeDesk) -> None:
    for choice in ("Against", "For"):
        tab.goto(f"{base}/respond/{LINKS['voting']}")
        fill_in(tab, choice)
        send_form(tab)
    assert desk.pages[LINKS["voting"]].standing["main"].choice == "for"


def test_a_vote_is_cast_by_keyboard_alone(tab: Page, base: str, desk: FakeDesk) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    press_until_focused(tab, "choice-1-1")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    press_until_focused(tab, "name")
    tab.keyboard.type("Jane Smith")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/receipt")
    assert desk.pages[LINKS["voting"]].standing["main"].choice == "against"


def press_until_focused(tab: Page, field: str) -> None:
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == field:
            return
    pytest.fail(f"{field} cannot be reached by keyboard")


def test_a_vote_is_cast_without_scripts(browser: Browser, base: str, desk: FakeDesk) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{base}/respond/{LINKS['voting']}")
        fill_in(tab)
        send_form(tab)
    assert desk.pages[LINKS["voting"]].standing["main"].choice == "against"


def test_a_line_of_the_error_summary_leads_into_its_field(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    tab.get_by_label("Against").check()
    send_form(tab)
    tab.get_by_role("link", name="Enter your name").click()
    expect(tab.get_by_label("Your name")).to_be_focused()


def test_nothing_typed_is_lost_by_an_error(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['consulting']}")
    tab.get_by_label("Comment").fill("\n\nA thought\n  in lines")
    send_form(tab)
    expect(tab).to_have_title(re.compile("^Error: "))
    expect(tab.get_by_label("Comment")).to_have_value("A thought\n  in lines")


def test_going_back_preselects_nothing(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    fill_in(tab)
    send_form(tab)
    tab.reload()
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    assert tab.locator("input:checked").count() == 0


REQUESTS = [
    ("callable", "call-in", "Call-in recorded"),
    ("challengeable", "challenge", "Challenge recorded"),
    ("held", "challenge", "Challenge recorded"),
]


@pytest.mark.parametrize(("state", "way", "recorded"), REQUESTS)
def test_a_request_is_made_and_its_receipt_shown(
    tab: Page, base: str, state: str, way: str, recorded: str
) -> None:
    tab.goto(f"{base}/respond/{LINKS[state]}")
    part = tab.locator(f"#{way}")
    part.locator("summary").click()
    part.locator("textarea").fill("Nobody asked us.")
    part.get_by_label("Name of the person").fill("Jane Smith")
    send_request(tab, way)
    expect(tab.get_by_role("heading", level=1)).to_have_text(recorded)


def test_a_comment_sent_after_a_call_in_with_a_fault_is_a_comment(
    tab: Page, base: str, desk: FakeDesk
) -> None:
    """The browser is at the call-in's address then, and a form that names none goes there."""
    tab.goto(f"{base}/respond/{LINKS['callable']}")
    send_request(tab, "call-in")
    tab.get_by_label("Comment", exact=True).fill("Tuesdays suit us.")
    tab.get_by_label("Your name").fill("Jane Smith")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Send the comment").click()
    page = desk.pages[LINKS["callable"]]
    assert (len(page.remarks), page.beside.requests) == (1, ())


def test_the_summary_of_a_call_in_leads_into_its_own_field(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['callable']}")
    send_request(tab, "call-in")
    tab.get_by_role("link", name="Enter your name").click()
    expect(tab.get_by_label("Name of the person who calls it in")).to_be_focused()


def test_nothing_typed_into_a_call_in_is_lost_by_an_error(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['callable']}")
    tab.locator("#call-in summary").click()
    tab.get_by_label("Why all practices").fill("Nobody asked us.")
    send_request(tab, "call-in")
    expect(tab.get_by_label("Why all practices")).to_have_value("Nobody asked us.")
    expect(tab.get_by_label("Comment", exact=True)).to_have_value("")


def test_a_late_vote_is_told_when_it_closed(tab: Page, base: str, desk: FakeDesk) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    fill_in(tab)
    desk.says = TooLate(desk.now, DUE)
    send_form(tab)
    expect(tab.get_by_text(f"This closed at {DUE}.")).to_be_visible()


@pytest.mark.parametrize("address", [*LINKS.values(), f"{LINKS['voted']}/receipt", "nobody"])
def test_no_page_scrolls_sideways_at_320_pixels(tab: Page, base: str, address: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(f"{base}/respond/{address}")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_page_of_long_words_does_not_scroll_sideways(
    tab: Page, base: str, desk: FakeDesk
) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    tab.get_by_label("Your name").fill("Llanfairpwllgwyngyll" * 6)
    tab.get_by_label("Comment").fill("x" * 500)
    tab.get_by_label("For", exact=True).check()
    send_form(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("state", STATES)
def test_no_page_breaks_its_own_content_policy(tab: Page, base: str, state: str) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(f"{base}/respond/{LINKS[state]}")
    assert said == []


def test_the_printed_receipt_holds_the_proof_and_no_links(tab: Page, base: str) -> None:
    tab.emulate_media(media="print")
    tab.goto(f"{base}/respond/{LINKS['voted']}/receipt")
    expect(tab.locator(".q-proof").first).to_be_visible()
    expect(tab.get_by_text("Back to the decision")).to_be_hidden()


def test_a_receipt_is_downloaded(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voted']}/receipt")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download the receipt").click()
    assert download.value.suggested_filename == "receipt-D-2026-0007-K83001.txt"


def test_a_paper_is_downloaded_under_its_name(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['voting']}")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Diabetes LES").click()
    assert download.value.suggested_filename.startswith("Diabetes LES")


def test_an_unknown_link_shows_a_plain_page(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{make_link('nobody')}")
    expect(tab.get_by_role("heading", level=1)).to_have_text("We cannot find that page")


def test_a_candidate_is_voted_for_by_name(tab: Page, base: str, desk: FakeDesk) -> None:
    tab.goto(f"{base}/respond/{LINKS['election']}")
    fill_in(tab, "Zoë O'Brien")
    send_form(tab)
    assert desk.pages[LINKS["election"]].standing["main"].choice == "zoe_obrien"


def test_each_of_two_questions_is_answered_by_itself(tab: Page, base: str, desk: FakeDesk) -> None:
    tab.goto(f"{base}/respond/{LINKS['two-questions']}")
    tab.get_by_role("group", name="Should the group merge").get_by_label("For", exact=True).check()
    tab.get_by_role("group", name="Should the new").get_by_label("Against").check()
    tab.get_by_label("Your name").fill("Jane Smith")
    send_form(tab)
    standing = desk.pages[LINKS["two-questions"]].standing
    assert {name: vote.choice for name, vote in standing.items()} == {
        "merger": "for",
        "constitution": "against",
    }


def test_a_question_left_out_is_led_to(tab: Page, base: str) -> None:
    tab.goto(f"{base}/respond/{LINKS['two-questions']}")
    tab.get_by_role("group", name="Should the group merge").get_by_label("For", exact=True).check()
    tab.get_by_label("Your name").fill("Jane Smith")
    send_form(tab)
    tab.get_by_role("link", name="Should the new constitution be adopted?").click()
    group = tab.get_by_role("group", name="Should the new constitution")
    expect(group.get_by_label("For", exact=True)).to_be_focused()


def test_a_vote_by_hand_is_corrected_by_link(tab: Page, base: str, desk: FakeDesk) -> None:
    tab.goto(f"{base}/respond/{LINKS['by-hand']}")
    fill_in(tab)
    send_form(tab)
    standing = desk.pages[LINKS["by-hand"]].standing["main"]
    assert (standing.choice, standing.by_hand) == ("against", False)

"""Letters in a real browser, as a phone shows them: nothing runs off, and all of it can be read.

One tab draws all samples in turn; a check names those that broke it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from notifications.context import MARK
from notifications.letters import render
from tests.notifications.samples import HOSTILE, TOKEN, samples, spoiled
from tests.web.browsing import browsing, needs_chromium

pytestmark = needs_chromium

SAMPLES = samples()
LETTERS = {name: render(*held).html for name, held in SAMPLES.items()}
LONGEST_WORD = {
    name: render(letter, spoiled(sample, HOSTILE["long word"])).html
    for name, (letter, sample) in SAMPLES.items()
}
RUNS_OFF = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TOO_FAINT = """() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = parts(colour).slice(0, 3).map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = (element) => {
        const colour = getComputedStyle(element).backgroundColor;
        const clear = parts(colour)[3] === 0;
        return clear && element.parentElement ? paper(element.parentElement) : colour;
    };
    const faint = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim()) continue;
        const [dark, bright] = [light(getComputedStyle(element).color), light(paper(element))]
            .sort((one, other) => one - other);
        if ((bright + 0.05) / (dark + 0.05) < 4.5) faint.push(texts.currentNode.data.trim());
    }
    return faint;
}"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with browsing() as browser, browser.new_context() as context:
        yield context.new_page()


def show(tab: Page, html: str) -> None:
    tab.set_content(html.replace(MARK, TOKEN))


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("letters", [LETTERS, LONGEST_WORD], ids=["as usual", "an endless word"])
def test_nothing_runs_off_the_screen(tab: Page, letters: dict[str, str], width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    wide = []
    for name, html in letters.items():
        show(tab, html)
        if tab.evaluate(RUNS_OFF):
            wide.append(name)
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it(tab: Page, scheme: str) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    faint = {}
    for name, html in LETTERS.items():
        show(tab, html)
        if found := tab.evaluate(TOO_FAINT):
            faint[name] = found
    assert faint == {}


def test_a_word_that_forgot_the_dark_is_noticed(tab: Page) -> None:
    tab.emulate_media(color_scheme="dark")
    show(tab, LETTERS["vote_opened, lead"].replace('<p class="q-ink"', "<p"))
    assert "Dear Dr Anita Patel," in tab.evaluate(TOO_FAINT)


def test_a_letter_loads_nothing(tab: Page) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for html in LETTERS.values():
        show(tab, html)
    assert asked == []

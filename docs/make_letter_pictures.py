"""Makes the pictures of the letters anew: as a phone shows them, light, dark, and as plain text.

Run it when a letter's words or looks have changed:
`PYTHONPATH=. python docs/make_letter_pictures.py`. It needs Chromium, as the tests of the pages do.
"""

import base64
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page

from app.letter_previews import Preview, sample_previews
from tests.web.browsing import browsing

HERE = Path(__file__).parent / "pictures"
PHONE, THUMB = 390, 210  # pixels across: the screen, and each letter on its sheet
SHEETS: Mapping[str, tuple[str, ...]] = {
    "letters-that-ask": (
        "notice/lead",
        "consultation_opened/lead",
        "vote_opened/lead",
        "reminder/manager",
        "extended/silent",
    ),
    "letters-that-tell": (
        "receipt/vote",
        "outcome/carried",
        "withdrawn/lead",
        "acted/approved",
        "challenged/vote",
        "ruled/no_vote",
    ),
    "letters-to-the-body": (
        "step_due/committee",
        "step_overdue/lay_chair",
        "rerouted/committee",
        "query_raised/committee",
        "checkpoint/daily",
        "bulletin/busy",
    ),
}
_TEXT = (
    "<meta name=viewport content='width=device-width'><body style='margin:12px;color:#212b32'>"
    "<pre style='white-space:pre-wrap;overflow-wrap:anywhere;font:12px/1.4 monospace'>{}</pre>"
)


def main() -> None:
    """Draw each letter three ways and put them on sheets, a row for each way."""
    with browsing() as browser:
        for name, letters in SHEETS.items():
            found = [sample_previews(letter)[0] for letter in letters]
            rows = [
                _shots(browser, "light", [each.html for each in found]),
                _shots(browser, "dark", [each.html for each in found]),
                _shots(browser, "light", [_as_text(each) for each in found]),
            ]
            _sheet(browser, HERE / f"{name}.jpg", rows)


def _as_text(letter: Preview) -> str:
    return _TEXT.format(escape(f"Subject: {letter.subject}\n\n{letter.text}"))


def _shots(browser: Browser, scheme: str, pages: Iterable[str]) -> list[str]:
    """Each page as a phone shows it from top to bottom, as the address of a picture."""
    dark = {"color_scheme": "dark"} if scheme == "dark" else {"color_scheme": "light"}
    tab = browser.new_page(viewport={"width": PHONE, "height": 400}, **dark)  # type: ignore[arg-type]
    return [_shot(tab, html) for html in pages]


def _shot(tab: Page, html: str) -> str:
    tab.set_content(html)
    taken = base64.b64encode(tab.screenshot(full_page=True)).decode()
    return f"data:image/png;base64,{taken}"


def _sheet(browser: Browser, file: Path, rows: list[list[str]]) -> None:
    style = f"width:{THUMB}px;margin:5px;vertical-align:top"
    lines = ("".join(f'<img style="{style}" src="{shot}">' for shot in row) for row in rows)
    across = max(map(len, rows)) * (THUMB + 10)
    tab = browser.new_page(viewport={"width": across, "height": 400})
    tab.set_content(f'<body style="margin:0;background:#8a949a">{"<br>".join(lines)}')
    tab.screenshot(path=file, full_page=True, type="jpeg", quality=36)


if __name__ == "__main__":
    main()

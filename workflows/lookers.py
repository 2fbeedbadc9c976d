"""Who looks at a page: plain rules by which a machine's visit may be told from a person's.

A hint, and no more: filters hide what they are, and people use odd programs. Nothing is refused,
counted or decided by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

PERSON = ""
"""What looks like somebody at a screen."""

LOOKS: Mapping[str, str] = {
    "head": "asked for the headers alone",
    "known_scanner": "gave the name of a mail filter, a preview or a program",
    "prefetch": "a browser or app said that it was loading ahead",
    "no_browser": "lacked the Sec-Fetch headers that browsers send",
    "many_links": "several people's links were opened from one address within seconds",
    "at_once": "came within seconds of the letter's acceptance",
}
"""The rules, the first that fits being named, and what each has seen."""

AT_ONCE = timedelta(seconds=20)
"""Sooner after its acceptance nobody has found, opened and clicked a letter."""

_SCANNERS = (
    "barracuda",
    "bingpreview",
    "bot",
    "crawl",
    "curl/",
    "facebookexternalhit",
    "forcepoint",
    "go-http-client",
    "headlesschrome",
    "java/",
    "mimecast",
    "okhttp",
    "preview",
    "proofpoint",
    "python-",
    "safelinks",
    "scan",
    "skypeuripreview",
    "slack",
    "sophos",
    "spider",
    "symantec",
    "trendmicro",
    "urldefense",
    "wget",
    "whatsapp",
    "zscaler",
)
"""Words in the names that filters, previews and libraries give themselves."""


_AHEAD = ("prefetch", "preview", "prerender")
"""What a browser says its purpose is when nobody looks at the page yet."""


@dataclass(frozen=True, slots=True)
class Look:
    """One visit, as far as it tells who makes it."""

    method: str
    agent: str
    purpose: str = ""  # Sec-Purpose, or the older Purpose and X-Moz
    has_fetch_headers: bool = True  # or may lack them: browsers send none over plain http
    among_many: bool = False  # of several links from one address within seconds


def looks_like(look: Look, since_accepted: timedelta | None) -> str:
    """The first rule that a visit meets, by name; `PERSON` where it meets none.

    `since_accepted` is how long ago the last letter to this person was accepted, if lately.
    """
    agent = look.agent.casefold()
    met = {
        "head": look.method == "HEAD",
        "known_scanner": not agent or any(word in agent for word in _SCANNERS),
        "prefetch": any(word in look.purpose.casefold() for word in _AHEAD),
        "no_browser": not look.has_fetch_headers,
        "many_links": look.among_many,
        "at_once": since_accepted is not None and since_accepted < AT_ONCE,
    }
    return next((name for name in LOOKS if met[name]), PERSON)

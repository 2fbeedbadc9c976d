"""Every letter's samples, and text that people should never have typed."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import notifications
from notifications.calendar_files import Entry, uid_of
from notifications.context import Context, Needed, Recorded
from notifications.frozen import Envelope
from notifications.letter_samples import all_samples

TEMPLATES = Path(notifications.__file__).parent / "templates"
TOKEN = "q9Xv_R2mB7tKc0LwZ4sYpH8dN3fJ6gA1eUoT5iVbWxk"
LINK = f"https://decisions.nene.example/respond/{TOKEN}"
ENVELOPE = Envelope(
    key="41|vote_opened|K83003|person-7",
    date=datetime(2026, 12, 9, 9, 0, tzinfo=UTC),
    sender="decisions@nene.example",
    sender_name="NHS Nene CCG",
    recipient="lead@queensview.example",
    reference="D-2026-0007",
    letter="vote_opened",
    reply_to="secretary@nene.example",
    thread="a decision's own",
)
ENTRY = Entry(
    uid=uid_of("D-2026-0007", datetime(2026, 12, 9, 9, tzinfo=UTC)),
    due_at=datetime(2027, 1, 5, 17, tzinfo=UTC),
    told_at=datetime(2026, 12, 9, 9, tzinfo=UTC),
    sequence=0,
    summary="Vote closes: Diabetes local enhanced service 2026/27 (D-2026-0007)",
    description="Vote closes at 5pm on Tuesday 5 January 2027 (London time).",
)
HEADERS = [
    "Message-ID",
    "Date",
    "References",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "MIME-Version",
    "Content-Language",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Quorate-Decision",
    "X-Quorate-Letter",
    "Content-Type",
]
HOSTILE = {
    "html": '<script>alert(1)</script><img src=x onerror=alert(2)><a href="https://evil.example">',
    "header": "A vote\r\nBcc: everyone@evil.example\r\n\r\nA new letter",
    "encoded word": "=?UTF-8?Q?vote=0ABcc=3A_everyone@evil.example?=",
    "long word": "x" * 1200,
    "right to left": "\u202eevil\u202c \u2067turned\u2069 \u200fmark",
    "long": "a practice's view, " * 527,
    "quotes": "\"double\" 'single' `back` \\ & &amp; \u201ccurly\u201d",
    "template": "{{7*7}} {% raw %} {#",
    "nul": "a\x00b\x07c\x1b[31m",
    "separators": "one\u0085two\u2028three\u2029four\x0bfive\x0csix",
    "surrogate": "lone \ud800 half",
    "our own mark": f"https://evil.example/{'LINK'.center(43, '_')}",
    "another of our marks": f"https://evil.example/{'LINK-2'.center(43, '_')}",
    "a form's blank": "\ue000person_name\ue001 \ue000nobody\ue001",
    "boundary": "--=_0123456789abcdef0123456789abcdef--\r\n.\r\nQUIT\r\n",
    "empty": "",
}
_KEPT = frozenset(  # never people's text
    {"link", "result", "act", "asks", "form", "vkey", "checkpoint", "roll_digest"}
)


def samples() -> dict[str, tuple[str, Context]]:
    """Give every sample as "letter, name": (letter, context)."""
    return {
        f"{letter}, {name}": (letter, sample)
        for letter, own in all_samples().items()
        for name, sample in own.items()
    }


def spoiled(sample: Context, text: str) -> Context:
    """Put hostile text into every field that holds people's words."""
    changes: dict[str, Any] = {
        field.name: _spoiled(getattr(sample, field.name), text)
        for field in fields(Context)
        if field.name not in _KEPT
    }
    return replace(sample, **changes)


def _spoiled(value: object, text: str) -> object:
    match value:
        case str() if value:
            return text
        case Needed():
            voters = tuple(text for _ in value.voters)
            return replace(value, title=text, remaining=text, reference=text, voters=voters)
        case Recorded():
            return Recorded(text, value.leaf, text)
        case tuple():
            return tuple(_spoiled(item, text) for item in value)
    return value


def links_of(sample: Context) -> list[str]:
    """The links that a sample's letter shows, marks in place, in their order."""
    return [*([sample.link] if sample.link else []), *(each.link for each in sample.needs)]

"""The corpus of hostile text in every sink: nothing typed becomes structure anywhere.

Letters have tests of their own (`tests/notifications/test_hostile_text.py`), for every letter; here
each of them is a sink too, so that a new letter is tried with the whole corpus.
"""

import csv
import io
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from email import message_from_bytes, policy
from enum import Enum
from functools import cache, partial
from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest
import structlog
from rich.console import Console
from rich.table import Table

from app import terminal
from app.logs import set_up_logs
from notifications.context import Context
from notifications.frozen import fill, freeze
from notifications.letters import render
from storage.intake.rows import Malformed, refuse_formula
from tests.hostile import CORPUS
from tests.notifications.samples import ENVELOPE, HEADERS, TOKEN, samples, spoiled
from tests.web.fake_desk import sample_proof
from tests.web.sample_accounts import ACCOUNT
from tests.web.sample_audits import AUDITED, LISTED, SECRET_KEY
from tests.web.sample_certificates import CERTIFICATE
from tests.web.sample_pages import LINKS, STATES, settings_for
from tests.web.sample_people import PEOPLE
from web.assets import load_assets
from web.notices import refused
from web.pages import Pages
from web.papers import serve_paper
from web.people_forms import AskSent
from web.receipts import write_receipt
from workflows.answers import Answer, NotOpen, PracticePage, Receipt, WaitingReplies, WaitingReply
from workflows.audit import Audited
from workflows.people_page import Ask
from workflows.sign_in import Factor, Visitor

HARMLESS = "plain words"
SAMPLES = samples()
TEXTS = pytest.mark.parametrize("text", CORPUS.values(), ids=CORPUS)


# --- pages and the HTML of letters: no element, attribute or address that a harmless text lacks ---


class Structure(HTMLParser):
    """What a page is made of: elements with the names of their attributes, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.made: set[tuple[str, ...]] = set()
        self.leads: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.add((tag, *sorted(name for name, _ in attrs)))
        given = dict(attrs)
        self.leads |= {
            f"{name}={given[name]}" for name in ("href", "src", "action") if name in given
        }

    def handle_decl(self, decl: str) -> None:
        self.made.add(("!", decl))

    def handle_comment(self, data: str) -> None:
        self.made.add(("comment", data))


_LEADING = ("href", "src", "action", "formaction", "srcset")
_KEPT = frozenset(  # names that the program itself gives: never what somebody typed
    {
        "reference",
        "practice_code",
        "level",
        "route",
        "result",
        "question",
        "id",
        "options",
        "choice",
    }
    | {"stage", "form", "colour", "roll_digest", "kind", "state", "act", "person", "disposition"}
    | {"leaf_hash", "root", "path", "signed", "key", "vkey", "sha256", "digest", "year", "picture"}
    | {"places", "drawing", "asked", "to", "link", "uri", "qr", "what"}
)


def typed(value: Any, text: str, name: str = "") -> Any:  # noqa: ANN401 - any value of a page
    """The same value, with the text wherever a person's words stand."""
    if name in _KEPT or isinstance(value, Enum):
        return value
    match value:
        case str():
            return text if value else value
        case tuple():
            return tuple(typed(each, text) for each in value)
        case Mapping():
            return {key: typed(each, text) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                f.name: typed(getattr(value, f.name), text, f.name) for f in fields(value) if f.init
            },
        )
    return value


@cache
def pages() -> Pages:
    return Pages(settings_for(), load_assets())


VISITOR = Visitor("9f31c0", HARMLESS, "committee")
Draw = Callable[[str], str]


LINK = f"/respond/{LINKS['voting']}"
MAILS = WaitingReplies(STATES["voting"], (WaitingReply(7, HARMLESS, "noon"),))


def practice(page: PracticePage, text: str) -> str:
    return pages().practice(typed(page, text), LINK)


def practice_again(page: PracticePage, text: str) -> str:
    given = dict.fromkeys(("comment", "name", "role"), text)
    return pages().practice(page, LINK, Answer({}, text, text, text), given)


def receipt(page: PracticePage, text: str) -> str:
    return pages().receipt(Receipt(typed(page, text), {1187: sample_proof(1187)}), LINK)


def audited(page: Audited, text: str) -> str:
    return pages().audited(typed(page, text), _who(text), "t", has_bundles=True)


def letter_html(letter: str, sample: Context, text: str) -> str:
    return render(letter, spoiled(sample, text)).html


def second_factor(text: str) -> str:
    return pages().second_factor(Factor(text, SECRET_KEY, "otpauth://totp/x"), "t", {})


def turned_away(text: str) -> str:
    return pages().turned_away(refused(NotOpen(text)), _who(text), "t", text)


def decisions(text: str) -> str:
    return pages().decisions(typed(LISTED, text), _who(text), "t", has_bundles=True)


def _drawn() -> Iterator[tuple[str, Draw]]:
    """Every page with typed text in it, as a function of the text."""
    for name, page in STATES.items():
        yield f"page, {name}", partial(practice, page)
        yield f"page asked again, {name}", partial(practice_again, page)
        yield f"receipt, {name}", partial(receipt, page)
    yield "people", lambda text: pages().people(typed(PEOPLE, text), LINK)
    yield "people asked again", lambda text: pages().people(PEOPLE, LINK, _asked(text))
    yield "e-mails", lambda text: pages().replies(typed(MAILS, text), LINK)
    yield "certificate", lambda text: pages().certificate(typed(CERTIFICATE, text), LINK)
    yield "notice", lambda text: pages().notice(refused(NotOpen(text)), LINK, text)
    yield "door", lambda text: pages().door("sign_in", text, {"email": text})
    yield "set up", lambda text: pages().door("set_up", text, {"email": text}, text)
    yield "second factor", second_factor
    yield "turned away", turned_away
    yield "decisions", decisions
    yield "account", lambda text: pages().account(typed(ACCOUNT, text), _who(text), "t")
    for n, each in enumerate(AUDITED):
        yield f"audited, {n}", partial(audited, each)
    for name, (letter, sample) in SAMPLES.items():
        yield f"letter, {name}", partial(letter_html, letter, sample)


def _who(text: str) -> Visitor:
    return replace(VISITOR, name=text)


def _asked(text: str) -> AskSent:
    given = dict.fromkeys(("name", "email", "role", "phone"), text)
    faults = dict.fromkeys(("person", "person_name", "name", "comment"), text)
    return AskSent(Ask(None, text, text, given, text), faults)


DRAWN = dict(_drawn())


@pytest.mark.parametrize("page", DRAWN)
def test_no_text_becomes_an_element_an_attribute_or_an_address(page: str) -> None:
    harmless = Structure(DRAWN[page](HARMLESS))
    for name, text in CORPUS.items():
        if not text:
            continue  # where a text is empty a page rightly leaves its place out
        shown = Structure(DRAWN[page](_kept_apart(text)))
        assert shown.made <= harmless.made | _PARAGRAPHS, (page, name)
        strange = shown.leads - harmless.leads
        away = {way for way in strange if not re.match(r"href=(#|/[a-z])", way)}
        assert not {way for way in away if "evil" in way or "script" in way}, (page, name)


_PARAGRAPHS = {("p", "class"), ("p",), ("li",), ("ul", "class"), ("h3", "class"), ("p", "style")}
"""What any text may be parted into."""


def _kept_apart(text: str) -> str:
    """No door lets a lone surrogate in (a form that is no UTF-8 is refused): it cannot be drawn."""
    return text.encode("utf-8", "ignore").decode()


def test_a_page_without_escaping_is_noticed() -> None:
    naive = jinja2.Environment().from_string("<p>{{ title }}</p>")  # noqa: S701 - what is tried
    shown = Structure(naive.render(title=CORPUS["html"]))
    assert shown.made - Structure("<p>x</p>").made


# --- a whole letter on its way: its headers ---------------------------------------------------


@TEXTS
@pytest.mark.parametrize("name", SAMPLES)
def test_a_letter_full_of_it_has_its_own_headers_and_no_other(name: str, text: str) -> None:
    letter, sample = SAMPLES[name]
    frozen = freeze(render(letter, spoiled(sample, text)), ENVELOPE)
    sent = fill(frozen, TOKEN, TOKEN, TOKEN)
    message = message_from_bytes(sent, policy=policy.default)
    assert message.keys() == HEADERS
    assert [str(message[each]) for each in ("To", "From", "Reply-To")] == [
        ENVELOPE.recipient,
        f"{ENVELOPE.sender_name} <{ENVELOPE.sender}>",
        ENVELOPE.reply_to,
    ]
    assert len(list(message.iter_parts())) == 2


# --- sinks of one text each -------------------------------------------------------------------


def subject(text: str) -> str:
    letter, sample = SAMPLES["vote_opened, lead"]
    return render(letter, spoiled(sample, text)).subject


def json_printed(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.show_json({"title": text})
    return capsys.readouterr().out


def on_the_terminal(text: str) -> str:
    """As printed, and in a table: by a console that believes it is a terminal."""
    shown = io.StringIO()
    console = terminal.Terminal(file=shown, force_terminal=True, width=5000, color_system=None)
    table = Table("name", box=None)
    table.add_row(text)
    console.print(text, soft_wrap=True)
    console.print(text, style="bold", soft_wrap=True)
    console.print(table)
    return shown.getvalue()


def receipt_file(text: str) -> str:
    return write_receipt(Receipt(typed(STATES["voted"], text), {}), settings_for().words)


OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@TEXTS
def test_a_terminal_obeys_nothing_that_was_typed(text: str) -> None:
    assert not OBEYED.search(on_the_terminal(text))


def test_square_brackets_reach_the_terminal_as_they_are() -> None:
    text = CORPUS["markup of the terminal"]
    assert on_the_terminal(text).count(text) == 3


def test_a_console_as_it_comes_would_obey() -> None:
    shown = io.StringIO()
    Console(file=shown, force_terminal=True).print(CORPUS["terminal title"], markup=False)
    assert OBEYED.search(shown.getvalue())


@TEXTS
def test_printed_json_is_one_document_and_no_terminal_obeys_it(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = json_printed(text, capsys)
    assert json.loads(printed) == {"title": text}
    assert not OBEYED.search(printed)


@TEXTS
def test_a_log_line_stays_one_line(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    root, level = logging.getLogger(), logging.getLogger().level
    held = root.handlers[:]
    try:
        set_up_logs()
        structlog.get_logger("tried").error("not sealed", error=text)
    finally:
        structlog.reset_defaults()
        root.handlers[:] = held
        root.setLevel(level)
    lines = capfd.readouterr().err.splitlines()
    assert (len(lines), json.loads(lines[0])["error"]) == (1, text)


@TEXTS
def test_a_files_name_stays_one_header_of_plain_ascii(text: str) -> None:
    name = _kept_apart(text)
    given = serve_paper(name, b"").headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~!$&+^`|#-]+", given)


@TEXTS
def test_the_receipts_file_holds_no_control(text: str) -> None:
    controls = re.compile("[\x00-\x08\x0e-\x1f]")
    assert not controls.search(receipt_file(_without_controls(text)))


def _without_controls(text: str) -> str:
    """What a form lets in: `web.forms` refuses the rest (`tests/web/test_answers_sent.py`)."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text)


FORMULAS = [name for name in CORPUS if name.startswith("formula")]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_that_a_spreadsheet_would_run_comes_into_the_register(name: str) -> None:
    """What is never let in is in no CSV that is written from it either."""
    with pytest.raises(Malformed):
        refuse_formula(CORPUS[name])


SINKS: Mapping[str, Callable[[str], str]] = {"subject": subject}
"""Sinks of lines: no text may begin another line of its own making in them.

A calendar file (ICS) or a CSV that comes to be written belongs here, with a function of the text.
"""


@TEXTS
@pytest.mark.parametrize("sink", SINKS)
def test_no_text_makes_a_line_that_looks_like_the_sinks_own(sink: str, text: str) -> None:
    lines = SINKS[sink](text).split("\n")
    forged = ("Bcc:", "END:VEVENT", "BEGIN:VEVENT", "ATTENDEE", "--=_", ".\r", "QUIT", "INFO:")
    assert not [line for line in lines if line.startswith(forged)]
    assert not any("\r" in line for line in lines)


def test_a_csv_cell_cannot_begin_another_row() -> None:
    """How the standard writer keeps a row's cell together, for whoever comes to write one."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([CORPUS["log line"], "x"])
    assert len(list(csv.reader(io.StringIO(written.getvalue(), newline="")))) == 1

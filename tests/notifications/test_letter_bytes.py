"""The bytes of a letter: the same at every try, whole after every relay."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications.calendar_files import Organiser, calendar_file
from notifications.context import ANY_MARK, MARK, mark
from notifications.frozen import Frozen, digest, fill, freeze, message_id
from notifications.letters import Draft, IncompleteLetter, render
from tests.notifications.pages import parts, read
from tests.notifications.samples import ENTRY, ENVELOPE, HEADERS, LINK, TOKEN, samples

SAMPLES = samples()
LINKED = [name for name in SAMPLES if SAMPLES[name][1].link]
DRAFT = render(*SAMPLES["vote_opened, lead"])
FROZEN = freeze(DRAFT, ENVELOPE)
ICS = calendar_file((ENTRY,), Organiser("NHS Nene CCG", "decisions@nene.example"))
OF_AN_EARLIER_RELEASE = [
    json.loads(line)
    for line in Path("tests/data/frozen-letters.jsonl").read_text("utf-8").splitlines()
]


def posted(name: str) -> EmailMessage:
    return read(fill(freeze(render(*SAMPLES[name]), ENVELOPE), TOKEN, TOKEN, TOKEN))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_letter_has_a_text_part_and_an_html_part(name: str) -> None:
    assert list(parts(posted(name))) == ["text/plain", "text/html"]


@pytest.mark.parametrize("name", LINKED)
def test_the_link_is_one_line_of_the_text_that_arrives(name: str) -> None:
    lines = parts(posted(name))["text/plain"].splitlines()
    assert lines.count(LINK) == 1


def test_the_headers_are_ours_and_in_order() -> None:
    assert read(fill(FROZEN, TOKEN)).keys() == HEADERS


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Date", "Wed, 09 Dec 2026 09:00:00 +0000"),
        ("From", "NHS Nene CCG <decisions@nene.example>"),
        ("To", "lead@queensview.example"),
        ("Reply-To", "secretary@nene.example"),
        ("References", message_id(ENVELOPE.thread, ENVELOPE.sender)),
        ("Content-Language", "en-GB"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("X-Quorate-Decision", "D-2026-0007"),
        ("X-Quorate-Letter", "vote_opened"),
    ],
)
def test_a_header_says(name: str, says: str) -> None:
    assert read(fill(FROZEN, TOKEN))[name] == says


def test_the_message_id_comes_from_the_outbox_key() -> None:
    assert re.fullmatch(r"<[0-9a-f]{32}@nene\.example>", message_id(ENVELOPE.key, ENVELOPE.sender))


def test_two_letters_never_share_a_message_id() -> None:
    assert message_id("41|a|K83003|p", "a@b.example") != message_id("41|a|K83004|p", "a@b.example")


@pytest.mark.parametrize("name", ["List-Unsubscribe", "In-Reply-To", "Precedence", "Bcc", "Cc"])
def test_a_header_that_a_letter_of_record_does_not_have(name: str) -> None:
    """Nobody can unsubscribe from being asked, and no letter answers another."""
    assert name not in read(fill(FROZEN, TOKEN))


def test_it_goes_to_one_address() -> None:
    (to,) = read(fill(FROZEN, TOKEN))["To"].addresses
    assert to.addr_spec == ENVELOPE.recipient


def test_the_letters_of_a_decision_are_one_thread_whatever_their_subjects() -> None:
    other = replace(ENVELOPE, key="77|outcome|K83003|person-7", letter="outcome")
    letters = [read(fill(freeze(DRAFT, each), TOKEN)) for each in (ENVELOPE, other)]
    assert letters[0]["References"] == letters[1]["References"]
    assert letters[0]["Message-ID"] != letters[1]["Message-ID"]


def test_a_letter_about_no_decision_is_in_no_thread() -> None:
    assert "References" not in read(fill(freeze(DRAFT, replace(ENVELOPE, thread="")), TOKEN))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_strict_parser_finds_no_defect(name: str) -> None:
    frozen = freeze(render(*SAMPLES[name]), ENVELOPE, {"deadline.ics": ICS})
    message = read(fill(frozen, TOKEN, TOKEN, TOKEN))
    defects = [part.defects for part in message.walk()]
    values = [value.defects for part in message.walk() for value in part.values()]
    assert [found for found in (*defects, *values) if found] == []


def test_a_subject_beyond_ascii_is_encoded_and_arrives_as_it_was() -> None:
    title = "Siân's café: £21.50 a review \N{EN DASH} Ysbyty Gwynedd and Łódź"
    draft = replace(DRAFT, subject=title)
    content = fill(freeze(draft, ENVELOPE), TOKEN)
    assert (content.isascii(), read(content)["Subject"]) == (True, title)


def test_a_deadline_is_attached_as_a_calendar_that_names_its_method() -> None:
    message = read(fill(freeze(DRAFT, ENVELOPE, {"deadline.ics": ICS}), TOKEN))
    alternatives, attached = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert list(parts(alternatives)) == ["text/plain", "text/html"]  # type: ignore[arg-type]
    assert (attached.get_content_type(), attached.get_filename()) == (
        "text/calendar",
        "deadline.ics",
    )
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    assert attached["Content-Disposition"].content_disposition == "attachment"


def test_the_calendar_arrives_byte_for_byte() -> None:
    message = read(fill(freeze(DRAFT, ENVELOPE, {"deadline.ics": ICS}), TOKEN))
    *_, attached = message.iter_parts()
    assert attached.get_payload(decode=True) == ICS.encode()


@pytest.mark.parametrize("kept", OF_AN_EARLIER_RELEASE, ids=lambda kept: kept["name"])
def test_a_letter_that_an_earlier_release_froze_goes_out_as_it_would_have(
    kept: dict[str, str],
) -> None:
    frozen = Frozen.from_bytes(kept["kept"].encode())
    assert digest(fill(frozen, TOKEN)) == kept["sha256"]


def test_without_a_reply_address_there_is_no_such_header() -> None:
    frozen = freeze(DRAFT, replace(ENVELOPE, reply_to=""))
    assert "Reply-To" not in read(fill(frozen, TOKEN))


def test_the_same_letter_filled_twice_is_the_same_bytes() -> None:
    assert fill(FROZEN, TOKEN) == fill(freeze(DRAFT, ENVELOPE), TOKEN)


def test_a_library_message_built_twice_is_not_the_same_bytes() -> None:
    def naive() -> bytes:
        message = EmailMessage()
        message.set_content(DRAFT.text)
        message.add_alternative(DRAFT.html, subtype="html")
        return message.as_bytes()

    assert naive() != naive()


def test_a_letter_that_was_kept_fills_to_the_same_bytes() -> None:
    kept = Frozen.from_bytes(FROZEN.to_bytes())
    assert digest(fill(kept, TOKEN)) == digest(fill(FROZEN, TOKEN))


def test_what_is_kept_is_canonical_and_holds_no_token() -> None:
    kept = FROZEN.to_bytes()
    again = json.dumps(json.loads(kept), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert (kept, TOKEN.encode() in kept) == (again.encode(), False)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bytes_are_ascii_in_short_crlf_lines(name: str) -> None:
    letter, sample = SAMPLES[name]
    content = fill(freeze(render(letter, sample), ENVELOPE), TOKEN, TOKEN, TOKEN)
    assert content.isascii()
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 900


def test_plain_text_travels_as_it_is_and_shows_the_link_to_any_relay() -> None:
    frozen = freeze(
        Draft("A vote", f"Vote:\n\nhttps://x.example/{MARK}\n", "<p>hi</p>\n"), ENVELOPE
    )
    assert f"\r\nhttps://x.example/{TOKEN}\r\n".encode() in fill(frozen, TOKEN)


def test_encoding_before_filling_would_have_split_the_link() -> None:
    naive = EmailMessage()
    naive.set_content(DRAFT.text + "\u00a3", cte="quoted-printable")
    assert MARK.encode() not in naive.as_bytes()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain\n", "7bit"),
        ("x" * 900 + "\n", "7bit"),
        ("x" * 901 + "\n", "base64"),
        ("\u00a3\n", "base64"),
    ],
)
def test_a_part_is_encoded_only_where_it_must_be(text: str, encoding: str) -> None:
    message = read(fill(freeze(Draft("s", text, "<p>x</p>\n"), ENVELOPE)))
    assert next(message.iter_parts())["Content-Transfer-Encoding"] == encoding


def test_base64_lines_have_76_characters_and_decode_to_crlf_text() -> None:
    content = fill(freeze(Draft("s", "\u00a3 " * 100 + "\nend\n", "x\n"), ENVELOPE))
    block = content.split(b"base64\r\n\r\n")[1].split(b"\r\n--")[0]
    assert max(map(len, block.split(b"\r\n"))) == 76
    assert base64.b64decode(block).decode() == "\u00a3 " * 100 + "\r\nend\r\n"


def test_text_that_imitates_the_boundary_gets_another_one() -> None:
    hostile = freeze(replace(DRAFT, text=f"--{FROZEN.boundary}--\n"), ENVELOPE)
    assert hostile.boundary != FROZEN.boundary


def test_with_the_imitated_boundary_a_part_would_have_been_cut_off() -> None:
    naive = replace(FROZEN, text=f"--{FROZEN.boundary}--\n{MARK}\n")
    assert list(parts(read(fill(naive, TOKEN)))) == ["text/plain"]


@pytest.mark.parametrize(
    "token", [None, "", "short", TOKEN + "x", TOKEN[:-1] + "=", TOKEN[:-1] + "\n"]
)
def test_a_letter_is_not_filled_with_anything_but_a_token(token: str | None) -> None:
    with pytest.raises(ValueError, match="43 base64url"):
        fill(FROZEN, token)


def test_a_letter_without_a_link_needs_no_token() -> None:
    frozen = freeze(render(*SAMPLES["step_overdue, chair"]), ENVELOPE)
    assert (frozen.marks, fill(frozen)) == (frozenset(), fill(frozen, TOKEN))


def test_a_date_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 12, 9, 9, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        freeze(DRAFT, replace(ENVELOPE, date=naive))


# --- several links in one letter ------------------------------------------------------------

TOKENS = tuple(f"{n}{TOKEN[1:]}" for n in range(3))
THREE = freeze(render(*SAMPLES["digest, three"]), ENVELOPE)


def test_each_mark_takes_its_own_token() -> None:
    arrived = parts(read(fill(THREE, *TOKENS)))["text/plain"].splitlines()
    base = LINK.removesuffix(TOKEN)
    assert [line for line in arrived if line.startswith("http")] == [base + t for t in TOKENS]


def test_each_stands_in_the_html_as_a_link_and_in_words() -> None:
    html = parts(read(fill(THREE, *TOKENS)))["text/html"]
    assert [html.count(token) for token in TOKENS] == [2, 2, 2]


def test_no_mark_is_left_in_what_is_sent() -> None:
    assert ANY_MARK.search(fill(THREE, *TOKENS).decode()) is None


@pytest.mark.parametrize("tokens", [(), TOKENS[:2], (TOKENS[0], None, TOKENS[2])])
def test_a_letter_that_lacks_a_token_is_not_filled(tokens: tuple[str | None, ...]) -> None:
    with pytest.raises(ValueError, match="43 base64url"):
        fill(THREE, *tokens)


def test_a_link_that_is_left_out_needs_no_token() -> None:
    letter, sample = SAMPLES["digest, three"]
    two = freeze(
        render(letter, replace(sample, needs=(sample.needs[0], sample.needs[2]))), ENVELOPE
    )
    assert TOKENS[2] in fill(two, TOKENS[0], None, TOKENS[2]).decode()


@pytest.mark.parametrize("place", [0, 1, 9, 10, 99, 100, 999])
def test_every_mark_is_as_long_as_a_token_and_is_found(place: int) -> None:
    assert (len(mark(place)), ANY_MARK.findall(mark(place))) == (len(TOKEN), [mark(place)])


def test_two_decisions_cannot_share_a_mark() -> None:
    letter, sample = SAMPLES["digest, three"]
    with pytest.raises(IncompleteLetter):
        render(letter, replace(sample, needs=(sample.needs[0], sample.needs[0])))

"""Header values cannot become other headers, whichever interpreter runs."""

from email import message_from_string, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import headers, words
from notifications.headers import UnsafeHeader

SMUGGLING = [
    "vote\r\nBcc: x@evil.example",
    "vote\nBcc: x@evil.example",
    "vote\rBcc: x@evil.example",
    "vote\x00",
    "vote\x0bBcc: x@evil.example",
    "vote\x1c",
    "vote\x7f",
    "vote\x85Bcc: x@evil.example",
    "vote\u2028Bcc: x@evil.example",
    "vote\u2029",
    "vote\u202eelpmaxe.live",
    "vote\ud800",
    "Decision=?UTF-8?Q?=0ABcc=3A_x@evil.example?=",
    "=?utf-8?b?CkJjYzogeA==?=",
    "=?",
]
ENCODED_WORD = SMUGGLING[12]


@pytest.mark.parametrize("text", SMUGGLING[:-1])
def test_a_value_that_could_forge_a_header_is_refused(text: str) -> None:
    with pytest.raises(UnsafeHeader):
        headers.line("Subject", text)


@pytest.mark.parametrize("text", SMUGGLING[:-1])
def test_a_display_name_that_could_forge_a_header_is_refused(text: str) -> None:
    with pytest.raises(UnsafeHeader):
        headers.mailbox_line("From", "a@b.example", text)


@pytest.mark.parametrize("text", SMUGGLING)
def test_a_title_becomes_a_subject_that_forges_nothing(text: str) -> None:
    written = headers.line("Subject", words.subject(text))
    assert message_from_string(written, policy=policy.default).keys() == ["Subject"]


def test_joining_strings_would_have_forged_a_header() -> None:
    naive = message_from_string(f"Subject: {SMUGGLING[0]}\r\n", policy=policy.default)
    assert naive["Bcc"] == "x@evil.example"


def test_decoding_an_encoded_word_and_joining_again_would_have_forged_a_header() -> None:
    once = message_from_string(f"Subject: {ENCODED_WORD}\r\n", policy=policy.default)
    decoded = "vote\nBcc: x@evil.example"  # what RFC 2047 makes of it
    again = message_from_string(f"Subject: {decoded}\r\n", policy=policy.default)
    assert (once.keys(), again.keys()) == (["Subject"], ["Subject", "Bcc"])


@given(st.text(max_size=300))
def test_whatever_a_title_holds_one_header_comes_of_it(title: str) -> None:
    written = headers.line("Subject", words.subject(title))
    assert message_from_string(written, policy=policy.default).keys() == ["Subject"]


@given(st.text(max_size=120))
def test_a_subject_arrives_as_it_was_written(title: str) -> None:
    subject = words.subject(title)
    arrived = message_from_string(headers.line("Subject", subject), policy=policy.default)
    assert arrived["Subject"] == subject


@pytest.mark.parametrize("text", ["plain", "caf\u00e9 " * 40, "word " * 60, "x" * 150])
def test_a_header_is_ascii_in_lines_that_mail_allows(text: str) -> None:
    lines = headers.line("Subject", text).split("\r\n")
    assert all(line.isascii() and len(line) <= 998 for line in lines)


@pytest.mark.parametrize("text", ["caf\u00e9 " * 40, "word " * 60])
def test_a_long_header_is_folded_at_76(text: str) -> None:
    assert max(map(len, headers.line("Subject", text.strip()).split("\r\n"))) <= 76


@pytest.mark.parametrize(
    "name",
    ["NHS Nene CCG", 'O\'Neill, Practice "Manager"', "Siân <boss>", "back\\slash", "Łódź Ośrodek"],
)
def test_a_display_name_arrives_as_it_was_written(name: str) -> None:
    line = headers.mailbox_line("From", "a@b.example", name.strip())
    sender = message_from_string(line, policy=policy.default)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name.strip(), "a@b.example")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b..example",
        ".a@b.example",
        "a@b.example>",
        "a@b.example, c@d.example",
        '"a b"@c.example',
        "a@b.example\r\nBcc: c@d.example",
        "caf\u00e9@b.example",
        "a@caf\u00e9.example",
        "=?utf-8?q?a?=@b.example",
        "x" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b.c" * 90,
    ],
)
def test_an_address_that_mail_cannot_carry_is_refused(address: str) -> None:
    with pytest.raises(UnsafeHeader):
        headers.address(address)


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "o'neill.x+tag@sub.b-c.example", "a@localhost", "x" * 64 + "@b.example"],
)
def test_a_usual_address_is_taken_as_it_is(address: str) -> None:
    assert headers.address(address) == address


def test_a_headers_name_is_checked_too() -> None:
    with pytest.raises(UnsafeHeader):
        headers.line("Subject: x\r\nBcc", "y")


def test_an_endless_value_is_refused() -> None:
    with pytest.raises(UnsafeHeader, match="longer"):
        headers.line("Subject", "x" * 501)

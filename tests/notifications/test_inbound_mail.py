"""What a mail is taken for, by what it holds; and that no mail, whatever it holds, raises."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.answering import COMMENT_LIMIT
from notifications.inbound import automatic
from notifications.inbound.parts import parse
from notifications.inbound.reading import read_mail, tokens_of
from notifications.inbound.reply_text import own_words
from notifications.returns import Purpose
from storage.heard import Kind

CORPUS = Path(__file__).parent.parent / "data" / "inbound"
TOKEN = "q9Xv_R2mB7tKc0LwZ4sYpH8dN3fJ6gA1eUoT5iVbWxk"
NOT_STATED = ("bounced-exim", "bounced-exchange-old-text")

STATUS = {
    "bounced-exchange-blocked": "5.7.133",
    "bounced-exchange-online": "5.1.10",
    "bounced-gateway-plain-words": "5.7.1",
    "bounced-given-up-after-days": "4.4.1",
    "bounced-internationalised": "5.1.1",
    "bounced-outlook-html-only": "5.1.1",
    "bounced-postfix-no-such-user": "5.1.1",
    "bounced-qmail": "5.1.1",
    "bounced-sendmail": "5.1.1",
    "bounced-status-in-the-diagnostic-only": "5.2.1",
    "bounced-without-an-action": "5.7.1",
    "delayed-plain-words": "4.4.1",
    "delayed-postfix": "4.4.1",
    "delivered-relayed": "2.1.9",
    "delivered-success": "2.0.0",
    "partly-one-of-a-shared-mailbox": "5.2.2",
}
WRITTEN = {
    "reply-plain": "We could do this from April, not before: we would need a second nurse.\n\n"
    "How is the fee reckoned \u2013 by list size?\n\nAnita",
    "reply-outlook-html": "Two points from us:\n\na second nurse\nnot before April\n\nAnita",
    "reply-outlook-plain": "We agree, with one doubt\u2014the fee.",
    "reply-gmail-alternative": "Yes from us.",
    "reply-with-the-link-in-it": "This link does not open here: [link]\nNor this: [link]",
}
NAMES = sorted(path.stem for path in CORPUS.glob("*.eml"))
MACHINES = [name for name in NAMES if name.partition("-")[0] not in {"reply", "unclear"}]


def raw(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def purpose(content: bytes) -> Purpose:
    return Purpose.REPLY if b"reply+7." in content else Purpose.BOUNCE


def from_a_person(text: str, **header: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "lead@queensview.example", "reply+7.0123456789abcdef@nene.example"
    for name, value in header.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


# --- reports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_each_mail_of_the_corpus_is_taken_for_what_it_is(name: str) -> None:
    content = raw(name)
    assert read_mail(content, purpose(content)).kind == name.partition("-")[0]


@pytest.mark.parametrize("name", STATUS)
def test_a_reports_status_code_is_read(name: str) -> None:
    assert read_mail(raw(name), Purpose.BOUNCE).status == STATUS[name]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("bounced-")])
def test_a_bounce_says_in_one_line_why(name: str) -> None:
    words = read_mail(raw(name), Purpose.BOUNCE).words
    assert words
    assert words.isprintable()
    assert "<p>" not in words


@pytest.mark.parametrize(
    ("to", "kind"),
    [("office@queensview.example", Kind.PARTLY), ("Two@queensview.example", Kind.BOUNCED)],
)
def test_what_others_got_is_a_bounce_only_if_the_address_we_wrote_to_failed(
    to: str, kind: Kind
) -> None:
    shared = raw("partly-one-of-a-shared-mailbox")
    assert read_mail(shared, Purpose.BOUNCE, "", to).kind is kind


@pytest.mark.parametrize(
    "others", ["", "Action: delayed", "Action: failed"], ids=["nobody", "delayed", "failed"]
)
def test_where_nobody_is_said_to_have_it_a_failure_behind_the_address_is_a_bounce(
    others: str,
) -> None:
    """A forwarder to one mailbox looks like a list of which one failed: it says who that is."""
    shared = raw("partly-one-of-a-shared-mailbox").replace(b"Action: delivered", others.encode())
    shared = shared.replace(b"Status: 2.1.5", b"X-Status: none")
    mail = read_mail(shared, Purpose.BOUNCE, "", "office@queensview.example")
    assert mail.kind is Kind.BOUNCED
    assert "@queensview.example:" in mail.words


def test_an_internationalised_report_says_its_words_in_its_own_letters() -> None:
    words = read_mail(raw("bounced-internationalised"), Purpose.BOUNCE).words
    assert words.endswith("550 5.1.1 Unbekannter Empf\u00e4nger")


def test_every_bounce_has_its_status_in_the_table_or_gives_none() -> None:
    bounces = {name for name in NAMES if name.startswith("bounced-")}
    assert bounces == {name for name in STATUS if name.startswith("bounced-")} | {*NOT_STATED}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("bounced-")])
def test_a_bounce_is_known_without_what_the_envelope_said(name: str) -> None:
    """A mailbox that is fetched keeps no envelope."""
    without = raw(name).replace(b"Return-Path: <>\n", b"")
    assert read_mail(without, Purpose.BOUNCE).kind is Kind.BOUNCED


def test_a_program_of_no_standard_would_be_missed_by_the_standard_alone() -> None:
    naive = [name for name in NAMES if b"message/delivery-status" in raw(name)]
    assert {"bounced-qmail", "bounced-exim", "bounced-outlook-html-only"}.isdisjoint(naive)


def test_a_report_is_read_though_the_letter_in_it_speaks_of_boundaries() -> None:
    """Practices have them: letters about those are full of the word."""
    told = raw("bounced-postfix-no-such-user").replace(
        b"Reporting-MTA:", b"X-Subject: " + b"practice boundary, " * 60 + b"\nReporting-MTA:"
    )
    assert read_mail(told, Purpose.BOUNCE).kind is Kind.BOUNCED


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("bounced-")])
def test_at_the_address_that_people_see_no_report_makes_a_bounce(name: str) -> None:
    assert read_mail(raw(name), Purpose.REPLY).kind is Kind.AUTOMATIC


# --- machines and people --------------------------------------------------------------------------


@pytest.mark.parametrize("name", MACHINES)
def test_no_mail_of_a_machine_is_taken_for_a_persons(name: str) -> None:
    """At either address: a report that comes to the wrong one is no reply."""
    found = [read_mail(raw(name), purpose) for purpose in Purpose]
    assert not [mail for mail in found if mail.kind is Kind.REPLY or mail.written.text]


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-generated"},
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk"},
        {"Precedence": "list"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Auto_Response_Suppress": "DR, RN"},
        {"X_Loop": "lead@queensview.example"},
        {"X_Quorate_Letter": "reminder"},
        {"List_Id": "<staff.queensview.example>"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: a vote"},
        {"Subject": "Out of Office: a vote"},
        {"Sender": "MAILER-DAEMON@queensview.example"},
    ],
    ids=str,
)
def test_what_a_machine_may_have_sent_is_no_reply(header: dict[str, str]) -> None:
    assert read_mail(from_a_person("Yes.", **header), Purpose.REPLY).kind is not Kind.REPLY


def test_a_mail_with_a_null_sender_is_no_reply() -> None:
    assert read_mail(from_a_person("Yes."), Purpose.REPLY, "").kind is Kind.AUTOMATIC


def test_a_mail_that_goes_round_in_circles_is_no_reply() -> None:
    hops = b"Received: from a by b\n" * (automatic.MOST_HANDS + 1)
    assert read_mail(hops + from_a_person("Yes."), Purpose.REPLY).kind is Kind.AUTOMATIC


@pytest.mark.parametrize("header", [{}, {"Auto_Submitted": "no"}, {"Subject": "RE: A vote"}])
def test_a_persons_mail_is_a_reply(header: dict[str, str]) -> None:
    sender = "lead@queensview.example"
    assert read_mail(from_a_person("Yes.", **header), Purpose.REPLY, sender).kind is Kind.REPLY


def test_a_persons_mail_to_the_address_for_bounces_is_no_reply() -> None:
    assert read_mail(from_a_person("Yes."), Purpose.BOUNCE).kind is Kind.UNCLEAR


def test_a_reader_who_only_looks_for_a_header_would_answer_an_answering_machine() -> None:
    naive = [name for name in MACHINES if b"Auto-Submitted" not in raw(name)]
    assert "automatic-vacation-without-headers" in naive


# --- what people wrote ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITTEN)
def test_a_reply_is_its_senders_own_words(name: str) -> None:
    assert read_mail(raw(name), Purpose.REPLY).written.text == WRITTEN[name]


@pytest.mark.parametrize("name", WRITTEN)
def test_no_part_of_a_link_is_kept(name: str) -> None:
    assert TOKEN in raw(name).decode()
    assert TOKEN[:10] not in read_mail(raw(name), Purpose.REPLY).written.text


def test_the_address_of_a_letter_is_not_kept_either() -> None:
    text = "Why does reply+7.0123456789abcdef@nene.example not work?"
    assert "0123456789abcdef" not in own_words(parse(from_a_person(text))).text


def test_a_sender_is_known_by_the_address_in_lower_case() -> None:
    assert read_mail(raw("reply-plain"), Purpose.REPLY).written.sender == "lead@queensview.example"


def test_a_reply_about_boundaries_is_read_with_what_it_quotes() -> None:
    quoted = raw("reply-gmail-alternative").replace(
        b"Yes from us.", b"Yes from us.\n\n> " + b"our practice boundary " * 60
    )
    assert own_words(parse(quoted)).text.startswith("Yes from us.")


def test_a_longer_reply_than_a_comment_may_be_is_cut_and_says_so() -> None:
    words = own_words(parse(from_a_person("word " * COMMENT_LIMIT)))
    assert (len(words.text) <= COMMENT_LIMIT, words.cut) == (True, True)


def test_a_file_is_not_what_a_mail_says() -> None:
    mail = EmailMessage()
    mail.set_content("See the file.")
    mail.add_attachment("Everything that is in the file.", filename="views.txt")
    assert own_words(parse(mail.as_bytes())).text == "See the file."


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b &amp; c</p>", "a\n\nb & c"),
        ("<style>p{}</style>a<script>x<y</script>b", "ab"),
        ("a<!-- <p>not this</p> -->b", "ab"),
        ("a<!-- never closed", "a"),
        ("a<blockquote>old<blockquote>older</blockquote></blockquote>b", "ab"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("x < y", "x < y"),
        ('<div class="gmail_quote">old</div>', ""),
    ],
)
def test_the_words_of_a_page_are_read(html: str, said: str) -> None:
    mail = EmailMessage()
    mail.set_content(html, subtype="html")
    assert own_words(parse(mail.as_bytes())).text == said


def test_hidden_and_turning_characters_are_taken_out() -> None:
    assert own_words(parse(from_a_person("a\x00b\u202ec\u200bd"))).text == "a bcd"


# --- anything at all ------------------------------------------------------------------------------

BROKEN = [
    b"",
    b"\x00" * 100,
    b"\xff\xfe\r\n\r\n",
    b"Content-Type: multipart/report; boundary=\r\n\r\n--",
    b"Content-Type: text/plain; charset=nonsense\r\n\r\nhello",
    b"Content-Type: text/plain; charset*=utf-8''%ff%fe\r\n\r\nhello",
    b"Content-Transfer-Encoding: base64\r\n\r\n=====\x80",
    b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 666 x\nM\x80\n",
    b"From: =?utf-8?b?////?= <@@>\r\nTo: (((((((((((((\r\n\r\n",
    b"Subject: =?unknown-8bit?q?=FF?=\r\n\r\n",
    b"Content-Type: message/delivery-status\r\n\r\n\r\n\r\nAction",
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 3000,
    b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(1500)),
    b"Content-Type: text/html\r\n\r\n" + b"<blockquote><![" * 3000,
    b"Content-Type: text/html\r\n\r\n&#" + b"9" * 5000 + b";",
    b"Subject: =?utf-8?b?a?=\r\n\r\nhello",
    b"Content-Type: text/plain; charset*=utf-8''x\r\n\r\n\xff",
    b'Content-Type: text/plain; charset="a\x00b"\r\n\r\n\xff',
    b"Received: x\r\n" * 20_000 + b"\r\n",
    b"From: " + b"<" * 100_000 + b"\r\n\r\n",
]
MOST = 2_000_000
LABORIOUS = {
    "tags": b"Content-Type: text/html\n\n" + b"<a " * (MOST // 3),
    "comments": b"Content-Type: text/html\n\n" + b"<!--" * (MOST // 4),
    "one word": b"\n" + b"a" * MOST,
    "links cut short": b"\n" + b"respond/" * (MOST // 8),
    "escapes": b"\n" + b"%25" * (MOST // 3),
    "attributions": b"\n" + b"On x\n" * (MOST // 5),
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * (MOST // 5),
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(900)
    )
    + b"x\n" * (MOST // 2),
    "senders": b"From: b@c\n" * (MOST // 10) + b"\n",
    "recipients": b"X-Failed-Recipients: " + b"a, " * (MOST // 3) + b"\n\n",
    "reports": b"From: mailer-daemon@x\nSubject: failure\n\n" + b"<a@b>:\n" * (MOST // 7),
    "statuses": b"Subject: Undeliverable\n\n" + b"5.1." * (MOST // 4),
}
"""What costs the square of its length where it is read as it is usually done."""

PIECES = st.sampled_from(
    [
        *(b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", b"--x\n"),
        *(b"Content-Type: message/delivery-status\n", b"Action: failed\n", b"Status: 5.1.1\n"),
        *(b"From: a@b.example\n", b"To: bounce+7.0123456789abcdef@n.example\n", b"\n", b"--x--\n"),
        *(b"Content-Type: text/html; charset=utf-16\n", b"<div class='gmail_quote'>", b"\xf0\x9f"),
        *(b"Content-Transfer-Encoding: base64\n", b"On 1 May a wrote:\n", b"> \n", b"=?q?=\n"),
        *(
            b"Subject: Undeliverable\n",
            b"550 5.1.1 no\n",
            b"-- \n",
            b"Content-Type: message/rfc822\n",
        ),
    ]
)
MAILS = st.one_of(
    st.binary(max_size=400), st.lists(PIECES | st.binary(max_size=20), max_size=40).map(b"".join)
)


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("purpose", Purpose)
def test_a_broken_mail_is_read_all_the_same(content: bytes, purpose: Purpose) -> None:
    assert read_mail(content, purpose).kind in Kind


@pytest.mark.timeout(60)
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("name", LABORIOUS)
def test_a_mail_that_was_built_to_take_long_does_not(name: str, purpose: Purpose) -> None:
    """Most of these took minutes, or had no end that anybody waited for."""
    assert read_mail(LABORIOUS[name], purpose).kind in Kind
    assert tokens_of(LABORIOUS[name]) == ()


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape"])
def test_what_is_a_charset_to_the_library_alone_is_none(charset: str) -> None:
    """The first of these took ten seconds for a mail that is read in a hundredth."""
    mail = b"Content-Type: text/plain; charset=%s\n\n\\x41-zz" % charset.encode()
    assert own_words(parse(mail)).text == "\\x41-zz"


@settings(max_examples=400, deadline=None)
@given(
    content=MAILS, to=st.sampled_from(Purpose), sender=st.sampled_from([None, "", "a@b.example"])
)
@example(content=b"\n\n", to=Purpose.REPLY, sender=None)
def test_no_mail_raises(content: bytes, to: Purpose, sender: str | None) -> None:
    mail = read_mail(content, to, sender)
    tokens_of(content)
    assert mail.kind in Kind


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(NAMES), at=st.integers(0, 3000), what=st.binary(max_size=8))
def test_no_mail_of_the_corpus_raises_when_it_is_damaged(name: str, at: int, what: bytes) -> None:
    content = raw(name)
    assert read_mail(content[:at] + what + content[at:], Purpose.BOUNCE).kind in Kind


@settings(max_examples=200, deadline=None)
@given(content=MAILS)
def test_whatever_is_kept_can_be_sealed(content: bytes) -> None:
    """Canonical JSON takes no lone surrogate and nothing but Unicode's form C."""
    assert read_mail(content, Purpose.REPLY).written.to_bytes()

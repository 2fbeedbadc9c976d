"""A letter stays evidence however it comes back: forwarded, replied to, rewritten, saved."""

import html
import quopri
import textwrap
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from auditor.verify import examine
from tests.audits.conftest import Audited


def _read(letter: bytes) -> EmailMessage:
    return message_from_bytes(letter, policy=policy.default)


def _text(letter: bytes) -> str:
    part = _read(letter).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _html(letter: bytes) -> str:
    part = _read(letter).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _made(text: str, subtype: str = "plain", cte: str = "8bit") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "FW: vote"
    message.set_content(text, subtype=subtype, cte=cte)
    return message.as_bytes()


def quoted_printable(letter: bytes) -> bytes:
    return _made(_text(letter), cte="quoted-printable")


def base64(letter: bytes) -> bytes:
    return _made(_text(letter), cte="base64")


def replied_to(letter: bytes) -> bytes:
    quoted = textwrap.indent(_text(letter), "> ", lambda _line: True)
    return _made(f"Is this the one?\n\nOn Tuesday somebody wrote:\n{quoted}")


def replied_to_twice(letter: bytes) -> bytes:
    quoted = textwrap.indent(_text(letter), "> > ", lambda _line: True)
    return _made(f"> Here it is.\n>\n{quoted}")


def forwarded_inline(letter: bytes) -> bytes:
    head = "---------- Forwarded message ---------\nFrom: NHS Nene CCG\nSubject: vote\n\n"
    return _made(head + _text(letter))


def forwarded_as_an_attachment(letter: bytes) -> bytes:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@b.example", "c@d.example", "As asked"
    outer.set_content("Here it is.")
    outer.add_attachment(_read(letter))
    return outer.as_bytes()


def attached_as_a_file(letter: bytes) -> bytes:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@b.example", "c@d.example", "As asked"
    outer.set_content("Here it is.")
    outer.add_attachment(
        letter, maintype="application", subtype="octet-stream", filename="letter.eml"
    )
    return outer.as_bytes()


def only_the_html_is_left(letter: bytes) -> bytes:
    return _made(_html(letter), subtype="html", cte="quoted-printable")


def html_rewritten(letter: bytes) -> bytes:
    """As a scanner does it: links go elsewhere, spaces become entities, lines are joined."""
    rewritten = _html(letter).replace("http", "https://safe.example/?u=http")
    return _made(rewritten.replace("  ", " &nbsp;").replace("<br>\n", "<br/>"), subtype="html")


def text_as_html(letter: bytes) -> bytes:
    lines = "".join(f"<div>{html.escape(line)}</div>" for line in _text(letter).split("\n"))
    return _made(f"<html><body><blockquote>{lines}</blockquote></body></html>", subtype="html")


def with_a_banner(letter: bytes) -> bytes:
    banner = "CAUTION: This message comes from outside.\n\n"
    return _made(banner + _text(letter) + "\n\nConfidentiality notice: …\n")


def unix_line_ends(letter: bytes) -> bytes:
    return letter.replace(b"\r\n", b"\n")


def an_mbox_line_before_it(letter: bytes) -> bytes:
    return b"From MAILER-DAEMON Tue Oct  6 09:00:00 2026\r\n" + letter


def soft_wrapped(letter: bytes) -> bytes:
    body = quopri.encodestring(_text(letter).encode())
    return (
        b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body
    )


WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    way.__name__: way
    for way in (
        quoted_printable,
        base64,
        replied_to,
        replied_to_twice,
        forwarded_inline,
        forwarded_as_an_attachment,
        attached_as_a_file,
        only_the_html_is_left,
        html_rewritten,
        text_as_html,
        with_a_banner,
        unix_line_ends,
        an_mbox_line_before_it,
        soft_wrapped,
    )
}


@pytest.mark.parametrize("way", WAYS)
def test_the_footer_comes_back(audited: Audited, tmp_path: Path, way: str) -> None:
    letter, size = audited.kept[-1]
    back = tmp_path / "back.eml"
    back.write_bytes(WAYS[way](letter))
    report = examine(audited.bundle, [back])
    assert f"to leaf {size - 1}" in report.boundary


@pytest.mark.parametrize("line", ["root ", "sig1 ", "sig2 ", "key  "])
def test_a_footer_with_one_digit_changed_vouches_for_nothing(
    audited: Audited, tmp_path: Path, line: str
) -> None:
    letter = audited.kept[-1][0].decode("utf-8", "surrogateescape")
    start = letter.index(f"\r\n{line}") + len(line) + 3
    digit = "0" if letter[start] != "0" else "1"
    back = tmp_path / "back.eml"
    forged = _made(
        _text((letter[:start] + digit + letter[start + 1 :]).encode("utf-8", "surrogateescape"))
    )
    back.write_bytes(forged)
    report = examine(audited.bundle, [back])
    assert ("covers none" in report.boundary, report.conflicts) == (True, [])


def test_every_letter_carries_the_checkpoint_that_covers_its_event(
    audited: Audited, tmp_path: Path
) -> None:
    """All of them, each by itself: nothing was ever mailed that is not in the trail."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for n, (letter, _) in enumerate(audited.kept):
        (folder / f"{n}.eml").write_bytes(letter)
    report = examine(audited.bundle, [folder])
    told = next(each for each in report.checked if each.startswith("Signed roots"))
    assert f"of letters: {len(audited.kept)}," in told


def test_receipts_in_letters_prove_themselves(audited: Audited, tmp_path: Path) -> None:
    receipts = [letter for letter, _ in audited.kept if b"receipt.tlog-proof" in letter]
    back = tmp_path / "receipt.eml"
    back.write_bytes(receipts[-1])
    report = examine(audited.bundle, [back])
    told = next(each for each in report.checked if each.startswith("Signed roots"))
    assert "of receipts: 0," not in told

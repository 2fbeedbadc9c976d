"""Letters and receipts that practices kept, against the bundle."""

import base64
from collections.abc import Callable
from email import message_from_bytes
from email import policy as mail_policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from auditor.verify import examine
from tests.auditor import judging, stories
from tests.auditor.judging import judged
from tests.auditor.trails import (
    ORIGIN,
    Leaf,
    Signer,
    Trail,
    checkpoint,
    footer,
    path_to,
    plain,
    sha,
)

told = judging.told


# --- letters


def test_a_letter_of_another_history_is_a_conflict_and_both_notes_are_told(
    told: Trail, tmp_path: Path
) -> None:
    other = [*told.hashes()[:50], sha(b"something else")]
    report = judged(told, tmp_path, footer(other))

    assert report.exit == 4
    assert report.conflicts == [(checkpoint(other), checkpoint(told.hashes()))]
    assert checkpoint(other) in report.as_text()
    assert checkpoint(told.hashes()) in report.as_text()


def test_a_rewritten_and_newly_signed_trail_is_caught_by_one_letter(
    told: Trail, tmp_path: Path
) -> None:
    letter = footer(told.hashes())
    forged = stories.vote()
    forged.find("comment.received").secrets["text"] = "We are all for it."

    assert judged(forged, tmp_path).exit == 3
    assert judged(forged, tmp_path, letter).exit == 4


def test_a_footer_with_a_false_signature_is_no_evidence(told: Trail, tmp_path: Path) -> None:
    letter = footer([sha(b"x")])
    spot = letter.index("sig2 ") + 5
    letter = letter[:spot] + ("0" if letter[spot] != "0" else "1") + letter[spot + 1 :]
    report = judged(told, tmp_path, letter)

    assert report.exit == 3
    assert "signature is false" in " ".join(report.unchecked)


def test_a_footer_under_an_unknown_key_is_listed_and_proves_nothing(
    told: Trail, tmp_path: Path
) -> None:
    report = judged(told, tmp_path, footer(told.hashes(), Signer(9)))

    assert report.exit == 3
    assert "key that this trail never had" in " ".join(report.unchecked)
    assert "do not rely on it" in report.as_text()


def test_a_letter_without_a_footer_is_listed(told: Trail, tmp_path: Path) -> None:
    report = judged(told, tmp_path, footer(told.hashes()), "Subject: lunch\n\nAt noon?\n")

    assert report.exit == 3
    assert "no trail footer" in " ".join(report.unchecked)


def test_a_letter_newer_than_the_bundle_is_listed(told: Trail, tmp_path: Path) -> None:
    report = judged(told, tmp_path, footer([*told.hashes(), sha(b"later")]))

    assert report.exit == 3
    assert "newer bundle" in " ".join(report.unchecked)


def test_a_bundle_shorter_than_a_checkpoint_kept_from_earlier_is_a_conflict(
    told: Trail, tmp_path: Path
) -> None:
    since = tmp_path / "since"
    since.write_text(checkpoint([*told.hashes(), sha(b"later")]))
    assert judged(told, tmp_path, since=since).exit == 4
    since.write_text(checkpoint(told.hashes()[:30]))
    assert judged(told, tmp_path, footer(told.hashes()), since=since).exit == 0


def test_the_boundary_of_outside_evidence_is_told(told: Trail, tmp_path: Path) -> None:
    hashes = told.hashes()
    outcome = told.leaves.index(told.find("outcome.declared"))
    assert judged(told, tmp_path, footer(hashes)).exit == 0
    report = judged(told, tmp_path, footer(hashes[: outcome + 1]))
    assert report.exit == 3
    assert f"to leaf {outcome}; the {len(hashes) - outcome - 1} leaves" in report.boundary
    early = judged(told, tmp_path, footer(hashes[:outcome]))
    assert early.exit == 3
    assert f"(leaf {outcome})" in " ".join(early.unchecked)


def message(body: str, how: str = "quoted-printable", kind: str = "plain") -> EmailMessage:
    mail = EmailMessage(policy=mail_policy.SMTP)
    mail["Subject"] = "Outcome"
    mail.set_content("Café. " + "x" * 990 + "\n" + body, subtype=kind, cte=how)
    return mail


def forwarded(mail: EmailMessage, *, coded: bool = False) -> bytes:
    outer = EmailMessage(policy=mail_policy.SMTP)
    outer.set_content("See below.")
    if coded:
        outer.add_attachment(
            bytes(mail), maintype="application", subtype="octet-stream", filename="a.eml")  # fmt: skip
    else:
        outer.add_attachment(mail)
    return bytes(outer)


def as_html(body: str, end: str = "<br>") -> str:
    told = body.replace("&", "&amp;").replace("  ", "&nbsp; ").replace("\n", f"{end}\n")
    return f"<html><body><p>Hello</p><pre>{told}</pre></body></html>"


def as_alternative(body: str) -> bytes:
    mail = message("no footer here")
    mail.add_alternative(as_html(body), subtype="html", cte="base64")
    return bytes(mail)


CARRIED: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "CRLF": lambda f: f.replace("\n", "\r\n").encode(),
    "quoted-printable": lambda f: bytes(message(f)),
    "base64": lambda f: bytes(message(f, "base64")),
    "8bit": lambda f: bytes(message(f, "8bit")),
    "UTF-16": lambda f: (
        b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(f.encode("utf-16"))),
    "in a reply": lambda f: bytes(message("> " + f.replace("\n", "\n> "))),
    "in a reply to a reply": lambda f: bytes(message(">> " + f.replace("\n", "\n> > "))),
    "indented": lambda f: bytes(message("    " + f.replace("\n", "\n\t"))),
    "wrapped at 60": lambda f: bytes(
        message("\n".join(line[a : a + 60] for line in f.split("\n") for a in range(0, 70, 60)))),
    "wrapped in a reply": lambda f: bytes(
        message("\n> ".join(line[a : a + 50] for line in f.split("\n") for a in range(0, 70, 50)))),
    "upper case": lambda f: bytes(message(f.replace("root ", "Root ").replace("key ", "Key "))),
    "a link made of the origin": lambda f: bytes(
        message(f.replace(ORIGIN, f"{ORIGIN}<https://{ORIGIN}>"))),
    "HTML": lambda f: bytes(message(as_html(f), kind="html")),
    "HTML with lines of their own": lambda f: bytes(
        message(as_html(f, "</div><div>"), "base64", "html")),
    "HTML beside text": as_alternative,
    "non-breaking spaces": lambda f: bytes(message(f.replace(" ", "\u00a0"))),
    "attached to a mail": lambda f: forwarded(message(f)),
    "attached twice over": lambda f: forwarded(
        message_from_bytes(forwarded(message(f)), policy=mail_policy.SMTP)),
    "attached as a file": lambda f: forwarded(message(f, "base64"), coded=True),
    "with more below it": lambda f: bytes(message(f + "\n-- \nThis message may be read by robots.")),
}  # fmt: skip


@pytest.mark.parametrize("way", CARRIED)
def test_a_footer_is_found_whichever_way_it_came(way: str, told: Trail, tmp_path: Path) -> None:
    letter = tmp_path / "a.eml"
    letter.write_bytes(CARRIED[way](footer(told.hashes())))

    report = examine(told.bundle(tmp_path / "b.zip"), [letter])

    assert (report.exit, report.unchecked, report.faults) == (0, [], [])


def test_a_folder_of_letters_is_read_whole(told: Trail, tmp_path: Path) -> None:
    inner = tmp_path / "letters" / "D-1"
    inner.mkdir(parents=True)
    for size in (20, 40, len(told.leaves)):
        (inner / f"{size}.eml").write_text(footer(told.hashes()[:size]))
    report = examine(told.bundle(tmp_path / "b.zip"), [tmp_path / "letters"])

    assert report.exit == 0
    assert "of letters: 3," in " ".join(report.checked)


# --- receipts


def receipt(t: Trail, leaf: Leaf, size: int, **row: object) -> bytes:
    rows, opened, _ = t.numbered()
    hashes, n = t.hashes()[:size], t.leaves.index(leaf)
    shown = [{**one, **row} for one in opened if one["n"] == n]
    extra = plain({"leaf": rows[n].decode(), "openings": shown})
    path = "".join(base64.b64encode(h).decode() + "\n" for h in path_to(n, hashes))
    head = f"c2sp.org/tlog-proof@v1\nextra {base64.b64encode(extra).decode()}\nindex {n}\n"
    return f"{head}{path}\n{checkpoint(hashes)}".encode()


def test_a_receipt_bears_the_bundle_out(told: Trail, tmp_path: Path) -> None:
    path = tmp_path / "receipt.tlog-proof"
    path.write_bytes(receipt(told, told.find("vote.cast"), len(told.leaves)))
    assert examine(told.bundle(tmp_path / "b.zip"), kept=[path]).exit == 0


def test_a_receipt_attached_to_a_letter_is_read(told: Trail, tmp_path: Path) -> None:
    mail, data = message("No footer."), receipt(told, told.find("vote.cast"), 70)
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="receipt.x")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    report = examine(told.bundle(tmp_path / "b.zip"), [tmp_path / "a.eml"])
    assert "of receipts: 1," in " ".join(report.checked)


def test_a_receipt_that_opens_to_another_choice_is_named(told: Trail, tmp_path: Path) -> None:
    path = tmp_path / "receipt.tlog-proof"
    path.write_bytes(receipt(told, told.find("vote.cast"), len(told.leaves), value="abstain"))
    report = examine(told.bundle(tmp_path / "b.zip"), kept=[path])
    assert report.exit == 3
    assert "do not hold" in " ".join(report.unchecked)


def test_a_receipt_for_a_vote_that_the_bundle_lacks_is_a_conflict(
    told: Trail, tmp_path: Path
) -> None:
    path = tmp_path / "receipt.tlog-proof"
    path.write_bytes(receipt(told, told.find("vote.cast", 2), len(told.leaves)))
    forged = stories.vote()
    forged.find("vote.cast", 2).secrets["choice"] = "for"
    report = examine(forged.bundle(tmp_path / "b.zip"), kept=[path])
    assert report.exit == 4

"""What contradicts itself is 1, what a signed witness contradicts is 4, and nothing is a traceback."""

import base64
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email import policy as mail_policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from auditor import verify
from auditor.verify import Report, examine, main
from tests.auditor import stories
from tests.auditor.trails import (
    LOG,
    ORIGIN,
    Leaf,
    Signer,
    Trail,
    checkpoint,
    footer,
    path_to,
    plain,
    sha,
    zipped,
)

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def told() -> Trail:
    return stories.vote()


def judged(t: Trail, tmp_path: Path, *letters: str, **more: object) -> Report:
    paths = []
    for n, letter in enumerate(letters):
        paths.append(tmp_path / f"{n}.eml")
        paths[-1].write_bytes(letter.encode())
    return examine(t.bundle(tmp_path / "b.zip"), paths, **more)


def lines(
    change: Callable[[list[bytes]], list[bytes]], name: str = "leaves.jsonl"
) -> Callable[[Members], None]:
    def edit(members: Members) -> None:
        members[name] = b"".join(row + b"\n" for row in change(members[name].split(b"\n")[:-1]))

    return edit


def resigned(edit: Callable[[Members], None], signer: Signer = LOG) -> Callable[[Members], None]:
    """The edit, by somebody who has the key and signs the tree anew."""

    def both(members: Members) -> None:
        edit(members)
        hashes = [sha(b"\0" + line) for line in members["leaves.jsonl"].split(b"\n")[:-1]]
        members["checkpoint"] = checkpoint(hashes, signer).encode()
        members["scope.json"] = plain({**json.loads(members["scope.json"]), "size": len(hashes)})

    return both


def text(name: str, old: bytes, new: bytes) -> Callable[[Members], None]:
    def edit(members: Members) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return edit


def without(name: str) -> Callable[[Members], None]:
    def edit(members: Members) -> None:
        del members[name]

    return edit


def the_first(folder: str) -> Callable[[Members], None]:
    def edit(members: Members) -> None:
        name = next(name for name in members if name.startswith(folder))
        members[name] = members[name].replace(b"0", b"1", 1)

    return edit


def swap(rows: list[bytes]) -> list[bytes]:
    return [*rows[:40], rows[41], rows[40], *rows[42:]]


def salts(rows: list[bytes]) -> list[bytes]:
    one, two = json.loads(rows[0]), json.loads(rows[1])
    one["salt"], two["salt"] = two["salt"], one["salt"]
    return [plain(one), plain(two), *rows[2:]]


BROKEN: dict[str, Callable[[Members], None]] = {
    "a byte": text("leaves.jsonl", b"consulting", b"Consulting"),
    "a byte, signed anew, of no leaf's spelling": resigned(
        text("leaves.jsonl", b'"n":7', b'"n": 7')),
    "a leaf less": lines(lambda rows: rows[:40] + rows[41:]),
    "a leaf less, signed anew": resigned(lines(lambda rows: rows[:40] + rows[41:])),
    "a leaf twice": lines(lambda rows: [*rows[:40], rows[39], *rows[40:]]),
    "a leaf twice, signed anew": resigned(lines(lambda rows: [*rows[:40], rows[39], *rows[40:]])),
    "two leaves in each other's place": lines(swap),
    "the same, signed anew": resigned(lines(swap)),
    "the end cut off": lines(lambda rows: rows[:-1]),
    "an earlier time, signed anew": resigned(
        text("leaves.jsonl", b'"at":"2026-11-20T', b'"at":"2026-10-20T')),
    "a time that is none, signed anew": resigned(
        text("leaves.jsonl", b'"at":"2026-11-20T', b'"at":"2026-11-31T')),
    "another root": text("checkpoint", b"\n\n", b"x\n\n"),
    "a checkpoint by another key": resigned(lambda _: None, Signer(9)),
    "a policy of another key": text("policy", LOG.vkey.encode(), Signer(9).vkey.encode()),
    "a workflow": the_first("rules/"),
    "a calendar": the_first("calendar/"),
    "a roll": the_first("roll/"),
    "two openings swapped": lines(salts, "openings.jsonl"),
    "an opening of another value": text("openings.jsonl", b'"value":"for"', b'"value":"against"'),
    "an opening left out": lines(lambda rows: rows[1:], "openings.jsonl"),
    "openings out of order": lines(lambda rows: rows[::-1], "openings.jsonl"),
    "an opening twice": lines(lambda rows: [rows[0], *rows], "openings.jsonl"),
    "an opening of no leaf": lines(
        lambda rows: [*rows, plain({**json.loads(rows[-1]), "n": 99_999})], "openings.jsonl"),
    "opened and withheld": lines(
        lambda _: [plain({"field": "title", "n": 14, "role": "public"})], "withheld.jsonl"),
    "withheld, and there is no such thing": lines(
        lambda _: [plain({"field": "x", "n": 3, "role": "public"})], "withheld.jsonl"),
    "no leaves": without("leaves.jsonl"),
    "no checkpoint": without("checkpoint"),
    "a size that is not the checkpoint's": text("scope.json", b'"size":', b'"size":1'),
    "a line without an end": lambda m: m.update({"leaves.jsonl": m["leaves.jsonl"][:-1]}),
    "an empty line": text("leaves.jsonl", b"\n", b"\n\n"),
    "a line of two megabytes": lines(lambda rows: [*rows, b"x" * (1 << 21)]),
    "a name outside its folder": lambda m: m.update({"../evil": b"x"}),
    "an absolute name": lambda m: m.update({"/evil": b"x"}),
    "a trail that is opened twice": resigned(
        lines(lambda rows: [*rows, rows[0].replace(b'"n":0', b'"n":%d' % len(rows)).replace(
            b"11-02", b"11-20")])),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_changed_in_a_bundle_is_an_integrity_failure(
    name: str, told: Trail, tmp_path: Path
) -> None:
    members = told.members()
    BROKEN[name](members)
    report = examine(zipped(members, tmp_path / "b.zip"))

    assert report.exit == 1, (report.faults, report.unchecked)


def test_without_outside_evidence_nothing_is_called_proved(told: Trail, tmp_path: Path) -> None:
    report = judged(told, tmp_path)

    assert report.exit == 3
    assert "no outside evidence" in " ".join(report.unchecked)


def test_the_policy_in_the_bundle_is_no_outside_evidence(told: Trail, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_bytes(told.members()["policy"])

    assert judged(told, tmp_path, policy=policy).exit == 3


def test_witnesses_that_a_policy_names_are_outside_evidence(told: Trail, tmp_path: Path) -> None:
    witness = Signer(7, "witness.example/w", 4)
    policy = tmp_path / "policy"
    policy.write_text(f"log {LOG.vkey}\nwitness W {witness.vkey}\nquorum W\n")
    members = told.members()

    assert examine(zipped(members, tmp_path / "a.zip"), policy=policy).exit == 1
    members["checkpoint"] = checkpoint(told.hashes(), LOG, witness).encode()
    assert examine(zipped(members, tmp_path / "b.zip"), policy=policy).exit == 0


def test_a_trail_under_a_key_that_the_policy_does_not_trust_fails(
    told: Trail, tmp_path: Path
) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"log {Signer(9).vkey}\nquorum none\n")

    assert judged(told, tmp_path, policy=policy).exit == 1


# --- keys that were replaced


def rotated(*, how: str) -> Trail:
    """A trail whose key was replaced as its last leaf but one."""
    t = stories.called_in()
    new = t.signer = Signer(5)
    t.at("11-20 10:00")
    told = f"{ORIGIN}\nkey.rotated {len(t.leaves)}\n{new.vkey}\n".encode()
    signer = Signer(6) if how == "false" else LOG
    signature = base64.b64encode(LOG.id + signer.sign(told)).decode()
    body = {"was": LOG.vkey, "vkey": new.vkey, "signature": signature}
    if how == "lost":
        del body["signature"]
    if how != "silent":
        t.add("key.rotated", None, **body)
    t.add("clock.confirmed")
    return t


@pytest.mark.parametrize(("how", "code"), [("signed", 0), ("lost", 3), ("false", 1), ("silent", 1)])
def test_a_key_may_be_replaced_only_by_a_leaf(how: str, code: int, tmp_path: Path) -> None:
    t = rotated(how=how)
    letter = footer(t.hashes(), Signer(5))

    assert judged(t, tmp_path, letter).exit == (3 if how == "lost" else code)


def test_an_old_letter_still_counts_after_the_key_was_replaced(tmp_path: Path) -> None:
    t = rotated(how="signed")

    report = judged(t, tmp_path, footer(t.hashes()[:-3]))

    assert (report.faults, report.exit) == ([], 3)
    assert f"reaches to leaf {len(t.leaves) - 4};" in report.boundary


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
    assert examine(told.bundle(tmp_path / "b.zip"), receipts=[path]).exit == 0


def test_a_receipt_attached_to_a_letter_is_read(told: Trail, tmp_path: Path) -> None:
    mail, data = message("No footer."), receipt(told, told.find("vote.cast"), 70)
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="receipt.x")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    report = examine(told.bundle(tmp_path / "b.zip"), [tmp_path / "a.eml"])
    assert "of receipts: 1," in " ".join(report.checked)


def test_a_receipt_that_opens_to_another_choice_is_named(told: Trail, tmp_path: Path) -> None:
    path = tmp_path / "receipt.tlog-proof"
    path.write_bytes(receipt(told, told.find("vote.cast"), len(told.leaves), value="abstain"))
    report = examine(told.bundle(tmp_path / "b.zip"), receipts=[path])
    assert report.exit == 3
    assert "do not hold" in " ".join(report.unchecked)


def test_a_receipt_for_a_vote_that_the_bundle_lacks_is_a_conflict(
    told: Trail, tmp_path: Path
) -> None:
    path = tmp_path / "receipt.tlog-proof"
    path.write_bytes(receipt(told, told.find("vote.cast", 2), len(told.leaves)))
    forged = stories.vote()
    forged.find("vote.cast", 2).secrets["choice"] = "for"
    report = examine(forged.bundle(tmp_path / "b.zip"), receipts=[path])
    assert report.exit == 4


# --- erasure


def test_what_was_erased_is_accounted_for_by_its_leaf(tmp_path: Path) -> None:
    t = stories.called_in()
    erased = t.find("comment.received")
    t.at("11-21 10:00")
    t.add("erasure.performed", n=erased, field="text", basis="asked", also=[])
    members = t.members()
    n = t.leaves.index(erased)
    letter = tmp_path / "a.eml"
    letter.write_text(footer(t.hashes()))
    assert examine(zipped(members, tmp_path / "b.zip"), [letter]).exit == 1
    rows = members["openings.jsonl"].split(b"\n")[:-1]
    kept = [r for r in rows if (json.loads(r)["n"], json.loads(r)["field"]) != (n, "text")]
    members["openings.jsonl"] = b"".join(row + b"\n" for row in kept)
    report = examine(zipped(members, tmp_path / "b.zip"), [letter])
    assert (report.exit, report.faults) == (0, [])


# --- the zip, and what is no bundle at all


def test_two_members_of_one_name_are_refused(told: Trail, tmp_path: Path) -> None:
    path = told.bundle(tmp_path / "b.zip")
    with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("leaves.jsonl", b"x\n")
    assert examine(path).exit == 1


def test_a_bomb_is_refused_before_it_is_unpacked(told: Trail, tmp_path: Path) -> None:
    members = {**told.members(), "mail-index.jsonl": b"x" * (1 << 25)}
    assert examine(zipped(members, tmp_path / "b.zip", zipfile.ZIP_DEFLATED)).exit == 1


def test_a_bundle_that_somebody_packed_again_is_read(told: Trail, tmp_path: Path) -> None:
    path = zipped(told.members(), tmp_path / "b.zip", zipfile.ZIP_DEFLATED)
    assert examine(path).exit == 3


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_cannot_be_checked(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    assert examine(path).exit in {1, 5}
    assert examine(tmp_path / "none.zip").exit == 5


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(some.data())
def test_no_damage_to_a_bundle_is_called_proved(
    told: Trail, tmp_path_factory: pytest.TempPathFactory, data: some.DataObject
) -> None:
    members = told.members()
    name = data.draw(some.sampled_from([n for n in members if n != "README"]))
    was = members[name] = members[name] or b"\n"
    spot = data.draw(some.integers(0, len(was)))
    end = data.draw(some.integers(spot, min(len(was), spot + 40)))
    members[name] = was[:spot] + data.draw(some.binary(max_size=12)) + was[end:]
    path = zipped(members, tmp_path_factory.getbasetemp() / "damaged.zip")
    report = examine(path)
    if members[name] != was:
        assert report.exit in {1, 2, 3, 5}
        assert not any("unforeseen" in fault for fault in report.faults), report.faults
        assert report.exit != 0


def test_the_command_says_how_it_ended(
    told: Trail, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = told.bundle(tmp_path / "b.zip")
    letter = tmp_path / "a.eml"
    letter.write_text(footer(told.hashes()))
    assert main([str(path), "--mail", str(letter), "--json"]) == 0
    told_ = json.loads(capfdbinary.readouterr().out)
    assert {"result", "exit", "checked", "unchecked", "faults"} <= set(told_)
    assert main([str(path)]) == 3
    assert b"exit code 3" in capfdbinary.readouterr().out
    assert main([]) == 5
    assert main(["--help"]) == 0


def test_it_runs_alone_without_this_program_and_writes_nothing(told: Trail, tmp_path: Path) -> None:
    path = told.bundle(tmp_path / "b.zip")
    before = sorted(tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-I", "-B", verify.__file__, str(path)], cwd=tmp_path, check=False,
        capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, b"")
    assert sorted(tmp_path.iterdir()) == before

"""What contradicts itself is 1, what a signed witness contradicts is 4, and nothing is a traceback."""

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from auditor import verify
from auditor.verify import examine, main
from tests.auditor import judging, stories
from tests.auditor.judging import judged
from tests.auditor.trails import (
    LOG,
    ORIGIN,
    Signer,
    Trail,
    checkpoint,
    footer,
    plain,
    sha,
    zipped,
)

told = judging.told


Members = dict[str, bytes]


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


@pytest.mark.parametrize("name", ["verify.py", "further.py"])
def test_it_runs_alone_without_this_program_and_writes_nothing(
    name: str, told: Trail, tmp_path: Path
) -> None:
    for file in ("verify.py", "further.py"):
        shutil.copy(Path(verify.__file__).with_name(file), tmp_path)
    path = told.bundle(tmp_path / "b.zip")
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / name), str(path)], cwd=tmp_path, check=False,
        capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, b"")
    assert sorted(tmp_path.rglob("*")) == before

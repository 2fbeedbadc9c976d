"""Hashes, signatures, proofs, notes and policies: public vectors, and what is close to them."""

import ast
import base64
import contextlib
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as some

from auditor import further, verify
from tests.auditor.trails import (
    LOG,
    ORIGIN,
    Signer,
    checkpoint,
    footer,
    sha,
)

FILES = [Path(verify.__file__), Path(further.__file__)]
LEAVES = (
    b'{"at":"2026-11-22T09:00:00.000000Z","body":{"origin":"ccg.example.nhs.uk/trail"},"n":0,'
    b'"type":"trail.opened","v":1}',
    b'{"at":"2026-11-22T09:00:01.000000Z","body":{"decision":"D-2026-0001","title":"c1:659faafcd26'
    b'68c1b5999ea204aad861d8096ddfbf988147d8e0cc62635d0e9d7"},"n":1,"type":"decision.opened","v":1}',
    b'{"at":"2026-11-22T09:05:00.000000Z","body":{"choice":"c1:7ce9fc9eb12fe58f1133b84ecf4c8ac23090'
    b'30279b18d9adae294c733f7fb29f","decision":"D-2026-0001","practice":"P81001"},"n":2,'
    b'"type":"vote.cast","v":1}',
)
HASHES = (
    "7e5b94234fa70d639c87d32e58aa0bb54c79437931af75a55b9d0c2aabe5acf6",
    "e5c2f1bb61d8d78098866b2795b2d20f2d5a0c70db822d5ec1b5f91bd7710359",
    "7e7a3d9c49b497175ef0700b01c9f76478790d1cbb2df84e99c6aee1b003ee80",
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "7e5b94234fa70d639c87d32e58aa0bb54c79437931af75a55b9d0c2aabe5acf6",
    "6de5f0770bf766d6715ff39c242e6a2503595bcec3e4c0304fed96348bfb4a6a",
    "59d7503f9a0db2d6cbda230056e61eababb8f881ecdfea24b5b22f627555ab67",
)
VKEY = "ccg.example.nhs.uk/trail+ec5df9c6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
SIGNED = (
    "— ccg.example.nhs.uk/trail 7F35xoRkvpLkqM2Hxw+28kucViQmQzxLSo6ZTAuItwLvzG+9xd4V0qIJ9aCrth8gjGqw"
    "uygfGTS9e9yJGAM+U9O4lQ8=\n"
)
NOTES = {
    "C2SP": (
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
        "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
    ),
    "Go": (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "If you think cryptography is the answer to your problem,\nthen you don't know what your "
        "problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZS"
        "NXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
    ),
}


def test_the_published_leaves_hash_as_published() -> None:
    assert [verify.leaf_hash(leaf).hex() for leaf in LEAVES] == list(HASHES)


@pytest.mark.parametrize("size", range(4))
def test_the_published_roots_come_out(size: int) -> None:
    tree = verify.Tree()
    for leaf in LEAVES[:size]:
        tree.add(verify.leaf_hash(leaf))
    assert tree.root().hex() == ROOTS[size]


def test_the_published_commitments_open() -> None:
    title, choice = (verify.parse(leaf)["body"] for leaf in LEAVES[1:])
    assert verify.commitment("00" * 32, "Café scheme") == title["title"]
    assert verify.commitment("01" * 32, "yes") == choice["choice"]


def test_the_published_checkpoint_is_signed_by_the_published_key() -> None:
    root = base64.b64encode(bytes.fromhex(ROOTS[3])).decode()
    note = verify.Note.read(f"{ORIGIN}\n3\n{root}\n\n{SIGNED}".encode())
    assert note.signed_by(verify.Key.read(VKEY))


@pytest.mark.parametrize("who", NOTES)
def test_a_signed_note_of_other_peoples_verifies(who: str) -> None:
    vkey, note = NOTES[who]
    assert verify.Note.read(note.encode()).signed_by(verify.Key.read(vkey))


@pytest.mark.parametrize("who", NOTES)
def test_a_note_with_one_letter_changed_does_not_verify(who: str) -> None:
    vkey, note = NOTES[who]
    changed = note.replace("e", "a", 1)
    assert not verify.Note.read(changed.encode()).signed_by(verify.Key.read(vkey))


def test_two_hundred_signatures_are_judged_as_another_library_judges_them() -> None:
    for n in range(200):
        key = Ed25519PrivateKey.from_private_bytes(sha(bytes([n])))
        public, message = key.public_key().public_bytes_raw(), sha(b"m" + bytes([n])) * (n % 5)
        good = key.sign(message)
        bad = bytearray(good)
        bad[n % 64] ^= 1 << n % 8
        assert verify.verified(public, message, good)
        assert not verify.verified(public, message, bytes(bad))
        assert not verify.verified(public, message + b"x", good)


def test_a_signature_with_the_order_added_to_s_is_refused() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    good = key.sign(b"x")
    s = int.from_bytes(good[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    twin = good[:32] + s.to_bytes(32, "little")
    assert not verify.verified(key.public_key().public_bytes_raw(), b"x", twin)


@pytest.mark.parametrize("y", [2**255 - 19, 2**255 - 18, 2**255 - 1, 1 | 1 << 255])
def test_a_key_that_is_not_written_as_a_point_is_refused(y: int) -> None:
    assert not verify.verified(y.to_bytes(32, "little"), b"x", bytes(64))


def test_a_cosignature_counts_and_one_of_another_time_does_not() -> None:
    witness = Signer(7, "witness.example/w", 4)
    note = verify.Note.read(checkpoint([sha(b"a")], LOG, witness).encode())
    key = verify.Key.read(witness.vkey)
    assert note.signed_by(key)
    name, id_, raw = note.lines[1]
    later = (note.lines[0], (name, id_, bytes(8) + raw[8:]))
    assert not note._replace(lines=later).signed_by(key)


KEYS = [Signer(n, f"witness.example/{n}", 4) for n in range(1, 6)]
POLICY = "\n".join(
    [
        "# ours", f"log {LOG.vkey} https://x.example/", "",
        *(f"\twitness W{n} {key.vkey}  " for n, key in enumerate(KEYS)),
        "group two 2 W0 W1 W2", "group one any W3 W4", "group both all two one", "quorum both", "",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("signers", "enough"),
    [([0, 1, 3], True), ([0, 2, 4], True), ([0, 1, 2], False), ([0, 3, 4], False), ([], False)],
)
def test_a_policy_is_reached_by_groups_of_groups(signers: list[int], *, enough: bool) -> None:
    note = verify.Note.read(checkpoint([sha(b"a")], LOG, *(KEYS[n] for n in signers)).encode())
    assert verify.Policy(POLICY.encode()).reached(note) is enough


def test_one_witness_that_signs_twice_counts_once() -> None:
    note = verify.Note.read(checkpoint([sha(b"a")], LOG, KEYS[0], KEYS[0], KEYS[3]).encode())
    assert not verify.Policy(POLICY.encode()).reached(note)


@pytest.mark.parametrize(
    "line",
    ["quorum none", "group x 3 W0 W1", "group x any W9", "group x any W0", "witness none " + KEYS[0].vkey,
     "witness Y " + KEYS[0].vkey, "log " + LOG.vkey, "witness Y " + LOG.vkey, "wood", "group x 0 one",
     "log x", "quorum"],
)  # fmt: skip
def test_a_policy_with_a_line_that_may_not_be_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        verify.Policy((POLICY + line + "\n").encode())


@pytest.mark.parametrize(
    "text",
    [b'{"a":1, "b":2}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":NaN}',
     b'{"a":9007199254740993}', '{"a":"e\u0301"}'.encode(), '{"é":1}'.encode(), b'{"a":"\\u0041"}',
     b'{"a":-0}', b"[" * 100_000, b'{"a":"\\ud800"}', b'{"a":"\xff"}', b"", b"\xef\xbb\xbf{}"],
)  # fmt: skip
def test_what_is_not_canonical_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        verify.parse(text)


@settings(deadline=None)
@given(some.binary(max_size=300))
def test_no_bytes_make_a_reader_fail_but_with_a_sentence(data: bytes) -> None:
    seeds = (b"", b"c2sp.org/tlog-proof@v1\n", b"log ", checkpoint([sha(b"a")]).encode())
    for seed in seeds:
        for read in (verify.Note.read, verify.Checkpoint.read, verify.Proof.read, verify.Policy):
            with contextlib.suppress(ValueError):
                read(seed + data)
        verify.read_mail(seed + data)


@settings(deadline=None)
@given(some.text(max_size=200), some.integers(0, 400))
def test_no_change_to_a_footer_makes_it_another_that_verifies(noise: str, spot: int) -> None:
    text, key = footer([sha(b"a")]), verify.Key.read(LOG.vkey)
    for found in verify.footers(text[:spot] + noise + text[spot:]):
        if found.note.signed_by(key):
            assert found.note.text == f"{ORIGIN}\n1\n{base64.b64encode(sha(b'a')).decode()}\n"


@pytest.mark.parametrize("file", FILES)
def test_the_file_is_of_python_3_9_and_of_the_standard_library(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    names = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }  # fmt: skip
    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "__future__"}

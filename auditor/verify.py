"""Checks an audit bundle without trusting whoever made it. One file, Python 3.9 or newer, no more.

It reads and never writes, asks no network, and is a second reading of the published rules: it
shares no line with the program that runs the decisions.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import html
import io
import json
import os
import re
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter, deque
from datetime import date, datetime, timedelta
from email import message_from_bytes
from typing import Any, NamedTuple

HELP = """\
What this is for: somebody hands you a bundle (a .zip) and says "this is what was decided, and how".
Take this file from a second channel (its SHA-256 stands in the minutes), not from the bundle.

  python3 verify.py bundle.zip
      Does the bundle agree with itself, and was every rule kept? Never ends better than 3, since
      whoever holds the key could have made another bundle that agrees with itself as well.
  python3 verify.py bundle.zip --mail letters/
      Letters that practices kept (.eml) are witnesses: the last lines of each hold a signed root.
      Collect them from practices, by lot, and not from the secretariat.
  python3 verify.py bundle.zip --receipt receipt.tlog-proof --since last-year.checkpoint
  python3 verify.py bundle.zip --policy our-policy.txt
      Keys you trust, and how many witnesses must have signed (C2SP tlog-policy).

How it ends (of several, the first in this order: 1, 4, 2, 5, 3):
  0  all proved
  1  the bundle contradicts itself: it was changed, or is not whole
  2  a rule was not kept; the leaf is named, and what it should have been
  3  proved but for what is listed as not checked
  4  a letter, receipt or older checkpoint with a valid signature says otherwise: both are printed
  5  it could not be run
"""
TREE_LEAF, TREE_NODE, COMMIT = b"\0", b"\1", b"ccg-trail/commit/v1\n"
LINE_LIMIT, FILE_LIMIT, BUNDLE_LIMIT, MAIL_LIMIT = 1 << 20, 1 << 24, 1 << 34, 1 << 25
TOLD = 100  # faults and notes of one kind told in full
ORDER = (1, 4, 2, 5)
Json = dict[str, Any]
VERDICTS = {
    0: "All proved: the bundle is whole, every rule was kept, and outside evidence bears it out.",
    1: "NOT TO BE RELIED ON: the bundle contradicts itself.",
    2: "A RULE WAS NOT KEPT. The bundle is whole, and what it tells breaks its own rules.",
    3: "No fault was found, but not everything could be checked: see the list.",
    4: "TWO HISTORIES: a signed witness contradicts the bundle. Keep both notes: they are proof.",
    5: "The check could not be run.",
}


class CannotRunError(Exception):
    """There is nothing to check: no such file, not a zip."""


class BrokenError(Exception):
    """The bundle is not what a bundle must be."""


class Report:
    """What was checked, what was not, and what is wrong."""

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.unchecked: list[str] = []
        self.faults: list[str] = []
        self.conflicts: list[tuple[str, str]] = []
        self.boundary = ""
        self._codes: Counter[int] = Counter()

    def fault(self, code: int, words: str) -> None:
        """Say what is wrong; only the first of very many are kept."""
        self._codes[code] += 1
        if self._codes[code] <= TOLD:
            self.faults.append(words)
        elif self._codes[code] == TOLD + 1:
            self.faults.append("There are more faults of this kind, which are not listed.")

    def note(self, words: str) -> None:
        """Say what was not checked, once."""
        if words not in self.unchecked and len(self.unchecked) < 10 * TOLD:
            self.unchecked.append(words)

    @property
    def exit(self) -> int:
        """The exit code: the gravest thing that was found."""
        return next((code for code in ORDER if self._codes[code]), 3 if self.unchecked else 0)

    @property
    def result(self) -> str:
        """The verdict in words."""
        return VERDICTS[self.exit]

    def as_json(self) -> Json:
        """The report as `--json` prints it."""
        keys = ("result", "exit", "checked", "unchecked", "faults", "boundary", "conflicts")
        return {key: getattr(self, key) for key in keys}

    def as_text(self) -> str:
        """The report for people."""
        parts = [("Checked", self.checked), ("Not checked", self.unchecked), ("Wrong", self.faults)]
        lines = []
        for title, told in parts:
            lines += [f"{title}:", *(f"  - {words}" for words in told or ["nothing"]), ""]
        for witness, ours in self.conflicts:
            lines += ["The witness's note:", witness, "The bundle's note:", ours]
        return "\n".join([*lines, self.boundary, f"{self.result} (exit code {self.exit})"])


# --- canonical JSON and commitments ---------------------------------------------------------------


def canonical(value: object) -> bytes:
    """The one spelling of a value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def parse(data: bytes) -> Any:  # noqa: ANN401 - JSON is of any type
    """The value that these bytes are the canonical JSON of; ValueError if they are not."""
    try:
        text = data.decode()
        value = _DECODER.decode(text)
        if canonical(value) != data:  # doubled keys, spaces, other orders and escapes all differ
            raise ValueError("not canonical")
        if not data.isascii() and not (
            unicodedata.is_normalized("NFC", text) and _ascii_keys(value)
        ):
            raise ValueError("text not in normal form C, or a key that is not ASCII")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > 1 << 53:
        raise ValueError("a number beyond 2^53")
    return int(digits)


def _no_fraction(digits: str) -> float:
    raise ValueError(f"not a whole number: {digits[:20]}")


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_no_fraction, parse_constant=_no_fraction)


def _ascii_keys(value: object) -> bool:
    if isinstance(value, dict):
        return all(key.isascii() and _ascii_keys(inner) for key, inner in value.items())
    return not isinstance(value, list) or all(map(_ascii_keys, value))


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def commitment(salt: str, value: object) -> str:
    """What stands in a leaf for a value."""
    if not re.fullmatch("[0-9a-f]{64}", salt):
        raise ValueError("a salt is 64 hex digits")
    return "c1:" + sha256(COMMIT + bytes.fromhex(salt) + canonical(value)).hex()


# --- the tree (RFC 6962; proofs as RFC 9162 2.1.3.2 and 2.1.4.2 check them) ------------------------


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(TREE_LEAF + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(TREE_NODE + left + right)


class Tree:
    """The right edge of a growing tree."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        at = self.size
        while at & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            at >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self._peaks:
            return sha256(b"")
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf's hash at this index of the tree of this size and root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(hash_, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(first: int, second: int, proof: list[bytes], old: bytes, new: bytes) -> bool:
    """Whether the proof shows that the tree of size `first` is the beginning of the other."""
    if not 0 < first <= second or (first == second or not proof):
        return 0 < first == second and not proof and old == new
    path = [old, *proof] if first & (first - 1) == 0 else list(proof)
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = node_hash(hash_, was), node_hash(hash_, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old and now == new


# --- Ed25519 (RFC 8032), for checking only --------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Point = tuple[int, int, int, int]


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(data: bytes) -> _Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over this message (cofactorless; S below L)."""
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or key is None or s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % _L
    minus = (_P - key[0], key[1], 1, _P - key[3])
    both, total = _add(_BASE, minus), (0, 1, 1, 0)
    for bit in range(252, -1, -1):  # s*B - k*A, both at once
        total = _add(total, total)
        if s >> bit & 1:
            total = _add(total, both if k >> bit & 1 else _BASE)
        elif k >> bit & 1:
            total = _add(total, minus)
    inverse = pow(total[2], _P - 2, _P)
    x, y = total[0] * inverse % _P, total[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- keys, notes, checkpoints, proofs and policies (C2SP) -----------------------------------------


def unbase64(text: str) -> bytes:
    """Strict base64; ValueError for anything else."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not strict base64")
    return data


class Key(NamedTuple):
    """A verifier key: `name+hash+base64(kind || public key)`; kind 1 signs notes, 4 cosigns."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        """Read a verifier key; ValueError says what it is not."""
        name, hash_, rest = (text.split("+", 2) + ["", ""])[:3]
        data = unbase64(rest)
        if not name or re.search(r"\s", name) or len(data) != 33 or data[0] not in {1, 4}:
            raise ValueError("not a verifier key")
        id_ = sha256(name.encode() + b"\n" + data)[:4]
        if id_.hex() != hash_:
            raise ValueError("the verifier key's hash is not its own")
        return cls(name, id_, data[0], data[1:])


class Note(NamedTuple):
    """A signed note: its text, and (name, key id, signature) of each line under it."""

    text: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def read(cls, data: bytes) -> Note:
        """Read a signed note; ValueError says what it is not."""
        whole = data.decode()
        cut = whole.rfind("\n\n")
        if len(data) > LINE_LIMIT or cut < 0 or re.search(r"[\x00-\x09\x0b-\x1f]", whole):
            raise ValueError("not a signed note")
        lines, signed = [], whole[cut + 2 :]
        if not signed.endswith("\n") or signed.count("\n") > 100:
            raise ValueError("not a signed note: its signatures")
        for line in signed[:-1].split("\n"):
            found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)", line)
            raw = unbase64(found[2]) if found else b""
            if found is None or len(raw) < 5:
                raise ValueError("not a signature line")
            lines.append((found[1], raw[:4], raw[4:]))
        return cls(whole[: cut + 1], tuple(lines))

    def __str__(self) -> str:
        told = (f"— {name} {base64.b64encode(i + s).decode()}\n" for name, i, s in self.lines)
        return f"{self.text}\n{''.join(told)}"

    def claims(self, key: Key) -> bool:
        """Whether a line says that it is this key's."""
        return any((name, id_) == (key.name, key.id) for name, id_, _ in self.lines)

    def signed_by(self, key: Key) -> bool:
        """Whether the key's own line verifies; a cosignature holds its time before it."""
        message = self.text.encode()
        for name, id_, signature in self.lines:
            if (name, id_) != (key.name, key.id):
                continue
            if key.kind == 1:
                return verified(key.public, message, signature)
            time = int.from_bytes(signature[:8], "big")
            if len(signature) == 72 and time < 1 << 63:
                header = f"cosignature/v1\ntime {time}\n".encode()
                return verified(key.public, header + message, signature[8:])
        return False


class Checkpoint(NamedTuple):
    """A signed root of the first `size` leaves."""

    origin: str
    size: int
    root: bytes
    note: Note

    @classmethod
    def read(cls, data: bytes) -> Checkpoint:
        """Read a checkpoint; ValueError says what it is not."""
        note = Note.read(data)
        lines = note.text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
            raise ValueError("not a checkpoint")
        root = unbase64(lines[2])
        if len(root) != 32 or "" in lines[3:-1]:
            raise ValueError("not a checkpoint: its root")
        return cls(lines[0], int(lines[1]), root, note)


class Proof(NamedTuple):
    """A receipt: a place in the trail, the way to the root, and what the leaf stands for."""

    index: int
    path: list[bytes]
    checkpoint: Checkpoint
    leaf: bytes | None
    openings: list[Json]

    @classmethod
    def read(cls, data: bytes) -> Proof:
        """Read a `tlog-proof@v1`; ValueError says what it is not."""
        head, _, note = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        lines = head.decode().split("\n")
        if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines:
            raise ValueError("not a tlog-proof@v1")
        extra = parse(unbase64(lines.pop(0)[6:])) if lines[0].startswith("extra ") else {}
        found = re.fullmatch("index (0|[1-9][0-9]{0,15})", lines.pop(0) if lines else "")
        path = [unbase64(line) for line in lines]
        leaf, openings = extra.get("leaf"), extra.get("openings", [])
        if not found or len(path) > 64 or any(len(hash_) != 32 for hash_ in path):
            raise ValueError("not a tlog-proof@v1: index or proof")
        if not isinstance(leaf, (str, type(None))) or not isinstance(openings, list):
            raise ValueError("not a receipt of this trail")
        bytes_ = None if leaf is None else leaf.encode()
        return cls(int(found[1]), path, Checkpoint.read(note), bytes_, openings)


class Policy:
    """Which keys an auditor trusts, and how many witnesses must have signed (tlog-policy)."""

    def __init__(self, data: bytes) -> None:
        if len(data) > LINE_LIMIT or re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
            raise ValueError("a control character, or too long")
        self.logs: list[Key] = []
        self._named: dict[str, Any] = {}
        self.quorum: str | None = None
        used: set[str] = set()
        for line in data.decode("utf-8", "surrogateescape").split("\n"):
            word, *rest = re.split("[ \t]+", line.strip(" \t"))
            if not word or word.startswith("#"):
                continue
            if word == "log" and len(rest) in {1, 2}:
                self.logs.append(Key.read(rest[0]))
            elif word == "witness" and len(rest) in {2, 3}:
                self._define(rest[0], Key.read(rest[1]))
            elif word == "group" and len(rest) > 2:
                members = rest[2:]
                need = {"any": "1", "all": str(len(members))}.get(rest[1], rest[1])
                fit = re.fullmatch("[1-9][0-9]{0,3}", need) and int(need) <= len(members)
                if not fit or used.intersection(members) or len(set(members)) < len(members):
                    raise ValueError("a group's threshold or members")
                if not all(name in self._named for name in members):
                    raise ValueError("a group of names that are not defined before it")
                used.update(members)
                self._define(rest[0], (int(need), members))
            elif word == "quorum" and len(rest) == 1 and self.quorum is None:
                self.quorum = rest[0]
                if self.quorum != "none" and self.quorum not in self._named:
                    raise ValueError("a quorum that is not defined before it")
            else:
                raise ValueError(f"not a line of a policy: {line[:60]!r}")
        witnesses = [k.public for k in self._named.values() if isinstance(k, Key)]
        logs = [key.public for key in self.logs]
        if self.quorum is None or len({*logs, *witnesses}) < len(logs) + len(witnesses):
            raise ValueError("no quorum, or one key twice")
        if any(key.kind != 1 for key in self.logs):
            raise ValueError("a log's key that only cosigns")

    def _define(self, name: str, what: Key | tuple[int, list[str]]) -> None:
        if name in self._named or name == "none" or (isinstance(what, Key) and what.kind != 4):
            raise ValueError(
                f"a name that is taken, or a witness's key that does not cosign: {name}"
            )
        self._named[name] = what

    def reached(self, note: Note, name: str | None = None) -> bool:
        """Whether enough witnesses cosigned the note."""
        name = name or self.quorum or ""
        if name == "none":
            return True
        what = self._named[name]
        if isinstance(what, Key):
            return note.signed_by(what)
        return sum(self.reached(note, member) for member in what[1]) >= what[0]


# --- letters --------------------------------------------------------------------------------------

_HEX = r"((?:[0-9a-f] ?){%d})"
_FOOT = re.compile(
    rf"\broot {_HEX % 64}[ ]?key {_HEX % 8}[ ]?sig1 {_HEX % 64}[ ]?sig2 {_HEX % 64}", re.IGNORECASE
)
_HEAD = re.compile(r"(\S{1,255}?)(?: ?<[^<>]{1,400}>)? ([1-9][0-9]{0,14}) $")


def footers(text: str) -> list[Checkpoint]:
    """Every checkpoint in a text, whatever a mail program did to the lines around it."""
    text = re.sub(r"(?m)^[\s>|]+", " ", text.replace("\u00a0", " ").replace("\u200b", ""))
    text = re.sub(r"\s+", " ", text)
    found = []
    for foot in _FOOT.finditer(text):
        head = _HEAD.search(text[max(0, foot.start() - 700) : foot.start()])
        if head is None:
            continue
        root, id_, one, two = (bytes.fromhex(part.replace(" ", "")) for part in foot.groups())
        told = f"{head[1]}\n{head[2]}\n{base64.b64encode(root).decode()}\n"
        note = Note(told, ((head[1], id_, one + two),))
        found.append(Checkpoint(head[1], int(head[2]), root, note))
    return found


def _texts(data: bytes, depth: int = 0) -> tuple[list[str], list[bytes]]:
    """The texts of a mail, those of mails within it too, and its attached receipts."""
    texts, receipts = [], []
    for part in message_from_bytes(data).walk():
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        body = part.get_payload(decode=True)
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)  # some programs attach a mail in base64, against the rules
            raw = str(getattr(inner, "get_payload", str)() or "")
            coded = str(part.get("content-transfer-encoding", "")).strip().lower() == "base64"
            body = base64.b64decode(raw) if coded else None
        if not isinstance(body, bytes):
            continue
        name = (part.get_filename() or "").lower()
        if body.startswith(b"c2sp.org/tlog-proof@"):
            receipts.append(body)
        elif depth < 5 and (name.endswith(".eml") or part.get_content_maintype() == "message"):
            more = _texts(body, depth + 1)
            texts, receipts = texts + more[0], receipts + more[1]
        elif part.get_content_maintype() == "text":
            wide = str(part.get_content_charset() or "").lower().startswith("utf-16")
            text = body.decode("utf-16" if wide else "utf-8", "replace")
            if part.get_content_subtype() == "html":
                text = html.unescape(re.sub(r"<[^>]{0,2000}>", " ", text.replace("&nbsp;", " ")))
            texts.append(text)
    return texts, receipts


def read_mail(data: bytes) -> tuple[list[Checkpoint], list[bytes]]:
    """The checkpoints in a letter's footers, and the receipts attached to it."""
    texts, receipts = _texts(data)
    texts.append(data.decode("utf-8", "replace"))  # a letter that was saved as plain text
    unique = {found.note: found for text in texts for found in footers(text)}
    return list(unique.values()), receipts


# --- the bundle -----------------------------------------------------------------------------------

_MEMBERS = re.compile(
    r"README|scope\.json|checkpoint|policy|verify\.py|(leaves|openings|withheld|mail-index)\.jsonl"
    r"|(rules|calendar|roll)/[0-9a-f]{64}\.json"
)
_NEEDED = ("scope.json", "checkpoint", "policy", "leaves.jsonl", "openings.jsonl", "withheld.jsonl")


class Bundle:
    """The members of the zip, each read within limits."""

    def __init__(self, path: str, report: Report) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise CannotRunError(f"{path} cannot be opened as a zip: {error}") from None
        members = self._zip.infolist()
        self.names = {member.filename for member in members}
        packed = sum(member.compress_size for member in members)
        if len(self.names) < len(members):
            raise BrokenError("The zip holds two members of one name.")
        if len(members) > 100_000 or packed > max(os.path.getsize(path), 1):
            raise BrokenError("The zip claims more than it can hold.")
        for member in members:
            name, large = member.filename, member.file_size
            if re.search(r"^[/\\]|\.\.|\\|:|[\x00-\x1f]", name):
                raise BrokenError(f"The zip holds a member outside its folder: {name!r}.")
            limit = BUNDLE_LIMIT if name.endswith(".jsonl") else FILE_LIMIT
            if large > limit or large > 300 * member.compress_size + 4096 or member.flag_bits & 1:
                raise BrokenError(f"{name} is larger than a bundle's may be, or encrypted.")
            if not _MEMBERS.fullmatch(name):
                report.note(f"{name[:80]!r} is no member of a bundle that this file knows.")
        missing = [name for name in _NEEDED if name not in self.names]
        if missing:
            raise BrokenError(f"The bundle has no {', '.join(missing)}.")

    def whole(self, name: str) -> bytes:
        """A small member's bytes."""
        with self._zip.open(name) as member:
            data = member.read(FILE_LIMIT + 1)
        if len(data) > FILE_LIMIT:
            raise BrokenError(f"{name} is larger than it says.")
        return data

    def lines(self, name: str) -> Any:  # noqa: ANN401 - a generator of bytes
        """A member's lines without their ends, one at a time."""
        if name not in self.names:
            return
        with self._zip.open(name) as member, io.BufferedReader(member, 1 << 18) as lines:
            number = 0
            while line := lines.readline(LINE_LIMIT):
                number += 1
                if line[-1:] != b"\n" or len(line) == 1:
                    raise BrokenError(f"{name}: line {number} is empty, too long, or has no end.")
                yield line[:-1]

    def published(self, folder: str, digest: object) -> Any:  # noqa: ANN401 - JSON
        """A file by its digest; None where the bundle has none; BrokenError if it is not it."""
        name = f"{folder}/{digest}.json"
        if name not in self.names:
            return None
        data = self.whole(name)
        if sha256(data).hex() != digest:
            raise BrokenError(f"{name} is not the file of that digest: it was changed.")
        try:
            return parse(data)
        except ValueError as error:
            raise BrokenError(f"{name} is not canonical JSON: {error}.") from None


# --- the rules: calendar, impact, count -----------------------------------------------------------

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
ROUTES = ("inform", "consult", "committee", "vote", "vote+supermajority")
INVOLVED = (
    "lmc management_allowance_committee non_gp_majority_committee patients_and_public "
    "local_authority_scrutiny nhs_england"
).split()
INCOME = (
    "affects_practice_income changes_contract_or_les quality_premium incentive_scheme qof".split()
)


def moment(text: str) -> datetime:
    """An instant of the trail: UTC, to the microsecond."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("not an instant in UTC to the microsecond")
    return datetime.fromisoformat(text[:-1])


class Calendar:
    """Working days and London's clock, by the published calendar alone."""

    def __init__(self, told: Json) -> None:
        self.told = told
        self.changes = [(moment(one["at"]), one["offset_minutes"]) for one in told["transitions"]]
        self.holidays = set(told["holidays"])

    def _offset(self, at: datetime) -> timedelta:
        passed = [minutes for change, minutes in self.changes if change <= at]
        return timedelta(minutes=passed[-1] if passed else self.told["base_offset_minutes"])

    def day(self, at: str) -> date:
        """The London day of an instant."""
        return (moment(at) + self._offset(moment(at))).date()

    def instant(self, day: date, clock: str) -> str:
        """The instant at which London's clocks show this time on this day."""
        hour, minute = map(int, clock.split(":"))
        local = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - London's
        at = local - self._offset(local - self._offset(local))
        return at.isoformat(timespec="microseconds") + "Z"

    def step(self, day: date, days: int) -> date:
        """So many working days after the day, or before it."""
        for _ in range(abs(days)):
            day += timedelta(days=1 if days > 0 else -1)
            while day.weekday() > 4 or day.isoformat() in self.holidays:
                day += timedelta(days=1 if days > 0 else -1)
            if not self.told["years"]["first"] <= day.year <= self.told["years"]["last"]:
                raise ValueError(f"the calendar does not know {day.year}")
        return day

    def after(self, at: str, days: int) -> str:
        """The deadline so many working days after an instant."""
        return self.instant(self.step(self.day(at), days), self.told["deadline_time"])

    def reminders(self, at: str, days: int, due: str, told: list[str]) -> list[str]:
        """When reminders fall, for a state entered at this instant."""
        fall, end = set(), self.day(due)
        for what in told:
            if what == "at half-time":
                fall.add(self.step(self.day(at), days // 2))
            else:
                fall.add(self.step(end, -span(what) if what[0].isdigit() else 0))
        instants = sorted(self.instant(day, self.told["letter_time"]) for day in fall)
        return [instant for instant in instants if at < instant < due]


def span(words: str) -> int:
    """The days of `10 working days`."""
    return int(words.split(" ", 1)[0])


def fits(row: Json, facts: Json) -> bool:
    """Whether a row of the impact table fits the facts."""

    def one(wanted: object, fact: object) -> bool:
        if isinstance(wanted, dict):
            number = fact if type(fact) is int else None
            return all(
                (fact is not None) == limit
                if word == "stated"
                else number is not None
                and (number >= limit if word == "at_least" else number <= limit)
                for word, limit in wanted.items()
            )
        if isinstance(wanted, list):
            return any(one(choice, fact) for choice in wanted)
        return bool(fact) == wanted if isinstance(wanted, bool) else fact == wanted

    def every(case: Json) -> bool:
        return all(one(wanted, facts.get(name)) for name, wanted in case.items())

    return (
        every(row.get("when", {}))
        and (not row.get("any") or any(map(every, row["any"])))
        and not any(map(every, row.get("unless", [])))
    )


def classify(table: Json, facts: Json) -> tuple[Json, str]:
    """What `decision.classified` must say, and the route to be taken."""
    rule = next(row for row in table["rules"] if fits(row, facts))
    more = [row for row in table.get("involvements", []) if fits(row, facts)]
    doubts = [row for row in [rule, *table.get("checks", [])] if "ask" in row and fits(row, facts)]
    names = {name for row in [rule, *more] for name in row.get("involve", [])}
    told = {
        "level": rule["level"],
        "route": rule["route"],
        "fired": [row["id"] for row in [rule, *more]],
        "involve": [name for name in INVOLVED if name in names],
        "ask": bool(doubts),
        "asks": [row["ask"] for row in doubts],
    }
    routes = {rule["route"], *(route for row in doubts for route in row.get("in_doubt", []))}
    return told, max(routes, key=ROUTES.index)


def workflow_for(route: str, facts: Json, ballot: Json) -> str:
    """The name of the workflow that carries a route."""
    if route == "vote":
        election = any(option.startswith("candidate_") for o in ballot.values() for option in o)
        income = any(facts.get(name) for name in INCOME)
        return "election" if election else "vote_then_committee" if income else "member_vote"
    if route == "committee":
        for fact, name in (
            ("urgent", "urgent_powers"),
            ("uses_management_allowance", "allowance_committee"),
            ("procurement", "procurement"),
        ):
            if facts.get(fact):
                return name
        return "primary_care_committee"
    return "constitution_vote" if route == "vote+supermajority" else route


def share(reached: int, of: int, rule: Json) -> Json:
    """A share against what is needed."""
    more = "more_than_percent" in rule
    need = rule.get("more_than_percent", rule.get("at_least_percent", rule.get("percent")))
    met = of > 0 and (reached * 100 > need * of if more else reached * 100 >= need * of)
    told = {"reached": reached, "of": of, "needed_percent": need, "more_than": more, "met": met}
    words = {"votes_cast": "votes cast", "practices": "practices"}.get(rule.get("of", ""))
    return {**told, "base": words} if words else told


def weight(line: Json, rule: object) -> int:
    """A practice's votes by the rule of the vote at hand."""
    if not isinstance(rule, dict):
        return 1
    size, unit = line["list_size"], rule["patients"]
    if not size:
        return int(rule.get("blank", 1))
    half = {"half_up": unit // 2 if unit % 2 == 0 else unit / 2, "up": unit - 1}
    votes = int((size + half.get(rule.get("rounding", "half_up"), 0)) // unit)
    return min(max(votes, rule.get("least", 1)), rule.get("most", votes + unit))


def tally(
    rule: Json, roll: Json, options: list[str], standing: Json, seats: int
) -> tuple[Json, Json]:
    """The count of one question, and the answers to a workflow's questions about it."""
    votes = {p: weight(line, rule.get("weight")) for p, line in roll.items()}
    told = {option: [p for p in roll if standing.get(p) == option] for option in options}
    answered = [p for p in roll if p in standing]

    def held(practices: Any, what: str) -> int:  # noqa: ANN401 - practices
        kinds = {"practices": lambda _: 1, "weight": votes.get}
        return sum(kinds.get(what, lambda p: roll[p]["list_size"] or 0)(p) for p in practices)

    quorum = rule["quorum"]
    numbers = {option: held(practices, "weight") for option, practices in told.items()}
    plain = not isinstance(rule.get("weight"), dict)
    count: Json = {
        "options": numbers,
        "abstain": numbers.get("abstain", 0),
        "votes_cast": sum(numbers.values()) - numbers.get("abstain", 0),
        "quorum": share(held(answered, quorum["of"]), held(roll, quorum["of"]), quorum),
    }
    if plain:
        count.update(returned=len(answered), on_roll=len(roll))
    area = rule.get("each_area", {})
    areas = (
        {
            line["locality"]: [p for p in roll if roll[p]["locality"] == line["locality"]]
            for line in roll.values()
        }
        if area
        else {}
    )
    quorate = count["quorum"]["met"] and all(
        sum(p in answered for p in inside) * 100 >= area.get("quorum_percent", 0) * len(inside)
        for inside in areas.values()
    )
    if "elect" in rule:
        people = {option: n for option, n in numbers.items() if option != "abstain"}
        most = {
            o: n for o, n in people.items() if n and sum(m >= n for m in people.values()) <= seats
        }
        left = {o: n for o, n in people.items() if o not in most and n}
        tied = [o for o, n in left.items() if n == max(left.values())] if len(most) < seats else []
        unopposed = len(people) <= seats
        count.update(seats=seats, elected=list(people) if unopposed else list(most), tied=tied)
        return count, {
            "quorate": quorate,
            "tied": bool(tied),
            "unopposed": unopposed,
            "elected": unopposed or len(most) == seats,
            "carried": False,
        }
    yes, no, need = told.get("for", []), told.get("against", []), rule["carried"]

    def carries(inside: Any, need: Json) -> Json:  # noqa: ANN401 - practices
        ours = [p for p in yes if p in inside]
        cast = ours + [p for p in no if p in inside]
        base = {"votes_cast": cast, "patients": cast, "practices_voting": cast}.get(
            need["of"], inside
        )
        unit = {"votes_cast": "weight", "practices_voting": "practices"}.get(need["of"], need["of"])
        return share(held(ours, unit), held(base, unit), need)

    count.update(against=numbers.get("against", 0), threshold=carries(roll, need))
    count["for"] = numbers.get("for", 0)
    if plain and "base" in count["threshold"]:
        count["base"] = count["threshold"]["base"]
    carried = count["votes_cast"] and count["for"] != count["against"] and count["threshold"]["met"]
    carried = carried and all(carries(roll, more)["met"] for more in rule.get("also", []))
    if area.get("carried"):
        carried = carried and all(carries(inside, need)["met"] for inside in areas.values())
    tied_ = bool(count["votes_cast"]) and count["for"] == count["against"]
    return count, {
        "quorate": quorate,
        "carried": bool(carried),
        "tied": tied_,
        "elected": False,
        "unopposed": False,
    }


def differs(own: object, told: object) -> bool:
    """Whether what was told lacks, or has otherwise, anything of our own working out."""
    if isinstance(own, dict):
        return not isinstance(told, dict) or any(differs(v, told.get(k)) for k, v in own.items())
    if isinstance(own, list) and isinstance(told, list):
        return sorted(own) != sorted(told)
    return own != told


# --- the rules: a decision, leaf by leaf -----------------------------------------------------------

STAFF, BODIES = (
    ("conclude", "withdraw"),
    ("approve", "refuse", "tie", "ratify", "settle", "uphold", "set_aside"),
)
FREE = set(
    "clock.suspect clock.confirmed backup.restored checkpoint.cosigned trail.opened "
    "key.rotated erasure.performed rules.published calendar.published roll.frozen".split()
)
MAILED = ("mail.accepted", "mail.bounced", "mail.undeliverable", "mail.skipped")


class Decision:
    """Where a decision stands, by the leaves read so far."""

    def __init__(self, body: Json, at: str) -> None:
        self.opened, self.ref, self.ballot, self.at = (
            body,
            body["decision"],
            dict(body["ballot"]),
            at,
        )
        self.roll: Json = {}
        self.people: Json = {}
        self.flows: Json = {}
        self.flow: Json = {}
        self.facts: Json = {}
        self.involve: list[str] = []
        self.state, self.route, self.round, self.due, self.entered = "", "", 0, "", at
        self.days, self.remind, self.reminded = 0, [], {}
        self.answered: set[str] = set()
        self.asked_up: set[str] = set()
        self.challengers: set[str] = set()
        self.votes: Json = {}
        self.missing: set[str] = set()
        self.counts: Json = {}
        self.claimed: Json = {}
        self.closing: list[str] = []
        self.interests: Json = {}
        self.meetings: Json = {}
        self.comments: Json = {}
        self.proposed: list[Json] = []
        self.links: Json = {}
        self.lmc = self.extended = self.longer = self.revoted = self.ruled = False
        self.outcome: Json = {}
        self.held: tuple[str, str] | None = None
        self.won = 0

    @property
    def here(self) -> Json:
        """The state's own table in the workflow."""
        state: Json = self.flow["states"][self.state]
        return state

    def barred(self, *rulings: str) -> set[str]:
        """Practices whose interest was ruled so."""
        return {p for p, ruling in self.interests.items() if ruling in rulings}

    def electors(self) -> Json:
        """The roll without those that an interest keeps from voting."""
        out = self.barred("no_vote", "excluded")
        return {p: line for p, line in self.roll.items() if p not in out}

    def moves(self, *words: str) -> list[Json]:
        """The moves from here on these words, in the order written."""
        return [
            move
            for move in self.flow["moves"]
            if move["on"] in words
            and self.state in ([move["from"]] if isinstance(move["from"], str) else move["from"])
        ]


class Replay:
    """Every rule, read a second time: what follows from each leaf must be the leaves after it."""

    def __init__(self, report: Report, bundle: Bundle, scope: Json) -> None:
        self.report, self.bundle, self.scope = report, bundle, scope
        self.decisions: dict[str, Decision] = {}
        self.published: set[tuple[str, str]] = set()
        self.rolls: Json = {}
        self.calendars: dict[str, Calendar] = {}
        self.mailings: Json = {}
        self.script: deque[tuple[str, str, Json]] = deque()
        self.receipts: dict[tuple[str, str], int] = {}
        self.links: set[tuple[str, str, str]] = set()
        self.outcomes: dict[str, int] = {}
        self.sums: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.n, self.at, self.body, self.seen = 0, "", {}, {}

    def in_scope(self, body: Json) -> bool:
        """Whether a leaf is about what the bundle is about."""
        mailing = self.mailings.get(body.get("mailing"), {})
        about = body.get("decision") or mailing.get("decision")
        return self.scope.get("decision") in {None, about}

    def want(self, right: object, words: str) -> bool:
        """A rule: what is right, or a fault that names the leaf."""
        if not right:
            self.report.fault(2, f"Leaf {self.n}: {words}")
        return bool(right)

    def take(self, leaf: Json, opened: Json, ours: bool) -> None:
        """Take the next leaf."""
        self.n, kind, body = leaf["n"], leaf["type"], leaf["body"]
        if leaf["at"] != self.at:
            self._owed()
        self.at, self.body, self.seen = leaf["at"], body, opened
        try:
            if leaf["v"] != 1 or (kind not in FREE and not hasattr(self, _name(kind))):
                self.unknown[f"{kind} (v {leaf['v']})"] += 1
            elif kind.startswith("mail."):
                self.mail_intent(kind) if kind == "mail.intent" else self.mailed(kind)
            elif kind in {"rules.published", "calendar.published"}:
                self.published.add((body.get("kind", "calendar"), body["digest"]))
            elif kind == "roll.frozen":
                self.rolls[body["decision"]] = body
            elif kind not in FREE and ours:
                self._decide(kind)
        except (
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
            StopIteration,
            ValueError,
        ) as error:
            self.want(False, f"{kind} is not as it must be ({type(error).__name__}: {error}).")

    def _decide(self, kind: str) -> None:
        self.sums["leaves"] += 1
        d = self.decisions.get(self.body["decision"])
        if kind == "decision.opened":
            self.want(d is None, "a decision of this reference was opened before.")
            d = self.decisions[self.body["decision"]] = Decision(self.body, self.at)
        if self.want(d, f"{self.body['decision']} was never opened.") and d is not None:
            getattr(self, _name(kind))(d, self.follow(kind))

    def follow(self, kind: str) -> bool:
        """Whether the leaf is the next that had to come; if another had to, that is a fault."""
        if not self.script or kind in {"lmc.recorded", "ballot.changed"}:
            return False
        due, ref, fields = self.script.popleft()
        if (kind, self.body["decision"]) != (due, ref):
            self.script.clear()
            return not self.want(False, f"{due} of {ref} should stand here, not {kind}.")
        for field, value in fields.items():
            told = self.body.get(field)
            right = told in value if isinstance(value, tuple) else not differs(value, told)
            self.want(right, f"{kind}: {field} is {told!r:.300}, and should be {value!r:.300}.")
        return True

    def lead(self, d: Decision, *items: tuple[str, Json]) -> None:
        """What must follow at once."""
        self.script.extend((kind, d.ref, fields) for kind, fields in items)

    def begin(self, d: Decision, kind: str, *items: tuple[str, Json]) -> None:
        """What must follow, and this leaf is the first of it."""
        self.lead(d, *items)
        self.follow(kind)

    def _owed(self) -> None:
        for (ref, practice), n in self.receipts.items():
            self.want(False, f"no receipt is owed to {practice} ({ref}) for leaf {n}.")
        for ref, practice, person in sorted(self.links):
            self.want(False, f"no link was issued to {person} of {practice} ({ref}).")
        for kind, ref, _ in list(self.script)[:1]:
            self.want(False, f"{kind} of {ref} should stand before it.")
        self.receipts.clear()
        self.links.clear()
        self.script.clear()

    # --- opening, classes and roads

    def decision_opened(self, d: Decision, _: bool) -> None:
        body, frozen = self.body, self.rolls.get(d.ref, {})
        lines = self._file("roll", frozen.get("digest"))
        self.want(body["roll"] == frozen.get("digest"), "its roll was not frozen before it.")
        names = [line["practice"] for line in lines]
        tree = Tree()
        for line in lines:
            tree.add(leaf_hash(canonical(line)))
        people = [(p["person"], line["practice"]) for line in lines for p in line["persons"]]
        self.want(tree.root().hex() == frozen.get("root"), "the roll's root is not its own.")
        self.want(names and names == sorted(set(names)), "the roll is empty, or out of order.")
        self.want(
            len(names) == frozen.get("practices") <= frozen.get("of", 1 << 30), "the roll's count."
        )
        d.roll = {line["practice"]: line for line in lines}
        for name, digest in body["workflows"].items():
            self.want(
                ("workflow", digest) in self.published, f"{name} was not published before it."
            )
            d.flows[name] = self._file("rules", digest)
        self.want(("impact", body["rules"]) in self.published, "its rules were not published.")
        self.want(
            ("calendar", body["calendar"]) in self.published, "its calendar was not published."
        )
        self.calendar(d)
        self.links = {(d.ref, practice, person) for person, practice in people}
        self.lead(d, ("decision.classified", {"rules": body["rules"]}))
        self.sums["decisions"] += 1

    def _file(self, folder: str, digest: object) -> Any:  # noqa: ANN401 - JSON
        told = self.bundle.published(folder, digest)
        if told is None:
            raise BrokenError(f"Leaf {self.n}: the bundle lacks {folder}/{digest}.json.")
        return told

    def calendar(self, d: Decision) -> Calendar:
        """The calendar that the decision keeps."""
        digest = d.opened["calendar"]
        if digest not in self.calendars:
            self.calendars[digest] = Calendar(self._file("calendar", digest))
        return self.calendars[digest]

    def decision_classified(self, d: Decision, scripted: bool) -> None:
        self.want(scripted, "nothing led to this classification.")
        d.facts = self.body["facts"]
        told, route = classify(self._file("rules", d.opened["rules"]), d.facts)
        for key, value in told.items():
            self.want(self.body.get(key) == value, f"{key} should be {value!r}.")
        d.involve = told["involve"]
        self.want(d.flows.get(workflow_for(route, d.facts, d.ballot)), f"no workflow for {route}.")
        name = workflow_for(route, d.facts, d.ballot)
        self.want(d.opened["workflow"] == d.opened["workflows"].get(name), f"its workflow: {name}.")
        self.reroute(d, route)

    def reroute(self, d: Decision, route: str, name: str = "", kind: str = "") -> None:
        """The decision goes on by another workflow, or by its first."""
        name = name or workflow_for(route, d.facts, d.ballot)
        d.route, d.flow = route, d.flows[name]
        digest = d.opened["workflows"][name]
        self.lead(d, ("decision.routed", {"route": route, "name": name, "workflow": digest}))
        self.lead(d, *self.entry(d, d.flow["workflow"]["start"]))

    def decision_routed(self, d: Decision, scripted: bool) -> None:
        self.want(scripted, "nothing led to this road.")

    def entry(self, d: Decision, to: str, body: str | None = None) -> list[tuple[str, Json]]:
        """The leaves that enter a state; the decision stands there from now on."""
        items: list[tuple[str, Json]] = []
        acting, d.state = body or (d.here.get("body") if d.state in d.flow["states"] else ""), to
        state, d.due, d.remind = d.here, "", []
        if "act" in state:
            items.append(("body.acted", {"body": acting, "result": state["act"], "state": to}))
        if "result" in state:
            count = d.counts if len(d.counts) == 1 else {"questions": d.counts}
            own = next(iter(d.counts.values())) if len(d.counts) == 1 else count if d.counts else {}
            items.append(("outcome.declared", {"state": to, "result": state["result"]}))
            if own:
                items[-1][1]["count"] = own
        if "deadline" in state:
            voting = state.get("open_for") == "votes"
            d.round += voting
            d.entered, d.days, d.longer = self.at, span(state["deadline"]["after"]), False
            due = self.calendar(d).after(self.at, d.days)
            items.append(("phase.opened", {"phase": to, "round": d.round}))
            items.append(("deadline.set", self._due(d, due)))
            d.answered, d.asked_up, d.votes, d.missing = set(), set(), {}, set()
        letters = [("mail.intent", {"letter": letter}) for letter in state.get("letters", [])]
        return items + letters

    def _due(self, d: Decision, due: str, days: int | None = None) -> Json:
        told = d.here["deadline"]
        days = d.days if days is None else days
        remind = self.calendar(d).reminders(self.at, days, due, told.get("remind", []))
        return {"name": told["name"], "phase": d.state, "due_at": due, "remind": remind}

    def phase_opened(self, d: Decision, scripted: bool) -> None:
        self.want(scripted, "nothing led into this state.")

    def deadline_set(self, d: Decision, scripted: bool) -> None:
        self.want(scripted, "nothing set this deadline.")
        d.due, d.remind = self.body["due_at"], list(self.body.get("remind") or [])

    def link_issued(self, d: Decision, _: bool) -> None:
        place = (self.body["practice"], self.body["person"])
        known = (d.ref, *place) in self.links or place in d.links
        self.want(known, "a link for somebody who is not on the roll.")
        self.want(self.body["generation"] == d.links.get(place, 0) + 1, "the link's generation.")
        self.links.discard((d.ref, *place))
        d.links[place] = self.body["generation"]
        d.people.pop(place, None)
        self.sums["links"] += 1

    def link_revoked(self, d: Decision, _: bool) -> None:
        place = (self.body["practice"], self.body["person"])
        self.want(d.links.get(place) == self.body["generation"], "a link that was not issued.")
        d.people[place] = "revoked"

    # --- what practices send

    def sent(self, d: Decision, word: str, receipt: bool = True) -> str:
        """A practice's answer: on the roll, in time, in a state that is open, by one of its own."""
        practice: str = self.body["practice"]
        by, line = self.seen.get("by") or {}, d.roll.get(practice, {"persons": []})
        self.want(practice in d.roll, f"{practice} is not on the roll.")
        self.want(d.due and self.at < d.due, f"it came at or after the close, {d.due}.")
        self.want(practice not in d.barred("excluded"), f"{practice} was ruled to take no part.")
        if by and not self.body.get("meeting"):
            ours = [p for p in line["persons"] if p["person"] == by.get("person")]
            casts = word == "comments" or any(p["may_cast"] for p in ours)
            self.want(ours and casts, f"its sender may not do this for {practice}.")
            gone = (practice, by.get("person")) in d.people
            self.want(not gone, "its sender's link was revoked.")
        if receipt:
            self.receipts[d.ref, practice] = self.n
        return practice

    def comment_received(self, d: Decision, _: bool) -> None:
        practice = self.sent(d, "comments")
        self.want(d.here.get("open_for") in {"comments", "votes"}, f"{d.state} takes no comments.")
        self.want(self.body["phase"] == d.state, f"the state is {d.state}.")
        d.comments[self.n] = practice
        if d.here.get("open_for") == "comments":
            d.answered.add(practice)
        self.sums["comments"] += 1

    def comment_answered(self, d: Decision, _: bool) -> None:
        self.want(self.body["comment"] in d.comments, "it answers no comment of the decision.")
        self.want(self.body["disposition"] in {"accepted", "answered", "noted"}, "its disposition.")
        d.comments[self.body["comment"]] = ""

    def vote_cast(self, d: Decision, _: bool, again: bool = False) -> None:
        body, place = self.body, (self.body["question"], self.body["practice"])
        practice = self.sent(d, "votes")
        self.want(d.here.get("open_for") == "votes", f"no vote is open in {d.state}.")
        self.want(practice not in d.barred("no_vote"), f"{practice} was ruled not to vote.")
        self.want(body["round"] == d.round, f"the round is {d.round}.")
        self.want((place in d.votes) == again, "vote.cast comes first and vote.changed after it.")
        choice = self.seen.get("choice")
        options = d.ballot.get(body["question"], [])
        self.want(options and choice in {None, *options}, f"{choice!r} is not on the ballot.")
        if body.get("meeting"):
            meeting, day = d.meetings.get(body["meeting"], {}), self.calendar(d).day(self.at)
            self.want(
                practice in meeting.get("attended", []), "the practice was not at the meeting."
            )
            late = day >= self.calendar(d).day(d.due)
            self.want(not again and not late, "a vote by hand over an answer, or on the last day.")
            since = self.calendar(d).day(d.entered).isoformat()
            self.want(meeting.get("held_on", "") >= since, "the meeting was before the vote.")
            can = any(p["may_cast"] for p in d.roll.get(practice, {"persons": []})["persons"])
            self.want(can, "nobody may cast this practice's vote.")
        d.votes[place] = choice
        (d.missing.add if choice is None else d.missing.discard)(place)
        d.answered.add(practice)
        self.sums["votes"] += 1

    def vote_changed(self, d: Decision, _: bool) -> None:
        self.vote_cast(d, _, again=True)

    def vote_rejected(self, d: Decision, _: bool) -> None:
        open_ = d.due and self.at < d.due and d.here.get("open_for") == "votes"
        self.want(not open_ or self.body["because"] != "late", "it was not late.")
        self.want(self.body["practice"] in d.roll, "the practice is not on the roll.")

    def meeting_recorded(self, d: Decision, _: bool) -> None:
        told = self.body
        self.want(told["meeting"] not in d.meetings, "a meeting of this name is on record.")
        self.want(set(told["attended"]) <= set(d.roll), "somebody there is not on the roll.")
        self.want(
            told["held_on"] <= self.calendar(d).day(self.at).isoformat(), "it is yet to come."
        )
        d.meetings[told["meeting"]] = told

    def call_in_requested(self, d: Decision, _: bool) -> None:
        practice, rule = self.sent(d, "votes"), d.here.get("call_in")
        if not self.want(rule, f"{d.state} cannot be called in.") or not rule:
            return
        self.want(practice not in d.asked_up, f"{practice} asked before, in this step.")
        d.asked_up.add(practice)
        areas = {line["locality"] for line in d.roll.values()} - {"", None}
        inside = [{p for p, line in d.roll.items() if line["locality"] == a} for a in areas]
        whole = rule.get("whole_locality") and any(area <= d.asked_up for area in inside)
        if whole or len(d.asked_up) * 100 >= rule["percent"] * len(d.roll):
            self.reroute(d, rule["to"])

    def challenge_raised(self, d: Decision, _: bool) -> None:
        heard, practice, told = d.held, self.body["practice"], d.outcome
        if heard and d.flow is d.flows.get("dispute"):
            self.sent(d, "votes")
        else:
            days = d.flow["workflow"].get("challenge")
            self.receipts[d.ref, practice] = self.n
            ok = told and days and not heard and told["result"] != "withdrawn"
            if not self.want(ok, "no outcome can be challenged here."):
                return
            until = self.calendar(d).after(told["at"], span(days))
            self.want(self.at < until, f"an outcome could be challenged until {until}.")
        self.want(practice in d.roll, f"{practice} is not on the roll.")
        self.want(practice not in d.challengers, f"{practice} challenged before.")
        d.challengers.add(practice)
        if not heard:
            d.held = (d.flow["workflow"]["name"], d.state)
            self.reroute(d, d.route, "dispute")

    # --- what staff and bodies do

    def two(self, d: Decision, word: str) -> None:
        """An act that needs two persons, and the second's word is this leaf."""
        ours = self.body.get("person_hash")
        before = [p for p in d.proposed if p["act"].replace("-", "_").startswith(word)]
        self.want(
            ours and any(p.get("person_hash") not in {None, ours} for p in before),
            "it needs two persons, and another has not proposed it.",
        )
        d.proposed = [p for p in d.proposed if p not in before]

    def act_proposed(self, d: Decision, _: bool) -> None:
        d.proposed.append(self.body)

    def lmc_recorded(self, d: Decision, _: bool) -> None:
        d.lmc = True

    def interest_declared(self, d: Decision, _: bool) -> None:
        self.want(self.body["practice"] in d.roll, "the practice is not on the roll.")
        d.interests.setdefault(self.body["practice"], None)

    def interest_ruled(self, d: Decision, _: bool) -> None:
        practice, ruling = self.body["practice"], self.body["ruling"]
        self.want(practice in d.interests, f"{practice} has declared no interest.")
        self.want(ruling in {"noted", "no_vote", "excluded"}, "not a ruling.")
        if ruling != "noted":
            self.two(d, "rule")
            over = d.round and d.here.get("open_for") != "votes"
            self.want(not over, "the vote is over: who could vote in it cannot be changed.")
        d.interests[practice] = ruling

    def ballot_changed(self, d: Decision, _: bool) -> None:
        new, old = self.body["ballot"], d.ballot
        less = new and all(options == old.get(question) for question, options in new.items())
        tied = (next(iter(d.counts.values()), {}).get("tied") or []) if d.revoted else []
        again = {question: [*tied, "abstain"] for question in old} if tied else None
        right = new == again or (less and len(new) < len(old) and not d.round)
        self.want(right, f"the ballot may become less before a vote, or be among {tied}.")
        d.ballot = new

    def override(self, d: Decision, _: bool) -> None:
        was, route = self.body["was"], self.body["route"]
        lower = ROUTES.index(route) < ROUTES.index(was)
        self.want(was == d.route != route, f"the route was {d.route}.")
        self.want(bool(self.body.get("lower")) == lower, f"lower should be {lower}.")
        self.want(not d.round and not d.outcome, "a vote has opened, or it has ended.")
        if lower:
            self.two(d, "override")
        self.reroute(d, route)

    def deadline_extended(self, d: Decision, _: bool) -> None:
        body, days, cal = self.body, self.body["working_days"], self.calendar(d)
        self.want(body["was"] == d.due and body["phase"] == d.state, f"{d.state} ends at {d.due}.")
        self.count(d)
        if body["automatic"]:
            move = self.passed(d)
            right = move.get("extend") and self.at >= d.due
            self.want(right, "no automatic extension was due: quorate, used before, or too early.")
            self.want(span(move.get("extend", f"{days} ")) == days, "how many days.")
            counts = d.claimed or d.counts
            told = min(count["returned"] for count in counts.values()) if counts else None
            self.want(told in {None, body.get("returned")}, f"{told} had returned an answer.")
            d.extended, due = True, cal.after(self.at, days)
            self.lead(d, ("deadline.set", self._due(d, due, days)))
        else:
            self.want(type(days) is int and 1 <= days <= 4, "staff may extend by 1 to 4 days.")
            self.want(self.at < d.due, "it was over.")
            fit = d.here.get("open_for") == "votes" and not d.longer and d.round == 1
            self.want(fit, "staff may extend a vote, once, and no vote held once more.")
            self.two(d, "extend")
            due = cal.instant(cal.step(cal.day(d.due), days), cal.told["deadline_time"])
            told = self._due(d, due)
            del told["remind"]
            self.lead(d, ("deadline.set", told))
            d.longer = True
        self.lead(d, ("mail.intent", {"letter": "extended"}))

    def deadline_recomputed(self, d: Decision, _: bool) -> None:
        body = self.body
        self.want(body["was"] == d.due > self.at, f"the running deadline was {d.due}.")
        self.want(body["due_at"] > d.due, "a deadline may only become later.")
        self.want(
            ("calendar", body["calendar"]) in self.published, "that calendar was not published."
        )
        new = Calendar(self._file("calendar", body["calendar"]))
        if not d.extended and not d.longer:
            due = new.after(d.entered, d.days)
            self.want(body["due_at"] == due, f"by that calendar it should be {due}.")
        d.due, d.remind = body["due_at"], list(body.get("remind") or [])
        self.lead(d, ("mail.intent", {"letter": "extended"}))

    def revote_ordered(self, d: Decision, _: bool) -> None:
        moves, told = d.moves("revote"), d.outcome
        if not self.want(moves and told and not d.revoted, "no vote can be held once more here."):
            return
        until = self.calendar(d).after(told["at"], 5)
        self.want(self.at < until, f"it could be ordered until {until}.")
        d.revoted = d.extended = True
        count = next(iter(d.counts.values()), {})
        d.won = len(count.get("elected") or []) if count.get("tied") else 0
        self.lead(d, *self.entry(d, moves[0]["to"]))

    def body_acted(self, d: Decision, scripted: bool) -> None:
        body, to, word = self.body, self.body["state"], self.body["result"]
        back = d.held is not None and to == d.held[1] and d.flow is d.flows["dispute"] and d.held
        if not scripted and back:
            end = [move for move in d.moves("settle", "uphold")]
            self.want(end and body["body"] == d.here.get("body"), "that body had not to act here.")
            self.want(word == "upheld", "the outcome is held, and this does not let it stand.")
            d.flow, name = d.flows[back[0]], back[0]
            digest = d.opened["workflows"][name]
            self.lead(d, ("decision.routed", {"name": name, "workflow": digest}))
            self.lead(
                d, *[i for i in self.entry(d, to) if i[0] in {"phase.opened", "deadline.set"}]
            )
        elif not scripted:
            moves = [move for move in d.moves(*BODIES) if move["to"] == to]
            if not self.want(moves, f"no act leads from {d.state} to {to}."):
                return
            self.heard(d, moves[0]["on"])
            agreed = set(moves[0].get("agree", []))
            self.want(agreed <= set(body.get("agreed") or []), f"{sorted(agreed)} must agree.")
            late = d.due and self.at >= d.due
            self.want(not late, f"the time for it was over at {d.due}.")
            self.begin(d, "body.acted", *self.entry(d, to))
        votes = body.get("votes")
        if votes:
            more = votes["for"] - votes["against"]
            right = {"refused": more < 0, "tied": more == 0}.get(word, more > 0)
            self.want(
                right or word not in {"approved", "ratified", "refused", "tied"},
                f"{votes['for']} to {votes['against']} is not {word}.",
            )
        self.sums["acts"] += 1

    def heard(self, d: Decision, word: str) -> None:
        """What must be on record before an act."""
        if word in {"approve", "ratify", "conclude"} and "lmc" in d.involve:
            self.want(d.lmc, f"{word} before the LMC's view is on record.")
        if word == "approve":
            waits = d.barred(None)  # type: ignore[arg-type]
            self.want(not waits, f"approved while {sorted(waits)} wait for a ruling.")
        if word == "conclude":
            left = [n for n, practice in d.comments.items() if practice]
            self.want(not left, f"concluded while comments {left[:5]} have no answer.")
            self.want("statement" in self.body, "concluded without a statement.")

    def outcome_declared(self, d: Decision, scripted: bool) -> None:
        if not scripted:
            moves = [move for move in d.moves(*STAFF) if move["to"] == self.body["state"]]
            if not self.want(moves, f"nothing leads from {d.state} to {self.body['state']}."):
                return
            self.heard(d, moves[0]["on"])
            self.want(self.at < d.due, f"the time for it was over at {d.due}.")
            d.counts = {}
            self.begin(d, "outcome.declared", *self.entry(d, self.body["state"]))
        d.outcome = {"at": self.at, "result": self.body["result"]}
        self.outcomes[d.ref] = self.n
        self.sums["outcomes"] += 1

    # --- deadlines and counts

    def count(self, d: Decision) -> None:
        """Count what stands, for each question."""
        d.counts, d.claimed = {}, {}
        rule, self.flags = d.flow.get("vote"), []
        if rule is None or (d.here.get("open_for") != "votes" and "elect" not in rule):
            return
        seats = rule.get("elect", {}).get("seats", 0) - d.won
        for question, options in d.ballot.items():
            standing = {p: choice for (q, p), choice in d.votes.items() if q == question}
            count, flags = tally(rule, d.electors(), options, standing, seats)
            self.flags.append(flags)
            d.counts[question] = count
        if d.here.get("open_for") != "votes" and not self.flags[0]["unopposed"]:
            d.counts = {}
        if any(place[1] in d.electors() for place in d.missing):
            d.claimed, d.counts = d.counts, {}

    def passed(self, d: Decision) -> Json:
        """The first move on the deadline whose questions are all answered yes."""
        for move in d.moves(d.here["deadline"]["name"]):
            asked = move.get("when", [])
            if all(
                not d.extended
                if word == "not_yet_extended"
                else any(f[word] for f in self.flags)
                if word == "tied"
                else bool(self.flags) and all(f[word] for f in self.flags)
                for word in asked
            ):
                return move
        return {"to": d.state}

    def phase_closed(self, d: Decision, scripted: bool) -> None:
        body, voting = self.body, d.here.get("open_for") == "votes"
        if not self.want(d.due, f"no time was running in {d.state}."):
            return
        self.want(self.at >= d.due, f"it closed before its time, {d.due}.")
        right = {
            "closed_at": d.due,
            "phase": d.state,
            "deadline": d.here["deadline"]["name"],
            "round": d.round,
        }
        for key, value in right.items():
            self.want(body.get(key) == value, f"{key} should be {value!r}.")
        if not scripted:
            self.count(d)
            d.closing = list(d.ballot) if voting else []
            d.silent = [p for p in d.electors() if p not in d.answered and d.roll[p]["persons"]]
            if d.remind and d.silent and voting:
                self.report.note(f"{d.ref}: no reminder was sent at {', '.join(d.remind)}.")
        told = body.get("count")
        if voting:
            question = d.closing.pop(0) if d.closing else ""
            self.want(body.get("question") == question, f"question {question!r} should close here.")
            if d.claimed:
                self.report.note(
                    f"{d.ref}: votes of round {d.round} are not opened, and not counted."
                )
                own = {k: d.claimed[question].get(k) for k in ("returned", "on_roll", "quorum")}
                self.want(not differs({k: v for k, v in own.items() if v}, told), "its quorum.")
                carried = bool(told.get("threshold", {}).get("met"))
                spot = list(d.ballot).index(question)
                self.flags[spot].update(carried=carried, elected=bool(told.get("elected")))
            else:
                own = d.counts.get(question, {})
                self.want(not differs(own, told), f"the count is {told}, and should be {own}.")
            if d.closing:
                return self.lead(d, ("phase.closed", {"question": d.closing[0]}))
        elif d.here.get("open_for") == "comments":
            own = {"answered": len(d.answered), "on_roll": len(d.roll)}
            self.want(not differs(own, told), f"the count is {told}, and should be {own}.")
        move = self.passed(d)
        if self.want("extend" not in move, "it should have been extended, for want of a quorum."):
            self.lead(d, *self.entry(d, move["to"]))
        return None

    # --- letters

    def audience(self, d: Decision, letter: str) -> Json:
        """Whom a letter may go to: the practices, by the digest that the leaf must have."""
        everyone, out = list(d.roll), d.barred("excluded")
        barred = d.barred("no_vote", "excluded")
        lists = [everyone, [p for p in everyone if p not in out], list(d.electors())]
        if letter == "reminder":
            silent = [p for p in everyone if p not in d.answered and d.roll[p]["persons"]]
            week = (moment(self.at) - timedelta(days=7)).isoformat(timespec="microseconds")
            often = {p for p, times in d.reminded.items() if sum(t > week for t in times) >= 3}
            lists = [
                [p for p in silent if p not in gone and p not in rest]
                for gone in ({}, out, barred)
                for rest in ({}, often)
            ]
        elif letter == "receipt":
            lists = [[p] for ref, p in self.receipts if ref == d.ref]
        found = {_audience(practices, None): practices for practices in lists}
        if letter.startswith("step_"):
            roles = (d.here.get("owner"), "chair", "accountable_officer", "secretary")
            found = {_audience([], role): None for role in roles if role}
        return found

    def mail_intent(self, kind: str) -> None:
        body, letter = self.body, self.body["letter"]
        d = self.decisions.get(body["decision"])
        if d is None:
            self.want(not self.in_scope(body), f"{body['decision']} was never opened.")
            self.mailings[self.n] = {"decision": body["decision"], "left": None}
            return
        scripted = self.script and self.script[0][2].get("letter") == letter and self.follow(kind)
        found = self.audience(d, letter)
        known = scripted or letter in {"receipt", "reminder"}
        practices = found.get(body["audience"])
        if known:
            self.want(body["audience"] in found, f"{letter} goes to others than it should.")
        else:
            self.want(not self.script, f"{self.script and self.script[0][0]} should stand here.")
            self.report.note(f"Leaf {self.n}: a letter, {letter!r}, that no rule here asks for.")
        left = None
        if practices is not None:
            people = [(p, one["person"]) for p in practices for one in d.roll[p]["persons"]]
            self.want(body["count"] == len(people), f"{len(people)} letters are owed.")
            left = {_message(self.n, letter, *one): one for one in people}
        self.mailings[self.n] = {"decision": d.ref, "left": left, "letter": letter}
        if letter == "receipt" and practices:
            del self.receipts[d.ref, practices[0]]
            old = self.mailings.pop((d.ref, practices[0]), None)
            if old is not None and old in self.mailings:
                self.mailings[old]["replaced"] = True
            self.mailings[d.ref, practices[0]] = self.n
        elif letter == "reminder":
            due = [instant for instant in d.remind if instant <= self.at]
            self.want(due and self.at < d.due, "no reminder was due.")
            d.remind = d.remind[len(due) :]
            for practice in practices or []:
                d.reminded.setdefault(practice, []).append(self.at)
        self.sums["mailings"] += 1

    def mailed(self, kind: str) -> None:
        mailing = self.mailings.get(self.body["mailing"])
        if not self.want(mailing, "it ends a letter of no mailing.") or mailing["left"] is None:
            return
        message = self.body["message"].partition("@")[0].strip("<")
        place = mailing["left"].get(message)
        if place is not None or kind != "mail.bounced":
            right = place is not None and place[0] == self.body["practice"]
            self.want(right, "it ends a letter that was not owed, or has ended.")
            mailing["left"].pop(message, None)
        self.sums["letters"] += 1

    def end(self) -> None:
        """What is still owed when the bundle ends."""
        self._owed()
        left = {n: m for n, m in self.mailings.items() if type(n) is int and m["left"]}
        told: Counter[str] = Counter()
        for line in self.bundle.lines("mail-index.jsonl"):
            row = parse(line)
            message = row["message"].partition("@")[0].strip("<")
            if row["mailing"] in left and message in left[row["mailing"]]["left"]:
                told[row["status"]] += 1
        open_ = sum(len(m["left"]) for m in left.values() if not m.get("replaced"))
        if open_:
            hint = ", ".join(f"{n} {status}" for status, n in sorted(told.items())) or "nothing"
            first = ", ".join(map(str, sorted(n for n in left if not left[n].get("replaced"))[:10]))
            self.report.note(
                f"{open_} letters have no end on the trail (of the mailings at leaves {first}); the "
                f"index of letters says: {hint}."
            )
        for d in self.decisions.values():
            if d.due and d.due <= self.at:
                self.report.note(
                    f"{d.ref}: {d.state} was over at {d.due}, and nothing followed yet."
                )

    def tell(self) -> None:
        """Say what was replayed."""
        s, told = self.sums, self.report.checked.append
        told(
            f"{s['decisions']} decisions by their rules: class, road, {s['outcomes']} outcomes, "
            f"{s['votes']} votes, {s['comments']} comments, {s['acts']} acts of bodies."
        )
        told(
            f"{s['mailings']} mailings: whom they went to; how {s['letters']} letters ended; "
            f"{s['links']} links."
        )
        if self.unknown:
            names = ", ".join(f"{n} of {kind}" for kind, n in sorted(self.unknown.items())[:20])
            self.report.note(f"Leaves of kinds whose rules this file does not know: {names}.")
        if self.scope.get("decision"):
            self.report.note(f"Only {self.scope['decision']} was replayed: the bundle is about it.")


def _name(kind: str) -> str:
    return "mailed" if kind in MAILED else kind.replace(".", "_")


def _audience(practices: list[str], role: str | None) -> str:
    return sha256(canonical({"practices": practices, "role": role})).hex()


def _message(n: int, letter: str, practice: str, person: str) -> str:
    return sha256(f"{n}|{letter}|{practice}|{person}".encode()).hex()[:32]


# --- the examination ------------------------------------------------------------------------------


class Along:
    """Rows of a file that go along with the leaves, ascending by leaf and field."""

    def __init__(self, report: Report, bundle: Bundle, name: str, keys: set[str]) -> None:
        self._report, self._name, self._keys = report, name, keys
        self._lines = bundle.lines(name)
        self._last: tuple[int, str] = (-1, "")
        self._next = self._row()

    def _row(self) -> Json | None:
        line = next(self._lines, None)
        try:
            row: Json | None = None if line is None else parse(line)
            if row is None:
                return None
            if set(row) != self._keys or (row["n"], row["field"]) <= self._last:
                raise ValueError("its keys or its order")
            self._last = (row["n"], row["field"])
        except (ValueError, TypeError) as error:
            self._report.fault(1, f"{self._name} cannot be read after {self._last}: {error}.")
            return None
        return row

    def at(self, n: int) -> dict[str, Json]:
        """The rows of leaf n, by field."""
        found = {}
        while self._next is not None and self._next["n"] <= n:
            found[self._next["field"]] = self._next
            self._next = self._row()
        return found

    def end(self) -> None:
        """Nothing may be left over."""
        if self._next is not None:
            self._report.fault(
                1, f"{self._name} speaks of leaf {self._last[0]}, which is not there."
            )


class Examination:
    """One bundle against itself, its rules, and what outside evidence there is."""

    def __init__(self, report: Report, bundle: Bundle) -> None:
        self.report, self.bundle = report, bundle
        self.witnesses: list[tuple[str, Checkpoint]] = []
        self.proofs: list[tuple[str, Proof]] = []
        self.keys: list[tuple[int, Key, bool]] = []  # from leaf, key, signed for by the one before
        self.erased: set[tuple[int, str]] = set()
        self.sums: Counter[str] = Counter()
        self.last_at = ""
        try:
            self.checkpoint = Checkpoint.read(bundle.whole("checkpoint"))
            self.own_policy = Policy(bundle.whole("policy"))
            self.scope: Json = parse(bundle.whole("scope.json"))
            if self.scope["size"] != self.checkpoint.size:
                raise ValueError("scope.json and checkpoint differ in size")
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenError(f"checkpoint, policy or scope.json is broken: {error}.") from None

    def mail(self, path: str) -> None:
        """Take the witnesses in a letter."""
        try:
            found, receipts = read_mail(_bytes(path, MAIL_LIMIT))
        except Exception as error:  # noqa: BLE001 - a letter may be anything
            self.report.note(f"{path} could not be read as a letter ({type(error).__name__}).")
            return
        if not found:
            self.report.note(f"{path} has no trail footer, so it shows nothing.")
        self.witnesses += [(path, checkpoint) for checkpoint in found]
        for receipt in receipts:
            self.receipt(path, receipt)

    def receipt(self, path: str, data: bytes) -> None:
        """Take a receipt, which is a witness too."""
        try:
            proof = Proof.read(data)
        except (ValueError, AttributeError, TypeError) as error:
            self.report.note(f"{path} holds no receipt that can be read ({error}).")
            return
        self.witnesses.append((path, proof.checkpoint))
        self.proofs.append((path, proof))

    def run(self, policy: Policy | None) -> None:
        """Everything, in one pass after a glance for keys and erasures."""
        self._files()
        self._glance()
        opened = Along(self.report, self.bundle, "openings.jsonl", {"field", "n", "salt", "value"})
        withheld = Along(self.report, self.bundle, "withheld.jsonl", {"field", "n", "role"})
        wanted = {checkpoint.size for _, checkpoint in self.witnesses}
        places = {proof.index for _, proof in self.proofs}
        tree, roots, hashes, sound = Tree(), {}, {}, True
        replay = Replay(self.report, self.bundle, self.scope)
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            hash_ = leaf_hash(line)
            tree.add(hash_)
            if tree.size in wanted:
                roots[tree.size] = tree.root()
            if n in places:
                hashes[n] = hash_
            leaf = self._leaf(n, line) if sound else None
            if leaf is None:
                sound = False
                continue
            ours = replay.in_scope(leaf["body"])
            replay.take(leaf, self._openings(leaf, opened.at(n), withheld.at(n), ours), ours)
        if sound:
            opened.end()
            withheld.end()
            replay.end()
        else:
            self.report.note("The rules were not replayed to the end, as the leaves are broken.")
        self._own(tree, policy)
        self._judge(roots, hashes)
        self._tell(replay)

    def _files(self) -> None:
        for name in sorted(self.bundle.names):
            folder, _, rest = name.partition("/")
            if folder in {"rules", "calendar", "roll"}:
                self.bundle.published(folder, rest[:-5])
                self.sums["files"] += 1

    def _glance(self) -> None:
        marks = re.compile(rb'"type":"(erasure\.performed|key\.rotated|trail\.opened)"')
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            if n and not marks.search(line):
                continue
            try:
                leaf = parse(line)
                body, kind = leaf["body"], leaf["type"]
                if n == 0:
                    if kind != "trail.opened" or body["origin"] != self.checkpoint.origin:
                        raise ValueError("it does not open the trail that the checkpoint names")
                    self.keys.append((0, Key.read(body["vkey"]), True))
                elif kind == "trail.opened":
                    raise ValueError("it opens the trail a second time")
                elif kind == "key.rotated":
                    self._rotated(n, body)
                elif kind == "erasure.performed":
                    places = [body, *body.get("also", [])]
                    self.erased.update((one["n"], one["field"]) for one in places if one["n"] < n)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.report.fault(1, f"Leaf {n} is broken: {error}.")
        if not self.keys:
            raise BrokenError("Leaf 0 does not name the trail's key.")

    def _rotated(self, n: int, body: Json) -> None:
        old, new = self.keys[-1][1], Key.read(body["vkey"])
        if Key.read(body["was"]) != old or new.kind != 1:
            raise ValueError("it replaces a key that was not in force")
        signature = body.get("signature")
        if signature is None:
            self.report.note(
                f"Leaf {n} replaces the key without the old key's signature: nothing but its own "
                "word ties the new key to the old."
            )
        else:
            text = f"{self.checkpoint.origin}\nkey.rotated {n}\n{body['vkey']}\n".encode()
            raw = unbase64(signature)
            if raw[:4] != old.id or not verified(old.public, text, raw[4:]):
                raise ValueError("it replaces the key with a false signature")
        self.keys.append((n, new, signature is not None))

    def _leaf(self, n: int, line: bytes) -> Json | None:
        try:
            leaf: Json = parse(line)
            if set(leaf) != {"at", "body", "n", "type", "v"} or type(leaf["body"]) is not dict:
                raise ValueError("its keys are not at, body, n, type, v")
            if type(leaf["type"]) is not str or type(leaf["v"]) is not int:
                raise ValueError("its type or v")
            if leaf["n"] != n:
                raise ValueError(f"it says that it is leaf {leaf['n']}")
            moment(leaf["at"])
            if leaf["at"] < self.last_at:
                raise ValueError(f"it is of {leaf['at']}, before the one before it")
        except (ValueError, TypeError) as error:
            self.report.fault(1, f"Leaf {n} is broken: {error}.")
            return None
        self.last_at = leaf["at"]
        return leaf

    def _openings(
        self, leaf: Json, opened: dict[str, Json], withheld: dict[str, Json], ours: bool
    ) -> Json:
        n, body, values = leaf["n"], leaf["body"], {}
        fields = {k for k, v in body.items() if type(v) is str and _COMMITTED.fullmatch(v)}
        more = (set(opened) | set(withheld)) - fields
        if (
            more and leaf["type"] == "roll.frozen"
        ):  # a roll's addresses are commitments of this leaf
            body = self._contacts(body.get("digest"))
            fields |= more & set(body)
        for field in sorted(fields | more):
            places = (field in opened) + (field in withheld) + ((n, field) in self.erased)
            if field not in fields:
                self.report.fault(1, f"Leaf {n} holds no commitment {field!r} to be opened.")
            elif places > 1 or (ours and not places):
                told = "in more than one place" if places else "neither opened, withheld nor erased"
                self.report.fault(1, f"Leaf {n}: what {field!r} stands for is {told}.")
            elif field in opened:
                row = opened[field]
                try:
                    fits = commitment(row["salt"], row["value"]) == body[field]
                except (ValueError, TypeError):
                    fits = False
                if not fits:
                    self.report.fault(1, f"Leaf {n}: the opening of {field!r} is not what it was.")
                values[field] = row["value"]
                self.sums["openings"] += 1
            else:
                self.sums["withheld" if field in withheld else "erased"] += places
        return values

    def _contacts(self, digest: object) -> Json:
        return {
            f"{line['practice']}/{one['person']}/contact": one["contact"]
            for line in self.bundle.published("roll", digest) or []
            for one in line["persons"]
        }

    def _own(self, tree: Tree, policy: Policy | None) -> None:
        """The bundle's checkpoint: root, signature, key, and the auditor's policy."""
        ours, key = self.checkpoint, self._key_at(self.checkpoint.size)
        self.sums["leaves"] = tree.size
        if (tree.size, tree.root()) != (ours.size, ours.root):
            told = f"{tree.size} leaves with the root {tree.root().hex()}"
            self.report.fault(
                1, f"The bundle holds {told}; its checkpoint says {ours.size}, {ours.root.hex()}."
            )
        if key.name != ours.origin or not ours.note.signed_by(key):
            self.report.fault(1, "The checkpoint is not signed by the key in force at its size.")
        if self.own_policy.logs != [key] or self.own_policy.quorum != "none":
            self.report.fault(1, "The bundle's own policy does not name the key in force alone.")
        if policy is None:
            return
        first = max((i for i, (_, _, signed) in enumerate(self.keys) if not signed), default=0)
        chain = [key.public for _, key, _ in self.keys[first:]]
        if policy.logs and not any(log.public in chain for log in policy.logs):
            self.report.fault(1, "The trail's key is not one that your policy trusts.")
        elif not policy.reached(ours.note):
            self.report.fault(1, "The checkpoint lacks the witnesses that your policy asks for.")
        elif policy.quorum == "none":
            self.report.note("Your policy names the key and asks for no witness of the contents.")
        else:
            self.report.checked.append("Your policy: enough witnesses signed the checkpoint.")
            self.sums["vouched"] = ours.size

    def _key_at(self, size: int) -> Key:
        return [key for n, key, _ in self.keys if n < max(size, 1)][-1]

    def _judge(self, roots: dict[int, bytes], hashes: dict[int, bytes]) -> None:
        """Each witness against the roots of the leaves."""
        known = [key for _, key, _ in self.keys]
        seen: dict[Note, str] = {}
        for source, one in self.witnesses:
            if one.note not in seen:
                seen[one.note] = self._standing(source, one, known, roots)
            if seen[one.note]:
                self.report.note(f"{source}: {seen[one.note]}")
            else:
                self.sums["receipts" if source.endswith("proof") else "letters"] += 1
        for source, proof in self.proofs:
            place, ours = proof.checkpoint, proof.leaf or b""
            hash_ = hashes.get(proof.index, b"") if proof.leaf is None else leaf_hash(ours)
            good = included(hash_, proof.index, place.size, proof.path, place.root)
            try:
                leaf = parse(ours) if ours else {"n": proof.index, "body": {}}
                good = good and leaf["n"] == proof.index
                for row in proof.openings:
                    fits = leaf["body"][row["field"]] == commitment(row["salt"], row["value"])
                    good = good and fits and row["n"] == proof.index
            except (ValueError, TypeError, KeyError):
                good = False
            if not good:
                self.report.note(f"{source}: the receipt's proof or openings do not hold.")

    def _standing(
        self, source: str, one: Checkpoint, known: list[Key], roots: dict[int, bytes]
    ) -> str:
        """Why a witness shows nothing; empty where it bears the bundle out, or contradicts it."""
        keys = [key for key in known if one.note.claims(key)]
        if one.origin != self.checkpoint.origin:
            return f"it is of another trail, {one.origin!r}."
        if not keys:
            return (
                "it is signed with a key that this trail never had: either it is not this trail's, "
                "or the bundle's keys are false. Ask for the key by a second channel (--policy)."
            )
        if not any(one.note.signed_by(key) for key in keys):
            return "its signature is false, so it is no evidence, for or against."
        if one.size > self.checkpoint.size and source != "--since":
            return (
                f"it vouches for {one.size} leaves, and the bundle ends after "
                f"{self.checkpoint.size}: ask for a newer bundle, in which none may be missing."
            )
        if roots.get(one.size, sha256(b"") if one.size == 0 else None) == one.root:
            self.sums["vouched"] = max(self.sums["vouched"], one.size)
            return ""
        self.report.fault(
            4, f"{source}: signed for {one.size} leaves, with a root that the bundle's are not of."
        )
        self.report.conflicts.append((str(one.note), str(self.checkpoint.note)))
        return ""

    def _tell(self, replay: Replay) -> None:
        sums, told, note = self.sums, self.report.checked.append, self.report.note
        size, vouched = self.checkpoint.size, sums["vouched"]
        told(f"{sums['leaves']} leaves: spelling, order, time, and the signed root over them.")
        told(f"{len(self.keys)} key(s) of the trail, {sums['files']} files by their digests.")
        told(f"{sums['openings']} openings against what the leaves hold; {sums['erased']} erased.")
        told(f"{sums['letters']} letters' and {sums['receipts']} receipts' signed roots.")
        replay.tell()
        if sums["withheld"]:
            note(
                f"{sums['withheld']} openings are withheld from this reader: their words, or votes."
            )
        if not vouched:
            note(
                "There is no outside evidence: the bundle agrees with itself, and so would one that "
                "was made anew by whoever holds the key. Bring letters, receipts or a policy."
            )
        late = [f"{ref} (leaf {n})" for ref, n in replay.outcomes.items() if n >= vouched > 0]
        if late:
            note(f"No outside evidence is as late as these outcomes: {', '.join(late[:20])}.")
        self.report.boundary = (
            f"Outside evidence reaches to leaf {vouched - 1}; the {size - vouched} leaves after it "
            "are vouched for by nobody outside."
            if 0 < vouched < size
            else f"Outside evidence covers {'all' if vouched else 'none'} of the {size} leaves."
        )


_COMMITTED = re.compile("c1:[0-9a-f]{64}")


def _bytes(path: str, limit: int) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise CannotRunError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > limit:
        raise CannotRunError(f"{path} is too large.")
    return data


def _within(paths: Any) -> list[str]:  # noqa: ANN401 - strings or paths
    """Each file named, and each file of a folder named."""
    found = []
    for path in map(os.fspath, paths):
        inner = sorted(os.path.join(at, name) for at, _, names in os.walk(path) for name in names)
        found += inner if os.path.isdir(path) else [path]
    return found


def examine(
    bundle: Any,  # noqa: ANN401 - a string or a path
    mails: Any = (),  # noqa: ANN401
    receipts: Any = (),  # noqa: ANN401
    policy: Any = None,  # noqa: ANN401
    since: Any = None,  # noqa: ANN401
) -> Report:
    """Check a bundle; all arguments are paths. Never raises: what goes wrong is in the report."""
    report = Report()
    try:
        trusted = Policy(_bytes(os.fspath(policy), FILE_LIMIT)) if policy else None
        old = Checkpoint.read(_bytes(os.fspath(since), FILE_LIMIT)) if since else None
        examination = Examination(report, Bundle(os.fspath(bundle), report))
        if old:
            examination.witnesses.append(("--since", old))
        for path in _within(mails):
            examination.mail(path)
        for path in _within(receipts):
            examination.receipt(path, _bytes(path, MAIL_LIMIT))
        examination.run(trusted)
    except BrokenError as error:
        report.fault(1, str(error))
    except CannotRunError as error:
        report.fault(5, str(error))
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        report.fault(1, f"The zip is damaged: {error}.")
    except ValueError as error:
        report.fault(5, f"--policy or --since cannot be read: {error}.")
    except Exception as error:  # noqa: BLE001 - the last resort: never a traceback
        report.fault(5, f"Something unforeseen ended the check: {type(error).__name__}: {error}.")
    return report


def main(argv: list[str] | None = None) -> int:
    """Run from the command line; the exit code."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("verify.py", description=HELP, formatter_class=form)
    parser.add_argument("bundle", help="the zip")
    for name, what in (("mail", "letters (.eml)"), ("receipt", "receipts (.tlog-proof)")):
        told = f"{what}: files, or a folder; may be repeated"
        parser.add_argument(f"--{name}", nargs="+", action="extend", default=[], help=told)
    parser.add_argument("--policy", help="keys and witnesses that you trust")
    parser.add_argument("--since", help="a checkpoint that you kept from earlier")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    try:
        given = parser.parse_args(argv)
    except SystemExit as stop:
        return 5 if stop.code else 0
    report = examine(given.bundle, given.mail, given.receipt, given.policy, given.since)
    text = json.dumps(report.as_json(), indent=1) if given.json else report.as_text()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    return report.exit


if __name__ == "__main__":
    sys.exit(main())

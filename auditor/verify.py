"""Checks an audit bundle without trusting whoever made it. One file, Python 3.9 or newer, alone.

It reads and never writes, asks no network, and shares no line with the program that runs the
decisions: it is a second reading of the published rules (docs/reference/audit-bundle.md).
"""

from __future__ import annotations

import argparse
import base64
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
from itertools import islice
from typing import Any, NamedTuple

HELP = """\
Somebody hands you a bundle (a .zip) and says: this was decided, and so. Take this file from a
second channel (its SHA-256 stands in the minutes), not from the bundle.

  python3 verify.py bundle.zip                    does it agree with itself, was every rule kept?
  python3 verify.py bundle.zip --mail letters/    and with letters that practices kept (.eml): the
      last lines of each hold a signed root. Collect them from practices, by lot.
  python3 verify.py bundle.zip --receipt receipt.tlog-proof --since last-year.checkpoint
  python3 verify.py bundle.zip --policy ours.txt  with keys and witnesses that you trust

How it ends (of several, the first in the order 1, 4, 2, 5, 3):
  0  all proved                      3  proved but for what is listed as not checked
  1  the bundle contradicts itself   4  a signed letter, receipt or older checkpoint contradicts it
  2  a rule was not kept             5  it could not be run

What no trail shows: what was never entered, who sat at the keyboard, whether what the secretariat
typed is true, or that a letter was read. The sentences in leaves are words, and are not compared.
"""
VERDICTS = {
    0: "All proved: the bundle is whole, every rule was kept, and outside evidence bears it out.",
    1: "NOT TO BE RELIED ON: the bundle contradicts itself.",
    2: "A RULE WAS NOT KEPT: the bundle is whole, and what it tells breaks its own rules.",
    3: "No fault was found, but not everything could be checked: see the list.",
    4: "TWO HISTORIES: a signed witness contradicts the bundle. Keep both notes: they are proof.",
    5: "The check could not be run.",
}
LINE, FILE, BUNDLE, MAIL, TOLD = 1 << 20, 1 << 24, 1 << 34, 1 << 25, 100  # limits; bytes, sentences


class CannotRunError(Exception):
    """There is nothing to check: no such file, not a zip."""


class BrokenError(Exception):
    """The bundle is not what a bundle must be."""


class Report:
    """What was checked, what was not, and what is wrong."""

    def __init__(self):
        self.checked, self.unchecked, self.faults, self.conflicts = [], [], [], []
        self.boundary, self.codes = "", Counter()

    def fault(self, code, words):
        self.codes[code] += 1
        if self.codes[code] <= TOLD:
            self.faults.append(words if self.codes[code] < TOLD else "There are more of this kind.")

    def note(self, words):
        if words not in self.unchecked and len(self.unchecked) < 10 * TOLD:
            self.unchecked.append(words)

    @property
    def exit(self) -> int:
        return next((code for code in (1, 4, 2, 5) if self.codes[code]), 3 if self.unchecked else 0)

    @property
    def result(self) -> str:
        return VERDICTS[self.exit]

    def as_json(self) -> dict[str, Any]:
        keys = ("result", "exit", "checked", "unchecked", "faults", "boundary", "conflicts")
        return {key: getattr(self, key) for key in keys}

    def as_text(self) -> str:
        parts = {"Checked": self.checked, "Not checked": self.unchecked, "Wrong": self.faults}
        text = ""
        for title, told in parts.items():
            text += (
                f"{title}:\n" + "".join(f"  - {words}\n" for words in told or ["nothing"]) + "\n"
            )
        for witness, ours in self.conflicts:
            text += f"The witness's note:\n{witness}\nThe bundle's note:\n{ours}\n"
        return f"{text}{self.boundary}\n{self.result} (exit code {self.exit})"


# --- canonical JSON and commitments ---------------------------------------------------------------


def canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def parse(data: bytes) -> Any:
    """The value that these bytes are the canonical JSON of; ValueError if they are not."""
    try:
        text = data.decode()
        value = _DECODER.decode(text)
        if canonical(value) != data:  # doubled keys, spaces, other orders and escapes all differ
            raise ValueError("not canonical JSON")
        plain = data.isascii() or (unicodedata.is_normalized("NFC", text) and _ascii_keys(value))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not plain:
        raise ValueError("text not in normal form C, or a key that is not ASCII")
    return value


def _whole(digits):
    if len(digits) > 17 or abs(int(digits)) > 1 << 53:
        raise ValueError("a number beyond 2^53")
    return int(digits)


def _no_fraction(digits):
    raise ValueError(f"not a whole number: {digits[:20]}")


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_no_fraction, parse_constant=_no_fraction)


def _ascii_keys(value):
    if isinstance(value, dict):
        return all(key.isascii() and _ascii_keys(inner) for key, inner in value.items())
    return not isinstance(value, list) or all(map(_ascii_keys, value))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def commitment(salt: str, value: Any) -> str:
    """What stands in a leaf for a value."""
    if not re.fullmatch("[0-9a-f]{64}", salt):
        raise ValueError("a salt is 64 hex digits")
    return "c1:" + sha256(b"ccg-trail/commit/v1\n" + bytes.fromhex(salt) + canonical(value)).hex()


# --- the tree (RFC 6962; proofs are checked as RFC 9162 2.1.3.2 and 2.1.4.2 have it) --------------


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


class Tree:
    """The right edge of a growing tree."""

    def __init__(self) -> None:
        self.size, self.peaks = 0, []

    def add(self, leaf: bytes) -> None:
        at = self.size
        while at & 1:
            leaf, at = node_hash(self.peaks.pop(), leaf), at >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else sha256(b"")
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def _climb(at, last, start, proof):
    """The roots of the smaller and of the whole tree that a proof leads to; None if it is none."""
    was = now = start
    for hash_ in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            was, now = node_hash(hash_, was), node_hash(hash_, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, hash_)
        at, last = at >> 1, last >> 1
    return None if last else (was, now)


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf's hash at this index of the tree of this size and root."""
    roots = _climb(index, size - 1, leaf, proof) if 0 <= index < size else None
    return roots is not None and roots[1] == root


def consistent(first: int, second: int, proof: list[bytes], old: bytes, new: bytes) -> bool:
    """Whether the proof shows that the tree of size `first` is the beginning of the other."""
    if not 0 < first < second or not proof:
        return 0 < first == second and not proof and old == new
    path, at, last = [old, *proof] if first & (first - 1) == 0 else proof, first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _climb(at, last, path[0], path[1:]) == (old, new)


# --- Ed25519 (RFC 8032), for checking only --------------------------------------------------------

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over this message (cofactorless; S below L)."""
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or key is None or s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % _L
    minus = (_P - key[0], key[1], 1, _P - key[3])
    steps, total = (None, _BASE, minus, _add(_BASE, minus)), (0, 1, 1, 0)
    for bit in range(252, -1, -1):  # s*B - k*A, both at once
        total, step = _add(total, total), steps[(s >> bit & 1) + 2 * (k >> bit & 1)]
        total = _add(total, step) if step else total
    inverse = pow(total[2], _P - 2, _P)
    x, y = total[0] * inverse % _P, total[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- keys, notes, checkpoints, receipts and policies (C2SP) ---------------------------------------

_NUMBER = "0|[1-9][0-9]{0,15}"


def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not strict base64")
    return data


class Key(NamedTuple):
    """A verifier key, `name+hash+base64(kind || public key)`: kind 1 signs notes, 4 cosigns."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        name, hash_, rest = ([*text.split("+", 2), "", ""])[:3]
        data = unbase64(rest)
        id_ = sha256(name.encode() + b"\n" + data)[:4]
        if not name or re.search(r"\s", name) or len(data) != 33 or data[0] not in {1, 4}:
            raise ValueError("not a verifier key")
        if id_.hex() != hash_:
            raise ValueError("the verifier key's hash is not its own")
        return cls(name, id_, data[0], data[1:])


class Note(NamedTuple):
    """A signed note: its text, and (name, key id, signature) of each line under it."""

    text: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def read(cls, data: bytes) -> Note:
        whole = data.decode()
        cut, lines = whole.rfind("\n\n"), []
        signed = whole[cut + 2 :].split("\n")
        if len(data) > LINE or cut < 0 or re.search(r"[\x00-\x09\x0b-\x1f]", whole):
            raise ValueError("not a signed note")
        if signed.pop() or not 0 < len(signed) <= 100:
            raise ValueError("not a signed note: its signatures")
        for line in signed:
            found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)", line)
            raw = unbase64(found[2]) if found else b""
            if len(raw) < 5:
                raise ValueError("not a signature line")
            lines.append((found[1], raw[:4], raw[4:]))
        return cls(whole[: cut + 1], tuple(lines))

    def __str__(self) -> str:
        told = (f"— {name} {base64.b64encode(i + s).decode()}\n" for name, i, s in self.lines)
        return f"{self.text}\n{''.join(told)}"

    def claims(self, key: Key) -> list[bytes]:
        """The signatures that say that they are this key's."""
        return [sig for name, id_, sig in self.lines if (name, id_) == (key.name, key.id)]

    def signed_by(self, key: Key) -> bool:
        """Whether the key's own line verifies; a cosignature holds its time before it."""
        for signature in self.claims(key)[:1]:
            if key.kind == 1:
                return verified(key.public, self.text.encode(), signature)
            time = int.from_bytes(signature[:8], "big")
            message = f"cosignature/v1\ntime {time}\n{self.text}".encode()
            return time < 1 << 63 and verified(key.public, message, signature[8:])
        return False


class Checkpoint(NamedTuple):
    """A signed root of the first `size` leaves."""

    origin: str
    size: int
    root: bytes
    note: Note

    @classmethod
    def read(cls, data: bytes) -> Checkpoint:
        note = Note.read(data)
        lines = note.text.split("\n")
        if len(lines) < 4 or not re.fullmatch(_NUMBER, lines[1]) or "" in lines[:-1]:
            raise ValueError("not a checkpoint")
        if len(unbase64(lines[2])) != 32:
            raise ValueError("not a checkpoint: its root")
        return cls(lines[0], int(lines[1]), unbase64(lines[2]), note)


class Proof(NamedTuple):
    """A receipt (tlog-proof@v1): a leaf's place, the way to the root, what the leaf stands for."""

    index: int
    path: list[bytes]
    checkpoint: Checkpoint
    extra: dict[str, Any]

    @classmethod
    def read(cls, data: bytes) -> Proof:
        head, _, note = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        lines = [*head.decode().split("\n"), "", ""]
        extra = parse(unbase64(lines.pop(1)[6:])) if lines[1].startswith("extra ") else {}
        found, path = re.fullmatch(f"index ({_NUMBER})", lines[1]), lines[2:-2]
        if lines[0] != "c2sp.org/tlog-proof@v1" or not found or len(path) > 64:
            raise ValueError("not a tlog-proof@v1")
        if type(extra) is not dict or any(len(unbase64(line)) != 32 for line in path):
            raise ValueError("not a tlog-proof@v1: extra or proof")
        return cls(int(found[1]), [unbase64(line) for line in path], Checkpoint.read(note), extra)

    def holds(self, leaf: bytes | None) -> bool:
        """Whether the leaf (by its hash, where the receipt has none) is there, and opens so."""
        told = self.extra.get("leaf")
        try:
            hash_ = leaf or b"" if told is None else leaf_hash(told.encode())
            body = {} if told is None else parse(told.encode())["body"]
            rows = self.extra.get("openings", [])
            good = all(commitment(r["salt"], r["value"]) == body[r["field"]] for r in rows)
        except (ValueError, TypeError, KeyError, AttributeError):
            return False
        ours = self.checkpoint
        return good and included(hash_, self.index, ours.size, self.path, ours.root)


class Policy:
    """Which keys an auditor trusts, and how many witnesses must have signed (tlog-policy)."""

    def __init__(self, data: bytes) -> None:
        if len(data) > LINE or re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
            raise ValueError("a control character, or too long")
        self.logs, self.named, self.quorum, used = [], {"none": (0, [])}, "", {"none"}
        for line in data.decode("utf-8", "surrogateescape").split("\n"):
            word, *rest = re.split("[ \t]+", line.strip(" \t"))
            if not word or word.startswith("#"):
                continue
            if word == "log" and len(rest) in {1, 2}:
                self.logs.append(Key.read(rest[0]))
            elif word == "witness" and len(rest) in {2, 3} and rest[0] not in self.named:
                self.named[rest[0]] = Key.read(rest[1])
            elif word == "group" and len(rest) > 2 and rest[0] not in self.named:
                name, need, *members = rest
                need = {"any": "1", "all": str(len(members))}.get(need, need)
                fit = re.fullmatch("[1-9][0-9]{0,3}", need) and int(need) <= len(members)
                fit = fit and len(set(members)) == len(members) and set(members) <= set(self.named)
                if not fit or used.intersection(members):
                    raise ValueError("a group's threshold or members")
                used.update(members)
                self.named[name] = (int(need), members)
            elif word == "quorum" and len(rest) == 1 and rest[0] in self.named and not self.quorum:
                self.quorum = rest[0]
            else:
                raise ValueError(f"not a line of a policy: {line[:60]!r}")
        keys = [*self.logs, *(key for key in self.named.values() if isinstance(key, Key))]
        kinds = [1] * len(self.logs) + [4] * (len(keys) - len(self.logs))
        if [key.kind for key in keys] != kinds or len({key.public for key in keys}) < len(keys):
            raise ValueError("one key twice, or of the wrong kind")
        if not self.quorum:
            raise ValueError("no quorum")

    def reached(self, note: Note, name: str = "") -> bool:
        """Whether enough witnesses cosigned the note."""
        what = self.named[name or self.quorum]
        if isinstance(what, Key):
            return note.signed_by(what)
        return sum(self.reached(note, member) for member in what[1]) >= what[0]


# --- letters --------------------------------------------------------------------------------------

_HEX = "((?:[0-9a-f] ?){%d})"
_FOOT = re.compile(
    rf"\broot {_HEX % 64} ?key {_HEX % 8} ?sig1 {_HEX % 64} ?sig2 {_HEX % 64}", re.IGNORECASE
)
_HEAD = re.compile(r"(\S{1,255}?)(?: ?<[^<>]{1,400}>)? ([1-9][0-9]{0,14}) $")


def footers(text: str) -> list[Checkpoint]:
    """Every checkpoint in a text, whatever a mail program did to the lines around it."""
    text = re.sub(r"(?m)^[\s>|]+", " ", text.replace("\u00a0", " ").replace("\u200b", ""))
    text, found = re.sub(r"\s+", " ", text), []
    for foot in islice(_FOOT.finditer(text), 1000):
        head = _HEAD.search(text[max(0, foot.start() - 700) : foot.start()])
        if head:
            root, id_, one, two = (bytes.fromhex(part.replace(" ", "")) for part in foot.groups())
            told = f"{head[1]}\n{head[2]}\n{base64.b64encode(root).decode()}\n"
            note = Note(told, ((head[1], id_, one + two),))
            found.append(Checkpoint(head[1], int(head[2]), root, note))
    return found


def _parts(data, depth=0):
    """The texts of a mail and of mails within it, and its attached receipts."""
    for part in message_from_bytes(data).walk():
        kind, body = part.get_content_type(), part.get_payload(decode=True)
        if kind == "message/rfc822" and part.is_multipart():  # some attach it in base64, wrongly
            coded = str(part.get("content-transfer-encoding", "")).strip().lower() == "base64"
            body = base64.b64decode(str(part.get_payload(0).get_payload())) if coded else None
        if not isinstance(body, bytes):
            continue
        if body.startswith(b"c2sp.org/tlog-proof@"):
            yield None, body
        elif depth < 5 and (kind == "message/rfc822" or str(part.get_filename()).endswith(".eml")):
            yield from _parts(body, depth + 1)
        elif kind.startswith("text/"):
            wide = str(part.get_content_charset()).lower().startswith("utf-16")
            text = body.decode("utf-16" if wide else "utf-8", "replace")
            if kind == "text/html":  # without its tags
                text = " ".join(piece.rpartition(">")[2] for piece in ("x>" + text).split("<"))
            yield html.unescape(text) if kind == "text/html" else text, None


def read_mail(data: bytes) -> tuple[list[Checkpoint], list[bytes]]:
    """The checkpoints in a letter's footers, and the receipts attached to it."""
    parts = [*_parts(data), (data.decode("utf-8", "replace"), None)]  # or saved as plain text
    found = [one for text, _ in parts if text for one in footers(text)]
    return list({one.note: one for one in found}.values()), [proof for _, proof in parts if proof]


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
            self.zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise CannotRunError(f"{path} cannot be opened as a zip: {error}.") from None
        members = self.zip.infolist()
        self.names = {member.filename for member in members}
        packed = sum(member.compress_size for member in members)
        if len(self.names) < len(members) or len(members) > 100_000:
            raise BrokenError("The zip holds two members of one name, or very many.")
        if packed > os.path.getsize(path):
            raise BrokenError("The zip claims more than it can hold.")
        for member in members:
            name, large = member.filename, member.file_size
            if re.search(r"^[/\\]|\.\.|\\|:|[\x00-\x1f]", name):
                raise BrokenError(f"The zip holds a member outside its folder: {name!r:.80}.")
            limit = min(BUNDLE if name.endswith("l") else FILE, 300 * member.compress_size + 4096)
            if large > limit or member.flag_bits & 1:
                raise BrokenError(f"{name} is larger than a bundle's may be, or encrypted.")
            if not _MEMBERS.fullmatch(name):
                report.note(f"{name!r:.80} is no member of a bundle that this file knows.")
        if not self.names.issuperset(_NEEDED):
            raise BrokenError(f"The bundle has not all of {', '.join(_NEEDED)}.")

    def whole(self, name: str) -> bytes:
        with self.zip.open(name) as member:
            return member.read(FILE)

    def lines(self, name: str) -> Any:
        """A member's lines without their ends, one at a time."""
        if name not in self.names:
            return
        with self.zip.open(name) as member, io.BufferedReader(member, 1 << 18) as lines:
            for line in iter(lambda: lines.readline(LINE), b""):
                if line[-1:] != b"\n" or len(line) == 1:
                    raise BrokenError(f"{name} has a line that is empty, too long, or has no end.")
                yield line[:-1]

    def published(self, folder: str, digest: Any) -> Any:
        """A file by its digest; BrokenError if it is not there, or not it."""
        name = f"{folder}/{digest}.json"
        data = self.whole(name) if name in self.names else b""
        if sha256(data).hex() != digest:
            raise BrokenError(f"{name} was changed, or left out.")
        try:
            return parse(data)
        except ValueError as error:
            raise BrokenError(f"{name}: {error}.") from None


# --- the rules: calendar, impact, count -----------------------------------------------------------

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
ROUTES = ("inform", "consult", "committee", "vote", "vote+supermajority")
INVOLVED = (
    "lmc management_allowance_committee non_gp_majority_committee patients_and_public "
    "local_authority_scrutiny nhs_england"
).split()
INCOME = "affects_practice_income changes_contract_or_les quality_premium incentive_scheme qof"
COMMITTEES = {"urgent": "urgent_powers", "uses_management_allowance": "allowance_committee"}
BASES = {"votes_cast": "votes cast", "weight": "votes held"}
BASES["practices_voting"] = "practices voting for or against"


def moment(text) -> datetime:
    """An instant of the trail: UTC, to the microsecond."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("not an instant in UTC to the microsecond")
    return datetime.fromisoformat(text[:-1])


def stamp(at) -> str:
    return at.isoformat(timespec="microseconds") + "Z"


def span(words) -> int:
    """The days of `10 working days`."""
    return int(words.split(" ", 1)[0])


class Calendar:
    """Working days and London's clock, by the published calendar alone."""

    def __init__(self, told):
        self.years, self.holidays, self.base = told["years"], set(told["holidays"]), told
        self.changes = [(moment(one["at"]), one["offset_minutes"]) for one in told["transitions"]]

    def offset(self, at):
        passed = [minutes for change, minutes in self.changes if change <= at]
        return timedelta(minutes=passed[-1] if passed else self.base["base_offset_minutes"])

    def day(self, at) -> date:
        """The London day of an instant."""
        return (moment(at) + self.offset(moment(at))).date()

    def instant(self, day, clock) -> str:
        """The instant at which London's clocks show this on this day."""
        local = datetime.fromisoformat(f"{day}T{self.base[clock]}")
        return stamp(local - self.offset(local - self.offset(local)))

    def step(self, day, days) -> date:
        """So many working days after the day, or before it."""
        one = timedelta(days=1 if days > 0 else -1)
        for _ in range(abs(days)):
            day += one
            while day.weekday() > 4 or day.isoformat() in self.holidays:
                day += one
            if not self.years["first"] <= day.year <= self.years["last"]:
                raise ValueError(f"the calendar does not know {day.year}")
        return day

    def after(self, at, days) -> str:
        return self.instant(self.step(self.day(at), days), "deadline_time")

    def reminders(self, at, days, due, told) -> list[str]:
        """When reminders fall, of a state entered then."""
        half, end = self.step(self.day(at), days // 2), self.day(due)
        back = (span(what) if what[0].isdigit() else 0 for what in told if what != "at half-time")
        fall = {self.step(end, -n) for n in back} | ({half} if "at half-time" in told else set())
        return [
            at_ for at_ in sorted(self.instant(d, "letter_time") for d in fall) if at < at_ < due
        ]


def fits(row, facts) -> bool:
    """Whether a row of the impact table fits the facts."""

    def one(wanted, fact):
        if isinstance(wanted, list):
            return any(one(choice, fact) for choice in wanted)
        if isinstance(wanted, dict):
            number = fact if type(fact) is int else None
            least, most = wanted.get("at_least", number), wanted.get("at_most", number)
            stated = wanted.get("stated", fact is not None) == (fact is not None)
            within = number is not None and least <= number <= most
            return stated and (within or wanted.keys() == {"stated"})
        return bool(fact) == wanted if isinstance(wanted, bool) else fact == wanted

    def every(case):
        return all(one(wanted, facts.get(name)) for name, wanted in case.items())

    some = not row.get("any") or any(map(every, row["any"]))
    return every(row.get("when", {})) and some and not any(map(every, row.get("unless", [])))


def classify(table, facts):
    """What `decision.classified` must say, and the route to be taken."""
    rule = next(row for row in table["rules"] if fits(row, facts))
    rows = [rule, *(row for row in table.get("involvements", []) if fits(row, facts))]
    doubts = [row for row in [rule, *table.get("checks", [])] if "ask" in row and fits(row, facts)]
    names = {name for row in rows for name in row.get("involve", [])}
    told = {"level": rule["level"], "route": rule["route"], "ask": bool(doubts)}
    told["involve"] = [name for name in INVOLVED if name in names]
    told["fired"], told["asks"] = [row["id"] for row in rows], [row["ask"] for row in doubts]
    routes = {rule["route"], *(route for row in doubts for route in row.get("in_doubt", []))}
    return told, max(routes, key=ROUTES.index)


def workflow_for(route, facts, ballot) -> str:
    """The name of the workflow that carries a route."""
    if route == "vote":
        election = any(option.startswith("candidate_") for o in ballot.values() for option in o)
        income = any(facts.get(name) for name in INCOME.split())
        return "election" if election else "vote_then_committee" if income else "member_vote"
    if route == "committee":
        names = [name for fact, name in COMMITTEES.items() if facts.get(fact)]
        plain = "procurement" if facts.get("procurement") else "primary_care_committee"
        return names[0] if names else plain
    return "constitution_vote" if route == "vote+supermajority" else route


def share(reached, of, rule, base):
    """A share against what is needed."""
    more = "more_than_percent" in rule
    need = rule.get("more_than_percent", rule.get("at_least_percent", rule.get("percent")))
    met = of > 0 and (reached * 100 > need * of if more else reached * 100 >= need * of)
    told = {"reached": reached, "of": of, "needed_percent": need, "more_than": more, "met": met}
    return {**told, "base": base}


def weight(line, rule) -> int:
    """A practice's votes by the rule of the vote at hand."""
    if not isinstance(rule, dict):
        return 1
    size, unit = line["list_size"], rule["patients"]
    if not size:
        return rule.get("blank", 1)
    down, half, up = size // unit, (2 * size + unit) // (2 * unit), -(-size // unit)
    votes = {"down": down, "up": up}.get(rule["rounding"], half)
    return min(max(votes, rule.get("least", 1)), rule.get("most", size))


def tally(rule, roll, options, standing, seats):
    """The count of one question, and the answers to a workflow's questions about it."""
    held = {p: weight(line, rule.get("weight")) for p, line in roll.items()}
    sizes = {p: line["list_size"] or 0 for p, line in roll.items()}
    need, quorum, area = rule.get("carried"), rule["quorum"], rule.get("each_area", {})

    def sums(practices, what):
        units = {"practices": len, "practices_voting": len}
        return units.get(
            what, lambda ps: sum((sizes if what == "patients" else held)[p] for p in ps)
        )(practices)

    def portion(inside, need):
        voting = [p for p in inside if standing.get(p) in {"for", "against"}]
        what = need["of"] if need["of"] != "votes_cast" else "weight"
        base = voting if need["of"] in {"votes_cast", "practices_voting", "patients"} else inside
        yes = [p for p in voting if standing[p] == "for"]
        word = BASES.get(need["of"], need["of"])
        word = "patients of practices voting for or against" if word == "patients" else word
        return share(sums(yes, what), sums(base, what), need, word)

    def count_of(inside, percent):
        answered = [p for p in inside if p in standing]
        told = {o: [p for p in answered if standing[p] == o] for o in options}
        votes = {o: sums(ps, "weight") for o, ps in told.items()}
        whole, part = sums(inside, quorum["of"]), sums(answered, quorum["of"])
        word = BASES.get(quorum["of"], quorum["of"])
        count = {
            "abstain": votes.get("abstain", 0),
            "returned": len(answered),
            "on_roll": len(inside),
        }
        count["votes_cast"] = sum(votes.values()) - count["abstain"]
        count["quorum"] = share(part, whole, {"percent": percent}, word)
        if isinstance(rule.get("weight"), dict):
            count["practices"] = {o: len(ps) for o, ps in told.items()}
            more = {"returned": sums(answered, "weight"), "on_roll": sums(inside, "weight")}
            count["weights"] = {**votes, **more}
        if need:
            count.update({"for": votes["for"], "against": votes["against"]})
            count["threshold"] = portion(inside, need)
        return count, votes

    count, votes = count_of(list(roll), quorum["percent"])
    count["options"], quorate = votes, count["quorum"]["met"]
    if "elect" in rule:
        people = {option: n for option, n in votes.items() if option != "abstain"}
        won = [o for o, n in people.items() if n and sum(m >= n for m in people.values()) <= seats]
        rest = {o: n for o, n in people.items() if o not in won and n and len(won) < seats}
        count["tied"] = [o for o, n in rest.items() if n == max(rest.values())]
        count["unopposed"] = len(people) <= seats
        count["elected"], count["seats"] = list(people) if count["unopposed"] else won, seats
        return count, quorate
    count["base"] = count["threshold"]["base"]
    if "also" in rule:
        count["also"] = [portion(list(roll), more) for more in rule["also"]]
    if area:
        names = sorted({line["locality"] or "" for line in roll.values()})
        inside = {
            a: [p for p, line in roll.items() if (line["locality"] or "") == a] for a in names
        }
        rows = [
            {"area": a, **count_of(ps, area.get("quorum_percent", 0))[0]}
            for a, ps in inside.items()
        ]
        quorate = quorate and all(row["quorum"]["met"] for row in rows if "quorum_percent" in area)
        for row in [] if "quorum_percent" in area else rows:
            del row["quorum"]
        count["areas"] = rows
    return count, quorate


def answers(count, area, quorate):
    """What a count answers to a workflow's questions."""
    cast, tied = count["votes_cast"], count.get("tied")
    even = bool(cast) and count.get("for") == count.get("against") and "for" in count
    parts = [count.get("threshold", {"met": False}), *count.get("also", [])]
    parts += [row["threshold"] for row in count.get("areas", []) if area.get("carried")]
    carried = bool(cast) and not even and all(part["met"] for part in parts)
    full = len(count.get("elected", [])) == count.get("seats", -1) or bool(count.get("unopposed"))
    told = {"quorate": quorate, "carried": carried, "tied": bool(tied) or even, "elected": full}
    return {**told, "unopposed": bool(count.get("unopposed"))}


def differs(own, told) -> bool:
    """Whether what was told lacks, or has otherwise, anything of our own working out."""
    if isinstance(own, dict):
        return type(told) is not dict or any(differs(v, told.get(k)) for k, v in own.items())
    if isinstance(own, list) and isinstance(told, list) and all(type(o) is dict for o in own):
        return len(own) != len(told) or any(map(differs, own, told))
    return sorted(own) != sorted(told) if type(own) is list is type(told) else own != told


# --- the rules: a decision, leaf by leaf ----------------------------------------------------------

STAFF, BODIES = (
    ("conclude", "withdraw"),
    "approve refuse tie ratify settle uphold set_aside".split(),
)
ENDS = ("mail.accepted", "mail.bounced", "mail.undeliverable", "mail.skipped")
FOLLOW = ("decision.classified", "decision.routed", "phase.opened", "deadline.set")  # never a cause
POSTED = ("step_due", "step_overdue", "rerouted")  # letters to whoever holds a post
RULED = frozenset(
    "decision.opened lmc.recorded act.proposed link.issued link.revoked comment.received "
    "comment.answered vote.cast vote.changed vote.rejected meeting.recorded call_in.requested "
    "challenge.raised interest.declared interest.ruled ballot.changed override deadline.extended "
    "deadline.recomputed revote.ordered body.acted outcome.declared phase.closed".split()
)
FREE = frozenset(
    "clock.suspect clock.confirmed backup.restored checkpoint.cosigned trail.opened key.rotated "
    "erasure.performed".split()
)  # known, and without a rule in the replay


class Decision:
    """Where a decision stands, by the leaves read so far."""

    def __init__(self, body, at):
        self.opened, self.ref, self.ballot, self.entered = (
            body,
            body["decision"],
            body["ballot"],
            at,
        )
        self.facts, self.flows, self.flow, self.roll, self.involve = {}, {}, {}, {}, []
        self.state, self.route, self.round, self.due, self.days, self.won = "", "", 0, "", 0, 0
        self.remind, self.reminded, self.links, self.revoked = [], {}, {}, set()
        self.answered, self.asked_up, self.challengers, self.votes = set(), set(), set(), {}
        self.counts, self.flags, self.closing, self.sealed = {}, [], [], False
        self.interests, self.meetings, self.comments, self.proposed = {}, {}, {}, []
        self.calendar, self.since = body["calendar"], (at, 0)  # from when so many days run
        self.lmc = self.extended = self.longer = self.revoted = False
        self.outcome, self.held, self.last, self.loose, self.loose_at = {}, None, {}, (), ""

    @property
    def here(self):
        return self.flow["states"][self.state]

    def open(self, word):
        return self.here.get("open_for") == word

    def ruled(self, *rulings):
        return {practice for practice, ruling in self.interests.items() if ruling in rulings}

    def electors(self):
        out = self.ruled("no_vote", "excluded")
        return {practice: line for practice, line in self.roll.items() if practice not in out}

    def moves(self, *words):
        """The moves from here on these words, in the order written."""
        ours = [move for move in self.flow["moves"] if move["on"] in words]
        return [
            m
            for m in ours
            if m["from"] == self.state or (type(m["from"]) is list and self.state in m["from"])
        ]


class Replay:
    """Every rule, read a second time: what follows from a leaf must be the leaves after it."""

    def __init__(self, report, bundle, scope):
        self.report, self.bundle, self.scope = report, bundle, scope
        self.decisions, self.rolls, self.calendars, self.published = {}, {}, {}, set()
        self.mailings, self.latest, self.outcomes, self.script = {}, {}, {}, deque()
        self.receipts, self.links, self.sums, self.unknown = {}, set(), Counter(), Counter()
        self.n, self.at, self.body, self.seen = 0, "", {}, {}

    def in_scope(self, body) -> bool:
        """Whether a leaf is about what the bundle is about."""
        about = body.get("decision") or self.mailings.get(body.get("mailing"), {}).get("decision")
        return self.scope.get("decision") in {None, about}

    def want(self, right, words) -> bool:
        """A rule: true where it was kept, else a fault that names the leaf."""
        if not right:
            self.report.fault(2, f"Leaf {self.n}: {words}")
        return bool(right)

    def take(self, leaf, opened, ours) -> None:
        """Take the next leaf, with the values that were opened."""
        self.n, kind, body = leaf["n"], leaf["type"], leaf["body"]
        if leaf["at"] != self.at:
            self.owed()
        self.at, self.body, self.seen = leaf["at"], body, opened
        if kind in FREE:
            return
        try:
            if leaf["v"] != 1:
                self.unknown[f"{kind}, v {leaf['v']}"] += 1
            elif kind in {"rules.published", "calendar.published"}:
                self.published.add((body.get("kind", "calendar"), body["digest"]))
            elif kind == "roll.frozen":
                self.rolls[body["decision"]] = body
            elif kind == "mail.intent":
                self.mail_intent(kind)
            elif kind in ENDS:
                self.mail_ended(kind)
            elif kind not in RULED and kind not in FOLLOW:
                self.unknown[kind] += 1
            elif ours:
                self.decide(kind)
        except (
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
            StopIteration,
            ValueError,
        ) as error:
            told = f"{type(error).__name__}: {error}"
            self.want(False, f"{kind} holds, or rests on, what no rule knows ({told:.200}).")

    def decide(self, kind) -> None:
        d = self.decisions.get(self.body["decision"])
        if kind == "decision.opened":
            self.want(d is None, "a decision of this reference was opened before.")
            d = self.decisions[self.body["decision"]] = Decision(self.body, self.at)
        if self.want(d, f"{self.body['decision']} was never opened."):
            scripted = self.follow(kind)
            self.want(scripted or kind not in FOLLOW, f"nothing led to this {kind}.")
            d.lmc = d.lmc or kind == "lmc.recorded"
            d.proposed += [self.body] * (kind == "act.proposed")
            rule = getattr(self, kind.replace(".", "_"), None)
            if rule:
                rule(d, scripted)

    def follow(self, kind) -> bool:
        """Whether the leaf is the one that had to come; if another had to, that is a fault."""
        if not self.script or kind in {"lmc.recorded", "ballot.changed"}:
            return False
        due, ref, fields = self.script.popleft()
        if (kind, self.body["decision"]) != (due, ref):
            self.script.clear()
            return not self.want(False, f"{due} of {ref} should stand here, not {kind}.")
        for field, value in fields.items():
            told = self.body.get(field)
            self.want(
                not differs(value, told), f"{field} is {told!r:.300}, and should be {value!r:.300}."
            )
        return True

    def lead(self, d, *items) -> None:
        """These leaves must follow at once, in this commit."""
        self.script.extend((kind, d.ref, fields) for kind, fields in items)

    def owed(self) -> None:
        """At the end of a commit nothing may be owed that belongs to it."""
        for (ref, practice), n in self.receipts.items():
            self.want(False, f"no receipt went to {practice} ({ref}) for leaf {n}.")
        for ref, practice, person in sorted(self.links):
            self.want(False, f"no link was issued to {person} of {practice} ({ref}).")
        if self.script:
            self.want(False, f"{self.script[0][0]} of {self.script[0][1]} should stand before it.")
        self.receipts.clear(), self.links.clear(), self.script.clear()

    def calendar(self, d) -> Calendar:
        if d.calendar not in self.calendars:
            self.calendars[d.calendar] = Calendar(self.bundle.published("calendar", d.calendar))
        return self.calendars[d.calendar]

    # --- opening, class and road

    def decision_opened(self, d, _) -> None:
        body, frozen, tree = self.body, self.rolls.get(d.ref, {}), Tree()
        self.want(body["roll"] == frozen.get("digest"), "its roll was not frozen before it.")
        lines = self.bundle.published("roll", body["roll"])
        for line in lines:
            tree.add(leaf_hash(canonical(line)))
        d.roll = {line["practice"]: line for line in lines}
        size, root = len(lines), tree.root().hex()
        self.want(root == frozen.get("root"), f"the roll's root is {root}, and not as was frozen.")
        self.want(
            lines and [line["practice"] for line in lines] == sorted(d.roll), "the roll's order."
        )
        self.want(
            frozen.get("practices") == size <= frozen.get("of", size), f"it has {size} practices."
        )
        named = [("impact", body["rules"]), ("calendar", body["calendar"])]
        named += [("workflow", digest) for digest in body["workflows"].values()]
        self.want(
            self.published.issuperset(named), "its rules or calendar were not published before."
        )
        d.flows = {name: self.bundle.published("rules", x) for name, x in body["workflows"].items()}
        self.links = {
            (d.ref, p, one["person"])
            for p in d.roll
            for one in d.roll[p]["persons"]
            if one["contact"]
        }
        self.lead(d, ("decision.classified", {"rules": body["rules"]}))
        self.sums["decisions"] += 1

    def decision_classified(self, d, _) -> None:
        d.facts = self.body["facts"]
        told, route = classify(self.bundle.published("rules", d.opened["rules"]), d.facts)
        for key, value in told.items():
            self.want(self.body.get(key) == value, f"{key} should be {value!r}.")
        d.involve, name = told["involve"], workflow_for(route, d.facts, d.ballot)
        right = d.opened["workflow"] == d.opened["workflows"].get(name)
        self.want(right, f"the workflow should be {name}.")
        self.reroute(d, route)

    def reroute(self, d, route, name="") -> None:
        """The decision goes on by another workflow, or by its first."""
        name = name or workflow_for(route, d.facts, d.ballot)
        d.route, d.flow, digest = route, d.flows[name], d.opened["workflows"][name]
        self.lead(d, ("decision.routed", {"route": route, "name": name, "workflow": digest}))
        self.lead(d, *self.entry(d, d.flow["workflow"]["start"]))

    def entry(self, d, to) -> list[Any]:
        """The leaves that enter a state; the decision stands there from now on."""
        body = d.here.get("body") if d.state in d.flow["states"] else None
        d.state, d.due, d.remind, items = to, "", [], []
        if "act" in d.here:
            items.append(("body.acted", {"body": body, "result": d.here["act"], "state": to}))
        if "result" in d.here:
            own = d.counts if len(d.counts) != 1 else next(iter(d.counts.values()))
            own = {"questions": own} if len(d.counts) > 1 else own or None
            told = {"state": to, "result": d.here["result"], "count": own}
            items.append(("outcome.declared", told))
        if "deadline" in d.here:
            d.round, d.entered, d.longer = d.round + d.open("votes"), self.at, False
            d.days = span(d.here["deadline"]["after"])
            d.since = (self.at, d.days)
            due = self.calendar(d).after(*d.since)
            items.append(("phase.opened", {"phase": to, "round": d.round}))
            items.append(("deadline.set", self.term(d, due, d.days)))
            d.answered, d.asked_up, d.votes = set(), set(), {}
        return items + [("mail.intent", {"letter": name}) for name in d.here.get("letters", [])]

    def term(self, d, due, days):
        told = d.here["deadline"]
        remind = self.calendar(d).reminders(self.at, days, due, told.get("remind", []))
        return {"name": told["name"], "phase": d.state, "due_at": due, "remind": remind}

    def deadline_set(self, d, _) -> None:
        d.due, d.remind = self.body["due_at"], list(self.body.get("remind") or [])

    def link_issued(self, d, _) -> None:
        place = (self.body["practice"], self.body["person"])
        known = (d.ref, *place) in self.links or place in d.revoked
        self.want(known, "a link for somebody who is not on the roll, or has one.")
        self.want(self.body["generation"] == d.links.get(place, 0) + 1, "the link's generation.")
        self.links.discard((d.ref, *place)), d.revoked.discard(place)
        d.links[place] = self.body["generation"]
        self.sums["links"] += 1

    def link_revoked(self, d, _) -> None:
        place = (self.body["practice"], self.body["person"])
        self.want(d.links.get(place) == self.body["generation"], "a link that was not issued.")
        d.revoked.add(place)

    # --- what practices send

    def sent(self, d, casts=True, running=True) -> str:
        """A practice's word: on the roll, in time, by one of its own people; a receipt is owed."""
        practice, by = self.body["practice"], self.seen.get("by")
        people = d.roll.get(practice, {"persons": []})["persons"]
        self.want(practice in d.roll, f"{practice} is not on the roll.")
        if running:
            self.want(d.due and self.at < d.due, f"it came at or after the close, {d.due}.")
        self.want(practice not in d.ruled("excluded"), f"{practice} was ruled to take no part.")
        if self.body.get("meeting"):
            self.want(
                any(one["may_cast"] for one in people), "nobody may cast this practice's vote."
            )
        elif by:
            ours = [one for one in people if one["person"] == by.get("person")]
            right = ours and (ours[0]["may_cast"] or not casts)
            self.want(right, f"its sender may not do this for {practice}.")
            self.want(
                (practice, by.get("person")) not in d.revoked, "its sender's link was revoked."
            )
        self.receipts[d.ref, practice] = self.n
        return practice

    def comment_received(self, d, _) -> None:
        d.comments[self.n] = practice = self.sent(d, casts=False)
        self.want(d.open("comments") or d.open("votes"), f"{d.state} takes no comments.")
        self.want(self.body["phase"] == d.state, f"the state is {d.state}.")
        d.answered |= {practice} if d.open("comments") else set()
        self.sums["comments"] += 1

    def comment_answered(self, d, _) -> None:
        told = self.body
        self.want(told["comment"] in d.comments, "it answers no comment of the decision.")
        self.want(told["disposition"] in {"accepted", "answered", "noted"}, "its disposition.")
        d.comments[told["comment"]] = ""

    def vote_cast(self, d, _, again=False) -> None:
        practice, body, choice = self.sent(d), self.body, self.seen.get("choice")
        place, options = (body["question"], practice), d.ballot.get(body["question"], ())
        self.want(d.open("votes"), f"no vote is open in {d.state}.")
        self.want(practice not in d.ruled("no_vote"), f"{practice} was ruled not to vote.")
        self.want(body["round"] == d.round, f"the round is {d.round}.")
        self.want((place in d.votes) == again, "vote.cast comes first, and vote.changed after it.")
        self.want(options and choice in {None, *options}, f"{choice!r} is not on the ballot.")
        if body.get("meeting"):
            cal, met = self.calendar(d), d.meetings.get(body["meeting"], {})
            late = again or cal.day(self.at) >= cal.day(d.due)
            self.want(practice in met.get("attended", ()), "it was not at the meeting.")
            self.want(not late, "a vote by hand over an answer, or on the day of the close.")
            since = cal.day(d.entered).isoformat()
            self.want(met.get("held_on", "") >= since, "the meeting was before the vote.")
        d.votes[place] = choice
        d.answered.add(practice)
        self.sums["votes"] += 1

    def vote_changed(self, d, _) -> None:
        self.vote_cast(d, _, again=True)

    def vote_rejected(self, d, _) -> None:
        late = not (d.due and self.at < d.due and d.open("votes"))
        self.want(late or self.body["because"] != "late", "it was not late.")
        self.want(self.body["practice"] in d.roll, "the practice is not on the roll.")

    def meeting_recorded(self, d, _) -> None:
        told, today = self.body, self.calendar(d).day(self.at).isoformat()
        self.want(told["meeting"] not in d.meetings, "a meeting of this name is on record.")
        self.want(set(told["attended"]) <= set(d.roll), "somebody there is not on the roll.")
        self.want(told["held_on"] <= today, "it is yet to come.")
        d.meetings[told["meeting"]] = told

    def call_in_requested(self, d, _) -> None:
        practice, rule = self.sent(d), d.here.get("call_in")
        if not self.want(rule, f"{d.state} cannot be called in."):
            return
        self.want(practice not in d.asked_up, f"{practice} asked before, in this step.")
        d.asked_up.add(practice)
        areas = {line["locality"] for line in d.roll.values() if line["locality"]}
        inside = [{p for p, line in d.roll.items() if line["locality"] == a} for a in areas]
        whole = rule.get("whole_locality") and any(area <= d.asked_up for area in inside)
        if whole or len(d.asked_up) * 100 >= rule["percent"] * len(d.roll):
            self.reroute(d, rule["to"])

    def challenge_raised(self, d, _) -> None:
        heard = d.held and d.flow is d.flows["dispute"]
        practice, days = self.sent(d, running=heard), d.flow["workflow"].get("challenge")
        if not heard:
            open_ = d.outcome and d.outcome["result"] != "withdrawn" and days and not d.held
            if not self.want(open_, "no outcome can be challenged here."):
                return
            until = self.calendar(d).after(d.outcome["at"], span(days))
            self.want(self.at < until, f"the outcome could be challenged until {until}.")
        self.want(practice not in d.challengers, f"{practice} challenged before.")
        d.challengers.add(practice)
        if not heard:
            d.held = (d.flow["workflow"]["name"], d.state)
            self.reroute(d, d.route, "dispute")

    # --- what staff and bodies do

    def two(self, d, word) -> None:
        """An act of two persons: this leaf is the second's word, and the first proposed it."""
        ours = self.body.get("person_hash")
        before = [one for one in d.proposed if one["act"].replace("-", "_").startswith(word)]
        other = any(one.get("person_hash") not in {None, ours} for one in before)
        self.want(ours and other, "it needs two persons, and another has not proposed it.")
        d.proposed = [one for one in d.proposed if one not in before]

    def interest_declared(self, d, _) -> None:
        self.want(self.body["practice"] in d.roll, "the practice is not on the roll.")
        d.interests.setdefault(self.body["practice"], None)

    def interest_ruled(self, d, _) -> None:
        practice, ruling = self.body["practice"], self.body["ruling"]
        self.want(practice in d.interests, f"{practice} has declared no interest.")
        self.want(ruling in {"noted", "no_vote", "excluded"}, "not a ruling.")
        if ruling != "noted":
            self.two(d, "rule")
            self.want(not d.round or d.open("votes"), "the vote is over: who could vote stays.")
        d.interests[practice] = ruling
        self.lead(d, ("mail.intent", {"letter": "ruled"}))

    def ballot_changed(self, d, _) -> None:
        new, old = self.body["ballot"], d.ballot
        tied = next(iter(d.last.values()), {}).get("tied") if d.outcome else None
        again = tied and new == {question: [*tied, "abstain"] for question in old}
        less = new and len(new) < len(old) and all(o == old.get(q) for q, o in new.items())
        self.want(
            again or (less and not d.round), "a ballot becomes less before a vote, or a run-off."
        )
        d.ballot = new

    def override(self, d, _) -> None:
        was, route = self.body["was"], self.body["route"]
        lower = ROUTES.index(route) < ROUTES.index(was)
        self.want(was == d.route != route, f"the route was {d.route}.")
        self.want(bool(self.body.get("lower")) == lower, f"lower should be {lower}.")
        self.want(not d.round and not d.outcome, "a vote has opened, or it has ended.")
        if lower:
            self.two(d, "override")
            d.loose, d.loose_at = ("rerouted", "notice"), self.at
        self.reroute(d, route)

    def deadline_extended(self, d, _) -> None:
        body, days, cal = self.body, self.body["working_days"], self.calendar(d)
        self.want(body["was"] == d.due and body["phase"] == d.state, f"{d.state} ends at {d.due}.")
        self.count(d)
        if body["automatic"]:
            move = self.passed(d)
            right = "extend" in move and self.at >= d.due
            self.want(right, "no automatic extension was due: quorate, used before, or too early.")
            self.want(right and span(move["extend"]) == days, "how many days.")
            told = min((count["returned"] for count in d.counts.values()), default=0)
            self.want(body.get("returned") == told, f"{told} had returned an answer.")
            d.extended, d.since, term = (
                True,
                (self.at, days),
                self.term(d, cal.after(self.at, days), days),
            )
        else:
            self.want(type(days) is int and 1 <= days <= 4, "staff may extend by 1 to 4 days.")
            self.want(self.at < d.due, "it was over.")
            fit = d.open("votes") and not d.longer and d.round == 1
            self.want(fit, "staff may extend a vote, once, and none that is held once more.")
            self.two(d, "extend")
            due = cal.instant(cal.step(cal.day(d.due), days), "deadline_time")
            d.longer, term = (
                True,
                {"name": d.here["deadline"]["name"], "phase": d.state, "due_at": due},
            )
        self.lead(d, ("deadline.set", term), ("mail.intent", {"letter": "extended"}))

    def deadline_recomputed(self, d, _) -> None:
        body, new = self.body, ("calendar", self.body["calendar"])
        self.want(body["was"] == d.due > self.at, f"the running deadline was {d.due}.")
        self.want(body["due_at"] > d.due, "a deadline may only become later.")
        self.want(new in self.published, "that calendar was not published.")
        d.calendar = body["calendar"]
        if not d.longer:
            due = self.calendar(d).after(*d.since)
            self.want(body["due_at"] == due, f"by that calendar it should be {due}.")
        self.deadline_set(d, True)
        self.lead(d, ("mail.intent", {"letter": "extended"}))

    def revote_ordered(self, d, _) -> None:
        moves = d.moves("revote")
        if not self.want(moves and d.outcome and not d.revoted, "no vote can be held once more."):
            return
        until, count = self.calendar(d).after(d.outcome["at"], 5), next(iter(d.last.values()), {})
        self.want(self.at < until, f"it could be ordered until {until}.")
        d.revoted = d.extended = True
        d.won = len(count.get("elected") or []) if count.get("tied") else 0
        self.lead(d, *self.entry(d, moves[0]["to"]))

    def body_acted(self, d, scripted) -> None:
        body, to, word = self.body, self.body["state"], self.body["result"]
        self.sums["acts"] += 1
        moves = d.moves(*BODIES)
        if not scripted and d.held and to == d.held[1] and d.flow is d.flows["dispute"]:
            right = word == "upheld" and body["body"] == d.here.get("body")
            self.want(right and d.moves("settle", "uphold"), "this does not let the outcome stand.")
            d.flow, digest = d.flows[d.held[0]], d.opened["workflows"][d.held[0]]
            self.lead(d, ("decision.routed", {"name": d.held[0], "workflow": digest}))
            self.lead(d, *[item for item in self.entry(d, to) if item[0] in FOLLOW])
            d.loose, d.loose_at = ("outcome", *d.here.get("letters", ())), self.at
        elif not scripted:
            ours = [move for move in moves if move["to"] == to]
            if not self.want(ours, f"no act leads from {d.state} to {to}."):
                return
            self.heard(d, ours[0]["on"])
            d.counts = {}
            agreed, due = set(ours[0].get("agree", ())), d.due
            self.want(agreed <= set(body.get("agreed") or ()), f"{sorted(agreed)} must agree.")
            self.want(not due or self.at < due, f"the time for it was over at {due}.")
            self.lead(d, *self.entry(d, to))
            self.follow("body.acted")
        if body.get("votes"):
            more = body["votes"]["for"] - body["votes"]["against"]
            right = {
                "refused": more < 0,
                "tied": not more,
                "approved": more > 0,
                "ratified": more > 0,
            }
            self.want(right.get(word, True), f"{body['votes']} is not {word}.")

    def heard(self, d, word) -> None:
        """What must be on record before an act."""
        if word in {"approve", "ratify", "conclude"} and "lmc" in d.involve:
            self.want(d.lmc, f"{word}, before the LMC's view was on record.")
        waits, left = d.ruled(None), [n for n, practice in d.comments.items() if practice]
        self.want(
            word != "approve" or not waits, f"approved, while {sorted(waits)} wait for a ruling."
        )
        if word == "conclude":
            self.want(not left, f"concluded, while the comments {left[:5]} have no answer.")
            self.want("statement" in self.body, "concluded without a statement.")

    def outcome_declared(self, d, scripted) -> None:
        if not scripted:
            moves = [move for move in d.moves(*STAFF) if move["to"] == self.body["state"]]
            if not self.want(moves, f"nothing leads from {d.state} to {self.body['state']}."):
                return
            self.heard(d, moves[0]["on"])
            self.want(self.at < d.due, f"the time for it was over at {d.due}.")
            d.counts = {}
            self.lead(d, *self.entry(d, self.body["state"]))
            self.follow("outcome.declared")
        d.outcome = {"at": self.at, "result": self.body["result"]}
        self.outcomes[d.ref] = self.n
        self.sums["outcomes"] += 1

    # --- deadlines and counts

    def count(self, d) -> None:
        """Count what stands, for each question."""
        d.counts, d.flags, rule = {}, [], d.flow.get("vote", {})
        if not rule or not (d.open("votes") or "elect" in rule):
            return
        seats = rule.get("elect", {}).get("seats", 0) - d.won
        for question, options in d.ballot.items():
            standing = {p: choice for (q, p), choice in d.votes.items() if q == question}
            count, quorate = tally(rule, d.electors(), options, standing, seats)
            d.counts[question] = count
            d.flags.append(answers(count, rule.get("each_area", {}), quorate))
        electors = d.electors()
        d.sealed = any(choice is None and p in electors for (_, p), choice in d.votes.items())
        if not d.open("votes") and not d.flags[0]["unopposed"]:
            d.counts = {}

    def passed(self, d):
        """The first move on the deadline whose questions are all answered yes."""

        def yes(word):
            if word == "not_yet_extended":
                return not d.extended
            return (any if word == "tied" else all)(
                flags[word] for flags in d.flags or [{word: False}]
            )

        fit = (
            move
            for move in d.moves(d.here["deadline"]["name"])
            if all(map(yes, move.get("when", ())))
        )
        return next(fit)

    def phase_closed(self, d, scripted) -> None:
        body, voting, told = self.body, d.open("votes"), self.body.get("count")
        if not self.want(d.due, f"no time was running in {d.state}."):
            return None
        self.want(self.at >= d.due, f"it closed before its time, {d.due}.")
        right = {"closed_at": d.due, "phase": d.state, "round": d.round}
        for key, value in {**right, "deadline": d.here["deadline"]["name"]}.items():
            self.want(body.get(key) == value, f"{key} should be {value!r}.")
        if not scripted:
            self.count(d)
            d.closing = list(d.ballot) if voting or d.counts else []
            silent = any(p not in d.answered and d.roll[p]["persons"] for p in d.electors())
            if d.remind and silent:
                self.report.note(f"{d.ref}: no reminder was sent at {', '.join(d.remind)}.")
        if voting or d.counts:
            question = d.closing.pop(0) if d.closing else None
            self.want(body.get("question") == question, f"question {question!r} should close here.")
            own = d.counts.get(question, {})
            if d.sealed:  # what cannot be counted is taken from the leaf, and said to be
                self.report.note(
                    f"{d.ref}: votes of round {d.round} are not opened, so not counted."
                )
                own = {key: own[key] for key in ("returned", "on_roll", "quorum")}
                spot, area = list(d.ballot).index(question), d.flow["vote"].get("each_area", {})
                d.counts[question], quorate = told, d.flags[spot]["quorate"]
                d.flags[spot] = answers(told, area, quorate)
            self.want(not differs(own, told), f"the count is {told}, and should be {own}.")
            if d.closing:
                return self.lead(d, ("phase.closed", {"question": d.closing[0]}))
        elif d.open("comments"):
            own = {"answered": len(d.answered), "on_roll": len(d.roll)}
            self.want(not differs(own, told), f"the count is {told}, and should be {own}.")
        d.last, move = d.counts, self.passed(d)
        if self.want("extend" not in move, "it should have been extended, for want of a quorum."):
            self.lead(d, *self.entry(d, move["to"]))
        return None

    # --- letters

    def audience(self, d, letter):
        """Whom a letter may go to, by the digest in the leaf: practices, or None for a post."""
        everyone, out, barred = list(d.roll), d.ruled("excluded"), d.ruled("no_vote", "excluded")
        lists = [[p for p in everyone if p not in gone] for gone in (set(), out, barred)]
        if letter == "reminder":
            week = stamp(moment(self.at) - timedelta(days=7))
            often = {p for p, at in d.reminded.items() if sum(t > week for t in at) >= 3}
            silent = {p for p in everyone if p not in d.answered and d.roll[p]["persons"]}
            lists = [
                [p for p in ps if p in silent - rest] for ps in lists for rest in (set(), often)
            ]
        elif letter in {"receipt", "ruled"}:
            asked = [p for ref, p in self.receipts if ref == d.ref]
            lists = [[p] for p in (asked if letter == "receipt" else d.interests)]
        posts = (
            "committee" if letter == "rerouted" else d.here.get("owner"),
            "chair",
            "accountable_officer",
            "secretary",
        )
        pairs = [([], post) for post in posts if post] if letter in POSTED else []
        pairs = pairs or [(practices, None) for practices in lists]
        told = [
            (canonical({"practices": ps, "role": post}), None if post else ps) for ps, post in pairs
        ]
        return {sha256(whom).hex(): ps for whom, ps in told}

    def mail_intent(self, kind) -> None:
        body, letter, d = self.body, self.body["letter"], self.decisions.get(self.body["decision"])
        mailing = self.mailings[self.n] = {"decision": body["decision"], "left": {}, "sure": False}
        self.want(type(body["count"]) is int and body["count"] >= 0, "a count that is none.")
        mailing["open"] = body["count"] if self.in_scope(body) and type(body["count"]) is int else 0
        if d is None or not self.in_scope(body):
            self.want(not self.in_scope(body), f"{body['decision']} was never opened.")
            return
        due = self.script and self.script[0][0] == kind and self.script[0][2]["letter"] == letter
        loose = letter in {"receipt", "reminder"} or (letter in d.loose and d.loose_at == self.at)
        if (self.script and not loose) or due:
            self.follow(kind)
        elif not loose:
            self.report.note(f"Leaf {self.n}: a letter, {letter!r}, that no rule here asks for.")
        found = self.audience(d, letter)
        if loose or due:
            self.want(body["audience"] in found, f"{letter} goes to others than it should.")
        practices = found.get(body["audience"])
        if practices is not None:
            people = [(p, one["person"]) for p in practices for one in d.roll[p]["persons"]]
            self.want(body["count"] == len(people), f"{len(people)} letters are owed.")
            ids = (sha256(f"{self.n}|{letter}|{p}|{who}".encode()).hex()[:32] for p, who in people)
            mailing["sure"], mailing["left"] = True, {i: p for i, (p, _) in zip(ids, people)}
        if letter == "receipt" and practices:
            place = (d.ref, practices[0])
            del self.receipts[place]
            self.mailings.get(self.latest.get(place), {})["late"] = True  # this one replaces it
            self.latest[place] = self.n
        elif letter == "reminder":
            due = [instant for instant in d.remind if instant <= self.at]
            self.want(due and self.at < d.due, "no reminder was due.")
            d.remind = d.remind[len(due) :]
            for practice in practices or ():
                d.reminded.setdefault(practice, []).append(self.at)
        self.sums["mailings"] += 1

    def mail_ended(self, kind) -> None:
        mailing, message = self.mailings.get(self.body["mailing"]), self.body["message"]
        known = self.want(mailing, "it ends a letter of no mailing.")
        if not known or not self.in_scope(self.body):
            return
        practice = mailing["left"].pop(message[1:33], None if mailing["sure"] else "")
        again = kind == ENDS[1] and (
            practice is None or not mailing["open"]
        )  # taken, and came back
        right = practice == (self.body.get("practice") or "") and mailing["open"] > 0
        self.want(right or again, "it ends a letter that was not owed, or had ended.")
        mailing["open"] -= not again
        self.sums["letters"] += 1

    def end(self) -> None:
        """What is still owed when the bundle ends."""
        self.owed()
        left = {n: m["left"] for n, m in self.mailings.items() if m["open"] > 0 and "late" not in m}
        told, open_ = Counter(), sum(self.mailings[n]["open"] for n in left)
        try:
            for row in map(parse, self.bundle.lines("mail-index.jsonl")):
                told[row["status"]] += row["message"][1:33] in left.get(row["mailing"], ())
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenError(f"mail-index.jsonl cannot be read: {error}.") from None
        if open_:
            hint = ", ".join(f"{n} {status}" for status, n in sorted(told.items()) if n)
            self.report.note(
                f"{open_} letters have no end on the trail (mailings {sorted(left)[:10]}); the "
                f"index of letters, which proves nothing, says: {hint or 'nothing'}."
            )
        for d in self.decisions.values():
            if d.due and d.due <= self.at:
                self.report.note(
                    f"{d.ref}: {d.state} was over at {d.due}, and nothing followed yet."
                )

    def tell(self) -> None:
        """Say what was replayed, and what not."""
        s, told = self.sums, self.report.checked.append
        told(
            f"{s['decisions']} decisions by their rules: class, road, deadlines, {s['votes']} "
            f"votes, {s['comments']} comments, {s['acts']} acts, {s['outcomes']} outcomes."
        )
        told(f"{s['mailings']} mailings, how {s['letters']} letters ended, {s['links']} links.")
        if self.unknown:
            names = ", ".join(f"{n} of {kind:.60}" for kind, n in sorted(self.unknown.items())[:20])
            self.report.note(f"Leaves of kinds whose rules this file does not know: {names}.")
        if self.scope.get("decision"):
            self.report.note(f"Only {self.scope['decision']} was replayed: the bundle is about it.")


# --- the examination ------------------------------------------------------------------------------

_COMMITTED = re.compile("c1:[0-9a-f]{64}")


class Along:
    """Rows of a file that go along with the leaves, ascending by leaf and field."""

    def __init__(self, report, bundle, name, keys):
        self.report, self.name, self.keys, self.last = report, name, keys, (-1, "")
        self.lines = bundle.lines(name)
        self.next = self.row()

    def row(self):
        line = next(self.lines, None)
        try:
            row = None if line is None else parse(line)
            if row is not None:
                if set(row) != self.keys or (row["n"], row["field"]) <= self.last:
                    raise ValueError("its keys, or its order")
                self.last = (row["n"], row["field"])
        except (ValueError, TypeError) as error:
            self.report.fault(1, f"{self.name} cannot be read after {self.last}: {error}.")
            return None
        return row

    def at(self, n):
        """The rows of leaf n, by field."""
        found = {}
        while self.next is not None and self.next["n"] <= n:
            found[self.next["field"]], self.next = self.next, self.row()
        return found


class Examination:
    """One bundle against itself, its rules, and what outside evidence there is."""

    def __init__(self, report, bundle):
        self.report, self.bundle, self.sums, self.last_at = report, bundle, Counter(), ""
        self.witnesses, self.proofs = [], []
        self.keys, self.erased = (
            [],
            set(),
        )  # (from leaf, key, signed for by the one before); (n, field)
        try:
            self.checkpoint = Checkpoint.read(bundle.whole("checkpoint"))
            self.own_policy = Policy(bundle.whole("policy"))
            self.scope = parse(bundle.whole("scope.json"))
            if self.scope["size"] != self.checkpoint.size:
                raise ValueError("scope.json and checkpoint differ in size")
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenError(f"checkpoint, policy or scope.json is broken: {error}.") from None

    def mail(self, path) -> None:
        """Take the witnesses in a letter."""
        try:
            found, receipts = read_mail(_bytes(path, MAIL))
        except Exception as error:
            self.report.note(f"{path} could not be read as a letter ({type(error).__name__}).")
            return
        if not found and not receipts:
            self.report.note(f"{path} has no trail footer, so it shows nothing.")
        self.witnesses += [(path, LETTERS, checkpoint) for checkpoint in found]
        for receipt in receipts:
            self.receipt(path, receipt)

    def receipt(self, path, data) -> None:
        """Take a receipt, which is a witness too."""
        try:
            proof = Proof.read(data)
        except (ValueError, AttributeError, TypeError) as error:
            self.report.note(f"{path} holds no receipt that can be read ({error}).")
            return
        self.witnesses.append((path, RECEIPTS, proof.checkpoint))
        self.proofs.append((path, proof))

    def run(self, policy) -> None:
        """Everything, in one pass after a glance for keys and erasures."""
        for name in sorted(self.bundle.names):
            folder, _, rest = name.partition("/")
            if folder in {"rules", "calendar", "roll"}:
                self.bundle.published(folder, rest[:-5])
                self.sums["files"] += 1
        self.glance()
        opened = Along(self.report, self.bundle, "openings.jsonl", {"field", "n", "salt", "value"})
        withheld = Along(self.report, self.bundle, "withheld.jsonl", {"field", "n", "role"})
        wanted = {checkpoint.size for *_, checkpoint in self.witnesses}
        places = {proof.index for _, proof in self.proofs}
        tree, roots, hashes, sound = Tree(), {0: sha256(b"")}, {}, True
        replay = Replay(self.report, self.bundle, self.scope)
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            hash_ = leaf_hash(line)
            tree.add(hash_)
            if tree.size in wanted:
                roots[tree.size] = tree.root()
            if n in places:
                hashes[n] = hash_
            try:
                if sound:
                    leaf = self.leaf(n, line)
                    ours = replay.in_scope(leaf["body"])
                    replay.take(leaf, self.openings(leaf, opened.at(n), withheld.at(n), ours), ours)
            except (ValueError, TypeError, RecursionError, BrokenError) as error:
                self.report.fault(1, f"Leaf {n} is broken: {error}")
                sound = False
        if sound:
            self.guarded(replay.end)
            for rows in (opened, withheld):
                if rows.next is not None:
                    self.report.fault(
                        1, f"{rows.name} speaks of leaf {rows.last[0]}, which is not there."
                    )
        else:
            self.report.note("The rules were not replayed to the end, as the leaves are broken.")
        self.own(tree, policy)
        self.judge(roots, hashes)
        self.tell(replay)

    def guarded(self, step) -> None:
        try:
            step()
        except BrokenError as error:
            self.report.fault(1, str(error))

    def glance(self) -> None:
        """Read the leaves about keys and erasures, which tell of leaves before them."""
        mark = re.compile(rb'"type":"(erasure\.performed|key\.rotated|trail\.opened)"')
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            if n and not mark.search(line):
                continue
            try:
                leaf = parse(line)
                body, kind = leaf["body"], leaf["type"]
                if (n == 0) != (kind == "trail.opened"):
                    raise ValueError("the trail is opened by its first leaf, and once")
                if n == 0:
                    self.keys.append((0, Key.read(body["vkey"]), True))
                elif kind == "key.rotated":
                    self.rotated(n, body)
                elif kind == "erasure.performed":
                    told = [body, *(body.get("also") or ())]
                    self.erased.update((one["n"], one["field"]) for one in told if one["n"] < n)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.report.fault(1, f"Leaf {n} is broken: {error}.")
        if not self.keys or self.keys[0][1].name != self.checkpoint.origin:
            raise BrokenError(
                "Leaf 0 does not name the key of the trail that the checkpoint names."
            )

    def rotated(self, n, body) -> None:
        old, new, signature = self.keys[-1][1], Key.read(body["vkey"]), body.get("signature")
        if Key.read(body["was"]) != old or new.kind != 1:
            raise ValueError("it replaces a key that was not in force")
        if signature is None:
            told = "without the old key's signature: nothing but its word ties the new to the old."
            self.report.note(f"Leaf {n} replaces the key {told}")
        else:
            raw = unbase64(signature)
            text = f"{self.checkpoint.origin}\nkey.rotated {n}\n{body['vkey']}\n".encode()
            if raw[:4] != old.id or not verified(old.public, text, raw[4:]):
                raise ValueError("it replaces the key with a false signature")
        self.keys.append((n, new, signature is not None))

    def leaf(self, n, line):
        leaf = parse(line)
        if set(leaf) != {"at", "body", "n", "type", "v"} or type(leaf["body"]) is not dict:
            raise ValueError("its keys are not at, body, n, type, v")
        if type(leaf["type"]) is not str or type(leaf["v"]) is not int:
            raise ValueError("its type or v")
        if leaf["n"] != n:
            raise ValueError(f"it says that it is leaf {leaf['n']}")
        moment(leaf["at"])
        if leaf["at"] < self.last_at:
            raise ValueError(f"it is of {leaf['at']}, before the one before it")
        self.last_at = leaf["at"]
        return leaf

    def openings(self, leaf, opened, withheld, ours):
        """The values of a leaf that were opened; each commitment has exactly one place."""
        n, body, values = leaf["n"], leaf["body"], {}
        held = {k: v for k, v in body.items() if type(v) is str and _COMMITTED.fullmatch(v)}
        needed, told = set(held) if ours else set(), set(opened) | set(withheld)
        if leaf["type"] == "roll.frozen" and told - set(held):  # addresses: commitments of the roll
            for line in self.bundle.published("roll", body.get("digest")):
                for one in line["persons"]:
                    held[f"{line['practice']}/{one['person']}/contact"] = one["contact"]
        for field in sorted(needed | told):
            places = (field in opened) + (field in withheld) + ((n, field) in self.erased)
            if field not in held:
                self.report.fault(1, f"Leaf {n} holds no commitment {field!r:.80} to be opened.")
            elif places != 1:
                word = "in more than one place" if places else "neither opened, withheld nor erased"
                self.report.fault(1, f"Leaf {n}: what {field!r} stands for is {word}.")
            elif field in opened:
                row = opened[field]
                values[field] = row["value"]
                if commitment(row["salt"], row["value"]) != held[field]:
                    self.report.fault(1, f"Leaf {n}: the opening of {field!r} is not what it was.")
            kind = "opened" if field in opened else "withheld" if field in withheld else "erased"
            self.sums[f"{kind} by rule" if field in {"contact", "words"} else kind] += 1
        return values

    def own(self, tree, policy) -> None:
        """The bundle's checkpoint: root, signature, key, and the auditor's policy."""
        ours, root = self.checkpoint, tree.root()
        key = [key for n, key, _ in self.keys if n < max(ours.size, 1)][-1]
        if (tree.size, root) != (ours.size, ours.root):
            told = f"{tree.size} leaves with the root {root.hex()}; its checkpoint says {ours.size}"
            self.report.fault(1, f"The bundle holds {told}, {ours.root.hex()}.")
        if not ours.note.signed_by(key):
            self.report.fault(1, "The checkpoint is not signed by the key in force at its size.")
        if self.own_policy.logs != [key] or self.own_policy.quorum != "none":
            self.report.fault(1, "The bundle's own policy does not name the key in force alone.")
        first = max(i for i, (n, _, signed) in enumerate(self.keys) if not signed or n == 0)
        chain = [key.public for _, key, _ in self.keys[first:]]
        if policy is None:
            return
        if policy.logs and not any(log.public in chain for log in policy.logs):
            self.report.fault(1, "The trail's key is not one that your policy trusts.")
        elif not policy.reached(ours.note):
            self.report.fault(1, "The checkpoint lacks the witnesses that your policy asks for.")
        elif policy.quorum == "none":
            self.report.note("Your policy names the key, and asks for no witness of the contents.")
        else:
            self.report.checked.append(
                "As many witnesses as your policy asks for signed the checkpoint."
            )
            self.sums["vouched"] = ours.size

    def judge(self, roots, hashes) -> None:
        """Each witness against the roots of the leaves."""
        seen = {}
        for source, kind, one in self.witnesses:
            if one.note not in seen:
                seen[one.note] = self.standing(source, one, roots)
            if seen[one.note]:
                self.report.note(f"{source}: {seen[one.note]}")
            else:
                self.sums[kind] += 1
        for source, proof in self.proofs:
            if not proof.holds(hashes.get(proof.index)):
                self.report.note(f"{source}: the receipt's proof or openings do not hold.")

    def standing(self, source, one, roots) -> str:
        """Why a witness shows nothing; empty where it bears the bundle out, or contradicts it."""
        keys, size = [key for _, key, _ in self.keys if one.note.claims(key)], self.checkpoint.size
        if one.origin != self.checkpoint.origin:
            return f"it is of another trail, {one.origin!r}."
        if not keys:
            self.sums["strange"] += 1
            return (
                "it is signed with a key that this trail never had: either it is not this trail's, "
                "or the bundle's keys are false. Ask for the key by a second channel (--policy)."
            )
        if not any(one.note.signed_by(key) for key in keys):
            return "its signature is false, so it is no evidence, for or against."
        if one.size > size and source != "--since":
            told = f"it vouches for {one.size} leaves, and the bundle ends after {size}"
            return f"{told}: ask for a newer bundle, in which none may be missing."
        if roots.get(one.size) == one.root:
            self.sums["vouched"] = max(self.sums["vouched"], one.size)
            return ""
        told = f"signed for {one.size} leaves, with a root that the bundle does not have."
        self.report.fault(4, f"{source}: {told}")
        self.report.conflicts.append((str(one.note), str(self.checkpoint.note)))
        return ""

    def tell(self, replay) -> None:
        s, told, note = self.sums, self.report.checked.append, self.report.note
        size, vouched = self.checkpoint.size, s["vouched"]
        told(f"{size} leaves: spelling, order, time, and the signed root over them.")
        told(f"{len(self.keys)} keys of the trail, and {s['files']} files by their digests.")
        opened, erased = s["opened"] + s["opened by rule"], s["erased"] + s["erased by rule"]
        told(f"{opened} openings against what the leaves hold; {erased} were erased.")
        told(f"Outside evidence: {s[LETTERS]} letters' and {s[RECEIPTS]} receipts' signed roots.")
        replay.tell()
        if s["withheld by rule"]:
            told_ = f"{s['withheld by rule']} addresses and words of mail servers are withheld:"
            note(f"{told_} that each letter went to the right address was not checked.")
        if s["withheld"]:
            note(f"{s['withheld']} openings are withheld from this reader.")
        if not vouched:
            note(
                "There is no outside evidence: the bundle agrees with itself, and so would one "
                "made anew by whoever holds the key. Bring letters, receipts, or a policy with "
                "witnesses."
            )
        late = [f"{ref} (leaf {n})" for ref, n in replay.outcomes.items() if n >= vouched > 0]
        if late:
            note(f"No outside evidence is as late as these outcomes: {', '.join(late[:20])}.")
        bound = f"Outside evidence covers {'all' if vouched else 'none'} of the {size} leaves."
        if 0 < vouched < size:
            bound = f"Outside evidence reaches to leaf {vouched - 1}; the {size - vouched} leaves "
            bound += "after it are vouched for by nobody outside."
        if s["strange"]:
            bound += f"\nBEWARE: {s['strange']} checkpoints of this trail's name bear a key "
            bound += "that the bundle does not know. Unless that is explained, do not rely on it."
        self.report.boundary = bound


LETTERS, RECEIPTS = "letters'", "receipts'"


def _bytes(path, limit) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise CannotRunError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > limit:
        raise CannotRunError(f"{path} is too large.")
    return data


def _given(option, read, path):
    """What an option names, read; None where it was not given."""
    try:
        return read(_bytes(path, FILE)) if path else None
    except ValueError as error:
        raise CannotRunError(f"{option} {path} cannot be read: {error}.") from None


def _within(paths) -> list[str]:
    """Each file named, and each file of a folder named."""
    found, paths = [], [paths] if isinstance(paths, (str, os.PathLike)) else paths
    for path in map(os.fspath, paths):
        inner = sorted(os.path.join(at, name) for at, _, names in os.walk(path) for name in names)
        found += inner if os.path.isdir(path) else [path]
    return found


def examine(
    bundle: Any, mails: Any = (), receipts: Any = (), policy: Any = None, since: Any = None
) -> Report:
    """Check a bundle; all arguments are paths. Never raises: what goes wrong is in the report."""
    report = Report()
    try:
        trusted = _given("--policy", Policy, policy)
        old = _given("--since", Checkpoint.read, since)
        examination = Examination(report, Bundle(os.fspath(bundle), report))
        examination.witnesses += [("--since", "older", old)] if old else []
        for path in _within(mails):
            examination.mail(path)
        for path in _within(receipts):
            examination.receipt(path, _bytes(path, MAIL))
        examination.run(trusted)
    except CannotRunError as error:
        report.fault(5, str(error))
    except BrokenError as error:
        report.fault(1, str(error))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        report.fault(1, f"The zip is damaged: {error}.")
    except Exception as error:
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
    parser.add_argument("--policy", help="keys and witnesses that you trust (C2SP tlog-policy)")
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

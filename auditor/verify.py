"""Checks an audit bundle without trusting whoever made it. One file, Python 3.9 or newer, alone:
it writes nothing, asks no network, and shares no line with the program that runs the decisions. It
is a second reading of the published rules (docs/reference/audit-bundle.md). Take it from a second
channel (its SHA-256 stands in the minutes), not from the bundle.

  python3 verify.py bundle.zip                    does it agree with itself, was every rule kept?
  python3 verify.py bundle.zip --mail letters/    and with letters that practices kept (.eml): the
      last lines of each hold a signed root. Collect them from practices, by lot.
  python3 verify.py bundle.zip --receipt receipt.tlog-proof --since last-year.checkpoint
  python3 verify.py bundle.zip --policy ours.txt  with keys and witnesses that you trust

It ends with one code (of several, the first in the order 1, 4, 2, 5, 3): 0 proved; 1 the bundle
contradicts itself; 2 a rule was not kept; 3 not everything could be checked; 4 signed evidence
contradicts it; 5 it could not be run. What no trail shows: what was never entered, who sat at the
keyboard, whether what was typed is true, or that a letter was read. Sentences are not compared."""
from __future__ import annotations

import argparse, base64, hashlib, html, io, json, os, re, sys, unicodedata, zipfile, zlib
from collections import Counter, defaultdict, deque, namedtuple
from datetime import datetime, timedelta
from email import message_from_bytes
from itertools import islice
from typing import Any

VERDICTS = [
    "All proved: the bundle is whole, every rule was kept, and outside evidence bears it out.",
    "NOT TO BE RELIED ON: the bundle contradicts itself.",
    "A RULE WAS NOT KEPT: the bundle is whole, and what it tells breaks its own rules.",
    "No fault was found, but not everything could be checked: see the list.",
    "TWO HISTORIES: a signed witness contradicts the bundle. Keep both notes: they are proof.",
    "The check could not be run."]
LINE, FILE, BUNDLE, MAIL, TOLD = 1 << 20, 1 << 24, 1 << 34, 1 << 25, 100  # limits; bytes, sentences

class CannotRunError(Exception): "There is nothing to check: no such file, not a zip."
class BrokenError(Exception): "The bundle is not what a bundle must be."

class Report:
    """What was checked, what was not, and what is wrong."""
    def __init__(self):
        self.checked, self.unchecked, self.faults, self.conflicts = [], [], [], []
        self.boundary, self.codes = "", Counter()
    def fault(self, code, words):
        self.codes[code] += 1
        if self.codes[code] == TOLD: words = "There are more of this kind."
        if self.codes[code] <= TOLD: self.faults.append(words)
    def note(self, words):
        new = words not in self.unchecked and len(self.unchecked) < 10 * TOLD
        if new: self.unchecked.append(words)
    @property
    def exit(self) -> int:
        return next((code for code in (1, 4, 2, 5) if self.codes[code]), 3 if self.unchecked else 0)
    @property
    def result(self) -> str: return VERDICTS[self.exit]
    def as_json(self) -> dict:
        keys = ("result", "exit", "checked", "unchecked", "faults", "boundary", "conflicts")
        return {key: getattr(self, key) for key in keys}
    def as_text(self) -> str:
        text, lists = "", ((self.checked, "Checked"), (self.unchecked, "Not checked"))
        for told, title in (*lists, (self.faults, "Wrong")):
            text += "\n  - ".join([f"{title}:", *(told or ["nothing"])]) + "\n\n"
        for witness, ours in self.conflicts:
            text += f"The witness's note:\n{witness}\nThe bundle's note:\n{ours}\n"
        return f"{text}{self.boundary}\n{self.result} (exit code {self.exit})"

# --- canonical JSON and commitments ---------------------------------------------------------------
def need(right, words, kind=ValueError):
    if not right: raise kind(words)
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def parse(data) -> Any:  # the value that these bytes are the canonical JSON of; else ValueError
    try:
        text = data.decode()
        value = DECODER.decode(text)
        need(canonical(value) == data, "not canonical JSON")  # doubled keys, spaces, other orders
        plain = data.isascii() or unicodedata.is_normalized("NFC", text) and ascii_keys(value)
    except RecursionError: raise ValueError("nested too deeply") from None
    need(plain, "text not in normal form C, or a key that is not ASCII")
    return value
def whole(digits):
    need(len(digits) < 18 and abs(int(digits)) <= 1 << 53, "a number beyond 2^53")
    return int(digits)
def no_fraction(digits): need(False, f"not a whole number: {digits[:20]}")
def ascii_keys(value):
    if type(value) is list: return all(map(ascii_keys, value))
    return type(value) is not dict or all(k.isascii() and ascii_keys(v) for k, v in value.items())
DECODER = json.JSONDecoder(parse_int=whole, parse_float=no_fraction, parse_constant=no_fraction)
def sha256(data): return hashlib.sha256(data).digest()
def commitment(salt, value) -> str:  # what stands in a leaf for a value
    need(re.fullmatch("[0-9a-f]{64}", salt), "a salt is 64 hex digits")
    return "c1:" + sha256(b"ccg-trail/commit/v1\n" + bytes.fromhex(salt) + canonical(value)).hex()

# --- the tree (RFC 6962) --------------------------------------------------------------------------
def leaf_hash(data) -> bytes: return sha256(b"\0" + data)
def node_hash(left, right): return sha256(b"\1" + left + right)

class Tree:
    """The right edge of a growing tree."""
    def __init__(self) -> None: self.size, self.peaks = 0, []
    def add(self, leaf) -> None:
        at, self.size = self.size, self.size + 1
        while at & 1: leaf, at = node_hash(self.peaks.pop(), leaf), at >> 1
        self.peaks.append(leaf)
    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else sha256(b"")
        for peak in reversed(self.peaks[:-1]): root = node_hash(peak, root)
        return root

# --- Ed25519 (RFC 8032), for checking only --------------------------------------------------------
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P: x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign): return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def verified(public, message, signature) -> bool:
    """Whether the signature is this key's over this message (cofactorless; S below L)."""
    key, s = point(public), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or key is None or s >= L: return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k, minus = int.from_bytes(digest, "little") % L, (P - key[0], key[1], 1, P - key[3])
    steps, total = (None, BASE, minus, add(BASE, minus)), (0, 1, 1, 0)
    for bit in range(252, -1, -1):  # s*B - k*A, both at once
        total, step = add(total, total), steps[(s >> bit & 1) + 2 * (k >> bit & 1)]
        total = add(total, step) if step else total
    inverse = pow(total[2], P - 2, P)
    x, y = total[0] * inverse % P, total[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

# --- keys, notes, checkpoints, receipts and policies (C2SP) ---------------------------------------
NUMBER = "0|[1-9][0-9]{0,15}"
PROOF = re.compile(rf"c2sp\.org/tlog-proof@v1\n(?:extra (.+)\n)?index ({NUMBER})(?:\n.+){{0,64}}")
NOTE = re.compile(r"((?:[^\x00-\x09\x0b-\x1f]*\n)?)\n((?:— [^\s+]+ [A-Za-z0-9+/]+=*\n)+)")
def base_64(data): return base64.b64encode(data).decode()
def unbase64(text):
    data = base64.b64decode(text, validate=True)
    need(base_64(data) == text, "not strict base64")
    return data

class Key(namedtuple("Key", "name id kind public")):
    """A verifier key, `name+hash+base64(kind || public key)`: kind 1 signs notes, 4 cosigns."""
    @classmethod
    def read(cls, text) -> Key:
        name, hash_, rest = [*text.split("+", 2), "", ""][:3]
        data = unbase64(rest)
        id_ = sha256(name.encode() + b"\n" + data)[:4]
        fit = name and not re.search(r"\s", name) and len(data) == 33 and data[0] in {1, 4}
        need(fit and id_.hex() == hash_, "not a verifier key, or its hash is not its own")
        return cls(name, id_, data[0], data[1:])

class Note(namedtuple("Note", "text lines")):
    """A signed note: its text, and (name, key id, signature) of each line under it."""
    @classmethod
    def read(cls, data) -> Note:
        found = NOTE.fullmatch(data.decode()) if len(data) <= LINE else None
        need(found and found[2].count("\n") <= 100, "not a signed note")
        lines = [(name, unbase64(raw)) for name, raw in re.findall("— (.+) (.+)\n", found[2])]
        need(all(len(raw) > 4 for _, raw in lines), "not a signature line")
        return cls(found[1], tuple((name, raw[:4], raw[4:]) for name, raw in lines))
    def __str__(self):
        lines = (f"— {name} {base_64(id_ + signature)}\n" for name, id_, signature in self.lines)
        return f"{self.text}\n{''.join(lines)}"
    def claims(self, key):  # the signatures that say that they are this key's
        return [sig for name, id_, sig in self.lines if (name, id_) == (key.name, key.id)]
    def signed_by(self, key) -> bool:  # a cosignature holds its time before it
        signature, message = next(iter(self.claims(key)), b""), self.text.encode()
        if key.kind == 1: return verified(key.public, message, signature)
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        message = f"cosignature/v1\ntime {time}\n{self.text}".encode()
        return time < 1 << 63 and verified(key.public, message, signature)

class Checkpoint(namedtuple("Checkpoint", "origin size root note")):
    """A signed root of the first `size` leaves."""
    @classmethod
    def read(cls, data) -> Checkpoint:
        note = Note.read(data)
        found = re.fullmatch(rf"(.+)\n({NUMBER})\n(.+)\n(?:.+\n)*", note.text)
        need(found and len(unbase64(found[3])) == 32, "not a checkpoint")
        return cls(found[1], int(found[2]), unbase64(found[3]), note)

class Proof(namedtuple("Proof", "index checkpoint extra")):
    """A receipt (tlog-proof@v1): a leaf's place, a checkpoint, and what the leaf stands for. Its
    path is not climbed: the bundle has every leaf, and the root is worked out from all."""
    @classmethod
    def read(cls, data) -> Proof:
        head, _, note = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        found = PROOF.fullmatch(head.decode())
        extra = parse(unbase64(found[1])) if found and found[1] else {}
        need(found and type(extra) is dict, "not a tlog-proof@v1")
        return cls(int(found[2]), Checkpoint.read(note), extra)
    def holds(self, leaf):  # whether the bundle's leaf of its place is the one it has, and opens so
        told, rows = self.extra.get("leaf"), self.extra.get("openings", [])
        try:
            body = {} if told is None else parse(told.encode())["body"]
            same = leaf and (told is None or leaf_hash(told.encode()) == leaf)
            return same and all(commitment(r["salt"], r["value"]) == body[r["field"]] for r in rows)
        except (ValueError, TypeError, KeyError, AttributeError): return False

class Policy:
    """Which keys an auditor trusts, and how many witnesses must have signed (tlog-policy)."""
    def __init__(self, data) -> None:
        fit = len(data) <= LINE and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data)
        need(fit, "a control character, or too long")
        self.logs, self.named, self.quorum, self.used = [], {"none": (0, [])}, "", {"none"}
        for line in data.decode("utf-8", "surrogateescape").split("\n"):
            word, *rest = re.split("[ \t]+", line.strip(" \t"))
            fit = not word or word.startswith("#") or self.take(word, *rest)
            need(fit, f"not a line of a policy: {line[:60]!r}")
        keys = [*self.logs, *(key for key in self.named.values() if isinstance(key, Key))]
        kinds = [1] * len(self.logs) + [4] * (len(keys) - len(self.logs))
        fit = len({key.public for key in keys}) == len(keys) and [key.kind for key in keys] == kinds
        need(fit and self.quorum, "a key twice, or of the wrong kind, or no quorum")
    def take(self, word, name="", what="", *more):  # one line; whether it is one
        new = what and name not in self.named
        if word == "log" and name and not more: self.logs.append(Key.read(name))
        elif word == "witness" and new and len(more) < 2: self.named[name] = Key.read(what)
        elif word == "group" and new and more:  # each member is in one group, once
            least = {"any": "1", "all": str(len(more))}.get(what, what)
            fit = re.fullmatch("[1-9][0-9]{0,3}", least) and int(least) <= len(more) == len({*more})
            if not fit or not {*more} <= self.named.keys() - self.used: return False
            self.used.update(more)
            self.named[name] = (int(least), more)
        elif word == "quorum" and name in self.named and not what + self.quorum: self.quorum = name
        else: return False
        return True
    def reached(self, note, name="") -> bool:  # whether enough witnesses cosigned the note
        what = self.named[name or self.quorum]
        if isinstance(what, Key): return note.signed_by(what)
        return sum(self.reached(note, member) for member in what[1]) >= what[0]

# --- letters --------------------------------------------------------------------------------------
HEX = "((?:[0-9a-f] ?){%d})"
FOOT = re.compile(rf"(?i)\broot {HEX % 64} ?key {HEX % 8} ?sig1 {HEX % 64} ?sig2 {HEX % 64}")
HEAD = re.compile(r"(\S{1,255}?)(?: ?<[^<>]{1,400}>)? ([1-9][0-9]{0,14}) $")
def footers(text) -> list:  # every checkpoint in a text, whatever was done to the lines around it
    text = re.sub(r"(?m)^[\s>|]+", " ", text.replace("\u00a0", " ").replace("\u200b", ""))
    text, found = re.sub(r"\s+", " ", text), []
    for foot in islice(FOOT.finditer(text), 1000):
        head = HEAD.search(text[max(0, foot.start() - 700) : foot.start()])
        if not head: continue
        root, id_, one, two = (bytes.fromhex(part.replace(" ", "")) for part in foot.groups())
        note = Note(f"{head[1]}\n{head[2]}\n{base_64(root)}\n", ((head[1], id_, one + two),))
        found.append(Checkpoint(head[1], int(head[2]), root, note))
    return found
def parts_of(data, depth=0):
    """The texts of a mail and of mails within it, and its attached receipts."""
    for part in message_from_bytes(data).walk():
        kind, body = part.get_content_type(), part.get_payload(decode=True)
        if kind == "message/rfc822" and part.is_multipart():  # some attach it in base64, wrongly
            coded = str(part.get("content-transfer-encoding", "")).strip().lower() == "base64"
            body = base64.b64decode(str(part.get_payload(0).get_payload())) if coded else None
        if not isinstance(body, bytes): continue
        mail = kind == "message/rfc822" or str(part.get_filename()).endswith(".eml")
        if body.startswith(b"c2sp.org/tlog-proof@"): yield None, body
        elif mail and depth < 5: yield from parts_of(body, depth + 1)
        elif kind.startswith("text/"):
            wide = str(part.get_content_charset()).lower().startswith("utf-16")
            text = body.decode("utf-16" if wide else "utf-8", "replace")
            if kind == "text/html":  # without its tags
                pieces = (piece.rpartition(">")[2] for piece in f"x>{text}".split("<"))
                text = html.unescape(" ".join(pieces))
            yield text, None
def read_mail(data) -> tuple:  # the checkpoints in a letter's footers, and the receipts in it
    parts = [*parts_of(data), (data.decode("utf-8", "replace"), None)]  # or saved as plain text
    found = {one.note: one for text, _ in parts if text for one in footers(text)}
    return list(found.values()), [proof for _, proof in parts if proof]

# --- the zip --------------------------------------------------------------------------------------
MEMBERS = re.compile(
    r"README|scope\.json|checkpoint|policy|verify\.py|(leaves|openings|withheld|mail-index)\.jsonl"
    r"|(rules|calendar|roll)/[0-9a-f]{64}\.json")
NEEDED = ("scope.json", "checkpoint", "policy", "leaves.jsonl", "openings.jsonl", "withheld.jsonl")

class Bundle:
    """The members of the zip, each read within limits."""
    def __init__(self, path, report):
        try: self.zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise CannotRunError(f"{path} cannot be opened as a zip: {error}.") from None
        every, broken = self.zip.infolist(), BrokenError
        members, packed = {x.filename: x for x in every}, sum(x.compress_size for x in every)
        fit = len(members) == len(every) <= 100_000 and packed <= os.path.getsize(path)
        need(fit, "The zip holds two members of one name, very many, or too much.", broken)
        self.names = {*members}
        for name, one in members.items():
            limit = min(BUNDLE if name.endswith("l") else FILE, 300 * one.compress_size + 4096)
            inside = not re.search(r"^[/\\]|\.\.|\\|:|[\x00-\x1f]", name)
            fit = inside and one.file_size <= limit and not one.flag_bits & 1
            need(fit, f"{name!r:.80} is outside its folder, too large, or encrypted.", broken)
            if not MEMBERS.fullmatch(name): report.note(f"{name!r:.80} is no member of a bundle.")
        need(self.names >= {*NEEDED}, f"The bundle has not all of {', '.join(NEEDED)}.", broken)
    def whole(self, name):
        with self.zip.open(name) as member: return member.read(FILE)
    def lines(self, name):  # without their ends, one at a time
        with self.zip.open(name) as member, io.BufferedReader(member, 1 << 18) as lines:
            for line in iter(lambda: lines.readline(LINE), b""):
                fit = line[-1:] == b"\n" and len(line) > 1
                need(fit, f"{name} has a line that is empty, too long, or has no end.", BrokenError)
                yield line[:-1]
    def published(self, folder, digest):
        """A file by its digest; BrokenError if it is not there, or not it."""
        name = f"{folder}/{digest}.json"
        data = self.whole(name) if name in self.names else b""
        need(sha256(data).hex() == digest, f"{name} was changed, or left out.", BrokenError)
        try: return parse(data)
        except ValueError as error: raise BrokenError(f"{name}: {error}.") from None

# --- the rules by themselves: calendar, impact, count ---------------------------------------------
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
ROUTES = ["inform", "consult", "committee", "vote", "vote+supermajority"]
INVOLVED = ["lmc", "management_allowance_committee", "non_gp_majority_committee",
            "patients_and_public", "local_authority_scrutiny", "nhs_england"]
INCOME = ["affects_practice_income", "changes_contract_or_les", "quality_premium",
          "incentive_scheme", "qof"]
COMMITTEES = {"urgent": "urgent_powers", "uses_management_allowance": "allowance_committee",
              "procurement": "procurement"}
BASES = {"votes_cast": "votes cast", "weight": "votes held", "practices": "practices",
         "practices_voting": "practices voting for or against"}
PATIENTS = "patients of practices voting for or against"
def moment(text):  # an instant of the trail: UTC, to the microsecond
    need(MOMENT.fullmatch(text), "not an instant in UTC to the microsecond")
    return datetime.fromisoformat(text[:-1])
def stamp(at): return at.isoformat(timespec="microseconds") + "Z"
def span(words): return int(words.split(" ", 1)[0])  # the days of `10 working days`

class Calendar:
    """Working days and London's clock, by the published calendar alone."""
    def __init__(self, told):
        self.told, self.holidays = told, set(told["holidays"])
        self.changes = [(moment(one["at"]), one["offset_minutes"]) for one in told["transitions"]]
    def offset(self, at):
        passed = [minutes for change, minutes in self.changes if change <= at]
        return timedelta(minutes=passed[-1] if passed else self.told["base_offset_minutes"])
    def day(self, at):  # the London day of an instant
        return (moment(at) + self.offset(moment(at))).date()
    def instant(self, day, clock="deadline_time"):
        """The instant at which London's clocks show this on this day."""
        local = datetime.fromisoformat(f"{day}T{self.told[clock]}")
        return stamp(local - self.offset(local - self.offset(local)))
    def step(self, day, days):  # so many working days after the day, or before it
        one, years = timedelta(days=1 if days > 0 else -1), self.told["years"]
        for _ in range(abs(days)):
            day += one
            while day.weekday() > 4 or day.isoformat() in self.holidays: day += one
            need(years["first"] <= day.year <= years["last"], f"the calendar ends before {day}")
        return day
    def after(self, at, days): return self.instant(self.step(self.day(at), days))
    def reminders(self, at, days, due, told):  # when reminders fall, of a state entered then
        fall = {self.step(self.day(at), days // 2) if one == "at half-time" else
                self.step(self.day(due), -span(one) if one[0].isdigit() else 0) for one in told}
        instants = sorted(self.instant(day, "letter_time") for day in fall)
        return [instant for instant in instants if at < instant < due]
def fits(row, facts):  # whether a row of the impact table fits the facts
    def one(wanted, fact):
        if isinstance(wanted, list): return any(one(choice, fact) for choice in wanted)
        if isinstance(wanted, bool): return bool(fact) == wanted
        if not isinstance(wanted, dict): return fact == wanted
        if wanted.get("stated", fact is not None) != (fact is not None): return False
        within = type(fact) is int and (
            wanted.get("at_least", fact) <= fact <= wanted.get("at_most", fact))
        return within or wanted.keys() == {"stated"}
    def every(case): return all(one(wanted, facts.get(name)) for name, wanted in case.items())
    some = not row.get("any") or any(map(every, row["any"]))
    return every(row.get("when", {})) and some and not any(map(every, row.get("unless", [])))
def classify(table, facts):  # what `decision.classified` must say, and the route to be taken
    rule = next(row for row in table["rules"] if fits(row, facts))
    rows = [rule, *(row for row in table.get("involvements", []) if fits(row, facts))]
    doubts = [row for row in [rule, *table.get("checks", [])] if "ask" in row and fits(row, facts)]
    names = {name for row in rows for name in row.get("involve", [])}
    told = {"level": rule["level"], "route": rule["route"], "ask": bool(doubts),
            "involve": [name for name in INVOLVED if name in names],
            "fired": [row["id"] for row in rows], "asks": [row["ask"] for row in doubts]}
    routes = {rule["route"], *(route for row in doubts for route in row.get("in_doubt", []))}
    return told, max(routes, key=ROUTES.index)
def workflow_for(route, facts, ballot):  # the name of the workflow that carries a route
    if route == "committee":
        names = (name for fact, name in COMMITTEES.items() if facts.get(fact))
        return next(names, "primary_care_committee")
    if route != "vote": return "constitution_vote" if route == "vote+supermajority" else route
    election = any(option.startswith("candidate_") for o in ballot.values() for option in o)
    income = any(map(facts.get, INCOME))
    return "election" if election else "vote_then_committee" if income else "member_vote"
def share(reached, of, rule, base):  # A share against what is needed
    more = "more_than_percent" in rule
    percent = rule.get("more_than_percent", rule.get("at_least_percent", rule.get("percent")))
    met = of > 0 and (reached * 100 > percent * of or not more and reached * 100 == percent * of)
    told = {"reached": reached, "of": of, "needed_percent": percent, "more_than": more}
    return {**told, "met": met, "base": base}
def weight(line, rule):  # A practice's votes by the rule of the vote at hand
    if not isinstance(rule, dict): return 1
    size, unit = line["list_size"], rule["patients"]
    if not size: return rule.get("blank", 1)
    half = {"down": 0, "half_up": unit // 2, "up": unit - 1}[rule["rounding"]]
    return min(max((size + half) // unit, rule.get("least", 1)), rule.get("most", size))
def tally(rule, roll, options, standing, seats):
    """The count of one question among these practices, and whether enough answered."""
    held = {p: weight(line, rule.get("weight")) for p, line in roll.items()}
    size, one = {p: line["list_size"] or 0 for p, line in roll.items()}, dict.fromkeys(roll, 1)
    units = {"practices": one, "practices_voting": one, "weight": held, "votes_cast": held,
             "patients": size}
    of, area = rule["quorum"]["of"], rule.get("each_area", {})
    def total(what, practices): return sum(units[what][p] for p in practices)
    def part(need, inside):
        voting = [p for p in inside if standing.get(p) in {"for", "against"}]
        base = inside if need["of"] in {"practices", "weight"} else voting
        yes = total(need["of"], [p for p in voting if standing[p] == "for"])
        return share(yes, total(need["of"], base), need, BASES.get(need["of"], PATIENTS))
    def group(inside, percent):
        answered = [p for p in inside if p in standing]
        told = {o: [p for p in answered if standing[p] == o] for o in options}
        votes = {o: total("weight", practices) for o, practices in told.items()}
        reached, whole = total(of, answered), total(of, inside)
        count = {"quorum": share(reached, whole, {"percent": percent}, BASES.get(of, of)),
                 "returned": len(answered), "on_roll": len(inside),
                 "abstain": votes.get("abstain", 0)}
        count["votes_cast"] = sum(votes.values()) - count["abstain"]
        if type(rule.get("weight")) is dict:
            more = {"returned": total("weight", answered), "on_roll": total("weight", inside)}
            count["practices"] = {o: len(practices) for o, practices in told.items()}
            count["weights"] = {**votes, **more}
        if "carried" in rule:
            yes_no = {"for": votes["for"], "against": votes["against"]}
            count.update(yes_no, threshold=part(rule["carried"], inside))
        return count, votes
    count, votes = group([*roll], rule["quorum"]["percent"])
    count["options"], quorate = votes, count["quorum"]["met"]
    if "elect" in rule: return {**count, **elected(votes, seats)}, quorate
    count["base"], areas = count["threshold"]["base"], defaultdict(list)
    if "also" in rule: count["also"] = [part(more, [*roll]) for more in rule["also"]]
    for practice, line in roll.items(): areas[line["locality"] or ""].append(practice)
    if area:
        count["areas"] = [{**group(areas[name], area.get("quorum_percent", 0))[0], "area": name}
                          for name in sorted(areas)]
    if "quorum_percent" in area: quorate &= all(row["quorum"]["met"] for row in count["areas"])
    elif area: [row.pop("quorum") for row in count["areas"]]
    return count, quorate
def elected(votes, seats):  # most votes fill the seats; who ties for the last one is not elected
    people = {option: n for option, n in votes.items() if option != "abstain"}
    won = {o for o, n in people.items() if n and sum(m >= n for m in people.values()) <= seats}
    rest = {o: n for o, n in people.items() if o not in won and n and len(won) < seats}
    told = {"tied": {o for o in rest if rest[o] == max(rest.values())}, "seats": seats}
    alone = len(people) <= seats
    return {**told, "unopposed": alone, "elected": set(people) if alone else won}
def answers(count, area, quorate):
    """What a count answers to a workflow's questions; a tie is never carried."""
    even, alone = 0 < count.get("for", -1) == count.get("against"), bool(count.get("unopposed"))
    parts = [count.get("threshold", {"met": False}), *count.get("also", [])]
    parts += [row["threshold"] for row in count.get("areas", []) if area.get("carried")]
    carried = count["votes_cast"] > 0 and not even and all(part["met"] for part in parts)
    full = alone or len(count.get("elected", ())) == count.get("seats", -1)
    return {"quorate": quorate, "carried": carried, "tied": bool(count.get("tied")) or even,
            "elected": full, "unopposed": alone}
def differs(own, told):
    """Whether what was told lacks, or has otherwise, anything that we worked out ourselves."""
    if isinstance(own, dict):
        return type(told) is not dict or any(differs(v, told.get(k)) for k, v in own.items())
    if isinstance(own, set): return type(told) is not list or sorted(own) != sorted(told)
    if not isinstance(own, list): return own != told
    return type(told) is not list or len(own) != len(told) or any(map(differs, own, told))

# --- a decision, leaf by leaf ---------------------------------------------------------------------
FREE = ("clock.suspect", "clock.confirmed", "checkpoint.cosigned", "trail.opened", "key.rotated",
        "erasure.performed")  # known, and without a rule here
CAUSED = ("decision.classified", "decision.routed", "phase.opened", "deadline.set")
BETWEEN = ("lmc.recorded", "ballot.changed", "allowance.charged", "allowance.reversed")
BODIES = ("approve", "refuse", "tie", "ratify", "settle", "uphold", "set_aside")
UNDOES = ("refused", "lapsed", "set_aside", "withdrawn", "revote")  # these give a charge back
POSTS = ("step_due", "step_overdue", "rerouted", "query_raised", "query_overdue", "query_answered")
BARRED = ("no_vote", "excluded")

class Decision:
    """Where a decision stands, by the leaves read so far."""
    state = route = due = year = entered = held = outcome = stands = ""
    lmc = extended = longer = revoted = sealed = charged = round = won = 0
    def __init__(self, body):
        self.opened, self.ref, self.ballot = body, body["decision"], body["ballot"]
        self.calendar, self.clock, self.flow = body["calendar"], ("", 0), {"states": {}}
        self.roll, self.links, self.reminded, self.answered, self.votes = {}, {}, {}, {}, {}
        self.comments, self.interests, self.meetings, self.counts, self.last = {}, {}, {}, {}, {}
        self.flags, self.closing, self.proposed, self.queries = [], [], [], []
        self.asked_up, self.revoked, self.challengers = set(), set(), set()
    here = property(lambda self: self.flow["states"].get(self.state, {}))
    def open(self, word): return self.here.get("open_for") == word
    def ruled(self, words): return {p for p, ruling in self.interests.items() if ruling in words}
    def heard(self):  # where practices are reminded, what they said before the state does not count
        since = self.entered if self.here["deadline"].get("remind") else ""
        return {p for p, at in self.answered.items() if at >= since}
    def moves(self, *words):  # from here on these words, in the order written
        return [move for move in self.flow["moves"] if move["on"] in words and self.state in (
            move["from"] if type(move["from"]) is list else [move["from"]])]

class Replay:
    """Every rule, read a second time. What must follow from a leaf is scripted, and compared with
    the leaves as they come; what else its commit owes (letters, links, sums) stands in `due`."""
    def __init__(self, report, bundle, scope):
        self.report, self.bundle, self.only = report, bundle, scope.get("decision")
        self.decisions, self.rolls, self.calendars, self.mailings, self.latest = {}, {}, {}, {}, {}
        self.published, self.outcomes, self.once, self.at, self.newest = set(), {}, set(), "", None
        self.script, self.due, self.charging = deque(), {}, False
        self.sums, self.unknown = Counter(), Counter()
        self.restored, self.last = "", 0  # ends of Message-IDs; the last leaf to be covered
    def about(self, body):
        return body.get("decision") or self.mailings.get(body.get("mailing"), {}).get("decision")
    def in_scope(self, body): return self.only in {None, self.about(body)}
    def must(self, *rules, words=""):  # the rules of an event are told in one line, in this order
        wrong = ", ".join(str(i) for i, right in enumerate(rules, 1) if not right)
        told = words or f"{self.words} (not kept: {wrong})"
        if wrong: self.report.fault(2, f"Leaf {self.n}, {self.kind}: {told}")
        return not wrong
    def same(self, **wanted):  # fields of the leaf as we worked them out
        for name, own in wanted.items():
            words = f"{name} should be {own!r:.300}, not {self.body.get(name)!r:.300}."
            self.must(not differs(own, self.body.get(name)), words=words)
    def take(self, leaf, opened, ours):
        self.n, self.kind, name = leaf["n"], leaf["type"], leaf["type"].replace(".", "_")
        if leaf["at"] != self.at: self.end_of_commit()
        post = self.kind.startswith("mail.") and not self.about(leaf["body"])
        if ours and not post: self.last = self.n
        self.at, self.body, self.seen = leaf["at"], leaf["body"], opened
        if self.kind.count(".") > 1 or "_" in self.kind.replace("call_in.", ""): name = ""
        rule, whole = globals().get(f"on_{name}"), globals().get(f"trail_{name}")
        self.words = ((rule or whole or examine).__defaults__ or [""])[-1]
        try:
            if self.kind in FREE: pass
            elif leaf["v"] != 1 or not (rule or whole): self.unknown[self.kind, leaf["v"]] += 1
            elif whole: whole(self, self.body)
            elif ours: self.decide(rule, self.body["decision"])
        except (LookupError, TypeError, AttributeError, StopIteration, ValueError) as error:
            self.must(False, words=f"it holds, or rests on, what no rule knows ({error!r:.200}).")
    def decide(self, rule, ref):
        if self.kind == "decision.opened":
            self.must(ref not in self.decisions, words=f"{ref} was opened before.")
            self.decisions[ref] = Decision(self.body)
        if not self.must(ref in self.decisions, words=f"{ref} was never opened."): return
        self.scripted = bool(self.script) and self.kind not in BETWEEN
        if self.scripted: self.follow()
        led = self.must(self.scripted or self.kind not in CAUSED, words="nothing led to this.")
        if led: rule(self, self.decisions[ref], self.body)
    def lead(self, d, kind, **fields): self.script.append((kind, d.ref, fields))
    def follow(self):  # the leaf must be the one that had to come next
        kind, ref, fields = self.script.popleft()
        right = (kind, ref) == (self.kind, self.body["decision"])
        if self.must(right, words=f"{kind} of {ref} should stand here."): self.same(**fields)
        else: self.script.clear()
    def owe(self, d, what, whom="", times=1): self.due[what, d.ref, whom] = [self.n] * times
    def paid(self, d, what, whom=""):
        left = self.due.get((what, d.ref, whom))
        return bool(left and left.pop())
    def end_of_commit(self):
        left = [(kind, ref, "", self.n) for kind, ref, _ in self.script][:1]
        left += [(*key, leaves[0]) for key, leaves in self.due.items() if leaves]
        for what, ref, whom, n in left:
            words = f"{what} {whom} of {ref} should come before, for leaf {n}."
            if what[:10] != "allowance." or self.charging: self.must(False, words=words)
            else: self.report.note(words)  # an earlier build kept no account
        self.script.clear(); self.due.clear()
    def cal(self, digest):
        if digest not in self.calendars:
            self.calendars[digest] = Calendar(self.bundle.published("calendar", digest))
        return self.calendars[digest]
# The rules of the events: r is the replay, d the decision, b the leaf's body; told in `rule`.
def trail_rules_published(r, b): r.published.add((b["kind"], b["digest"]))
def trail_backup_restored(r, b):
    span = f"{b['lost_from']} to {b['lost_to']}" if "lost_from" in b else "nobody can say which"
    lost = f"lost: {span}, as letters of the old key may show" if b["lost"] else "none is lost"
    r.restored = f"|{r.n}" if b["lost"] else r.restored
    r.report.note(f"Leaf {r.n}: the trail went on from a backup of {b['size']} leaves; {lost}.")
def trail_roll_frozen(r, b): r.rolls[b["decision"]] = b
def trail_calendar_published(r, b):
    r.newest = b["digest"]; r.published.add(("calendar", b["digest"]))
def on_decision_opened(r, d, b, rule="rules published; roll frozen, of this root, length, order"):
    frozen, lines, tree = r.rolls.get(d.ref, {}), r.bundle.published("roll", b["roll"]), Tree()
    for line in lines: tree.add(leaf_hash(canonical(line)))
    d.roll, size = {line["practice"]: line for line in lines}, len(lines)
    named = {("workflow", digest) for digest in b["workflows"].values()}
    named |= {("impact", b["rules"]), ("calendar", b["calendar"])}
    r.must(named <= r.published, b["roll"] == frozen.get("digest"),
           frozen.get("root") == tree.root().hex(),
           frozen.get("practices") == size <= frozen.get("of", size),
           size and [line["practice"] for line in lines] == sorted(d.roll))
    d.flows = {name: r.bundle.published("rules", digest) for name, digest in b["workflows"].items()}
    people = [(p, one) for p, line in d.roll.items() for one in line["persons"] if one["contact"]]
    for p, one in people: r.owe(d, "link.issued", f"{p}/{one['person']}")
    r.lead(d, "decision.classified", rules=b["rules"])
def on_decision_classified(r, d, b):
    d.facts = b["facts"]
    told, route = classify(r.bundle.published("rules", d.opened["rules"]), d.facts)
    d.involve, name = told["involve"], workflow_for(route, d.facts, d.ballot)
    right = d.opened["workflow"] == d.opened["workflows"].get(name)
    r.must(right, words=f"the workflow should be {name}."); r.same(**told); road(r, d, route, name)
def road(r, d, route, name=None):  # it goes on by another workflow, or by its first
    name = name or workflow_for(route, d.facts, d.ballot)
    d.route, d.flow, digest = route, d.flows[name], d.opened["workflows"][name]
    r.lead(d, "decision.routed", route=route, name=name, workflow=digest)
    enter(r, d, d.flow["workflow"]["start"])
def enter(r, d, to, back=False):  # what must follow; `back`: anew, after it was held up
    body, d.state, d.due = d.here.get("body"), to, ""
    if "act" in d.here and not back:
        r.lead(d, "body.acted", body=body, result=d.here["act"], state=to)
    if "result" in d.here and not back:
        count = {"questions": d.counts} if len(d.counts) > 1 else [*d.counts.values(), None][0]
        r.lead(d, "outcome.declared", state=to, result=d.here["result"], count=count)
    if "deadline" in d.here:
        d.longer, d.asked_up, d.votes, d.entered = False, set(), {}, r.at
        d.round, d.clock = d.round + d.open("votes"), (r.at, span(d.here["deadline"]["after"]))
        if d.open("votes"): d.answered = {}
        r.lead(d, "phase.opened", phase=to, round=d.round); r.lead(d, "deadline.set", **term(r, d))
    for letter in d.here.get("letters", []): r.owe(d, letter)
def term(r, d, due=None):  # the deadline that must be set now, by the pinned calendar
    told, cal = d.here["deadline"], r.cal(d.calendar)
    if due: return {"name": told["name"], "phase": d.state, "due_at": due}
    due = cal.after(*d.clock)
    remind = cal.reminders(*d.clock, due, told.get("remind", []))
    return {"name": told["name"], "phase": d.state, "due_at": due, "remind": remind}
def on_decision_routed(r, d, b): pass
on_phase_opened = on_decision_routed
def on_deadline_set(r, d, b): d.due, d.remind = b["due_at"], b.get("remind") or []
def on_link_issued(r, d, b, rule="for a person without one; the next generation"):
    place, new = f"{b['practice']}/{b['person']}", b["generation"]
    r.must(r.paid(d, "link.issued", place) or place in d.revoked, new == d.links.get(place, 0) + 1)
    d.revoked.discard(place); d.links[place] = new
def on_link_revoked(r, d, b, rule="it was issued"):
    place = f"{b['practice']}/{b['person']}"
    r.must(d.links.get(place) == b["generation"]); d.revoked.add(place)
# what practices send
def sent(r, d, casts=True, running=True, barred=("excluded",)):  # a receipt is owed for it
    practice, by, meeting = r.body["practice"], r.seen.get("by"), r.body.get("meeting")
    people = {one["person"]: one for one in d.roll.get(practice, {"persons": []})["persons"]}
    who = people.get(by.get("person"), {}) if by else {"may_cast": True}
    linked = f"{practice}/{who.get('person')}" not in d.revoked
    fit = any(one["may_cast"] for one in people.values()) if meeting else (
        linked and who and (who["may_cast"] or not casts))
    r.must(practice in d.roll, words=f"{practice} is not on the roll.")
    r.must(not running or r.at < d.due, words=f"it came at or after the close, {d.due}.")
    r.must(practice not in d.ruled(barred), words=f"{practice} was ruled not to take part.")
    r.must(fit, words="its sender may not do this, or nobody of it.")
    r.owe(d, "receipt", practice)
    return practice
def on_comment_received(r, d, b, rule="the state takes comments, and is the one named"):
    d.comments[r.n] = practice = sent(r, d, casts=False)
    r.must(d.open("comments") or d.open("votes"), b["phase"] == d.state)
    if d.open("comments"): d.answered[practice] = r.at
def on_comment_answered(r, d, b, rule="a comment of the decision; a disposition"):
    r.must(b["comment"] in d.comments, b["disposition"] in {"accepted", "answered", "noted"})
    d.comments[b["comment"]] = ""
def on_vote_cast(r, d, b, rule="open; its round; cast, then changed; on the ballot; by hand"):
    practice, choice, again = sent(r, d, barred=BARRED), r.seen.get("choice"), r.kind != "vote.cast"
    place, options = (b["question"], practice), d.ballot.get(b["question"], ())
    met, day = d.meetings.get(b.get("meeting"), {"attended": ()}), r.cal(d.calendar).day
    hand = not b.get("meeting") or practice in met["attended"] and not again and (
        met["held_on"] >= str(day(d.entered)) and day(r.at) < day(d.due))
    on_it = options and choice in {None, *options}
    r.must(d.open("votes"), b["round"] == d.round, (place in d.votes) == again, on_it, hand)
    d.votes[place], d.answered[practice] = choice, r.at; r.sums["votes"] += 1
on_vote_changed = on_vote_cast
def on_vote_rejected(r, d, b, rule="it was late; on the roll"):
    late = b["because"] != "late" or r.at >= d.due or not d.open("votes")
    r.must(late, b["practice"] in d.roll)
def on_meeting_recorded(r, d, b, rule="a new name; all on the roll; not yet to come"):
    today = str(r.cal(d.calendar).day(r.at))
    r.must(b["meeting"] not in d.meetings, {*b["attended"]} <= d.roll.keys(), b["held_on"] <= today)
    d.meetings[b["meeting"]] = b
def on_call_in_requested(r, d, b, rule="it can be called in; not asked before"):
    practice, call, areas = sent(r, d), d.here.get("call_in") or {}, defaultdict(set)
    r.must(call, practice not in d.asked_up); d.asked_up.add(practice)
    for p, line in d.roll.items(): areas[line["locality"]].add(p)
    whole = any(area and inside <= d.asked_up for area, inside in areas.items())
    enough = len(d.asked_up) * 100 >= call.get("percent", 101) * len(d.roll)
    if enough or whole and call.get("whole_locality"): road(r, d, call["to"])
def on_challenge_raised(r, d, b, rule="the first of this practice; it can be challenged; in time"):
    practice = sent(r, d, running=False, barred=())
    joins = d.held and d.due and d.flow is d.flows["dispute"]
    days = d.outcome and not d.held and d.flow["workflow"].get("challenge")
    fit = joins or days and d.outcome["result"] != "withdrawn"
    until = r.cal(d.calendar).after(d.outcome["at"], span(days)) if fit and days else "9"
    right = r.must(practice not in d.challengers, fit, r.at < until)
    d.challengers.add(practice)
    if right and not joins:
        d.held = (d.flow["workflow"]["name"], d.state); road(r, d, d.route, "dispute")
# what staff and bodies do
def on_act_proposed(r, d, b): d.proposed.append(b)
def on_lmc_recorded(r, d, b): d.lmc = True
def two(r, d, word):  # an act of two persons: this is the second's word
    first = [one for one in d.proposed if one["act"].startswith(word)]
    hashes = {r.body.get("person_hash"), *(one.get("person_hash") for one in first)} - {None}
    d.proposed = [one for one in d.proposed if one not in first]
    r.must(r.body.get("person_hash") and len(hashes) > 1, words="it needs two persons.")
def on_interest_declared(r, d, b, rule="the practice is on the roll"):
    r.must(b["practice"] in d.roll); d.interests.setdefault(b["practice"], None)
def on_interest_ruled(r, d, b, rule="declared; a ruling; no vote is over"):
    ruling, over = b["ruling"], d.round and not d.open("votes")
    known = b["practice"] in d.interests
    r.must(known, ruling in {"noted", *BARRED}, ruling == "noted" or not over)
    if ruling != "noted": two(r, d, "rule")
    d.interests[b["practice"]] = ruling; r.owe(d, "ruled")
def on_ballot_changed(r, d, b, rule="less before a vote, or a run-off of who tied"):
    new, tied = b["ballot"], [*d.last.values(), {}][0].get("tied")
    less = not d.round and 0 < len(new) < len(d.ballot) and new.items() <= d.ballot.items()
    again = d.revoted and tied and all({*o} == {*tied, "abstain"} for o in new.values())
    r.must(less or again); d.ballot = new
def on_override(r, d, b, rule="from the route in force; lower or not; before any vote"):
    lower = ROUTES.index(b["route"]) < ROUTES.index(b["was"])
    fit = b["was"] == d.route != b["route"]
    r.must(fit, bool(b.get("lower")) == lower, not d.round and not d.outcome)
    if lower: two(r, d, "override"); r.owe(d, "rerouted")
    road(r, d, b["route"])
def on_deadline_extended(r, d, b, rule="want of a quorum, once; by staff: once; 1-4 days; in time"):
    days, cal = b["working_days"], r.cal(d.calendar)
    count_up(r, d); r.same(was=d.due, phase=d.state); r.owe(d, "extended")
    if b["automatic"]:
        move, told = passed(r, d), [count["returned"] for count in d.counts.values()]
        r.must("extend" in move and r.at >= d.due and span(move["extend"]) == days)
        r.same(returned=min(told, default=0))
        d.extended, d.clock = True, (r.at, days)
        return r.lead(d, "deadline.set", **term(r, d))
    first = d.open("votes") and not d.longer and d.round == 1
    r.must(first, type(days) is int and 1 <= days <= 4, r.at < d.due)
    two(r, d, "extend"); d.longer = True
    return r.lead(d, "deadline.set", **term(r, d, cal.instant(cal.step(cal.day(d.due), days))))
def on_deadline_recomputed(r, d, b, rule="was running; later; published"):
    d.calendar, known = b["calendar"], ("calendar", b["calendar"]) in r.published
    r.must(b["was"] == d.due > r.at, b["due_at"] > d.due, known)
    if not d.longer: r.same(due_at=r.cal(d.calendar).after(*d.clock))
    on_deadline_set(r, d, b); r.owe(d, "extended")
def on_revote_ordered(r, d, b, rule="it may be; the first; within 5 working days"):
    moves, count = d.moves("revote"), [*d.last.values(), {}][0]
    until = r.cal(d.calendar).after(d.stands, 5) if d.outcome else ""
    if not r.must(moves, not d.revoted, r.at < until): return
    d.revoted, d.extended, d.won = True, True, len(count["elected"]) if count.get("tied") else 0
    d.outcome, d.challengers = "", set()
    charge(r, d, "revote"); enter(r, d, moves[0]["to"])
def begin(r, d, words, to):  # an act leads to a state: what must be on record before
    move = next((move for move in d.moves(*words) if move["to"] == to), {"on": ""})
    word, waits, left = move["on"], d.ruled([None]), [n for n, of in d.comments.items() if of]
    if not r.must(word, words=f"nothing leads from {d.state} to {to}."): return False
    lmc = d.lmc or "lmc" not in d.involve or word not in {"approve", "ratify", "conclude"}
    agreed = {*move.get("agree", ())} <= {*(r.body.get("agreed") or ())}
    done = word != "conclude" or not left and "statement" in r.body
    r.must(lmc, word != "approve" or not waits, done, agreed, not d.due or r.at < d.due)
    d.counts = {}; enter(r, d, to); r.follow()
    return True
def on_body_acted(r, d, b, rule="LMC; interests; comments; who must agree; in time"):
    to, word, votes = b["state"], b["result"], b.get("votes")
    if not r.scripted and d.held and to == d.held[1] and d.flow is d.flows["dispute"]:
        fit = word == "upheld" and b["body"] == d.here.get("body") and d.moves("settle", "uphold")
        r.must(fit, words="this does not let the outcome stand.")
        d.flow, digest = d.flows[d.held[0]], d.opened["workflows"][d.held[0]]
        r.lead(d, "decision.routed", name=d.held[0], workflow=digest); enter(r, d, to, back=True)
        d.held, d.stands = "", r.at  # what follows may be challenged anew
    elif not r.scripted and not begin(r, d, BODIES, to): return
    more = votes["for"] - votes["against"] if votes else 0
    right = {"refused": more < 0, "tied": more == 0, "approved": more > 0, "ratified": more > 0}
    r.must(not votes or right.get(word, True), words=f"{votes} is not {word}.")
    charge(r, d, word, word == "approved")
def on_outcome_declared(r, d, b, rule="LMC; interests; comments, statement; agreed; in time"):
    if not r.scripted and not begin(r, d, ["conclude", "withdraw"], b["state"]): return
    d.stands, d.outcome, r.outcomes[d.ref] = r.at, {"at": r.at, "result": b["result"]}, r.n
    ended = "deadline" not in d.here and not d.moves("approve")
    charge(r, d, b["result"], b["result"] == "carried" and ended)
# deadlines and counts
def count_up(r, d):  # what stands, for each question
    d.counts, d.flags, rule, out = {}, [], d.flow.get("vote", {}), d.ruled(BARRED)
    roll = {practice: line for practice, line in d.roll.items() if practice not in out}
    seats, area = rule.get("elect", {}).get("seats", 0) - d.won, rule.get("each_area", {})
    for question, options in d.ballot.items() if d.open("votes") or "elect" in rule else ():
        standing = {p: choice for (q, p), choice in d.votes.items() if q == question}
        d.counts[question], quorate = tally(rule, roll, options, standing, seats)
        d.flags.append(answers(d.counts[question], area, quorate))
    d.sealed = any(choice is None and p in roll for (_, p), choice in d.votes.items())
    if d.counts and not d.open("votes") and not d.flags[0]["unopposed"]: d.counts = {}
def passed(r, d):  # the first move on the deadline whose questions are all answered yes
    def yes(word):
        if word == "not_yet_extended": return not d.extended
        return (any if word == "tied" else all)(one[word] for one in d.flags or [{word: False}])
    moves = d.moves(d.here["deadline"]["name"])
    return next(move for move in moves if all(map(yes, move.get("when", ()))))
def on_phase_closed(r, d, b, rule="time was running; it is over; no extension was due"):
    if not r.must(d.due, r.at >= d.due): return
    name = d.here["deadline"]["name"]
    r.same(closed_at=d.due, phase=d.state, round=d.round, deadline=name)
    if not r.scripted: count_up(r, d); d.closing = [*d.counts]
    if not r.scripted and d.remind and silent(r, d):
        r.report.note(f"{d.ref}: a reminder of {d.state} was not sent.")
    if d.counts:
        question = d.closing.pop(0)
        r.same(question=question, count=counted(r, d, question, b["count"]))
        if d.closing: return r.lead(d, "phase.closed", question=d.closing[0])
    else: r.same(count={"answered": len(d.heard()), "on_roll": len(d.roll)})
    d.last, move = d.counts, passed(r, d)
    if r.must(True, True, "extend" not in move): enter(r, d, move["to"])
def counted(r, d, question, told):  # what is not opened is taken from the leaf, and said to be
    own, spot, area = d.counts[question], [*d.ballot].index(question), d.flow["vote"]
    if not d.sealed: return own
    r.report.note(f"{d.ref}: votes of round {d.round} are not opened, so not counted.")
    d.counts[question], d.flags[spot] = told, answers(
        told, area.get("each_area", {}), d.flags[spot]["quorate"])
    return {key: own[key] for key in ("returned", "on_roll", "quorum")}
# the allowance's account
def charge(r, d, word, spends=False):  # an act or outcome spends what is drawn, or undoes it
    money, day = d.facts.get("money_gbp") or 0, r.cal(d.calendar).day(r.at)
    if spends and not d.year and money > 0 and d.facts.get("uses_management_allowance"):
        first = day.year - (day.month < 4)
        d.year, d.charged = f"{first}/{(first + 1) % 100:02}", True
        r.owe(d, "allowance.charged", f"{d.year}: {money}")
    elif d.year and word in UNDOES: r.owe(d, "allowance.reversed", f"{d.year}: {word}"); d.year = ""
def on_allowance_charged(r, d, b, rule="an act or outcome asks for this sum and year"):
    people, money = b.get("patients") or 0, b.get("money_gbp")
    r.must(r.paid(d, r.kind, f"{b['year']}: {money or b['because']}"))
    each = (2 * 10**6 * money + people) // (2 * people) if money and people else None
    r.charging = True
    r.same(per_head=each if each and each <= 1 << 53 else None)
on_allowance_reversed = on_allowance_charged
def trail_allowance_set(r, b):
    pence = b.get("per_head_pence")
    if pence is not None: r.same(pounds=(2 * pence * b["patients"] + 100) // 200)
def on_allowance_queried(r, d, b, rule="charged; no query open; calendar published"):
    due, known = r.cal(b["calendar"]).after(r.at, 10), ("calendar", b["calendar"]) in r.published
    r.must(d.charged, not any(one["open"] for one in d.queries), known)
    r.same(query=len(d.queries) + 1, due_at=due); r.owe(d, "query_raised")
    d.queries.append({"due": due, "role": b["role"], "open": True, "told": False})
def on_allowance_answered(r, d, b, rule="the query is open"):
    one = d.queries[b["query"] - 1]
    r.must(one["open"]); one["open"] = False
    r.owe(d, "query_answered", times=1 if one["role"] == "committee" else 2)
# letters
def audience(practices, role=None):
    return sha256(canonical({"practices": practices, "role": role})).hex()
def silent(r, d):  # whom to remind: at most three times in seven London days
    day, out = r.cal(d.calendar).day, d.heard() | d.ruled(BARRED)
    week = day(r.at) - timedelta(days=7)
    often = {p for p, told in d.reminded.items() if sum(day(at) > week for at in told) > 2}
    return [p for p, line in d.roll.items() if p not in out | often and line["persons"]]
def trail_mail_intent(r, b, rule="nothing led to this letter, or no reminder was due"):
    letter, count, ref, ours = b["letter"], b["count"], b.get("decision"), r.in_scope(b)
    fit = r.must(type(count) is int and count >= 0, words="a count that is none.")
    r.mailings[r.n] = {"decision": ref, "open": count if fit and ours else 0, "people": None}
    if ref is None:  # about trail or register: its readers are on no roll, its ends are counted
        day = str(r.cal(r.newest).day(r.at)) if r.newest else r.at[:10]  # once a day, a month, or
        once = letter, {"checkpoint": day, "bulletin": day[:7]}.get(letter, r.n)  # at any time
        r.must(letter.startswith(("bulletin", "contact_", "correction_"))  # or to the committee
               or b["audience"] == audience([], "committee"), once not in r.once); r.once.add(once)
    elif ours and r.must(ref in r.decisions, words=f"{ref} was never opened."):
        of_a_decision(r, r.decisions[ref], b, letter)
def of_a_decision(r, d, b, letter):
    lists = [[*d.roll]]
    if letter == "reminder": lists = [silent(r, d)]
    if letter == "ruled": lists = [[p] for p in d.interests]
    if letter == "receipt": lists = [[p] for w, ref, p in r.due if (w, ref) == (letter, d.ref)]
    whom = next((practices for practices in lists if audience(practices) == b["audience"]), None)
    people = [(p, one["person"]) for p in whom or () for one in d.roll[p]["persons"]]
    if letter not in POSTS:
        r.must(whom is not None and b["count"] == len(people), words="it goes to others.")
        names = (f"{r.n}|{letter}|{p}|{who}{r.restored}" for p, who in people)
        ids = (sha256(name.encode()).hex()[:32] for name in names)
        r.mailings[r.n]["people"] = {id_: p for id_, (p, _) in zip(ids, people)}
    if letter == "reminder":
        due = [instant for instant in d.remind if instant <= r.at]
        d.remind = d.remind[len(due) :]
        for practice in whom or (): d.reminded.setdefault(practice, []).append(r.at)
        return r.must(due and r.at < d.due)
    one = whom[0] if letter == "receipt" and whom else ""
    late = [x for x in d.queries if x["open"] and not x["told"] and x["due"] <= r.at]
    if letter == "query_overdue" and late: late[0]["told"] = True; r.owe(d, letter, times=2)
    if one:  # this receipt replaces the one before
        r.mailings.get(r.latest.get((d.ref, one)), {})["replaced"] = True
        r.latest[d.ref, one] = r.n
    return r.must(r.paid(d, letter, one))
def trail_mail_accepted(r, b, rule="it ends a letter that was owed; what was taken may come back"):
    mailing = r.mailings.get(b["mailing"])
    if not r.must(mailing) or not r.in_scope(b): return
    left, practice = mailing["people"], b.get("practice") or ""
    first = mailing["open"] > 0 and (left is None or left.pop(b["message"][1:33], None) == practice)
    r.must(first or r.kind == "mail.bounced"); mailing["open"] -= first; r.sums["letters"] += 1
trail_mail_bounced = trail_mail_undeliverable = trail_mail_skipped = trail_mail_accepted
def end(r):
    r.end_of_commit()
    told, note = r.report.checked.append, r.report.note
    left = {n: m["open"] for n, m in r.mailings.items() if m["open"] > 0 and "replaced" not in m}
    if left: note(f"{sum(left.values())} letters have no end (mailings {[*left][:10]}).")
    for d in r.decisions.values():
        if d.due and d.due <= r.at: note(f"{d.ref}: {d.state} was over at {d.due}, and stands.")
    told(f"Every rule, a second time; decisions: {len(r.decisions)}, votes: {r.sums['votes']}, "
         f"outcomes: {len(r.outcomes)}, mailings: {len(r.mailings)}, letters: {r.sums['letters']}.")
    if r.only: told(f"Only {r.only} was replayed: the bundle is about it.")
    names = ", ".join(f"{n} of {kind:.60}, v {v}" for (kind, v), n in [*r.unknown.items()][:20])
    if names: note(f"Leaves of kinds whose rules this file does not know: {names}.")

# --- the bundle as a whole ------------------------------------------------------------------------
COMMITTED = re.compile("c1:[0-9a-f]{64}")

def along(bundle, name, keys):  # rows of a file by field, for each leaf in turn; ascending
    last, n, found = (-1, ""), 0, {}
    try:
        for row in map(parse, bundle.lines(name)):
            need({*row} == keys and (row["n"], row["field"]) > last, "its keys, or its order")
            last = (row["n"], row["field"])
            while row["n"] > n: n, found = n + 1, (yield found) or {}
            found[row["field"]] = row
    except (ValueError, TypeError) as error:
        raise BrokenError(f"{name} cannot be read after {last}: {error}.") from None
    if found: yield found

class Examination:
    """One bundle against itself, its rules, and what outside evidence there is."""
    def __init__(self, report, bundle):
        self.report, self.bundle, self.sums, self.last_at = report, bundle, Counter(), ""
        self.witnesses, self.proofs, self.keys, self.erased = [], [], [], set()
        try:
            self.checkpoint = Checkpoint.read(bundle.whole("checkpoint"))
            self.own_policy = Policy(bundle.whole("policy"))
            self.scope = parse(bundle.whole("scope.json"))
            need(self.scope["size"] == self.checkpoint.size, "scope.json is of another size")
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenError(f"checkpoint, policy or scope.json is broken: {error}.") from None
    def right(self, fit, words):  # else the bundle contradicts itself there
        if not fit: self.report.fault(1, words)
        return fit
    def mail(self, path):
        data, note = read_file(path, MAIL), self.report.note
        try: found, receipts = read_mail(data)
        except Exception as error: return note(f"{path} could not be read as a letter ({error!r}).")
        if not found and not receipts: note(f"{path} has no trail footer, so it shows nothing.")
        self.witnesses += [(path, "letter", checkpoint) for checkpoint in found]
        for receipt in receipts: self.receipt(path, receipt)
        return None
    def receipt(self, path, data):
        try: proof = Proof.read(data)
        except (ValueError, AttributeError, TypeError) as error:
            return self.report.note(f"{path} holds no receipt that can be read ({error}).")
        self.proofs.append((path, proof))
        return self.witnesses.append((path, "receipt", proof.checkpoint))
    def run(self, policy):  # in one pass, after a glance for keys and erasures
        for folder, _, rest in (name.partition("/") for name in sorted(self.bundle.names)):
            if folder in {"rules", "calendar", "roll"}: self.bundle.published(folder, rest[:-5])
        self.glance()
        opened = along(self.bundle, "openings.jsonl", {"field", "n", "salt", "value"})
        withheld = along(self.bundle, "withheld.jsonl", {"field", "n", "role"})
        wanted, places = {x.size for *_, x in self.witnesses}, {x.index for _, x in self.proofs}
        tree, roots, hashes, sound = Tree(), {0: sha256(b"")}, {}, True
        replay = Replay(self.report, self.bundle, self.scope)
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            hash_ = leaf_hash(line)
            tree.add(hash_)
            if tree.size in wanted: roots[tree.size] = tree.root()
            if n in places: hashes[n] = hash_
            try:
                if not sound: continue
                leaf = self.leaf(n, line)
                ours, kept = replay.in_scope(leaf["body"]), next(withheld, {})
                replay.take(leaf, self.openings(leaf, next(opened, {}), kept, ours), ours)
            except (ValueError, TypeError, RecursionError, BrokenError) as error:
                sound = self.right(False, f"Leaf {n} is broken: {error}")
        self.own(tree, policy); self.judge(roots, hashes); self.tell(replay)
        if not sound: return self.report.note("The rules were not replayed: leaves are broken.")
        rest = [*islice(opened, 1), *islice(withheld, 1)]
        self.right(not rest, "Openings, or what is withheld, speak of leaves that are not there.")
        return end(replay)
    def glance(self):
        mark = re.compile(rb'"type":"(erasure\.performed|key\.rotated|trail\.opened)"')
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            if n and not mark.search(line): continue
            try:
                leaf = parse(line)
                body, kind = leaf["body"], leaf["type"]
                need((n == 0) == (kind == "trail.opened"), "a trail is opened by its first leaf")
                if n == 0: self.keys.append((0, Key.read(body["vkey"]), True))
                elif kind == "key.rotated": self.rotated(n, body, Key.read(body["vkey"]))
                elif kind == "erasure.performed":
                    told = [body, *(body.get("also") or ())]
                    self.erased.update((one["n"], one["field"]) for one in told if one["n"] < n)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.right(False, f"Leaf {n} is broken: {error}.")
        fit = self.keys and self.keys[0][1].name == self.checkpoint.origin
        need(fit, "Leaf 0 does not name the key of the checkpoint's trail.", BrokenError)
    def rotated(self, n, body, new):
        old, signature = self.keys[-1][1], body.get("signature")
        need(Key.read(body["was"]) == old and new.kind == 1, "it replaces a key not in force")
        self.keys.append((n, new, signature is not None))
        if signature is None:
            return self.report.note(f"Leaf {n} replaces the key, unsigned by the old one.")
        raw, text = unbase64(signature), f"{old.name}\nkey.rotated {n}\n{body['vkey']}\n"
        fit = raw[:4] == old.id and verified(old.public, text.encode(), raw[4:])
        return need(fit, "it replaces the key with a false signature")
    def leaf(self, n, line):
        leaf = parse(line)
        need({*leaf} == {"at", "body", "n", "type", "v"} and type(leaf["body"]) is dict, "its keys")
        need(type(leaf["type"]) is str and type(leaf["v"]) is int, "its type or v")
        need(leaf["n"] == n and moment(leaf["at"]), f"it says that it is leaf {leaf['n']}")
        need(leaf["at"] >= self.last_at, f"it is of {leaf['at']}, before the one before it")
        self.last_at = leaf["at"]
        return leaf
    def openings(self, leaf, opened, withheld, ours):  # each commitment has exactly one place
        n, body, values, told = leaf["n"], leaf["body"], {}, {*opened, *withheld}
        held = {k: v for k, v in body.items() if type(v) is str and COMMITTED.fullmatch(v)}
        fields = sorted(told.union(held) if ours else told)
        if leaf["type"] == "roll.frozen" and told - {*held}:  # addresses: commitments of the roll
            for line in self.bundle.published("roll", body.get("digest")):
                place, people = line["practice"], line["persons"]
                held.update((f"{place}/{one['person']}/contact", one["contact"]) for one in people)
        for field in fields:
            places = (field in opened) + (field in withheld) + ((n, field) in self.erased)
            word = "in more than one place" if places else "neither opened, withheld nor erased"
            fit = self.right(field in held, f"Leaf {n} holds no commitment {field!r:.80}.")
            fit = fit and self.right(places == 1, f"Leaf {n}: the opening of {field!r} is {word}.")
            kind = "opened" if field in opened else "withheld" if field in withheld else "erased"
            self.sums[kind] += 1
            if not fit or kind != "opened": continue
            values[field], salt = opened[field]["value"], opened[field]["salt"]
            fit = commitment(salt, values[field]) == held[field]
            self.right(fit, f"Leaf {n}: the opening of {field!r} is not what the leaf holds.")
        return values
    def own(self, tree, policy):  # the checkpoint: root, signature, key, and the auditor's policy
        ours, own, right = self.checkpoint, self.own_policy, self.right
        key = [key for n, key, _ in self.keys if n < max(ours.size, 1)][-1]
        fit = (tree.size, tree.root()) == (ours.size, ours.root)
        right(fit, f"The {tree.size} leaves do not have the root that the checkpoint signs.")
        right(ours.note.signed_by(key), "The checkpoint is not signed by the key in force.")
        right(own.logs == [key] and own.quorum == "none", "The bundle's policy names another key.")
        if policy is None: return
        first = max(i for i, (n, _, signed) in enumerate(self.keys) if not signed or n == 0)
        chain = {key.public for _, key, _ in self.keys[first:]}
        fit = right(not policy.logs or any(log.public in chain for log in policy.logs),
                    "Your policy does not trust the trail's key.")
        fit = fit and right(policy.reached(ours.note), "Your policy's witnesses are missing.")
        if policy.quorum == "none": self.report.note("Your policy asks for no witness.")
        elif fit: self.sums["policy"], self.sums["vouched"] = 1, ours.size
    def judge(self, roots, hashes):  # each witness against the roots of the leaves
        seen, note = {}, self.report.note
        for source, kind, one in self.witnesses:
            if one.note not in seen: seen[one.note] = self.standing(source, one, roots)
            if seen[one.note]: note(f"{source}: {seen[one.note]}")
            else: self.sums[kind] += 1
        for source, proof in self.proofs:
            fit = proof.holds(hashes.get(proof.index))
            if not fit: note(f"{source}: the receipt's leaf or openings do not hold.")
    def standing(self, source, one, roots):  # why a witness shows nothing
        keys, size = [key for _, key, _ in self.keys if one.note.claims(key)], self.checkpoint.size
        if one.origin != self.checkpoint.origin: return f"it is of another trail, {one.origin!r}."
        self.sums["strange"] += not keys
        if not keys: return ("it is signed with a key that this trail never had: it is not this "
            "trail's, or the bundle's keys are false. Ask for the key elsewhere (--policy).")
        if not any(map(one.note.signed_by, keys)): return "its signature is false: no evidence."
        if one.size > size and source != "--since": return (
            f"it vouches for {one.size} leaves, and the bundle has {size}: ask for a newer bundle.")
        if roots.get(one.size) == one.root: vouched = one.size
        else:
            vouched = 0
            self.report.fault(4, f"{source}: for {one.size} leaves it signs another root.")
            self.report.conflicts.append((str(one.note), str(self.checkpoint.note)))
        self.sums["vouched"] = max(self.sums["vouched"], vouched)
        return ""
    def tell(self, replay):
        s, told, note = self.sums, self.report.checked.append, self.report.note
        size, vouched, strange = self.checkpoint.size, s["vouched"], s["strange"]
        told("Spelling, order and time of each leaf, and the signed root over all; leaves: "
             f"{size}, keys: {len(self.keys)}, openings: {s['opened']}, erased: {s['erased']}.")
        told(f"Signed roots from outside; of letters: {s['letter']}, of receipts: {s['receipt']}, "
             f"of your policy's witnesses: {s['policy']}.")
        if s["withheld"]: note(f"{s['withheld']} openings are withheld from this reader.")
        if not vouched: note("There is no outside evidence: the bundle agrees with itself, and so "
            "would one made anew by whoever holds the key. Bring letters, receipts, or a policy.")
        late = [f"{ref} (leaf {n})" for ref, n in replay.outcomes.items() if n >= vouched > 0]
        if replay.last >= vouched > 0: note("No outside evidence is as late as "
            f"{', '.join([f'leaf {replay.last}', *late[:20]])}: bring a later letter.")
        bound = f"Outside evidence covers {'all' if vouched else 'none'} of the {size} leaves."
        if 0 < vouched < size: bound = (f"Outside evidence reaches to leaf {vouched - 1}; the "
            f"{size - vouched} leaves after it are vouched for by nobody outside.")
        if strange: bound += (f"\nBEWARE: {strange} checkpoints bear a key that the bundle does "
            "not know. Unless that is explained, do not rely on it.")
        self.report.boundary = bound

def read_file(path, limit=FILE):
    try:
        with open(path, "rb") as file: data = file.read(limit + 1)
    except OSError as error: raise CannotRunError(f"{path}: {error.strerror}.") from None
    need(len(data) <= limit, f"{path} is too large.", CannotRunError)
    return data
def given(option, read, path):  # what an option names, read; None where it was not given
    try: return read(read_file(path)) if path else None
    except ValueError as error: raise CannotRunError(f"{option} {path}: {error}.") from None
def within(paths):  # each file named, and each file of a folder named
    for path in map(os.fspath, [paths] if isinstance(paths, (str, os.PathLike)) else paths):
        inner = sorted(os.path.join(at, name) for at, _, names in os.walk(path) for name in names)
        yield from inner if os.path.isdir(path) else [path]

def examine(bundle, mails: Any = (), receipts: Any = (), policy=None, since=None) -> Report:
    """Check a bundle; all arguments are paths. Never raises: what goes wrong is in the report."""
    report = Report()
    try:
        trusted, old = given("--policy", Policy, policy), given("--since", Checkpoint.read, since)
        examination = Examination(report, Bundle(os.fspath(bundle), report))
        if old: examination.witnesses.append(("--since", "older", old))
        for path in within(mails): examination.mail(path)
        for path in within(receipts): examination.receipt(path, read_file(path, MAIL))
        examination.run(trusted)
    except CannotRunError as error: report.fault(5, str(error))
    except BrokenError as error: report.fault(1, str(error))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error: report.fault(1, f"Zip: {error}.")
    except Exception as error: report.fault(5, f"Something unforeseen: {error!r}.")
    return report

def main(argv=None) -> int:
    """Run from the command line; the exit code."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("verify.py", description=__doc__, formatter_class=form)
    parser.add_argument("bundle", help="the zip")
    for name, what in (("mail", "letters (.eml)"), ("receipt", "receipts (.tlog-proof)")):
        told = f"{what}: files, or a folder; may be repeated"
        parser.add_argument(f"--{name}", nargs="+", action="extend", default=[], help=told)
    parser.add_argument("--policy", help="keys and witnesses that you trust (C2SP tlog-policy)")
    parser.add_argument("--since", help="a checkpoint that you kept from earlier")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    try: asked = parser.parse_args(argv)
    except SystemExit as stop: return 5 if stop.code else 0
    report = examine(asked.bundle, asked.mail, asked.receipt, asked.policy, asked.since)
    text = json.dumps(report.as_json(), indent=1) if asked.json else report.as_text()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    return report.exit

if __name__ == "__main__": sys.exit(main())

"""Checks an audit bundle without trusting whoever made it. One file, Python 3.9 or newer, alone:
it writes nothing, asks no network, and shares no line with the program that runs the decisions. It
is a second reading of the published rules (docs/reference/audit-bundle.md). Take it from a second
channel (its SHA-256 stands in the minutes), not from the bundle.

  python3 verify.py bundle.zip [--mail letters] [--receipt file] [--since older] [--policy keys]

Letters (.eml) come from practices, by lot: the last lines of each hold a signed root. It ends with
one code (of several, the first in the order 1, 4, 2, 5, 3): 0 proved; 1 the bundle contradicts
itself; 2 a rule was not kept; 3 not everything could be checked; 4 signed evidence contradicts it;
5 it could not be run. What no trail shows: what was never entered, who sat at the keyboard, whether
what was typed is true, or that a letter was read. Sentences are not compared."""
from __future__ import annotations

import argparse, base64, email, functools, hashlib, heapq, html, io, json, os, re, sys
import unicodedata, zipfile, zlib
from collections import Counter, deque, namedtuple
from datetime import datetime, timedelta

VERDICTS = [
    "All proved: the bundle is whole, the rules were kept, and outside evidence bears it out.",
    "NOT TO BE RELIED ON: the bundle contradicts itself.",
    "A RULE WAS NOT KEPT: the bundle is whole, and what it tells breaks its own rules.",
    "No fault was found, but not everything could be checked: see the list.",
    "TWO HISTORIES: a signed witness contradicts the bundle. Keep both notes: they are proof.",
    "The check could not be run."]
LEFT = ("Left to further.py: the allowance's account, links, whether two persons acted, reminders, "
        "how comments, meetings and interests were recorded, letters about the trail itself.")
LINE, FILE, BUNDLE, MAIL, TOLD = 1 << 20, 1 << 24, 1 << 34, 1 << 25, 100  # limits; bytes, sentences

class BrokenError(Exception): "The bundle is not what a bundle must be."
class Report:
    """What was checked, what was not, and what is wrong."""
    def __init__(self, left):
        self.checked, self.unchecked, self.faults, self.conflicts = [], [], [], []
        self.left, self.boundary, self.codes = left, "", Counter()
    def fault(self, code, words):
        self.codes[code] += 1
        if self.codes[code] == TOLD: words = "There are more of this kind."
        if self.codes[code] <= TOLD: self.faults.append(words)
    def note(self, words):
        if words not in self.unchecked and len(self.unchecked) < 999: self.unchecked.append(words)
    @property
    def exit(self) -> int:
        return next((code for code in (1, 4, 2, 5) if self.codes[code]), 3 if self.unchecked else 0)
    def as_json(self) -> dict:
        return {"result": VERDICTS[self.exit], "exit": self.exit, **vars(self)}
    def as_text(self) -> str:
        lists = {"Checked": self.checked, "Not checked": self.unchecked, "Wrong": self.faults}
        text = ["\n  - ".join([f"{name}:", *(told or ["nothing"])]) for name, told in lists.items()]
        text += [f"The witness's note:\n{a}\nThe bundle's note:\n{b}" for a, b in self.conflicts]
        end = f"{self.boundary}\n{self.left}\n{VERDICTS[self.exit]} (exit code {self.exit})"
        return "\n\n".join([*text, end])

# --- canonical JSON and commitments ---------------------------------------------------------------
def need(right, words, kind=ValueError):
    if not right: raise kind(words)
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def parse(data) -> dict:  # the value that these bytes are the canonical JSON of; else ValueError
    text = data.decode()
    try:
        value = json.loads(text, parse_int=lambda digits: int(digits[:18]))
        need(canonical(value) == data and plain(value), "not canonical JSON")
    except RecursionError: raise ValueError("nested too deeply") from None
    need(unicodedata.is_normalized("NFC", text), "text not in normal form C")
    return value
def plain(value):  # no fraction, no number beyond 2^53, no key that is not ASCII
    if type(value) is dict: return all(k.isascii() and plain(v) for k, v in value.items())
    if type(value) is list: return all(map(plain, value))
    return type(value) is not float and (type(value) is not int or abs(value) <= 1 << 53)
def sha256(data): return hashlib.sha256(data).digest()
def commitment(salt, value) -> str:  # what stands in a leaf for a value
    need(re.fullmatch("[0-9a-f]{64}", salt), "a salt is 64 hex digits")
    return "c1:" + sha256(b"ccg-trail/commit/v1\n" + bytes.fromhex(salt) + canonical(value)).hex()
def leaf_hash(data) -> bytes: return sha256(b"\0" + data)
class Tree:
    """The right edge of a growing tree of RFC 6962."""
    def __init__(self) -> None: self.size, self.peaks = 0, []
    def add(self, leaf) -> None:
        at, self.size = self.size, self.size + 1
        while at & 1: leaf, at = sha256(b"\1" + self.peaks.pop() + leaf), at >> 1
        self.peaks.append(leaf)
    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else sha256(b"")
        for peak in reversed(self.peaks[:-1]): root = sha256(b"\1" + peak + root)
        return root

# --- Ed25519 (RFC 8032), for checking only --------------------------------------------------------
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(n, p):
    if n == 0: return 0, 1, 1, 0
    half = times(n >> 1, add(p, p))
    return add(half, p) if n & 1 else half
def point(data):
    sign, y = divmod(int.from_bytes(data, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P: x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign): return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def verified(public, message, signature) -> bool:  # by this key; cofactorless, S below L
    if len(public) != 32 or len(signature) != 64: return False
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L: return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    a, b = times(s, BASE), add(r, times(int.from_bytes(digest, "little") % L, key))
    return (a[0] * b[2] - b[0] * a[2]) % P == (a[1] * b[2] - b[1] * a[2]) % P == 0

# --- keys, notes, checkpoints, receipts and policies (C2SP) ---------------------------------------
NUMBER = "0|[1-9][0-9]{0,15}"
PROOF = re.compile(rf"c2sp\.org/tlog-proof@v1\nextra (.+)\nindex ({NUMBER})(?:\n.+){{0,64}}")
NOTE = re.compile(r"((?:[^\x00-\x09\x0b-\x1f]*\n)?)\n((?:— [^\s+]+ [A-Za-z0-9+/]+=*\n){1,100})")
def base_64(data): return base64.b64encode(data).decode()
def unbase64(text):
    data = base64.b64decode(text, validate=True)
    need(base_64(data) == text, "not strict base64")
    return data
class Key(namedtuple("Key", "name id kind public")):
    """A verifier key, `name+hash+base64(kind || public key)`: kind 1 signs notes, 4 cosigns."""
    @classmethod
    def read(cls, text, kinds=(1, 4)) -> Key:
        name, hash_, rest = [*text.split("+", 2), "", ""][:3]
        data = unbase64(rest)
        id_ = sha256(name.encode() + b"\n" + data)[:4]
        fit = name and not re.search(r"\s", name) and len(data) == 33 and data[0] in kinds
        need(fit and id_.hex() == hash_, "not a verifier key, or its hash is not its own")
        return cls(name, id_, data[0], data[1:])

class Note(namedtuple("Note", "text lines")):
    """A signed note: its text, and (name, key id, signature) of each line under it."""
    @classmethod
    def read(cls, data) -> Note:
        found = NOTE.fullmatch(data.decode()) if len(data) <= LINE else None
        need(found, "not a signed note")
        lines = [(name, unbase64(raw)) for name, raw in re.findall("— (.+) (.+)\n", found[2])]
        return cls(found[1], tuple((name, raw[:4], raw[4:]) for name, raw in lines))
    def __str__(self):
        lines = (f"— {name} {base_64(id_ + signature)}\n" for name, id_, signature in self.lines)
        return f"{self.text}\n{''.join(lines)}"
    def signed_by(self, key) -> object:  # None where no line says that it is this key's
        mine = [sig for name, id_, sig in self.lines if (name, id_) == (key.name, key.id)]
        if not mine: return None
        signature, message = mine[0], self.text.encode()
        if key.kind == 1: return verified(key.public, message, signature)
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]  # it holds its time
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
        need(found, "not a tlog-proof@v1 with the leaf it is of")
        return cls(int(found[2]), Checkpoint.read(note), parse(unbase64(found[1])))
    def holds(self, leaf):  # whether the bundle's leaf of its place is the one it has, and opens so
        try:
            told, rows = self.extra["leaf"].encode(), self.extra["openings"]
            same, body = leaf_hash(told) == leaf, parse(told)["body"]
            return same and all(commitment(r["salt"], r["value"]) == body[r["field"]] for r in rows)
        except (ValueError, TypeError, KeyError, AttributeError): return False

class Policy:
    """Which keys an auditor trusts, and how many witnesses must have signed (tlog-policy)."""
    def __init__(self, data) -> None:
        need(not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data), "a control character")
        self.logs, self.named, self.quorum, self.free = [], {"none": (0, [])}, "", set()
        for line in data.decode("utf-8", "surrogateescape").split("\n"):
            self.take(line, *line.split())
        keys = [*self.logs, *(key for key in self.named.values() if isinstance(key, Key))]
        need(self.quorum and len({k.public for k in keys}) == len(keys), "a key twice, no quorum")
    def take(self, line, word="#", name="", what="", *more):
        new = what and name not in self.named
        if word == "log" and name and not more: self.logs.append(Key.read(name, {1}))
        elif word == "witness" and new and len(more) < 2: self.named[name] = Key.read(what, {4})
        elif word == "group" and new and {*more} <= self.free:  # each member is in one group, once
            least = {"any": "1", "all": str(len(more))}.get(what, what)
            need(least.isdecimal() and 0 < int(least) <= len(more) == len({*more}), "not a group")
            self.named[name], self.free = (int(least), more), self.free - {*more}
        elif word == "quorum" and name in self.named and not what + self.quorum: self.quorum = name
        else: need(word[0] == "#", f"not a line of a policy: {line[:60]!r}")
        if word in {"witness", "group"}: self.free.add(name)
    def reached(self, note, name="") -> bool:  # whether enough witnesses cosigned the note
        what = self.named[name or self.quorum]
        if isinstance(what, Key): return bool(note.signed_by(what))
        return sum(self.reached(note, member) for member in what[1]) >= what[0]

# --- letters --------------------------------------------------------------------------------------
HEX = "((?:[0-9a-f] ?){%d})"
FOOT = re.compile(rf"(?i)\broot {HEX % 64} ?key {HEX % 8} ?sig1 {HEX % 64} ?sig2 {HEX % 64}")
HEAD = re.compile(r"(\S{1,255}?)(?: ?<[^<>]{1,400}>)? ([1-9][0-9]{0,14}) $")
def footers(text) -> list:  # every checkpoint in a text, whatever was done to the lines around it
    text = re.sub(r"(?m)^[\s>|]+", " ", text.replace("\u00a0", " ").replace("\u200b", ""))
    text, found = re.sub(r"\s+", " ", text), []
    for _, foot in zip(range(1000), FOOT.finditer(text)):
        head = HEAD.search(text[max(0, foot.start() - 700) : foot.start()])
        if not head: continue
        root, id_, one, two = (bytes.fromhex(part.replace(" ", "")) for part in foot.groups())
        note = Note(f"{head[1]}\n{head[2]}\n{base_64(root)}\n", ((head[1], id_, one + two),))
        found.append(Checkpoint(head[1], int(head[2]), root, note))
    return found
def parts_of(data, depth=0):  # the texts of a mail and of mails within it, its attached receipts
    for part in email.message_from_bytes(data).walk():
        kind, body = part.get_content_type(), part.get_payload(decode=True)
        if not isinstance(body, bytes): continue
        if body.startswith(b"c2sp.org/tlog-proof@"): yield None, body
        elif str(part.get_filename()).endswith(".eml") and depth < 5:
            yield from parts_of(body, depth + 1)
        elif kind.startswith("text/"):
            text = body.decode("utf-16" if b"\0" in body else "utf-8", "replace")
            if kind == "text/html":  # without its tags
                text = html.unescape(" ".join(part.rpartition(">")[2] for part in text.split("<")))
            yield text, None
def read_mail(data) -> tuple:  # the checkpoints in a letter's footers, and the receipts in it
    if data.startswith(b"c2sp.org/tlog-proof@"): return [], [data]  # it is one itself
    parts = [*parts_of(data), (data.decode("utf-8", "replace"), None)]  # or saved as plain text
    found = {one.note: one for text, _ in parts if text for one in footers(text)}
    return list(found.values()), [proof for _, proof in parts if proof]

# --- the zip --------------------------------------------------------------------------------------
MEMBERS = re.compile(r"README|scope\.json|checkpoint|policy|verify\.py|"
    r"(leaves|openings|withheld|mail-index)\.jsonl|(rules|calendar|roll)/\w{64}\.json")
NEEDED = {"scope.json", "checkpoint", "policy", "leaves.jsonl", "openings.jsonl", "withheld.jsonl"}
class Bundle:
    """The members of the zip, each read within limits."""
    def __init__(self, path, report):
        need(zipfile.is_zipfile(path), f"{path} is not there, or is not a zip.", OSError)
        self.zip, broken = zipfile.ZipFile(path), BrokenError
        every = self.zip.infolist()
        self.names, packed = {x.filename for x in every}, sum(x.compress_size for x in every)
        fit = len(self.names) == len(every) <= 100_000 and packed <= os.path.getsize(path)
        need(fit, "The zip holds two members of one name, very many, or too much.", broken)
        for one in every:
            name, limit = one.filename, BUNDLE if one.filename.endswith("l") else FILE
            fit = not re.search(r"^[/\\]|\.\.|\\|:|[\x00-\x1f]", name) and not one.flag_bits & 1
            fit = fit and one.file_size <= min(limit, 300 * one.compress_size + 4096)
            need(fit, f"{name!r:.80} is outside its folder, too large, or encrypted.", broken)
            if not MEMBERS.fullmatch(name): report.note(f"{name!r:.80} is no member of a bundle.")
        need(self.names >= NEEDED, f"There is no {min(NEEDED - self.names, default='')}.", broken)
    def lines(self, name):  # without their ends, one at a time
        with self.zip.open(name) as member, io.BufferedReader(member, 1 << 18) as lines:
            for line in iter(lambda: lines.readline(LINE), b""):
                fit = len(line) > 1 and line.endswith(b"\n")
                need(fit, f"{name} has a line that is empty, too long, or has no end.", BrokenError)
                yield line[:-1]
    def read(self, name, how=bytes):
        try: return how(self.zip.read(name))
        except ValueError as error: raise BrokenError(f"{name}: {error}.") from None
    def published(self, folder, digest):  # a file by its digest
        name = f"{folder}/{digest}.json"
        fit = name in self.names and sha256(self.read(name)).hex() == digest
        need(fit, f"{name} was changed, or left out.", BrokenError)
        return self.read(name, parse)
    def openings(self):  # what is opened, and what is withheld: for each leaf in turn, by field
        def place(row): return row["n"], row["field"]
        files = (map(parse, self.lines(name)) for name in ("openings.jsonl", "withheld.jsonl"))
        last, n, found = (-1, ""), 0, {}
        for row in heapq.merge(*files, key=place):
            fit = {*row} in ({"field", "n", "salt", "value"}, {"field", "n", "role"})
            need(fit and place(row) > last, f"openings or what is withheld: row of leaf {row['n']}")
            while row["n"] > n: n, found = n + 1, (yield found) or {}
            last, found[row["field"]] = place(row), row
        yield found

# --- the rules by themselves: calendar, impact, count ---------------------------------------------
ROUTES = ["inform", "consult", "committee", "vote", "vote+supermajority"]
INCOME = ["affects_practice_income", "changes_contract_or_les", "quality_premium",
          "incentive_scheme", "qof"]
COMMITTEES = {"urgent": "urgent_powers", "uses_management_allowance": "allowance_committee",
              "procurement": "procurement", "": "primary_care_committee"}
def stamp(at): return at.isoformat(timespec="microseconds") + "Z"
def moment(text):  # an instant of the trail: UTC, to the microsecond
    at = datetime.fromisoformat(text[:-1])
    need(stamp(at) == text, "not an instant in UTC to the microsecond")
    return at
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
    def instant(self, day, clock="deadline_time"):  # when London's clocks show this on this day
        local = datetime.fromisoformat(f"{day}T{self.told[clock]}")
        return stamp(local - self.offset(local - self.offset(local)))
    def step(self, day, days):  # so many working days after the day
        for _ in range(days):
            day += timedelta(days=1)
            while day.weekday() > 4 or day.isoformat() in self.holidays: day += timedelta(days=1)
            fit = self.told["years"]["first"] <= day.year <= self.told["years"]["last"]
            need(fit, f"the calendar ends before {day}")
        return day
    def after(self, at, days): return self.instant(self.step(self.day(at), days))
def fits(row, facts):  # whether a row of the impact table fits the facts
    def one(wanted, fact):
        if isinstance(wanted, list): return any(one(choice, fact) for choice in wanted)
        if isinstance(wanted, bool): return bool(fact) == wanted
        if not isinstance(wanted, dict): return fact == wanted
        if wanted.get("stated", fact is not None) != (fact is not None): return False
        least, most = wanted.get("at_least", fact), wanted.get("at_most", fact)
        return wanted.keys() == {"stated"} or type(fact) is int and least <= fact <= most
    def every(case): return all(one(wanted, facts.get(name)) for name, wanted in case.items())
    some = not row.get("any") or any(map(every, row["any"]))
    return every(row.get("when", {})) and some and not any(map(every, row.get("unless", [])))
def classify(table, facts):  # what `decision.classified` must say, and the route to be taken
    rule = next(row for row in table["rules"] if fits(row, facts))
    rows = [rule, *(row for row in table.get("involvements", []) if fits(row, facts))]
    doubts = [row for row in [rule, *table.get("checks", [])] if "ask" in row and fits(row, facts)]
    told = {"level": rule["level"], "route": rule["route"], "ask": bool(doubts),
            "involve": {name for row in rows for name in row.get("involve", ())},
            "fired": [row["id"] for row in rows], "asks": [row["ask"] for row in doubts]}
    routes = {rule["route"], *(route for row in doubts for route in row.get("in_doubt", []))}
    return told, max(routes, key=ROUTES.index)
def workflow_for(route, facts, ballot):  # the name of the workflow that carries a route
    if route == "committee":
        return next(name for fact, name in COMMITTEES.items() if not fact or facts.get(fact))
    if route != "vote": return "constitution_vote" if route == "vote+supermajority" else route
    if any(option.startswith("candidate_") for o in ballot.values() for option in o):
        return "election"
    return "vote_then_committee" if any(map(facts.get, INCOME)) else "member_vote"
def share(reached, of, rule):  # a share against what is needed
    more = "more_than_percent" in rule
    percent = rule.get("more_than_percent", rule.get("at_least_percent", rule.get("percent")))
    met = of > 0 and (reached * 100 > percent * of or not more and reached * 100 == percent * of)
    return {"reached": reached, "of": of, "needed_percent": percent, "more_than": more, "met": met}
def weight(line, rule):  # a practice's votes by the rule of the vote at hand
    if not isinstance(rule, dict): return 1
    size, unit = line["list_size"], rule["patients"]
    if not size: return rule.get("blank", 1)
    half = {"down": 0, "half_up": unit // 2, "up": unit - 1}[rule["rounding"]]
    return min(max((size + half) // unit, rule.get("least", 1)), rule.get("most", size))
def tally(rule, roll, options, standing, seats):  # of one question, among these practices
    held = {p: weight(line, rule.get("weight")) for p, line in roll.items()}
    size = {p: line["list_size"] or 0 for p, line in roll.items()}
    units = {"weight": held, "votes_cast": held, "patients": size}
    def total(what, whose): return sum(units[what][p] if what in units else 1 for p in whose)
    def part(need):  # of all, or of those who voted for or against
        voting = [p for p in roll if standing.get(p) in {"for", "against"}]
        yes, of = [p for p in voting if standing[p] == "for"], need["of"]
        base = roll if of in {"practices", "weight"} else voting
        return share(total(of, yes), total(of, base), need)
    answered, of = [p for p in roll if p in standing], rule["quorum"]["of"]
    told = {option: [p for p in answered if standing[p] == option] for option in options}
    votes = {option: total("weight", practices) for option, practices in told.items()}
    none, area = votes.get("abstain", 0), rule.get("each_area", {})
    count = {"quorum": share(total(of, answered), total(of, roll), rule["quorum"]),
             "returned": len(answered), "on_roll": len(roll), "options": votes,
             "abstain": none, "votes_cast": sum(votes.values()) - none}
    if type(rule.get("weight")) is dict:
        more = {"returned": total("weight", answered), "on_roll": total("weight", roll)}
        count["practices"] = {option: len(practices) for option, practices in told.items()}
        count["weights"] = {**votes, **more}
    if "elect" in rule: return {**count, **elected(votes, seats, count["quorum"]["met"])}
    count |= {"for": votes["for"], "against": votes["against"], "threshold": part(rule["carried"])}
    if "also" in rule: count["also"] = [part(more) for more in rule["also"]]
    inner = {what: rule[what] for what in ("weight", "carried") if what in rule}
    inner["quorum"] = {"of": of, "percent": area.get("quorum_percent", 0)}
    unsaid = {"options"} if "quorum_percent" in area else {"options", "quorum"}
    for name in sorted({line["locality"] or "" for line in roll.values()}) if area else ():
        inside = {p: line for p, line in roll.items() if (line["locality"] or "") == name}
        row = {"area": name, **tally(inner, inside, options, standing, seats)}
        count.setdefault("areas", []).append({k: v for k, v in row.items() if k not in unsaid})
    return count
def elected(votes, seats, met):  # most votes, with a quorum; not who ties for the last
    people = {option: n if met else 0 for option, n in votes.items() if option != "abstain"}
    won = {o for o, n in people.items() if n and sum(m >= n for m in people.values()) <= seats}
    rest = {o: n for o, n in people.items() if o not in won and n and len(won) < seats}
    tied, few = {o for o in rest if rest[o] == max(rest.values())}, len(people) <= seats
    return {"tied": tied, "seats": seats, "unopposed": few, "elected": {*people} if few else won}
def answers(count, rule):  # to a workflow's questions; a tie is never carried
    even, alone = 0 < count.get("for", -1) == count.get("against"), bool(count.get("unopposed"))
    groups = [count, *count.get("areas", [])]
    parts = [count.get("threshold", {"met": False}), *count.get("also", [])]
    if rule.get("each_area", {}).get("carried"): parts += [row["threshold"] for row in groups[1:]]
    carried = count["votes_cast"] > 0 and not even and all(part["met"] for part in parts)
    return {"quorate": all(row["quorum"]["met"] for row in groups if "quorum" in row),
            "carried": carried, "tied": bool(count.get("tied")) or even, "unopposed": alone,
            "elected": alone or len(count.get("elected", ())) == count.get("seats", -1)}
def differs(own, told):  # whether what was told lacks, or has otherwise, what we worked out
    if isinstance(own, dict):
        return type(told) is not dict or any(differs(v, told.get(k)) for k, v in own.items())
    if isinstance(own, set): return type(told) is not list or sorted(own) != sorted(told)
    if not isinstance(own, list): return own != told
    return type(told) is not list or len(own) != len(told) or any(map(differs, own, told))

# --- a decision, leaf by leaf ---------------------------------------------------------------------
FREE = ("clock.suspect clock.confirmed checkpoint.cosigned trail.opened key.rotated act.proposed "
        "erasure.performed allowance.set allowance.charged allowance.reversed allowance.queried "
        "allowance.answered practice.reached practice.unreached").split()  # no rules here
CAUSED = ("decision.classified", "decision.routed", "phase.opened", "deadline.set")
BETWEEN = ("lmc.recorded", "ballot.changed", "allowance.charged", "allowance.reversed")
BODIES = ("approve", "refuse", "tie", "ratify", "settle", "uphold", "set_aside")
POSTS, BARRED = ("step_due", "step_overdue", "rerouted"), ("no_vote", "excluded")
OTHERS = re.compile("reminder|asked_again|reply_received|silent_practices|quorum_at_risk|query_.*")
KIND = re.compile(r"(call_in|[a-z]+)(\.[a-z]+)?")
class Decision:
    """Where a decision stands, by the leaves read so far."""
    state = route = due = held = outcome = stands = ""
    lmc = extended = longer = revoted = sealed = round = won = 0
    counts, last, closing = {}, {}, []  # of the vote that closes, of the one before; its questions
    def __init__(self, body):
        self.opened, self.ref, self.ballot = body, body["decision"], body["ballot"]
        self.calendar, self.clock, self.flow = body["calendar"], ("", 0), {"states": {}}
        self.roll, self.votes, self.interests, self.meetings = ({} for _ in range(4))
        self.asked_up, self.revoked, self.challengers, self.unanswered = (set() for _ in range(4))
    here = property(lambda self: self.flow["states"].get(self.state, {}))
    def open(self, word): return self.here.get("open_for") == word
    def ruled(self, words): return {p for p, ruling in self.interests.items() if ruling in words}
    def moves(self, *words):  # from here on these words, in the order written
        return [move for move in self.flow["moves"] if move["on"] in words and self.state in (
            move["from"] if type(move["from"]) is list else [move["from"]])]

class Replay:
    """The rules, a second time: what must follow is scripted, and letters owed stand in `due`."""
    rules = globals()  # on_KIND: of a decision; trail_KIND: of the trail. further.py has more
    def __init__(self, report, bundle, scope):
        self.report, self.bundle, self.only = report, bundle, scope.get("decision")
        self.decisions, self.rolls, self.mailings = {}, {}, {}
        self.published, self.outcomes, self.script, self.due = set(), {}, deque(), {}
        self.sums, self.unknown, self.at, self.restored, self.last = Counter(), Counter(), "", "", 0
        self.cal = functools.lru_cache(99)(lambda it: Calendar(bundle.published("calendar", it)))
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
        self.n, self.kind, self.body, self.seen = leaf["n"], leaf["type"], leaf["body"], opened
        if leaf["at"] != self.at: self.end_of_commit()
        self.at, name = leaf["at"], self.kind if KIND.fullmatch(self.kind) else ""
        if ours and (not name.startswith("mail.") or self.about(self.body)): self.last = self.n
        rule, whole = (self.rules.get(x + name.replace(".", "_")) for x in ("on_", "trail_"))
        self.words = ((rule or whole or examine).__defaults__ or [""])[-1]
        try:
            if leaf["v"] != 1 or not (rule or whole or self.kind in FREE):
                self.unknown[self.kind, leaf["v"]] += 1
            elif whole: whole(self, self.body)
            elif rule and ours: self.decide(rule, self.body["decision"])
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
    def owe(self, d, letter, *practices):  # to these, or to all; to whom at a post is not checked
        whom = None if letter in POSTS else [*(practices or d.roll)]
        self.due[letter, d.ref, whom and audience(whom)] = (self.n, whom or [])
    def end_of_commit(self):
        left = [(kind, ref, self.n) for kind, ref, _ in self.script][:1]
        left += [(letter, ref, n) for (letter, ref, _), (n, _) in self.due.items()]
        for what, ref, n in left:
            self.must(False, words=f"{what} of {ref} should come before, for leaf {n}.")
        self.script.clear(); self.due.clear()
# The rules of the events: r is the replay, d the decision, b the leaf's body; told in `rule`.
def trail_rules_published(r, b): r.published.add(b["digest"])
trail_calendar_published = trail_rules_published
def trail_backup_restored(r, b):
    if b["lost"]: r.restored = f"|{r.n}"
    lost = b["lost"] and [b.get("lost_from"), b.get("lost_to")]
    r.report.note(f"Leaf {r.n}: the trail went on from a backup; leaves that it lost: {lost}.")
def trail_roll_frozen(r, b): r.rolls[b["decision"]] = b
def on_decision_opened(r, d, b, rule="rules published; roll frozen, of this root, length, order"):
    frozen, lines, tree = r.rolls.get(d.ref, {}), r.bundle.published("roll", b["roll"]), Tree()
    for line in lines: tree.add(leaf_hash(canonical(line)))
    d.roll, size = {line["practice"]: line for line in lines}, len(lines)
    r.must({b["rules"], b["calendar"], *b["workflows"].values()} <= r.published,
           b["roll"] == frozen.get("digest"), frozen.get("root") == tree.root().hex(),
           frozen.get("practices") == size <= frozen.get("of", size),
           size and [line["practice"] for line in lines] == sorted(d.roll))
    d.flows = {name: r.bundle.published("rules", digest) for name, digest in b["workflows"].items()}
    r.lead(d, "decision.classified", rules=b["rules"])
def on_decision_classified(r, d, b):
    d.facts = b["facts"]
    told, route = classify(r.bundle.published("rules", d.opened["rules"]), d.facts)
    d.involve, name = told["involve"], workflow_for(route, d.facts, d.ballot)
    right = d.opened["workflow"] == d.opened["workflows"].get(name)
    r.must(right, words=f"the workflow should be {name}."); r.same(**told); road(r, d, route)
def road(r, d, route, name="", back=""):  # it goes on by another workflow, or back to where it was
    name = name or workflow_for(route, d.facts, d.ballot)
    d.route, d.flow, digest = route, d.flows[name], d.opened["workflows"][name]
    r.lead(d, "decision.routed", route=route, name=name, workflow=digest)
    enter(r, d, back or d.flow["workflow"]["start"], back)
def enter(r, d, to, back=""):  # what must follow; `back`: anew, after it was held up
    body, d.state, d.due = d.here.get("body"), to, ""
    act, result = (None if back else d.here.get(what) for what in ("act", "result"))
    if act: r.lead(d, "body.acted", body=body, result=act, state=to)
    count = {"questions": d.counts} if len(d.counts) > 1 else [*d.counts.values(), None][0]
    if result: r.lead(d, "outcome.declared", state=to, result=result, count=count)
    if "deadline" in d.here:
        d.longer, d.asked_up, d.votes = False, set(), {}
        d.round, d.clock = d.round + d.open("votes"), (r.at, span(d.here["deadline"]["after"]))
        r.lead(d, "phase.opened", phase=to, round=d.round); set_deadline(r, d)
    for letter in d.here.get("letters", []): r.owe(d, letter)
def set_deadline(r, d, due=None):  # it must be set now, by the pinned calendar
    due = due or r.cal(d.calendar).after(*d.clock)
    r.lead(d, "deadline.set", name=d.here["deadline"]["name"], phase=d.state, due_at=due)
def on_decision_routed(r, d, b): "Scripted, and no more."
on_phase_opened = on_decision_routed
def on_deadline_set(r, d, b): d.due = b["due_at"]
def on_link_issued(r, d, b): d.revoked.discard((b["practice"], b["person"]))
def on_link_revoked(r, d, b): d.revoked.add((b["practice"], b["person"]))
# what practices send
def sent(r, d, casts=True, running=True, barred=("excluded",)):  # a receipt is owed for it
    practice, by, meeting = r.body["practice"], r.seen.get("by"), r.body.get("meeting")
    people = d.roll.get(practice, {"persons": []})["persons"]
    able = {one["person"] for one in people if one["may_cast"] or not casts and not meeting}
    linked = by and by.get("person") in able and (practice, by["person"]) not in d.revoked
    r.must(practice in d.roll, words=f"{practice} is not on the roll.")
    r.must(not running or r.at < d.due, words=f"it came at or after the close, {d.due}.")
    r.must(practice not in d.ruled(barred), words=f"{practice} was ruled not to take part.")
    r.must(able if meeting else linked or not by, words="its sender may not, or nobody of it.")
    r.owe(d, "receipt", practice)
    return practice
def on_comment_received(r, d, b, rule="the state takes comments, and is the one named"):
    sent(r, d, casts=False); d.unanswered.add(r.n)
    r.must(d.open("comments") or d.open("votes"), b["phase"] == d.state)
def on_comment_answered(r, d, b): d.unanswered.discard(b["comment"])
def on_vote_cast(r, d, b, rule="open; its round; cast, then changed; on the ballot; was there"):
    practice, choice, again = sent(r, d, barred=BARRED), r.seen.get("choice"), r.kind != "vote.cast"
    place, options = (b["question"], practice), d.ballot.get(b["question"], ())
    met = not b.get("meeting") or practice in d.meetings.get(b["meeting"], ()) and not again
    on_it = options and choice in {None, *options}
    r.must(d.open("votes"), b["round"] == d.round, (place in d.votes) == again, on_it, met)
    d.votes[place] = choice; r.sums["votes"] += 1
on_vote_changed = on_vote_cast
def on_vote_rejected(r, d, b, rule="it was late; on the roll"):
    r.must(b["because"] != "late" or r.at >= d.due or not d.open("votes"), b["practice"] in d.roll)
def on_meeting_recorded(r, d, b): d.meetings[b["meeting"]] = b["attended"]
def on_call_in_requested(r, d, b, rule="it can be called in; not asked before"):
    practice, call = sent(r, d), d.here.get("call_in") or {}
    r.must(call, practice not in d.asked_up); d.asked_up.add(practice)
    quiet = {line["locality"] for p, line in d.roll.items() if p not in d.asked_up}
    whole = {line["locality"] for line in d.roll.values()} - quiet - {None, ""}
    enough = len(d.asked_up) * 100 >= call.get("percent", 101) * len(d.roll)
    if enough or whole and call.get("whole_locality"): road(r, d, call["to"])
def on_challenge_raised(r, d, b, rule="the first of this practice; it can be challenged; in time"):
    practice, days = sent(r, d, running=False, barred=()), d.flow["workflow"].get("challenge")
    joins = d.held and d.due and d.flow is d.flows["dispute"]
    fit = d.outcome and days and not d.held and d.outcome["result"] != "withdrawn"
    in_time = fit and r.at < r.cal(d.calendar).after(d.outcome["at"], span(days))
    right = r.must(practice not in d.challengers, joins or fit, joins or in_time)
    d.challengers.add(practice)
    if right and not joins:
        d.held = (d.flow["workflow"]["name"], d.state); road(r, d, d.route, "dispute")
# what staff and bodies do
def on_lmc_recorded(r, d, b): d.lmc = True
def on_interest_declared(r, d, b): d.interests.setdefault(b["practice"], None)
def on_interest_ruled(r, d, b, rule="declared; a ruling; no vote is over"):
    ruling, late = b["ruling"], b["ruling"] != "noted" and d.round and not d.open("votes")
    r.must(b["practice"] in d.interests, ruling in {"noted", *BARRED}, not late)
    d.interests[b["practice"]] = ruling; r.owe(d, "ruled", b["practice"])
def on_ballot_changed(r, d, b, rule="less before a vote, or a run-off of who tied"):
    new, tied = b["ballot"], [*d.last.values(), {}][0].get("tied")
    less = not d.round and 0 < len(new) < len(d.ballot) and new.items() <= d.ballot.items()
    again = d.revoted and tied and all({*o} == {*tied, "abstain"} for o in new.values())
    r.must(less or again); d.ballot = new
def on_override(r, d, b, rule="from the route in force; lower or not; before any vote"):
    lower, before = ROUTES.index(b["route"]) < ROUTES.index(b["was"]), not d.round and not d.outcome
    r.must(b["was"] == d.route != b["route"], bool(b.get("lower")) == lower, before)
    if lower: r.owe(d, "rerouted")
    road(r, d, b["route"])
def on_deadline_extended(r, d, b, rule="want of a quorum, once; by staff: once; 1-4 days; in time"):
    days, cal = b["working_days"], r.cal(d.calendar)
    count_up(r, d); r.same(was=d.due, phase=d.state); r.owe(d, "extended")
    if b["automatic"]:
        move = passed(r, d)
        r.must("extend" in move and r.at >= d.due and span(move["extend"]) == days)
        r.same(returned=min((count["returned"] for count in d.counts.values()), default=0))
        d.extended, d.clock = True, (r.at, days)
        return set_deadline(r, d)
    first = d.open("votes") and not d.longer and d.round == 1
    r.must(first, type(days) is int and 1 <= days <= 4, r.at < d.due); d.longer = True
    return set_deadline(r, d, cal.instant(cal.step(cal.day(d.due), days)))
def on_deadline_recomputed(r, d, b, rule="was running; later; published"):
    d.calendar = b["calendar"]
    r.must(b["was"] == d.due > r.at, b["due_at"] > d.due, b["calendar"] in r.published)
    if not d.longer: r.same(due_at=r.cal(d.calendar).after(*d.clock))
    on_deadline_set(r, d, b); r.owe(d, "extended")
def on_revote_ordered(r, d, b, rule="it may be; the first; within 5 working days"):
    moves, count = d.moves("revote"), [*d.last.values(), {}][0]
    until = r.cal(d.calendar).after(d.stands, 5) if d.outcome else ""
    r.must(moves, not d.revoted, r.at < until)
    d.revoted, d.extended, d.won = True, True, len(count["elected"]) if count.get("tied") else 0
    d.outcome, d.challengers = "", set(); enter(r, d, moves[0]["to"])
def begin(r, d, words, to):  # an act leads to a state: what must be on record before
    move = next((move for move in d.moves(*words) if move["to"] == to), None)
    need(move, f"nothing leads from {d.state} to {to}")
    word, agreed = move["on"], {*move.get("agree", ())} <= {*(r.body.get("agreed") or ())}
    lmc = d.lmc or "lmc" not in d.involve or word not in {"approve", "ratify", "conclude"}
    done = word != "conclude" or not d.unanswered and "statement" in r.body
    r.must(lmc, word != "approve" or not d.ruled([None]), done, agreed, not d.due or r.at < d.due)
    d.counts = {}; enter(r, d, to); r.follow()
def on_body_acted(r, d, b, rule="LMC; interests; comments; who must agree; in time"):
    to, word, votes = b["state"], b["result"], b.get("votes")
    if not r.scripted and d.held and to == d.held[1] and d.flow is d.flows["dispute"]:
        fit = word == "upheld" and b["body"] == d.here.get("body") and d.moves("settle", "uphold")
        r.must(fit, words="this does not let the outcome stand.")
        road(r, d, d.route, *d.held)
        d.held, d.stands = "", r.at  # what follows may be challenged anew
    elif not r.scripted: begin(r, d, BODIES, to)
    more = votes["for"] - votes["against"] if votes else 0
    right = {"refused": more < 0, "tied": more == 0, "approved": more > 0, "ratified": more > 0}
    r.must(not votes or right.get(word, True), words=f"{votes} is not {word}.")
def on_outcome_declared(r, d, b, rule="LMC; interests; comments, statement; agreed; in time"):
    if not r.scripted: begin(r, d, ["conclude", "withdraw"], b["state"])
    d.stands, d.outcome, r.outcomes[d.ref] = r.at, {"at": r.at, "result": b["result"]}, r.n
# deadlines and counts
def count_up(r, d):  # what stands, for each question
    d.counts, rule, out = {}, d.flow.get("vote", {}), d.ruled(BARRED)
    roll = {practice: line for practice, line in d.roll.items() if practice not in out}
    seats = rule.get("elect", {}).get("seats", 0) - d.won
    for question, options in d.ballot.items() if d.open("votes") or "elect" in rule else ():
        standing = {p: choice for (q, p), choice in d.votes.items() if q == question}
        d.counts[question] = tally(rule, roll, options, standing, seats)
    if not (d.open("votes") or [*d.counts.values(), {}][0].get("unopposed")): d.counts = {}
    d.sealed = any(choice is None and p in roll for (_, p), choice in d.votes.items())
def passed(r, d):  # the first move on the deadline whose questions are all answered yes
    told = [answers(count, d.flow["vote"]) for count in d.counts.values()]
    def yes(word):
        if word == "not_yet_extended": return not d.extended
        return bool(told) and (any if word == "tied" else all)(one[word] for one in told)
    return next(m for m in d.moves(d.here["deadline"]["name"]) if all(map(yes, m.get("when", ()))))
def on_phase_closed(r, d, b, rule="time was running; it is over; no extension was due"):
    if not r.must(d.due, r.at >= d.due): return
    r.same(closed_at=d.due, phase=d.state, round=d.round, deadline=d.here["deadline"]["name"])
    if not r.scripted: count_up(r, d); d.closing = [*d.counts]
    if d.counts:  # else what was asked were comments
        question = d.closing.pop(0)
        own, told = d.counts[question], b["count"]
        if d.sealed:  # what is not opened is taken from the leaf, and said to be
            r.report.note(f"{d.ref}: votes of round {d.round} are not opened, so not counted.")
            own = {key: own[key] for key in ("returned", "on_roll", "quorum")}
            d.counts[question] = {**told, **own}
        r.same(question=question, count=own)
        if d.closing: return r.lead(d, "phase.closed", question=d.closing[0])
    d.last, move = d.counts, passed(r, d)
    if r.must(True, True, "extend" not in move): enter(r, d, move["to"])
# letters
def audience(who, role=None): return sha256(canonical({"practices": who, "role": role})).hex()
def trail_mail_intent(r, b, rule="nothing led to this letter"):
    letter, count, ref, ours = b["letter"], b["count"], b.get("decision"), r.in_scope(b)
    if not r.must(type(count) is int and count >= 0, words="a count that is none."): count = 0
    key = ref, b["audience"], letter != "receipt" and r.n  # one receipt replaces another
    r.mailings[r.n] = {"decision": ref, "open": count * ours, "people": None, "key": key,
                       "ended": set()}
    if ref is None or OTHERS.fullmatch(letter) or not ours: return
    if not r.must(ref in r.decisions, words=f"{ref} was never opened."): return
    whom = None if letter in POSTS else b["audience"]
    _, practices = r.due.pop((letter, ref, whom), (0, None))
    if r.must(practices is not None) and whom: letters_to(r, r.decisions[ref], letter, practices)
def letters_to(r, d, letter, practices):  # one to each person of theirs, each with its Message-ID
    people = [(p, one["person"]) for p in practices for one in d.roll[p]["persons"]]
    r.must(r.body["count"] == len(people), words="it goes to others.")
    r.mailings[r.n]["people"] = {
        sha256(f"{r.n}|{letter}|{p}|{who}{r.restored}".encode()).hex()[:32]: p for p, who in people}
def trail_mail_accepted(r, b, rule="it ends a letter that was owed; what was taken may come back"):
    mailing = r.mailings.get(b["mailing"])
    if not r.must(mailing) or not r.in_scope(b): return
    left, practice, name = mailing["people"], b.get("practice") or "", b["message"][1:33]
    new = name not in mailing["ended"] if left is None else left.pop(name, None) == practice
    if left is None: mailing["ended"].add(name)
    first = mailing["open"] > 0 and new
    r.must(first or r.kind == "mail.bounced"); mailing["open"] -= first; r.sums["letters"] += 1
trail_mail_bounced = trail_mail_undeliverable = trail_mail_skipped = trail_mail_accepted
def end(r):
    r.end_of_commit()
    told, note, s = r.report.checked.append, r.report.note, r.sums
    last = {m["key"]: n for n, m in r.mailings.items()}
    left = {n: r.mailings[n]["open"] for n in last.values() if r.mailings[n]["open"] > 0}
    if left: note(f"{sum(left.values())} letters have no end (mailings {sorted(left)[:10]}).")
    for d in r.decisions.values():
        if d.due and d.due <= r.at: note(f"{d.ref}: {d.state} was over at {d.due}, and stands.")
    of = f"of {r.only or 'all'}; decisions: {len(r.decisions)}, outcomes: {len(r.outcomes)}"
    told(f"Rules {of}, votes: {s['votes']}, mailings: {len(r.mailings)}, letters: {s['letters']}.")
    names = ", ".join(f"{n} of {kind:.60}, v {v}" for (kind, v), n in [*r.unknown.items()][:20])
    if names: note(f"Leaves of kinds whose rules this file does not know: {names}.")

# --- the bundle as a whole ------------------------------------------------------------------------
COMMITTED = re.compile("c1:[0-9a-f]{64}")
MARKED = re.compile(rb'"type":"(erasure\.performed|key\.rotated|trail\.opened)"')
class Examination:
    """One bundle against itself, its rules, and what outside evidence there is."""
    def __init__(self, report, bundle):
        self.report, self.bundle, self.sums = report, bundle, Counter()
        self.witnesses, self.keys, self.chain, self.erased = [], [], [], set()
        self.checkpoint = bundle.read("checkpoint", Checkpoint.read)
        self.policy, self.scope = bundle.read("policy", Policy), bundle.read("scope.json", parse)
        fit = type(self.scope) is dict and self.scope.get("size") == self.checkpoint.size
        need(fit, "scope.json is of another size.", BrokenError)
    def right(self, fit, words):  # else the bundle contradicts itself there
        if not fit: self.report.fault(1, words)
        return fit
    def evidence(self, path):  # a letter or a receipt that somebody kept
        data, note, before = read_file(path, MAIL), self.report.note, len(self.witnesses)
        try:
            found, proofs = read_mail(data)
            self.witnesses += [(path, "letter", one, None) for one in found]
            self.witnesses += [(path, "receipt", x.checkpoint, x) for x in map(Proof.read, proofs)]
        except Exception as error: note(f"{path} could not be read, or not whole ({error!r}).")
        if len(self.witnesses) == before: note(f"{path} has no trail footer, so it shows nothing.")
    def run(self, policy, replay):  # twice over the leaves: as a tree, and as what they tell
        for folder, _, rest in (name.partition("/") for name in sorted(self.bundle.names)):
            if folder in {"rules", "calendar", "roll"}: self.bundle.published(folder, rest[:-5])
        tree, roots, hashes = self.climb()
        self.own(tree, policy); self.judge(roots, hashes)
        n, told = 0, self.bundle.openings()
        try:
            for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
                leaf, row = self.leaf(n, line, replay.at), next(told, {})
                ours = replay.in_scope(leaf["body"])
                replay.take(leaf, self.openings(leaf, row, ours), ours)
            self.right(next(told, None) is None, "Openings speak of leaves that are not there.")
            end(replay)
        except (ValueError, TypeError, KeyError, RecursionError, BrokenError) as error:
            self.right(False, f"Leaf {n}, or what opens it, is broken: {error}. No more was read.")
        self.tell(replay)
    def climb(self):  # the roots that witnesses signed, the leaves of receipts; keys, erasures
        roots = {one.size: sha256(b"") for _, _, one, _ in self.witnesses}
        tree, hashes = Tree(), {proof.index: b"" for *_, proof in self.witnesses if proof}
        for n, line in enumerate(self.bundle.lines("leaves.jsonl")):
            tree.add(leaf_hash(line))
            if tree.size in roots: roots[tree.size] = tree.root()
            if n in hashes: hashes[n] = leaf_hash(line)
            try:
                if n == 0 or MARKED.search(line): self.mark(n, parse(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BrokenError(f"Leaf {n} is broken: {error}.") from None
        fit = self.keys and self.keys[0][1].name == self.checkpoint.origin
        need(fit, "Leaf 0 does not name the key of the checkpoint's trail.", BrokenError)
        return tree, roots, hashes
    def mark(self, n, leaf):  # a leaf that names a key, or what was erased
        body, kind = leaf["body"], leaf["type"]
        need((n == 0) == (kind == "trail.opened"), "a trail is opened by its first leaf")
        if kind == "erasure.performed":
            told = [body, *(body.get("also") or ())]
            self.erased.update((one["n"], one["field"]) for one in told if one["n"] < n)
        elif kind in {"trail.opened", "key.rotated"}:
            new, signed = Key.read(body["vkey"], {1}), n > 0 and self.rotated(n, body)
            self.keys.append((n, new)); self.chain = [*(self.chain if signed else ()), new]
    def rotated(self, n, body):  # whether the key before has signed for the new one
        old, raw = self.keys[-1][1], unbase64(body.get("signature") or "")
        text = f"{old.name}\nkey.rotated {n}\n{body['vkey']}\n"
        true = Note(text, ((old.name, raw[:4], raw[4:]),)).signed_by(old)
        need(Key.read(body["was"]) == old, "it replaces a key not in force")
        need(true or not raw, "it replaces the key with a false signature")
        if not raw: self.report.note(f"Leaf {n} replaces the key, unsigned by the old one.")
        return true
    def leaf(self, n, line, before):
        leaf = parse(line)
        need({*leaf} == {"at", "body", "n", "type", "v"} and leaf["n"] == n, "its keys or number")
        need([*map(type, (leaf["body"], leaf["type"], leaf["v"]))] == [dict, str, int], "its types")
        need(moment(leaf["at"]) and leaf["at"] >= before, f"it is of {leaf['at']}, before the last")
        return leaf
    def openings(self, leaf, told, ours):  # each commitment has exactly one place
        n, body, values = leaf["n"], leaf["body"], {}
        held = {k: v for k, v in body.items() if type(v) is str and COMMITTED.fullmatch(v)}
        fields = {*told, *held} if ours else told
        if leaf["type"] == "roll.frozen" and {*told} - {*held}:  # addresses: what the roll holds
            for line in self.bundle.published("roll", body.get("digest")):
                place, people = line["practice"], line["persons"]
                held.update((f"{place}/{one['person']}/contact", one["contact"]) for one in people)
        for field in sorted(fields):
            row, erased = told.get(field), (n, field) in self.erased
            words = f"Leaf {n}: the opening of {field!r:.80} is"
            fit = self.right(field in held, f"{words} of no commitment.")
            fit &= self.right(erased == (row is None), f"{words} not there, or though erased.")
            self.sums["erased" if row is None else "opened" if "salt" in row else "withheld"] += 1
            if not fit or erased or "salt" not in row: continue
            values[field], made = row["value"], commitment(row["salt"], row["value"])
            self.right(made == held[field], f"{words} not what the leaf holds.")
        return values
    def own(self, tree, policy):  # the checkpoint: root, signature, key, and the auditor's policy
        ours, own, right = self.checkpoint, self.policy, self.right
        key = [key for n, key in self.keys if n < max(ours.size, 1)][-1]
        fit = (tree.size, tree.root()) == (ours.size, ours.root)
        right(fit, f"The {tree.size} leaves do not have the root that the checkpoint signs.")
        right(ours.note.signed_by(key), "The checkpoint is not signed by the key in force.")
        right(own.logs == [key] and own.quorum == "none", "The bundle's policy names another key.")
        if policy is None: return
        known = not policy.logs or {*policy.logs} & {*self.chain}
        right(known, "Your policy does not trust the trail's key.")
        fit = right(policy.reached(ours.note), "Your policy's witnesses are missing.") and known
        if policy.quorum == "none": self.report.note("Your policy asks for no witness.")
        elif fit: self.sums["policy"], self.sums["vouched"] = 1, ours.size
    def judge(self, roots, hashes):  # each witness against the roots of the leaves
        seen, note = {}, self.report.note
        for source, kind, one, proof in self.witnesses:
            if one.note not in seen: seen[one.note] = self.standing(source, one, roots)
            if seen[one.note]: note(f"{source}: {seen[one.note]}")
            else: self.sums[kind] += 1
            fit = proof is None or proof.holds(hashes[proof.index])
            if not fit: note(f"{source}: the receipt's leaf or openings do not hold.")
    def standing(self, source, one, roots):  # why a witness shows nothing
        size, told = self.checkpoint.size, {one.note.signed_by(key) for _, key in self.keys}
        if one.origin != self.checkpoint.origin: return f"it is of another trail, {one.origin!r}."
        if told == {None}: return ("it is signed with a key that this trail never had. Unless that "
            "is explained, do not rely on it: ask elsewhere for the trail's key (--policy).")
        if True not in told: return "its signature is false: no evidence."
        if one.size > size and source != "--since": return (
            f"it vouches for {one.size} leaves, and the bundle has {size}: ask for a newer bundle.")
        if roots[one.size] == one.root:
            self.sums["vouched"] = max(self.sums["vouched"], one.size)
        else:
            self.report.fault(4, f"{source}: for {one.size} leaves it signs another root.")
            self.report.conflicts.append((str(one.note), str(self.checkpoint.note)))
        return ""
    def tell(self, replay):
        s, told, note = self.sums, self.report.checked.append, self.report.note
        size, vouched, last = self.checkpoint.size, s["vouched"], replay.last
        told("Spelling, order and time of each leaf, and the signed root over all; leaves: "
             f"{size}, keys: {len(self.keys)}, openings: {s['opened']}, erased: {s['erased']}.")
        kept = f"of letters: {s['letter']}, of receipts: {s['receipt']}, of a policy: {s['policy']}"
        told(f"Signed roots from outside, {kept}.")
        if s["withheld"]: note(f"{s['withheld']} openings are withheld from this reader.")
        late = [f"{ref} (leaf {n})" for ref, n in replay.outcomes.items() if n >= vouched][:20]
        if last >= vouched: note("There is no outside evidence as late as "
            f"{', '.join([f'leaf {last}', *late])}. Bring later letters, receipts, or a policy.")
        far = f"reaches to leaf {vouched - 1}; the {size - vouched} leaves after it have no witness"
        self.report.boundary = f"Outside evidence {far if vouched else 'covers none of them'}."
def read_file(path, limit=FILE):
    with open(path, "rb") as file: data = file.read(limit + 1)
    need(len(data) <= limit, f"{path} is too large.", OSError)
    return data
def within(paths):  # each file named, and each file of a folder named
    for path in map(os.fspath, [paths] if isinstance(paths, (str, os.PathLike)) else paths):
        inner = sorted(os.path.join(at, name) for at, _, names in os.walk(path) for name in names)
        yield from inner if os.path.isdir(path) else [path]
def examine(bundle, kept=(), policy=None, since=None, rules=Replay, left=LEFT) -> Report:
    """Check a bundle; all arguments are paths. Never raises: what goes wrong is in the report."""
    report = Report(left)
    try:
        trusted, old = policy and Policy(read_file(policy)), since and read_file(since)
        examination = Examination(report, Bundle(os.fspath(bundle), report))
        if old: examination.witnesses.append(("--since", "older", Checkpoint.read(old), None))
        for path in within(kept): examination.evidence(path)
        examination.run(trusted, rules(report, examination.bundle, examination.scope))
    except (BrokenError, zipfile.BadZipFile, zlib.error, EOFError) as e: report.fault(1, f"{e}")
    except (OSError, ValueError) as error: report.fault(5, f"{error}.")
    except Exception as error: report.fault(5, f"Something unforeseen: {error!r}.")
    return report
def main(argv=None, rules=Replay, left=LEFT, about=__doc__) -> int:
    """Run from the command line; the exit code."""
    as_it_is = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=about, formatter_class=as_it_is)
    parser.add_argument("bundle", help="the zip")
    parser.add_argument("--mail", "--receipt", nargs="+", action="extend", default=[], help=(
        "letters (.eml) and receipts (.tlog-proof): files, or a folder; may be repeated"))
    parser.add_argument("--policy", help="keys and witnesses that you trust (C2SP tlog-policy)")
    parser.add_argument("--since", help="a checkpoint that you kept from earlier")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    try: asked = parser.parse_args(argv)
    except SystemExit as stop: return 5 if stop.code else 0
    report = examine(asked.bundle, asked.mail, asked.policy, asked.since, rules, left)
    text = json.dumps(report.as_json(), indent=1) if asked.json else report.as_text()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    return report.exit

if __name__ == "__main__": sys.exit(main())

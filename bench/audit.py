"""Exporting and verifying: a million leaves by themselves, a hundred thousand with their rules."""

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import timedelta
from pathlib import Path

from bench.stage import ROOT, Stage, stage
from engine.commands import Act, GiveAnswer, RecordLmc
from engine.people import Actor, By, How
from engine.trail import Edge, Json, canonical, instant_text, leaf_hash
from notifications.frozen import message_id
from storage import mailings, outbox
from storage.decisions import load_decision
from storage.links import all_links
from storage.mailings import OwedMailing
from storage.outbox import Addressee, Settlement, Status

MILLION = 1_000_000
WITH_RULES = 100_000
PRACTICES = 69
TOGETHER = 8
STAFF = Actor(None, How.CLI)
WORDS = "An entry of about the size that entries have, so that hashing costs what it costs. " * 2


def run() -> None:
    """Print how long it takes to check, and how much memory it takes to export and to check."""
    print("| what | leaves | s | peak MB | aim |")
    print("|---|---:|---:|---:|---:|")
    with stage(PRACTICES) as here:
        plain = here.folder / "plain.zip"
        _plain_bundle(here, plain)
        _row("verified, leaves alone", MILLION, *_verified(plain), "45 s")
        sizes = []
        for leaves in (WITH_RULES // 10, WITH_RULES):
            sizes.append(_lived(here, leaves))
            whole = here.folder / f"{leaves}.zip"
            seconds, peak = _exported(here, whole)
            _row("exported", sizes[-1], seconds, peak, "flat memory")
        _row("verified, with rules", sizes[-1], *_verified(whole), "60 s")
    print()


def _row(what: str, leaves: int, seconds: float, peak: float, aim: str) -> None:
    print(f"| {what} | {leaves:,} | {seconds:.1f} | {peak:.0f} | {aim} |")


def _verified(bundle: Path) -> tuple[float, float]:
    """Seconds and peak memory of the verifier, run by itself from its file."""
    command = [sys.executable, "-I", str(ROOT / "auditor" / "verify.py"), str(bundle), "--json"]
    seconds, peak, told = _alone(command)
    faults = json.loads(told)["faults"]
    if faults:
        message = f"the verifier found faults: {faults[:3]}"
        raise RuntimeError(message)
    return seconds, peak


def _alone(command: list[str]) -> tuple[float, float, bytes]:
    """Run a process: its seconds, its peak memory in MB, and what it printed."""
    with tempfile.TemporaryFile() as told:
        start = time.perf_counter()
        running = subprocess.Popen(command, cwd=ROOT, stdout=told)  # noqa: S603
        _, _, usage = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - start
        running.returncode = 0  # it has been waited for
        told.seek(0)
        return seconds, usage.ru_maxrss / 1024, told.read()


def _plain_bundle(here: Stage, path: Path) -> None:
    """A million entries that no rule is about, sealed with the real key."""
    signer = here.app.store.sealer.signer()
    if signer is None:
        message = "there is no signing key"
        raise RuntimeError(message)
    edge, at = Edge(), instant_text(here.clock.now())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        with bundle.open("leaves.jsonl", "w", force_zip64=True) as member:
            for n in range(MILLION):
                body: dict[str, Json] = {"because": f"{n} {WORDS}"}
                kind = "clock.suspect"
                if n == 0:
                    kind, body = "trail.opened", {"origin": signer.origin, "vkey": signer.vkey}
                data = canonical({"at": at, "body": body, "n": n, "type": kind, "v": 1})
                edge, _ = edge.append(leaf_hash(data))
                member.write(data + b"\n")
        bundle.writestr("checkpoint", signer.seal(edge.size, edge.root()).note)
        bundle.writestr("policy", f"log {signer.vkey}\nquorum none\n")
        scope = {"decision": None, "practice": None, "role": "committee", "size": edge.size}
        bundle.writestr("scope.json", canonical(scope))
        for name in ("openings.jsonl", "withheld.jsonl", "mail-index.jsonl"):
            bundle.writestr(name, b"")


def _lived(here: Stage, leaves: int) -> int:
    """Decisions voted on by everybody, with every letter accepted, until there are so many."""
    while True:
        checkpoint = here.app.store.sealer.seal()
        if checkpoint is not None and checkpoint.size >= leaves:
            return checkpoint.size
        _some_decisions(here)


def _some_decisions(here: Stage) -> None:
    """Decisions that go together through consultation, vote and the committee's act."""
    app = here.app
    together = [here.open_vote() for _ in range(TOGETHER)]
    for reference in together:
        app.desk.handle(reference, RecordLmc(STAFF, "Agreed."))
    _letters_arrive(here)
    _pass_the_deadline(here, together[0])
    for reference in together:
        app.desk.handle_all(reference, _everybody(here, reference))
    _letters_arrive(here)
    _pass_the_deadline(here, together[0])
    for reference in together:
        app.desk.handle(reference, Act(STAFF, "approve", "The minutes.", "So be it."))
    _letters_arrive(here)


def _pass_the_deadline(here: Stage, reference: str) -> None:
    """On to when what this decision waits for is over, and for all that opened with it."""
    with here.app.store.database.reading() as reading:
        due = load_decision(reading, here.app.store.keys, reference).waiting
    assert due is not None
    here.clock.moment = due.due_at + timedelta(minutes=1)
    here.app.desk.sweep()


def _everybody(here: Stage, reference: str) -> list[GiveAnswer]:
    """Each practice's vote, by one of those who may cast it."""
    with here.app.store.database.reading() as reading:
        held = {each.practice: each for each in all_links(reading, reference) if each.may_cast}
    return [
        GiveAnswer(code, By(each.person, "Anna Lee", "lead"), True, {"main": "for"}, "")
        for code, each in held.items()
    ]


def _letters_arrive(here: Stage) -> None:
    """Every letter that is owed is accepted without being written: its end is on the trail."""
    app = here.app
    with app.store.database.reading() as reading:
        owed = mailings.owed_mailings(reading, 1000)
    for mailing in owed:
        with app.store.database.writing() as writing:
            to = _addressees(here, mailing)
            outbox.expand(writing, mailing, to, here.clock.now(), None)
    while True:
        with app.store.database.writing() as writing:
            claimed = outbox.claim(writing, here.clock.now(), 500)
        if not claimed:
            return
        app.desk.settle(_accepted(each) for each in claimed)


def _addressees(here: Stage, mailing: OwedMailing) -> list[Addressee]:
    if mailing.role is not None:
        return []
    store = here.app.store
    with store.database.reading() as reading:
        decision = load_decision(reading, store.keys, mailing.decision)
        lines = here.app.library.roll(reading, decision.roll).by_practice
    persons = ((code, person) for code in mailing.practices for person in lines[code].persons)
    return [Addressee(code, person.person) for code, person in persons]


def _accepted(claimed: outbox.Claimed) -> Settlement:
    mailing = claimed.mailing
    key = f"{mailing.leaf}|{mailing.letter}|{claimed.practice}|{claimed.person}"
    return Settlement(
        letter=claimed.id,
        fence=claimed.fence,
        status=Status.ACCEPTED,
        reason="taken",
        mailing=mailing.leaf,
        practice=claimed.practice,
        person=claimed.person,
        contact="a@practice.example",
        message_id=message_id(key, "decisions@ccg.example"),
    )


def _exported(here: Stage, path: Path) -> tuple[float, float]:
    """Seconds of an export in a process of its own, and its peak memory."""
    config = str(here.config)
    command = [
        sys.executable,
        "-m",
        "app.cli",
        "trail",
        "export",
        "-o",
        str(path),
        "--config",
        config,
    ]
    seconds, peak, _ = _alone(command)
    return seconds, peak

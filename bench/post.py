"""Letters from owed to settled, beside ready-made bytes over as many connections to one sink."""

import asyncio
import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter, process_time
from typing import Any

import aiosmtplib

from bench import sink
from bench.stage import ROOT, Stage, free_port, process, stage

PRACTICES, PEOPLE, CONNECTIONS = 89, 3, 4
DECISIONS = (8, 30)
LETTER = b"Subject: x\r\n\r\n" + b"line of a letter\r\n" * 400
VOTING_SECONDS = 6


def run() -> None:
    """Print letters a second of the product and of the bare loop, and what voters feel of it."""
    print(
        "| letters | a second | ready-made bytes | ratio | first, s | peak MB | CPU µs a letter |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for decisions in DECISIONS:
        with _owing(PRACTICES, decisions) as (here, port, _):
            _row(_post(here, port), port)
    with _owing(DECISIONS[-1] * PRACTICES, 1) as (here, port, _):
        _row(_post(here, port), port, " of one decision")
    print()
    with _owing(PRACTICES, DECISIONS[-1]) as (here, port, voting):
        _votes(here, port, voting)


@contextmanager
def _owing(practices: int, decisions: int) -> Iterator[tuple[Stage, int, str]]:
    """A body with a vote under way and so many decisions whose first letters are owed."""
    port = free_port()
    with process(port, "-m", "bench.sink", str(port)), stage(practices, smtp_port=port) as here:
        voting = ""
        if decisions > 1:
            voting = here.open_vote()
            here.clock.moment += timedelta(days=8)
            here.app.desk.sweep()
            _post(here, port)
        for _ in range(decisions):
            here.open_vote()
        yield here, port, voting


def _post(here: Stage, port: int) -> dict[str, Any]:
    value = _told(_start(here, "bench.posting"))
    _, first, last = sink.ask(port)
    return {**value, "first": first - value["started"], "whole": last - value["started"]}


def _start(here: Stage, module: str, *words: str) -> "subprocess.Popen[bytes]":
    whole = [sys.executable, "-m", module, str(here.config), here.clock.moment.isoformat(), *words]
    return subprocess.Popen(whole, cwd=ROOT, stdout=subprocess.PIPE)  # noqa: S603


def _told(started: "subprocess.Popen[bytes]") -> dict[str, Any]:
    with started:
        out, _ = started.communicate()
    value: dict[str, Any] = json.loads(out)
    return value


def _row(ours: dict[str, Any], port: int, of: str = "") -> None:
    number, spent = ours["sent"], process_time()
    rate, bare = number / ours["seconds"], asyncio.run(_bare(port, number))
    ready_made, micros = (1e6 * each / number for each in (process_time() - spent, ours["cpu"]))
    print(
        f"| {number}{of} | {rate:.0f} | {bare:.0f} | {rate / bare:.2f} | {ours['first']:.2f} "
        f"| {ours['peak_mb']:.0f} | {micros:.0f}, {ready_made:.0f} |"
    )


async def _bare(port: int, number: int) -> float:
    """Ready-made bytes, a letter after the other on each connection."""
    left = deque(range(number))

    async def connection() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        while left:
            left.popleft()
            await client.sendmail("a@ccg.example", ["b@practice.example"], LETTER)
        await client.quit()

    start = perf_counter()
    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return number / (perf_counter() - start)


def _votes(here: Stage, port: int, reference: str) -> None:
    """The same vote, with nobody at the post and with all those letters going."""
    print("| a vote while | votes | p50 ms | p99 ms | longest ms |")
    print("|---|---:|---:|---:|---:|")
    words = ("bench.voting", reference, str(VOTING_SECONDS))
    _vote_row("no letters go", _told(_start(here, *words)))
    voting = _start(here, *words)
    ours = _post(here, port)
    _vote_row(f"{ours['sent']} letters go", _told(voting))
    print()


def _vote_row(what: str, told: dict[str, Any]) -> None:
    p50, p99, most = (1000 * told[name] for name in ("p50", "p99", "most"))
    print(f"| {what} | {told['votes']} | {p50:.1f} | {p99:.1f} | {most:.0f} |")

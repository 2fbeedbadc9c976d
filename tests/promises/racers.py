"""Votes that race the close: voters in several processes and threads, and one who closes."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Semaphore

from app.bootstrap import App, build
from app.config import Settings
from tests.promises.checks import Attempt
from tests.promises.processes import PATIENCE, context, drawn, start
from tests.small_body import HandClock, closing, codes, links, open_vote
from workflows.answers import Answer

VOTERS = 4
"""Processes that vote, each for its own practices, a thread for each practice."""

JUST_BEFORE = timedelta(microseconds=1)
CHOICES = ("for", "against", "abstain")


@dataclass(frozen=True)
class Heat:
    """One decision's race: when it closes, each practice's token, and how many vote first."""

    decision: str
    due_at: datetime
    tokens: Mapping[str, str]
    head_start: int


@dataclass(frozen=True)
class Meeting:
    """What the processes share: the line they start from, and a sign for each vote under way."""

    line: Barrier
    started: Semaphore


def prepare(app: App, decisions: int, practices: int) -> list[Heat]:
    """Decisions that close a minute after one another."""
    heats = []
    for number in range(decisions):
        reference = open_vote(app, closes=time(10 + number // 60, number % 60))
        tokens = {code: links(app, reference, code)["lead"] for code in codes(practices)}
        head_start = drawn(f"head start {number}", practices + 1)
        heats.append(Heat(reference, closing(app, reference), tokens, head_start))
    return heats


def run(settings: Settings, heats: Sequence[Heat]) -> list[Attempt]:
    """Let voters and closer loose on one decision after the other; every vote and its answer."""
    shared = context()
    meeting = Meeting(shared.Barrier(VOTERS + 1, timeout=PATIENCE), shared.Semaphore(0))
    lines = [shared.Pipe(duplex=False) for _ in range(VOTERS)]
    closer = start(close_each, settings, heats, meeting)
    voters = [start(vote_on_each, settings, heats, meeting, n, lines[n][1]) for n in range(VOTERS)]
    attempts = [made for receiver, _ in lines for made in _received(receiver)]
    for process in (closer, *voters):
        process.join(PATIENCE)
    for receiver, sender in lines:
        receiver.close()
        sender.close()
    return attempts


def _received(receiver: Connection) -> list[Attempt]:
    assert receiver.poll(PATIENCE), "a voter died"
    attempts: list[Attempt] = receiver.recv()
    return attempts


def vote_on_each(
    settings: Settings, heats: Sequence[Heat], meeting: Meeting, number: int, done: Connection
) -> None:
    """A voting process: its clock never sees the close."""
    clock = HandClock()
    app = build(settings, clock)
    attempts: list[Attempt] = []
    mine = list(heats[0].tokens)[number::VOTERS]
    with ThreadPoolExecutor(len(mine)) as threads:
        for heat in heats:
            meeting.line.wait()
            clock.at = heat.due_at - JUST_BEFORE
            attempts += threads.map(lambda code, heat=heat: _vote(app, heat, code, meeting), mine)
    done.send(attempts)
    app.close()


def _vote(app: App, heat: Heat, practice: str, meeting: Meeting) -> Attempt:
    choice = CHOICES[drawn(f"{heat.decision} {practice}", len(CHOICES))]
    meeting.started.release()
    try:
        answer = Answer({"main": choice}, "Anna Lee")
        reply = app.practice_desk.respond(heat.tokens[practice], answer)
    except Exception as error:  # noqa: BLE001 - what came of it is what is looked at
        return Attempt(heat.decision, practice, choice, None, f"{type(error).__name__}: {error}")
    return Attempt(heat.decision, practice, choice, reply)


def close_each(settings: Settings, heats: Sequence[Heat], meeting: Meeting) -> None:
    """The closing process: it closes when so many votes are on their way."""
    clock = HandClock()
    app = build(settings, clock)
    for heat in heats:
        meeting.line.wait()
        clock.at = heat.due_at
        _await_votes(meeting, heat.head_start)
        app.desk.sweep()
        _await_votes(meeting, len(heat.tokens) - heat.head_start)
    app.close()


def _await_votes(meeting: Meeting, number: int) -> None:
    for _ in range(number):
        assert meeting.started.acquire(timeout=PATIENCE), "the voters died"

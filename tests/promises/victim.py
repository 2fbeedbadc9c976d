"""A process that takes votes, sweeps and posts letters until it is killed."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from threading import Thread

from app.bootstrap import App, build
from app.config import Settings
from notifications.postman import Postman
from tests.promises.posting import office
from tests.small_body import HandClock
from workflows.answers import Answer, Recorded

READY = b"ready"
CHOICES = ("for", "against", "abstain")


@dataclass(frozen=True)
class Life:
    """What one life begins with: its number, its hour, where letters go, whose votes it takes."""

    number: int
    now: datetime
    port: int
    tokens: Mapping[str, str]
    votes: int  # that each thread takes; then the letters have their turn


def live(settings: Settings, life: Life, told: Connection) -> None:
    """Work until killed; each vote is told of as soon as it is acknowledged."""
    app = build(settings, HandClock(life.now))
    told.send_bytes(READY)
    for half in (0, 1):
        codes = list(life.tokens)[half::2]
        Thread(target=_vote, args=(app, life, codes, told), daemon=True).start()
    asyncio.run(_post_for_ever(app, life.port))


def _vote(app: App, life: Life, codes: list[str], told: Connection) -> None:
    for number in range(life.votes):
        practice, choice = codes[number % len(codes)], CHOICES[number % len(CHOICES)]
        name = f"Life {life.number} Vote {number}"
        answer = Answer({"main": choice}, name)
        reply = app.practice_desk.respond(life.tokens[practice], answer)
        if isinstance(reply, Recorded):
            told.send_bytes(json.dumps([practice, reply.leaves[0]]).encode())


async def _post_for_ever(app: App, port: int) -> None:
    postman = Postman(office(app, port, connections=4), app.desk.settle)
    while True:
        await asyncio.to_thread(app.desk.sweep)
        await postman.deliver()

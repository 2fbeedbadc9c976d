"""Other processes, forked from one that has everything loaded: there in milliseconds.

They stand for the workers of a real installation: each opens the store for itself.
"""

from collections.abc import Callable
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

PATIENCE = 180.0
"""Seconds after which a process that others wait for is taken to be dead."""


def context() -> ForkServerContext:
    """Where processes and what they share are made."""
    made = get_context("forkserver")
    made.set_forkserver_preload(["tests.promises.warm"])
    return made


def start(run: Callable[..., None], *given: object) -> BaseProcess:
    """A running process."""
    process = context().Process(target=run, args=given, daemon=True)
    process.start()
    return process


def drawn(seed: str, below: int) -> int:
    """A number below this, the same for the same seed: every schedule can be played again."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8]) % below

"""People who wait at the counter before it is staffed, so that one commit serves them all."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from time import monotonic
from typing import TypeVar

from workflows.counter import Counter

Told = TypeVar("Told")

PATIENCE = 60
"""Seconds until those who have not come to the counter by then are not waited for."""


def served_together(counter: Counter, asking: Sequence[Callable[[], Told]]) -> list[Told]:
    """What each was told; all are at the counter before anybody is served.

    Whoever fails on the way there fails the test by that failure, instead of being waited for.
    """
    with ThreadPoolExecutor(len(asking)) as threads:
        with counter.starting:
            waiting = [threads.submit(each) for each in asking]
            patience = monotonic() + PATIENCE
            while counter.queue.qsize() < len(asking) and monotonic() < patience:
                if any(each.done() for each in waiting):
                    break
                os.sched_yield()
            came = counter.queue.qsize()
        wait(waiting, PATIENCE)
        told = [each.result(0) for each in waiting]
    assert came == len(asking), f"only {came} of {len(asking)} waited at the counter together"
    return told

"""Threads for the desk's calls: a slow one holds up neither the event loop nor another kind."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

P = ParamSpec("P")
T = TypeVar("T")

_FEW = 2


class Lanes:
    """Answers, reading, health and signing in each have their own threads.

    None can starve another. A password costs 46 MiB and a tenth of a second, a bundle the whole
    trail: there are few threads for these, and who comes later waits.
    """

    def __init__(self, answering: int, reading: int) -> None:
        self._answering = CapacityLimiter(answering)
        self._reading = CapacityLimiter(reading)
        self._watching = CapacityLimiter(1)
        self._entering = CapacityLimiter(_FEW)
        self._packing = CapacityLimiter(_FEW)
        self._noting = CapacityLimiter(1)

    async def answer(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that may write."""
        return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._answering)

    async def read(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that only reads."""
        return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._reading)

    async def watch(self, call: Callable[[], T], /) -> T:
        """Run a health check, even while all else is stuck."""
        return await to_thread.run_sync(call, limiter=self._watching)

    async def note(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that puts down what was looked at: one at a time, in nobody's way."""
        return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._noting)

    async def enter(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that looks at a password."""
        return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._entering)

    async def pack(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that reads through the whole trail."""
        return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._packing)

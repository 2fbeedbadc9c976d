"""How many unknown links, or failed sign-ins, one address may try.

Only misses count, a link that opens is never held up: a whole surgery, or all of NHSmail, can
share one address.
"""

from collections import OrderedDict
from collections.abc import Callable

_MOST_ADDRESSES = 10_000
_MINUTE = 60.0


class Misses:
    """An allowance of misses for each address, which comes back with time. Bounded in memory."""

    def __init__(self, allowed: int, per_minute: float, seconds: Callable[[], float]) -> None:
        self._allowed = float(allowed)
        self._per_second = per_minute / _MINUTE
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, address: str) -> bool:
        """Count one miss; whether the address is still within its allowance."""
        now = self._seconds()
        left, since = self._left.pop(address, (self._allowed, now))
        left = min(self._allowed, left + (now - since) * self._per_second)
        within = left >= 1
        self._left[address] = (left - 1 if within else left, now)
        if len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return within

    def is_out(self, address: str) -> bool:
        """Whether the address has nothing left; asking counts nothing."""
        left, since = self._left.get(address, (self._allowed, self._seconds()))
        return left + (self._seconds() - since) * self._per_second < 1

    def __len__(self) -> int:
        return len(self._left)

"""What a request tells of who makes it: for the hint that keeps machines' visits apart."""

from collections import OrderedDict, deque
from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request

from workflows.lookers import Look

MANY = 3
"""Links from one address within `WITHIN` seconds: a filter at work on a whole post."""

WITHIN = 10.0
_MOST_ADDRESSES = 10_000


class Lookers:
    """Remembers for seconds, in memory alone, which links an address has just opened."""

    def __init__(self, seconds: Callable[[], float], *, is_private: bool) -> None:
        self._seconds = seconds
        self._is_private = is_private  # browsers send Sec-Fetch headers to such sites alone
        self._lately: OrderedDict[str, deque[tuple[float, bytes]]] = OrderedDict()

    def look(self, request: Request, token: str, address: str) -> Look:
        """What this request looks like."""
        headers = request.headers
        purpose = (headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
        return Look(
            method=request.method,
            agent=headers.get("user-agent", ""),
            purpose=" ".join(purpose).strip(),
            has_fetch_headers=not self._is_private or "sec-fetch-mode" in headers,
            among_many=self._is_among_many(token, address),
        )

    def _is_among_many(self, token: str, address: str) -> bool:
        now = self._seconds()
        lately = self._lately.pop(address, deque())
        while lately and now - lately[0][0] > WITHIN:
            lately.popleft()
        lately.append((now, sha256(token.encode()).digest()))
        while len(lately) > 4 * MANY:
            lately.popleft()
        self._lately[address] = lately
        if len(self._lately) > _MOST_ADDRESSES:
            self._lately.popitem(last=False)
        return len({link for _, link in lately}) >= MANY

"""Addresses that machines watch."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.desk import Desk
from web.lanes import Lanes

_WELL = 200
_UNWELL = 503


class Operations:
    """Health and readiness, on threads of their own: they answer even when all else is stuck."""

    def __init__(self, desk: Desk, lanes: Lanes) -> None:
        self._desk = desk
        self._lanes = lanes

    async def health(self, _request: Request) -> Response:
        """What `quorate health --json` prints; 503 when not ok."""
        state = await self._lanes.watch(self._desk.health)
        return JSONResponse(dict(state), _WELL if state.get("ok") is True else _UNWELL)

    async def ready(self, _request: Request) -> Response:
        """Whether requests should be sent here."""
        ready = await self._lanes.watch(self._desk.ready)
        return JSONResponse({"ready": ready}, _WELL if ready else _UNWELL)

"""The access log, and the last net under a page: what failed, never what was in it.

A line names the route's template, so that no link is ever written. An error is logged by its kind
and its places in the code: its message may hold what a person typed, or the link.
"""

import traceback
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log: Final = structlog.get_logger("web")
_GONE = 499
_MOST_PLACES = 12


class Journal:
    """Writes one line a request and turns any error into a plain page."""

    def __init__(
        self, app: ASGIApp, *, seconds: Callable[[], float], apology: Callable[[], Response]
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._apology = apology

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._seconds()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientDisconnect:
            status = _GONE
        except Exception as error:  # noqa: BLE001 - the last net; a message may hold a link
            _log.error("page failed", route=route_of(scope), **_places(error))
            if not status:
                await self._apology()(scope, receive, noted)
        _log.info(
            "request",
            method=scope["method"],
            route=route_of(scope),
            status=status,
            ms=round((self._seconds() - began) * 1000, 1),
        )


def route_of(scope: Scope) -> str:
    """The template of the address asked for: `/respond/{token}`; `(none)` where none fits."""
    return str(getattr(scope.get("route"), "path_format", "(none)"))


def _places(error: BaseException) -> dict[str, Any]:
    kinds = [type(link).__qualname__ for link in islice(_chain(error), _MOST_PLACES)]
    return {"errors": kinds, "at": _frames(error)}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _frames(error: BaseException) -> list[str]:
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), limit=-_MOST_PLACES, lookup_lines=False
    )
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]

"""The headers every answer wears."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = (
    "default-src 'none'; sandbox; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_WORN = {
    "content-security-policy": PAGE_POLICY,
    # Not `no-referrer`: with it browsers send `Origin: null` with our own form.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
_HIDDEN = ("/respond", "/sign-in", "/sign-out", "/committee")
_A_YEAR = 31_536_000


class Shield:
    """Adds what the answer does not say itself: papers and static files have words of their own."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        hsts = {"strict-transport-security": f"max-age={_A_YEAR}"} if is_https else {}
        self._worn = [(k.encode(), v.encode()) for k, v in (_WORN | hsts).items()]
        self._hidden = [*self._worn, (b"x-robots-tag", b"noindex, nofollow")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        worn = self._hidden if scope["path"].startswith(_HIDDEN) else self._worn

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                given = {name for name, _ in own}
                message["headers"] = [*own, *(pair for pair in worn if pair[0] not in given)]
            await send(message)

        await self._app(scope, receive, dressed)

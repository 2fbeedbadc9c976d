"""The cookie that a visit is known by, and the token that its forms carry.

By https the cookie has the prefix `__Host-`: browsers then take it from this very host alone, with
`Secure`, for the whole site. Plain loopback cannot have that, so there it has another name.
"""

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from web.settings import WebSettings

FIELD = "form"
"""The hidden field that holds the form's token."""


class Visits:
    """Reads and writes the cookie. It ends with the browser; the visit's own limits are shorter."""

    def __init__(self, settings: WebSettings) -> None:
        self._secure = settings.is_https
        self.name = "__Host-quorate" if settings.is_https else "quorate"

    def token(self, request: Request) -> str:
        """The visit's id, empty where the browser brings none."""
        return request.cookies.get(self.name, "")

    def give(self, response: Response, token: str) -> Response:
        """The answer with the cookie."""
        response.set_cookie(
            self.name, token, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
        return response

    def take(self, response: Response) -> Response:
        """The answer that makes the browser forget it."""
        response.delete_cookie(
            self.name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
        return response


def form_token(token: str) -> str:
    """What a form of this visit carries: no other site can know it, and it opens nothing."""
    return sha256(b"quorate/form/v1\n" + token.encode()).hexdigest()


def is_ours(token: str, sent: str) -> bool:
    """Whether a form was drawn for this visit."""
    return bool(token) and hmac.compare_digest(form_token(token).encode(), sent.encode())

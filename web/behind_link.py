"""What every address behind a person's link shares: reading a form, and saying no."""

import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.links import TOKEN_LENGTH
from web import notices
from web.addresses import client_address, read_networks
from web.forms import Unreadable, is_form, read_body
from web.misses import Misses
from web.notices import Notice
from web.origin import is_foreign
from web.pages import Pages
from web.settings import WebSettings

Form = TypeVar("Form")
_LENGTHENED = re.compile(rf"([A-Za-z0-9_-]{{{TOKEN_LENGTH}}})[^A-Za-z0-9_-]")


class BehindLink:
    """The manners of those addresses. One of it counts the misses of all."""

    def __init__(self, settings: WebSettings, pages: Pages) -> None:
        self._pages = pages
        self._origin = settings.origin
        self._root = settings.root
        self._trusted = read_networks(settings.trusted_proxies)
        self._misses = Misses(settings.misses_allowed, settings.misses_per_minute, settings.seconds)

    async def read(self, request: Request, reader: Callable[[bytes], Form]) -> Form | Response:
        """What a form says, or the page that says why it is none of ours."""
        if is_foreign(request.headers, self._origin):
            return self.say(notices.FOREIGN)
        if not is_form(request.headers):
            return self.say(notices.NOT_A_FORM)
        body = await read_body(request)
        if body is None:
            return self.say(notices.TOO_LARGE)
        try:
            return reader(body)
        except Unreadable:
            return self.say(notices.UNREADABLE)

    def unknown(self, request: Request) -> Response:
        """The same page whether a link was never issued, is revoked, or is another's."""
        within = self._misses.count(client_address(request.scope, self._trusted))
        return self.say(notices.NOT_FOUND if within else notices.TOO_MANY)

    def say(self, notice: Notice, link: str = "", typed: str = "") -> Response:
        """A page that says no."""
        text = self._pages.notice(notice, link, typed)
        return HTMLResponse(text, notice.status, headers=dict(notice.headers))

    def link(self, request: Request) -> str:
        """The way to the decision's page: a path, so that no host is ever needed."""
        return f"{self._root}/respond/{quote(token_of(request), safe='')}"


def token_of(request: Request) -> str:
    """The secret part of the link that was opened.

    A mail program may take what stands behind a link for a part of it: ".", ">", "&data=…".
    """
    opened = str(request.path_params["token"])
    lengthened = _LENGTHENED.match(opened)
    return lengthened[1] if lengthened else opened


def index_of(text: str, most: int) -> int:
    """A place from 0; anything that is no number below `most` is a place where nothing is."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return int(text) if plain else most

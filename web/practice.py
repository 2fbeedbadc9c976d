"""A practice's own addresses: its page, its answer, its receipt, the papers.

Only `POST /respond/{token}` calls what may write.
"""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web import notices
from web.addresses import client_address, read_networks
from web.desk import Desk
from web.forms import Unreadable, is_form, read_body, read_form
from web.lanes import Lanes
from web.misses import Misses
from web.notices import Notice
from web.origin import is_foreign
from web.pages import Pages
from web.papers import serve_paper
from web.settings import WebSettings
from workflows.answers import (
    Answer,
    Faulty,
    Form,
    NotOpen,
    NotYours,
    Reply,
    TooLate,
    Unknown,
)

_MOST_PAPERS = 1000


class Practice:
    """The endpoints behind a person's link."""

    def __init__(self, desk: Desk, settings: WebSettings, pages: Pages, lanes: Lanes) -> None:
        self._desk = desk
        self._pages = pages
        self._lanes = lanes
        self._origin = settings.origin
        self._root = settings.root
        self._trusted = read_networks(settings.trusted_proxies)
        self._misses = Misses(settings.misses_allowed, settings.misses_per_minute, settings.seconds)

    async def respond(self, request: Request) -> Response:
        """`GET` shows the page and changes nothing; `POST` sends an answer."""
        return await (self._answer if request.method == "POST" else self._show)(request)

    async def receipt(self, request: Request) -> Response:
        """What stands recorded for this practice."""
        receipt = await self._lanes.read(self._desk.receipt, _token(request))
        if receipt is None:
            return self._unknown(request)
        return HTMLResponse(self._pages.receipt(receipt, self._link(request)))

    async def receipt_text(self, request: Request) -> Response:
        """The same as a file to keep."""
        receipt = await self._lanes.read(self._desk.receipt, _token(request))
        if receipt is None:
            return self._unknown(request)
        name = f"receipt-{receipt.page.reference}-{receipt.page.practice_code}.txt"
        text = self._pages.receipt_text(receipt).encode()
        return serve_paper(name, text)

    async def paper(self, request: Request) -> Response:
        """A document of the decision, always as a download."""
        index = _index(request.path_params["index"])
        paper = await self._lanes.read(self._desk.paper, _token(request), index)
        return self._unknown(request) if paper is None else serve_paper(*paper)

    async def _show(self, request: Request) -> Response:
        page = await self._lanes.read(self._desk.page, _token(request))
        if page is None:
            return self._unknown(request)
        return HTMLResponse(self._pages.practice(page, self._link(request)))

    async def _answer(self, request: Request) -> Response:
        if is_foreign(request.headers, self._origin):
            return self._say(notices.FOREIGN)
        if not is_form(request.headers):
            return self._say(notices.NOT_A_FORM)
        body = await read_body(request)
        if body is None:
            return self._say(notices.TOO_LARGE)
        try:
            sent = read_form(body)
        except Unreadable:
            return self._say(notices.UNREADABLE)
        if sent.faults:
            return await self._ask_again(request, sent.answer, sent.faults)
        reply = await self._lanes.answer(self._desk.respond, _token(request), sent.answer)
        return await self._tell(request, sent.answer, reply)

    async def _tell(self, request: Request, answer: Answer, reply: Reply) -> Response:
        link = self._link(request)
        match reply:
            case Unknown():
                return self._unknown(request)
            case Faulty(faults):
                return await self._ask_again(request, answer, faults)
            case TooLate():
                return self._say(notices.closed(reply), link, answer.comment)
            case NotOpen():
                return self._say(notices.not_open(reply), link, answer.comment)
            case NotYours():
                return self._say(notices.not_yours(reply), link, answer.comment)
            case _:
                return RedirectResponse(f"{link}/receipt", status_code=303)

    async def _ask_again(
        self, request: Request, typed: Answer, faults: Mapping[str, str]
    ) -> Response:
        link = self._link(request)
        page = await self._lanes.read(self._desk.page, _token(request))
        if page is None:
            return self._unknown(request)
        if page.form is Form.NONE:
            closed = NotOpen(f"Where it stands: {page.state_title}.")
            return self._say(notices.not_open(closed), link, typed.comment)
        return HTMLResponse(self._pages.practice(page, link, typed, faults), status_code=422)

    def _unknown(self, request: Request) -> Response:
        """The same page whether a link was never issued, is revoked, or is another's."""
        within = self._misses.count(client_address(request.scope, self._trusted))
        return self._say(notices.NOT_FOUND if within else notices.TOO_MANY)

    def _say(self, notice: Notice, link: str = "", typed: str = "") -> Response:
        text = self._pages.notice(notice, link, typed)
        return HTMLResponse(text, notice.status, headers=dict(notice.headers))

    def _link(self, request: Request) -> str:
        """The way to the decision's page: a path, so that no host is ever needed."""
        return f"{self._root}/respond/{quote(_token(request), safe='')}"


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _index(text: str) -> int:
    """A paper's place; anything that is no small number is a place where nothing is."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_PAPERS))
    return int(text) if plain else _MOST_PAPERS

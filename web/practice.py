"""A practice's own addresses: its page, what it sends, its receipt, the papers.

Only a POST of a form calls what may write: an answer, a call-in or a challenge.
"""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from notifications.deadlines import FILE
from web import notices
from web.addresses import client_address, read_networks
from web.behind_link import BehindLink, index_of, token_of
from web.dates import deadline_of
from web.desk import Desk
from web.forms import Sent, read_form, texts_only
from web.lanes import Lanes
from web.lookers import Lookers
from web.pages import Pages
from web.papers import serve_paper
from web.settings import WebSettings
from workflows.answers import (
    Answer,
    Faulty,
    Form,
    KeptOut,
    NotOpen,
    NotPossible,
    NotYours,
    Paused,
    PracticePage,
    Reply,
    TooLate,
    Unknown,
)
from workflows.beside import Asked

_MOST_PAPERS = 1000
_MOST_LEAVES = 10**9


class Practice:
    """The endpoints behind a person's link."""

    def __init__(
        self, desk: Desk, settings: WebSettings, behind: BehindLink, pages: Pages, lanes: Lanes
    ) -> None:
        self._desk = desk
        self._behind = behind
        self._pages = pages
        self._lanes = lanes
        self._trusted = read_networks(settings.trusted_proxies)
        self._lookers = Lookers(settings.seconds, is_private=settings.is_private)

    async def respond(self, request: Request) -> Response:
        """`GET` shows the page and changes nothing; `POST` sends an answer."""
        return await (self._answer if request.method == "POST" else self._show)(request)

    async def call_in(self, request: Request) -> Response:
        """`POST` calls the decision in; `GET` leads to the page, where the form is."""
        return await self._request(request, Asked.CALL_IN)

    async def challenge(self, request: Request) -> Response:
        """`POST` challenges the outcome; `GET` leads to the page, where the form is."""
        return await self._request(request, Asked.CHALLENGE)

    async def receipt(self, request: Request) -> Response:
        """What stands recorded for this practice."""
        receipt = await self._lanes.read(self._desk.receipt, token_of(request))
        if receipt is None:
            return self._behind.unknown(request)
        return HTMLResponse(self._pages.receipt(receipt, self._behind.link(request)))

    async def receipt_text(self, request: Request) -> Response:
        """The same as a file to keep."""
        receipt = await self._lanes.read(self._desk.receipt, token_of(request))
        if receipt is None:
            return self._behind.unknown(request)
        name = f"receipt-{receipt.page.reference}-{receipt.page.practice_code}.txt"
        text = self._pages.receipt_text(receipt).encode()
        return serve_paper(name, text)

    async def signed_receipt(self, request: Request) -> Response:
        """One entry's signed proof, to keep and to check without this site."""
        receipt = await self._lanes.read(self._desk.receipt, token_of(request))
        proof = receipt and receipt.proofs.get(index_of(request.path_params["leaf"], _MOST_LEAVES))
        if not proof:
            return self._behind.unknown(request)
        return serve_paper(f"receipt-{proof.leaf}.tlog-proof", proof.signed.encode())

    async def certificate(self, request: Request) -> Response:
        """What became of every letter to this practice."""
        page = await self._lanes.read(self._desk.certificate, token_of(request))
        if page is None:
            return self._behind.unknown(request)
        return HTMLResponse(self._pages.certificate(page, self._behind.link(request)))

    async def paper(self, request: Request) -> Response:
        """A document of the decision, always as a download."""
        index = index_of(request.path_params["index"], _MOST_PAPERS)
        paper = await self._lanes.read(self._desk.paper, token_of(request), index)
        return self._behind.unknown(request) if paper is None else serve_paper(*paper)

    async def deadline(self, request: Request) -> Response:
        """The time by which this form closes, as a file for a calendar; it holds no link."""
        page = await self._lanes.read(self._desk.page, token_of(request))
        text = deadline_of(page) if page is not None else None
        return self._behind.unknown(request) if text is None else serve_paper(FILE, text.encode())

    async def _show(self, request: Request) -> Response:
        token = token_of(request)
        page = await self._lanes.read(self._desk.page, token)
        if page is None:
            return self._behind.unknown(request)
        look = self._lookers.look(request, token, client_address(request.scope, self._trusted))
        noted = BackgroundTask(self._lanes.note, self._desk.note_visit, token, look)
        text = self._pages.practice(page, self._behind.link(request))
        return HTMLResponse(text, background=noted)  # after the page has gone out

    async def _answer(self, request: Request) -> Response:
        sent = await self._behind.read(request, read_form)
        if isinstance(sent, Response):
            return sent
        if sent.faults:
            return await self._ask_again(request, sent)
        reply = await self._lanes.answer(self._desk.respond, token_of(request), sent.answer)
        return await self._tell(request, sent.answer, reply)

    async def _request(self, request: Request, asked: Asked) -> Response:
        if request.method != "POST":
            return RedirectResponse(self._behind.link(request), status_code=303)
        read = await self._behind.read(request, read_form)
        if isinstance(read, Response):
            return read
        sent = texts_only(read)
        if sent.faults:
            return await self._ask_again(request, sent, asked)
        typed = sent.answer
        words = (token_of(request), typed.name, typed.comment, typed.role)
        if asked is Asked.CALL_IN:
            reply = await self._lanes.answer(self._desk.call_in, *words, sent.to)
        else:
            reply = await self._lanes.answer(self._desk.challenge, *words)
        return await self._tell(request, typed, reply, asked)

    async def _tell(
        self, request: Request, typed: Answer, reply: Reply, asked: Asked | None = None
    ) -> Response:
        match reply:
            case Unknown():
                return self._behind.unknown(request)
            case Paused():
                return self._behind.say(notices.PAUSED, self._behind.link(request), typed.comment)
            case Faulty(faults):
                return await self._ask_again(request, Sent(typed, faults), asked)
            case TooLate() | NotOpen() | NotYours() | KeptOut() | NotPossible():
                notice = notices.refused(reply, asked)
                return self._behind.say(notice, self._behind.link(request), typed.comment)
            case _:
                return RedirectResponse(f"{self._behind.link(request)}/receipt", status_code=303)

    async def _ask_again(
        self, request: Request, sent: Sent, asked: Asked | None = None
    ) -> Response:
        link = self._behind.link(request)
        page = await self._lanes.read(self._desk.page, token_of(request))
        if page is None:
            return self._behind.unknown(request)
        refusal = _why_no_form(page, asked)
        if refusal is not None:
            return self._behind.say(notices.refused(refusal, asked), link, sent.answer.comment)
        text = self._pages.practice(page, link, sent.answer, sent.faults, asked)
        return HTMLResponse(text, status_code=422)


def _why_no_form(
    page: PracticePage, asked: Asked | None
) -> NotOpen | NotYours | NotPossible | None:
    """Why the form that was sent is not on the page; None where it is."""
    stands = f"Where it stands: {page.state_title}."
    if asked is None:
        return NotOpen(stands) if page.form is Form.NONE else None
    beside = page.beside
    offer = beside.call_in if asked is Asked.CALL_IN else beside.challenge
    if offer is None or offer.own is not None:
        return NotPossible(stands)
    return None if page.may_cast else NotYours(page.voters)

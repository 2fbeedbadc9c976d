"""The page behind a letter that says an e-mail has come: what it says, and a form to confirm it.

`GET` changes nothing, like everywhere: a machine that opens the link, or sends the form as it is
served, puts nothing on record, for the name is not in it.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web import notices
from web.behind_link import BehindLink, index_of, token_of
from web.desk import Desk
from web.forms import Sent, read_form, texts_only
from web.lanes import Lanes
from web.pages import Pages
from workflows.answers import (
    Faulty,
    KeptOut,
    NotOpen,
    NotPossible,
    NotYours,
    Paused,
    Reply,
    TooLate,
    Unknown,
)

_MOST_REPLIES = 2**31 - 1


class WrittenReplies:
    """E-mails from a person's address that wait for their word."""

    def __init__(self, desk: Desk, behind: BehindLink, pages: Pages, lanes: Lanes) -> None:
        self._desk = desk
        self._behind = behind
        self._pages = pages
        self._lanes = lanes

    async def reply(self, request: Request) -> Response:
        """`GET` shows what came and changes nothing; `POST` confirms one."""
        return await (self._confirm if request.method == "POST" else self._show)(request)

    async def _show(self, request: Request) -> Response:
        waiting = await self._lanes.read(self._desk.replies, token_of(request))
        if waiting is None:
            return self._behind.unknown(request)
        return HTMLResponse(self._pages.replies(waiting, self._behind.link(request)))

    async def _confirm(self, request: Request) -> Response:
        read = await self._behind.read(request, read_form)
        if isinstance(read, Response):
            return read
        sent = texts_only(read)
        if sent.faults:
            return await self._ask_again(request, sent)
        reply, typed = index_of(sent.reply, _MOST_REPLIES), sent.answer
        told = await self._lanes.answer(
            self._desk.confirm_reply, token_of(request), reply, typed.name, typed.role
        )
        return await self._tell(request, sent, told)

    async def _tell(self, request: Request, sent: Sent, told: Reply) -> Response:
        link = self._behind.link(request)
        match told:
            case Unknown():
                return self._behind.unknown(request)
            case Paused():
                return self._behind.say(notices.PAUSED, link)
            case Faulty(faults):
                again = Sent(sent.answer, faults, reply=sent.reply)
                return await self._ask_again(request, again)
            case TooLate() | NotOpen() | NotYours() | KeptOut() | NotPossible():
                return self._behind.say(notices.refused(told), link)
            case _:
                return RedirectResponse(f"{link}/receipt", status_code=303)

    async def _ask_again(self, request: Request, sent: Sent) -> Response:
        waiting = await self._lanes.read(self._desk.replies, token_of(request))
        if waiting is None:
            return self._behind.unknown(request)
        reply = index_of(sent.reply, _MOST_REPLIES)
        if reply not in {each.id for each in waiting.replies}:
            return RedirectResponse(f"{self._behind.link(request)}/reply", status_code=303)
        link = self._behind.link(request)
        text = self._pages.replies(waiting, link, sent.answer, sent.faults, reply)
        return HTMLResponse(text, status_code=422)

"""A practice's page of its people: looking changes nothing, a form asks for a correction."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web import notices
from web.behind_link import BehindLink, token_of
from web.desk import People
from web.lanes import Lanes
from web.pages import Pages
from web.people_forms import AskSent, read_ask
from workflows.answers import Faulty, NotPossible, Paused, Reply, Unknown
from workflows.people_page import Ask


class PracticePeople:
    """The endpoint behind a person's link."""

    def __init__(self, people: People, behind: BehindLink, pages: Pages, lanes: Lanes) -> None:
        self._people = people
        self._behind = behind
        self._pages = pages
        self._lanes = lanes

    async def people(self, request: Request) -> Response:
        """`GET` shows the list and changes nothing; `POST` asks for a correction of it."""
        if request.method != "POST":
            return await self._show(request)
        sent = await self._behind.read(request, read_ask)
        if isinstance(sent, Response):
            return sent
        if sent.faults:
            return await self._show(request, sent)
        reply = await self._lanes.answer(self._people.correct, token_of(request), sent.ask)
        return await self._tell(request, sent.ask, reply)

    async def _tell(self, request: Request, ask: Ask, reply: Reply) -> Response:
        link = self._behind.link(request)
        match reply:
            case Unknown():
                return self._behind.unknown(request)
            case Paused():
                return self._behind.say(notices.PAUSED, link, ask.note)
            case Faulty(faults):
                return await self._show(request, AskSent(ask, faults))
            case NotPossible(words):
                return self._behind.say(notices.no_more_corrections(words), link, ask.note)
        return RedirectResponse(f"{link}/people", status_code=303)

    async def _show(self, request: Request, sent: AskSent | None = None) -> Response:
        page = await self._lanes.read(self._people.people, token_of(request))
        if page is None:
            return self._behind.unknown(request)
        text = self._pages.people(page, self._behind.link(request), sent)
        return HTMLResponse(text, status_code=422 if sent else 200)

"""The account of the management allowance in the committee's room, and the query of an entry."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from engine.errors import Refused
from engine.financial_year import FinancialYear, read_year
from engine.queries import MAY_QUERY
from engine.refusals import MayNotQuery, NoSuchDecision, NothingDrawn, QueryWaits
from web import door_notices
from web.desk import Room
from web.lanes import Lanes
from web.notices import Notice
from web.pages import Pages
from web.queries import Query, read_query
from web.room import ROLES
from web.settings import WebSettings
from web.visits import Visits
from workflows.sign_in import Visitor

ASKING = ROLES & frozenset(MAY_QUERY)
"""Who may query an entry here: whoever may enter, as far as the account itself lets them."""

_PRESENT = "/committee/allowance"
_REFUSALS: Mapping[type[Refused], Notice] = {
    NoSuchDecision: door_notices.NO_ENTRY,
    NothingDrawn: door_notices.NOTHING_DRAWN,
    QueryWaits: door_notices.QUERY_WAITS,
    MayNotQuery: door_notices.MAY_NOT_QUERY,
}


class AllowanceAccount:
    """The endpoints behind `/committee/allowance`."""

    def __init__(self, room: Room, settings: WebSettings, pages: Pages, lanes: Lanes) -> None:
        self._room, self._pages, self._lanes = room, pages, lanes
        self._root = settings.root
        self._visits = Visits(settings)

    async def year(self, request: Request, visitor: Visitor) -> Response:
        """A year's account; the present one's where the address names none."""
        written = request.path_params.get("year")
        year = _year(written) if written is not None else None
        if written is not None and year is None:
            return self._say(request, visitor, door_notices.NO_YEAR)
        page = await self._lanes.read(self._room.account, visitor.person, year)
        return HTMLResponse(self._pages.account(page, visitor, self._visits.token(request)))

    async def query(self, request: Request, visitor: Visitor, sent: Mapping[str, str]) -> Response:
        """Ask about an entry; then the page shows it."""
        query = read_query(sent)
        if query.fault:
            return await self._ask_again(request, visitor, query)
        try:
            args = (visitor, query.decision, query.text)
            year = await self._lanes.answer(self._room.query, *args)
        except Refused as refused:
            notice = _REFUSALS.get(type(refused)) or door_notices.not_asked(refused.says)
            year = await self._lanes.read(self._room.year_bearing, query.decision)
            return self._say(request, visitor, notice, query.text, address_of(year))
        entry = f"#entry-{quote(query.decision, safe='')}"
        return RedirectResponse(f"{self._root}{address_of(year)}{entry}", status_code=303)

    async def _ask_again(self, request: Request, visitor: Visitor, query: Query) -> Response:
        """The page with what was typed, as long as the entry can be queried at all."""
        year = await self._lanes.read(self._room.year_bearing, query.decision)
        if year is None:
            return self._say(request, visitor, door_notices.NO_ENTRY, query.text, _PRESENT)
        page = await self._lanes.read(self._room.account, visitor.person, year)
        entry = next(each for each in page.entries if each.decision == query.decision)
        if not entry.may_be_queried:
            notice = door_notices.QUERY_WAITS
            return self._say(request, visitor, notice, query.text, address_of(year))
        token = self._visits.token(request)
        return HTMLResponse(self._pages.account(page, visitor, token, query), 422)

    def _say(
        self, request: Request, visitor: Visitor, notice: Notice, typed: str = "", back: str = ""
    ) -> Response:
        token = self._visits.token(request)
        text = self._pages.turned_away(notice, visitor, token, typed, back)
        return HTMLResponse(text, notice.status)


def _year(written: str) -> FinancialYear | None:
    """The year of an address, written one way alone: `2026-27`."""
    year = read_year(written)
    return year if year is not None and year_way(str(year)) == written else None


def year_way(year: str) -> str:
    """A year as addresses have it: `2026-27`."""
    return year.replace("/", "-")


def address_of(year: FinancialYear | None) -> str:
    """The address of a year's account."""
    return _PRESENT if year is None else f"{_PRESENT}/{year_way(str(year))}"

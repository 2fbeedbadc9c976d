"""The site put together: addresses, headers, log, and pages for what goes wrong."""

from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from web import door_notices, notices, secretariat
from web.account import ASKING, AllowanceAccount
from web.assets import Assets, load_assets
from web.behind_link import BehindLink
from web.desk import House
from web.door import Doorway
from web.journal import Journal
from web.lanes import Lanes
from web.notices import Notice
from web.operations import Operations
from web.pages import Pages
from web.people import PracticePeople
from web.practice import Practice
from web.replies import WrittenReplies
from web.room import ROLES, CommitteeRoom
from web.secretariat import SecretariatDesk
from web.settings import WebSettings
from web.shield import Shield

# The framework's telemetry would put addresses, and so links, into spans and messages.
_SILENT: Any = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_BY_STATUS = {notice.status: notice for notice in (notices.NOT_FOUND, notices.WRONG_WAY)}


class _Address(Route):
    """A route that leaves its name in the scope, so that logs can say it instead of the path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return match, {**child, "route": self}


def build_site(house: House, settings: WebSettings) -> FastAPI:
    """The whole site. Raises ValueError where `trusted_proxies` names no address."""
    assets = load_assets()
    pages = Pages(settings, assets)
    lanes = Lanes(settings.answering_threads, settings.reading_threads)
    refuse = _Refusals(pages)
    behind = BehindLink(settings, pages)
    return FastAPI(
        routes=[
            *_practice_routes(
                Practice(house.desk, settings, behind, pages, lanes),
                WrittenReplies(house.desk, behind, pages, lanes),
                PracticePeople(house.people, behind, pages, lanes),
            ),
            *_staff_routes(house, settings, pages, lanes),
            *_machine_routes(Operations(house.desk, lanes)),
            *_open_routes(pages, assets, refuse),
        ],
        middleware=[
            Middleware(Shield, is_https=settings.is_https),
            Middleware(
                Journal, seconds=settings.seconds, apology=lambda: refuse.say(notices.BROKEN)
            ),
        ],
        exception_handlers={HTTPException: refuse.handle},
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # such a redirect would be built from the Host header
        telemetry=_SILENT,
    )


def _practice_routes(
    practice: Practice, replies: WrittenReplies, people: PracticePeople
) -> list[Route]:
    link = "/respond/{token}"
    return [
        _Address(link, practice.respond, methods=["GET", "POST"]),
        _Address(f"{link}/call-in", practice.call_in, methods=["GET", "POST"]),
        _Address(f"{link}/challenge", practice.challenge, methods=["GET", "POST"]),
        _Address(f"{link}/reply", replies.reply, methods=["GET", "POST"]),
        _Address(f"{link}/people", people.people, methods=["GET", "POST"]),
        _Address(f"{link}/receipt", practice.receipt),
        _Address(f"{link}/receipt.txt", practice.receipt_text),
        _Address(f"{link}/receipt-{{leaf}}.tlog-proof", practice.signed_receipt),
        _Address(f"{link}/certificate", practice.certificate),
        _Address(f"{link}/papers/{{index}}", practice.paper),
        _Address(f"{link}/deadline.ics", practice.deadline),
    ]


def _staff_routes(house: House, settings: WebSettings, pages: Pages, lanes: Lanes) -> list[Route]:
    """The door, and the rooms behind it: every one of them behind the watch."""
    door = Doorway(house.door, settings, pages, lanes)
    room = CommitteeRoom(house.room, settings, pages, lanes)
    account = AllowanceAccount(house.room, settings, pages, lanes)
    desk = SecretariatDesk(house.secretariat, settings, pages, lanes)
    secretary = door.guarded(secretariat.ROLES, desk.page, door_notices.NOT_THE_SECRETARIAT)
    both, one = ["GET", "POST"], "/committee/decisions/{reference}"
    allowance = "/committee/allowance"
    query = door.guarded_form(ASKING, account.query, allowance)
    rooms = {
        "/committee": room.decisions,
        one: room.decision,
        f"{one}/bundle": room.bundle,
        f"{one}/certificate": room.certificate,
        "/committee/bundle": room.bundle,
        allowance: account.year,
        f"{allowance}/{{year}}": account.year,
        "/committee/checking": room.checking,
        "/committee/verify.py": room.verifier,
    }
    return [
        _Address("/sign-in", door.sign_in, methods=both),
        _Address("/sign-in/set-up", door.set_up, methods=both),
        _Address("/sign-in/second-factor", door.second_factor, methods=both),
        _Address("/sign-out", door.sign_out, methods=both),
        _Address(f"{allowance}/query", query, methods=both),
        _Address(secretariat.ADDRESS, secretary),
        *(_Address(way, door.guarded(ROLES, endpoint)) for way, endpoint in rooms.items()),
    ]


def _machine_routes(operations: Operations) -> list[Route]:
    return [_Address("/healthz", operations.health), _Address("/readyz", operations.ready)]


def _open_routes(pages: Pages, assets: Assets, refuse: "_Refusals") -> list[Route]:
    async def home(_request: Request) -> Response:
        return HTMLResponse(pages.home())

    async def static(request: Request) -> Response:
        return assets.serve(request) or refuse.say(notices.NOT_FOUND)

    return [_Address("/", home), _Address("/static/{digest}/{name:path}", static)]


class _Refusals:
    """Pages for what the framework refuses by itself."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def say(self, notice: Notice) -> Response:
        return HTMLResponse(self._pages.notice(notice), notice.status)

    async def handle(self, _request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException) or error.status_code not in _BY_STATUS:
            raise error
        response = self.say(_BY_STATUS[error.status_code])
        ways = (error.headers or {}).get("Allow")
        if ways:
            response.headers["allow"] = ", ".join(sorted(ways.split(", ")))
        return response

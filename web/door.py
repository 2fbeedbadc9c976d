"""Signing in: the pages of the door, and the watch that stands in front of the rooms."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web import door_notices, secretariat
from web.addresses import client_address, read_networks
from web.desk import Door
from web.forms import Unreadable, is_form, read_body, read_fields
from web.lanes import Lanes
from web.misses import Misses
from web.notices import Notice
from web.origin import is_foreign
from web.pages import Pages
from web.settings import WebSettings
from web.text import hidden_at
from web.visits import FIELD, Visits, is_ours
from workflows.sign_in import Entered, Factor, Reply, Unfit, Visitor, Waits

WRONG = "The e-mail address, the password or the code from your app is not right."
WRONG_CODE = "The e-mail address and the set-up code do not belong together, or the code ran out."
WRONG_DIGITS = (
    "That is not the code that the app shows now. Check that your telephone sets its clock by "
    "itself, wait for the next code, and type that."
)
ROOM = "/committee"
OWN_ROOMS = dict.fromkeys(secretariat.ROLES, secretariat.ADDRESS)
"""Where each role works; the others are led to the committee's room."""

_NOBODYS = "\N{REPLACEMENT CHARACTER}"
_NOT_SAME = "The two passwords are not the same. Type both again."

Sent = Mapping[str, str]
Room = Callable[[Request, Visitor], Awaitable[Response]]
FormRoom = Callable[[Request, Visitor, Sent], Awaitable[Response]]


class Doorway:
    """The endpoints by which a person of the body comes in and goes out."""

    def __init__(self, door: Door, settings: WebSettings, pages: Pages, lanes: Lanes) -> None:
        self._door, self._pages, self._lanes = door, pages, lanes
        self._settings = settings
        self._visits = Visits(settings)
        self._trusted = read_networks(settings.trusted_proxies)
        self._misses = Misses(
            settings.sign_ins_allowed, settings.sign_ins_per_minute, settings.seconds
        )

    # --- signing in -----------------------------------------------------------------------

    async def sign_in(self, request: Request) -> Response:
        """`GET` shows the form; `POST` takes address, password and code together."""
        if request.method != "POST":
            return self._show("sign_in")
        sent = await self._read(request)
        if isinstance(sent, Response):
            return sent
        email, old = _typed(sent, "email"), self._visits.token(request)
        digits, password = _typed(sent, "code"), sent.get("password", "")
        came = (email, password, digits, old, self._address(request))
        answer = await self._lanes.enter(self._door.sign_in, *came)
        onwards = await self._own_room(answer.token) if isinstance(answer, Entered) else ""
        return self._let_in(request, "sign_in", answer, email, {"email": WRONG}, onwards)

    async def set_up(self, request: Request) -> Response:
        """The first time: `POST` takes the set-up code and a password of one's own."""
        if request.method != "POST":
            return self._show("set_up")
        sent = await self._read(request)
        if isinstance(sent, Response):
            return sent
        email, code = _typed(sent, "email"), _typed(sent, "code")
        password = sent.get("password", "")
        if password != sent.get("again", ""):
            return self._show("set_up", email, {"again": _NOT_SAME}, code)
        answer = await self._lanes.enter(self._door.begin_set_up, email, code, password)
        if isinstance(answer, Unfit):
            return self._show("set_up", email, answer.faults, code)
        faults, onwards = {"code": WRONG_CODE}, "/sign-in/second-factor"
        return self._let_in(request, "set_up", answer, email, faults, onwards)

    async def second_factor(self, request: Request) -> Response:
        """The first time: the secret for the app, and a code to show that it works."""
        token = self._visits.token(request)
        factor = await self._lanes.read(self._door.factor, token)
        if factor is None:
            return self._lead("/sign-in/set-up")
        if request.method != "POST":
            return HTMLResponse(self._pages.second_factor(factor, token, {}))
        return await self._try_factor(request, token, factor)

    async def _try_factor(self, request: Request, token: str, factor: Factor) -> Response:
        sent = await self._read(request, token)
        if isinstance(sent, Response):
            return sent
        digits = _typed(sent, "code")
        network = self._address(request)
        answer = await self._lanes.enter(self._door.finish_set_up, token, digits, network)
        match answer:
            case None:
                return self._lead("/sign-in/set-up")
            case Entered(new):
                return self._visits.give(self._lead(await self._own_room(new)), new)
            case Waits():
                return self._say(self._wait(answer))
            case _:
                faults = {"code": WRONG_DIGITS}
                return HTMLResponse(self._pages.second_factor(factor, token, faults), 422)

    async def sign_out(self, request: Request) -> Response:
        """`POST` ends the visit; `GET` leads to the door."""
        token = self._visits.token(request)
        if request.method == "POST" and token:
            sent = await self._read(request, token)
            if isinstance(sent, Response):
                return sent
            await self._lanes.answer(self._door.sign_out, token)
            return self._visits.take(self._lead("/sign-in"))
        return self._lead("/sign-in")

    async def _own_room(self, token: str) -> str:
        """Where somebody works who has just come in."""
        visitor = await self._lanes.read(self._door.who, token)
        return OWN_ROOMS.get(visitor.role, ROOM) if visitor else ROOM

    def _let_in(
        self,
        request: Request,
        page: str,
        answer: Reply,
        email: str,
        wrong: Mapping[str, str],
        onwards: str,
    ) -> Response:
        match answer:
            case Entered(token):
                return self._visits.give(self._lead(onwards), token)
            case Waits():
                self._misses.count(self._address(request))  # knocking on is not free
                return self._say(self._wait(answer))
            case _:
                self._misses.count(self._address(request))
                return self._show(page, email, wrong)

    # --- the watch ------------------------------------------------------------------------

    def guarded(
        self, roles: frozenset[str], room: Room, notice: Notice = door_notices.NOT_YOURS
    ) -> Callable[[Request], Awaitable[Response]]:
        """The room's endpoint behind the watch: who is not signed in is led to the door.

        `notice` is for whoever is signed in and may not enter.
        """

        async def watched(request: Request) -> Response:
            token = self._visits.token(request)
            visitor = await self._lanes.read(self._door.who, token) if token else None
            if visitor is None:
                return self._lead("/sign-in")
            if visitor.role not in roles:
                text = self._pages.turned_away(notice, visitor, token)
                return HTMLResponse(text, notice.status)
            return await room(request, visitor)

        return watched

    def guarded_form(
        self, roles: frozenset[str], room: FormRoom, page: str
    ) -> Callable[[Request], Awaitable[Response]]:
        """The same for a form of that visit: the room gets its fields. `GET` leads to its page."""

        async def taken(request: Request, visitor: Visitor) -> Response:
            if request.method != "POST":
                return self._lead(page)
            sent = await self._read(request, self._visits.token(request))
            return sent if isinstance(sent, Response) else await room(request, visitor, sent)

        return self.guarded(roles, taken)

    # --- what was sent --------------------------------------------------------------------

    async def _read(self, request: Request, token: str | None = None) -> Sent | Response:
        """The form's fields, or the page that says why they are not looked at.

        With `token` the form must have been drawn for that visit.
        """
        if not self._settings.is_private:
            return self._say(door_notices.PLAIN)
        if is_foreign(request.headers, self._settings.origin):
            return self._say(door_notices.FOREIGN)
        if token is None and self._misses.is_out(self._address(request)):
            return self._say(door_notices.TOO_MANY)
        body = await read_body(request) if is_form(request.headers) else None
        try:
            sent = {} if body is None else read_fields(body)
        except Unreadable:
            sent = {}
        if not sent:
            return self._say(door_notices.UNREADABLE)
        fields = {name: values[0] for name, values in sent.items()}
        if token is not None and not is_ours(token, fields.get(FIELD, "")):
            return self._say(door_notices.FOREIGN)
        return fields

    def _show(
        self, page: str, email: str = "", faults: Mapping[str, str] | None = None, code: str = ""
    ) -> Response:
        if not self._settings.is_private:
            return self._say(door_notices.PLAIN)
        text = self._pages.door(page, email, faults or {}, code)
        return HTMLResponse(text, 422 if faults else 200)

    def _wait(self, waits: Waits) -> Notice:
        return door_notices.waits(self._settings.words(waits.until))

    def _say(self, notice: Notice) -> Response:
        text = self._pages.notice(notice)
        return HTMLResponse(text, notice.status, headers=dict(notice.headers))

    def _lead(self, address: str) -> Response:
        return RedirectResponse(f"{self._settings.root}{address}", status_code=303)

    def _address(self, request: Request) -> str:
        return client_address(request.scope, self._trusted)


def _typed(sent: Sent, field: str) -> str:
    """What was typed; nobody's, and so wrong with the same work, where no keyboard types it.

    PostgreSQL takes no NUL in a text: it would be an error instead of an answer.
    """
    typed = sent.get(field, "").strip()
    return typed if hidden_at(typed) is None else _NOBODYS

"""Machines that open what a letter leads to without a browser, fast: the site called in process.

A machine is a function of a way to ask and an address; how many visits it made is what it returns.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from starlette.types import ASGIApp, Message

FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    text: str


class Asking:
    """Asks a site without a server or a client between, so that thousands of visits take seconds.

    `seen` counts what came back, by status.
    """

    def __init__(self, site: ASGIApp, cookie: str = "") -> None:
        self._site = site
        self._cookie = cookie.encode()
        self._loop = asyncio.new_event_loop()
        self.seen: dict[int, int] = {}

    def __call__(
        self, method: str, address: str, form: Mapping[str, str] | None = None
    ) -> Answered:
        return self._loop.run_until_complete(self._ask(method, address, form))

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _ask(self, method: str, address: str, form: Mapping[str, str] | None) -> Answered:
        parts = urlsplit(address)
        body = urlencode(form or {}).encode()
        headers = [(b"host", b"votes.nene.example"), (b"cookie", self._cookie)]
        if form is not None:
            headers.append((b"content-type", FORM))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": unquote(parts.path, errors="replace"),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": headers,
            "client": ("192.0.2.7", 4711),
            "server": ("votes.nene.example", 443),
            "root_path": "",
            "state": {},
        }
        answer: list[Message] = []
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            answer.append(message)

        await self._site(scope, receive, send)
        status = int(answer[0]["status"])
        self.seen[status] = self.seen.get(status, 0) + 1
        content = b"".join(message.get("body", b"") for message in answer[1:])
        return Answered(status, content.decode("utf-8", "replace"))


Machine = Callable[[Asking, str], int]


def gets(ask: Asking, address: str) -> int:
    """A preview: it opens the address."""
    ask("GET", address)
    return 1


def looks(ask: Asking, address: str) -> int:
    """A scanner that asks what there is before it opens anything."""
    for method in ("HEAD", "OPTIONS"):
        ask(method, address)
    return 2


TRAILS = (".", ",", ")", ">", "%3E", "%20", "/", "//", "%0d%0a", "%23x", "=", "&", ";x", "'")
"""What mail programs take for a part of the link that stands before it."""


def rewritten(address: str) -> Iterator[str]:
    """An address as link protection, and clumsy programs, make it over."""
    yield from (address + trail for trail in TRAILS)
    head, _, token = address.partition("/respond/")
    encoded = "".join(f"%{ord(letter):02x}" for letter in token)
    yield f"{head}/respond/{encoded}"
    yield f"{head}/respond/{quote(quote(token, safe='') + '%', safe='')}"
    yield f"{head}/respond/{token.upper()}"
    yield f"{head}/respond/{token.lower()}"
    yield f"{head}/RESPOND/{token}"
    yield f"{head}//respond//{token}"
    yield f"{head}/respond/../respond/{token}"
    yield f"{address}?data=05%7C02%7Cjane%40abington.example&sdata=x%3D&reserved=0"
    yield f"{address}?choice=for&name=Jane+Smith&confirm=yes"
    yield f"{head}/?url=https%3A%2F%2Fvotes.nene.example{quote(address, safe='')}"
    yield f"{head}/https://votes.nene.example{address}"


def follows_rewritten(ask: Asking, address: str) -> int:
    """Link protection: it opens each rewritten form."""
    forms = list(rewritten(address))
    for form in forms:
        ask("GET", form)
    return len(forms)


@dataclass
class Served:
    """A form as it was served."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms of a page with what a browser would send if nobody touched them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Served] = []
        self._select: str | None = None
        self._area: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Served(given.get("action", ""), given.get("method", "get").upper()))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        if tag == "input":
            chosen = given.get("type") not in {"radio", "checkbox"} or "checked" in given
            if name and chosen:
                fields[name] = given.get("value", "on")
        elif tag == "textarea":
            self._area = name
            fields[name] = ""
        elif tag == "select":
            self._select = name
        elif (
            tag == "option" and self._select and ("selected" in given or self._select not in fields)
        ):
            fields[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].fields[self._area] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None


def served_forms(html: str) -> list[Served]:
    """Every form of a page."""
    return _Forms(html).forms


def posts_as_served(ask: Asking, address: str) -> int:
    """A robot that sends back each form just as it came, twice: with the query too."""
    visits = 1
    for form in served_forms(ask("GET", address).text):
        way = urljoin(address, form.action) if form.action else address
        for query in ("", "?choice=for&name=Jane+Smith&comment=Hello"):
            ask(form.method, way + query, form.fields)
            visits += 1
    return visits


CHEAP: Mapping[str, Machine] = {
    "opens": gets,
    "looks": looks,
    "follows rewritten links": follows_rewritten,
    "posts forms as served": posts_as_served,
}
"""Four of the six classes; the other two are browsers."""

WAYS = (
    "",
    "/people",
    "/reply",
    "/call-in",
    "/challenge",
    "/receipt",
    "/receipt.txt",
    "/certificate",
    "/deadline.ics",
    "/papers/0",
)
"""What lies behind a link."""

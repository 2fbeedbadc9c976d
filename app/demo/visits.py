"""What a person does with the link in a letter: open the page, fill in the form, keep the receipt.

Over HTTP by the standard library's client, one connection a visit, as a browser would.
"""

from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Self
from urllib.parse import urlencode, urlsplit

from app.demo.cast import Person
from app.demo.record import Unexpected

_PATIENCE_SECONDS = 30
CALL_IN, CHALLENGE = "call-in", "challenge"
"""Forms beside the answer's own, by their addresses below the link's."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Form(HTMLParser):
    """The fields of the form on a page: the texts, and the choices with those preselected."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.choices: dict[str, list[str]] = {}
        self.preselected: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and given.get("type") == "radio":
            self.choices.setdefault(name, []).append(given.get("value") or "")
            if "checked" in given:
                self.preselected.append(name)
        elif tag in {"input", "textarea"}:
            self.texts.add(name)


class Visit:
    """One person with their link open."""

    def __init__(self, link: str) -> None:
        parts = urlsplit(link)
        self._path = parts.path
        self._connection = HTTPConnection(
            parts.hostname or "", parts.port, timeout=_PATIENCE_SECONDS
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(self, more: str = "") -> str:
        """Open the page, or an address below it."""
        status, _, text = self._ask("GET", self._path + more)
        if status != HTTPStatus.OK:
            raise Unexpected(f"a link from a letter answered {status}")
        return text

    def form(self) -> Form:
        """Open the page and find the form on it."""
        return Form(self.read())

    def send(self, form: Form, who: Person, *, choice: str = "", comment: str = "") -> int:
        """Fill in the form and send it; where it is taken, look at the receipt. The status."""
        fields = {"name": who.name, "role": who.role, "comment": comment}
        if choice:
            if choice not in form.choices.get("choice", ()) or form.preselected:
                raise Unexpected(f"the form offers {form.choices}, preselected {form.preselected}")
            fields["choice"] = choice
        if missing := fields.keys() - form.texts - form.choices.keys():
            raise Unexpected(f"the form has no field {', '.join(sorted(missing))}")
        return self._post(self._path, fields)

    def request(self, part: str, who: Person, words: str) -> int:
        """Open the page, fill in the form beside the answer's own, and send that. The status."""
        address = f"{self._path}/{part}"
        if f'action="{address}"' not in self.read():
            raise Unexpected(f"the page has no form to {part}")
        return self._post(address, {"name": who.name, "role": who.role, "comment": words})

    def _post(self, address: str, fields: dict[str, str]) -> int:
        """Send a form; where it is taken, look at the receipt."""
        status, way, _ = self._ask("POST", address, urlencode(fields))
        if status == HTTPStatus.SEE_OTHER and self._ask("GET", way)[0] != HTTPStatus.OK:
            raise Unexpected("an answer was taken, and its receipt cannot be seen")
        return status

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = _FORM if body is not None else {}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except (OSError, HTTPException) as error:
            raise Unexpected(f"the site did not answer: {error}") from error

"""A letter as a reader's programs take it: the message, its parts, the HTML."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

ALLOWED = frozenset(
    {"html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "ul", "li"}
    | {"a", "span", "br", "hr", "table", "tr", "td"}
)


class Page(HTMLParser):
    """An HTML part as a reader's program takes it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    def links(self) -> list[str]:
        return [value for name, value in self.attributes if name in {"href", "src"}]


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def parts(message: EmailMessage) -> dict[str, str]:
    """The texts of the message's parts, by their type."""
    return {part.get_content_type(): part.get_content() for part in message.iter_parts()}

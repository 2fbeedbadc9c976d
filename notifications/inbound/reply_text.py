"""What a person wrote in a reply: without what they quoted, their signature, and their link.

The quoted letter has the person's own link in it, which must never be kept: it votes. Every link to
a page of ours is taken out, in whatever form a scanner has rewritten it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from html import unescape
from unicodedata import normalize

from engine.answering import COMMENT_LIMIT
from engine.links import without_links
from notifications.inbound.parts import texts
from notifications.words import one_line

MOST_READ = 100_000
"""Characters of a text part that are looked at."""

_ENDS = re.compile(
    r"""--\s?$                                        # a signature (RFC 3676 section 4.3)
    |-{2,}\s*(?:original\ message|forwarded\ message|original\ appointment)\s*-{2,}
    |_{20,}\s*$                                       # Outlook's line above what it quotes
    |\*{10,}                                          # NHSmail's notice
    |(?:sent\ from|get\ outlook\ for)\ (?:my\ |outlook|mail|yahoo|samsung|ios|android)
    |this\ (?:message|e-?mail)(?:\ and\ any\ attachments?)?\ (?:may\ contain|is|are)\ confidential
    |on\ [^\n]{6,200}\ wrote:\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_WROTE_BEGINS = re.compile(r"on\s.{6,200}$", re.IGNORECASE)
_WROTE_ENDS = re.compile(r"(?:.{0,200}\s)?wrote:\s*$", re.IGNORECASE)
_FROM = re.compile(r"\*?from:\*?\s", re.IGNORECASE)
_BELOW_FROM = re.compile(r"\*?(?:sent|date|to|subject):\*?\s", re.IGNORECASE)
_MANY_LINES = re.compile(r"\n{3,}")
_BREAKING = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "pre", "table", "ul"})
_ENDING = frozenset({"p", "table", "ul"})
_TAG = re.compile(r"[/!?]?[a-z]", re.IGNORECASE)
_NAMED = re.compile(r"(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})
_QUOTES = ("gmail_quote", "divrplyfwdmsg", "appendonsend", "yahoo_quoted", "moz-cite-prefix")


@dataclass(frozen=True, slots=True)
class Words:
    """A reply's own words; `cut` says whether it was longer than what is kept."""

    text: str
    cut: bool = False


def own_words(message: Message) -> Words:
    """What the sender wrote. Empty where nothing is left that was not there before."""
    plain = next((text for text in texts(message) if text.strip()), "")
    if not plain:
        plain = next((_Reader().read(text[:MOST_READ]) for text in texts(message, "html")), "")
    text = _tidied("\n".join(_kept(plain[:MOST_READ].splitlines())))
    if len(text) <= COMMENT_LIMIT:
        return Words(text)
    return Words(text[:COMMENT_LIMIT].rstrip(), cut=True)


def _kept(lines: list[str]) -> Iterator[str]:
    """The lines up to the first that begins a quotation or a signature, quoted ones left out."""
    for at, line in enumerate(lines):
        bare = line.strip()
        below = [each.strip() for each in lines[at + 1 : at + 5]]
        if _ENDS.match(bare) or _begins_quotation(bare, below):
            return
        if not bare.startswith(">"):
            yield line


def _begins_quotation(line: str, below: list[str]) -> bool:
    if _FROM.match(line) and any(_BELOW_FROM.match(each) for each in below):
        return True
    wrapped = _WROTE_BEGINS.match(line) is not None  # "On … wrote:" over two lines or three
    return wrapped and any(_WROTE_ENDS.match(each) for each in below[:2])


def _tidied(text: str) -> str:
    """Text as it is kept: no hidden characters, no link of ours, Unicode's form C."""
    shown = (one_line(line).rstrip() for line in text.split("\n"))
    plain = normalize("NFC", "\n".join(shown))
    return _MANY_LINES.sub("\n\n", without_links(plain)).strip()


class _Reader:
    """The words of an HTML part, up to what it quotes.

    Pages are read at one go from tag to tag: the library's own reader takes the square of a page's
    length where somebody has built it so.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self._hidden = 0
        self._ended = False
        self._in_comment = False

    def read(self, html: str) -> str:
        """The words, a line for each block."""
        first, *pieces = html.split("<")
        self._say(first)
        for piece in pieces:
            self._take(piece)
        text = _unescaped("".join(self.words)).replace("\N{NO-BREAK SPACE}", " ")
        return "\n".join(line.strip() for line in text.split("\n"))

    def _take(self, piece: str) -> None:
        """What stands after a `<`: a tag and the words behind it, or words."""
        if self._in_comment or piece.startswith("!--"):
            _, closed, rest = piece.partition("-->")
            self._in_comment = not closed
            self._say(rest)
            return
        tag, closed, rest = piece.partition(">")
        if not closed or _TAG.match(tag) is None:
            self._say(f"<{piece}")
            return
        self._tag(tag)
        self._say(rest)

    def _tag(self, tag: str) -> None:
        named = _NAMED.match(tag)
        name = named[2].lower() if named else ""
        ends = bool(named and named[1])
        if any(quote in tag.lower() for quote in _QUOTES):
            self._ended = True
        if name in _UNSEEN:
            self._hidden = max(self._hidden + (-1 if ends else 1), 0)
        if name in (_ENDING if ends else _BREAKING):
            self.words.append("\n")

    def _say(self, words: str) -> None:
        if not self._hidden and not self._ended and not self._in_comment:
            self.words.append(" ".join(words.split("\n")))


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # the number of a character has more digits than the library counts
        return text

"""Reports on a letter's delivery: RFC 3464, and the forms of programs that do not keep to it.

A report is read only where its recipient's address names a letter of ours, so it need not say which
one it is about. What is read here is whether that letter came to nothing for good, and the words.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import HeaderParser
from unicodedata import normalize

from flufl.bounce import all_failures

from notifications.inbound.parts import header, held_in, parse, text_of, texts, walk
from notifications.words import one_line
from storage.heard import Kind

logging.getLogger("flufl.bounce").disabled = True  # what a mail holds is no log's business

MOST_WORDS = 500
MOST_BLOCKS = 50
MOST_FORM = 50_000
"""Bytes of a mail that are held against some hundred patterns, line by line."""

MOST_TEXT = 50_000
"""Characters of a report's own text that are looked at."""

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])5\d\d[ -]")
_TAG = re.compile(r"<[^<>]*>")
_EMPTY_LINES = re.compile(r"\r?\n[ \t]*\r?\n")
_FAILED = re.compile(
    r"undeliver|not delivered|could ?n[o']t be delivered|delivery (?:has )?failed|delivery failure"
    r"|returned mail|failure notice|delivery status notification \(failure\)"
    r"|did not reach|permanent(?:ly)? (?:error|failure|fatal)",
    re.IGNORECASE,
)
_STILL = re.compile(r"\bdelay|will (?:be )?re-?tr|still trying|warning: could not", re.IGNORECASE)

_ACTIONS = {
    "failed": Kind.BOUNCED,
    "delayed": Kind.DELAYED,
    "delivered": Kind.DELIVERED,
    "relayed": Kind.DELIVERED,
    "expanded": Kind.DELIVERED,
}
_CLASSES = {"5": Kind.BOUNCED, "4": Kind.DELAYED, "2": Kind.DELIVERED}
_WORST = (Kind.BOUNCED, Kind.DELAYED, Kind.DELIVERED)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: its kind, the status code (RFC 3463) if any, and the words."""

    kind: Kind
    status: str = ""
    words: str = ""
    recipient: str = ""  # whom this was said of, in lower case, where the report names one


def read_report(message: Message, raw: bytes | None, to: str) -> Report | None:
    """What a mail reports; None where it is no report on a delivery that can be read.

    `raw` is the mail as it came where forms are to be taken, too, that are of no standard; `to` is
    the address that the letter went to.
    """
    wanted = str(message.get_param("report-type") or "").lower()
    if wanted == "feedback-report" or _has(message, "message/feedback-report"):
        return Report(Kind.COMPLAINT, words=_short(header(message, "Subject")))
    if wanted == "disposition-notification":
        return None  # a receipt for reading, or for not reading: an answering machine's word
    found = _by_fields(message, to.casefold())
    if found is not None or raw is None:
        return found
    return _by_form(parse(raw[:MOST_FORM])) or _by_words(message)


def _has(message: Message, kind: str) -> bool:
    return any(part.get_content_type() == kind for part in walk(message))


# --- RFC 3464 --------------------------------------------------------------------------------


def _by_fields(message: Message, to: str) -> Report | None:
    """By the fields for each recipient. We wrote to one: where there are more, it stands for them.

    A failure is one for all of them, unless it is of somebody else and others got the letter.
    """
    found = [
        report
        for part in walk(message)
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}
        for block in _blocks(part)
        if (report := _of_block(block)) is not None
    ]
    worst = next((each for kind in _WORST for each in found if each.kind is kind), None)
    if worst is None or worst.kind is not Kind.BOUNCED:
        return worst
    failed = {each.recipient for each in found if each.kind is Kind.BOUNCED}
    others = any(each.kind is Kind.DELIVERED for each in found) and failed.isdisjoint({to, ""})
    return replace(
        worst,
        kind=Kind.PARTLY if others else Kind.BOUNCED,
        words=_naming(worst.recipient, to, worst.words),
    )


def _naming(recipient: str, to: str, words: str) -> str:
    """The words, with whom they are about where that is not the address we wrote to."""
    is_told = recipient in {"", to} or recipient in words.casefold()
    return words if is_told else _short(f"{recipient}: {words}")


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields; the library parts one type of report for us, and not its newer one."""
    for block in held_in(part)[:MOST_BLOCKS]:
        yield block
        yield from _groups(text_of(block))
    yield from _groups(text_of(part))


def _groups(text: str) -> Iterator[Message]:
    for group in _EMPTY_LINES.split(text[:MOST_TEXT])[:MOST_BLOCKS]:
        yield HeaderParser().parsestr(group.lstrip("\r\n"))


def _of_block(block: Message) -> Report | None:
    action = header(block, "Action").lower().partition(" ")[0]
    said = header(block, "Diagnostic-Code")
    status = _status(header(block, "Status")) or _status(said)
    kind, final = _ACTIONS.get(action), header(block, "Final-Recipient")
    if kind is None and status and final:
        kind = _CLASSES[status[0]]
    recipient = final.rpartition(";")[2].strip(" <>").casefold()
    return None if kind is None else Report(kind, status, _words_of(status, said), recipient)


# --- other forms -----------------------------------------------------------------------------


def _by_form(message: Message) -> Report | None:
    """By the forms that are known of Exim, Postfix, qmail, Exchange and a dozen others."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001 - it was not made for whatever anybody sends
        return None
    if not permanent and not temporary:
        return None
    said = _said(message)
    return Report(Kind.BOUNCED if permanent else Kind.DELAYED, *said)


def _by_words(message: Message) -> Report | None:
    """By what nearly all reports have in common: a subject that says so, and a code."""
    named = header(message, "X-Failed-Recipients")
    is_ndr = any("X-MS-Exchange-Message-Is-Ndr".lower() == name.lower() for name in message)
    subject = header(message, "Subject")
    status, words = _said(message)
    text = _text(message)
    if _STILL.search(subject) or (status.startswith("4") and not _FAILED.search(subject)):
        return Report(Kind.DELAYED, status, words)
    fails = named or is_ndr or _FAILED.search(subject) or _FAILED.search(text)
    certain = status.startswith("5") or bool(named) or _REPLY.search(text)
    return Report(Kind.BOUNCED, status, words) if fails and certain else None


def _said(message: Message) -> tuple[str, str]:
    """The first code in the text that tells of a failure, and the line that it stands on."""
    lines = [line for line in _text(message).splitlines() if _STATUS.search(line)]
    failing = [line for line in lines if _status(line).startswith("5")]
    line = next(iter(failing or lines), "")
    if not line:
        line = next((each for each in _text(message).splitlines() if _REPLY.search(each)), "")
    status = next((_status(line) for line in failing or lines), "")
    return status, _words_of(status, line or header(message, "Subject"))


def _text(message: Message) -> str:
    plain = "\n".join(texts(message))
    text = plain if plain.strip() else _TAG.sub(" ", "\n".join(texts(message, "html"))[:MOST_TEXT])
    return text[:MOST_TEXT]


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return "" if found is None else ".".join(str(int(part)) for part in found.groups())


def _words_of(status: str, said: str) -> str:
    told = said.partition(";")[2].strip() if said.lower().startswith("smtp;") else said
    return _short(told if not status or status in told else f"{status} {told}")


def _short(text: str) -> str:
    return normalize("NFC", one_line(text)).strip()[:MOST_WORDS]

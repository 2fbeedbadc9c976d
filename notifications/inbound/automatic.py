"""Whether a machine sent a mail. What one sent is never answered (RFC 3834), and is no comment."""

import re
from email.message import Message

from notifications.inbound.parts import addresses, header, headers

_MACHINES = frozenset(
    {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce"}
)
_AWAY = re.compile(  # what programs that set no header write before the old subject
    r"\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)|out of (?:the )?office"
    r"|autosvar|abwesenheit|r[eé]ponse automatique)\b",
    re.IGNORECASE,
)
AWAY = "its subject"
"""Why a mail is automatic whose subject begins as those of answering machines do."""

_SILENCING = frozenset({"all", "oof", "autoreply"})
MOST_HANDS = 50
"""Through how many machines a mail may have gone before it is taken to go round in circles."""

_LISTS = ("List-Id", "List-Unsubscribe", "List-Post", "List-Help", "Mailing-List")


def certainly(message: Message, envelope_sender: str | None) -> str:
    """Why a machine sent this for certain; empty where none may have.

    `envelope_sender` is what MAIL FROM said; None where nobody has kept it.
    """
    submitted = header(message, "Auto-Submitted").lower()
    returned = header(message, "Return-Path").replace(" ", "")
    people = addresses(message, "From", "Sender")
    given = {
        AWAY: _AWAY.match(header(message, "Subject")) is not None,
        "Auto-Submitted": bool(submitted) and submitted.partition(";")[0].strip() != "no",
        "a null sender": (returned if envelope_sender is None else f"<{envelope_sender}>") == "<>",
        "one of our own letters": bool(header(message, "X-Quorate-Letter")),
        "a report": message.get_content_type() == "multipart/report",
        "an answering machine": _answers_by_itself(message),
        "the address of a machine": any(_local(each) in _MACHINES for each in people),
        "a loop": len(headers(message, "Received")) > MOST_HANDS,
    }
    return next((why for why, is_so in given.items() if is_so), "")


def perhaps(message: Message) -> str:
    """Why a machine may have sent this; empty where it looks like a person's."""
    if header(message, "Precedence").lower() in {"bulk", "junk", "list"}:
        return "Precedence"
    if header(message, "X-Auto-Response-Suppress"):
        return "X-Auto-Response-Suppress"
    if not addresses(message, "From"):
        return "no sender"
    return next((name for name in _LISTS if header(message, name)), "")


def _answers_by_itself(message: Message) -> bool:
    named = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Loop")
    suppressed = header(message, "X-Auto-Response-Suppress").lower()
    asked = {word.strip() for word in suppressed.split(",")}
    answering = header(message, "Precedence").lower() in {"auto_reply", "auto-reply"}
    return answering or bool(asked & _SILENCING) or any(header(message, name) for name in named)


def _local(address: str) -> str:
    return address.rpartition("@")[0].partition("+")[0]

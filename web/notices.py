"""Pages that say no, or that something is amiss: a title, a few sentences, the right status."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.answers import KeptOut, NotOpen, NotPossible, NotYours, TooLate
from workflows.beside import Asked


@dataclass(frozen=True, slots=True)
class Notice:
    """One such page. `back` offers the way to the decision's own page."""

    status: int
    title: str
    says: tuple[str, ...]
    back: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_FOUND = Notice(
    404,
    "We cannot find that page",
    (
        "A link from a letter may have been cut short, or a newer letter may have replaced it.",
        "Use the link in the newest letter about the decision.",
        "If that does not work, ask the secretariat for a new one. Answers already sent are safe.",
    ),
)
TOO_MANY = Notice(
    429,
    "Too many links that do not work",
    (
        "Many links that open nothing were tried from your network in a short time.",
        "Links that work are not held up. Wait a minute, then use the link in the newest letter.",
    ),
    headers={"retry-after": "60"},
)
FOREIGN = Notice(
    403,
    "Your answer was not sent from this site",
    (
        "Your browser says that the form came from another site, so nothing was recorded.",
        "Open the link in your letter and send your answer from there.",
    ),
)
NOT_A_FORM = Notice(
    415,
    "We could not read what was sent",
    (
        "This address takes the form on its own page, and nothing else. Nothing was recorded.",
        "Open the link in your letter and send your answer from there.",
    ),
)
UNREADABLE = Notice(400, NOT_A_FORM.title, NOT_A_FORM.says)
TOO_LARGE = Notice(
    413,
    "What was sent is too long",
    (
        "Nothing was recorded. A comment can be up to 10,000 characters long.",
        "Go back: most browsers keep what you typed. Shorten it and send it again.",
        "A longer text can go to the secretariat as a document.",
    ),
)
WRONG_WAY = Notice(
    405,
    "That cannot be done here",
    ("This address does not take that kind of request. Nothing was recorded.",),
)
BROKEN = Notice(
    500,
    "Sorry, something went wrong",
    (
        "The fault is ours. If you were sending an answer, we cannot say whether it was recorded.",
        "Open the link in your letter again: it shows what stands recorded for your practice.",
        "If your answer is not there, send it once more. It counts once.",
    ),
)


PAUSED = Notice(
    503,
    "Nothing can be recorded just now",
    (
        "The record was brought back from a backup, and is looked at before it goes on.",
        "Your answer was not recorded. Open the link in your letter again in an hour.",
        "If the time to answer ends before that, ring the secretariat.",
    ),
    headers={"retry-after": "3600"},
)

Refusal = TooLate | NotOpen | NotYours | KeptOut | NotPossible


def refused(reply: Refusal, asked: Asked | None = None) -> Notice:
    """Why what was sent is not on record; `asked` where it was no answer but a request."""
    match reply:
        case TooLate():
            return _closed(reply)
        case NotYours():
            return _not_yours(reply, asked)
        case KeptOut():
            return _kept_out(reply)
        case NotPossible():
            return Notice(409, _NOT_NOW[asked], (reply.words, "Nothing was recorded."), back=True)
        case NotOpen():
            says = (reply.words, "Your answer was not recorded.")
            return Notice(409, "No answer is asked for now", says, back=True)


def no_more_corrections(words: str) -> Notice:
    """So many corrections of a practice wait that no other is taken."""
    return Notice(409, "Too many corrections are waiting", (words, "Nothing was sent."), back=True)


_NOT_NOW = {
    None: "That is not possible now",
    Asked.CALL_IN: "This decision cannot be called in now",
    Asked.CHALLENGE: "This outcome cannot be challenged now",
}
_ACTS = {
    None: "cast this practice's vote",
    Asked.CALL_IN: "call this in for the practice",
    Asked.CHALLENGE: "challenge this for the practice",
}


def _closed(reply: TooLate) -> Notice:
    """It came after the close."""
    says = (
        f"This closed at {reply.words}. Your answer came after that and was not recorded.",
        "What came in time counts. Every practice is told by letter what follows from it.",
    )
    return Notice(409, "This has closed", says, back=True)


def _not_yours(reply: NotYours, asked: Asked | None) -> Notice:
    """It came from someone who may only comment."""
    does = "the vote is cast" if asked is None else "this is done"
    says = (
        f"Nothing was recorded. You may send a comment, but {does} by someone else.",
        _who_may(reply.voters, asked),
    )
    return Notice(403, f"You cannot {_ACTS[asked]}", says, back=True)


def _who_may(voters: tuple[str, ...], asked: Asked | None) -> str:
    act = "cast it" if asked is None else "do it"
    if not voters:
        return f"Nobody is named to {act} yet: ring the secretariat."
    return f"Who may {act}, each by their own link: {', '.join(voters)}."


def _kept_out(reply: KeptOut) -> Notice:
    """A ruling on the practice's interest stands in the way."""
    says = (reply.words, "Nothing was recorded. The page says what was ruled, and why.")
    return Notice(403, "Your practice has an interest in this", says, back=True)

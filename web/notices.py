"""Pages that say no, or that something is amiss: a title, a few sentences, the right status."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.answers import NotOpen, NotYours, TooLate


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


def closed(reply: TooLate) -> Notice:
    """The answer came after the close."""
    says = (
        f"This closed at {reply.words}. Your answer came after that and was not recorded.",
        "What came in time counts. Every practice is told by letter what follows from it.",
    )
    return Notice(409, "This has closed", says, back=True)


def not_open(reply: NotOpen) -> Notice:
    """Nothing is asked now, or the decision has ended."""
    return Notice(
        409, "No answer is asked for now", (reply.words, "Your answer was not recorded."), back=True
    )


def not_yours(reply: NotYours) -> Notice:
    """A choice came from someone who may only comment."""
    says = (
        "Nothing was recorded. You may send a comment, but the vote is cast by someone else.",
        _may_cast(reply.voters),
    )
    return Notice(403, "You cannot cast this practice's vote", says, back=True)


def _may_cast(voters: tuple[str, ...]) -> str:
    if not voters:
        return "Nobody is named to cast it yet: ring the secretariat."
    return f"Who may cast it, each by their own link: {', '.join(voters)}."

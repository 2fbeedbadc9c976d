"""The account taken of comments: what became of each, in words, before anything is concluded.

That what practices said is conscientiously taken into account is the fourth of the Gunning points
(R v Brent LBC ex parte Gunning (1985) 84 LGR 168). A vote or a committee may end without it: there
the answers are the members' own, or the committee's minutes.
"""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import AnswerComment
from engine.decision import Account
from engine.event import Event
from engine.refusals import NeedsAnswers, NeedsReason, NoSuchComment, NoSuchDisposition
from engine.two_persons import actor_value

DISPOSITIONS = ("accepted", "answered", "noted")
"""It changed something; it was answered and changed nothing; it was noted."""


def answer_comment(case: Case, command: AnswerComment, now: datetime) -> Iterator[Event]:  # noqa: ARG001
    """Put on record what became of a comment; again, where it was answered before."""
    account = next((a for a in case.decision.accounts if a.leaf == command.comment), None)
    if account is None:
        raise NoSuchComment(f"{case.decision.reference} has no comment {command.comment}.")
    if command.disposition not in DISPOSITIONS:
        raise NoSuchDisposition
    if not command.text.strip():
        raise NeedsReason(
            "An answer needs words: the practice reads them.", 'Add --reason "…" in a sentence.'
        )
    yield events.CommentAnswered(
        decision=case.decision.reference,
        practice=account.practice,
        comment=account.leaf,
        disposition=command.disposition,
        text=command.text,
        by=actor_value(command.actor),
    )


def unanswered(accounts: tuple[Account, ...]) -> tuple[int, ...]:
    """The numbers of the comments that nothing has become of yet."""
    return tuple(each.leaf for each in accounts if not each.disposition)


def require_answers(case: Case) -> None:
    """Refuse to conclude over a comment that nobody has answered, by `NeedsAnswers`."""
    left = unanswered(case.decision.accounts)
    if left:
        numbers = ", ".join(map(str, left))
        says = f"comment {numbers} has" if len(left) == 1 else f"comments {numbers} have"
        raise NeedsAnswers(f"Before this is concluded each comment is answered; {says} no answer.")

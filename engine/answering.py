"""What happens when a person of a practice sends an answer by link."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from engine import events
from engine.candidates import is_election
from engine.case import Case, Ruling
from engine.commands import CallIn, Challenge, GiveAnswer
from engine.decision import Comment
from engine.definition import Open
from engine.errors import Refused
from engine.event import Event
from engine.refusals import Faulty, HasInterest, KeptOut, NotOpen, NotYours, TooLate

NAME_LENGTH = range(2, 121)
"""A typed name is any name of two letters or more."""

COMMENT_LIMIT = 10_000

MOST_COMMENTS = 100
"""Comments of one person in one state: a robot with their link must not make every answer slow."""

ONLY_QUESTION = "main"
"""What a form with one question calls it, whatever the decision's own name for it."""


CHOOSE = "Choose one of the answers."


def answer(case: Case, command: GiveAnswer, now: datetime) -> Ruling:
    """Record a vote or a comment. Raises a refusal; a late vote is recorded and refused."""
    due = case.decision.waiting
    if case.state.is_final or due is None or case.decision.outcome is not None:
        return _too_late(case, command, NotOpen())
    if now >= due.due_at:
        words = case.calendar.words_with_zone(due.due_at)
        return _too_late(case, command, TooLate(due.due_at, words))
    _require_part(case, command)
    if case.state.open_for is Open.VOTES:
        return Ruling(tuple(_vote(case, _named(case, command))))
    if case.state.open_for is Open.COMMENTS:
        return Ruling(tuple(_comment_only(case, command)))
    raise NotOpen("Nothing is asked of practices at this moment: the next step is with staff.")


def _require_part(case: Case, command: GiveAnswer) -> None:
    """Refuse what a ruling on the practice's interest keeps it from: a vote, or any part at all."""
    if command.practice in case.decision.kept_out:
        raise KeptOut
    if command.choices and command.may_cast and command.practice in case.decision.excluded:
        raise HasInterest


def _named(case: Case, command: GiveAnswer) -> GiveAnswer:
    """The command with the ballot's own name for its only question, which a form calls `main`."""
    ballot = tuple(case.decision.ballot)
    if len(ballot) > 1 or set(command.choices) != {ONLY_QUESTION}:
        return command
    return replace(command, choices={ballot[0]: command.choices[ONLY_QUESTION]})


def _too_late(case: Case, command: GiveAnswer, refusal: Refused) -> Ruling:
    """A late vote leaves one leaf a person and round, without the choice, counted or not yet."""
    outcome, held = case.decision.outcome, case.decision.held
    known = (outcome, held.outcome if held else None)  # what was challenged was counted too
    counted = any(each is not None and each.count is not None for each in known)
    voted = case.state.open_for is Open.VOTES or counted
    noted = command.by.person in case.decision.rejected
    if not voted or not command.choices or noted or not command.may_cast:
        raise refusal
    record = events.VoteRejected(
        decision=case.decision.reference,
        practice=command.practice,
        round=case.decision.round,
        because="late",
        by=command.by,
    )
    return Ruling((record,), refusal)


def _vote(case: Case, command: GiveAnswer) -> Iterator[Event]:
    if command.choices and not command.may_cast:
        raise NotYours
    if command.practice in case.decision.excluded:
        yield from _comment_only(case, command)
        return
    faults = dict(_text_faults(case, command))
    if command.may_cast or not command.comment:
        faults |= dict(_choice_faults(case, command))
    if faults:
        raise Faulty(faults)
    yield from _votes(case, command)
    yield from _comments(case, command)


def _comment_only(case: Case, command: GiveAnswer) -> Iterator[Event]:
    faults = dict(_text_faults(case, command))
    if command.choices:
        faults["choice"] = "The vote is not open yet: for now practices are asked for comments."
    if not command.comment:
        faults["comment"] = "Enter your comment."
    if faults:
        raise Faulty(faults)
    yield from _comments(case, command)


def _text_faults(case: Case, command: GiveAnswer) -> Iterator[tuple[str, str]]:
    yield from name_faults(command.by.name, command.comment)
    if (
        command.comment
        and len(_own(case, command)) >= MOST_COMMENTS
        and not _is_same(case, command)
    ):
        yield (
            "comment",
            (
                f"You have sent {MOST_COMMENTS} comments: no more of yours are taken here. "
                "Send what is missing to the secretariat as a document."
            ),
        )


def name_faults(name: str, comment: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a typed name and a comment: the field, and a sentence."""
    letters = sum(character.isalpha() for character in name)
    if letters < NAME_LENGTH.start:
        yield "name", "Enter your name: two letters or more."
    elif len(name) not in NAME_LENGTH:
        yield "name", f"Your name must be {NAME_LENGTH.stop - 1} characters or fewer."
    if len(comment) > COMMENT_LIMIT:
        yield "comment", f"Your comment must be {COMMENT_LIMIT:,} characters or fewer."


def require_said(command: CallIn | Challenge, missing: str) -> None:
    """Refuse a call-in or challenge without a name or a reason; `missing` asks for the reason."""
    faults = dict(name_faults(command.by.name, command.text))
    if not command.text:
        faults["comment"] = missing
    if faults:
        raise Faulty(faults)


def _choice_faults(case: Case, command: GiveAnswer) -> Iterator[tuple[str, str]]:
    ballot = case.decision.ballot
    says = "Choose a candidate, or abstain." if is_election(ballot) else CHOOSE
    for question, options in ballot.items():
        field = "choice" if len(ballot) == 1 else f"choice.{question}"
        if command.choices.get(question) not in options:
            yield field, says
    for question in command.choices:
        if question not in ballot:
            yield "choice", "That question is not on this ballot."


def _votes(case: Case, command: GiveAnswer) -> Iterator[events.VoteCast]:
    """One leaf for each question whose answer differs, in choice or voter, from what stands."""
    for question, choice in command.choices.items():
        stands = case.decision.standing(command.practice, question)
        if stands and (stands.choice, stands.by) == (choice, command.by):
            continue
        kind = events.VoteChanged if stands else events.VoteCast
        yield kind(
            decision=case.decision.reference,
            question=question,
            practice=command.practice,
            round=case.decision.round,
            choice=choice,
            by=command.by,
        )


def _comments(case: Case, command: GiveAnswer) -> Iterator[events.CommentReceived]:
    """A comment is filed unless this person's last one said the same."""
    if command.comment and not _is_same(case, command):
        yield events.CommentReceived(
            decision=case.decision.reference,
            practice=command.practice,
            phase=case.decision.state,
            text=command.comment,
            by=command.by,
        )


def _is_same(case: Case, command: GiveAnswer) -> bool:
    """Whether this person's last comment said the same."""
    own = _own(case, command)
    return bool(own) and (own[-1].text, own[-1].by) == (command.comment, command.by)


def _own(case: Case, command: GiveAnswer) -> list[Comment]:
    return [each for each in case.decision.comments if each.by.person == command.by.person]

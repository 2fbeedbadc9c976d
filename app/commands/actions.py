"""The acts that `quorate decision act` knows: what each asks of the desk."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import App
from app.terminal import read_input
from engine.bodies import ACTS
from engine.commands import (
    Act,
    AnswerComment,
    Command,
    DeclareInterest,
    DropQuestion,
    Extend,
    Override,
    Recompute,
    RecordLmc,
    RecordMeeting,
    RecordReached,
    Revote,
    RuleInterest,
    Withdraw,
)
from engine.errors import Fault, InputFaults
from engine.people import Actor
from engine.refusals import NeedsReason, NoSuchAct
from engine.working_days import calendar_value
from workflows.answer_file import read_answers
from workflows.concluding import comments_of, conclusion
from workflows.meeting_file import read_meeting_file
from workflows.publishing import digest

TABLES = frozenset({"answer", "record-meeting"})
"""Acts whose file is read by rules of its own, not as words."""


@dataclass(frozen=True, slots=True)
class Given:
    """What came with an action; most actions need one or two of these."""

    app: App
    reference: str
    actor: Actor
    reason: str = ""
    file: Path | None = None
    words: str = ""  # the file's
    comment: int | None = None
    disposition: str = ""
    days: int = 0
    route: str = ""
    question: str = ""
    practice: str = ""
    kind: str = ""
    ruling: str = ""
    agreed: tuple[frozenset[str], ...] = ()  # each person's roles
    votes: tuple[int, int] | None = None


def commands_for(action: str, given: Given) -> Iterable[Command]:
    """What an action asks of the desk: one command, or of a file of answers one for each row.

    Raises `NoSuchAct` for an action that is not known.
    """
    if action == "answer":
        return _answers(given)
    build = _ACTIONS.get(action.replace("_", "-"))
    if build is None:
        known = ", ".join([*_ACTIONS, "answer", "retry"])
        raise NoSuchAct(f"There is no action {action!r} (there are: {known}).")
    return [build(given)]


def _answers(given: Given) -> Iterable[Command]:
    if given.file is None:
        if given.comment is None:
            says = "is missing: which comment is answered? Or give --file ANSWERS.csv"
            raise InputFaults([Fault("--comment", None, says)])
        return [AnswerComment(given.actor, given.comment, given.disposition, given.reason)]
    if given.comment is not None or given.disposition or given.reason:
        says = "holds the answers; leave out --comment, --disposition and --reason"
        raise InputFaults([Fault("--file", None, says)])
    content, app = read_input(given.file), given.app
    with app.store.database.reading() as reading:
        found = comments_of(reading, app.store.keys, app.library, given.reference)
    known = {each["comment"] for each in found}
    return read_answers(content, str(given.file), given.actor, known)


def _conclude(given: Given) -> Command:
    with given.app.store.database.reading() as reading:
        keys = given.app.store.keys
        return conclusion(reading, keys, given.reference, given.actor, given.words)


def _record_lmc(given: Given) -> Command:
    if not (given.words or given.reason):
        raise NeedsReason("The LMC's view is missing.", "Add --file VIEW.txt.")
    return RecordLmc(given.actor, given.words or given.reason)


def _record_meeting(given: Given) -> Command:
    if given.file is None:
        raise NeedsReason("The meeting's file is missing.", "Add --file MEETING.toml.")
    read = read_meeting_file(read_input(given.file), str(given.file))
    return RecordMeeting(
        actor=given.actor,
        held_on=read.held_on,
        place=read.place,
        minute=read.minute,
        attended=read.attended,
        views=read.views,
        votes=read.votes,
    )


def _recompute(given: Given) -> Command:
    calendar = given.app.rulebook.calendar
    return Recompute(given.actor, given.reason, calendar, digest(calendar_value(calendar)))


def _body_act(name: str) -> Callable[[Given], Command]:
    def build(given: Given) -> Command:
        return Act(given.actor, name, given.words, given.reason, given.agreed, given.votes)

    return build


_ACTIONS: Mapping[str, Callable[[Given], Command]] = {
    "withdraw": lambda given: Withdraw(given.actor, given.reason),
    "conclude": _conclude,
    "record-lmc": _record_lmc,
    "record-meeting": _record_meeting,
    "reached": lambda given: RecordReached(given.actor, given.practice, given.reason),
    "recompute": _recompute,
    "extend": lambda given: Extend(given.actor, given.reason, given.days),
    "override": lambda given: Override(given.actor, given.route, given.reason),
    "revote": lambda given: Revote(given.actor, given.reason),
    "drop-question": lambda given: DropQuestion(given.actor, given.question, given.reason),
    "declare-interest": lambda given: DeclareInterest(
        given.actor, given.practice, given.kind, given.reason
    ),
    "rule-interest": lambda given: RuleInterest(
        given.actor, given.practice, given.ruling, given.reason
    ),
    **{name.replace("_", "-"): _body_act(name) for name in ACTS},
}

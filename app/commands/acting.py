"""`quorate decision act`: what staff, and bodies beside the practices, do to a decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from app import telling
from app.bootstrap import App
from app.commands.actors import AsOption, actor_of, roles_of
from app.commands.decisions import ReferenceArgument
from app.session import opened
from app.terminal import ConfigOption, JsonOption, read_input, reported, show_json
from engine.bodies import ACTS
from engine.commands import (
    Act,
    Command,
    Conclude,
    DeclareInterest,
    DropQuestion,
    Extend,
    Override,
    Recompute,
    RecordLmc,
    RecordMeeting,
    Revote,
    RuleInterest,
    Withdraw,
)
from engine.errors import Fault, InputFaults
from engine.people import Actor
from engine.refusals import NeedsReason, NeedsStatement, NoSuchAct
from engine.working_days import calendar_value
from workflows.decision_file import clean
from workflows.meeting_file import read_meeting_file
from workflows.overview import overview
from workflows.publishing import digest


@dataclass(frozen=True, slots=True)
class Given:
    """What came with the action on the command line; most actions need one or two of them."""

    app: App
    actor: Actor
    reason: str
    words: str  # the file's
    content: bytes  # the file's, as it came
    file: str  # its name
    days: int
    route: str
    question: str
    practice: str
    kind: str
    ruling: str
    agreed: tuple[frozenset[str], ...]  # each person's roles
    votes: tuple[int, int] | None


@reported
def act(
    reference: ReferenceArgument,
    action: Annotated[str, typer.Argument(help="As `decision show REF` lists them.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.")] = "",
    file: Annotated[
        Path | None,
        typer.Option("--file", help="The statement, the LMC's view, minutes; a meeting as TOML."),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="Working days to add (extend).")] = 0,
    route: Annotated[str, typer.Option("--route", help="The route to take (override).")] = "",
    question: Annotated[str, typer.Option("--question", help="Its id (drop-question).")] = "",
    practice: Annotated[str, typer.Option("--practice", help="ODS code (interests).")] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="financial, professional, personal or indirect.")
    ] = "",
    ruling: Annotated[
        str, typer.Option("--ruling", help="noted, no_vote or excluded (rule-interest).")
    ] = "",
    agreed: Annotated[
        list[str] | None,
        typer.Option("--agreed", help="Who agreed, once each (urgent powers).", metavar="EMAIL"),
    ] = None,
    votes: Annotated[
        str, typer.Option("--votes", help="Within the body, for-against: 6-3.", metavar="N-N")
    ] = "",
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do what may be done now; `decision show REF` lists it, with what each action needs."""
    content = read_input(file) if file else b""
    words = clean(_decoded(content, str(file)))
    counted = _numbers(votes)
    with opened(config) as app:
        actor = actor_of(app, as_)
        roles = tuple(roles_of(app, email) for email in dict.fromkeys(agreed or ()))
        given = Given(
            app=app,
            actor=actor,
            reason=clean(reason),
            words=words,
            content=content,
            file=str(file),
            days=days,
            route=route,
            question=question,
            practice=practice.strip().upper(),
            kind=kind,
            ruling=ruling.replace("-", "_"),
            agreed=roles,
            votes=counted,
        )
        if action == "retry":
            app.desk.retry(reference)
        else:
            app.desk.handle(reference, _command(action, given))
        with app.store.database.reading() as reading:
            value = overview(reading, app.store.keys, app.library, reference, app.clock.now())
        calendar = app.rulebook.calendar
    if as_json:
        show_json(value)
    else:
        telling.tell_decision(value, calendar)


def _command(action: str, given: Given) -> Command:
    build = _ACTIONS.get(action.replace("_", "-"))
    if build is None:
        known = ", ".join([*_ACTIONS, "retry"])
        raise NoSuchAct(f"There is no action {action!r} (there are: {known}).")
    return build(given)


def _conclude(given: Given) -> Command:
    if not given.words:
        raise NeedsStatement
    return Conclude(given.actor, given.words)


def _record_lmc(given: Given) -> Command:
    if not (given.words or given.reason):
        raise NeedsReason("The LMC's view is missing.", "Add --file VIEW.txt.")
    return RecordLmc(given.actor, given.words or given.reason)


def _record_meeting(given: Given) -> Command:
    if not given.words:
        raise NeedsReason("The meeting's file is missing.", "Add --file MEETING.toml.")
    read = read_meeting_file(given.content, given.file)
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


def _numbers(votes: str) -> tuple[int, int] | None:
    """The numbers for and against, from `6-3`."""
    if not votes:
        return None
    for_, dash, against = votes.partition("-")
    if not dash or not for_.strip().isdecimal() or not against.strip().isdecimal():
        raise InputFaults([Fault("--votes", None, f"should read like 6-3, not {votes!r}")])
    return int(for_), int(against)


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        fault = Fault(file, None, "is not UTF-8 text; save it as a plain text file")
        raise InputFaults([fault]) from None

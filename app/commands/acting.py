"""`quorate decision act`: what staff, and bodies beside the practices, do to a decision."""

from collections.abc import Callable, Iterable, Mapping
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
    AnswerComment,
    Command,
    DeclareInterest,
    DropQuestion,
    Extend,
    Override,
    Recompute,
    RecordLmc,
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
from workflows.decision_file import clean
from workflows.overview import overview
from workflows.publishing import digest


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


@reported
def act(
    reference: ReferenceArgument,
    action: Annotated[str, typer.Argument(help="As `decision show REF` lists them.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="The outcome statement, the LMC's view, minutes, or answers as a CSV."
        ),
    ] = None,
    comment: Annotated[
        int | None, typer.Option("--comment", help="Its number (answer).", metavar="N")
    ] = None,
    disposition: Annotated[
        str, typer.Option("--disposition", help="accepted, answered or noted (answer).")
    ] = "",
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
    words = clean(_decoded(file)) if file and action != "answer" else ""
    counted = _numbers(votes)
    with opened(config) as app:
        actor = actor_of(app, as_)
        roles = tuple(roles_of(app, email) for email in dict.fromkeys(agreed or ()))
        given = Given(
            app=app,
            reference=reference,
            actor=actor,
            reason=clean(reason),
            file=file,
            words=words,
            comment=comment,
            disposition=disposition.strip().casefold(),
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
            app.desk.handle_all(reference, commands_for(action, given))
        with app.store.database.reading() as reading:
            value = overview(reading, app.store.keys, app.library, reference, app.clock.now())
        calendar = app.rulebook.calendar
    if as_json:
        show_json(value)
    else:
        telling.tell_decision(value, calendar)


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


def _decoded(file: Path) -> str:
    try:
        return read_input(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        fault = Fault(str(file), None, "is not UTF-8 text; save it as a plain text file")
        raise InputFaults([fault]) from None

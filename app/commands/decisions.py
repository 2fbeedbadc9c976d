"""`quorate decision`: the secretary's desk on the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app import telling
from app.bootstrap import App
from app.preview import preview
from app.session import opened
from app.terminal import (
    ConfigOption,
    DryRunOption,
    JsonOption,
    out,
    read_input,
    reported,
    show_json,
)
from engine.commands import Command, Conclude, Extend, Recompute, RecordLmc, Withdraw
from engine.errors import Fault, InputFaults
from engine.people import Actor, How
from engine.refusals import NeedsReason, NeedsStatement, NoSuchAct
from engine.working_days import calendar_value
from storage.register import body_person
from workflows.decision_file import DecisionFile, clean, read_decision_file
from workflows.openings import Prepared
from workflows.overview import describe, overview, overviews
from workflows.publishing import digest

decision = typer.Typer(help="Open decisions, see where they stand, act on them.")

ReferenceArgument = Annotated[str, typer.Argument(metavar="REF", help="Such as D-2026-0001.")]
AsOption = Annotated[
    str | None, typer.Option("--as", help="Your address, recorded as claimed.", metavar="EMAIL")
]


@decision.command("open")
@reported
def open_decision(
    file: Annotated[Path, typer.Argument(help="The decision, as TOML; see docs/reference.")],
    dry_run: DryRunOption = False,
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a decision: classify, route, freeze the roll, set the dates, owe every letter.

    --dry-run shows all that, the first letter included, and writes nothing.
    """
    read = read_decision_file(read_input(file), str(file))
    papers = _papers(file, read)
    with opened(config) as app:
        actor = _actor(app, as_)
        run = app.opener.prepare if dry_run else app.opener.open
        prepared = run(read, papers, actor)
        value = _opened_value(prepared, dry_run=dry_run)
        letter = preview(app, prepared) if dry_run else ""
    if as_json:
        show_json({**value, "preview": letter} if dry_run else value)
        return
    telling.tell_decision(value, prepared.case.calendar)
    if dry_run:
        out.rule("the first letter, to the first contact")
        out.print(letter, markup=False, soft_wrap=True)
        out.print("Dry run: nothing was written.", style="bold")


def _papers(file: Path, read: DecisionFile) -> dict[str, bytes]:
    """The documents that the file names, which lie beside it."""
    papers: dict[str, bytes] = {}
    faults = []
    home = file.parent.resolve()
    for name in read.documents:
        try:
            path = (home / name).resolve()
            if path.parent != home or not path.is_file():
                says = f"{name}: no such file beside {file.name}; documents lie in its folder"
                faults.append(read.source.fault("documents", says))
                continue
            papers[path.name] = read_input(path)
        except (InputFaults, ValueError) as error:
            faults.append(read.source.fault("documents", f"{name!r}: {error}"))
    if faults:
        raise InputFaults(faults)
    return papers


def _opened_value(prepared: Prepared, *, dry_run: bool) -> dict[str, Any]:
    value = describe(prepared.case, prepared.opening.paper.title, prepared.at)
    owed = sum(event.count for event in prepared.events if event.type == "mail.intent")  # type: ignore[attr-defined]
    letters = {"owed": owed, "accepted": 0, "ambiguous": 0, "bounced": 0, "failed": 0}
    return {**value, "letters": letters, "dry_run": dry_run}


@decision.command("list")
@reported
def list_decisions(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List every decision: where it stands, what it waits for, how many have answered."""
    with opened(config) as app, app.store.database.reading() as reading:
        found = overviews(reading, app.store.keys, app.library, app.clock.now())
        calendar = app.rulebook.calendar
    if as_json:
        show_json(found)
    else:
        telling.tell_decisions(found, calendar)


@decision.command("show")
@reported
def show(
    reference: ReferenceArgument, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Show one decision: its dates, who has not answered, its letters, what you can do."""
    with opened(config) as app, app.store.database.reading() as reading:
        value = overview(reading, app.store.keys, app.library, reference, app.clock.now())
        calendar = app.rulebook.calendar
    if as_json:
        show_json(value)
    else:
        telling.tell_decision(value, calendar)


@decision.command("act")
@reported
def act(
    reference: ReferenceArgument,
    action: Annotated[str, typer.Argument(help="As `decision show REF` lists them.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="The outcome statement, or the LMC's view.")
    ] = None,
    days: Annotated[int, typer.Option("--days", help="Working days to add (extend).")] = 0,
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do what staff may do: withdraw, conclude, record-lmc, recompute, extend, retry."""
    words = clean(_decoded(file)) if file else ""
    with opened(config) as app:
        actor = _actor(app, as_)
        if action == "retry":
            app.desk.retry(reference)
        else:
            command = command_for(app, action, actor, reason=clean(reason), words=words, days=days)
            app.desk.handle(reference, command)
        with app.store.database.reading() as reading:
            value = overview(reading, app.store.keys, app.library, reference, app.clock.now())
        calendar = app.rulebook.calendar
    if as_json:
        show_json(value)
    else:
        telling.tell_decision(value, calendar)


def command_for(
    app: App, action: str, actor: Actor, *, reason: str, words: str, days: int
) -> Command:
    """What an action asks of the desk. Raises `NoSuchAct` for one that is not known."""
    match action:
        case "withdraw":
            return Withdraw(actor, reason)
        case "conclude":
            if not words:
                raise NeedsStatement
            return Conclude(actor, words)
        case "record-lmc":
            if not (words or reason):
                raise NeedsReason("The LMC's view is missing.", "Add --file VIEW.txt.")
            return RecordLmc(actor, words or reason)
        case "recompute":
            calendar = app.rulebook.calendar
            return Recompute(actor, reason, calendar, digest(calendar_value(calendar)))
        case "extend":
            return Extend(actor, reason, days)
    known = ", ".join(_ACTIONS)
    raise NoSuchAct(f"There is no action {action!r} (there are: {known}).")


_ACTIONS = ("withdraw", "conclude", "record-lmc", "recompute", "extend", "retry")


def _decoded(file: Path) -> str:
    try:
        return read_input(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        fault = Fault(str(file), None, "is not UTF-8 text; save it as a plain text file")
        raise InputFaults([fault]) from None


def _actor(app: App, email: str | None) -> Actor:
    """Who acts. Without --as the command line itself; a name must be one of the body's people."""
    if email is None:
        return Actor(None, How.CLI)
    with app.store.database.reading() as reading:
        person = body_person(reading, email)
    if person is None:
        raise NoSuchAct(
            f"{email} is not a person of the body.",
            "Import people of the body (rows with an empty ods_code), or leave out --as.",
        )
    return Actor(person.person, How.CLI)

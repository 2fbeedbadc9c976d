"""`quorate decision`: the secretary's desk on the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app import telling
from app.commands.actors import AsOption, actor_of
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
from engine.errors import InputFaults
from workflows.concluding import comments_of, draft_statement
from workflows.decision_file import DecisionFile, read_decision_file
from workflows.openings import Prepared
from workflows.overview import describe, overview, overviews

decision = typer.Typer(help="Open decisions, see where they stand, act on them.")

ReferenceArgument = Annotated[str, typer.Argument(metavar="REF", help="Such as D-2026-0001.")]


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
        actor = actor_of(app, as_)
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
    value = describe(prepared.case, prepared.opening.paper, prepared.at)
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


@decision.command("comments")
@reported
def comments(
    reference: ReferenceArgument, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List every comment with its number, who sent it, and what became of it."""
    with opened(config) as app, app.store.database.reading() as reading:
        found = comments_of(reading, app.store.keys, app.library, reference)
        calendar = app.rulebook.calendar
    if as_json:
        show_json(found)
    else:
        telling.tell_comments(found, calendar)


@decision.command("statement")
@reported
def statement(
    reference: ReferenceArgument, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Print an outcome statement to fill in, with the comments and their answers in it."""
    with opened(config) as app, app.store.database.reading() as reading:
        draft = draft_statement(reading, app.store.keys, reference)
    if as_json:
        show_json({"statement": draft})
    else:
        out.print(draft, end="", markup=False, soft_wrap=True)

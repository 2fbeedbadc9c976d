"""`quorate workflow`: definitions listed, checked, proven, drawn and rehearsed."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.bootstrap import calendar_of, rulebook_of
from app.commands.definitions import DAY, NameArgument, chosen, day_of, write
from app.commands.proving import proof_value, tell_proof
from app.commands.trying import draw, rehearse_workflow
from app.terminal import (
    REFUSED,
    ConfigOption,
    JsonOption,
    err,
    out,
    read_input,
    reported,
    settings_from,
    show_json,
)
from engine.errors import Refused
from engine.proof import Proof, WorkingDays, prove
from engine.turnaround import longest_way, ordinary_way
from workflows.rulebook import Definition, read_definition
from workflows.trial import is_a_file, named, sources

workflow = typer.Typer(
    help=(
        "The definitions that decisions run through: TOML files that you may copy and change. "
        "Check a file, prove how long it takes, draw it, rehearse it; then put it in force."
    )
)


@workflow.command("list")
@reported
def list_workflows(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the definitions, with the ordinary and the longest way through each."""
    book = rulebook_of(settings_from(config))
    values = [_value(held) for _, held in sorted(book.definitions.items())]
    if as_json:
        show_json(values)
        return
    table = Table("name", "title", "ordinary", "longest", "limit (working days)", box=None)
    for each in values:
        table.add_row(*(str(cell) for cell in each.values()))
    out.print(table)


def _value(held: Definition) -> dict[str, Any]:
    return {
        "name": held.workflow.name,
        "title": held.workflow.title,
        "ordinary_days": ordinary_way(held.workflow).days,
        "longest_days": longest_way(held.workflow).days,
        "limit_days": held.workflow.limit,
    }


class FileExists(Refused):
    """There is such a file already."""

    remedy = "Name another file; nothing was written."


@workflow.command("copy")
@reported
def copy(
    name: Annotated[str, typer.Argument(help="A definition in force.")],
    file: Annotated[Path, typer.Argument(help="The new file, to be changed as you like.")],
    config: ConfigOption = None,
) -> None:
    """Copy the file of a definition in force, to make your own from it.

    Keep its name to replace that definition; give it another to have one more.
    """
    content = named(name, sources(settings_from(config).workflows.directory))
    if file.exists():
        raise FileExists(f"{file} is there already.")
    write(file, content)
    out.print(f"Copied: {file}", markup=False, soft_wrap=True)


@workflow.command("check")
@reported
def check(
    name: NameArgument = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Check a definition, or all that are in force: each fault in a sentence, with file and key.

    A definition without a fault ends whatever happens: every step has a deadline, every deadline
    leads on, and the longest way through is within the limit. Exit code 2 where there is a fault.
    """
    settings = settings_from(config)
    if name is not None and is_a_file(name):
        held = [read_definition(read_input(Path(name)), name)]
    else:
        book = rulebook_of(settings).definitions
        held = [named(name, book)] if name is not None else [*book.values()]
    if as_json:
        show_json([_value(each) for each in held])
    elif name is None:
        out.print(f"No fault in {len(held)} definitions.")
    else:
        days, its = longest_way(held[0].workflow).days, held[0].workflow.name
        out.print(f"No fault in {its}: its longest way takes {days} working days.")


@workflow.command("prove")
@reported
def prove_workflows(
    name: NameArgument = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=DAY, metavar="DATE", help="The first opening day."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=DAY, metavar="DATE", help="The last opening day."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove how long a definition can take, for every day on which a decision might be opened.

    Every day from --from to --to is gone through, weekends, Christmas and Easter among them; if
    left out, every day of the years that the calendar of bank holidays covers. Shown are the
    ordinary and the longest way in working days, which is what limits are about; the longest in
    days of the calendar, and when that happens; and where the time goes, state by state.
    Exit code 1 where a definition can take longer than its own limit.
    """
    settings = settings_from(config)
    calendar = calendar_of(settings)
    held = WorkingDays(calendar)
    span = (day_of(first), day_of(last))
    proofs = [prove(each.workflow, held, *span) for each in chosen(name, settings)]
    if as_json:
        show_json([proof_value(proof) for proof in proofs])
    else:
        tell_proof(proofs, calendar, out)
    _leave_if_too_long(proofs)


def _leave_if_too_long(proofs: Iterable[Proof]) -> None:
    over = [proof for proof in proofs if not proof.within_limit]
    for proof in over:
        way = " + ".join(f"{state} {days}" for state, days in proof.longest.steps)
        says = (
            f"Refused: {proof.workflow.name} can take {proof.longest.days} working days ({way}), "
            f"more than its limit of {proof.workflow.limit}. Shorten a deadline on this way."
        )
        err.print(says, soft_wrap=True, markup=False)
    if over:
        raise typer.Exit(REFUSED)


workflow.command("draw")(draw)
workflow.command("rehearse")(rehearse_workflow)

"""`quorate workflow`: definitions listed, checked, proven, drawn and rehearsed."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.bootstrap import calendar_of, rulebook_of
from app.commands.definitions import DAY, NameArgument, chosen, day_of, write
from app.commands.proving import Against, proof_value, tell_proof
from app.commands.trying import draw, rehearse_workflow
from app.outputs import FileExists, require_not_in_use
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
from engine.proof import Proof, WorkingDays, prove
from engine.turnaround import longest_way, ordinary_way
from workflows.rulebook import Definition, read_definition, require_within
from workflows.trial import definitions_on_trial, is_a_file, named, sources

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
    table = Table(*("name", "title", "ordinary", "longest", "re-vote", "limit"), box=None)
    table.columns[0].no_wrap = True  # it is what the other commands are given
    for each in values:
        table.add_row(*("" if cell is None else str(cell) for cell in each.values()))
    out.print(table)
    out.print("In working days, from the opening to the end.")


def _value(held: Definition) -> dict[str, Any]:
    longest, ordered = longest_way(held.workflow, revote=False), longest_way(held.workflow)
    return {
        "name": held.workflow.name,
        "title": held.workflow.title,
        "ordinary_days": ordinary_way(held.workflow).days,
        "longest_days": longest.days,
        "revote_days": ordered.days if ordered != longest else None,
        "limit_days": held.workflow.limit,
    }


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
    settings = settings_from(config)
    content = named(name, sources(settings.workflows.directory))
    require_not_in_use([file], settings, config)
    if file.exists():
        raise FileExists(f"{file} is there already.", "Name another file; nothing was written.")
    write(file, content)
    out.print(f"Copied: {file}", markup=False, soft_wrap=True)


@workflow.command("check")
@reported
def check(
    name: NameArgument = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Check a definition, or all that are in force: each fault in a sentence, with file and key.

    A definition without a fault ends whatever happens: every step has a deadline, every deadline
    leads on, and the longest way through is within its own limit and, a re-vote that is ordered
    apart, within the body's ([turnaround] limit_working_days). Exit code 2 for a fault.
    """
    settings = settings_from(config)
    if name is not None and is_a_file(name):
        held = [read_definition(read_input(Path(name)), name)]
        require_within(held[0], settings.turnaround.limit_working_days, name)
    else:
        book = rulebook_of(settings).definitions
        held = [named(name, book)] if name is not None else [*book.values()]
    if as_json:
        show_json([_value(each) for each in held])
    elif name is None:
        out.print(f"No fault in {len(held)} definitions.")
    else:
        days, its = longest_way(held[0].workflow, revote=False).days, held[0].workflow.name
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
    ordinary and the longest way in working days, which is what limits are about, and the longest
    where a re-vote is ordered; the longest in days of the calendar, and when that happens; where
    the time goes, state by state; and what may come beside, each with its own limit: a call-in, a
    challenge, days that staff add, a re-vote.
    Exit code 1 where a definition can take longer than its own limit or, a re-vote apart, the
    body's ([turnaround] limit_working_days).
    """
    settings = settings_from(config)
    calendar = calendar_of(settings)
    held = WorkingDays(calendar)
    span = (day_of(first), day_of(last))
    proofs = [prove(each.workflow, held, *span) for each in chosen(name, settings)]
    others = definitions_on_trial(settings.workflows.directory)
    limit = settings.turnaround.limit_working_days
    against = Against(limit, {name: held.workflow for name, held in others.items()})
    if as_json:
        show_json([proof_value(proof, against) for proof in proofs])
    else:
        tell_proof(proofs, against, calendar, out)
    _leave_if_too_long(proofs, against)


def _leave_if_too_long(proofs: Iterable[Proof], against: Against) -> None:
    over = [says for proof in proofs if (says := against.over(proof))]
    for says in over:
        err.print(f"Refused: {says} Shorten a deadline on this way.", soft_wrap=True, markup=False)
    if over:
        raise typer.Exit(REFUSED)


workflow.command("draw")(draw)
workflow.command("rehearse")(rehearse_workflow)

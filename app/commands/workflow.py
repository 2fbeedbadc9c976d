"""`quorate workflow`: definitions listed, checked, proven, drawn and rehearsed."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.bootstrap import calendar_of, rulebook_of
from app.clock import wall_clock
from app.commands.proving import proof_value, tell_proof
from app.config import Settings
from app.rehearse.plays import Play
from app.rehearse.run import rehearse
from app.rehearse.told import rehearsed_value, tell_rehearsal
from app.terminal import (
    IN_PART,
    REFUSED,
    ConfigOption,
    JsonOption,
    err,
    out,
    read_input,
    reported,
    settings_from,
    show_json,
    working,
)
from engine.errors import Fault, InputFaults, Refused
from engine.proof import Proof, WorkingDays, prove
from engine.turnaround import longest_way, ordinary_way
from workflows.drawing.mermaid import mermaid
from workflows.drawing.plain import plain
from workflows.drawing.svg import svg
from workflows.rulebook import Definition, read_definition
from workflows.trial import definitions_on_trial, is_a_file, named, read_on_trial, sources

workflow = typer.Typer(
    help=(
        "The definitions that decisions run through: TOML files that you may copy and change. "
        "Check a file, prove how long it takes, draw it, rehearse it; then put it in force."
    )
)

NameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME or FILE",
        help="A definition in force by its name, or any .toml file. Default: all in force.",
        show_default=False,
    ),
]
OneArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME or FILE", help="A definition in force by its name, or any .toml file."
    ),
]
_DAY = ["%Y-%m-%d"]


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
    _write(file, content)
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
    if name is not None and is_a_file(name, ()):
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
        typer.Option("--from", formats=_DAY, metavar="DATE", help="The first opening day."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=_DAY, metavar="DATE", help="The last opening day."),
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
    span = (_day(first), _day(last))
    proofs = [prove(each.workflow, held, *span) for each in _chosen(name, settings)]
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


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _chosen(name: str | None, settings: Settings) -> list[Definition]:
    """The definition that is meant, in force or not, whatever its limit; all where none is."""
    if name is not None and is_a_file(name, ()):
        return [read_on_trial(read_input(Path(name)), name)]
    definitions = definitions_on_trial(settings.workflows.directory)
    return [named(name, definitions)] if name is not None else [*definitions.values()]


class Format(StrEnum):
    """How a picture is drawn."""

    TEXT = "text"
    SVG = "svg"
    MERMAID = "mermaid"


_DRAWN = {Format.TEXT: plain, Format.SVG: svg, Format.MERMAID: mermaid}


@workflow.command("draw")
@reported
def draw(
    name: OneArgument,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            metavar="text|svg|mermaid",
            help="Default: text, or by the ending of the file named by -o.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a file instead.", metavar="FILE")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Draw a definition: its states with their days, and what leads from each to the next.

    `text` is for a terminal, `svg` a picture that stands alone (-o FILE.svg), `mermaid` for pages
    that draw it themselves. A solid line is a deadline, a dashed one an act; an end has a double
    border. Moves on the same deadline are tried in the order shown: the first that fits is taken.
    """
    held = _chosen(name, settings_from(config))[0]
    picture = _DRAWN[form or _form_of(output)](held.workflow)
    if output is None:
        out.print(picture, markup=False, soft_wrap=True, end="")
        return
    _write(output, picture.encode())
    out.print(f"Drawn: {output}", markup=False, soft_wrap=True)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        says = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise InputFaults([Fault(str(file), None, says)]) from None


def _form_of(output: Path | None) -> Format:
    endings = {".svg": Format.SVG, ".mmd": Format.MERMAID, ".mermaid": Format.MERMAID}
    return endings.get(output.suffix, Format.TEXT) if output else Format.TEXT


@workflow.command("rehearse")
@reported
def rehearse_workflow(
    name: OneArgument,
    opening: Annotated[
        datetime | None,
        typer.Option(
            "--opening", formats=_DAY, metavar="DATE", help="The pretend opening (default: today)."
        ),
    ] = None,
    play: Annotated[
        Play,
        typer.Option(
            "--play",
            metavar="ordinary|silent|tie|objecting",
            help="How practices and staff behave (default: ordinary).",
            show_default=False,
        ),
    ] = Play.ORDINARY,
    letters: Annotated[
        bool, typer.Option("--letters", help="Show the first letter of each kind, whole.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a pretend decision through a definition, and tell every step and letter with its date.

    A dozen pretend practices, a clock that is set forward, the real rules and the real letters;
    nothing is sent and your database is not touched. The definition need not be in force, so that
    you can try it before you use it.

    Plays: `ordinary`, practices answer and staff act on the working day after they may; `silent`,
    nobody does anything, so that every reminder and escalation is seen; `tie`, as many for as
    against; `objecting`, most practices are against, and staff take the last act offered.
    Exit code 3 where a letter could not be written, or no end was reached.
    """
    settings = settings_from(config)
    held = _chosen(name, settings)[0]
    day = _day(opening) or calendar_of(settings).day_of(wall_clock())
    with working(f"Rehearsing {held.workflow.name} …"):
        done = rehearse(held, settings, play, day)
    if as_json:
        show_json(rehearsed_value(done, letters=letters))
    else:
        tell_rehearsal(done, out, letters=letters)
    if not done.went_well:
        raise typer.Exit(IN_PART)

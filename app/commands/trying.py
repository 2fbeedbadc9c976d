"""`quorate workflow draw` and `rehearse`: a definition looked at and tried before use."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.bootstrap import calendar_of
from app.clock import wall_clock
from app.commands.definitions import DAY, OneArgument, chosen, day_of, write
from app.outputs import require_free
from app.rehearse.plays import Play
from app.rehearse.run import rehearse
from app.rehearse.told import rehearsed_value, tell_rehearsal
from app.terminal import (
    IN_PART,
    ConfigOption,
    ForceOption,
    JsonOption,
    out,
    reported,
    settings_from,
    show_json,
    working,
)
from workflows.drawing.mermaid import mermaid
from workflows.drawing.plain import plain
from workflows.drawing.svg import svg


class Format(StrEnum):
    """How a picture is drawn."""

    TEXT = "text"
    SVG = "svg"
    MERMAID = "mermaid"


_DRAWN = {Format.TEXT: plain, Format.SVG: svg, Format.MERMAID: mermaid}


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
    force: ForceOption = False,
    config: ConfigOption = None,
) -> None:
    """Draw a definition: its states with their days, and what leads from each to the next.

    `text` is for a terminal, `svg` a picture that stands alone (-o FILE.svg), `mermaid` for pages
    that draw it themselves. A solid line is a deadline, a dashed one an act; an end has a double
    border. Moves on the same deadline are tried in the order shown: the first that fits is taken.
    """
    settings = settings_from(config)
    held = chosen(name, settings)[0]
    picture = _DRAWN[form or _form_of(output)](held.workflow)
    if output is None:
        out.print(picture, markup=False, soft_wrap=True, end="")
        return
    require_free(output, settings, config, force=force)
    write(output, picture.encode())
    out.print(f"Drawn: {output}", markup=False, soft_wrap=True)


def _form_of(output: Path | None) -> Format:
    endings = {".svg": Format.SVG, ".mmd": Format.MERMAID, ".mermaid": Format.MERMAID}
    return endings.get(output.suffix, Format.TEXT) if output else Format.TEXT


@reported
def rehearse_workflow(
    name: OneArgument,
    opening: Annotated[
        datetime | None,
        typer.Option(
            "--opening", formats=DAY, metavar="DATE", help="The pretend opening (default: today)."
        ),
    ] = None,
    play: Annotated[
        Play,
        typer.Option(
            "--play",
            metavar="|".join(Play),
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
    against; `objecting`, most practices are against, and committees refuse; `revote`, nobody votes,
    then the chair orders the vote once more; `called-in`, practices raise it to the next route;
    `challenged`, a practice challenges the outcome. Each goes on to its end, the last two along
    another workflow.
    Exit code 3 where a letter could not be written, or no end was reached.
    """
    settings = settings_from(config)
    held = chosen(name, settings)[0]
    day = day_of(opening) or calendar_of(settings).day_of(wall_clock())
    with working(f"Rehearsing {held.workflow.name} …"):
        done = rehearse(held, settings, play, day)
    if as_json:
        show_json(rehearsed_value(done, letters=letters))
    else:
        tell_rehearsal(done, out, letters=letters)
    if not done.went_well:
        raise typer.Exit(IN_PART)

"""`quorate demo`: the main job, start to end, on real practices."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.demo.folder import MOST_PRACTICES, claim_folder, refuse_foreign_settings
from app.demo.record import Unexpected
from app.terminal import (
    IN_PART,
    JsonOption,
    Terminal,
    err,
    reported,
    show_json,
    working,
)

_out, _err = Terminal(markup=True), Terminal(markup=True, stderr=True)
"""The demo tells its tale in styles of its own: what is not its own words is escaped there."""

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C has ended."""


@reported
def demo(
    practices: Annotated[
        int,
        typer.Option("--practices", min=2, max=MOST_PRACTICES, help="Only the first so many."),
    ] = MOST_PRACTICES,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="A new or empty folder (default: a temporary one)."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Leave the site running on the result.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the whole job on the 69 practices of a real CCG, in about a minute.

    Decisions are opened, classified, mailed, commented on, voted on by link and counted, on a clock
    that runs through eight weeks. Letters go to a mail catcher on this machine and no further.
    Needs no network, no set-up, no account.
    """
    refuse_foreign_settings()
    place = claim_folder(folder)
    try:
        well = _play(place, practices, serve=serve, as_json=as_json)
    except KeyboardInterrupt:
        err.print(f"Stopped. What ran so far is in {place}", soft_wrap=True, markup=False)
        raise typer.Exit(INTERRUPTED) from None
    except Unexpected as unexpected:
        says = f"The demo ends here: {unexpected}. What ran so far is in {place}"
        err.print(says, soft_wrap=True, markup=False)
        raise typer.Exit(IN_PART) from None
    if not well:
        raise typer.Exit(IN_PART)


def _play(place: Path, practices: int, *, serve: bool, as_json: bool) -> bool:
    """Play the demo; whether everything came out as it must."""
    with working("Starting …"):  # the web framework is slow to import
        from app.demo.hints import hint  # noqa: PLC0415
        from app.demo.run import Request, run  # noqa: PLC0415
        from app.demo.summary import tell  # noqa: PLC0415
        from app.demo.told import Told, told_value  # noqa: PLC0415

    results: list[Told] = []

    def show(told: Told) -> None:
        results.append(told)
        if as_json:
            show_json(told_value(told))
        else:
            tell(told, _out)
            if not serve:
                hint(told, _out, serving=False)

    def serving(told: Told) -> None:
        if not as_json:
            hint(told, _out, serving=True)

    log, bar = _consoles(quiet=as_json)
    request = Request(place, practices, log, bar)
    try:
        run(request, show, serving if serve else None)
    except KeyboardInterrupt:
        if not results:
            raise
    return not results[0].differed


def _consoles(*, quiet: bool) -> tuple[Console, Console]:
    """Where the tale is told, and where its progress is shown; on a terminal they share one."""
    if quiet:
        silent = Console(quiet=True, stderr=True)
        return silent, silent
    return (_err if _out.is_terminal and _err.is_terminal else _out), _err

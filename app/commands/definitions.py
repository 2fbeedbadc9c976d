"""What the commands on definitions share: which one is meant, days, and files to write."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.config import Settings
from app.terminal import read_input
from engine.errors import Fault, InputFaults
from workflows.rulebook import Definition
from workflows.trial import definitions_on_trial, is_a_file, named, read_on_trial

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
DAY = ["%Y-%m-%d"]
"""How days are typed."""


def day_of(given: datetime | None) -> date | None:
    """The day that was typed, if any."""
    return given.date() if given else None


def chosen(name: str | None, settings: Settings) -> list[Definition]:
    """The definition that is meant, in force or not, whatever its limit; all where none is."""
    if name is not None and is_a_file(name):
        return [read_on_trial(read_input(Path(name)), name)]
    definitions = definitions_on_trial(settings.workflows.directory)
    return [named(name, definitions)] if name is not None else [*definitions.values()]


def write(file: Path, content: bytes) -> None:
    """Write a file. Raises `InputFaults` where it cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as error:
        says = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise InputFaults([Fault(str(file), None, says)]) from None

"""What every command shares: options, one JSON document or words for people, and exit codes.

0 done · 1 refused by a rule · 2 wrong usage or an input file at fault · 3 done in part.
Documents go to standard output; progress, refusals and logs to standard error.
"""

import functools
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console

from app.config import Settings, load_settings
from engine.errors import Fault, InputFaults, Refused
from storage.database import Trouble

REFUSED, AT_FAULT, IN_PART = 1, 2, 3
LARGEST_FILE = 64 * 1024 * 1024

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file (default: config.toml here, if any)."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done, and write nothing.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]

P = ParamSpec("P")
R = TypeVar("R")


def settings_from(config: Path | None) -> Settings:
    """Read the configuration that was named, or config.toml in the working directory if any."""
    return load_settings(config or Path("config.toml"), required=config is not None)


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Turn refusals and input faults into their words and exit codes."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refused as refused:
            leave(refused, as_json=bool(kwargs.get("as_json")))
        except InputFaults as faults:
            leave(faults, as_json=bool(kwargs.get("as_json")))
        except Trouble as error:
            leave(_unusable(error), as_json=bool(kwargs.get("as_json")))

    return wrapped


def _unusable(error: Exception) -> Refused:
    """The database, or the disk, as a refusal: what it said, in one line."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Refused(
        f"The database cannot be used: {said}",
        "Check `storage.url`, the disk, and that the database server runs; nothing was written.",
    )


def leave(why: Refused | InputFaults, *, as_json: bool) -> NoReturn:
    """Say why in the form asked for, and exit with the code that fits."""
    if isinstance(why, Refused):
        if as_json:
            show_json({"refused": why.name, "says": why.says, "remedy": why.help})
        err.print(f"Refused: {why.says} {why.help}", soft_wrap=True, markup=False)
        raise typer.Exit(REFUSED)
    if as_json:
        show_json({"faults": [_fault(fault) for fault in why.faults]})
    for fault in why.faults:
        err.print(str(fault), soft_wrap=True, markup=False)
    raise typer.Exit(AT_FAULT)


def _fault(fault: Fault) -> dict[str, Any]:
    return {"file": fault.file, "line": fault.line, "says": fault.says}


def show_json(value: object) -> None:
    """Print the one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def read_input(path: Path) -> bytes:
    """Read an input file. Raises `InputFaults` where it cannot be read."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputFaults(
                [Fault(str(path), None, "is larger than 64 MB; is it the right file?")]
            )
        return path.read_bytes()
    except OSError as error:
        says = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise InputFaults([Fault(str(path), None, says)]) from None


def read_text(path: Path) -> str:
    """Read a text file. Raises `InputFaults` where it cannot be read, or is not UTF-8."""
    try:
        return read_input(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        says = "is not UTF-8 text; save it as a plain text file"
        raise InputFaults([Fault(str(path), None, says)]) from None


def plain(text: str) -> str:
    """Text that people typed, as a terminal may show it: nothing in it that the terminal obeys.

    Controls (an escape begins a colour, a title, a clipboard), line separators and marks that turn
    the direction of writing are shown as what they are.
    """
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def flowing(text: str) -> str:
    """A docstring as help: each paragraph flows to the terminal's width, a list keeps its lines.

    A bracket is a bracket: help is read as markup, where `[backup]` would be a style.
    """
    plain = inspect.cleandoc(text).replace("[", "\\[")
    return re.sub(r"(?<!\n)\n(?!\n|- )", " ", plain)


@contextmanager
def working(says: str) -> Iterator[None]:
    """Show on a terminal that something is under way."""
    with err.status(says):
        yield

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
from rich.text import Text

from app.config import Settings, load_settings
from engine.errors import Fault, InputFaults, Refused
from storage.database import Trouble

REFUSED, AT_FAULT, IN_PART = 1, 2, 3
LARGEST_FILE = 64 * 1024 * 1024

_OBEYED = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)
"""What a terminal may obey, or what turns a line round: controls (an escape begins a colour, a
title, a clipboard), line separators, direction marks, halves of characters."""


def plain(text: str) -> str:
    """Text that people typed as a terminal may show it: what it would obey is spelt out."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Terminal(Console):
    """A console that obeys nothing that is in the text it is given: made plain here, at the sink.

    Nor does a square bracket mean anything to it unless `markup` says so: styles are arguments.
    """

    def __init__(self, *, markup: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 - its base's
        super().__init__(markup=markup, highlight=False, emoji=False, **kwargs)

    def render_str(self, text: str, **kwargs: Any) -> Text:  # noqa: ANN401 - as its base has them
        """A text, and every cell of a table, as it is about to be put out."""
        return super().render_str(plain(text), **kwargs)


out = Terminal()
err = Terminal(stderr=True)

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
    """Print the one JSON document: what a terminal would obey stands in it as JSON's own escape."""
    sys.stdout.write(plain(json.dumps(value, ensure_ascii=False, indent=2, default=str)) + "\n")


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

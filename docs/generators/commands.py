"""docs/reference/commands.md, from the command line itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from app.cli import app
from docs.generators.markdown import code, page, table

_HEAD = """\
From a clone, `./run quorate` stands for `quorate`. Every command tells the same with `--help`.

Documents and tables go to standard output; progress, refusals and logs to standard error. With
`--json` a command prints one JSON document: [its keys](json.md)."""

_EXITS = (
    (0, "done"),
    (1, "refused by a rule: one line says which rule and what would help; nothing was written"),
    (
        2,
        "wrong usage, or an input file at fault: `file:line: reason`; nothing was written",
    ),
    (3, "done in part; the rest is listed"),
)


def commands() -> str:
    """The page."""
    exits = table(("exit code", "means"), _EXITS)
    told = (_told(name, command) for name, command in walk())
    return page("Commands", _HEAD, exits, *told)


def walk() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    yield from _walk("quorate", typer.main.get_command(app))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own kind
    if not hasattr(command, "commands"):
        yield name, command
        return
    for word, inner in command.commands.items():
        yield from _walk(f"{name} {word}", inner)


def _told(name: str, command: Any) -> str:  # noqa: ANN401 - typer's own kind
    arguments = [p for p in command.params if not _is_option(p)]
    words = " ".join(_shown(p) for p in arguments)
    parts = (
        f"## `{name}`",
        code(" ".join(filter(None, (name, words, "[options]" if command.params else "")))),
        (command.help or "").replace("\b", "").replace("\\[", "[").strip(),
        table(("argument", "what"), [(code(_word(p)), p.help or "") for p in arguments]),
        table(("option", "what"), [_option(p) for p in command.params if _is_option(p)]),
    )
    return "\n\n".join(filter(None, parts))


def _is_option(parameter: Any) -> bool:  # noqa: ANN401 - typer's own kind
    return bool(parameter.opts[0].startswith("-"))


def _shown(argument: Any) -> str:  # noqa: ANN401 - typer's own kind
    return _word(argument) if argument.required else f"[{_word(argument)}]"


def _option(option: Any) -> tuple[str, str]:  # noqa: ANN401 - typer's own kind
    names = ", ".join(code(name) for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" {code(_word(option))}"
    return names + value, (option.help or "").replace("\\[", "[")


def _word(parameter: Any) -> str:  # noqa: ANN401 - typer's own kind
    """What stands for the value: the command's own word, or its kind."""
    if parameter.metavar:
        return str(parameter.metavar)
    if not _is_option(parameter):
        return str(parameter.name).upper()
    return _KINDS.get(parameter.type_descriptor.annotation, "TEXT")


_KINDS: dict[Any, str] = {Path: "PATH", int: "NUMBER"}

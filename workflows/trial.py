"""Definitions to be looked at or tried out: those in force, or any file, in force or not.

Nothing here puts a definition in force. A limit that is exceeded is no fault here, so that whoever
asks for a proof is shown by how much, and where the time goes.
"""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from engine.check import check_workflow
from engine.errors import Fault, InputFaults
from engine.reading import read_workflow
from engine.refusals import NoSuchWorkflow
from workflows.rulebook import Definition, definition_files
from workflows.toml_file import read_toml

_NO_LIMIT = 1_000_000


def read_on_trial(content: bytes, file: str) -> Definition:
    """Read a definition with every check but that of its limit. Raises `InputFaults`."""
    toml = read_toml(content, file)
    workflow = read_workflow(toml.value, file)
    check_workflow(replace(workflow, limit=_NO_LIMIT), file)
    return Definition(workflow, toml.value)


def definitions_on_trial(directory: Path | None) -> dict[str, Definition]:
    """The definitions that are in force, or would be but for their limits, by name."""
    return {name: read for name, (read, _) in _found(directory).items()}


def sources(directory: Path | None) -> dict[str, bytes]:
    """The files of the same definitions, as they were written, by name."""
    return {name: content for name, (_, content) in _found(directory).items()}


def _found(directory: Path | None) -> dict[str, tuple[Definition, bytes]]:
    found: dict[str, tuple[Definition, bytes]] = {}
    faults: list[Fault] = []
    for file in definition_files(directory):
        content = file.read_bytes()
        try:
            read = read_on_trial(content, str(file))
        except InputFaults as error:
            faults.extend(error.faults)
            continue
        found[read.workflow.name] = read, content
    if faults:
        raise InputFaults(faults)
    return dict(sorted(found.items()))


def is_a_file(word: str) -> bool:
    """Whether a word stands for a file: it has an ending or a folder, as no name in force has."""
    return Path(word).suffix != "" or "/" in word or "\\" in word


Held = TypeVar("Held")


def named(word: str, definitions: Mapping[str, Held]) -> Held:
    """What is held under this name. Raises `NoSuchWorkflow` with the nearest one there is."""
    if word in definitions:
        return definitions[word]
    near = get_close_matches(word, definitions, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    known = ", ".join(definitions)
    raise NoSuchWorkflow(f"No definition is called {word!r}.{hint} In force: {known}.")

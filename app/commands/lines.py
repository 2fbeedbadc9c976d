"""Reading many decisions from a .jsonl file: one JSON object a line, every faulty line named."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from engine.errors import Fault, InputFaults

Line = dict[str, Any]
Read = TypeVar("Read")


def read_lines(content: bytes, file: str, read: Callable[[Line, int], Read]) -> list[Read]:
    """Read each line that is not empty. Raises `InputFaults` with the faults of all lines.

    Lines end with a line feed and nothing else: JSON may hold the other separators in its texts.
    """
    found: list[Read] = []
    faults: list[Fault] = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(read(_object(line, file, number), number))
        except InputFaults as error:
            faults.extend(error.faults)
    if faults:
        raise InputFaults(faults)
    return found


def _object(line: str, file: str, number: int) -> Line:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise InputFaults([Fault(file, number, f"is not JSON: {error}")]) from None
    except RecursionError:
        raise InputFaults([Fault(file, number, "is nested too deeply to be a decision")]) from None
    if not isinstance(raw, dict):
        raise InputFaults([Fault(file, number, "should be one JSON object")])
    if "\\ud" in line.lower() and not _whole(raw):
        raise InputFaults(
            [Fault(file, number, "holds half a character; write it out, or leave it")]
        )
    return raw


def _whole(raw: Line) -> bool:
    """Whether its texts can be written at all: half of a surrogate pair cannot."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True

"""A TOML file with the line of each of its keys, so that a fault can be shown where it is."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Fault, InputFaults

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The value, and where each `table.key` (or table) first stands."""

    file: str
    value: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, key: str, says: str) -> Fault:
        """A fault at a key, or at the nearest table above it that has a line."""
        path = key
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return Fault(self.file, self.lines.get(path, 1), says)


def read_toml(content: bytes, file: str) -> TomlFile:
    """Read TOML. Raises `InputFaults` naming the line of a syntax fault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputFaults([Fault(file, line, "is not UTF-8 text; save it as UTF-8")]) from None
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        says = _AT_LINE.sub("", str(error)).strip()
        raise InputFaults([Fault(file, line, f"is not valid TOML: {says}")]) from None
    return TomlFile(file, value, dict(_places(text)))


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Each key's line. Lines within a multi-line text are passed over."""
    table, fence, seen = "", None, set[str]()
    for number, line in enumerate(text.split("\n"), 1):
        if fence is None and (header := _HEADER.match(line)):
            table, key = header[1], header[1]
        elif fence is None and (match := _KEY.match(line)):
            name = match[1].strip('"')
            key = f"{table}.{name}" if table else name
        else:
            key = ""
        if key and key not in seen:
            seen.add(key)
            yield key, number
        fence = _fence_after(line, fence)


def _fence_after(line: str, fence: str | None) -> str | None:
    """Which multi-line quote is open at the end of this line."""
    for quote in ('"""', "'''"):
        if fence in {None, quote} and line.count(quote) % 2:
            return None if fence else quote
    return fence

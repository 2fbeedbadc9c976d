"""A TOML file with the line of each of its keys, so that a fault can be shown where it is."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Fault, InputFaults

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The value, and where each `table.key` (or table) first stands.

    A key of the third `[[votes]]` table is `votes[2].key`; plain `votes.key` is the first such.
    """

    file: str
    value: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, key: str, says: str) -> Fault:
        """A fault at a key, or at the nearest table above it that has a line."""
        path = key
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        path = path or key.partition("[")[0]
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
    tables: tuple[str, ...] = ("",)
    fence, seen = None, set[str]()
    counted = Counter[str]()
    for number, line in enumerate(text.split("\n"), 1):
        keys: tuple[str, ...] = ()
        if fence is None and (header := _HEADER.match(line)):
            tables = keys = _table(header[1], header[2], counted)
        elif fence is None and (match := _KEY.match(line)):
            name = match[1].strip('"')
            keys = tuple(f"{table}.{name}" if table else name for table in tables)
        for key in keys:
            if key not in seen:
                seen.add(key)
                yield key, number
        fence = _fence_after(line, fence)


def _table(bracket: str, name: str, counted: Counter[str]) -> tuple[str, ...]:
    """What a table is called: one of several by its place among them too, from 0."""
    if bracket == "[":
        return (name,)
    counted[name] += 1
    return name, f"{name}[{counted[name] - 1}]"


def _fence_after(line: str, fence: str | None) -> str | None:
    """Which multi-line quote is open at the end of this line."""
    for quote in ('"""', "'''"):
        if fence in {None, quote} and line.count(quote) % 2:
            return None if fence else quote
    return fence

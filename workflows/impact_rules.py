"""The impact table between its file, its plain value and `engine.impact.Table`.

The file that ships, `impact.toml`, explains itself at its head. The plain value has the file's own
shape; its digest names the table, and a decision keeps the table that it was opened with.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.errors import Fault, InputFaults
from engine.impact import (
    BODIES,
    HIT_POLICY,
    Case,
    Check,
    Condition,
    Involvement,
    Level,
    Route,
    Rule,
    Table,
)
from workflows.impact_reading import Entry, Source, unknown

SHIPPED = Path(__file__).with_name("impact.toml")
"""The table that ships."""

_HEAD = ("name", "title", "hit_policy")
_FITS = ("when", "any", "unless")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "rules": (
        *("id", "title", *_FITS, "level", "route"),
        *("involve", "because", "source", "ask", "in_doubt"),
    ),
    "involvements": ("id", "title", *_FITS, "involve", "because", "source"),
    "checks": ("id", "title", *_FITS, "ask", "in_doubt"),
}
_LINE = re.compile(r"at line (\d+)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def load_impact(text: str, file: str) -> Table:
    """Read a table file. Raises InputFaults with file, line, key and remedy of every fault."""
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        fault = Fault(file, int(line[1]) if line else None, f"not TOML: {error}")
        raise InputFaults([fault]) from error
    return _read(value, Source(file, text))


def table_from_value(value: Mapping[str, Any], file: str = "the impact table") -> Table:
    """Read a table back from its plain value. Raises InputFaults as `load_impact` does."""
    return _read(value, Source(file, ""))


def impact_value(table: Table) -> dict[str, Any]:
    """Give the plain value that a digest names: `table_from_value` gives the same table again."""
    return {
        "impact": {"name": table.name, "title": table.title, "hit_policy": HIT_POLICY},
        "rules": [_plain(rule, "rules") for rule in table.rules],
        "involvements": [_plain(each, "involvements") for each in table.involvements],
        "checks": [_plain(check, "checks") for check in table.checks],
    }


def _plain(entry: Rule | Involvement | Check, kind: str) -> dict[str, Any]:
    held = {key: getattr(entry, key) for key in _KEYS[kind] if key not in _FITS}
    plain = {k: list(map(str, v)) if isinstance(v, tuple) else str(v) for k, v in held.items()}
    cases = {"any": entry.when.any_of, "unless": entry.when.unless}
    fits: dict[str, Any] = {key: [_plain_case(c) for c in held] for key, held in cases.items()}
    fits["when"] = _plain_case(entry.when.when)
    return {key: filled for key, filled in {**plain, **fits}.items() if filled}


def _plain_case(case: Case) -> dict[str, Any]:
    return {condition.fact: _plain_condition(condition) for condition in case}


def _plain_condition(condition: Condition) -> object:
    if condition.one_of:
        words = list(condition.one_of)
        return words[0] if len(words) == 1 else words
    asked = {key: getattr(condition, key) for key in ("at_least", "at_most", "stated")}
    return {key: value for key, value in asked.items() if value is not None}


def _read(value: Mapping[str, Any], source: Source) -> Table:
    known = ("impact", *_KEYS)
    for key in value:
        if key not in known:
            source.fault(key, unknown("table", key, known))
    head = Entry(source, "[impact]", 1, value.get("impact"))
    head.only(_HEAD)
    if head.value.get("hit_policy") != HIT_POLICY:
        head.fault("hit_policy", f'should be "{HIT_POLICY}": the first rule that fits wins')
    table = Table(
        name=head.text("name"),
        title=head.text("title"),
        rules=tuple(_rule(entry) for entry in _entries(value, "rules", source)),
        involvements=tuple(_involvement(e) for e in _entries(value, "involvements", source)),
        checks=tuple(_check(entry) for entry in _entries(value, "checks", source)),
    )
    _note_names_used_twice(table, source)
    source.settle()  # an entry with a fault has lost its conditions and would seem to fit always
    _note_rules_that_never_win(table.rules, source)
    source.settle()
    return table


def _entries(value: Mapping[str, Any], kind: str, source: Source) -> Iterator[Entry]:
    tables = value.get(kind, [])
    if not isinstance(tables, list):
        source.fault(kind, f"should be a list of tables; begin each with [[{kind}]]")
        return
    for nth, table in enumerate(tables, 1):
        entry = Entry(source, f"[[{kind}]]", nth, table)
        entry.only(_KEYS[kind])
        if not _NAME.fullmatch(str(entry.value.get("id", ""))):
            entry.fault("id", "is missing or no name; small letters, digits and _ make a name")
        yield entry


def _rule(entry: Entry) -> Rule:
    return Rule(
        id=str(entry.value.get("id", "")),
        title=entry.text("title"),
        when=entry.when(),
        level=entry.word("level", Level),
        route=entry.word("route", Route),
        because=entry.text("because"),
        source=entry.text("source"),
        involve=entry.words("involve", BODIES),
        ask=entry.text("ask", required=False),
        in_doubt=entry.routes(),
    )


def _involvement(entry: Entry) -> Involvement:
    return Involvement(
        id=str(entry.value.get("id", "")),
        title=entry.text("title"),
        when=entry.when(),
        involve=entry.words("involve", BODIES),
        because=entry.text("because"),
        source=entry.text("source"),
    )


def _check(entry: Entry) -> Check:
    return Check(
        id=str(entry.value.get("id", "")),
        title=entry.text("title"),
        when=entry.when(),
        ask=entry.text("ask"),
        in_doubt=entry.routes(),
    )


def _note_names_used_twice(table: Table, source: Source) -> None:
    kinds: Mapping[str, tuple[Rule | Involvement | Check, ...]] = {
        "rules": table.rules,
        "involvements": table.involvements,
        "checks": table.checks,
    }
    seen: set[str] = set()
    for kind, entries in kinds.items():
        for nth, entry in enumerate(entries, 1):
            if entry.id and entry.id in seen:
                line = source.line_of(f"[[{kind}]]", nth, "id")
                source.fault(f"[[{kind}]] {entry.id} id", "is used twice; rename one", line)
            seen.add(entry.id)


def _note_rules_that_never_win(rules: tuple[Rule, ...], source: Source) -> None:
    for nth, rule in enumerate(rules, 1):
        above = next((each for each in rules[: nth - 1] if each.when.covers(rule.when)), None)
        if above:
            line = source.line_of("[[rules]]", nth, "id")
            says = f"can never win: {above.id} above it fits first; move it up, or remove it"
            source.fault(f"[[rules]] {rule.id}", says, line)
    if not rules or not rules[-1].when.always:
        line = source.line_of("[[rules]]", len(rules), "id")
        source.fault("[[rules]]", "end with a rule without conditions, for all the rest", line)

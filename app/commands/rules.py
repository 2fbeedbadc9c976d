"""`quorate classify` and `quorate workflow`: the rules, tried out and checked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.bootstrap import rulebook_of
from app.terminal import (
    ConfigOption,
    JsonOption,
    out,
    read_input,
    reported,
    settings_from,
    show_json,
)
from engine.errors import Fault, InputFaults
from engine.facts import read_facts
from engine.impact import Classification, Level, Route
from engine.impact import Table as ImpactTable
from engine.impact import classify as find
from engine.turnaround import longest_way, ordinary_way
from workflows.confusion import Label, confuse, describe
from workflows.decision_file import read_decision_file
from workflows.rulebook import read_definition

workflow = typer.Typer(help="The definitions that decisions run through.")

Row = tuple[dict[str, Any], Classification]


@reported
def classify(
    file: Annotated[Path, typer.Argument(help="A decision (.toml), or many (.jsonl).")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which practices must be involved, by the facts: level, route, the rules that fired.

    `ask` marks where a person should look. A .jsonl file whose rows carry labels (impact_level,
    route, label_confidence) is compared with them, in a confusion table.
    """
    table = rulebook_of(settings_from(config)).impact
    content = read_input(file)
    if file.suffix == ".jsonl":
        rows = _classify_lines(content, str(file), table)
        values = [_value(raw, found) for raw, found in rows]
        if as_json:
            show_json(values)
        else:
            _tell_many(rows)
        return
    decision = read_decision_file(content, str(file), to_open=False)
    found = find(decision.facts, table)
    value = _value({"title": decision.title}, found)
    if as_json:
        show_json(value)
    else:
        _tell_one(value, found)


def _classify_lines(content: bytes, file: str, table: ImpactTable) -> list[Row]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            raw = _object(line, file, number)
            rows.append((raw, find(read_facts(raw["facts"], file, number), table)))
        except InputFaults as error:
            faults.extend(error.faults)
    if faults:
        raise InputFaults(faults)
    return rows


def _object(line: str, file: str, number: int) -> dict[str, Any]:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise InputFaults([Fault(file, number, f"is not JSON: {error}")]) from None
    if not isinstance(raw, dict) or not isinstance(raw.get("facts"), dict):
        raise InputFaults([Fault(file, number, 'should be an object with "facts"')])
    return raw


def _value(raw: dict[str, Any], found: Classification) -> dict[str, Any]:
    return {
        **({"id": raw["id"]} if "id" in raw else {}),
        "title": raw.get("title", ""),
        "level": str(found.level),
        "route": str(found.route),
        "ask": found.ask,
        "reasons": [{"rule": f.rule, "because": f.because} for f in found.fired],
        "involve": list(found.involve),
        "asks": list(found.asks),
    }


def _tell_one(value: dict[str, Any], found: Classification) -> None:
    out.print(value["title"], style="bold", markup=False)
    out.print(f"level {value['level']}, route {value['route']}", markup=False)
    for reason in value["reasons"]:
        out.print(f"  {reason['rule']}: {reason['because']}", markup=False, soft_wrap=True)
    if value["involve"]:
        out.print(f"  also involve: {', '.join(value['involve'])}", markup=False)
    for ask in value["asks"]:
        out.print(f"  please look: {ask}", style="yellow", markup=False, soft_wrap=True)
    if found.ask:
        says = f"Opened like this, it would go by {found.highest_in_doubt}."
        out.print(says, markup=False)


def _tell_many(rows: list[Row]) -> None:
    pairs = [(label, found) for raw, found in rows for label in _label(raw)]
    if pairs:
        out.print(describe(confuse(pairs)), markup=False)
        return
    table = Table("title", "level", "route", "ask", box=None)
    for raw, found in rows:
        title = str(raw.get("title", ""))
        table.add_row(title, str(found.level), str(found.route), "yes" if found.ask else "")
    out.print(table)


def _label(raw: dict[str, Any]) -> Iterator[Label]:
    """The row's label, where it carries a whole one."""
    level, route = raw.get("impact_level"), raw.get("route")
    if level in set(Level) and route in set(Route):
        yield Label(
            str(raw.get("id", "")),
            Level(level),
            Route(route),
            str(raw.get("label_confidence", "high")),
        )


@workflow.command("list")
@reported
def list_workflows(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the definitions, with the ordinary and the longest way through each."""
    book = rulebook_of(settings_from(config))
    values = [
        {
            "name": name,
            "title": held.workflow.title,
            "ordinary_days": ordinary_way(held.workflow).days,
            "longest_days": longest_way(held.workflow).days,
            "limit_days": held.workflow.limit,
        }
        for name, held in sorted(book.definitions.items())
    ]
    if as_json:
        show_json(values)
        return
    table = Table("name", "title", "ordinary", "longest", "limit (working days)", box=None)
    for each in values:
        table.add_row(*(str(cell) for cell in each.values()))
    out.print(table)


@workflow.command("check")
@reported
def check(
    file: Annotated[Path | None, typer.Argument(help="Default: all in force.")] = None,
    config: ConfigOption = None,
) -> None:
    """Check a definition, or all that are in force: each fault in a sentence, with its key."""
    if file is None:
        book = rulebook_of(settings_from(config))
        out.print(f"No fault in {len(book.definitions)} definitions.")
        return
    read = read_definition(read_input(file), str(file))
    days = longest_way(read.workflow).days
    out.print(f"No fault in {read.workflow.name}: its longest way takes {days} working days.")

"""`quorate classify` and `quorate workflow`: the rules, tried out and checked."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.bootstrap import rulebook_of
from app.commands.lines import Line, read_lines
from app.commands.routes import Row, classified, tell_many, tell_one
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
from engine.impact import Table as ImpactTable
from engine.impact import classify as find
from engine.turnaround import longest_way, ordinary_way
from workflows.decision_file import read_decision_file
from workflows.rulebook import read_definition

workflow = typer.Typer(help="The definitions that decisions run through.")


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
        rows = read_lines(
            content, str(file), lambda raw, number: _classify_line(raw, str(file), number, table)
        )
        values = [classified(raw, found) for raw, found in rows]
        if as_json:
            show_json(values)
        else:
            tell_many(rows)
        return
    decision = read_decision_file(content, str(file))
    found = find(decision.facts, table)
    value = classified({"title": decision.title}, found)
    if as_json:
        show_json(value)
    else:
        tell_one(value, found)


def _classify_line(raw: Line, file: str, number: int, table: ImpactTable) -> Row:
    if not isinstance(raw.get("facts"), dict):
        raise InputFaults([Fault(file, number, 'should be an object with "facts"')])
    return raw, find(read_facts(raw["facts"], file, number), table)


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

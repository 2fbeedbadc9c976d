"""`quorate classify`: the impact rules, tried out."""

from pathlib import Path
from typing import Annotated

import typer

from app.bootstrap import rulebook_of
from app.commands.lines import Line, read_lines
from app.commands.routes import Row, classified, tell_many, tell_one
from app.terminal import (
    ConfigOption,
    JsonOption,
    read_input,
    reported,
    settings_from,
    show_json,
)
from engine.errors import Fault, InputFaults
from engine.facts import read_facts
from engine.impact import Table as ImpactTable
from engine.impact import classify as find
from workflows.decision_file import read_decision_file


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
    decision = read_decision_file(content, str(file), to_open=False)
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

"""What `classify` and `suggest` say alike: level and route, as JSON and in words."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from app.commands.lines import Line
from app.terminal import out
from engine.impact import Classification, Level, Route
from workflows.confusion import Label, confuse, describe

Row = tuple[Line, Classification]
"""A line as it was given, and what the table makes of it."""


def classified(raw: Line, found: Classification) -> dict[str, Any]:
    """The keys that both commands print."""
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


def tell_one(value: dict[str, Any], found: Classification) -> None:
    """Tell one decision's level, route, reasons and questions."""
    out.print(value["title"], style="bold", markup=False)
    out.print(f"level {value['level']}, route {value['route']}", markup=False)
    for reason in value["reasons"]:
        out.print(f"  {reason['rule']}: {reason['because']}", markup=False, soft_wrap=True)
    if value["involve"]:
        out.print(f"  also involve: {', '.join(value['involve'])}", markup=False, soft_wrap=True)
    for ask in value["asks"]:
        out.print(f"  please look: {ask}", style="yellow", markup=False, soft_wrap=True)
    if found.ask:
        says = f"Opened like this, it would go by {found.highest_in_doubt}."
        out.print(says, markup=False)


def tell_many(rows: list[Row]) -> None:
    """Tell many: a confusion table where lines carry labels, else a line each."""
    pairs = [(label, found) for raw, found in rows for label in _label(raw)]
    if pairs:
        out.print(describe(confuse(pairs)), markup=False)
        return
    table = Table("title", "level", "route", "ask", box=None)
    for raw, found in rows:
        title = str(raw.get("title", ""))
        table.add_row(title, str(found.level), str(found.route), "yes" if found.ask else "")
    out.print(table)


def _label(raw: Line) -> Iterator[Label]:
    """The row's label, where it carries a whole one."""
    level, route = raw.get("impact_level"), raw.get("route")
    if level in list(Level) and route in list(Route):
        yield Label(
            str(raw.get("id", "")),
            Level(level),
            Route(route),
            str(raw.get("label_confidence", "high")),
        )

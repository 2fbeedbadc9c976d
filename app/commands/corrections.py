"""`quorate people corrections`: what practices asked to have put right, looked at by staff."""

from typing import Annotated, Any

import typer
from rich.table import Table

from app.commands.actors import AsOption, actor_of
from app.session import opened
from app.terminal import ConfigOption, JsonOption, out, reported, show_json
from workflows.corrections import Shown
from workflows.file_texts import clean
from workflows.instants import instant_json

corrections = typer.Typer(
    help="What practices ask to have corrected about their people: look, accept, refuse."
)

NumberArgument = Annotated[str, typer.Argument(help="Its number, as `list` shows it.")]

_NOBODY = "Nobody would be left to write to at {practice}: RED until somebody is named."


@corrections.command("list")
@reported
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Those already ruled on too.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """The corrections that wait for you, oldest first.

    Practices ask for them on their own page. Nothing changes, and no link stops working, until
    you accept one.
    """
    with opened(config) as app:
        found = app.corrections.listed(ruled_too=all_)
    if as_json:
        show_json([_value(each) for each in found])
    elif found:
        table = Table("number", "practice", "asked for", "state", box=None, header_style="bold")
        for each in found:
            held = each.correction
            told = " ".join(each.says)
            told += f" {_NOBODY.format(practice=held.practice)}" if each.leaves_nobody else ""
            style = "bold red" if each.leaves_nobody else ""
            table.add_row(held.id, held.practice, told, str(held.status), style=style)
        out.print(table)
    else:
        out.print("No correction waits.")


@corrections.command("show")
@reported
def show(number: NumberArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """One correction in full: what changes, who asked by whose link, what stands in its way."""
    with opened(config) as app:
        _tell(app.corrections.show(number), as_json=as_json)


@corrections.command("accept")
@reported
def accept(
    number: NumberArgument,
    reason: Annotated[str, typer.Option("--reason", help="Words for the practice.")] = "",
    as_: AsOption = None,
    although_nobody_is_left: Annotated[
        bool,
        typer.Option("--although-nobody-is-left", help="Also where it leaves nobody to write to."),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a correction hold: the register changes, links follow, old and new address are told.

    Ring the practice first, on a number you know already, where an address, a telephone or a voter
    changes: whoever holds a forwarded link can ask for it.
    """
    with opened(config) as app:
        done = app.corrections.accept(
            number,
            actor_of(app, as_),
            clean(reason),
            although_nobody_is_left=although_nobody_is_left,
        )
    _tell(done, as_json=as_json)


@corrections.command("refuse")
@reported
def refuse(
    number: NumberArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; the practice is told it.")] = "",
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave the register as it is, and tell every contact of the practice why."""
    with opened(config) as app:
        done = app.corrections.refuse(number, actor_of(app, as_), clean(reason))
    _tell(done, as_json=as_json)


def _value(shown: Shown) -> dict[str, Any]:
    held = shown.correction
    return {
        "number": held.id,
        "practice": held.practice,
        "kind": held.kind,
        "status": str(held.status),
        "says": list(shown.says),
        "asked_by": shown.by,
        "asked_at": instant_json(held.asked_at),
        "decision": held.decision,
        "note": shown.note,
        "also_holds": [{"practice": code, "role": role} for code, role in shown.also],
        "leaves_nobody": shown.leaves_nobody,
        "obstacle": shown.obstacle,
        "ruled_at": instant_json(held.ruled_at) if held.ruled_at else None,
        "ruled_by": held.ruled_by,
        "reason": shown.reason,
    }


def _tell(shown: Shown, *, as_json: bool) -> None:
    value = _value(shown)
    if as_json:
        show_json(value)
        return
    out.print(f"{value['number']}  {value['practice']}  {value['status']}", style="bold")
    for line in shown.says:
        out.print(f"  {line}", markup=False)
    out.print(f"  asked for by  {shown.by}, {value['asked_at']}", markup=False)
    for name in ("note", "reason"):
        if value[name]:
            out.print(f"  {name}  {value[name]}", markup=False)
    for also in value["also_holds"]:
        where = also["practice"] or "the body"
        out.print(f"  also  {also['role']} of {where}: that changes with it", markup=False)
    if shown.leaves_nobody:
        says = _NOBODY.format(practice=value["practice"])
        out.print(f"  {says}", markup=False, style="bold red")
    if shown.obstacle:
        out.print(f"  cannot be accepted: {shown.obstacle}", markup=False, style="red")

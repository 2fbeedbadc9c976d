"""`quorate letters parked`, `retry`, `give-up`: letters that cannot be written or handed over."""

from typing import Annotated

import typer

from app.commands.actors import AsOption, actor_of
from app.session import opened
from app.terminal import ConfigOption, JsonOption, out, reported, show_json
from engine.errors import Refused
from engine.shares import counted
from storage.parked_letters import owe_parked, parked_letters
from workflows.file_texts import clean

NumbersArgument = Annotated[
    list[int] | None,
    typer.Argument(metavar="[NUMBER]…", help="Numbers of letters, as `letters parked` has them."),
]
AllOption = Annotated[bool, typer.Option("--all", help="All letters that are parked.")]


class NoneParked(Refused):
    """No such letters are parked."""

    remedy = "Look at `quorate letters parked`, and name letters by number, or say --all."


@reported
def parked(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List letters that could not be written or handed over as they are, each with the reason.

    The others went on. Take away what stood in its way (an address, a template of your own), then
    `quorate letters retry NUMBER`; or ring the practice, and `quorate letters give-up NUMBER`.
    """
    with opened(config) as app, app.store.database.reading() as reading:
        found = parked_letters(reading)
    if as_json:
        show_json(
            [
                {
                    "number": each.id,
                    "decision": each.decision,
                    "letter": each.letter,
                    "practice": each.practice,
                    "says": each.reason,
                }
                for each in found
            ]
        )
        return
    for each in found:
        place = f"{each.id}  {each.decision}  {each.letter}  {each.practice}".rstrip()
        out.print(f"{place}: {each.reason}", markup=False, soft_wrap=True)
    if not found:
        out.print("No letters are parked.")


@reported
def retry(
    numbers: NumbersArgument = None,
    every: AllOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Owe parked letters again: they are written anew, and go with the next tick."""
    chosen = _chosen(numbers, every=every)
    with opened(config) as app, app.store.database.writing() as writing:
        number = owe_parked(writing, chosen, app.clock.now())
        _require(number, chosen)
    if as_json:
        show_json({"owed_again": number})
        return
    out.print(f"Owed again: {counted(number, 'letters')}; to go with the next tick.")


@reported
def give_up(
    numbers: NumbersArgument = None,
    every: AllOption = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record, sealed.")] = "",
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Never send these parked letters. Each has a leaf, which says who gave it up and why."""
    chosen = _chosen(numbers, every=every)
    with opened(config) as app:
        actor, office = actor_of(app, as_), app.office()
        with app.store.database.reading() as reading:
            there = [each.id for each in parked_letters(reading)]
        _require(sum(not chosen or each in chosen for each in there), chosen)
        number = app.desk.drop(
            lambda writing: office.drop_parked(writing, chosen), clean(reason), actor
        )
    if as_json:
        show_json({"given_up": number})
        return
    out.print(f"Given up: {counted(number, 'letters')}, never to be sent.")


def _chosen(numbers: list[int] | None, *, every: bool) -> frozenset[int]:
    """The letters meant; empty for all. Nothing named means nothing, not everything."""
    if bool(numbers) is every:
        both = "Letters are named, and --all as well" if every else "No letters are named"
        raise NoneParked(f"{both}.")
    return frozenset(numbers or ())


def _require(number: int, chosen: frozenset[int]) -> None:
    """All that were named are parked, or nothing is done."""
    if not number or number < len(chosen):
        raise NoneParked("No such letters are parked.")

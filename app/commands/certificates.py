"""`quorate decision certificate` and `phone-list`: the proof of notice, and whom to ring."""

from typing import Annotated

import typer
from rich.text import Text

from app.bootstrap import App
from app.commands.decisions import ReferenceArgument
from app.session import opened
from app.terminal import ConfigOption, JsonOption, out, plain, reported, show_json
from engine.errors import Fault, InputFaults
from workflows.certificate import Certificate, Source, certify
from workflows.certificate_document import document, value
from workflows.phone_list import ToRing, phone_list

PracticeOption = Annotated[
    str, typer.Option("--practice", help="Of this practice alone.", metavar="CODE")
]


@reported
def certificate(
    reference: ReferenceArgument,
    practice: PracticeOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the notice certificate: what became of every letter to each practice.

    Owed, tried, accepted by the next mail server (with its words), refused or come back, page
    opened, answered: each with its leaf, and the checkpoint by which it can be checked against an
    audit bundle. It says too what it cannot show. It holds names and addresses: keep it so.
    """
    with opened(config) as app:
        made = _certified(app, reference, practice.strip().upper())
        text = document(made, app.settings.organisation.name, app.rulebook.calendar)
    if as_json:
        show_json(value(made))
    else:
        out.print(text, end="", markup=False, highlight=False, soft_wrap=True)


@reported
def phone_numbers(
    reference: ReferenceArgument, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the practices that no letter has reached, with the numbers to ring.

    Numbers come from `quorate people import` (the column phone). What was said on the telephone is
    put on record by `quorate decision act REF reached --practice CODE --reason "…"`.
    """
    with opened(config) as app:
        made = _certified(app, reference, "")
        with app.store.database.reading() as reading:
            found = phone_list(reading, made)
    if as_json:
        show_json([_value(each) for each in found])
    else:
        _tell(reference, found)


def _certified(app: App, reference: str, practice: str) -> Certificate:
    checkpoint = app.store.sealer.newest()
    with app.store.database.reading() as reading:
        source = Source(reading, app.store.keys, app.library, checkpoint, app.clock.now())
        made = certify(source, reference, practice or None)
    if practice and not made.practices:
        raise InputFaults([Fault("--practice", None, f"{practice} is not on {reference}'s roll")])
    return made


def _value(each: ToRing) -> dict[str, object]:
    people = [{"name": p.name, "role": p.role, "phone": p.phone} for p in each.people]
    return {
        "practice": each.practice,
        "name": each.name,
        "noted_leaf": each.noted,
        "people": people,
    }


def _tell(reference: str, found: tuple[ToRing, ...]) -> None:
    for each in found:
        line = Text.assemble((each.practice, "bold red"), "  ", plain(each.name))
        out.print(line, soft_wrap=True)
        for person in each.people:
            number = person.phone or "no number known"
            out.print(f"  {person.name}, {person.role}: {number}", markup=False, soft_wrap=True)
        if not each.people:
            out.print("  nobody is known here: ask the practice's switchboard", soft_wrap=True)
    if found:
        act = f'quorate decision act {reference} reached --practice CODE --reason "…"'
        out.print(f"Record each call: {act}", markup=False, soft_wrap=True)
    else:
        out.print("Every practice has been reached, or a letter to it is still under way.")

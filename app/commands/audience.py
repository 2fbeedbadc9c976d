"""`quorate decision audience`: whom the next reminder goes to, before it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.commands.decisions import ReferenceArgument
from app.session import opened
from app.terminal import ConfigOption, JsonOption, out, reported, show_json
from engine.naming import role_words
from engine.shares import counted
from engine.working_days import Calendar
from workflows.audience import next_audience


@reported
def audience(
    reference: ReferenceArgument, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Show whom the next reminder goes to, when, and why each other practice gets none.

    The rules that will owe the letter are asked, so what is shown is what is sent: only an answer,
    a ruling or a correction that comes before then changes it. Beside it stand the letters that go
    to the lead of a locality, the secretary or the chair. Writes nothing.
    """
    with opened(config) as app, app.store.database.reading() as reading:
        store, now = app.store, app.clock.now()
        value = next_audience(reading, store.keys, app.library, reference, now)
        calendar = app.rulebook.calendar
    if as_json:
        show_json(value)
    else:
        _tell(value, calendar)


def _tell(value: Mapping[str, Any], calendar: Calendar) -> None:
    if value["at"] is None:
        out.print("No reminder is to come.")
    else:
        when = calendar.words(datetime.fromisoformat(value["at"]))
        letters = counted(value["letters"], "letters")
        number = f"{letters} to {counted(len(value['to']), 'practices')}"
        out.print(f"The next reminder: {when}; {number}.", style="bold", markup=False)
    for each in value["to"]:
        people = ", ".join(map(_person, each["people"]))
        out.print(f"  {each['practice']}  {each['name']}: {people}", markup=False, soft_wrap=True)
    for each in value["beside"]:
        who = f"the lead of {each['locality']}" if each["locality"] else role_words(each["role"])
        names = ", ".join(each["people"]) or "nobody holds that post"
        silent = len(each["practices"])
        about = f"about {'a silent practice' if silent == 1 else f'{silent} silent practices'}"
        says = f"  {each['letter']} to {who} ({names}), {about}"
        out.print(says, markup=False, soft_wrap=True)
    if value["not"]:
        out.print("Not reminded:", style="bold")
    for each in value["not"]:
        says = f"  {each['practice']}  {each['name']} {each['why']}"
        out.print(says, style="dim", markup=False, soft_wrap=True)


def _person(person: Mapping[str, Any]) -> str:
    lost = "" if person["link"] else ", no link any more, so no letter"
    return f"{person['name']} ({person['role']}{lost})"

"""A rehearsal as it is shown: day by day for people, or as JSON."""

from itertools import groupby
from typing import Any

from rich.console import Console

from app.rehearse.notes import Note
from app.rehearse.run import Rehearsed
from engine.working_days import Calendar, clock_words, day_words
from workflows.instants import instant_json


def rehearsed_value(done: Rehearsed, *, letters: bool) -> dict[str, Any]:
    """A rehearsal as `--json` prints it."""
    workflow = done.definition.workflow
    return {
        "name": workflow.name,
        "play": str(done.play),
        "opened_at": instant_json(done.opened_at),
        "notes": [_value(note) for note in done.notes],
        "result": done.result,
        "ended_at": instant_json(done.ended_at) if done.ended_at else None,
        "working_days": done.working_days,
        "limit_days": workflow.limit,
        "workflows": [{"name": road.name, "limit_days": road.limit} for road in done.roads],
        **({"letters": [_letter(done, name) for name in done.letters]} if letters else {}),
    }


def _value(note: Note) -> dict[str, Any]:
    held = {"at": instant_json(note.at), "what": note.what, "words": note.words}
    if note.letter is None:
        return held
    return {**held, "letter": note.letter.name, "number": note.number}


def _letter(done: Rehearsed, name: str) -> dict[str, str]:
    letter = done.letters[name]
    return {
        "letter": letter.name,
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
    }


def tell_rehearsal(done: Rehearsed, out: Console, *, letters: bool) -> None:
    """Day by day what happened, how it ended, and the letters if they are asked for."""
    workflow, calendar = done.definition.workflow, done.calendar
    head = f"A rehearsal of {workflow.name}, {done.play}: pretend practices, no letter leaves."
    out.print(head, style="bold", markup=False, soft_wrap=True)
    for day, notes in groupby(done.notes, lambda note: calendar.day_of(note.at)):
        out.print(f"\n{day_words(day)}", style="bold")
        _tell_day(list(notes), calendar, out)
    out.print()
    out.print(_end(done), style="bold", markup=False, soft_wrap=True)
    for letter in done.letters.values() if letters else ():
        out.print()
        out.rule(f"the first letter `{letter.name}`", characters="-")
        out.print(f"To: {letter.to}\nSubject: {letter.subject}\n", markup=False, soft_wrap=True)
        out.print(letter.text, markup=False, soft_wrap=True, end="")


def _tell_day(notes: list[Note], calendar: Calendar, out: Console) -> None:
    said = ""
    for note in notes:
        at = clock_words(calendar.london(note.at)[1]).removesuffix(" on")
        shown = at if at != said else ""
        said = at
        style = "dim" if note.what == "letters" else None
        out.print(f"  {shown:>9}  {note.words}", style=style, markup=False, soft_wrap=True)


def _end(done: Rehearsed) -> str:
    if done.result is None:
        return "It did not come to an end: the last line above says what it waits for."
    ended = f"Ended: {done.result}, {done.working_days} working days after the opening"
    if any(note.what == "revote.ordered" for note in done.notes):
        limit = done.definition.workflow.limit
        return f"{ended}, with the wait for the order of a re-vote (limit without it {limit})."
    if len(done.roads) == 1:
        return f"{ended} (limit {done.definition.workflow.limit})."
    roads = ", then ".join(f"{road.name}, {road.limit}" for road in done.roads)
    return f"{ended} (limits, each for itself: {roads})."

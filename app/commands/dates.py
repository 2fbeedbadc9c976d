"""`quorate decision dates`: a decision's dates, in words or as a file for a calendar."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.decisions import ReferenceArgument
from app.outputs import require_free
from app.session import opened
from app.terminal import ConfigOption, ForceOption, JsonOption, out, reported, show_json
from engine.case import Case
from engine.decision import DueStatus
from engine.paper import Paper
from engine.shares import counted
from notifications.calendar_files import Entry, calendar_file, sequence_at, uid_of
from notifications.deadlines import CLOSES
from storage.decisions import load_decision, read_paper
from workflows.overview import describe


@reported
def dates(
    reference: ReferenceArgument,
    file: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.ics", help="Write them as a calendar file."),
    ] = None,
    force: ForceOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List a decision's dates: those that have passed, the next, and those that are to follow.

    -o writes them for a calendar. Import the file again when a date has moved: each entry is known
    by what it is, so it moves too. Letters to practices bring the date that concerns them.
    """
    with opened(config) as app:
        with app.store.database.reading() as reading:
            decision = load_decision(reading, app.store.keys, reference)
            case = app.library.case(reading, decision)
            paper = read_paper(reading, app.store.keys, reference)
        now = app.clock.now()
        found = [*_dates(case, paper, now)]
        if file is not None:
            require_free(file, app.settings, config, force=force)
            entries = tuple(_entry(case, paper, each, now) for each in found)
            file.write_text(calendar_file(entries), encoding="utf-8", newline="")
    if as_json:
        show_json({"file": file and str(file), "dates": found})
        return
    for each in found:
        words = case.calendar.words(datetime.fromisoformat(each["due_at"]))
        out.print(f"{words}  {each['what']} ({each['status']})", markup=False, soft_wrap=True)
    if file is not None:
        out.print(f"Made {file}: {counted(len(found), 'dates')}.", markup=False, soft_wrap=True)


def _dates(case: Case, paper: Paper, now: datetime) -> Iterator[dict[str, Any]]:
    value = describe(case, paper, now)
    known = [due for due in value["deadlines"] if due["status"] != DueStatus.CLEARED]
    expected = [{**due, "status": "expected"} for due in value["to_come"]]
    for due in (*known, *expected):
        what = _what(case, due["state"], due["name"])
        yield {
            "name": due["name"],
            "state": due["state"],
            "what": what,
            "due_at": due["due_at"],
            "status": due["status"],
        }


def _what(case: Case, name: str, deadline: str) -> str:
    """What the time is for; a state of a workflow that was left is told by its deadline's name."""
    state = case.machinery.workflow.states.get(name)
    if state is None:
        return deadline.replace("_", " ").capitalize()
    return CLOSES.get(state.open_for) or f"Step due: {state.title.rstrip('.')}"


def _entry(case: Case, paper: Paper, each: Mapping[str, Any], now: datetime) -> Entry:
    decision = case.decision
    due = datetime.fromisoformat(each["due_at"])
    expected = " Expected, if all goes its ordinary way." if each["status"] == "expected" else ""
    return Entry(
        uid=uid_of(decision.reference, decision.opened_at, f"{each['state']}|{each['name']}"),
        due_at=due,
        told_at=now,
        sequence=sequence_at(decision.opened_at, now),
        summary=f"{each['what']}: {paper.title} ({decision.reference})",
        description=f"{each['what']}, at {case.calendar.words_with_zone(due)}.{expected}",
    )

"""`quorate practices` and `quorate people`: who there is."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.bootstrap import App
from app.commands.actors import AsOption, actor_of
from app.session import opened
from app.terminal import (
    ConfigOption,
    DryRunOption,
    JsonOption,
    out,
    read_input,
    reported,
    show_json,
)
from storage.intake import Changes, Kind, PeopleChanges, PersonKind
from storage.register import contacts
from workflows.enrolment import THE_SECRETARIAT, NamedFile

practices = typer.Typer(help="Member practices, from the files the NHS publishes.")
people = typer.Typer(help="The people of practices and of the body.")

SHOWN_SKIPS = 20


@practices.command("import")
@reported
def import_practices(
    file: Annotated[
        Path, typer.Argument(help="epraccur.csv as published, or a CSV with a header.")
    ],
    ccg: Annotated[
        list[str] | None,
        typer.Option("--ccg", help="Commissioner code; may be repeated. Default: your own."),
    ] = None,
    sizes: Annotated[
        Path | None,
        typer.Option("--sizes", help="List sizes: NHS Digital's or NHSBSA's file."),
    ] = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the register of practices up to a file: new, changed, closed; never a duplicate.

    A CSV of your own has the header ods_code,name,postcode,ccg_code,ccg_name,locality,list_size.
    Importing the same file again changes nothing.
    """
    named = NamedFile(str(file), read_input(file))
    listed = NamedFile(str(sizes), read_input(sizes)) if sizes else None
    with opened(config, create=True, dry_run=dry_run) as app:
        codes = frozenset(ccg or [app.settings.organisation.code])
        changes = app.enrolment.practices(named, listed, codes, dry_run=dry_run)
    if as_json:
        show_json(_practices_value(changes, dry_run=dry_run))
    else:
        _tell_practices(changes, dry_run=dry_run)


def _practices_value(changes: Changes, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        **{str(kind): number for kind, number in changes.counts.items()},
        "skipped_because": {str(why): number for why, number in changes.reasons.items()},
        "lines": [
            {"line": c.line, "ods_code": c.ods_code, "kind": str(c.kind), "says": c.says}
            for c in changes.lines
        ],
    }


def _tell_practices(changes: Changes, *, dry_run: bool) -> None:
    told = [c for c in changes.lines if c.kind not in {Kind.UNCHANGED, Kind.SKIPPED}]
    _table(
        [(c.line, str(c.kind), c.ods_code, c.says) for c in told],
        ("line", "what", "practice", "says"),
    )
    skipped = changes.of(Kind.SKIPPED)
    if skipped and len(skipped) <= SHOWN_SKIPS:
        _table(
            [(c.line, "skipped", c.ods_code, c.says) for c in skipped],
            ("line", "what", "practice", "why"),
        )
    elif skipped:
        why = ", ".join(f"{number} {reason}" for reason, number in changes.reasons.items())
        out.print(f"Skipped {len(skipped)} rows ({why}); --json lists them.", markup=False)
    counts = ", ".join(f"{number} {kind}" for kind, number in changes.counts.items() if number)
    out.print(f"{_done(dry_run=dry_run)}: {counts or 'nothing'}.", markup=False)


@people.command("import")
@reported
def import_people(
    file: Annotated[Path, typer.Argument(help="CSV: ods_code,name,email,role[,phone,locality].")],
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the register of people up to a file: added, changed, ended.

    Roles at a practice: lead, deputy, manager, gp, nurse, staff; leads and deputies may cast its
    vote. People of the body have an empty ods_code: secretary, accountable_officer, chair,
    lay_chair, committee, governing_body, lmc, federation, patient_forum, locality_lead. Whoever
    leads a locality has its name in the column locality, and is told which of its practices stay
    silent. For every practice the file names it must list all its people: a post it no longer lists
    has ended. Whose address changes, or who has left, is told by letter, at the old and the new
    address, and by whom.
    """
    named = NamedFile(str(file), read_input(file))
    with opened(config, create=True, dry_run=dry_run) as app:
        changes = app.enrolment.people(named, dry_run=dry_run, by=_claimed(app, as_))
    if as_json:
        show_json(_people_value(changes, dry_run=dry_run))
    else:
        _tell_people(changes, dry_run=dry_run)


def _claimed(app: App, email: str | None) -> str:
    """Who changes the register, in words for the people concerned."""
    actor = actor_of(app, email)
    if actor.person is None:
        return THE_SECRETARIAT
    with app.store.database.reading() as reading:
        name = contacts(reading, [actor.person])[actor.person].name
    return f"{THE_SECRETARIAT} ({name}, as claimed)"


def _people_value(changes: PeopleChanges, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        **{str(kind): number for kind, number in changes.counts.items()},
        "lines": [
            {"line": c.line, "ods_code": c.ods_code, "kind": str(c.kind), "says": c.says}
            for c in changes.lines
        ],
    }


def _tell_people(changes: PeopleChanges, *, dry_run: bool) -> None:
    told = [c for c in changes.lines if c.kind is not PersonKind.UNCHANGED]
    _table(
        [(c.line, str(c.kind), c.ods_code or "the body", c.says) for c in told],
        ("line", "what", "practice", "says"),
    )
    counts = ", ".join(f"{number} {kind}" for kind, number in changes.counts.items() if number)
    out.print(f"{_done(dry_run=dry_run)}: {counts or 'nothing'}.", markup=False)


def _done(*, dry_run: bool) -> str:
    return "Would be (dry run, nothing written)" if dry_run else "Done"


def _table(rows: list[tuple[object, ...]], heads: tuple[str, ...]) -> None:
    if not rows:
        return
    table = Table(*heads, box=None, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)

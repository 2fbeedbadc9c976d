"""`quorate erase` and `quorate retention`: what goes for good, shown before it goes."""

from typing import Annotated, Any

import typer
from rich.table import Table

from app.bootstrap import App
from app.commands.actors import AsOption, actor_of
from app.commands.keeping import BULLETINS
from app.session import opened
from app.terminal import (
    IN_PART,
    ConfigOption,
    DryRunOption,
    JsonOption,
    err,
    out,
    reported,
    show_json,
)
from engine.erasing import BASES, SAYS, Kind, require_basis
from storage.erasing import Entry
from workflows.erasure import PersonPlan
from workflows.file_texts import clean
from workflows.instants import instant_json
from workflows.retention import Over

erase = typer.Typer(help="Erasing what is held about a person.")
retention = typer.Typer(help="How long personal data is kept, and what is over by now.")

ReasonOption = Annotated[
    str, typer.Option("--reason", help="Why, in words without names; goes on record, sealed.")
]


@erase.command("person")
@reported
def person(
    email: Annotated[str, typer.Argument(help="Their address in the register.", metavar="EMAIL")],
    basis: Annotated[str, typer.Option("--basis", help=f"One of: {', '.join(BASES)}.")] = "",
    reason: ReasonOption = "",
    name: Annotated[
        str, typer.Option("--name", help="Their name, where several share the address.")
    ] = "",
    as_: AsOption = None,
    although_running: Annotated[
        bool,
        typer.Option("--although-running", help="Also where a decision still asks them."),
    ] = False,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a person: register entry, links, everything sealed with their key, and the key.

    What their practice chose stays, and so do the trail's leaves and every proof. --dry-run shows
    exactly what would go. While a decision asks them it takes --although-running and --reason.
    """
    word = require_basis(basis) if basis or not dry_run else None
    with opened(config) as app:
        actor = actor_of(app, as_)
        entry = app.erasure.find(email, name)
        if dry_run:
            plan, done = app.erasure.plan(entry), None
        else:
            done = app.erasure.person(
                entry, word or "", clean(reason), actor, although_running=although_running
            )
            plan = done.plan
    value = {
        "dry_run": dry_run,
        "basis": word,
        **_planned(plan),
        "leaf": done.leaf if done else None,
        "links_revoked": done.links if done else None,
        "finished": done.finished if done else None,
    }
    if as_json:
        show_json(value)
    else:
        _tell_person(value, plan.entry)
    if done and not done.finished:
        err.print("The database's log is being read; the next tick overwrites what is left in it.")
        raise typer.Exit(IN_PART)


def _planned(plan: PersonPlan) -> dict[str, Any]:
    entry = plan.entry
    return {
        "person": entry.person,
        "register": {
            "name": entry.name,
            "email": entry.email,
            "phone": entry.phone,
            "posts": [{"practice": code, "role": role} for code, role in entry.posts],
        },
        "openings": len(plan.openings),
        "decisions": plan.by_decision,
        "letters": len(plan.letters),
        "replies": plan.replies,
        "corrections": plan.corrections,
        "links": plan.links,
        "still_asked": [
            {
                "decision": voice.decision,
                "practice": voice.practice,
                "may_cast": voice.may_cast,
                "others": voice.others,
            }
            for voice in plan.voices
        ],
        "also_named_in": [
            {"decision": held.decision, "leaf": held.n, "field": held.field}
            for held in plan.mentioned
        ],
    }


def _tell_person(value: dict[str, Any], entry: Entry) -> None:
    dry_run = value["dry_run"]
    out.print("Would be erased (dry run, nothing written):" if dry_run else "Erased:", style="bold")
    posts = ", ".join(f"{role} of {code or 'the body'}" for code, role in entry.posts)
    out.print(f"  register    {entry.name} <{entry.email}> {entry.phone}".rstrip(), markup=False)
    out.print(f"  posts       {posts or 'none'}", markup=False)
    for decision, counts in value["decisions"].items():
        told = ", ".join(f"{number} {what}" for what, number in counts.items())
        out.print(f"  {decision or BULLETINS}  {told}", markup=False)
    out.print(f"  links       {value['links']}, which open nothing any more", markup=False)
    out.print(f"  letters     the bytes kept of {value['letters']}", markup=False)
    if value["replies"]:
        out.print(f"  replies     {value['replies']} that nobody had confirmed", markup=False)
    if value["corrections"]:
        out.print(f"  corrections {value['corrections']}, asked for by them or about them")
    out.print("  key         theirs, so that older backups of the database cannot be read either")
    for asked in value["still_asked"]:
        _tell_asked(asked)
    for named in value["also_named_in"]:
        where = named["decision"] or BULLETINS
        out.print(
            f"Stays: leaf {named['leaf']} of {where} names them in its {named['field']}"
            ", which are others' words.",
            markup=False,
        )
    if not dry_run:
        leaf = value["leaf"]
        says = "nothing of theirs was in the trail" if leaf is None else f"leaf {leaf} says so"
        out.print(f"Done: {says}; {value['links_revoked']} links revoked.", markup=False)
        out.print("Take them out of your file of people too, or the next import brings them back.")


def _tell_asked(asked: dict[str, Any]) -> None:
    """What their practice loses in a decision that runs."""
    others = asked["others"]
    who = f"{others} others" if others > 1 else "one other" if others else "nobody else"
    says = f"Runs: {asked['decision']} asks them for {asked['practice']}; {who} there may cast"
    out.print(f"{says} its vote.", markup=False, style="" if others else "bold red")


@retention.command("show")
@reported
def show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The schedule, and what it has come to by now. Writes nothing."""
    with opened(config) as app:
        due = app.retention.due()
        value: dict[str, Any] = {"schedule": _schedule(app), "over": [_over(each) for each in due]}
    if as_json:
        show_json(value)
        return
    _tell_schedule(value["schedule"])
    _tell_over(due, "Over by now:")


@retention.command("apply")
@reported
def apply(
    reason: ReasonOption = "",
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase what the schedule has come to, decision by decision, each with a leaf."""
    with opened(config) as app:
        actor = actor_of(app, as_)
        done = app.retention.due() if dry_run else app.retention.apply(clean(reason), actor)
    if as_json:
        show_json({"dry_run": dry_run, "erased": [_over(each) for each in done]})
        return
    _tell_over(done, "Would be erased (dry run, nothing written):" if dry_run else "Erased:")


def _schedule(app: App) -> dict[str, Any]:
    months = app.retention.schedule.months
    return {
        "apply": app.settings.retention.apply,
        "kept_months": {str(kind): months[kind] or None for kind in Kind},
    }


def _over(over: Over) -> dict[str, Any]:
    return {
        "decision": over.decision,
        "ended_at": instant_json(over.ended),
        "kinds": {str(kind): number for kind, number in over.counts.items()},
        "documents": len(over.documents),
        "whole": over.is_whole,
    }


def _tell_schedule(schedule: dict[str, Any]) -> None:
    table = Table("what", "kept after the decision's end", box=None, header_style="bold")
    for kind in Kind:
        months = schedule["kept_months"][str(kind)]
        table.add_row(SAYS[kind], f"{months} months" if months else "for good")
    out.print(table)
    by_itself = "by serve and tick" if schedule["apply"] else "by `quorate retention apply` alone"
    out.print(f"Erased {by_itself}.", markup=False)


def _tell_over(over: tuple[Over, ...], title: str) -> None:
    if not over:
        out.print("Nothing is over.")
        return
    out.print(title, style="bold")
    for each in over:
        told = ", ".join(f"{number} {kind}" for kind, number in each.counts.items())
        also = f", {len(each.documents)} documents" if each.documents else ""
        out.print(f"  {each.decision}  {told}{also}", markup=False)

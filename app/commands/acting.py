"""`quorate decision act`: what staff, and bodies beside the practices, do to a decision."""

from pathlib import Path
from typing import Annotated

import typer

from app import telling
from app.acting_words import DOES
from app.commands.actions import TABLES, Given, commands_for
from app.commands.actors import AsOption, actor_of, roles_of
from app.commands.decisions import ReferenceArgument
from app.session import opened
from app.terminal import ConfigOption, JsonOption, read_text, reported, show_json
from engine.errors import Fault, InputFaults
from workflows.file_texts import clean
from workflows.overview import overview


@reported
def act(
    reference: ReferenceArgument,
    action: Annotated[str, typer.Argument(help="As `decision show REF` lists them.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="The statement, the LMC's view, minutes; a meeting (TOML), answers (CSV).",
        ),
    ] = None,
    comment: Annotated[
        int | None, typer.Option("--comment", help="Its number (answer).", metavar="N")
    ] = None,
    disposition: Annotated[
        str, typer.Option("--disposition", help="accepted, answered or noted (answer).")
    ] = "",
    days: Annotated[int, typer.Option("--days", help="Working days to add (extend).")] = 0,
    route: Annotated[str, typer.Option("--route", help="The route to take (override).")] = "",
    question: Annotated[str, typer.Option("--question", help="Its id (drop-question).")] = "",
    practice: Annotated[
        str, typer.Option("--practice", help="ODS code (interests, reached).")
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="financial, professional, personal or indirect.")
    ] = "",
    ruling: Annotated[
        str, typer.Option("--ruling", help="noted, no_vote or excluded (rule-interest).")
    ] = "",
    agreed: Annotated[
        list[str] | None,
        typer.Option("--agreed", help="Who agreed, once each (urgent powers).", metavar="EMAIL"),
    ] = None,
    votes: Annotated[
        str, typer.Option("--votes", help="Within the body, for-against: 6-3.", metavar="N-N")
    ] = "",
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do what may be done now; `decision show REF` lists it, with what each action needs."""
    texts = action.replace("_", "-") not in TABLES
    words = clean(read_text(file)) if file and texts else ""
    counted = _numbers(votes)
    with opened(config) as app:
        actor = actor_of(app, as_)
        roles = tuple(roles_of(app, email) for email in dict.fromkeys(agreed or ()))
        given = Given(
            app=app,
            reference=reference,
            actor=actor,
            reason=clean(reason),
            file=file,
            words=words,
            comment=comment,
            disposition=disposition.strip().casefold(),
            days=days,
            route=route,
            question=question,
            practice=practice.strip().upper(),
            kind=kind,
            ruling=ruling.replace("-", "_"),
            agreed=roles,
            votes=counted,
        )
        if action == "retry":
            app.desk.retry(reference)
        else:
            app.desk.handle_all(reference, commands_for(action, given))
        with app.store.database.reading() as reading:
            value = overview(reading, app.store.keys, app.library, reference, app.clock.now())
        calendar = app.rulebook.calendar
    if as_json:
        show_json(value)
    else:
        telling.tell_decision(value, calendar)


def help_text() -> str:
    """What `--help` tells: the acts there are, and what each does."""
    acts = "\n".join(f"- {name}: {does}" for name, does in DOES.items())
    says = "The acts there are; which are possible depends on where the decision stands:"
    return f"{act.__doc__}\n\n{says}\n\n{acts}"


def _numbers(votes: str) -> tuple[int, int] | None:
    """The numbers for and against, from `6-3`."""
    if not votes:
        return None
    for_, dash, against = votes.partition("-")
    if not dash or not for_.strip().isdecimal() or not against.strip().isdecimal():
        raise InputFaults([Fault("--votes", None, f"should read like 6-3, not {votes!r}")])
    return int(for_), int(against)

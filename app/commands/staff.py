"""`quorate staff`: who of the body may sign in."""

from typing import Annotated, Any

import typer
from rich.table import Table

from app.session import opened
from app.terminal import ConfigOption, JsonOption, out, reported, show_json
from workflows.instants import instant_json
from workflows.staff import Invitation, Listed, Staff

staff = typer.Typer(help="Who of the body may sign in: the committee, its lay chair, the staff.")

EmailArgument = Annotated[str, typer.Argument(help="The person's address, as it was imported.")]


@staff.command("add")
@reported
def add(
    email: EmailArgument,
    role: Annotated[
        str, typer.Option("--role", help="A role that the person holds: committee, lay_chair, …")
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a person of the body sign in, and print a set-up code for them.

    The person must have been imported with that role. The code is shown this once, is good for
    seven days, and once. Pass it on by another way than e-mail: by telephone, or on paper.

    For somebody who may sign in already it is a new beginning: the old code, password and second
    factor are void, and whoever is signed in so is signed out.
    """
    with opened(config) as app:
        invitation = Staff(app.store).add(email, role)
        until = app.rulebook.calendar.words(invitation.until)
    if as_json:
        show_json(_invitation(invitation))
        return
    web = app.settings.web.base_url.rstrip("/")
    out.print(f"{invitation.name} may sign in as {role}, once this is done:", markup=False)
    out.print(f"  open     {web}/sign-in/set-up", markup=False, soft_wrap=True)
    out.print(f"  address  {invitation.email}", markup=False, soft_wrap=True)
    out.print(f"  code     {invitation.code}", markup=False, soft_wrap=True)
    out.print(f"The code is good until {until}, and once.", markup=False)


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "email": invitation.email,
        "name": invitation.name,
        "role": invitation.role,
        "code": invitation.code,
        "until": instant_json(invitation.until),
    }


@staff.command("list")
@reported
def listed(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Who may sign in, in which role, and whether they have set it up."""
    with opened(config) as app:
        accounts = Staff(app.store).list()
    if as_json:
        show_json([_listed(each) for each in accounts])
    elif accounts:
        table = Table("address", "name", "role", "state", box=None, header_style="bold")
        for each in accounts:
            table.add_row(each.email, each.name, each.role, each.state)
        out.print(table)
    else:
        out.print("Nobody may sign in yet. Run `quorate staff add EMAIL --role …`.", markup=False)


def _listed(each: Listed) -> dict[str, Any]:
    return {"email": each.email, "name": each.name, "role": each.role, "state": each.state}


@staff.command("remove")
@reported
def remove(email: EmailArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Take the right to sign in away; whoever is signed in so is signed out at once."""
    with opened(config) as app:
        Staff(app.store).remove(email)
    if as_json:
        show_json({"removed": email})
    else:
        out.print(f"{email} may not sign in any more.", markup=False)

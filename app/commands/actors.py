"""Who acts on the command line: a person of the body, recorded as claimed."""

from typing import Annotated

import typer

from app.bootstrap import App
from engine.people import Actor, How
from engine.refusals import NoSuchAct
from storage.register import body_person, body_roles

AsOption = Annotated[
    str | None, typer.Option("--as", help="Your address, recorded as claimed.", metavar="EMAIL")
]

_HELP = "Import people of the body (rows with an empty ods_code), or leave out --as."


def actor_of(app: App, email: str | None) -> Actor:
    """Who acts. Without --as the command line itself; a name must be one of the body's people."""
    if email is None:
        return Actor(None, How.CLI)
    with app.store.database.reading() as reading:
        person = body_person(reading, email)
    if person is None:
        raise NoSuchAct(
            f"{email} is not a person of the body.",
            _HELP,
        )
    return Actor(person.person, How.CLI)


def roles_of(app: App, email: str) -> frozenset[str]:
    """The roles that this person holds in the body."""
    with app.store.database.reading() as reading:
        roles = body_roles(reading, email)
    if not roles:
        raise NoSuchAct(f"{email} is not a person of the body.", _HELP)
    return roles

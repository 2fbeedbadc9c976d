"""Letters owed: one event a mailing, whose audience is an explicit value and never a default."""

import hashlib
from collections.abc import Mapping
from typing import Any

from engine.case import Case
from engine.events import Audience, MailIntended
from engine.trail import canonical


def whole_roll(case: Case) -> Audience:
    """Every practice on the roll."""
    return Audience(case.roll.practices)


def mail(case: Case, letter: str, audience: Audience, context: Mapping[str, Any]) -> MailIntended:
    """Owe a letter to everyone in the audience. An empty audience is a mistake of the caller."""
    if not audience.practices and audience.role is None:
        message = f"a mailing {letter!r} to nobody was asked for"
        raise ValueError(message)
    return MailIntended(
        decision=case.decision.reference,
        letter=letter,
        audience=audience_digest(audience),
        count=1 if audience.role else case.roll.persons(audience.practices),
        to=audience,
        context=context,
    )


def audience_digest(audience: Audience) -> str:
    """SHA-256 of the audience's canonical form, hex."""
    value: dict[str, Any] = {"practices": list(audience.practices), "role": audience.role}
    if audience.persons:
        value["persons"] = [list(one) for one in audience.persons]
    return hashlib.sha256(canonical(value)).hexdigest()

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


def mail_to_persons(
    case: Case, letter: str, practice: str, persons: tuple[str, ...], context: Mapping[str, Any]
) -> MailIntended:
    """Owe a letter to people of one practice, who need not be on the roll."""
    to = Audience((practice,))
    return MailIntended(
        decision=case.decision.reference,
        letter=letter,
        audience=audience_digest(to),
        count=len(persons),
        to=to,
        context={**context, "persons": list(persons)},
    )


def audience_digest(audience: Audience) -> str:
    """SHA-256 of the audience's canonical form, hex."""
    value = {"practices": list(audience.practices), "role": audience.role}
    return hashlib.sha256(canonical(value)).hexdigest()

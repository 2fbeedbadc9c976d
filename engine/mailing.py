"""Letters owed: one event a mailing, whose audience is an explicit value and never a default."""

import hashlib
from collections.abc import Mapping
from typing import Any

from engine.case import Case
from engine.escalation import readers
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
        count=_count(case, audience),
        to=audience,
        context={**context, **narrowed(audience)},
    )


def _count(case: Case, audience: Audience) -> int:
    if audience.role:
        return 1
    if audience.persons:
        return len(audience.persons)
    lines = case.roll.by_practice
    return sum(len(readers(lines[code], audience.rung)) for code in audience.practices)


def narrowed(audience: Audience) -> dict[str, Any]:
    """What narrows an audience, where anything does: absent from its digest and context if not."""
    told: dict[str, Any] = {"persons": list(audience.persons), "rung": audience.rung}
    told["locality"] = audience.locality
    return {name: value for name, value in told.items() if value}


def audience_digest(audience: Audience) -> str:
    """SHA-256 of the audience's canonical form, hex."""
    value = {
        "practices": list(audience.practices),
        "role": audience.role,
        **narrowed(audience),
    }
    return hashlib.sha256(canonical(value)).hexdigest()

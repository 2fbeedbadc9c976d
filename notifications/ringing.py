"""Letters to those who can ring a practice: who stays silent, and whether the quorum is at risk.

They hold no vote and nobody's link: only which practices have not answered, and whom to ring.
"""

from collections.abc import Iterator
from typing import Any

from engine.naming import role_words
from engine.quorum import quorum_so_far, quorum_words
from engine.reminding import why_not_needed
from notifications.material import Material
from notifications.words import remaining
from storage.intake.names import spoken_name
from storage.mailings import OwedMailing
from storage.phones import Ring

NOBODY = "nobody is known there, so ask who speaks for it"


def silent_practices(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To whoever leads a locality, or the secretary or the chair: the practices to be rung."""
    locality = spoken_name(mailing.context.get("locality", ""))
    owner = f"the lead of {locality}" if locality else role_words(mailing.role or "")
    return {"owner": owner, "locality": locality, "silent": tuple(_lines(mailing, material))}


def quorum_at_risk(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To the secretary: how many answers there are, how many are needed, who has not answered."""
    so_far = quorum_so_far(material.case)
    return {
        "owner": role_words(mailing.role or ""),
        "numbers": quorum_words(so_far) if so_far else (),
        "remaining": remaining(material.case, mailing.at, mailing.context["due_at"]),
        "silent": tuple(_lines(mailing, material)),
    }


def lost_purpose(mailing: OwedMailing, material: Material) -> str | None:
    """Why such a letter need not be sent any more; None where it must, or is no such letter."""
    if "silent" not in mailing.context:
        return None
    if not any(why_not_needed(material.case, code) is None for code in mailing.context["silent"]):
        return "every practice that it names has answered meanwhile"
    so_far = quorum_so_far(material.case) if mailing.letter == "quorum_at_risk" else None
    return "the quorum is reached meanwhile" if so_far and so_far.met else None


def _lines(mailing: OwedMailing, material: Material) -> Iterator[str]:
    """Each practice that is still silent: its name and code, whom to ring, and what went wrong."""
    for code in mailing.context["silent"]:
        if why_not_needed(material.case, code) is None:
            line = material.case.roll.by_practice[code]
            ring = "; ".join(map(_ring, material.phones.get(code, ()))) or NOBODY
            lost = ". No letter has reached it" if code in material.unreached else ""
            yield f"{spoken_name(line.name)} ({code}): {ring}{lost}."


def _ring(who: Ring) -> str:
    return f"{who.name}, {role_words(who.role).removeprefix('the ')}, {who.phone or 'no telephone'}"

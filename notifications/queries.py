"""What the letters about queries of the management allowance's account say."""

from typing import Any

from engine.allowance import Entry
from engine.naming import role_words
from engine.per_head import Patients, drawn_words
from notifications.material import Material
from storage.allowance import Queried
from storage.mailings import OwedMailing

_OTHERWISE = (
    "It stays red in the account. The lay chair and the accountable officer are written to once, "
    "and it can still be answered."
)

_HOW = "Give the answer, in words that members may read, to the secretary, who files it."


def raised(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To the accountable officer: what is asked, and until when it has to be answered."""
    return {**_common(mailing, material), "otherwise": _OTHERWISE, "next_steps": (_HOW,)}


def overdue(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To the lay chair and the accountable officer: a query has no answer in time."""
    return {**_common(mailing, material), "next_steps": (_HOW,)}


def answered(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    """To the committee, and to whoever asked: the answer."""
    queried = _queried(material)
    late = " It came after its time." if queried.record.overdue else ""
    return {
        **_common(mailing, material),
        "answer": queried.answer,
        "done": f"Answered by {role_words(queried.answered_by)}.{late}",
        "next_steps": ("If that does not answer it, the entry may be queried again.",),
    }


def _common(mailing: OwedMailing, material: Material) -> dict[str, Any]:
    queried, words = _queried(material), material.case.calendar.words_with_zone
    return {
        "owner": role_words(mailing.role or ""),
        "whose": role_words(queried.record.role),
        "stands": charged_words(queried.entry),
        "query": queried.text,
        "asked_words": words(queried.record.asked_at),
    }


def charged_words(entry: Entry) -> str:
    """What was drawn, for each patient and from which year; and whether it was given back."""
    drawn = drawn_words(entry.money_gbp, entry.patients.known)
    said = f"It was charged to the management allowance of {entry.year}: {drawn}"
    return f"{said}{_unknown(entry.patients)}.{'' if entry.stands else ' It was given back since.'}"


def _unknown(patients: Patients) -> str:
    lists = len(patients.unknown)
    if not lists or not patients.known:
        return ""
    return f" ({lists} more {'list is' if lists == 1 else 'lists are'} not known)"


def _queried(material: Material) -> Queried:
    if material.queried is None:
        message = "a letter about a query needs the query"
        raise LookupError(message)
    return material.queried

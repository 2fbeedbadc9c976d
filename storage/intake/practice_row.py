"""One practice as a file lists it, and the words of the national register for what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

GP_PRACTICE = 4

# NHS ODS, field 26 of epraccur.csv ("prescribing setting").
SETTINGS: Mapping[int, str] = MappingProxyType(
    {
        0: "another prescribing centre",
        1: "a walk-in centre",
        2: "an out-of-hours service",
        3: "a walk-in centre and out-of-hours service",
        GP_PRACTICE: "a GP practice",
        8: "a public health service",
        9: "a community health service",
        10: "a hospital service",
        11: "an optometry service",
        12: "an urgent or emergency care service",
        13: "a hospice",
        14: "a care home or nursing home",
        15: "a Border Force service",
        16: "a young offender institution",
        17: "a secure training centre",
        18: "a secure children's home",
        19: "an immigration removal centre",
        20: "a court",
        21: "a police custody service",
        22: "a sexual assault referral centre",
        24: "another service of the justice estate",
        25: "a prison",
        26: "a primary care network",
        27: "a pharmacy that prescribes",
    }
)


class Status(StrEnum):
    """What the register says of a practice; a dormant one has no prescriber at present."""

    OPEN = "open"
    CLOSED = "closed"
    DORMANT = "dormant"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One practice of a file. An empty text, like None, means that the file does not say.

    `name` is as registered; `list_size` counts registered patients; `setting` is a key of
    SETTINGS; `joined` is when the practice came to its commissioner.
    """

    line: int
    ods_code: str
    name: str
    postcode: str
    ccg_code: str
    ccg_name: str = ""
    locality: str = ""
    list_size: int | None = None
    status: Status = Status.OPEN
    setting: int = GP_PRACTICE
    opened: date | None = None
    closed: date | None = None
    joined: date | None = None


def setting_in_words(setting: int) -> str:
    """Say what a prescribing setting is, with its article: 25 is "a prison"."""
    return SETTINGS.get(setting, f"a service of prescribing setting {setting}")


def country_in_words(ods_code: str) -> str | None:
    """Say where a practice outside England is, told by its code; None for England."""
    if ods_code[:3] in {"ALD", "GUE", "JER"}:
        return "the Channel Islands"
    return {"W": "Wales", "S": "Scotland", "Z": "Northern Ireland"}.get(ods_code[0])

"""What a decision means for practices, as named facts: the only thing classification looks at.

Fourteen are yes or no, one says how many localities are touched, two are whole numbers. A fact that
was not given stays "not stated": it never counts as yes, and a yes or no counts as no.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from difflib import get_close_matches

from engine.errors import Fault, InputFaults

YES_NO = (
    "affects_practice_income",
    "affects_practice_workload",
    "changes_contract_or_les",
    "uses_management_allowance",
    "quality_premium",
    "incentive_scheme",
    "qof",
    "service_change_for_patients",
    "constitution_change",
    "procurement",
    "clinical_pathway_or_prescribing",
    "member_election_or_meeting_rules",
    "operational_only",
    "urgent",
)
"""The facts that are true or false."""

TOUCHED = "localities_touched"
LOCALITIES = ("all", "some", "one", "none")
"""How many of the body's localities a decision touches."""

PRACTICES, MONEY = "practices_affected", "money_gbp"
MOST: Mapping[str, int] = {PRACTICES: 10_000, MONEY: 1_000_000_000_000}
"""The numbers, each with the most that makes sense: all of England's practices; a million million
pounds, several times what the NHS costs in a year."""

NAMES = (*YES_NO, TOUCHED, *MOST)
"""Every fact there is."""

_NOTE = "money_note"  # words beside a sum: kept by those who write it, never read here

_NEVER_HOUSEKEEPING = (
    "affects_practice_income",
    "changes_contract_or_les",
    "quality_premium",
    "incentive_scheme",
    "qof",
    "service_change_for_patients",
    "constitution_change",
)
"""What nobody may call housekeeping. Work is not among them: a new form may bring some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one decision; `stated` names those that were given.

    Money is in whole pounds. `localities_touched` is one of `LOCALITIES`, or None if not stated.
    """

    affects_practice_income: bool = False
    affects_practice_workload: bool = False
    changes_contract_or_les: bool = False
    uses_management_allowance: bool = False
    quality_premium: bool = False
    incentive_scheme: bool = False
    qof: bool = False
    service_change_for_patients: bool = False
    constitution_change: bool = False
    procurement: bool = False
    clinical_pathway_or_prescribing: bool = False
    member_election_or_meeting_rules: bool = False
    operational_only: bool = False
    urgent: bool = False
    localities_touched: str | None = None
    practices_affected: int | None = None
    money_gbp: int | None = None
    stated: frozenset[str] = frozenset()

    def given(self) -> dict[str, bool | str | int]:
        """The stated facts as a plain value, in the order of `NAMES`, as the trail files them."""
        return {name: getattr(self, name) for name in NAMES if name in self.stated}


def read_facts(raw: Mapping[str, object], file: str, line: int | None = None) -> Facts:
    """Read the facts of a decision file or of one line of many; null is the same as absent.

    Raises InputFaults naming every unknown fact, wrong type and senseless value.
    """
    given = {name: value for name, value in raw.items() if name != _NOTE and value is not None}
    read: dict[str, bool | str | int] = {}
    faults = [*_unknown(given)]
    for name in NAMES:
        if name in given:
            try:
                read[name] = _value(name, given[name])
            except ValueError as error:
                faults.append(f"{name} {error}")
    if faults:
        raise InputFaults(Fault(file, line, says) for says in faults)
    return Facts(**read, stated=frozenset(read))  # type: ignore[arg-type]


def require_plain_facts(facts: Facts, file: str, line: int | None = None) -> None:
    """Refuse to open a decision on facts that say nothing, or that cannot all be true.

    Raises InputFaults. Only one thing is required: that at least one of the yes or no facts be
    stated. Each of them carries a route of its own, so none can be asked of every decision.
    Classifying needs no such strictness: there, facts that pull apart are a question to a person.
    """
    faults = [*_missing(facts), *contradictions(facts)]
    if faults:
        raise InputFaults(Fault(file, line, says) for says in faults)


def contradictions(facts: Facts) -> Iterator[str]:
    """Each pair of stated facts that cannot both be true, as a sentence with its remedy."""
    also = [name for name in _NEVER_HOUSEKEEPING if getattr(facts, name)]
    if facts.operational_only and also:
        yield (
            f"operational_only contradicts {', '.join(also)}: housekeeping is nothing else; "
            "set operational_only = false, or the others"
        )
    if facts.localities_touched == "none" and facts.practices_affected:
        yield (
            f'{TOUCHED} = "none" contradicts {PRACTICES} = {facts.practices_affected}: '
            "say which localities those practices are in, or leave the number out"
        )


def _missing(facts: Facts) -> Iterator[str]:
    if facts.stated.isdisjoint(YES_NO):
        yield (
            "[facts] states nothing that can be true or false; say at least one of "
            + ", ".join(YES_NO)
        )


def _unknown(given: Mapping[str, object]) -> Iterator[str]:
    for name in given:
        if name not in NAMES:
            near = get_close_matches(name, NAMES, 1, 0.0)
            yield f"unknown fact {name!r}; the nearest known is {near[0]!r}"


def _value(name: str, value: object) -> bool | str | int:
    """Read one value. Raises ValueError with the words that follow the fact's name."""
    if name in YES_NO:
        return _yes_no(value)
    return _touched(value) if name == TOUCHED else _number(name, value)


def _yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"should be true or false, not {value!r}")


def _touched(value: object) -> str:
    if isinstance(value, str) and value in LOCALITIES:
        return value
    raise ValueError(f"should be one of {', '.join(LOCALITIES)}, not {value!r}")


def _number(name: str, value: object) -> int:
    whole = _pounds(value) if name == MONEY else value
    if not isinstance(whole, int) or isinstance(whole, bool):
        raise ValueError(f"should be a whole number, not {value!r}")  # noqa: TRY004 - a file's slip
    if not 0 <= whole <= MOST[name]:
        raise ValueError(f"should be from 0 to {MOST[name]:,}, not {value!r}")
    return whole


def _pounds(value: object) -> object:
    """Whole pounds of a sum with pence, half a pound going up; anything else as it came."""
    if not isinstance(value, float | Decimal) or not math.isfinite(value):
        return value
    rounding = ROUND_HALF_UP if value > 0 else ROUND_UP  # less than nothing never becomes nothing
    return int(Decimal(str(value)).to_integral_value(rounding))

"""What the account of the management allowance is told in, at a terminal and on a page alike."""

from datetime import date

from engine.allowance import Allowance
from engine.per_head import each_words, pounds_words
from engine.working_days import MONTHS

_BECAUSE = {
    "refused": "refused after all",
    "lapsed": "lapsed",
    "set_aside": "set aside after a challenge",
    "withdrawn": "withdrawn",
    "revote": "to be voted on once more",
}


def because_words(because: str) -> str:
    """Why a sum was given back."""
    return _BECAUSE.get(because, because)


def has_words(allowance: Allowance) -> str:
    """What a year has: `Allowance of 2026/27: £12,435,779, £18.76 for each of 662,888 …`."""
    whole, patients = pounds_words(allowance.pounds), allowance.patients.known
    if allowance.per_head_pence is not None:
        pounds, pence = divmod(allowance.per_head_pence, 100)
        how = f"£{pounds}.{pence:02} for each of {patients:,} registered patients"
        return f"Allowance of {allowance.year}: {whole}, {how}."
    each = f", {each_words(allowance.pounds, patients)} for each patient" if patients else ""
    return f"Allowance of {allowance.year}: {whole}, a stated sum{each}."


def day_words(day: date) -> str:
    """A day in short: `12 Oct 2026`."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"

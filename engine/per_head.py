"""Money for each registered patient: exact until it is told, then rounded half up, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

MICRO = 1_000_000
"""An amount for each patient is kept in millionths of a pound: pence would hide small ones."""

_MOST = 2**53
"""The largest number that a leaf may hold."""

_TENTHS_IN_A_POUND = 1_000


@dataclass(frozen=True, slots=True)
class Patients:
    """The registered patients of the body's open practices; whose list is unknown stands apart."""

    known: int
    unknown: tuple[str, ...] = ()


def known_patients(sizes: Iterable[tuple[str, int | None]]) -> Patients:
    """Add up list sizes, by practice; who has none is named and never guessed."""
    held = sorted(sizes)
    known = sum(size for _, size in held if size is not None)
    return Patients(known, tuple(code for code, size in held if size is None))


def half_up(exact: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def pounds_for(per_head_pence: int, patients: int) -> int:
    """An allowance of so many pence for each patient, in whole pounds, rounded half up."""
    return half_up(Fraction(per_head_pence * patients, 100))


def per_head(money_gbp: int, patients: int) -> int | None:
    """A sum for each patient, in millionths of a pound, rounded half up.

    None without patients, or where it is beyond what a leaf can hold.
    """
    exact = half_up(Fraction(money_gbp * MICRO, patients)) if patients else None
    return exact if exact is not None and exact <= _MOST else None


def pounds_words(pounds: int) -> str:
    """Whole pounds: `£31,000`."""
    return f"-£{-pounds:,}" if pounds < 0 else f"£{pounds:,}"


def each_words(money_gbp: int, patients: int) -> str:
    """A sum for each patient: `4.7p`, or from a pound on `£24.73`; rounded half up."""
    tenths = half_up(Fraction(_TENTHS_IN_A_POUND * money_gbp, patients))
    if tenths < _TENTHS_IN_A_POUND:
        less = money_gbp > 0 and tenths == 0
        return "less than 0.1p" if less else f"{tenths // 10}.{tenths % 10}p"
    pence = half_up(Fraction(100 * money_gbp, patients))
    return f"£{pence // 100:,}.{pence % 100:02}"


def drawn_words(money_gbp: int, patients: int) -> str:
    """`£31,000, or 4.7p for each of 662,888 registered patients`; the sum alone without any."""
    if not patients:
        return pounds_words(money_gbp)
    each = each_words(money_gbp, patients)
    return f"{pounds_words(money_gbp)}, or {each} for each of {patients:,} registered patients"

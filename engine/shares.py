"""Shares and percentages: what is needed, what was reached, and words that never belie either.

Whole numbers and fractions only. A percentage is never told without its base.
"""

from dataclasses import KW_ONLY, dataclass
from fractions import Fraction
from math import floor

_ALL = 100  # per cent
_ONE = {
    "practices": "practice",
    "votes": "vote",
    "votes cast": "vote cast",
    "votes held": "vote held",
    "patients": "patient",
    "seats": "seat",
    "candidates": "candidate",
    "letters": "letter",
    "dates": "date",
    "practices voting for or against": "practice voting for or against",
    "patients of practices voting for or against": "patient of practices voting for or against",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What a rule asks for: at least so many per cent of something; more than that if `strict`.

    `of` names the base by the word that a definition uses: `votes_cast`, `practices`.
    """

    of: str
    percent: int
    _: KW_ONLY
    strict: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= _ALL:
            raise ValueError(f"A percentage lies from 0 to 100; {self.percent} does not.")


@dataclass(frozen=True, slots=True)
class Test:
    """A share held against what is needed: `numerator` of `denominator` practices or votes cast.

    `base_words` is the denominator's name; `strict` asks for more than `needed_percent` of it.
    """

    numerator: int
    denominator: int
    base_words: str
    needed_percent: int
    strict: bool

    @property
    def met(self) -> bool:
        """Whether the share reaches the percentage; never, where there is nothing to share."""
        share, needed = _ALL * self.numerator, self.needed_percent * self.denominator
        return self.denominator > 0 and (share > needed if self.strict else share >= needed)

    @property
    def needed(self) -> str:
        """What was needed, in words: `more than 50%`."""
        return f"{'more than' if self.strict else 'at least'} {self.needed_percent}%"

    @property
    def base(self) -> str:
        """The denominator in words: `13 votes cast`."""
        return counted(self.denominator, self.base_words)

    @property
    def shown(self) -> str:
        """The share in words that agree with the verdict: `50%`, or `50.4%` beside "more than 50%".

        Rounded half up to a whole per cent; to one decimal, or as many as it takes, where the whole
        number would belie the verdict, or read as none or all when it is not.
        """
        if self.denominator == 0:
            return "none"
        share, decimals = Fraction(_ALL * self.numerator, self.denominator), 0
        while not self._reads_true(share, _rounded(share, decimals)):
            decimals += 1
        unit = 10**decimals
        whole, rest = divmod(int(_rounded(share, decimals) * unit), unit)
        return f"{whole}.{rest:0{decimals}}%" if decimals else f"{whole}%"

    def _reads_true(self, share: Fraction, rounded: Fraction) -> bool:
        met = rounded > self.needed_percent if self.strict else rounded >= self.needed_percent
        return met == self.met and all((rounded == end) == (share == end) for end in (0, _ALL))


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the singular for one: `1 vote cast`, `662,888 patients`."""
    return f"{number:,} {_ONE[noun] if number == 1 else noun}"


def listed(words: tuple[str, ...]) -> str:
    """Words as a sentence lists them: `East, North and West`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _rounded(share: Fraction, decimals: int) -> Fraction:
    """Round half up: `round` would take 12.5 to 12."""
    unit = 10**decimals
    return Fraction(floor(share * unit + Fraction(1, 2)), unit)

"""Counting a vote: quorum, threshold and the words that say them, in whole numbers only.

Four words, used the same everywhere. *On the roll*: every practice asked, reached or not.
*Returned*: practices that answered, abstentions included. *Votes cast*: for and against, without
abstentions. *Base*: what a percentage is a percentage of; every sentence names it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Literal

FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
OPTIONS = (FOR, AGAINST, ABSTAIN)

PRACTICES, VOTES_CAST = "practices", "votes cast"
_ONE = {PRACTICES: "practice", VOTES_CAST: "vote cast"}
_ALL = 100  # per cent


@dataclass(frozen=True, slots=True)
class VoteRule:
    """What a vote needs: a quorum of returned answers, and a share in favour.

    `carried_strict` asks for more than `carried_percent`; otherwise at least that is enough.
    """

    quorum_percent: int
    quorum_of: Literal["practices"]
    carried_percent: int
    carried_strict: bool
    carried_of: Literal["votes_cast", "practices"]
    weight: Literal["one_practice_one_vote"] = "one_practice_one_vote"

    def __post_init__(self) -> None:
        for percent in (self.quorum_percent, self.carried_percent):
            if not 0 <= percent <= _ALL:
                raise ValueError(f"A percentage lies from 0 to 100; {percent} does not.")


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


@dataclass(frozen=True, slots=True)
class Count:
    """The answers that stand at the close, and what follows from them under the rule.

    Practices that could not be reached stay in `on_roll`; those conflicted out are not in it.
    """

    rule: VoteRule
    on_roll: int
    for_: int
    against: int
    abstain: int

    def __post_init__(self) -> None:
        if min(self.for_, self.against, self.abstain) < 0 or self.returned > self.on_roll:
            raise ValueError(f"{self.returned} answers cannot come from {self.on_roll} practices.")

    @property
    def options(self) -> Mapping[str, int]:
        """Every option's number, by its name."""
        numbers = (self.for_, self.against, self.abstain)
        return MappingProxyType(dict(zip(OPTIONS, numbers, strict=True)))

    @property
    def votes_cast(self) -> int:
        """Votes for and against."""
        return self.for_ + self.against

    @property
    def returned(self) -> int:
        """Practices that answered at all."""
        return self.votes_cast + self.abstain

    @property
    def quorum(self) -> Test:
        """The returned answers, held against the quorum: at least so many per cent."""
        return Test(self.returned, self.on_roll, PRACTICES, self.rule.quorum_percent, strict=False)

    @property
    def threshold(self) -> Test:
        """The votes for, held against the rule's share of its base."""
        rule = self.rule
        by_votes = rule.carried_of == "votes_cast"
        size, base = (self.votes_cast, VOTES_CAST) if by_votes else (self.on_roll, PRACTICES)
        return Test(self.for_, size, base, rule.carried_percent, rule.carried_strict)

    @property
    def quorate(self) -> bool:
        """Whether enough practices returned an answer."""
        return self.quorum.met

    @property
    def tied(self) -> bool:
        """As many for as against; with no vote cast, too."""
        return self.for_ == self.against

    @property
    def carried(self) -> bool:
        """Quorate, above the threshold, and no tie. Nothing is carried where no vote was cast."""
        return self.quorate and self.threshold.met and not self.tied


def count(rule: VoteRule, on_roll: int, answers: Iterable[str]) -> Count:
    """Count the answers that stand, one a practice, out of `on_roll` practices asked.

    An answer is `for`, `against` or `abstain`; any other, or more answers than practices, is a
    ValueError: the caller has let in what no practice may send.
    """
    numbers = Counter(answers)
    if strange := numbers.keys() - set(OPTIONS):
        raise ValueError(f"No such option: {', '.join(sorted(strange))}.")
    return Count(rule, on_roll, numbers[FOR], numbers[AGAINST], numbers[ABSTAIN])


def sentences(count: Count) -> tuple[str, str]:
    """The outcome in words, each percentage with its base: on the quorum, then on the votes."""
    return _on_quorum(count), _on_votes(count)


def _on_quorum(count: Count) -> str:
    quorum = count.quorum
    return (
        f"{count.returned} of {_counted(quorum)} returned a vote ({quorum.shown} of practices); "
        f"{quorum.needed} was needed: {'quorate' if count.quorate else 'not quorate'}."
    )


def _on_votes(count: Count) -> str:
    numbers = f"{count.for_} for, {count.against} against, {count.abstain} abstained"
    return f"{numbers}: {_shares(count)}; {_verdict(count)}."


def _shares(count: Count) -> str:
    """The votes for, as a share of both bases; the base that decides comes first."""
    if count.votes_cast == 0:
        return "no vote was cast for or against"
    other = PRACTICES if count.threshold.base_words == VOTES_CAST else VOTES_CAST
    size = count.on_roll if other == PRACTICES else count.votes_cast
    shares = (count.threshold, Test(count.for_, size, other, 0, strict=False))
    return ", ".join(f"{share.shown} of the {_counted(share)}" for share in shares) + ", were for"


def _verdict(count: Count) -> str:
    needed = f"{count.threshold.needed} of {count.threshold.base_words} was needed"
    if not count.quorate:
        return f"{needed}, but without a quorum nothing is carried"
    if count.threshold.met and count.tied:
        return f"{needed}, but a tie is never carried: not carried"
    return f"{needed}: {'carried' if count.carried else 'not carried'}"


def _counted(test: Test) -> str:
    noun = _ONE[test.base_words] if test.denominator == 1 else test.base_words
    return f"{test.denominator} {noun}"


def _rounded(share: Fraction, decimals: int) -> Fraction:
    """Round half up: `round` would take 12.5 to 12."""
    unit = 10**decimals
    return Fraction(floor(share * unit + Fraction(1, 2)), unit)

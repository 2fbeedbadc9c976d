"""The answers of some practices added up: in practices, in votes and in patients.

Four words, used the same everywhere. *On the roll*: every practice asked, reached or not.
*Returned*: practices that answered, abstentions included. *Votes cast*: for and against, without
abstentions. *Base*: what a percentage is a percentage of; every sentence names it.
Where votes are weighted, a practice's answer counts as many votes as the roll gives it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.electors import Elector
from engine.shares import Share, Test
from engine.vote_rule import PATIENTS, PRACTICES, PRACTICES_VOTING, VOTES_CAST, WEIGHT, VoteRule

FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
OPTIONS = (FOR, AGAINST, ABSTAIN)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many said what: practices, votes or patients, of all there are on the roll."""

    on_roll: int
    for_: int
    against: int
    abstain: int

    def __post_init__(self) -> None:
        if min(self.for_, self.against, self.abstain) < 0 or self.returned > self.on_roll:
            raise ValueError(f"{self.returned} answers cannot come from {self.on_roll}.")

    @property
    def cast(self) -> int:
        """For and against."""
        return self.for_ + self.against

    @property
    def returned(self) -> int:
        """All that answered."""
        return self.cast + self.abstain

    def options(self) -> Mapping[str, int]:
        """Every option's number, by its name."""
        numbers = (self.for_, self.against, self.abstain)
        return MappingProxyType(dict(zip(OPTIONS, numbers, strict=True)))


@dataclass(frozen=True, slots=True)
class Held:
    """The answers of some practices, in practices, in votes and in patients.

    `unknown_lists` is the number of practices whose patients are not known: they count as none.
    """

    practices: Numbers
    votes: Numbers
    patients: Numbers
    unknown_lists: int = 0

    def returned(self, share: Share) -> Test:
        """The answers returned, held against a quorum."""
        if share.of == PRACTICES:
            return _returned(self.practices, "practices", share)
        if share.of == WEIGHT:
            return _returned(self.votes, "votes held", share)
        if share.of == PATIENTS:
            return _returned(self.patients, "patients", share)
        raise LookupError(f"no quorum is a share of {share.of}")

    def in_favour(self, share: Share) -> Test:
        """The answers in favour, held against a threshold."""
        if share.of == VOTES_CAST:
            return _of_cast(self.votes, "votes cast", share)
        if share.of == PRACTICES:
            return _of_all(self.practices, "practices", share)
        if share.of == WEIGHT:
            return _of_all(self.votes, "votes held", share)
        if share.of == PRACTICES_VOTING:
            return _of_cast(self.practices, "practices voting for or against", share)
        if share.of == PATIENTS:
            return _of_cast(self.patients, "patients of practices voting for or against", share)
        raise LookupError(f"no majority is a share of {share.of}")

    @property
    def tied(self) -> bool:
        """As many votes for as against; with no vote cast, too."""
        return self.votes.for_ == self.votes.against


def _returned(numbers: Numbers, words: str, share: Share) -> Test:
    return Test(numbers.returned, numbers.on_roll, words, share.percent, share.strict)


def _of_cast(numbers: Numbers, words: str, share: Share) -> Test:
    return Test(numbers.for_, numbers.cast, words, share.percent, share.strict)


def _of_all(numbers: Numbers, words: str, share: Share) -> Test:
    return Test(numbers.for_, numbers.on_roll, words, share.percent, share.strict)


def hold(rule: VoteRule, electors: Iterable[Elector], answers: Mapping[str, str]) -> Held:
    """Add up the answers in practices, votes and patients."""
    practices, votes, patients = ({FOR: 0, AGAINST: 0, ABSTAIN: 0, None: 0} for _ in range(3))
    unknown, weighted = 0, rule.weight is not None
    for elector in electors:
        choice = answers.get(elector.practice)
        practices[choice] += 1
        votes[choice] += elector.weight if weighted else 1
        patients[choice] += elector.patients or 0
        unknown += elector.patients is None
    return Held(_numbers(practices), _numbers(votes), _numbers(patients), unknown)


def _numbers(found: Mapping[str | None, int]) -> Numbers:
    return Numbers(sum(found.values()), found[FOR], found[AGAINST], found[ABSTAIN])


def require_answers(
    electors: tuple[Elector, ...], answers: Mapping[str, str], options: Iterable[str]
) -> None:
    """Raise ValueError unless each answer is an option and comes from an elector, named once."""
    known = {elector.practice for elector in electors}
    if len(known) != len(electors):
        raise ValueError("A practice is named twice among those who may vote.")
    if strange := set(answers.values()) - set(options):
        raise ValueError(f"No such option: {', '.join(sorted(strange))}.")
    if strangers := answers.keys() - known:
        raise ValueError(f"Not among those who may vote: {', '.join(sorted(strangers))}.")

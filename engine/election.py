"""Counting an election: the candidates with most votes fill the seats.

Each elector names one candidate, or abstains. A tie for the last seat is a tie: a run-off among
the tied is the caller's to hold, and a second tie is not resolved here. Where there are no more
candidates than seats, all are elected unopposed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.electors import Elector
from engine.held import ABSTAIN, FOR, Held, hold, require_answers
from engine.shares import Test
from engine.vote_rule import VoteRule


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate, and the votes and practices for them."""

    candidate: str
    name: str
    votes: int
    practices: int


@dataclass(frozen=True, slots=True)
class Election:
    """The answers that stand at the close, by candidate in the ballot's order.

    `held` counts every candidate's votes as cast `for_`, whoever they are for.
    """

    rule: VoteRule
    seats: int
    candidates: tuple[Standing, ...]
    held: Held

    @property
    def unopposed(self) -> bool:
        """Whether there are no more candidates than seats, so that there was nothing to choose."""
        return len(self.candidates) <= self.seats

    @property
    def quorum(self) -> Test:
        """The returned answers, abstentions among them, held against the quorum."""
        return self.held.returned(self.rule.quorum)

    @property
    def quorate(self) -> bool:
        """Whether enough returned an answer; nobody need, where the candidates are unopposed."""
        return self.unopposed or self.quorum.met

    @property
    def elected(self) -> tuple[Standing, ...]:
        """Who has a seat, most votes first; never a candidate without a vote, but unopposed."""
        if self.unopposed:
            return self.candidates
        return tuple(standing for standing in self._ahead() if standing not in self.tied_for_last)

    @property
    def tied_for_last(self) -> tuple[Standing, ...]:
        """Who have as many votes as each other for the seats that are left, and too few seats."""
        ranked = self._ranked()
        if self.unopposed or not self.quorate or len(ranked) <= self.seats:
            return ()
        last, next_ = ranked[self.seats - 1], ranked[self.seats]
        if last.votes > next_.votes:
            return ()
        return tuple(standing for standing in ranked if standing.votes == last.votes)

    @property
    def tied(self) -> bool:
        """Whether a run-off is due."""
        return bool(self.tied_for_last)

    @property
    def carried(self) -> bool:
        """Whether somebody is elected and no seat is tied for."""
        return bool(self.elected) and not self.tied

    @property
    def open_seats(self) -> int:
        """Seats that nobody is elected to: tied for, or vacant for want of votes or candidates."""
        return self.seats - len(self.elected)

    def _ahead(self) -> tuple[Standing, ...]:
        return self._ranked()[: self.seats] if self.quorate else ()

    def _ranked(self) -> tuple[Standing, ...]:
        """Candidates with votes, most first; even ones stay in the ballot's order."""
        voted = (standing for standing in self.candidates if standing.votes)
        return tuple(sorted(voted, key=lambda standing: -standing.votes))


def elect(
    rule: VoteRule,
    candidates: Mapping[str, str],
    electors: Iterable[Elector],
    answers: Mapping[str, str],
    seats: int | None = None,
) -> Election:
    """Count an election. `candidates` are names by id; an answer is one id, or `abstain`.

    `seats` are the rule's, unless a run-off fills fewer. Any other answer is a ValueError.
    """
    voters, to_fill = tuple(electors), rule.seats if seats is None else seats
    if not to_fill or to_fill < 1 or ABSTAIN in candidates:
        raise ValueError("An election fills one seat or more, and nobody is called `abstain`.")
    require_answers(voters, answers, (*candidates, ABSTAIN))
    held = hold(rule, voters, {p: c if c == ABSTAIN else FOR for p, c in answers.items()})
    return Election(rule, to_fill, tuple(_standings(rule, candidates, voters, answers)), held)


def _standings(
    rule: VoteRule,
    candidates: Mapping[str, str],
    electors: tuple[Elector, ...],
    answers: Mapping[str, str],
) -> Iterator[Standing]:
    for candidate, name in candidates.items():
        weights = [e.weight for e in electors if answers.get(e.practice) == candidate]
        votes = len(weights) if rule.weight is None else sum(weights)
        yield Standing(candidate, name, votes, len(weights))

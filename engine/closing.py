"""What the close of a vote comes to: the count of each question, in numbers and in words."""

from collections.abc import Mapping
from typing import Any

from engine.areas import Area
from engine.candidates import candidate_name
from engine.case import Case
from engine.definition import Open
from engine.election import Election, elect
from engine.election_words import election_sentences
from engine.electors import electors_of
from engine.held import ABSTAIN, Held, Numbers
from engine.shares import Test
from engine.tally import Count, count
from engine.tally_words import sentences
from engine.vote_rule import VoteRule

Counted = Count | Election


def counts_at_close(case: Case) -> dict[str, Counted]:
    """The count of each question, at the close of a vote; none in other states.

    Candidates who are unopposed are counted without one.
    """
    rule = case.machinery.workflow.vote
    voted = case.state.open_for is Open.VOTES or is_unopposed(case)
    if rule is None or not voted:
        return {}
    return {question: _count(case, rule, question) for question in case.decision.ballot}


def _count(case: Case, rule: VoteRule, question: str) -> Counted:
    """One question's count. A practice that is no elector has no say, whatever it once sent."""
    electors = electors_of(case.roll.lines, case.decision.excluded, rule.weight)
    practices = {elector.practice for elector in electors}
    answers = {
        vote.practice: vote.choice
        for vote in case.decision.votes
        if vote.question == question and vote.practice in practices
    }
    if rule.seats is None:
        areas = {line.locality for line in case.roll.lines}
        return count(rule, electors, answers, areas)
    options = (option for option in case.decision.ballot[question] if option != ABSTAIN)
    candidates = {option: candidate_name(option) for option in options}
    return elect(rule, candidates, electors, answers, _seats(case, rule))


def _seats(case: Case, rule: VoteRule) -> int:
    """The seats to fill: in a run-off, those that the first vote left."""
    return (rule.seats or 0) - len(case.decision.elected)


def is_unopposed(case: Case) -> bool:
    """Whether there are no more candidates than seats; a motion is always opposed."""
    rule = case.machinery.workflow.vote
    if rule is None or rule.seats is None:
        return False
    seats = _seats(case, rule)
    return all(len(options) - 1 <= seats for options in case.decision.ballot.values())


def said(counts: Mapping[str, Counted]) -> Mapping[str, tuple[str, ...]]:
    """Each question's outcome in words."""
    return {
        question: election_sentences(held) if isinstance(held, Election) else sentences(held)
        for question, held in counts.items()
    }


def declared(counts: Mapping[str, Counted]) -> Mapping[str, Any] | None:
    """The first question's numbers, and each question's beside them where there are several."""
    if not counts:
        return None
    values = {question: count_value(held) for question, held in counts.items()}
    first = next(iter(values.values()))
    return first if len(values) == 1 else {**first, "questions": values}


def count_value(held: Counted) -> dict[str, Any]:
    """A count as the leaf and the public JSON hold it.

    Where votes are weighted, `for`, `against` and `abstain` are votes; `practices` has the numbers
    of practices, and `weights` every number of votes, those returned and on the roll included.
    """
    if isinstance(held, Election):
        return _election_value(held)
    value = {
        **_numbers(held.held.votes),
        "options": dict(held.options),
        "on_roll": held.on_roll,
        "returned": held.returned,
        "votes_cast": held.votes_cast,
        "base": held.threshold.base_words,
        "quorum": test_value(held.quorum),
        "threshold": test_value(held.threshold),
        **_weights(held.rule, held.held),
    }
    if held.also:
        value["also"] = [test_value(test) for test in held.also]
    if held.areas:
        value["areas"] = [_area_value(area) for area in held.areas]
    return value


def _area_value(area: Area) -> dict[str, Any]:
    held = area.held
    return {
        "area": area.name,
        **_numbers(held.votes),
        "on_roll": held.practices.on_roll,
        "returned": held.practices.returned,
        "votes_cast": held.votes.cast,
        "quorum": test_value(area.quorum) if area.quorum else None,
        "threshold": test_value(area.threshold) if area.threshold else None,
        "met": area.met,
        **_weights(area.rule, held),
    }


def _election_value(election: Election) -> dict[str, Any]:
    held = election.held
    votes = {standing.candidate: standing.votes for standing in election.candidates}
    practices = {standing.candidate: standing.practices for standing in election.candidates}
    value: dict[str, Any] = {
        "abstain": held.votes.abstain,
        "options": {**votes, ABSTAIN: held.votes.abstain},
        "on_roll": held.practices.on_roll,
        "returned": held.practices.returned,
        "votes_cast": held.votes.cast,
        "base": "votes cast",
        "quorum": test_value(election.quorum),
        "seats": election.seats,
        "elected": [standing.candidate for standing in election.elected],
        "tied": [standing.candidate for standing in election.tied_for_last],
        "unopposed": election.unopposed,
    }
    if election.rule.weight is not None:
        value["practices"] = {**practices, ABSTAIN: held.practices.abstain}
        value["weights"] = {**value["options"], **_returned(held.votes)}
    return value


def _weights(rule: VoteRule, held: Held) -> dict[str, Any]:
    if rule.weight is None:
        return {}
    return {
        "practices": _numbers(held.practices),
        "weights": {**_numbers(held.votes), **_returned(held.votes)},
    }


def _numbers(numbers: Numbers) -> dict[str, int]:
    return dict(numbers.options())


def _returned(numbers: Numbers) -> dict[str, int]:
    return {"returned": numbers.returned, "on_roll": numbers.on_roll}


def test_value(test: Test) -> dict[str, Any]:
    """A quorum or threshold: what was reached, of which base, what was needed, whether it held."""
    return {
        "reached": test.numerator,
        "of": test.denominator,
        "base": test.base_words,
        "needed_percent": test.needed_percent,
        "more_than": test.strict,
        "met": test.met,
    }

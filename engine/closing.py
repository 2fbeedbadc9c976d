"""Counting at the close of a vote, and the count as the leaf and the public JSON hold it."""

from collections.abc import Mapping
from typing import Any

from engine.case import Case
from engine.definition import Open
from engine.tally import Count, count


def counts_at_close(case: Case) -> dict[str, Count]:
    """The count of each question, at the close of a vote; none in other states."""
    rule = case.machinery.workflow.vote
    if case.state.open_for is not Open.VOTES or rule is None:
        return {}
    votes = case.decision.votes
    return {
        question: count(
            rule, len(case.roll.lines), [v.choice for v in votes if v.question == question]
        )
        for question in case.decision.ballot
    }


def is_unopposed(case: Case) -> bool:  # noqa: ARG001
    """Whether there are no more candidates than seats."""
    return False


def declared(counts: Mapping[str, Count]) -> Mapping[str, Any] | None:
    """The first question's numbers, and each question's beside them where there are several."""
    if not counts:
        return None
    values = {question: count_value(held) for question, held in counts.items()}
    first = next(iter(values.values()))
    return first if len(values) == 1 else {**first, "questions": values}


def count_value(held: Count) -> dict[str, Any]:
    """A count as the leaf and the public JSON hold it."""
    return {
        "for": held.for_,
        "against": held.against,
        "abstain": held.abstain,
        "options": dict(held.options),
        "on_roll": held.on_roll,
        "returned": held.returned,
        "votes_cast": held.votes_cast,
        "base": held.threshold.base_words,
        "quorum": test_value(held.quorum),
        "threshold": test_value(held.threshold),
    }


def test_value(test: Any) -> dict[str, Any]:  # noqa: ANN401 - until the tally is in place
    """A quorum or threshold: what was reached, of which base, what was needed, whether it held."""
    return {
        "reached": test.numerator,
        "of": test.denominator,
        "base": test.base_words,
        "needed_percent": test.needed_percent,
        "more_than": test.strict,
        "met": test.met,
    }

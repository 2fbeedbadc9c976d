"""The outcome of a vote on a motion in words: each percentage with its base.

A plain vote (one practice, one vote, nothing else asked) takes two sentences: on the quorum, then
on the votes. Each further majority and each area has one more, and the last says what they make.
"""

from collections.abc import Iterator

from engine.areas import Area
from engine.held import Held, Numbers
from engine.shares import Test, counted
from engine.tally import Count
from engine.vote_rule import PATIENTS, PRACTICES, VOTES_CAST, VoteRule


def sentences(count: Count) -> tuple[str, ...]:
    """The outcome in words, in the order in which the rule asks."""
    return tuple(_said(count))


def _said(count: Count) -> Iterator[str]:
    yield quorum_words(count.rule, count.held, "reached over all" if _short(count) else "quorate")
    yield _on_votes(count)
    for test in count.also:
        yield _on_majority(count, test)
    for area in count.areas:
        yield _on_area(count, area)
    if count.held.unknown_lists and _asks_patients(count.rule):
        yield _on_unknown(count.held.unknown_lists)
    if _asks_more(count.rule) and count.quorate:
        verdict = "carried" if count.carried else "not carried"
        yield f"Every one of these was needed: {verdict}."


def _short(count: Count) -> bool:
    """Whether the quorum is reached over all, and missed in an area."""
    return count.quorum.met and not count.quorate


def _asks_more(rule: VoteRule) -> bool:
    return bool(rule.also) or rule.each_area is not None


def _asks_patients(rule: VoteRule) -> bool:
    return PATIENTS in {rule.quorum.of, *(share.of for share in rule.also)}


# --- the quorum -----------------------------------------------------------------------------


def quorum_words(rule: VoteRule, held: Held, met: str = "quorate") -> str:
    """How many returned a vote, of how many, and whether that is a quorum."""
    test = held.returned(rule.quorum)
    verdict = met if test.met else "not quorate"
    return f"{_returned(rule, held, test)}; {test.needed} was needed: {verdict}."


def _returned(rule: VoteRule, held: Held, test: Test) -> str:
    asked = counted(held.practices.on_roll, "practices")
    told = f"{held.practices.returned} of {asked} returned a vote"
    if test.base_words == "practices":
        share = f"({test.shown} of practices)"
        return f"{told} {share}{f', {_holding(held)}' if rule.weight else ''}"
    if test.base_words == "votes held":
        return f"{told}, {_holding(held)} ({test.shown} of votes held)"
    return f"{told}, with {test.numerator:,} of {test.base} ({test.shown} of patients)"


def _holding(held: Held) -> str:
    return f"holding {held.votes.returned:,} of {counted(held.votes.on_roll, 'votes')}"


# --- the votes ------------------------------------------------------------------------------


def _on_votes(count: Count) -> str:
    numbers = f"{_for_against(count.rule, count.held)}, {_abstained(count.rule, count.held)}"
    return f"{numbers}: {_shares(count)}; {_verdict(count)}."


def _for_against(rule: VoteRule, held: Held) -> str:
    votes, practices = held.votes, held.practices
    if rule.weight is None:
        return f"{votes.for_} for, {votes.against} against"
    in_favour = f"{counted(votes.for_, 'votes')} for {_of(practices.for_)}"
    return f"{in_favour}, {votes.against:,} against {_of(practices.against)}"


def _abstained(rule: VoteRule, held: Held) -> str:
    of = "" if rule.weight is None else f" {_of(held.practices.abstain)}"
    return f"{held.votes.abstain:,} abstained{of}"


def _of(practices: int) -> str:
    return f"({counted(practices, 'practices')})"


def _shares(count: Count) -> str:
    """The votes for, as a share of those cast and of all; the base that decides comes first."""
    if count.votes_cast == 0:
        return "no vote was cast for or against"
    shares = (count.threshold, _other(count))
    return ", ".join(f"{share.shown} of the {share.base}" for share in shares) + ", were for"


def _other(count: Count) -> Test:
    """The votes for as a share of the base that does not decide."""
    if count.rule.threshold.of != VOTES_CAST:
        return Test(count.for_, count.votes_cast, "votes cast", 0, strict=False)
    numbers, words = _all(count.rule, count.held)
    return Test(numbers.for_, numbers.on_roll, words, 0, strict=False)


def _all(rule: VoteRule, held: Held) -> tuple[Numbers, str]:
    return (held.practices, PRACTICES) if rule.weight is None else (held.votes, "votes held")


def _verdict(count: Count) -> str:
    needed = f"{count.threshold.needed} of {count.threshold.base_words} was needed"
    if not count.quorate:
        where = " in every area" if _short(count) else ""
        return f"{needed}, but without a quorum{where} nothing is carried"
    if count.threshold.met and count.tied:
        return f"{needed}, but a tie is never carried: not carried"
    if count.threshold.met and _asks_more(count.rule):
        return f"{needed}: reached"
    return f"{needed}: {'carried' if count.carried else 'not carried'}"


# --- what else must hold ---------------------------------------------------------------------


def _on_majority(count: Count, test: Test) -> str:
    verdict = f"{test.needed} was needed: {'reached' if test.met else 'not reached'}"
    who = f"The {counted(count.held.practices.for_, 'practices')} in favour"
    if test.denominator == 0:
        return f"{who} have none of {test.base}; {verdict}."
    if test.base_words.startswith(PATIENTS):
        return f"{who} have {test.numerator:,} of the {test.base}, {test.shown}; {verdict}."
    return f"{who} are {test.shown} of the {test.base}; {verdict}."


def _on_area(count: Count, area: Area) -> str:
    """`In Daventry 4 for, 9 against: 31% of the 13 votes cast; more than 50% was needed: …`."""
    where = f"In {area.name}" if area.name else "With no locality"
    return f"{where} {'; '.join(_on_parts(count, area))}."


def _on_parts(count: Count, area: Area) -> Iterator[str]:
    if area.quorum is not None:
        returned = _returned(area.rule, area.held, area.quorum)
        verdict = "quorate" if area.quorate else "not quorate"
        yield f"{returned}, and {area.quorum.needed} was needed: {verdict}"
    if area.threshold is not None:
        yield f"{_for_against(area.rule, area.held)}: {_area_verdict(count, area, area.threshold)}"


def _area_verdict(count: Count, area: Area, threshold: Test) -> str:
    yes, no = ("carried", "not carried") if count.quorate else ("reached", "not reached")
    if area.held.votes.cast == 0:
        return f"no vote was cast for or against: {no}"
    share = f"{threshold.shown} of the {threshold.base}; {threshold.needed} was needed"
    if threshold.met and area.held.tied:
        return f"{share}, but a tie is never carried: {no}"
    return f"{share}: {yes if area.carried else no}"


def _on_unknown(number: int) -> str:
    if number == 1:
        return "The list of 1 practice is not known and counts as no patients."
    return f"The lists of {number} practices are not known and count as no patients."

"""What a decision means, in words for a practice."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.per_head import Patients, drawn_words, known_patients
from engine.roll import Roll, RollLine
from engine.vote_rule import VoteRule
from engine.weights import own_weight_words, weight_words

_MEANS: Mapping[str, str] = {
    "affects_practice_income": "It may change what your practice earns.",
    "changes_contract_or_les": "It changes a contract or local enhanced service you may hold.",
    "incentive_scheme": "It sets or changes an incentive scheme for practices.",
    "quality_premium": "It decides what the quality premium is used for.",
    "qof": "It touches the Quality and Outcomes Framework or an alternative to it.",
    "affects_practice_workload": "It may change the work your practice does.",
    "clinical_pathway_or_prescribing": "It changes a clinical pathway or prescribing policy.",
    "service_change_for_patients": "It changes a service that your patients use.",
    "constitution_change": "It changes the body's constitution, and so how you are governed.",
    "member_election_or_meeting_rules": "It concerns how members are represented or meet.",
    "uses_management_allowance": "It spends the management allowance.",
}
"""What each fact means to a practice, most pressing first."""


_INCOME = (
    "affects_practice_income",
    "changes_contract_or_les",
    "quality_premium",
    "incentive_scheme",
    "qof",
)

AS_A_CLASS = (
    "Every practice has an interest in this as a class, so your vote is the members' voice; "
    "a committee without a GP majority then acts on it."
)
"""What a ballot on the practices' own income says of conflicts: NHS Act 2006, section 14O."""


def meaning_for(
    facts: Mapping[str, Any],
    line: RollLine,
    rule: VoteRule | None = None,
    *,
    roll: Roll | None = None,
) -> tuple[str, ...]:
    """What the decision means for this practice, a sentence each; the last tells of its votes.

    Where votes are weighted, the rule is stated before: rounding, and unknown and small lists.

    The roll tells how many patients there are, where a sum is told for each of them.
    """
    weights = rule.weight if rule else None
    stated = (weight_words(weights),) if weights else ()
    return (*_sentences(facts, line, roll), *stated, own_weight_words(weights, line))


def _sentences(facts: Mapping[str, Any], line: RollLine, roll: Roll | None) -> Iterator[str]:
    for fact, means in _MEANS.items():
        if facts.get(fact) is True:
            yield means
    yield from _money(facts, roll)
    if facts.get("localities_touched") in {"one", "some"} and line.locality:
        yield f"It concerns part of the area; your practice is in {line.locality}."
    if any(facts.get(fact) is True for fact in _INCOME):
        yield AS_A_CLASS


def _money(facts: Mapping[str, Any], roll: Roll | None) -> Iterator[str]:
    """The sum in question; one from the management allowance for each registered patient too."""
    money = facts.get("money_gbp")
    if money is None:
        return
    patients = patients_of(roll) if roll is not None else Patients(0)
    if facts.get("uses_management_allowance") is not True or not patients.known:
        yield f"The sum in question is £{money:,} across the body."
        return
    said = (
        f"The sum in question is {drawn_words(money, patients.known)} of the practices on the roll."
    )
    unknown = len(patients.unknown)
    if unknown:
        lists = "list is" if unknown == 1 else "lists are"
        said += f" The size of {unknown} {lists} not known, so it is less than that for each."
    yield said


def patients_of(roll: Roll) -> Patients:
    """The registered patients of the practices on a roll."""
    return known_patients((line.practice, line.list_size) for line in roll.lines)


def without_vote(meaning: tuple[str, ...]) -> tuple[str, ...]:
    """The same for a decision that is not voted on."""
    told = tuple(sentence for sentence in meaning[:-1] if sentence != AS_A_CLASS)
    return told or ("Nothing changes for your practice by itself; you may comment.",)

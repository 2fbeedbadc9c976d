"""What a decision means, in words for a practice."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.roll import RollLine
from engine.vote_rule import VoteRule
from engine.weights import own_weight_words

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


def meaning_for(
    facts: Mapping[str, Any], line: RollLine, rule: VoteRule | None = None
) -> tuple[str, ...]:
    """What the decision means for this practice, a sentence each; the last tells of its votes."""
    weights = rule.weight if rule else None
    return (*_sentences(facts, line), own_weight_words(weights, line))


def _sentences(facts: Mapping[str, Any], line: RollLine) -> Iterator[str]:
    for fact, means in _MEANS.items():
        if facts.get(fact) is True:
            yield means
    money = facts.get("money_gbp")
    if money is not None:
        yield f"The sum in question is £{money:,} across the body."
    if facts.get("localities_touched") in {"one", "some"} and line.locality:
        yield f"It concerns part of the area; your practice is in {line.locality}."


def without_vote(meaning: tuple[str, ...]) -> tuple[str, ...]:
    """The same for a decision that is not voted on."""
    return meaning[:-1] or ("Nothing changes for your practice by itself; you may comment.",)

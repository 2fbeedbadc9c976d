"""What a decision means, in words for a practice."""

from collections.abc import Iterator, Mapping
from typing import Any

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
    money = facts.get("money_gbp")
    if money is not None:
        yield f"The sum in question is £{money:,} across the body."
    if money is not None and facts.get("uses_management_allowance") is True and roll is not None:
        yield from _for_each_patient(money, roll)
    if facts.get("localities_touched") in {"one", "some"} and line.locality:
        yield f"It concerns part of the area; your practice is in {line.locality}."
    if any(facts.get(fact) is True for fact in _INCOME):
        yield AS_A_CLASS


def _for_each_patient(money: int, roll: Roll) -> Iterator[str]:
    """The sum for each registered patient, in pence rounded half up."""
    known = [line.list_size for line in roll.lines if line.list_size is not None]
    patients = sum(known)
    if not patients:
        return
    pounds, pence = divmod((200 * money + patients) // (2 * patients), 100)
    said = (
        f"That is £{pounds:,}.{pence:02} for each of the {patients:,} registered patients of the "
        "practices on the roll."
    )
    unknown = len(roll.lines) - len(known)
    if unknown:
        lists = "list is" if unknown == 1 else "lists are"
        said += f" The size of {unknown} {lists} not known, so it is less than that."
    yield said


def without_vote(meaning: tuple[str, ...]) -> tuple[str, ...]:
    """The same for a decision that is not voted on."""
    told = tuple(sentence for sentence in meaning[:-1] if sentence != AS_A_CLASS)
    return told or ("Nothing changes for your practice by itself; you may comment.",)

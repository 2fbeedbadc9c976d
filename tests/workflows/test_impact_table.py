"""The table that ships: the kinds of decision it must know, and what it never does."""

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import LOCALITIES, MOST, YES_NO, Facts, read_facts
from engine.impact import (
    Check,
    Classification,
    Involvement,
    Level,
    Route,
    Rule,
    classify,
    workflow_for,
)
from workflows.confusion import Confusion, Label, Share, confuse, describe
from workflows.impact_rules import SHIPPED, load_impact

TABLE = load_impact(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
ENTRIES = (*TABLE.rules, *TABLE.involvements, *TABLE.checks)
LABELLED = Path(__file__).parents[1] / "data" / "decisions-labelled.jsonl"


def find(**given: object) -> Classification:
    return classify(read_facts(given, "test"), TABLE)


def yes(*names: str, **more: object) -> dict[str, object]:
    return {**dict.fromkeys(names, True), **more}


INCOME, WORK, CONTRACT = YES_NO[:3]
ALLOWANCE, PREMIUM, SCHEME, QOF = YES_NO[3:7]
SERVICE, CONSTITUTION, AWARD, PATHWAY, ELECTION, HOUSEKEEPING, URGENT = YES_NO[7:]

Kind = tuple[str, dict[str, object], str, str, str]
KINDS: tuple[Kind, ...] = (
    ("too urgent", yes(URGENT, INCOME), "high", "committee", "urgent_powers"),
    ("constitution", yes(CONSTITUTION), "critical", "vote+supermajority", "constitution_vote"),
    ("clerical slip", yes(HOUSEKEEPING), "none", "inform", "inform"),
    ("quality premium", yes(PREMIUM), "high", "vote", "vote_then_committee"),
    ("enhanced service", yes(INCOME, CONTRACT), "high", "vote", "vote_then_committee"),
    ("incentive scheme", yes(SCHEME), "high", "vote", "vote_then_committee"),
    ("QOF replacement", yes(QOF, INCOME), "high", "vote", "vote_then_committee"),
    ("QOF support", yes(QOF), "moderate", "consult", "consult"),
    ("PMS money", yes(INCOME), "high", "vote", "vote_then_committee"),
    ("allowance", yes(ALLOWANCE), "moderate", "committee", "allowance_committee"),
    ("leaders' pay", yes(ALLOWANCE, INCOME), "high", "committee", "allowance_committee"),
    (
        "one practice's boundary",
        yes(CONTRACT, localities_touched="one", practices_affected=1),
        "low",
        "committee",
        "primary_care_committee",
    ),
    (
        "two practices merge",
        yes(CONTRACT, SERVICE, localities_touched="some", practices_affected=2),
        "moderate",
        "committee",
        "primary_care_committee",
    ),
    ("procurement", yes(AWARD), "moderate", "committee", "procurement"),
    ("a service closes", yes(SERVICE), "high", "consult", "consult"),
    ("treatment threshold", yes(SERVICE, PATHWAY), "moderate", "consult", "consult"),
    ("pathway that adds work", yes(PATHWAY, WORK), "moderate", "consult", "consult"),
    ("pathway with payment", yes(PATHWAY, WORK, SCHEME), "high", "vote", "vote_then_committee"),
    (
        "a scheme in one locality",
        yes(SCHEME, localities_touched="one"),
        "high",
        "vote",
        "vote_then_committee",
    ),
    (
        "a service in some localities",
        yes(SERVICE, localities_touched="some"),
        "high",
        "consult",
        "consult",
    ),
    ("election", yes(ELECTION), "moderate", "vote", "member_vote"),
    ("noticed within policy", yes(WORK), "low", "inform", "inform"),
    ("housekeeping", yes(HOUSEKEEPING), "none", "inform", "inform"),
)


@pytest.mark.parametrize("kind", KINDS, ids=[kind[0] for kind in KINDS])
def test_each_kind_of_decision_has_its_level_route_and_workflow(kind: Kind) -> None:
    _, raw, level, route, workflow = kind
    found = find(**raw)
    carried_by = workflow_for(found.route, read_facts(raw, "test"))
    assert (found.level, found.route, carried_by) == (level, route, workflow)


def test_there_are_fewer_than_forty_entries() -> None:
    assert len(ENTRIES) < 40


def test_no_entry_names_a_decision_that_a_person_labelled() -> None:
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    text = SHIPPED.read_text(encoding="utf-8").lower()

    assert [r["id"] for r in rows if r["id"] in text or r["title"].lower() in text] == []


@cache
def few_facts() -> tuple[Facts, ...]:
    """Every choice of up to three true facts, with every reach."""
    reaches = [
        {"localities_touched": where, "practices_affected": number}
        for where, number in product((None, *LOCALITIES), (None, 1, 5, 50))
    ]
    names = (chosen for size in range(4) for chosen in combinations(YES_NO, size))
    return tuple(
        read_facts(yes(*chosen, **reach), "test") for chosen, reach in product(names, reaches)
    )


def test_every_rule_can_win() -> None:
    winners = {classify(facts, TABLE).fired[0].rule for facts in few_facts()}
    assert winners == {rule.id for rule in TABLE.rules}


@pytest.mark.parametrize("entry", [*TABLE.involvements, *TABLE.checks], ids=lambda each: each.id)
def test_every_involvement_and_check_can_fit(entry: Involvement | Check) -> None:
    assert any(entry.when.fits(facts) for facts in few_facts())


@pytest.mark.parametrize("rule", TABLE.rules, ids=lambda rule: rule.id)
def test_every_reason_is_a_whole_sentence(rule: Rule) -> None:
    first, *rest = rule.because.split()
    assert (first[0].isupper(), len(rest) > 10, rest[-1].endswith(".")) == (True, True, True)


RAW = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(YES_NO, st.booleans()),
        "localities_touched": st.sampled_from(LOCALITIES),
        **{name: st.integers(0, most) | st.integers(0, 20) for name, most in MOST.items()},
    },
)


@given(RAW)
def test_any_facts_find_a_level_a_route_and_a_reason(raw: dict[str, object]) -> None:
    found = find(**raw)
    assert (found.level in Level, found.route in Route, bool(found.fired[0].because)) == (
        True,
        True,
        True,
    )


@given(RAW)
def test_a_change_of_the_constitution_is_voted_on_unless_it_is_urgent(
    raw: dict[str, object],
) -> None:
    found = find(**{**raw, CONSTITUTION: True, URGENT: False})
    assert (found.level, found.route) == (Level.CRITICAL, Route.SUPERMAJORITY)


@given(RAW, st.sampled_from([CONSTITUTION, PREMIUM, SCHEME]))
def test_what_belongs_to_members_never_lowers_the_route_unless_urgent(
    raw: dict[str, object], name: str
) -> None:
    calm = {**raw, URGENT: False}
    assert find(**{**calm, name: True}).route.rank >= find(**{**calm, name: False}).route.rank


@given(RAW)
def test_practice_income_is_never_decided_without_a_vote_or_a_committee(
    raw: dict[str, object],
) -> None:
    assert find(**{**raw, INCOME: True}).route.rank >= Route.COMMITTEE.rank


@given(RAW)
def test_where_money_reaches_practices_people_without_an_interest_take_part(
    raw: dict[str, object],
) -> None:
    found = find(**{**raw, INCOME: True, CONSTITUTION: False, ELECTION: False})
    assert {"non_gp_majority_committee", "management_allowance_committee"} & {*found.involve}


@given(RAW)
def test_what_is_urgent_always_goes_to_the_urgent_powers(raw: dict[str, object]) -> None:
    assert find(**{**raw, URGENT: True}).highest_in_doubt is Route.COMMITTEE


@given(RAW)
def test_facts_that_state_nothing_as_true_are_a_question(raw: dict[str, object]) -> None:
    assert find(**{**raw, **dict.fromkeys(YES_NO, False)}).ask


@pytest.mark.parametrize("name", [INCOME, CONTRACT, QOF, SERVICE, AWARD, ALLOWANCE, PATHWAY])
def test_housekeeping_that_is_also_something_else_is_a_question(name: str) -> None:
    assert find(**yes(HOUSEKEEPING, name)).ask


def test_income_of_some_practices_is_opened_as_a_vote_while_their_number_is_unknown() -> None:
    some = find(**yes(INCOME, CONTRACT, localities_touched="one"))
    assert (some.route, some.ask, some.highest_in_doubt) == (Route.COMMITTEE, True, Route.VOTE)


def labelled() -> Iterator[tuple[Label, Classification]]:
    for n, line in enumerate(LABELLED.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        level, route = Level(row["impact_level"]), Route(row["route"])
        label = Label(row["id"], level, route, row["label_confidence"])
        yield label, classify(read_facts(row["facts"], LABELLED.name, n), TABLE)


@cache
def confusion() -> Confusion:
    return confuse(labelled())


def test_no_labelled_decision_is_passed_off_as_less_without_a_question() -> None:
    assert confusion().under_involved == (), describe(confusion())


def test_where_a_question_is_asked_no_labelled_decision_is_opened_on_less() -> None:
    lower = [lab.id for lab, found in labelled() if found.highest_in_doubt.rank < lab.route.rank]
    assert lower == []


@pytest.mark.parametrize(
    ("what", "at_least"),
    [
        ("route_right", 93),
        ("both_right", 89),
        ("route_right_high", 100),
        ("both_right_high", 97),
    ],
)
def test_the_table_agrees_with_the_labels(what: str, at_least: int) -> None:
    share: Share = getattr(confusion(), what)
    assert share.percent >= Fraction(at_least), describe(confusion())


def test_a_person_is_asked_about_few_decisions() -> None:
    assert confusion().asked.percent <= 20, describe(confusion())

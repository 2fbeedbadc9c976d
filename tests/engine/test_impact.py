"""How a table is read: first fitting rule, added involvements, checks that ask; and the routes."""

import pytest

from engine.facts import Facts, read_facts
from engine.impact import (
    Check,
    Classification,
    Condition,
    Fired,
    Involvement,
    Level,
    Route,
    Rule,
    Table,
    When,
    classify,
    workflow_for,
)


def facts(**given: object) -> Facts:
    return read_facts(given, "test")


def rule(name: str, when: When, ask: str = "", involve: tuple[str, ...] = ()) -> Rule:
    return Rule(
        id=name,
        title=name,
        when=when,
        level=Level.LOW,
        route=Route.INFORM,
        because=f"{name} because",
        source="test",
        involve=involve,
        ask=ask,
    )


def table(
    *rules: Rule, involvements: tuple[Involvement, ...] = (), checks: tuple[Check, ...] = ()
) -> Table:
    return Table("test", "A table", (*rules, rule("rest", When())), involvements, checks)


URGENT = Condition("urgent", (True,))
QOF = Condition("qof", (True,))


def test_the_first_rule_that_fits_wins() -> None:
    both = table(rule("first", When((URGENT,))), rule("second", When((URGENT, QOF))))
    assert classify(facts(urgent=True, qof=True), both).fired[0].rule == "first"


def test_the_last_rule_takes_what_no_other_does() -> None:
    assert classify(facts(), table(rule("first", When((URGENT,))))).fired == (
        Fired("rest", "rest because"),
    )


@pytest.mark.parametrize(("urgent", "qof"), [(True, False), (False, True)])
def test_all_of_when_must_hold(*, urgent: bool, qof: bool) -> None:
    assert not When((URGENT, QOF)).fits(facts(urgent=urgent, qof=qof))


@pytest.mark.parametrize(("urgent", "qof"), [(True, False), (False, True), (True, True)])
def test_one_case_of_any_is_enough(*, urgent: bool, qof: bool) -> None:
    assert When(any_of=((URGENT,), (QOF,))).fits(facts(urgent=urgent, qof=qof))


def test_none_of_any_is_not_enough() -> None:
    assert not When(any_of=((URGENT,), (QOF,))).fits(facts())


def test_one_case_of_unless_is_enough_to_rule_out() -> None:
    assert not When(unless=((URGENT,), (QOF,))).fits(facts(qof=True))


def test_a_case_of_unless_rules_out_only_as_a_whole() -> None:
    assert When(unless=((URGENT, QOF),)).fits(facts(qof=True))


@pytest.mark.parametrize(("number", "holds"), [(1, False), (2, True), (9, True), (10, False)])
def test_bounds_are_inclusive(number: int, *, holds: bool) -> None:
    condition = Condition("practices_affected", at_least=2, at_most=9)
    assert condition.holds(facts(practices_affected=number)) is holds


@pytest.mark.parametrize("bound", [{"at_least": 0}, {"at_most": 9}])
def test_a_number_not_stated_is_within_no_bounds(bound: dict[str, int]) -> None:
    assert not Condition("money_gbp", **bound).holds(facts())  # type: ignore[arg-type]


def test_localities_not_stated_are_none_of_the_four() -> None:
    every = Condition("localities_touched", ("all", "some", "one", "none"))
    assert not every.holds(facts())


@pytest.mark.parametrize("stated", [True, False])
def test_false_and_not_stated_can_be_told_apart(*, stated: bool) -> None:
    assert Condition("urgent", stated=stated).holds(facts(urgent=False)) is stated


def test_involvements_add_bodies_once_and_in_order() -> None:
    added = Involvement(
        id="x", title="x", when=When(), involve=("nhs_england", "lmc"), because="y", source="z"
    )
    both = table(rule("r", When(), involve=("lmc",)), involvements=(added,))
    found = classify(facts(), both)
    assert found.involve == ("lmc", "nhs_england")


def test_the_reasons_of_involvements_follow_the_reason_of_the_rule() -> None:
    added = Involvement(
        id="x", title="x", when=When(), involve=("lmc",), because="since", source="z"
    )
    assert classify(facts(), table(involvements=(added,))).fired[1:] == (Fired("x", "since"),)


def test_every_check_that_fits_asks() -> None:
    checks = tuple(
        Check(id=word, title=word, when=When((QOF,)), ask=f"{word}?") for word in ("how", "why")
    )
    assert classify(facts(qof=True), table(checks=checks)).asks == ("how?", "why?")


def test_a_check_that_does_not_fit_is_silent() -> None:
    check = Check(id="how", title="how", when=When((QOF,)), ask="how?")
    assert not classify(facts(), table(checks=(check,))).ask


def test_a_rule_may_ask_itself() -> None:
    guess = table(rule("guess", When((QOF,)), ask="really?"))
    assert classify(facts(qof=True), guess).asks == ("really?",)


def doubtful(route: Route, *others: Route) -> Classification:
    return Classification(Level.LOW, route, (), asks=("which?",), in_doubt=others)


def test_the_highest_route_in_doubt_is_the_one_with_most_say_for_practices() -> None:
    assert doubtful(Route.CONSULT, Route.VOTE, Route.COMMITTEE).highest_in_doubt is Route.VOTE


def test_a_committee_stands_above_a_consultation() -> None:
    assert doubtful(Route.CONSULT, Route.COMMITTEE).highest_in_doubt is Route.COMMITTEE


def test_doubt_never_lowers_a_route() -> None:
    assert doubtful(Route.VOTE, Route.INFORM).highest_in_doubt is Route.VOTE


def test_routes_are_ordered_by_the_say_of_practices() -> None:
    assert [*Route] == ["inform", "consult", "committee", "vote", "vote+supermajority"]


@pytest.mark.parametrize(
    ("route", "given", "workflow"),
    [
        (Route.INFORM, {}, "inform"),
        (Route.CONSULT, {}, "consult"),
        (Route.VOTE, {}, "member_vote"),
        (Route.VOTE, {"affects_practice_income": True}, "vote_then_committee"),
        (Route.SUPERMAJORITY, {"constitution_change": True}, "constitution_vote"),
        (Route.COMMITTEE, {}, "primary_care_committee"),
        (Route.COMMITTEE, {"procurement": True}, "procurement"),
        (Route.COMMITTEE, {"uses_management_allowance": True}, "allowance_committee"),
        (Route.COMMITTEE, {"uses_management_allowance": True, "urgent": True}, "urgent_powers"),
    ],
)
def test_each_route_has_its_workflow(route: Route, given: dict[str, object], workflow: str) -> None:
    assert workflow_for(route, facts(**given)) == workflow


@pytest.mark.parametrize(
    "name",
    [
        "affects_practice_income",
        "changes_contract_or_les",
        "quality_premium",
        "incentive_scheme",
        "qof",
    ],
)
def test_a_vote_on_income_goes_on_to_a_committee(name: str) -> None:
    assert workflow_for(Route.VOTE, facts(**{name: True})) == "vote_then_committee"


def test_a_vote_on_anything_else_ends_with_the_vote() -> None:
    rules_of_meeting = facts(member_election_or_meeting_rules=True)
    assert workflow_for(Route.VOTE, rules_of_meeting) == "member_vote"


def test_a_vote_between_candidates_is_an_election() -> None:
    representatives = facts(member_election_or_meeting_rules=True)
    assert workflow_for(Route.VOTE, representatives, candidates=True) == "election"

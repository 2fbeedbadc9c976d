"""Reading the facts of a decision: what is taken, and every way in which they can be wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputFaults
from engine.facts import NAMES, YES_NO, Facts, contradictions, read_facts, require_plain_facts


def faults_of(raw: dict[str, object]) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read_facts(raw, "paper.toml")
    return [fault.says for fault in caught.value.faults]


def refusals_of(raw: dict[str, object]) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        require_plain_facts(read_facts(raw, "paper.toml"), "paper.toml")
    return [fault.says for fault in caught.value.faults]


def test_the_facts_given_are_the_facts_read() -> None:
    facts = read_facts({"qof": True, "localities_touched": "some", "money_gbp": 250_000}, "x")
    assert facts.given() == {"qof": True, "localities_touched": "some", "money_gbp": 250_000}


def test_a_fact_that_is_absent_is_not_stated_and_counts_as_no() -> None:
    facts = read_facts({"qof": True}, "x")
    assert (facts.urgent, "urgent" in facts.stated) == (False, False)


def test_a_fact_stated_false_is_told_apart_from_one_not_stated() -> None:
    assert read_facts({"urgent": False}, "x") != read_facts({}, "x")


def test_null_is_the_same_as_absent() -> None:
    assert read_facts({"practices_affected": None, "qof": None}, "x") == read_facts({}, "x")


def test_every_name_is_a_field_of_the_facts() -> None:
    assert set(NAMES) == set(Facts.__dataclass_fields__) - {"stated"}


def test_the_note_on_money_is_ignored() -> None:
    assert read_facts({"money_note": "from pots of £5.7m"}, "x") == Facts()


@pytest.mark.parametrize(
    ("pounds", "whole"), [(231.39, 231), (231.5, 232), (0.5, 1), (2.5, 3), (0.49, 0), (7, 7)]
)
def test_pounds_are_rounded_half_up(pounds: float, whole: int) -> None:
    assert read_facts({"money_gbp": pounds}, "x").money_gbp == whole


def test_an_unknown_fact_is_named_with_the_nearest_known() -> None:
    assert faults_of({"affects_practice_incom": True}) == [
        "unknown fact 'affects_practice_incom'; the nearest known is 'affects_practice_income'"
    ]


@pytest.mark.parametrize("value", ["yes", 1, 0, [], 1.0])
def test_a_yes_or_no_that_is_neither_is_refused(value: object) -> None:
    assert faults_of({"urgent": value}) == [f"urgent should be true or false, not {value!r}"]


@pytest.mark.parametrize("value", ["several", "All", True, ["one"], 3])
def test_localities_that_make_no_sense_are_refused(value: object) -> None:
    assert faults_of({"localities_touched": value}) == [
        f"localities_touched should be one of all, some, one, none, not {value!r}"
    ]


@pytest.mark.parametrize("name", ["practices_affected", "money_gbp"])
@pytest.mark.parametrize("value", ["many", True, [1], float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(name: str, value: object) -> None:
    assert faults_of({name: value}) == [f"{name} should be a whole number, not {value!r}"]


@pytest.mark.parametrize("value", [-1, -0.2, 1e300, 10**13])
def test_a_sum_out_of_all_bounds_is_refused(value: float) -> None:
    says = f"money_gbp should be from 0 to 1,000,000,000,000, not {value!r}"
    assert faults_of({"money_gbp": value}) == [says]


@pytest.mark.parametrize("value", [-3, 10_001])
def test_a_number_of_practices_that_nobody_has_is_refused(value: int) -> None:
    says = f"practices_affected should be from 0 to 10,000, not {value}"
    assert faults_of({"practices_affected": value}) == [says]


def test_part_of_a_practice_is_refused() -> None:
    says = "practices_affected should be a whole number, not 2.5"
    assert faults_of({"practices_affected": 2.5}) == [says]


def test_all_faults_are_told_at_once() -> None:
    raw = {"qoff": True, "urgent": "yes", "localities_touched": "few", "money_gbp": -1}
    assert len(faults_of(raw)) == 4


def test_a_fault_names_file_and_line() -> None:
    with pytest.raises(InputFaults) as caught:
        read_facts({"urgent": 1}, "many.jsonl", 7)
    assert str(caught.value).startswith("many.jsonl:7: urgent")


def test_a_decision_is_not_opened_on_facts_that_state_no_yes_or_no() -> None:
    assert "say at least one of affects_practice_income," in refusals_of({"money_gbp": 5})[0]


def test_one_stated_fact_is_enough_to_open_on() -> None:
    require_plain_facts(read_facts({"constitution_change": True}, "x"), "x")


@pytest.mark.parametrize("name", ["constitution_change", "affects_practice_income", "qof"])
def test_housekeeping_that_is_something_else_is_refused(name: str) -> None:
    says = refusals_of({"operational_only": True, name: True})[0]
    assert says.startswith(f"operational_only contradicts {name}:")


def test_housekeeping_may_bring_work_for_practices() -> None:
    facts = read_facts({"operational_only": True, "affects_practice_workload": True}, "x")
    assert not [*contradictions(facts)]


def test_practices_in_no_locality_are_refused() -> None:
    raw = {"qof": True, "localities_touched": "none", "practices_affected": 3}
    assert refusals_of(raw)[0].startswith('localities_touched = "none" contradicts')


@given(st.dictionaries(st.sampled_from(YES_NO), st.booleans()))
def test_facts_that_were_read_are_read_back_from_what_is_filed(raw: dict[str, object]) -> None:
    facts = read_facts(raw, "x")
    assert read_facts(facts.given(), "x") == facts


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.floats() | st.text()))
def test_whatever_comes_is_read_or_named_as_a_fault(raw: dict[str, object]) -> None:
    with suppress(InputFaults):
        assert read_facts(raw, "x").stated <= set(NAMES)

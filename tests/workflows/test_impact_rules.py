"""Reading a table's file: it comes back whole, and every fault has its place and remedy."""

import json

import pytest

from engine.errors import Fault, InputFaults
from workflows.impact_rules import SHIPPED, impact_value, load_impact, table_from_value

HEAD = """
[impact]
name = "small"
title = "A small table"
hit_policy = "first"
"""

QOF = """
[[rules]]
id = "qof"
title = "QOF"
when = { qof = true }
level = "high"
route = "vote"
involve = ["lmc"]
because = "Practices vote on it."
source = "A page"
"""

REST = """
[[rules]]
id = "rest"
title = "All the rest"
level = "low"
route = "inform"
because = "Practices are told."
source = "A page"
"""

CHECK = """
[[checks]]
id = "look"
title = "Look"
when = { practices_affected = { at_most = 4 } }
ask = "How many?"
in_doubt = ["vote"]
"""


def faults_in(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InputFaults) as caught:
        load_impact(text, "own.toml")
    return caught.value.faults


def fault_in(text: str) -> Fault:
    (fault,) = faults_in(text)
    return fault


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_small_table_is_read() -> None:
    table = load_impact(HEAD + QOF + REST + CHECK, "own.toml")
    assert [rule.id for rule in table.rules] == ["qof", "rest"]


def test_the_shipped_table_is_without_fault() -> None:
    assert load_impact(SHIPPED.read_text(encoding="utf-8"), "impact.toml").rules


def test_a_table_comes_back_from_its_plain_value() -> None:
    table = load_impact(SHIPPED.read_text(encoding="utf-8"), "impact.toml")
    filed = json.dumps(impact_value(table), sort_keys=True)
    assert table_from_value(json.loads(filed)) == table


def test_the_plain_value_has_the_shape_of_the_file() -> None:
    rule = impact_value(load_impact(HEAD + QOF + REST, "own.toml"))["rules"][0]
    assert (rule["when"], rule["route"], "ask" in rule) == ({"qof": True}, "vote", False)


def test_remarks_and_the_order_of_conditions_do_not_change_the_plain_value() -> None:
    one = HEAD + QOF.replace("qof = true }", "qof = true, urgent = false }") + REST
    other = "# a remark" + one.replace("qof = true, urgent = false", "urgent = false, qof = true")
    assert impact_value(load_impact(one, "x")) == impact_value(load_impact(other, "x"))


FAULTS = (
    ("an unknown fact", "{ qof =", "{ qoff =", "no such fact: 'qoff'; did you mean 'qof'?"),
    ("an unknown level", '"high"', '"hihg"', "no such level: 'hihg'; did you mean 'high'?"),
    ("an unknown route", '"vote"', '"ballot"', "no such route: 'ballot'"),
    ("a level left out", 'level = "high"', "", "no such level: None"),
    ("a body nobody knows", '["lmc"]', '["lmcs"]', "no such name: 'lmcs'; did you mean 'lmc'?"),
    ("bodies not in a list", '["lmc"]', '"lmc"', "should be a list of lmc,"),
    ("an unknown key", "involve", "involves", "no such key: 'involves'; did you mean 'involve'?"),
    ("a reason left out", 'because = "Practices vote on it."', "", "is missing or not a text"),
    ("an empty title", 'title = "QOF"', 'title = " "', "is missing or not a text"),
    ("a name with spaces", 'id = "qof"', 'id = "the qof"', "is missing or no name"),
    ("a yes or no asked as a number", "qof = true", "qof = 1", "qof can be asked as true, false"),
    ("a number asked without bounds", "qof = true", "money_gbp = 5", "asked as { at_least = 1 }"),
    ("an unknown locality", "qof = true", 'localities_touched = "few"', "list of all, some, one"),
    ("bounds that cross", "qof = true", "money_gbp = { at_least = 2, at_most = 1 }", "asked as"),
    ("bounds that are no number", "qof = true", "money_gbp = { at_least = true }", "asked as"),
    ("stated without yes or no", "qof = true", "qof = { stated = 1 }", "can be asked as"),
    ("an empty case", "{ qof = true }", "{}", "should be a table of facts"),
    ("no table of facts", "{ qof = true }", '"qof"', "should be a table of facts"),
    ("an any without list", "when = {", "any = {", "should be a list of tables"),
    ("doubt without a question", 'level = "high"', 'level = "high"\nin_doubt = ["vote"]', "`ask`"),
)


@pytest.mark.parametrize("case", FAULTS, ids=[case[0] for case in FAULTS])
def test_a_fault_is_named_with_its_remedy(case: tuple[str, str, str, str]) -> None:
    _, right, wrong, says = case
    assert says in fault_in(HEAD + QOF.replace(right, wrong, 1) + REST).says


@pytest.mark.parametrize("case", FAULTS, ids=[case[0] for case in FAULTS])
def test_a_fault_has_a_line_within_its_rule(case: tuple[str, str, str, str]) -> None:
    _, right, wrong, _ = case
    text = HEAD + QOF.replace(right, wrong, 1) + REST
    line = fault_in(text).line
    first = line_of(text, "[[rules]]")
    assert line is not None
    assert first <= line < first + 10


def test_a_fault_has_the_line_of_its_key() -> None:
    text = HEAD + QOF + REST.replace('"inform"', '"tell"')
    assert fault_in(text).line == line_of(text, '"tell"')


def test_a_fault_names_file_rule_and_key() -> None:
    fault = fault_in(HEAD + QOF.replace('"vote"', '"ballot"') + REST)
    assert str(fault).startswith("own.toml:12: [[rules]] qof route: ")


def test_all_faults_are_told_at_once() -> None:
    text = HEAD + QOF.replace('"high"', '"hihg"').replace("qof =", "qoff =") + REST
    assert len(faults_in(text)) == 2


def test_a_file_that_is_no_toml_is_named_with_its_line() -> None:
    text = HEAD + "route = vote\n"
    assert fault_in(text).line == line_of(text, "route = vote")


def test_a_hit_policy_other_than_first_is_refused() -> None:
    text = HEAD.replace('"first"', '"any"') + QOF + REST
    assert 'should be "first"' in fault_in(text).says


def test_a_table_without_head_is_refused() -> None:
    assert faults_in(QOF + REST)[0].says == "[impact] number 1: should be a table"


def test_an_unknown_table_is_refused() -> None:
    text = HEAD + QOF + REST + "[rule]\n"
    assert "no such table: 'rule'; did you mean 'rules'?" in fault_in(text).says


def test_rules_that_are_no_list_are_refused() -> None:
    faults = faults_in(HEAD + '[rules]\nid = "qof"\n')
    assert "begin each with [[rules]]" in faults[0].says


def test_a_rule_below_one_with_the_same_conditions_is_refused() -> None:
    text = HEAD + QOF + QOF.replace('id = "qof"', 'id = "again"') + REST
    says = "[[rules]] again: can never win: qof above it fits first; move it up, or remove it"
    assert fault_in(text).says == says


def test_a_rule_below_a_wider_one_is_refused() -> None:
    narrow = QOF.replace('id = "qof"', 'id = "narrow"').replace(
        "= true }", "= true, urgent = true }"
    )
    assert "[[rules]] narrow: can never win" in fault_in(HEAD + QOF + narrow + REST).says


def test_a_rule_below_the_one_for_all_the_rest_is_refused() -> None:
    text = HEAD + REST + QOF
    assert "qof: can never win: rest above it" in faults_in(text)[0].says


def test_a_table_without_a_rule_for_all_the_rest_is_refused() -> None:
    assert "end with a rule without conditions" in fault_in(HEAD + QOF).says


def test_a_table_without_rules_is_refused() -> None:
    assert "end with a rule without conditions" in fault_in(HEAD).says


def test_a_name_used_twice_is_refused_even_between_kinds() -> None:
    text = HEAD + QOF + REST + CHECK.replace('"look"', '"qof"')
    assert fault_in(text).says == "[[checks]] qof id: is used twice; rename one"


def test_a_check_without_a_question_is_refused() -> None:
    text = HEAD + QOF + REST + CHECK.replace('ask = "How many?"\nin_doubt = ["vote"]', "")
    assert "[[checks]] look ask: is missing" in fault_in(text).says

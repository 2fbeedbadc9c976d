"""From words to facts: what is said, what is hinted at, and when a person is asked."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cues import Cue, Vocabulary
from engine.facts import YES_NO
from engine.impact import Route, Table
from engine.suggest import GUESSED, QUOTES, Suggestion, suggest
from workflows.impact_rules import SHIPPED, load_impact

VOCABULARY = Vocabulary(
    {
        "constitution": ("constitution",),
        "clerical": ("typographical",),
        "closing": ("clos*",),
        "services": ("clinic", "ward"),
        "practices": ("practices", "surgeries"),
        "pay": ("paid", "fee*"),
        "money": ("income",),
        "dates": ("dates",),
        "emergency": ("emergency",),
        "branch": ("branch surgery",),
    },
    (
        Cue(fact="constitution_change", words=("constitution",), unless=("clerical",)),
        Cue(fact="service_change_for_patients", words=("closing", "services")),
        Cue(fact="affects_practice_income", words=("practices", "pay"), hint=True),
        Cue(fact="affects_practice_income", words=("money",), hint=True),
        Cue(fact="affects_practice_income", words=("pay",), hint=True),
        Cue(fact="operational_only", words=("dates",)),
        Cue(fact="urgent", words=("emergency",)),
        Cue(fact="changes_contract_or_les", words=("branch",)),
        Cue(fact="localities_touched", words=("branch",), value="one"),
        Cue(fact="practices_affected", words=("branch",), value=1),
    ),
    dict.fromkeys(YES_NO, "Is it so?"),
)


@cache
def table() -> Table:
    return load_impact(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)


def found(title: str, summary: str = "") -> Suggestion:
    return suggest(title, summary, VOCABULARY, table())


def facts(title: str, summary: str = "") -> dict[str, object]:
    return {name: each.value for name, each in found(title, summary).facts.items()}


def test_a_fact_comes_with_the_words_that_led_to_it() -> None:
    assert found("The Clinic closes").facts["service_change_for_patients"].words == (
        "closes",
        "Clinic",
    )


def test_words_of_different_sentences_do_not_belong_together() -> None:
    assert facts("News", "The office closes. The clinic stays.") == {}


def test_the_title_belongs_to_every_sentence() -> None:
    assert "service_change_for_patients" in facts("The clinic", "People ask. It closes in May.")


def test_a_cue_is_silent_where_the_text_says_otherwise() -> None:
    assert facts("A word in the constitution", "It is typographical.") == {}


def test_two_hints_in_different_words_say_it_together() -> None:
    assert not found("A fee", "It is income.").hints


def test_two_hints_in_the_same_words_do_not_say_it() -> None:
    assert found("The clinic closes", "Practices are paid.").hints == {
        "affects_practice_income": ("Practices", "paid")
    }


def test_a_hint_that_would_give_practices_more_say_is_a_question() -> None:
    suggestion = found("The clinic closes", "Practices are paid.")
    assert (suggestion.found.route, suggestion.found.ask, suggestion.found.highest_in_doubt) == (
        Route.CONSULT,
        True,
        Route.VOTE,
    )


def test_a_hint_that_would_change_nothing_is_no_question() -> None:
    assert not found("The constitution", "Practices are paid.").found.ask


def test_where_nothing_is_said_the_hint_is_the_best_guess_and_a_question() -> None:
    suggestion = found("Practices are paid")
    assert (suggestion.found.route, suggestion.found.asks) == (Route.VOTE, (GUESSED,))


def test_words_that_say_nothing_are_a_question() -> None:
    assert found("Something else", "altogether").found.ask


def test_one_fact_that_alone_takes_the_vote_from_practices_is_a_question() -> None:
    suggestion = found("Emergency", "A fee is income.")
    assert (suggestion.found.route, suggestion.found.highest_in_doubt) == (
        Route.COMMITTEE,
        Route.VOTE,
    )


def test_housekeeping_beside_another_fact_is_only_a_hint() -> None:
    suggestion = found("Dates", "The clinic closes.")
    assert ("operational_only" in suggestion.facts, "operational_only" in suggestion.hints) == (
        False,
        True,
    )


def test_a_cue_may_say_how_far_a_decision_reaches() -> None:
    assert facts("A branch surgery") == {
        "changes_contract_or_les": True,
        "localities_touched": "one",
        "practices_affected": 1,
    }


def test_a_number_in_the_text_goes_before_a_cue() -> None:
    assert facts("A branch surgery", "It is used by three practices.")["practices_affected"] == 3


def test_facts_come_in_the_order_of_all_facts() -> None:
    assert [*facts("The constitution", "The clinic closes, £5,000")] == [
        "service_change_for_patients",
        "constitution_change",
        "money_gbp",
    ]


def test_few_words_are_quoted_however_often_they_fall() -> None:
    words = found("", "closing clinic " * 1000).facts["service_change_for_patients"].words
    assert len(words) <= QUOTES


@given(st.text(max_size=200), st.text(max_size=500))
def test_any_words_are_answered_alike_each_time(title: str, summary: str) -> None:
    assert found(title, summary) == found(title, summary)


WORDS = st.sampled_from(
    ["Practices", "paid", "income", "clinic", "closes", "constitution", "dates", "emergency", "."]
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_where_income_is_so_much_as_hinted_at_practices_are_never_left_out(text: str) -> None:
    suggestion = found(text)
    if "affects_practice_income" in {*suggestion.facts, *suggestion.hints}:
        least = suggestion.found.highest_in_doubt.rank
        assert least >= Route.COMMITTEE.rank


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00\ufeff\u202e", "\U0001f3e5" * 500, "a" * 100_000, "£" * 1000, "'s" * 1000],
)
def test_odd_text_suggests_nothing_and_asks(text: str) -> None:
    suggestion = found(text, text)
    assert (dict(suggestion.facts), suggestion.found.ask) == ({}, True)

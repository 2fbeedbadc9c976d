"""Several questions on one ballot: each counted apart, each told, and what they come to."""

import pytest

from engine.answering import answer
from engine.case import Case
from engine.commands import GiveAnswer, PassDeadline
from engine.decide import decide
from engine.decision import Outcome, Vote
from engine.events import OutcomeDeclared
from engine.questions import in_words, said_of_each
from engine.refusals import Faulty
from tests.engine.makers import CLOSE, an_answer, at, by, case

BOTH = dict.fromkeys(("constitution", "merger"), ("for", "against", "abstain"))
TEXTS = {"merger": "Merge?", "constitution": "Adopt the constitution?"}


def answered(**choices: tuple[str, ...]) -> Case:
    """What P1, P2 … answered to each question."""
    held = tuple(
        Vote(f"P{n}", question, choice, by(f"lead of P{n}"), n)
        for question, given in choices.items()
        for n, choice in enumerate(given, 1)
    )
    return case(ballot=BOTH, votes=held, answered=frozenset(vote.practice for vote in held))


def outcome(of: Case) -> OutcomeDeclared:
    happened = decide(of, PassDeadline("close", CLOSE), CLOSE).events
    return next(event for event in happened if isinstance(event, OutcomeDeclared))


def test_one_question_that_fails_fails_the_whole() -> None:
    declared = outcome(answered(merger=("for",) * 3, constitution=("against",) * 3))

    assert declared.result == "not_carried"
    assert declared.sentences[-1].startswith("Not every question was carried")


def test_each_question_has_its_own_verdict() -> None:
    """Naming the whole alone would hide that the merger was carried."""
    said = outcome(answered(merger=("for",) * 3, constitution=("against",) * 3)).sentences

    assert [line.split(":")[0] for line in said if line.endswith("needed: carried.")] == [
        "Question merger"
    ]


def test_questions_that_are_all_carried_carry_the_whole() -> None:
    declared = outcome(answered(merger=("for",) * 3, constitution=("for",) * 3))

    assert declared.sentences[-1].startswith("Every question was carried")


def test_one_question_needs_no_name() -> None:
    assert said_of_each({"main": ["2 for."]}, "carried") == ("2 for.",)


def test_a_reader_is_told_in_the_words_and_the_order_of_the_paper() -> None:
    said = said_of_each({"constitution": ["1 for.", "So."], "merger": ["2 for."]}, "not_carried")

    assert in_words(said, TEXTS)[:3] == (
        "Merge? 2 for.",
        "Adopt the constitution? 1 for.",
        "Adopt the constitution? So.",
    )


def test_what_names_no_question_stays_where_it_is() -> None:
    said = ("Set aside.", "Question merger: 2 for.", "All in all.")

    assert in_words(said, TEXTS) == ("Set aside.", "Merge? 2 for.", "All in all.")


def test_every_question_needs_an_answer() -> None:
    half = GiveAnswer("P1", by(), may_cast=True, choices={"merger": "for"})
    with pytest.raises(Faulty) as caught:
        answer(case(ballot=BOTH), half, at("9am Tuesday 6 October 2026"))

    assert caught.value.faults == {"choice.constitution": "Choose one of the answers."}


def test_an_election_asks_for_a_candidate() -> None:
    election = case(ballot={"main": ("candidate_1", "candidate_2", "abstain")})
    with pytest.raises(Faulty) as caught:
        answer(election, an_answer("for"), at("9am Tuesday 6 October 2026"))

    assert caught.value.faults == {"choice": "Choose a candidate, or abstain."}


def test_a_candidate_may_be_chosen() -> None:
    election = case(ballot={"main": ("candidate_1", "candidate_2", "abstain")})
    ruling = answer(election, an_answer("candidate_2"), at("9am Tuesday 6 October 2026"))

    assert [event.type for event in ruling.events] == ["vote.cast"]


def test_the_outcome_kept_is_the_one_that_was_told() -> None:
    before = answered(merger=("for",) * 3, constitution=("for",) * 3)
    declared = outcome(before)

    assert before.after(declared, CLOSE).decision.outcome == Outcome(
        "carried", declared.sentences, CLOSE, declared.count
    )

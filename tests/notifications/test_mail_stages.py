"""What a try means, by the stage at which it ended, and when the next one comes."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.stages import (
    AMBIGUITY_WAIT,
    Attempt,
    Heard,
    Kind,
    Stage,
    judge,
    next_try,
)

START = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
BEFORE_354 = [stage for stage in Stage if stage is not Stage.AFTER_354]
RELAYS = [stage for stage in BEFORE_354 if stage not in {Stage.RCPT, Stage.DATA}]
SILENT = [Heard.SILENCE, Heard.DROP, Heard.NOISE]


def replied(stage: Stage, code: int) -> Attempt:
    return Attempt(stage, code, "words")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize("stage", BEFORE_354)
@pytest.mark.parametrize("heard", SILENT)
def test_before_354_every_failure_is_certain(stage: Stage, heard: Heard) -> None:
    assert judge(Attempt(stage, None, "", heard)).kind is Kind.RETRY


@pytest.mark.parametrize("heard", SILENT)
def test_after_354_every_silence_is_unknown(heard: Heard) -> None:
    assert judge(Attempt(Stage.AFTER_354, None, "", heard)).kind is Kind.UNKNOWN


@pytest.mark.parametrize("stage", RELAYS)
@pytest.mark.parametrize("code", [500, 535, 550, 554])
def test_a_refusal_before_the_recipient_is_named_is_the_relays_fault(
    stage: Stage, code: int
) -> None:
    assert judge(replied(stage, code)).kind is Kind.RELAY_FAULT


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.AFTER_354])
@pytest.mark.parametrize("code", [550, 552, 554])
def test_a_refusal_of_the_recipient_or_the_letter_is_for_good(stage: Stage, code: int) -> None:
    assert judge(replied(stage, code)).kind is Kind.REFUSED


@pytest.mark.parametrize("code", [503, 530, 535])
def test_a_demand_to_log_in_burns_no_contact_even_at_the_recipient(code: int) -> None:
    assert judge(replied(Stage.RCPT, code)).kind is Kind.RELAY_FAULT


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_a_passing_refusal_is_tried_again_at_every_stage(stage: Stage, code: int) -> None:
    assert judge(replied(stage, code)).kind is Kind.RETRY


@pytest.mark.parametrize("code", [250, 251])
def test_only_the_answer_after_the_dot_accepts_a_letter(code: int) -> None:
    accepting = [stage for stage in Stage if judge(replied(stage, code)).kind is Kind.ACCEPTED]
    assert accepting == [Stage.AFTER_354]


@pytest.mark.parametrize("code", [150, 354, 999])
def test_a_code_that_answers_nothing_is_unknown_after_354(code: int) -> None:
    assert judge(replied(Stage.AFTER_354, code)).kind is Kind.UNKNOWN


@pytest.mark.parametrize("stage", Stage)
def test_an_unfit_relay_is_its_own_fault(stage: Stage) -> None:
    assert judge(Attempt(stage, None, "", Heard.UNFIT)).kind is Kind.RELAY_FAULT


@pytest.mark.parametrize(("unknowns", "again"), [(0, True), (1, False), (2, False)])
def test_the_same_bytes_go_once_more_then_a_person_looks(unknowns: int, *, again: bool) -> None:
    silence = Attempt(Stage.AFTER_354, None, "", Heard.SILENCE)
    assert judge(silence, unknowns).again is again


def test_after_an_unknown_the_next_try_waits_ten_minutes() -> None:
    wait = judge(Attempt(Stage.AFTER_354, None, "", Heard.DROP)).least_wait
    assert next_try(START, 1, START, least_wait=wait) == START + AMBIGUITY_WAIT


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.BANNER, Stage.HELLO, Stage.MAIL])
def test_trouble_before_the_recipient_would_meet_every_letter(stage: Stage) -> None:
    assert judge(Attempt(stage, None, "", Heard.DROP)).relay


def test_a_greylisted_recipient_says_nothing_about_the_others() -> None:
    assert not judge(replied(Stage.RCPT, 451)).relay


def test_a_relay_that_closes_says_something_about_all() -> None:
    assert judge(replied(Stage.RCPT, 421)).relay


def test_a_ruling_says_stage_code_and_words() -> None:
    assert judge(Attempt(Stage.RCPT, 550, "no such mailbox")).says == "rcpt: 550 no such mailbox"


@pytest.mark.parametrize(("tries", "wait"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (20, 60)])
def test_the_waits_are_1_5_15_60_minutes_then_hourly(tries: int, wait: int) -> None:
    assert next_try(START, tries, START) == START + minutes(wait)


def test_a_letter_is_tried_for_a_day_and_no_longer() -> None:
    nearly = START + timedelta(hours=23)
    assert next_try(START, 9, nearly) == START + timedelta(hours=24)
    assert next_try(START, 9, nearly + minutes(1)) is None


def test_a_letter_is_not_tried_once_it_would_be_useless() -> None:
    assert next_try(START, 1, START, useless_after=START + minutes(1)) is None
    assert next_try(START, 1, START, useless_after=START + minutes(2)) == START + minutes(1)


def test_a_whole_day_of_tries_has_a_known_count() -> None:
    now, tries = START, 1
    while (at := next_try(START, tries, now)) is not None:
        now, tries = at, tries + 1
    assert tries == 27

"""Who may see which opening."""

import pytest

from engine.disclosure import Reader, Role

COMMITTEE = Reader(Role.COMMITTEE)
PUBLIC = Reader(Role.PUBLIC)
PRACTICE = Reader(Role.PRACTICE, "K83001", frozenset({"D-2026-0001"}))
READERS = {"committee": COMMITTEE, "practice": PRACTICE, "public": PUBLIC}
VOTE = {"decision": "D-2026-0001", "practice": "K83002", "round": 1}
OWN = {"decision": "D-2026-0001", "practice": "K83001"}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_nobody_sees_a_choice_before_the_close(reader: Reader) -> None:
    assert not reader.may_see("vote.cast", VOTE, "choice", closed=False)


def test_not_even_a_practice_sees_its_own_choice_before_the_close() -> None:
    assert not PRACTICE.may_see("vote.cast", {**OWN, "round": 1}, "choice", closed=False)


@pytest.mark.parametrize(
    ("reader", "sees"), [("committee", True), ("practice", True), ("public", False)]
)
def test_a_counted_choice_is_seen_by_those_who_were_asked(reader: str, sees: bool) -> None:  # noqa: FBT001
    assert READERS[reader].may_see("vote.cast", VOTE, "choice", closed=True) is sees


def test_a_practice_sees_nothing_of_a_decision_it_was_not_asked_in() -> None:
    other = {**VOTE, "decision": "D-2026-0002"}
    assert not PRACTICE.may_see("vote.cast", other, "choice", closed=True)


@pytest.mark.parametrize("kind", ["comment.received", "call_in.requested", "challenge.raised"])
@pytest.mark.parametrize(("whose", "sees"), [("K83001", True), ("K83002", False)])
def test_a_practice_sees_its_own_words_and_not_another_ones(
    kind: str,
    whose: str,
    sees: bool,  # noqa: FBT001
) -> None:
    body = {"decision": "D-2026-0001", "practice": whose}
    assert PRACTICE.may_see(kind, body, "text", closed=False) is sees


@pytest.mark.parametrize("field", ["contact", "words"])
@pytest.mark.parametrize(
    ("reader", "sees"), [("committee", True), ("practice", False), ("public", False)]
)
def test_an_address_is_seen_by_the_committee_and_the_practice_it_is_of(
    reader: str,
    field: str,
    sees: bool,  # noqa: FBT001
) -> None:
    body = {"mailing": 20, "practice": "K83002"}
    assert READERS[reader].may_see("mail.accepted", body, field, closed=False) is sees


@pytest.mark.parametrize("field", ["title", "summary"])
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_everybody_sees_what_was_put_to_practices(reader: Reader, field: str) -> None:
    body = {"decision": "D-2026-0001"}
    assert reader.may_see("decision.opened", body, field, closed=False)


@pytest.mark.parametrize("field", ["statement", "reason"])
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_everybody_sees_the_words_of_an_outcome(reader: Reader, field: str) -> None:
    body = {"decision": "D-2026-0001"}
    assert reader.may_see("outcome.declared", body, field, closed=False)


def test_the_public_does_not_see_who_opened_a_decision() -> None:
    assert not PUBLIC.may_see("decision.opened", {"decision": "D-2026-0001"}, "by", closed=False)

"""What a leaf holds of an event: plain values, no personal ones, nothing that is absent."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from engine import events
from engine.event import Event, Owner, Secret, plain
from engine.events import Audience
from engine.trail import canonical
from tests.engine.makers import by

VOTE = events.VoteCast(
    decision="D-1", question="main", practice="P1", round=1, choice="for", by=by()
)
COMMENT = events.CommentReceived(
    decision="D-1", practice="P1", phase="consulting", text="No bus.", by=by(role="GP")
)
LINK = events.LinkIssued(
    decision="D-1",
    practice="P1",
    person_id="abc",
    generation=1,
    hash="00ff",
    token_hash=b"secret",
    may_cast=True,
)
MAIL = events.MailIntended(
    decision="D-1", letter="outcome", audience="00", count=3, to=Audience(("P1",)), context={}
)


def all_kinds() -> list[type[Event]]:
    """Every kind of event there is."""
    kinds = (kind for kind in vars(events).values() if isinstance(kind, type))
    return [kind for kind in kinds if issubclass(kind, Event) and kind is not Event]


def test_a_vote_s_body_says_neither_the_choice_nor_who_sent_it() -> None:
    assert VOTE.body() == {"decision": "D-1", "question": "main", "practice": "P1", "round": 1}


def test_a_choice_is_the_decision_s_secret_and_the_name_the_person_s() -> None:
    assert {(secret.field, secret.owner) for secret in VOTE.secrets()} == {
        ("choice", Owner.DECISION),
        ("by", Owner.PERSON),
    }


def test_a_secret_who_is_said_as_person_name_and_role() -> None:
    said = {"person": "lead of P1", "name": "Anna Lee", "role": "GP"}

    assert Secret("by", Owner.PERSON, said) in list(COMMENT.secrets())


def test_a_link_s_body_names_the_person_and_never_the_token_s_hash() -> None:
    assert LINK.body() == {
        "decision": "D-1",
        "practice": "P1",
        "person": "abc",
        "generation": 1,
        "hash": "00ff",
    }


def test_a_mailing_s_body_holds_the_audience_s_digest_and_not_the_audience() -> None:
    assert set(MAIL.body()) == {"decision", "letter", "audience", "count"}


def test_what_is_absent_is_left_out() -> None:
    extended = events.DeadlineExtended(
        decision="D-1",
        name="close",
        phase="voting",
        was=datetime(2026, 10, 21, 16, tzinfo=UTC),
        working_days=5,
        automatic=False,
        because="Two persons.",
        by=None,
    )

    assert {"returned", "on_roll", "by"}.isdisjoint(extended.body())


def test_an_absent_secret_makes_no_commitment() -> None:
    outcome = events.OutcomeDeclared(
        decision="D-1",
        state="carried",
        result="carried",
        sentences=(),
        statement=None,
        reason=None,
        by=None,
    )

    assert list(outcome.secrets()) == []


def test_the_person_whose_key_seals_is_the_one_whose_link_it_was() -> None:
    assert VOTE.person == "lead of P1"


def test_an_event_of_staff_has_no_person_s_key() -> None:
    assert replace(MAIL).person is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime(2026, 10, 21, 16, tzinfo=UTC), "2026-10-21T16:00:00.000000Z"),
        (Owner.PERSON, "person"),
        ({"a": (1, None)}, {"a": [1, None]}),
        (by(), {"person": "lead of P1", "name": "Anna Lee", "role": ""}),
    ],
)
def test_values_are_said_plainly(value: object, said: object) -> None:
    assert plain(value) == said


@pytest.mark.parametrize("event", [VOTE, COMMENT, LINK, MAIL])
def test_a_body_can_be_a_leaf(event: Event) -> None:
    assert json.loads(canonical(event.body())) == event.body()


def test_no_two_kinds_of_event_share_a_type() -> None:
    kinds = all_kinds()

    assert len({kind.type for kind in kinds}) == len(kinds)


def test_a_name_a_text_or_a_choice_is_a_secret_in_every_kind_of_event() -> None:
    personal = {"by", "text", "choice", "title", "summary", "paper", "statement", "reason", "view"}
    bare = {
        (kind.type, field.name)
        for kind in all_kinds()
        for field in fields(kind)
        if field.name in personal and "secret" not in field.metadata
    }

    assert bare == set()

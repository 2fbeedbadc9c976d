"""What events do to the tables beside the trail."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Row, delete, select
from sqlalchemy.exc import IntegrityError

from app.bootstrap import App
from engine.commands import HandVote, RecordMeeting, Scope
from engine.events import CommentAnswered, VoteCast, VoteChanged
from engine.people import Actor, By, How
from engine.trail import parse
from storage import tables
from storage.comments import Answered, read_comments
from storage.decisions import ERASED, list_references, read_outcome_words, references
from storage.moments import moments_of
from storage.projections import forget_reminders
from storage.proofs import read_head, read_leaves
from storage.wakes import next_wake_at
from tests.small_body import HandClock, as_it_stands, closing, codes, open_vote, send
from workflows.answers import Recorded

STAFF = Actor(None, How.CLI)


def rows(app: App, table: str) -> list[Row[tuple[object, ...]]]:
    with app.store.database.reading() as reading:
        return list(reading.execute(select(tables.metadata.tables[table])).all())


def cast(app: App, reference: str, kind: type[VoteCast]) -> VoteCast:
    app.store.keys.make(["person:p1"])
    by = By("p1", "Anna Lee")
    practice = codes(1)[0]
    return kind(
        decision=reference, question="main", practice=practice, round=1, choice="for", by=by
    )


def test_an_answer_row_names_the_leaf_that_stands(app: App) -> None:
    reference, practice = open_vote(app), codes(1)[0]
    send(app, reference, practice, "for")
    changed = send(app, reference, practice, "against")
    assert isinstance(changed, Recorded)
    assert [row.leaf for row in rows(app, "answer")] == list(changed.leaves)


def test_a_second_first_answer_breaks_on_its_key(app: App) -> None:
    reference = open_vote(app)
    with app.store.ledger.page() as page:
        page.file(cast(app, reference, VoteCast))
    with pytest.raises(IntegrityError), app.store.ledger.page() as page:
        page.file(cast(app, reference, VoteCast))


def test_a_changed_answer_that_was_never_given_is_refused(app: App) -> None:
    reference = open_vote(app)
    with pytest.raises(LookupError, match="has not given"), app.store.ledger.page() as page:
        page.file(cast(app, reference, VoteChanged))


def test_a_comment_row_names_its_leaf(app: App) -> None:
    reference, practice = open_vote(app), codes(1)[0]
    send(app, reference, practice, comment="Good idea")
    with app.store.database.reading() as reading:
        kinds = {leaf.n: parse(leaf.data)["type"] for leaf in read_leaves(reading)}
    assert [kinds[row.leaf] for row in rows(app, "comment")] == ["comment.received"]


def answered(reference: str, comment: int, disposition: str) -> CommentAnswered:
    return CommentAnswered(
        decision=reference,
        practice=codes(1)[0],
        comment=comment,
        disposition=disposition,
        text="Thank you.",
        by={"person": None, "how": "cli"},
    )


def commented(app: App) -> tuple[str, int]:
    """A decision with one comment, and the comment's leaf."""
    reference = open_vote(app)
    send(app, reference, codes(1)[0], comment="Good idea")
    (row,) = rows(app, "comment")
    return reference, row.leaf


def test_a_comment_row_names_the_answer_that_stands(app: App) -> None:
    reference, comment = commented(app)
    with app.store.ledger.page() as page:
        page.file(answered(reference, comment, "noted"))
        last = page.file(answered(reference, comment, "accepted"))
    assert [(row.answer, row.disposition) for row in rows(app, "comment")] == [(last, "accepted")]


@pytest.mark.parametrize("other", ["comment", "decision"])
def test_an_answer_to_a_comment_that_is_not_there_is_not_filed(app: App, other: str) -> None:
    reference, comment = commented(app)
    foreign = open_vote(app)
    wrong = {"comment": (reference, comment + 1), "decision": (foreign, comment)}[other]
    with pytest.raises(LookupError, match="has no comment"), app.store.ledger.page() as page:
        page.file(answered(*wrong, "noted"))


def test_the_accounts_tell_what_became_of_each_comment(app: App) -> None:
    reference, comment = commented(app)
    send(app, reference, codes(2)[1], comment="Not so good")
    with app.store.ledger.page() as page:
        page.file(answered(reference, comment, "noted"))
    accounts = as_it_stands(app, reference, Scope.COMMENTS).accounts
    assert [(each.practice, each.disposition) for each in accounts] == [
        (codes(1)[0], "noted"),
        (codes(2)[1], ""),
    ]


def test_a_comment_is_read_with_its_answer(app: App, clock: HandClock) -> None:
    reference, comment = commented(app)
    clock.go_on(timedelta(days=1))
    with app.store.ledger.page() as page:
        leaf = page.file(answered(reference, comment, "noted"))
    with app.store.database.reading() as reading:
        (read,) = read_comments(reading, app.store.keys, reference)
    assert read.answer == Answered("noted", "Thank you.", clock.now(), leaf)


def test_the_comments_of_one_practice_are_read_alone(app: App) -> None:
    reference, _ = commented(app)
    send(app, reference, codes(2)[1], comment="Not so good")
    with app.store.database.reading() as reading:
        found = read_comments(reading, app.store.keys, reference, codes(2)[1])
    assert [each.comment.text for each in found] == ["Not so good"]


def test_an_erased_comment_still_counts(app: App) -> None:
    reference, comment = commented(app)
    with app.store.database.writing() as writing:
        writing.execute(delete(tables.opening).where(tables.opening.c.n == comment))
    with app.store.database.reading() as reading:
        (read,) = read_comments(reading, app.store.keys, reference)
    assert (read.comment.text, read.comment.by.name) == (ERASED, ERASED)


def test_a_late_vote_is_noted_once_a_person(app: App, clock: HandClock) -> None:
    reference, practice = open_vote(app), codes(1)[0]
    clock.at = closing(app, reference)
    for _ in range(3):
        send(app, reference, practice)
    assert len(rows(app, "late")) == 1


def test_the_turnout_is_the_practices_that_answered(app: App) -> None:
    reference = open_vote(app)
    for practice in codes(2):
        send(app, reference, practice)
    assert as_it_stands(app, reference, Scope.TURNOUT).answered == frozenset(codes(2))


def test_the_standing_votes_are_read_with_their_choices(app: App) -> None:
    reference = open_vote(app)
    for practice, choice in zip(codes(3), ("for", "against", "abstain"), strict=True):
        send(app, reference, practice, choice)
    votes = as_it_stands(app, reference, Scope.ALL).votes
    assert [vote.choice for vote in votes] == ["for", "against", "abstain"]


def test_an_opened_decision_wakes_for_its_close_and_each_reminder(app: App) -> None:
    due = as_it_stands(app, open_vote(app)).waiting
    assert due is not None
    expected = {("deadline", due.due_at), *(("reminder", moment) for moment in due.remind)}
    assert {(row.kind, row.at) for row in rows(app, "wake")} == expected


def test_a_finished_decision_wakes_nobody(app: App, clock: HandClock) -> None:
    clock.at = closing(app, open_vote(app))
    app.desk.sweep()
    assert rows(app, "wake") == []


def test_reminders_that_have_come_are_forgotten_together(app: App, clock: HandClock) -> None:
    reference = open_vote(app)
    with app.store.database.writing() as writing:
        forget_reminders(writing, reference, closing(app, reference))
    with app.store.database.reading() as reading:
        assert next_wake_at(reading) == closing(app, reference)


def test_a_mailing_is_owed_to_the_whole_roll(app: App) -> None:
    open_vote(app)
    assert [json.loads(str(row.practices)) for row in rows(app, "mailing")] == [codes(3)]


def test_a_mailing_counts_its_letters(app: App) -> None:
    open_vote(app)
    assert [row.letters for row in rows(app, "mailing")] == [6]


def test_a_receipt_that_nobody_took_up_gives_way_to_the_next(app: App) -> None:
    reference, practice = open_vote(app), codes(1)[0]
    for choice in ("for", "against", "abstain"):
        send(app, reference, practice, choice)
    receipts = [row.status for row in rows(app, "mailing") if row.letter == "receipt"]
    assert receipts == ["superseded", "superseded", "owed"]


def test_a_receipt_for_a_vote_by_hand_never_gives_way(app: App, clock: HandClock) -> None:
    """Else a comment sent in the same minute would leave the practice without word of it."""
    reference, practice = open_vote(app), codes(1)[0]
    votes = (HandVote(practice, "for"),)
    app.desk.handle(
        reference,
        RecordMeeting(STAFF, clock.now().date(), "Moulton Park", "4.2", (practice,), votes=votes),
    )
    send(app, reference, practice, "against")
    send(app, reference, practice, "abstain")
    receipts = [row.status for row in rows(app, "mailing") if row.letter == "receipt"]
    assert receipts == ["owed", "superseded", "owed"]


def test_a_receipt_does_not_give_way_to_another_practices(app: App) -> None:
    reference = open_vote(app)
    for practice in codes(2):
        send(app, reference, practice)
    receipts = [row.status for row in rows(app, "mailing") if row.letter == "receipt"]
    assert receipts == ["owed", "owed"]


def test_a_refused_answer_leaves_no_row(app: App) -> None:
    reference, practice = open_vote(app), codes(1)[0]
    send(app, reference, practice, "perhaps")
    assert rows(app, "answer") == []


def test_references_are_known(app: App) -> None:
    opened = {open_vote(app), open_vote(app)}
    with app.store.database.reading() as reading:
        assert references(reading) == opened


def test_references_are_listed_newest_first(app: App, clock: HandClock) -> None:
    first = open_vote(app)
    clock.go_on(timedelta(days=1))
    second = open_vote(app)
    with app.store.database.reading() as reading:
        assert list_references(reading) == [second, first]


def test_a_decision_without_words_of_staff_has_none(app: App, clock: HandClock) -> None:
    reference = open_vote(app)
    clock.at = closing(app, reference)
    app.desk.sweep()
    with app.store.database.reading() as reading:
        assert read_outcome_words(reading, app.store.keys, reference) == (None, None)


def test_the_moment_of_a_leaf_is_read_from_the_leaf(app: App, clock: HandClock) -> None:
    clock.go_on(timedelta(minutes=5))
    open_vote(app)
    with app.store.database.reading() as reading:
        last = read_head(reading).size - 1
        assert moments_of(reading, [last]) == {last: clock.now()}


def test_no_leaves_have_no_moments(app: App) -> None:
    with app.store.database.reading() as reading:
        assert moments_of(reading, []) == {}

"""Letters owed: claimed by one postman at a time, never lost, in doubt at most twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.bootstrap import App
from notifications.letters import LETTERS
from storage import frozen_letters, letter_counts, mailings, outbox, tables
from storage.keys import Erased
from storage.mailings import OwedMailing
from storage.outbox import GOING_LEASE, LEASE, Addressee, Claimed, Settlement, Status
from storage.priorities import PRIORITY
from tests.small_body import MORNING

SOON = timedelta(seconds=1)
REST = timedelta(minutes=10)
ADDRESSEES = [Addressee("K83001", "p1"), Addressee("K83001", "p2"), Addressee("K83002", "p3")]
DAY = timedelta(days=1)


@dataclass
class Box:
    """An outbox in a unit of work that is undone at the end."""

    app: App
    connection: Connection
    now: datetime = MORNING + DAY

    def owe(self, letter: str = "vote_opened", leaf: int = 900) -> OwedMailing:
        mailing = OwedMailing(leaf, "D-1", letter, ("K83001", "K83002"), None, {}, self.now)
        row = {
            "leaf": leaf,
            "decision": "D-1",
            "letter": letter,
            "practices": '["K83001", "K83002"]',
            "context": "{}",
            "letters": 3,
            "at": self.now,
            "status": "owed",
        }
        self.connection.execute(insert(tables.mailing).values(**row))
        return mailing

    def expand(self, letter: str = "vote_opened", leaf: int = 900) -> int:
        return outbox.expand(
            self.connection, self.owe(letter, leaf), ADDRESSEES, self.now, useless_after=None
        )

    def claim(self, limit: int = 50) -> list[Claimed]:
        return outbox.claim(self.connection, self.now, limit)

    def one(self) -> Claimed:
        """A letter in a postman's hands."""
        self.expand()
        return self.claim(1)[0]

    def going(self) -> Claimed:
        """A letter whose DATA may have been sent."""
        letter = self.one()
        assert self.mark(letter)
        return letter

    def in_doubt(self) -> Claimed:
        """A letter whose postman died while it was going out."""
        letter = self.going()
        self.wait(GOING_LEASE + SOON)
        self.claim(0)
        return letter

    def again(self, letter: Claimed) -> list[Claimed]:
        return [each for each in self.claim() if each.id == letter.id]

    def row(self, letter: Claimed) -> Any:  # noqa: ANN401 - a row of the table
        columns = tables.letter.c
        return self.connection.execute(select(tables.letter).where(columns.id == letter.id)).one()

    def wait(self, how_long: timedelta) -> None:
        self.now += how_long

    def mark(self, letter: Claimed, after: timedelta = timedelta()) -> bool:
        """Whether the letter was still its postman's to send."""
        return bool(outbox.mark_going(self.connection, [letter], self.now + after))

    def settle(self, letter: Claimed, status: Status, again: datetime | None = None) -> bool:
        return bool(outbox.settle(self.connection, [settled(letter, status, again)], self.now))


def settled(letter: Claimed, status: Status, again: datetime | None = None) -> Settlement:
    return Settlement(
        letter=letter.id,
        fence=letter.fence,
        status=status,
        reason="as it went",
        mailing=letter.mailing.leaf,
        practice=letter.practice,
        person=letter.person,
        contact="lead@practice.example",
        message_id="<1@ccg.example>",
        next_try_at=again,
    )


@contextmanager
def emptied(app: App) -> Iterator[Connection]:
    """A unit of work in which no mailing is owed, undone at the end."""
    with app.store.database.writing() as connection:
        connection.execute(update(tables.mailing).values(status="superseded"))
        yield connection
        connection.rollback()


@pytest.fixture
def box(history: App) -> Iterator[Box]:
    with emptied(history) as connection:
        yield Box(history, connection)


# --- from mailing to letters --------------------------------------------------------------------


def test_an_owed_mailing_is_found(box: Box) -> None:
    mailing = box.owe()
    assert mailings.owed_mailings(box.connection, 10) == [mailing]


def test_mailings_are_taken_up_oldest_first(box: Box) -> None:
    for leaf in (903, 901, 902):
        box.owe(leaf=leaf)
    assert [m.leaf for m in mailings.owed_mailings(box.connection, 2)] == [901, 902]


def test_a_mailing_becomes_a_letter_for_each_addressee(box: Box) -> None:
    assert box.expand() == 3


def test_a_mailing_is_expanded_once(box: Box) -> None:
    mailing = box.owe()
    made = [outbox.expand(box.connection, mailing, ADDRESSEES, box.now, None) for _ in range(2)]
    assert made == [3, 0]


def test_an_expanded_mailing_is_owed_no_more(box: Box) -> None:
    box.expand()
    assert mailings.owed_mailings(box.connection, 10) == []


def test_a_mailing_to_nobody_is_dealt_with(box: Box) -> None:
    outbox.expand(box.connection, box.owe(), [], box.now, None)
    assert mailings.owed_mailings(box.connection, 10) == []


def test_a_letter_is_meant_once(box: Box) -> None:
    """The same event, letter, practice and person: not even a second program can owe it twice."""
    row = box.row(box.one())
    names = [column.name for column in tables.letter.columns if column.name != "id"]
    twin = {name: getattr(row, name) for name in names}
    with pytest.raises(IntegrityError), box.connection.begin_nested():
        box.connection.execute(insert(tables.letter).values(**twin))


# --- claims, leases, fences ---------------------------------------------------------------------


def test_a_claim_takes_what_is_due(box: Box) -> None:
    box.expand()
    assert [(each.practice, each.person) for each in box.claim()] == [
        ("K83001", "p1"),
        ("K83001", "p2"),
        ("K83002", "p3"),
    ]


def test_a_claim_takes_no_more_than_it_can_carry(box: Box) -> None:
    box.expand()
    assert len(box.claim(2)) == 2


def test_every_letter_has_its_place_in_the_order() -> None:
    """A letter that is new has to say what it goes before."""
    assert set(PRIORITY) == set(LETTERS)


def test_receipts_go_before_closings_before_openings_before_reminders_before_digests(
    box: Box,
) -> None:
    wanted = ["receipt", "outcome", "vote_opened", "reminder", "bulletin"]
    for leaf, letter in enumerate(reversed(wanted), 901):
        box.expand(letter, leaf)
    assert [each.mailing.letter for each in box.claim()][::3] == wanted


def test_no_class_starves_the_one_behind_it(box: Box) -> None:
    """Receipts without end, more than can be sent: the digest still has its turn."""
    box.expand("bulletin", 901)
    days = 0
    box.expand("receipt", 902)
    while not any(each.mailing.letter == "bulletin" for each in box.claim(2)):
        days += 1
        box.wait(DAY)
        box.expand("receipt", 902 + days)
        assert days < 10
    assert days > 2


def test_after_a_day_away_receipts_still_go_first(box: Box) -> None:
    box.expand("bulletin", 901)
    box.wait(DAY)
    box.expand("receipt", 902)
    assert {each.mailing.letter for each in box.claim(3)} == {"receipt"}


def test_mailings_that_go_first_are_expanded_first(box: Box) -> None:
    for leaf, letter in ((901, "bulletin"), (902, "vote_opened"), (903, "receipt")):
        box.owe(letter, leaf)
    owed = mailings.owed_mailings(box.connection, 2, PRIORITY)
    assert [each.letter for each in owed] == ["receipt", "vote_opened"]


def test_a_letter_that_was_marked_and_has_not_left_is_owed_again(box: Box) -> None:
    """Its postman lives, and knows."""
    letter = box.going()
    outbox.release(box.connection, letter, box.now)
    assert [(each.tries, each.doubts) for each in box.again(letter)] == [(1, 0)]


def test_letters_that_are_marked_together_are_marked_each_for_itself(box: Box) -> None:
    box.expand()
    first, second, third = box.claim()
    box.settle(second, Status.SKIPPED)
    assert outbox.mark_going(box.connection, [first, second, third], box.now) == {
        first.id,
        third.id,
    }


def test_of_settlements_filed_together_only_those_of_letters_in_hand_count(box: Box) -> None:
    box.expand()
    first, second, third = box.claim()
    box.settle(second, Status.SKIPPED)
    done = [settled(each, Status.ACCEPTED) for each in (first, second, third)]
    counted = outbox.settle(box.connection, done, box.now)
    assert [each.letter for each in counted] == [first.id, third.id]


def test_letters_that_came_back_are_settled_beside_those_in_hand(box: Box) -> None:
    box.expand()
    first, second, third = box.claim()
    box.settle(first, Status.ACCEPTED)
    done = [settled(first, Status.BOUNCED), settled(second, Status.ACCEPTED)]
    done += [settled(first, Status.BOUNCED), settled(third, Status.BOUNCED)]
    counted = outbox.settle(box.connection, done, box.now)
    assert {(each.letter, each.status) for each in counted} == {
        (first.id, Status.BOUNCED),
        (second.id, Status.ACCEPTED),
    }


def test_a_parked_letter_may_come_back_as_well(box: Box) -> None:
    """It was in doubt before it was set aside: the relay had it after all."""
    letter = box.again(box.in_doubt())[0]
    box.settle(letter, Status.PARKED)
    assert box.settle(letter, Status.BOUNCED)


def test_receipts_and_outcomes_go_first(box: Box) -> None:
    for leaf, letter in ((901, "reminder"), (902, "outcome"), (903, "receipt")):
        box.expand(letter, leaf)
    order = [each.mailing.letter for each in box.claim()]
    assert order == ["receipt"] * 3 + ["outcome"] * 3 + ["reminder"] * 3


def test_a_claimed_letter_is_not_claimed_again(box: Box) -> None:
    letter = box.one()
    assert box.again(letter) == []


def test_a_claim_counts_as_a_try(box: Box) -> None:
    assert box.one().tries == 1


def test_the_first_try_is_remembered(box: Box) -> None:
    first, letter = box.now, box.one()
    box.wait(LEASE + SOON)
    assert [each.first_try_at for each in box.again(letter)] == [first]


def test_a_letter_whose_postman_died_before_data_is_owed_again(box: Box) -> None:
    letter = box.one()
    box.wait(LEASE + SOON)
    assert [each.doubts for each in box.again(letter)] == [0]


def test_a_second_postman_has_a_higher_fence(box: Box) -> None:
    letter = box.one()
    box.wait(LEASE + SOON)
    assert box.again(letter)[0].fence > letter.fence


def test_a_letter_is_not_sent_after_its_lease(box: Box) -> None:
    letter = box.one()
    assert not box.mark(letter, after=LEASE + SOON)


def test_a_letter_that_another_postman_has_is_not_sent(box: Box) -> None:
    letter = box.one()
    box.wait(LEASE + SOON)
    box.again(letter)
    assert not box.mark(letter)


def test_a_letter_goes_once_in_a_try(box: Box) -> None:
    letter = box.going()
    assert not box.mark(letter)


def test_a_released_letter_is_owed_as_if_it_had_not_been_taken(box: Box) -> None:
    letter = box.one()
    outbox.release(box.connection, letter, box.now)
    assert [each.tries for each in box.again(letter)] == [1]


def test_a_released_letter_has_not_begun_to_grow_old(box: Box) -> None:
    """Trouble with the relay does not count towards the day after which a letter is given up."""
    letter = box.one()
    outbox.release(box.connection, letter, box.now)
    box.wait(DAY)
    assert [each.first_try_at for each in box.again(letter)] == [box.now]


def test_a_released_letter_that_was_tried_before_keeps_its_age(box: Box) -> None:
    first, letter = box.now, box.one()
    box.settle(letter, Status.OWED, box.now)
    [second] = box.again(letter)
    outbox.release(box.connection, second, box.now)
    box.wait(SOON)
    assert [each.first_try_at for each in box.again(letter)] == [first]


def test_a_released_letter_rests_as_long_as_told(box: Box) -> None:
    letter = box.one()
    outbox.release(box.connection, letter, box.now + SOON)
    assert box.again(letter) == []


def test_a_stale_postman_cannot_release_a_letter_that_is_in_doubt(box: Box) -> None:
    letter = box.going()
    box.wait(GOING_LEASE + SOON)
    box.claim(0)
    outbox.release(box.connection, letter, box.now)
    assert (box.row(letter).status, box.row(letter).doubts) == (Status.DOUBT, 1)


# --- doubt --------------------------------------------------------------------------------------


def test_a_letter_on_its_way_stays_its_postmans_while_a_relay_may_take(box: Box) -> None:
    """RFC 5321 section 4.5.3.2.6 gives a relay ten minutes after the final dot."""
    letter = box.going()
    box.wait(timedelta(minutes=10))
    box.claim(0)
    assert box.row(letter).status == Status.GOING


def test_a_letter_whose_postman_died_on_the_way_is_in_doubt(box: Box) -> None:
    assert box.row(box.in_doubt()).status == Status.DOUBT


def test_a_letter_in_doubt_is_not_sent_within_ten_minutes_of_its_try(box: Box) -> None:
    letter = box.going()
    box.wait(REST - SOON)
    assert box.again(letter) == []


def test_a_letter_in_doubt_is_sent_once_more(box: Box) -> None:
    letter = box.in_doubt()
    assert [each.doubts for each in box.again(letter)] == [1]


def test_a_stale_postman_cannot_settle_a_letter_in_doubt_that_another_has(box: Box) -> None:
    letter = box.in_doubt()
    box.again(letter)
    assert not box.settle(letter, Status.FAILED)


def test_a_letter_in_doubt_twice_is_left_to_a_person(box: Box) -> None:
    letter = box.in_doubt()
    [second] = box.again(letter)
    assert box.mark(second)
    box.wait(GOING_LEASE + SOON)
    box.claim(0)
    assert [each.id for each in outbox.lost_in_doubt(box.connection, box.now)] == [letter.id]


def test_a_letter_in_doubt_twice_is_not_sent_again(box: Box) -> None:
    letter = box.in_doubt()
    [second] = box.again(letter)
    assert box.mark(second)
    box.wait(DAY)
    assert box.again(letter) == []


def test_a_released_letter_in_doubt_stays_in_doubt(box: Box) -> None:
    letter = box.in_doubt()
    [second] = box.again(letter)
    outbox.release(box.connection, second, box.now)
    assert box.row(letter).status == Status.DOUBT


def test_silence_after_data_counts_as_a_doubt(box: Box) -> None:
    letter = box.going()
    box.settle(letter, Status.DOUBT, box.now + REST)
    assert box.row(letter).doubts == 1


# --- settling -----------------------------------------------------------------------------------


def test_an_accepted_letter_is_settled(box: Box) -> None:
    letter = box.going()
    box.settle(letter, Status.ACCEPTED)
    assert (box.row(letter).status, box.row(letter).settled_at) == (Status.ACCEPTED, box.now)


@pytest.mark.parametrize(
    "status", [Status.ACCEPTED, Status.FAILED, Status.SKIPPED, Status.AMBIGUOUS]
)
def test_a_settled_letter_is_never_sent_again(box: Box, status: Status) -> None:
    letter = box.going()
    box.settle(letter, status)
    box.wait(DAY)
    assert box.again(letter) == []


def test_a_letter_is_settled_once(box: Box) -> None:
    """Two postmen may both find a letter that a third left in doubt for good."""
    letter = box.going()
    assert [box.settle(letter, Status.AMBIGUOUS) for _ in range(2)] == [True, False]


def test_a_letter_to_be_tried_again_waits_for_its_time(box: Box) -> None:
    letter = box.going()
    box.settle(letter, Status.OWED, box.now + SOON)
    assert box.again(letter) == []


def test_a_letter_to_be_tried_again_is_tried_again(box: Box) -> None:
    letter = box.going()
    box.settle(letter, Status.OWED, box.now + SOON)
    box.wait(SOON)
    assert [each.tries for each in box.again(letter)] == [2]


def test_a_settlement_by_a_stale_postman_is_refused(box: Box) -> None:
    letter = box.one()
    box.wait(LEASE + SOON)
    box.again(letter)
    assert not box.settle(letter, Status.ACCEPTED)


def test_a_refused_settlement_changes_nothing(box: Box) -> None:
    letter = box.one()
    box.wait(LEASE + SOON)
    before = box.row(box.again(letter)[0])
    box.settle(letter, Status.ACCEPTED)
    assert box.row(letter) == before


# --- bytes --------------------------------------------------------------------------------------


def frozen(box: Box) -> Claimed:
    """A claimed letter, read again with its bytes kept."""
    box.app.store.keys.make(["person:p1"])
    letter = box.one()
    kept = [(letter, b"Dear Anna Lee", "5ha", "<1@ccg.example>")]
    frozen_letters.freeze(box.connection, box.app.store.keys, kept)
    return replace(letter, frozen=box.row(letter).frozen)


def test_frozen_bytes_are_thawed_as_they_were(box: Box) -> None:
    assert frozen_letters.thaw(box.app.store.keys, frozen(box)) == b"Dear Anna Lee"


def test_frozen_bytes_show_nothing(box: Box) -> None:
    assert b"Anna" not in (frozen(box).frozen or b"")


def test_frozen_bytes_belong_to_one_letter(box: Box) -> None:
    letter = frozen(box)
    with pytest.raises(ValueError, match="altered"):
        frozen_letters.thaw(box.app.store.keys, replace(letter, id=letter.id + 1))


def test_frozen_bytes_of_an_erased_person_stay_frozen(box: Box) -> None:
    letter = frozen(box)
    box.app.store.keys.erase("person:p1")
    with pytest.raises(Erased):
        frozen_letters.thaw(box.app.store.keys, letter)


def test_a_stale_postman_cannot_freeze_other_bytes(box: Box) -> None:
    letter = frozen(box)
    stale = replace(letter, fence=letter.fence - 1)
    frozen_letters.freeze(box.connection, box.app.store.keys, [(stale, b"other", "other", "other")])
    assert box.row(letter).sha256 == "5ha"


# --- what health asks ---------------------------------------------------------------------------


def test_letters_are_counted_by_status(box: Box) -> None:
    box.going()
    assert letter_counts.count_by_status(box.connection, "D-1") == {"going": 1, "owed": 2}


def test_letters_of_another_decision_are_not_counted(box: Box) -> None:
    box.expand()
    assert letter_counts.count_by_status(box.connection, "D-2") == {}


def test_the_oldest_unsent_letter_counts_from_its_event(box: Box) -> None:
    since = box.now
    box.expand()
    box.wait(DAY)
    box.owe(leaf=901)
    assert letter_counts.oldest_unsent(box.connection) == since


def test_when_all_is_settled_nothing_is_unsent(box: Box) -> None:
    box.expand()
    for letter in box.claim():
        box.settle(letter, Status.ACCEPTED)
    assert letter_counts.oldest_unsent(box.connection) is None


def test_letters_of_mailings_still_to_be_expanded_are_counted(box: Box) -> None:
    box.owe()
    assert letter_counts.count_unexpanded(box.connection, "D-1") == 3

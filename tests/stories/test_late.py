"""What comes too late, and a scheduler that was not there: a deadline holds all the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from engine.commands import Remind
from engine.refusals import NoSuchAct
from storage.ledger import Ledger, Page
from storage.wakes import Woken
from tests.stories.papers import A_VOTE, A_VOTE_ON_INCOME
from tests.stories.register import CODES
from tests.stories.telling import Story
from workflows.answers import NotOpen, Stage, TooLate, Unknown
from workflows.counter import Counter
from workflows.desk import Desk


def too_late(story: Story) -> TooLate:
    """What a vote meets after the close of Wednesday 21 October."""
    words = "5pm on Wednesday 21 October 2026"
    return TooLate(story.decision.deadlines[-1].due_at, f"{words} (London time)")


# --- late votes -----------------------------------------------------------------------------


def test_a_vote_at_the_very_close_is_too_late_though_nobody_has_counted(voting: Story) -> None:
    voting.scheduler_stops().on("5pm Wednesday 21 October")

    assert voting.practice("K83003").sends("for") == too_late(voting)


def test_a_vote_in_the_last_second_counts(voting: Story) -> None:
    voting.scheduler_stops().on("4:59:59pm Wednesday 21 October").practice("K83003").votes("for")

    assert voting.scheduler_starts().on("9am Thursday 29 October").counted()["for"] == 1


def test_a_late_vote_is_put_on_record_once_for_each_person(voting: Story) -> None:
    voting.scheduler_stops().on("5:01pm Wednesday 21 October")
    for person in (voting.practice("K83003"), voting.deputy("K83003"), voting.practice("K83003")):
        person.sends("for")

    assert len(voting.leaves("vote.rejected")) == 2


def test_the_record_of_a_late_vote_does_not_say_which_way(voting: Story) -> None:
    voting.scheduler_stops().on("5:01pm Wednesday 21 October").practice("K83003").sends("for")

    body = voting.leaves("vote.rejected")[0]["body"]
    assert set(body) == {"decision", "practice", "round", "because", "by"}


def test_a_vote_after_the_count_is_put_on_record_too(voting: Story) -> None:
    voting.practices_vote(for_=7).on("5:01pm Wednesday 21 October").expects_state("carried")
    for _ in range(2):
        assert isinstance(voting.practice("K83014").sends("for"), NotOpen)

    assert len(voting.leaves("vote.rejected")) == 1


def test_a_late_comment_leaves_nothing(voting: Story) -> None:
    voting.scheduler_stops().on("5:01pm Wednesday 21 October")

    voting.manager("K83003").sends(comment="Sorry, we were shut.")

    assert voting.leaves("vote.rejected") == []


def test_a_late_vote_may_be_sent_again_when_the_vote_is_extended(voting: Story) -> None:
    voting.scheduler_stops().on("5:01pm Wednesday 21 October").practice("K83003").sends("for")

    voting.scheduler_starts().expects_state("voting").practice("K83003").votes("for")


def test_until_the_count_the_page_says_that_it_is_coming(voting: Story) -> None:
    voting.scheduler_stops().on("5pm Wednesday 21 October")

    assert voting.practice("K83003").page().stage is Stage.COUNTING


# --- a scheduler that was away --------------------------------------------------------------


def test_a_sweep_three_days_late_still_closes_at_the_deadline(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    story.scheduler_stops().on("11am Thursday 15 October").scheduler_starts()

    assert story.closed_at("consulting") == "5pm on Monday 12 October 2026"


def test_after_a_late_sweep_practices_get_their_full_time_to_vote(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    story.scheduler_stops().on("11am Thursday 15 October").scheduler_starts()

    story.expects_state("voting").expects_deadline("5pm on Monday 26 October 2026")


def test_in_seven_days_without_a_scheduler_no_late_vote_is_counted(voting: Story) -> None:
    voting.practices_vote(for_=7).scheduler_stops().on("5pm Wednesday 21 October")
    for n in range(7 * 6):
        voting.clock.time += timedelta(hours=4)
        late = voting.practice(CODES[n % len(CODES)]).sends("against")
        assert late == too_late(voting)

    voting.scheduler_starts().expects_state("carried").expects_letters(outcome=36)
    assert voting.counted() == {"for": 7, "against": 0, "returned": 7}


def test_a_reminder_missed_with_its_deadline_is_not_sent_after_it(voting: Story) -> None:
    before = voting.letters("reminder")

    voting.scheduler_stops().on("9am Thursday 22 October").scheduler_starts()

    assert voting.letters("reminder") == before


def test_two_reminders_missed_are_sent_as_one(voting: Story) -> None:
    before = voting.letters("reminder")

    voting.scheduler_stops().on("10am Monday 19 October").scheduler_starts()

    assert voting.letters("reminder") - before == 36


# --- two sweeps at once ---------------------------------------------------------------------


@dataclass(frozen=True)
class Overtaken(Ledger):
    """A ledger whose pages open only after another sweep has been right through."""

    overtake: Callable[[], object] = lambda: None

    @contextmanager
    def page(self) -> Iterator[Page]:
        self.overtake()
        with super().page() as page:
            yield page


def overtaken(desk: Desk) -> Desk:
    """The desk as a sweep has it that saw what is due, and is overtaken before it can act."""
    ledger = desk.store.ledger
    slow = Overtaken(ledger.database, ledger.keys, ledger.now, ledger.random_bytes, desk.sweep)
    return replace(desk, store=replace(desk.store, ledger=slow))


def test_two_sweeps_at_once_close_a_phase_once(voting: Story) -> None:
    voting.practices_vote(for_=7).scheduler_stops().on("5pm Wednesday 21 October")

    overtaken(voting.app.desk).sweep()

    assert len(voting.leaves("phase.closed")) == 2  # the consultation, and the vote


def test_two_sweeps_at_once_extend_a_vote_once(voting: Story) -> None:
    voting.scheduler_stops().on("5pm Wednesday 21 October")

    overtaken(voting.app.desk).sweep()

    voting.expects_deadline("5pm on Wednesday 28 October 2026").expects_letters(extended=36)


def test_two_sweeps_at_once_remind_once(voting: Story) -> None:
    before = voting.letters("reminder")
    voting.scheduler_stops().on("9am Thursday 15 October")

    overtaken(voting.app.desk).sweep()

    assert voting.letters("reminder") - before == 12


class TrustingDesk(Desk):
    """A naive desk: what a sweep has seen to be due is still due when it comes to act."""

    def _pass(self, page: Page, wake: Woken) -> bool:
        return bool(self.rule(page, wake.decision, Remind(wake.name)).filed)


def test_a_sweep_that_trusts_what_it_saw_reminds_twice(voting: Story) -> None:
    before = voting.letters("reminder")
    voting.scheduler_stops().on("9am Thursday 15 October")
    late = overtaken(voting.app.desk)

    TrustingDesk(late.store, late.library, late.suspicion, code=late.code).sweep()

    assert voting.letters("reminder") - before == 24


def test_twenty_sweeps_in_a_row_do_what_one_does(voting: Story) -> None:
    voting.practices_vote(for_=7).on("5pm Wednesday 21 October")
    before = len(voting.leaves())

    for _ in range(20):
        voting.sweep()

    assert len(voting.leaves()) == before


def test_a_link_revoked_while_its_answer_waits_records_nothing(voting: Story) -> None:
    lead, done = voting.practice("K83003"), list[int]()
    link = lead.link

    def change() -> None:
        if not done:
            done.append(1)
            voting.people["K83003", "lead"] = replace(lead.person, email="new@k.example")
            voting.imports_people()

    desk, ledger = voting.app.desk, voting.app.desk.store.ledger
    slow = Overtaken(ledger.database, ledger.keys, ledger.now, ledger.random_bytes, change)
    late = replace(desk, store=replace(desk.store, ledger=slow))
    window = replace(voting.app.practice_desk, desk=late, counter=Counter(late))
    voting.app = replace(voting.app, practice_desk=window)

    assert lead.sends("for", link=link) == Unknown()


def test_a_vote_that_is_over_cannot_be_withdrawn_before_it_is_counted(voting: Story) -> None:
    voting.practices_vote(for_=9).scheduler_stops().on("5:01pm Wednesday 21 October")

    with pytest.raises(NoSuchAct):
        voting.withdraws("We do not like what we see.")


def test_a_person_s_second_late_vote_while_a_committee_has_the_step_is_not_recorded(
    story: Story,
) -> None:
    """The step has a deadline of its own, which has not passed; the vote's has."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE_ON_INCOME)
    story.on("9am Tuesday 13 October").practices_vote(for_=7)
    story.on("9am Thursday 22 October").expects_state("carried")
    late = story.practice("K83010")

    replies = [type(late.sends("for")).__name__ for _ in range(2)]

    assert replies == ["NotOpen", "NotOpen"]
    assert len(story.leaves("vote.rejected")) == 1

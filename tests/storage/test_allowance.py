"""The account's tables, its charges and its queries' wakes, on both databases."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.bootstrap import App
from engine import events
from engine.commands import Act, AnswerQuery, QueryEntry
from engine.financial_year import FinancialYear
from engine.people import Actor, How
from engine.per_head import Patients
from engine.refusals import NeedsReason, NoAllowance, NoListSizes, QueryWaits
from engine.working_days import calendar_value
from storage import tables
from storage.allowance import entries_of, read_allowance, read_entries
from storage.wakes import due_wakes, next_wake_at, oldest_due
from tests.small_body import MORNING, HandClock, as_it_stands, closing, codes
from workflows.allowance import account, set_allowance
from workflows.decision_file import read_decision_file
from workflows.publishing import digest

STAFF = Actor(None, How.CLI)
MEMBER, OFFICER = Actor("m1", How.CLI), Actor("o1", How.CLI)
THIS_YEAR = FinancialYear(2026)
PAPER = """title = "A commissioning support unit"
summary = "The unit would read the hospitals' contracts until March."
[facts]
uses_management_allowance = true
money_gbp = 31000
localities_touched = "all"
"""


def opened(app: App, paper: str = PAPER) -> str:
    return app.opener.open(
        read_decision_file(paper.encode(), "d.toml"), {}, STAFF
    ).opening.reference


def to_the_committee(app: App, clock: HandClock) -> str:
    """A decision that practices have been heard on."""
    reference = opened(app)
    clock.at = closing(app, reference)
    app.desk.sweep()
    return reference


def approved(app: App, clock: HandClock) -> str:
    reference = to_the_committee(app, clock)
    app.desk.handle(reference, Act(STAFF, "approve", "Minute 4."))
    return reference


def asks(app: App, reference: str) -> None:
    calendar = app.rulebook.calendar
    named = digest(calendar_value(calendar))
    roles = frozenset(["committee"])
    app.desk.handle(reference, QueryEntry(MEMBER, roles, "What for?", calendar, named))


def answers(app: App, reference: str) -> None:
    app.desk.handle(reference, AnswerQuery(OFFICER, frozenset(["secretary"]), "For this."))


def filed(app: App, *types: str) -> list[str]:
    """The types of these leaves, in the order of the trail."""
    leaf = tables.leaf.c
    with app.store.database.reading() as reading:
        query = select(leaf.type).where(leaf.type.in_(types)).order_by(leaf.n)
        return list(reading.execute(query).scalars())


def letters(app: App, kind: str) -> int:
    mailing = tables.mailing.c
    with app.store.database.reading() as reading:
        return len(reading.execute(select(mailing.leaf).where(mailing.letter == kind)).all())


def sizes(app: App, known: Iterable[tuple[str, int | None]]) -> None:
    practice = tables.practice
    with app.store.database.writing() as writing:
        for code, size in known:
            mine = practice.c.ods_code == code
            writing.execute(update(practice).where(mine).values(list_size=size))


# --- setting --------------------------------------------------------------------------------------


def test_an_allowance_for_each_patient_is_reckoned_from_the_register(app: App) -> None:
    set_allowance(app.store, "04G", THIS_YEAR, STAFF, "As told.", per_head_pence=1876)

    with app.store.database.reading() as reading:
        held = read_allowance(reading, "2026/27")
    assert held is not None
    assert (held.pounds, held.per_head_pence, held.patients) == (450_240, 1876, Patients(24_000))


def test_set_anew_the_last_one_stands_and_both_are_on_record(app: App) -> None:
    for pounds in (5_000_000_000, 6_000_000_000):  # more than 32 bits hold
        set_allowance(app.store, "04G", THIS_YEAR, STAFF, "As told.", pounds=pounds)

    with app.store.database.reading() as reading:
        held = read_allowance(reading, "2026/27")
    assert held is not None
    assert held.pounds == 6_000_000_000
    assert filed(app, "allowance.set") == ["allowance.set", "allowance.set"]


def test_without_a_list_nothing_is_reckoned_for_each_patient(app: App) -> None:
    sizes(app, [(code, None) for code in codes(3)])

    with pytest.raises(NoListSizes):
        set_allowance(app.store, "04G", THIS_YEAR, STAFF, "As told.", per_head_pence=1876)
    assert filed(app, "allowance.set") == []


def test_an_allowance_needs_a_reason(app: App) -> None:
    with pytest.raises(NeedsReason):
        set_allowance(app.store, "04G", THIS_YEAR, STAFF, " ", pounds=1)


def test_the_words_of_setting_it_are_commitments_of_the_account_s_own_key(app: App) -> None:
    set_allowance(app.store, "04G", THIS_YEAR, STAFF, "The board's letter.", pounds=1)

    with app.store.database.reading() as reading:
        keys = set(reading.execute(select(tables.opening.c.key)).scalars())
        data = reading.execute(
            select(tables.leaf.c.data).where(tables.leaf.c.type == "allowance.set")
        ).scalar_one()
    assert "account:2026/27" in keys
    assert b"letter" not in data


# --- charging -------------------------------------------------------------------------------------


def test_the_charge_is_filed_in_the_commit_of_the_act(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)

    leaf = tables.leaf.c
    with app.store.database.reading() as reading:
        (entry,) = entries_of(reading, reference)
        acted = select(leaf.n).where(leaf.decision == reference, leaf.type == "body.acted")
        n = reading.execute(acted).scalar_one()
    assert filed(app, "body.acted", "allowance.charged") == ["body.acted", "allowance.charged"]
    assert (entry.year, entry.money_gbp, entry.at) == ("2026/27", 31_000, clock.at)
    assert entry.leaf > n


def test_an_approval_that_cannot_be_charged_is_not_filed_either(
    app: App, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A charge filed in a commit of its own after the act would leave an approval uncharged."""
    reference = to_the_committee(app, clock)
    monkeypatch.setattr("workflows.charges.body_patients", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        app.desk.handle(reference, Act(STAFF, "approve", "Minute 4."))
    assert filed(app, "body.acted", "allowance.charged") == []
    assert as_it_stands(app, reference).state == "deciding"


def test_whose_list_is_unknown_is_named_with_the_charge(app: App, clock: HandClock) -> None:
    first, second, third = codes(3)
    sizes(app, [(first, 8000), (second, None), (third, 4000)])
    reference = approved(app, clock)

    with app.store.database.reading() as reading:
        (entry,) = entries_of(reading, reference)
    assert entry.patients == Patients(12_000, (second,))
    assert entry.per_head == 2_583_333


def test_the_patients_are_those_of_the_day_of_the_act_and_of_the_whole_body(
    app: App, clock: HandClock
) -> None:
    """The roll was frozen at the opening, and may hold one practice alone."""
    reference = opened(app, f'practices = ["{codes(1)[0]}"]\n{PAPER}')
    clock.at = closing(app, reference)
    app.desk.sweep()
    sizes(app, [(codes(1)[0], 10_000)])
    app.desk.handle(reference, Act(STAFF, "approve", "Minute 4."))

    with app.store.database.reading() as reading:
        (entry,) = entries_of(reading, reference)
    assert entry.patients.known == 26_000


def test_the_largest_sum_there_is_can_be_charged(app: App, clock: HandClock) -> None:
    paper = PAPER.replace("31000", "1000000000000")
    reference = opened(app, paper)
    clock.at = closing(app, reference)
    app.desk.sweep()
    app.desk.handle(reference, Act(STAFF, "approve", "Minute 4."))

    with app.store.database.reading() as reading:
        (entry,) = read_entries(reading, "2026/27")
    assert entry.money_gbp == 1_000_000_000_000


def test_what_was_never_charged_cannot_be_given_back(app: App) -> None:
    back = events.AllowanceReversed(decision="D-1", year="2026/27", because="lapsed")
    with pytest.raises(LookupError, match="has not drawn"), app.store.ledger.page() as page:
        page.file(back)


# --- the account ----------------------------------------------------------------------------------


def test_what_is_running_is_committed_and_not_charged(app: App, clock: HandClock) -> None:
    reference = opened(app)

    with app.store.database.reading() as reading:
        told = account(reading, app.store.keys, app.rulebook.calendar, THIS_YEAR, clock.at)
    assert [(each.decision, each.money_gbp) for each in told.account.committed] == [
        (reference, 31_000)
    ]
    assert told.account.spent == 0


def test_what_is_running_is_committed_in_this_year_alone(app: App, clock: HandClock) -> None:
    opened(app)
    calendar = app.rulebook.calendar

    with app.store.database.reading() as reading, pytest.raises(NoAllowance):
        account(reading, app.store.keys, calendar, FinancialYear(2025), clock.at)


def test_what_is_approved_is_no_longer_committed(app: App, clock: HandClock) -> None:
    approved(app, clock)

    with app.store.database.reading() as reading:
        told = account(reading, app.store.keys, app.rulebook.calendar, THIS_YEAR, clock.at)
    assert (told.account.committed, told.account.spent) == ((), 31_000)


def test_a_year_of_which_nothing_is_known_is_refused(app: App) -> None:
    calendar = app.rulebook.calendar
    with app.store.database.reading() as reading, pytest.raises(NoAllowance, match="2031/32"):
        account(reading, app.store.keys, calendar, FinancialYear(2031), MORNING)


# --- queries and the sweep ------------------------------------------------------------------------


def test_a_query_wakes_the_sweep_when_its_answer_is_due(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)
    asks(app, reference)

    (query,) = as_it_stands(app, reference).queries
    with app.store.database.reading() as reading:
        assert next_wake_at(reading) == query.due_at
        assert oldest_due(reading, query.due_at) == query.due_at


def test_an_answered_query_wakes_nobody(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)
    asks(app, reference)
    answers(app, reference)

    with app.store.database.reading() as reading:
        assert next_wake_at(reading) is None


def test_a_deadline_that_moves_leaves_the_query_s_wake_alone(app: App, clock: HandClock) -> None:
    """`save_decision` sets a decision's wakes anew: were the query's not left out, it would be
    lost, and nobody would ever be told."""
    paper = PAPER + "urgent = true\n"
    reference = opened(app, 'urgent_reason = "The lease ends."\n' + paper)
    agreed = tuple(frozenset([r]) for r in ("chair", "accountable_officer", "lay_chair"))
    app.desk.handle(reference, Act(STAFF, "approve", "Agreed.", agreed=agreed))
    asks(app, reference)
    app.desk.handle(reference, Act(STAFF, "ratify", "Minute 5."))

    with app.store.database.reading() as reading:
        wakes = due_wakes(reading, datetime(2027, 12, 1, tzinfo=UTC), 10)
    assert [wake.kind for wake in wakes] == ["query"]


def overdue(app: App, clock: HandClock) -> str:
    reference = approved(app, clock)
    asks(app, reference)
    (query,) = as_it_stands(app, reference).queries
    clock.at = query.due_at
    return reference


def test_the_sweep_tells_of_a_delay_once(app: App, clock: HandClock) -> None:
    overdue(app, clock)
    counted = [app.desk.sweep().deadlines for _ in range(3)]

    assert counted == [1, 0, 0]
    assert letters(app, "query_overdue") == 2


def test_two_sweeps_that_meet_the_same_query_tell_of_it_once(app: App, clock: HandClock) -> None:
    """Both have read the wake before either has dealt with it: the second finds it told."""
    overdue(app, clock)
    with app.store.database.reading() as reading:
        woken = list(due_wakes(reading, clock.at, 50))
    for _ in range(2):
        with app.store.ledger.page() as page:
            for wake in woken:
                app.desk._wake(page, wake)  # noqa: SLF001 - what each sweep does with it

    assert letters(app, "query_overdue") == 2


def test_before_its_time_the_sweep_leaves_a_query(app: App, clock: HandClock) -> None:
    overdue(app, clock)
    clock.at -= timedelta(microseconds=1)
    app.desk.sweep()

    assert letters(app, "query_overdue") == 0


def test_a_delay_that_was_told_is_red_until_it_is_answered(app: App, clock: HandClock) -> None:
    reference = overdue(app, clock)
    app.desk.sweep()

    with app.store.database.reading() as reading:
        (entry,) = entries_of(reading, reference)
    assert [(query.is_open, query.overdue) for query in entry.queries] == [(True, True)]

    answers(app, reference)
    with app.store.database.reading() as reading:
        (entry,) = entries_of(reading, reference)
    assert [query.is_open for query in entry.queries] == [False]


def test_one_query_at_a_time_and_the_next_after_the_answer(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)
    asks(app, reference)
    with pytest.raises(QueryWaits):
        asks(app, reference)
    answers(app, reference)
    asks(app, reference)

    assert [query.number for query in as_it_stands(app, reference).queries] == [1, 2]


def test_two_queries_with_one_number_break_on_their_key(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)
    asks(app, reference)
    with app.store.database.reading() as reading:
        row = dict(reading.execute(select(tables.query)).one()._mapping)  # noqa: SLF001
    with pytest.raises(IntegrityError), app.store.database.writing() as writing:
        writing.execute(insert(tables.query).values(**row))


def test_an_answer_to_a_query_that_is_closed_breaks(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)
    asks(app, reference)
    answers(app, reference)
    again = events.AllowanceAnswered(
        decision=reference, query=1, role="chair", text="Twice.", by={"person": "p", "how": "cli"}
    )
    with pytest.raises(LookupError, match="no open query"), app.store.ledger.page() as page:
        page.file(again)


def test_what_is_asked_and_answered_is_not_in_the_leaves(app: App, clock: HandClock) -> None:
    reference = approved(app, clock)
    asks(app, reference)
    answers(app, reference)

    leaf = tables.leaf.c
    with app.store.database.reading() as reading:
        query = select(leaf.data).where(leaf.type.like("allowance.%"))
        held = b"".join(reading.execute(query).scalars())
    assert b"What for" not in held
    assert b"For this" not in held

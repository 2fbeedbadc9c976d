"""The demo: the whole job on a few practices, and what it tells of itself."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.bootstrap import rulebook_of
from app.cli import app as command
from app.config import Settings
from app.demo.cast import Cast, cast_for
from app.demo.differences import differences
from app.demo.duties import DUTIES
from app.demo.folder import MOST_PRACTICES
from app.demo.house import DATA
from app.demo.run import Request, run
from app.demo.story import (
    AGAINST,
    CHALLENGED,
    DIABETES,
    FOR,
    OUT_OF_HOURS,
    PRESCRIBING,
    QOF_SUPPORT,
    RETURNS,
    SCENES,
    calling_in,
    commenting,
    voting,
)
from app.demo.timetable import Timetable
from app.demo.told import Told
from engine.working_days import Calendar
from storage.intake import read_practices
from storage.register import RegisteredPractice

AFTER_CHRISTMAS = datetime(2027, 1, 5, 10, 30, tzinfo=UTC)
PRACTICES = 6


@dataclass(frozen=True)
class Played:
    """A demo that has been played: what it told, and the folder it left."""

    told: Told
    cast: Cast
    log: str

    @property
    def letters(self) -> list[Path]:
        return sorted((self.told.folder / "letters").rglob("*.eml"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("demo")
    with (folder.parent / "log.txt").open("w+", encoding="utf-8") as file:
        log, bar = Console(file=file, width=80), Console(quiet=True)
        request = Request(folder, PRACTICES, log, bar, lambda: AFTER_CHRISTMAS)
        told = run(request, lambda _: None)
        file.seek(0)
        return Played(told, small_cast(PRACTICES), file.read())


def small_cast(practices: int) -> Cast:
    """The people of the first so many practices."""
    file = DATA / "practices.csv"
    rows = read_practices(file.read_bytes(), file.name)[:practices]
    return cast_for(
        [RegisteredPractice(r.ods_code, r.name, r.locality, r.list_size, None, ()) for r in rows]
    )


def every_cast() -> Iterator[Cast]:
    return (small_cast(number) for number in range(2, MOST_PRACTICES + 1))


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return rulebook_of(Settings()).calendar


# --- the whole demo, on a few practices -----------------------------------------------------


def test_everything_comes_out_as_the_story_has_it(played: Played) -> None:
    assert played.told.differed == ()


def test_every_route_that_practices_take_part_in_is_shown(played: Played) -> None:
    results = {e.result or "open" for e in played.told.found.decisions}

    assert results == {"informed", "concluded", "carried", "not_carried", "open"}


def test_what_other_bodies_did_stands_beside_what_practices_decided(played: Played) -> None:
    told = {e.running.scene: (e.result, e.acts) for e in played.told.found.decisions if e.acts}

    assert told == {
        DIABETES: ("carried", ("approved",)),
        OUT_OF_HOURS: ("concluded", ("approved", "ratified")),
        QOF_SUPPORT: ("carried", ("refused",)),
        PRESCRIBING: ("not_carried", ("upheld",)),
    }


def test_what_was_to_inform_is_called_in_and_consulted_on(played: Played) -> None:
    told = next(e for e in played.told.found.decisions if e.running.scene is RETURNS)

    assert (told.shown["route"], told.result) == ("consult", "concluded")
    assert "Called in by 1 of 6 practices" in played.log


def test_votes_at_the_meeting_are_counted_with_the_others(played: Played) -> None:
    told = next(e for e in played.told.found.decisions if e.running.scene is QOF_SUPPORT)

    assert told.shown["by_hand"] == len(voting(QOF_SUPPORT, played.cast).by_hand) > 0
    assert "votes by hand: " in " ".join(played.log.split())


def test_the_turnaround_is_that_to_the_first_outcome(played: Played) -> None:
    told = next(e for e in played.told.found.decisions if e.running.scene is PRESCRIBING)

    assert (told.so_far, told.acted_after, told.limit) == (12, (19,), 25)


def test_a_vote_without_a_quorum_is_extended_once_and_then_decided(played: Played) -> None:
    told = [e for e in played.told.found.decisions if e.running.extensions]

    assert [(e.running.extensions, e.result) for e in told] == [(1, "carried")]


def test_the_vote_after_the_close_is_refused(played: Played) -> None:
    assert "seconds after the close: refused (409)" in " ".join(played.log.split())


def test_the_practice_without_a_contact_is_named(played: Played) -> None:
    assert f"NO CONTACT for {played.cast.without}" in played.log


def test_a_doubtful_classification_is_told_with_the_route_taken(played: Played) -> None:
    log = " ".join(played.log.split())

    assert "Please look:" in log
    assert "the route that gives practices most say is taken: vote." in log


def test_each_caught_letter_is_a_file(played: Played) -> None:
    assert len(played.letters) == played.told.found.caught == played.told.found.letters["accepted"]


def test_the_links_offered_are_those_of_letters(played: Played) -> None:
    assert played.told.letter is not None
    assert played.told.links[0][1] in played.told.letter.read_text(encoding="utf-8")


def test_no_link_is_written_to_the_log_file(played: Played) -> None:
    assert "/respond/" not in (played.told.folder / "quorate.log").read_text().replace(
        "/respond/{token}", ""
    )


def test_the_play_ends_at_the_moment_it_was_told(played: Played) -> None:
    opened = played.told.found.decisions[-1].shown["opened_at"]

    assert datetime.fromisoformat(opened) < AFTER_CHRISTMAS


def test_the_command_finds_the_decisions_in_the_folder_afterwards(played: Played) -> None:
    listed = CliRunner().invoke(
        command, ["decision", "list", "--json", "--config", str(played.told.config)]
    )

    assert [each["state"] for each in json.loads(listed.stdout)][::-1] == [
        e.shown["state"] for e in played.told.found.decisions
    ]


def test_a_lost_letter_would_be_told_as_a_difference(played: Played) -> None:
    lost = replace(played.told.found, caught=played.told.found.caught - 1)

    assert any(
        says.startswith("letters accepted")
        for says in differences(lost, played.told.audit, played.cast)
    )


def test_an_altered_leaf_would_be_told_as_a_difference(played: Played) -> None:
    trail = replace(played.told.found.trail, recomputed="00" * 32)

    told = list(
        differences(replace(played.told.found, trail=trail), played.told.audit, played.cast)
    )
    assert [says.partition(":")[0] for says in told] == ["root of the leaves"]


def test_an_act_that_is_missing_would_be_told_as_a_difference(played: Played) -> None:
    missing = [
        replace(e, shown={**e.shown, "acts": []}) if e.running.scene is DIABETES else e
        for e in played.told.found.decisions
    ]

    told = list(
        differences(
            replace(played.told.found, decisions=tuple(missing)), played.told.audit, played.cast
        )
    )
    assert told == ["D-2026-0002: acts of other bodies: (), and ('approved',) was expected"]


def test_a_letter_that_nobody_reads_would_be_told_as_a_difference(played: Played) -> None:
    trail = replace(played.told.found.trail, unread=("D-2026-0002: step_due",))

    told = list(
        differences(replace(played.told.found, trail=trail), played.told.audit, played.cast)
    )
    assert [says.partition(":")[0] for says in told] == ["letters without a reader"]


# --- the command ----------------------------------------------------------------------------


def test_the_command_tells_the_tale_and_where_to_look(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["demo", "--practices", "2", "--dir", str(tmp_path / "new")])

    assert (done.exit_code, "All came out as it must" in done.stdout) == (0, True), done.output
    assert f"--config {tmp_path / 'new' / 'config.toml'}" in done.stdout


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")

    done = CliRunner().invoke(command, ["demo", "--dir", str(tmp_path)])

    assert done.exit_code == 1
    assert "is not empty" in done.stderr


def test_settings_of_the_environment_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUORATE_STORAGE__URL", "sqlite:////srv/quorate.db")

    done = CliRunner().invoke(command, ["demo"])

    assert done.exit_code == 1
    assert "QUORATE_STORAGE__URL" in done.stderr


# --- the story, for every number of practices -----------------------------------------------


def test_the_vote_on_prescribing_is_always_a_tie_with_a_quorum() -> None:
    for cast in every_cast():
        counted = Counter(voting(PRESCRIBING, cast).standing().values())
        assert counted[FOR] == counted[AGAINST] > 0
        assert 2 * counted.total() >= len(cast.practices)


def test_the_late_vote_would_always_have_broken_the_tie() -> None:
    for cast in every_cast():
        held = voting(PRESCRIBING, cast)
        assert held.late is not None
        assert (held.late.choice, held.standing().get(held.late.practice)) in {
            (FOR, None),
            (FOR, AGAINST),
        }


def test_the_vote_on_qof_support_needs_its_extension_and_then_has_a_quorum() -> None:
    for cast in every_cast():
        held, half = voting(QOF_SUPPORT, cast), len(cast.practices) / 2
        assert len(held.at_first) < half <= len(held.standing())


def test_some_vote_at_the_meeting_and_some_by_link_once_there_is_more_time() -> None:
    for cast in every_cast():
        held = voting(QOF_SUPPORT, cast)
        assert held.by_hand
        assert held.once_extended
        assert {b.practice for b in held.by_hand}.isdisjoint(
            b.practice for b in (*held.at_first, *held.once_extended)
        )


def test_as_many_call_in_as_are_needed() -> None:
    for cast in every_cast():
        assert 10 * len(calling_in(RETURNS, cast)) >= len(cast.practices)


def test_the_vote_on_diabetes_is_always_carried_with_a_quorum() -> None:
    for cast in every_cast():
        counted = Counter(voting(DIABETES, cast).standing().values())
        assert counted[FOR] > counted[AGAINST]
        assert 2 * counted.total() >= len(cast.practices)


def test_nobody_answers_for_a_practice_without_a_contact() -> None:
    for cast in every_cast():
        ballots = [b for s in SCENES if s.votes for b in voting(s, cast).at_first]
        assert all((b.practice, b.role) in cast.people for b in ballots)
        assert all(cast.without not in commenting(scene, cast) for scene in SCENES)


def test_the_shipped_practices_are_those_of_one_ccg() -> None:
    assert len(small_cast(MOST_PRACTICES + 1).practices) == MOST_PRACTICES


# --- the timetable, for every day of two years ----------------------------------------------


def every_day() -> Iterator[datetime]:
    first = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    return (first + timedelta(days=n, hours=n % 17) for n in range(730))


def test_the_demo_begins_on_a_monday_that_is_a_working_day(calendar: Calendar) -> None:
    for now in every_day():
        day, at = calendar.london(Timetable(calendar, now).start)
        assert (day.weekday(), calendar.is_working_day(day), at) == (0, True, time(9))


def test_every_decision_but_the_last_has_ended_by_now(calendar: Calendar) -> None:
    longest = 5 + 7 + 5
    last = max(duty.day for duty in DUTIES)
    for now in every_day():
        timetable = Timetable(calendar, now)
        for scene in SCENES[:-1]:
            assert calendar.due(timetable.moment(scene.day, scene.at), longest) < now
        assert timetable.moment(last, time(17)) < now


def test_the_outcome_is_challenged_in_time_and_then_it_is_the_lay_chairs_turn() -> None:
    closes = PRESCRIBING.day + 5 + 7
    decides = next(d.day for d in DUTIES if d.scene is PRESCRIBING)

    assert closes < CHALLENGED[0] < closes + 5
    assert CHALLENGED[0] + 5 < decides < CHALLENGED[0] + 15


def test_the_last_decision_is_being_voted_on_now(calendar: Calendar) -> None:
    for now in every_day():
        scene = SCENES[-1]
        voting_opens = calendar.due(Timetable(calendar, now).moment(scene.day, scene.at), 5)
        assert voting_opens < now < calendar.due(voting_opens, 7)

"""Who was not reached is recomputed from the trail alone; an outcome silent over them is found."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import engine.entering
import storage.decisions
from auditor.further import examine
from auditor.verify import Report
from engine.case import Case
from engine.commands import RecordReached
from engine.disclosure import Role
from storage.reaching import heard
from tests.stories.papers import A_VOTE
from tests.stories.posting import comes_back, posts
from tests.stories.register import CODES, Person, a_register
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, begin
from workflows.bundle import Scope, write_bundle

LOST = CODES[:3]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    home = tmp_path / "desk"
    home.mkdir()
    a_register(home)
    with begin(home) as story:
        yield story
    shutil.rmtree(home)


def three_are_lost(story: Story) -> Story:
    """Three practices' letters came back or were refused, one of them was rung, nine vote."""
    posts(story.on("9am Monday 5 October 2026").opens(A_VOTE))
    posts(story.on("9am Tuesday 13 October").expects_state("voting"), refused=LOST[:1])
    comes_back(comes_back(story, LOST[1]), LOST[2])
    story.people[LOST[0], "nurse"] = Person(LOST[0], "Nel Nurse", "nel@k.example", "nurse")
    posts(story.imports_people(), refused=LOST)
    called = RecordReached(AT_THE_COMMAND_LINE, LOST[2], "Mo Mann, at ten.")
    story.does(called)
    for code in CODES[3:]:
        story.practice(code).votes("for")
    posts(story.on("10am Monday 19 October"), refused=LOST)
    return story.on("5pm Wednesday 21 October").expects_state("carried")


def audited(story: Story, folder: Path) -> Report:
    store = story.app.store
    posts(story)
    store.sealer.seal()
    with (folder / "bundle.zip").open("wb") as out:
        write_bundle(store, Scope(Role.COMMITTEE), b"", out)
    report: Report = examine(folder / "bundle.zip")
    return report


def test_a_sound_trail_with_lost_practices_is_not_accused(story: Story, tmp_path: Path) -> None:
    report = audited(three_are_lost(story), tmp_path)

    (outcome,) = story.leaves("outcome.declared")
    assert outcome["body"]["unreached"] == list(LOST[:2])
    assert (report.faults, [words for words in report.unchecked if "kinds" in words]) == ([], [])


def one_is_silenced(story: Story) -> Story:
    """Nobody at a practice whose letters were accepted can vote any more; one is only rung."""
    posts(story.on("9am Monday 5 October 2026").opens(A_VOTE))
    posts(story.on("9am Tuesday 13 October").expects_state("voting"), refused=LOST[2:])
    gone = [story.people[LOST[0], role] for role in ("lead", "deputy")]
    story.imports_people(without=gone)
    story.does(RecordReached(AT_THE_COMMAND_LINE, LOST[2], "Rang."))
    for code in CODES[3:]:
        story.practice(code).votes("for")
    posts(story.on("10am Monday 19 October"), refused=LOST[2:])
    return story.on("5pm Wednesday 21 October").expects_state("carried")


def test_who_could_not_vote_and_who_was_only_rung_is_worked_out_again(
    story: Story, tmp_path: Path
) -> None:
    report = audited(one_is_silenced(story), tmp_path)

    (outcome,) = story.leaves("outcome.declared")
    assert (outcome["body"]["silenced"], outcome["body"]["told_by_call"]) == ([LOST[0]], [LOST[2]])
    assert report.faults == []


@pytest.mark.parametrize("word", ["silenced", "told_by_call"])
def test_an_outcome_that_passes_over_them_is_found(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(engine.entering, word, silent)
    report = audited(one_is_silenced(story), tmp_path)

    assert report.exit == 2
    assert any(f"{word} should be" in fault for fault in report.faults)


def test_an_earlier_build_s_outcome_gets_a_note_of_who_could_not_vote(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.entering, "silenced", lambda _: None)
    report = audited(one_is_silenced(story), tmp_path)

    assert report.faults == []
    assert f"{story.reference}: nobody could vote by link at {LOST[0]}." in report.unchecked


def silent(case: Case) -> tuple[str, ...]:
    """An outcome that passes over whom it has not reached."""
    return ()


def taken_once(connection: object, reference: str) -> frozenset[str] | None:
    """A count of those reached that forgets what came back."""
    known = heard(connection, reference)  # type: ignore[arg-type]
    return None if known is None else known | {LOST[1]}


@pytest.mark.parametrize(
    ("place", "name", "naive"),
    [(engine.entering, "unreached", silent), (storage.decisions, "heard", taken_once)],
)
def test_an_outcome_silent_over_them_is_found(
    story: Story,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
    naive: Callable[..., object],
) -> None:
    monkeypatch.setattr(place, name, naive)
    report = audited(three_are_lost(story), tmp_path)

    assert report.exit == 2
    assert any("unreached should be" in fault for fault in report.faults)

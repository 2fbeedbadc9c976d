"""What a decision means decides its road; and a running decision keeps the rules it opened with."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.refusals import NoSuchWorkflow
from engine.working_days import CalendarEnds
from tests.stories.papers import (
    A_CONSTITUTION,
    A_CONSULTATION,
    A_NOTICE,
    A_PAPER_IN_DOUBT,
    A_VOTE,
)
from tests.stories.telling import Story
from workflows.rulebook import SHIPPED


@pytest.mark.parametrize(
    ("paper", "state"),
    [(A_NOTICE, "informing"), (A_CONSULTATION, "consulting"), (A_VOTE, "consulting")],
)
def test_the_facts_choose_the_road(story: Story, paper: str, state: str) -> None:
    story.on("9am Monday 5 October 2026").opens(paper).expects_state(state)


def test_in_doubt_the_road_is_taken_that_gives_practices_most_say(story: Story) -> None:
    found = story.on("9am Monday 5 October 2026").tries_to_open(A_PAPER_IN_DOUBT)

    assert (found.classification.route, found.opening.workflow_name) == ("inform", "consult")


def test_the_trail_says_that_it_was_in_doubt_and_what_to_ask(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_PAPER_IN_DOUBT)

    because = story.leaves("decision.routed")[0]["body"]["because"]
    assert "How much work does it mean for practices?" in because


def test_a_road_that_is_not_there_is_refused_and_no_lower_one_taken(story: Story) -> None:
    with pytest.raises(NoSuchWorkflow):
        story.on("9am Monday 5 October 2026").tries_to_open_without(
            "constitution_vote", A_CONSTITUTION
        )


def test_a_refused_opening_leaves_nothing_behind(story: Story) -> None:
    story.on("9am Monday 5 October 2026").reference = "D-2026-0001"
    with pytest.raises(NoSuchWorkflow):
        story.tries_to_open_without("constitution_vote", A_CONSTITUTION)

    assert story.leaves() == []


def test_a_dry_run_says_all_and_writes_nothing(story: Story) -> None:
    story.on("9am Monday 5 October 2026").rehearses(A_VOTE)

    assert story.leaves() == []


def test_what_the_calendar_of_bank_holidays_does_not_reach_is_not_begun(story: Story) -> None:
    """It keeps that calendar, and would one day wait for a date that nobody can work out."""
    last = story.app.rulebook.calendar.last_year
    story.clock.time = datetime(last, 12, 11, 9, tzinfo=UTC)

    with pytest.raises(CalendarEnds):
        story.opens(A_VOTE)


# --- the rules are changed while a decision runs ----------------------------------------------


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Definitions by which a vote takes three days and needs three in four."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "definitions"))
    file = folder / "member_vote.toml"
    text = file.read_text().replace('after = "7 working days"', 'after = "3 working days"')
    file.write_text(text.replace("more_than_percent = 50", "at_least_percent = 75"))
    return folder


def test_a_running_decision_keeps_the_days_it_opened_with(story: Story, changed: Path) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    story.on("9am Friday 9 October").restarts(workflows={"directory": changed})

    story.on("9am Tuesday 13 October").expects_deadline("5pm on Wednesday 21 October 2026")


def test_a_running_vote_keeps_the_share_it_opened_with(voting: Story, changed: Path) -> None:
    voting.practices_vote(for_=5, against=4).restarts(workflows={"directory": changed})

    voting.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_the_next_decision_takes_the_new_rules(story: Story, changed: Path) -> None:
    story.on("9am Friday 9 October 2026").restarts(workflows={"directory": changed}).opens(A_VOTE)

    story.on("9am Monday 19 October").expects_deadline("5pm on Wednesday 21 October 2026")


def test_a_running_decision_outlives_its_definition(voting: Story, changed: Path) -> None:
    """Even a definition that cannot be read any more does not stop what opened under it."""
    voting.practices_vote(for_=7).restarts(workflows={"directory": changed})
    (changed / "member_vote.toml").unlink()

    voting.passes_to("5pm Wednesday 21 October").expects_state("carried")

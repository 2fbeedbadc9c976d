"""A desk for each story: a copy of one register, or of one running vote, made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.papers import A_VOTE
from tests.stories.register import a_register
from tests.stories.telling import Story, begin


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the practices and people that every story starts from."""
    home = tmp_path_factory.mktemp("register")
    a_register(home)
    return home


@pytest.fixture
def story(register: Path, tmp_path: Path) -> Iterator[Story]:
    """A story in which nothing has happened yet."""
    with begin(shutil.copytree(register, tmp_path / "desk")) as story:
        yield story


@pytest.fixture(scope="session")
def a_vote_begun(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which D-2026-0001 was opened on Monday 5 October and is now being voted on."""
    home = Path(shutil.copytree(register, tmp_path_factory.mktemp("vote") / "desk"))
    with begin(home) as story:
        story.on("9am Monday 5 October 2026").opens(A_VOTE)
        story.on("9am Tuesday 13 October").expects_state("voting")
    return home


@pytest.fixture
def voting(a_vote_begun: Path, tmp_path: Path) -> Iterator[Story]:
    """A story taken up on Tuesday 13 October, the first morning of its vote."""
    with begin(shutil.copytree(a_vote_begun, tmp_path / "desk")) as story:
        story.reference = "D-2026-0001"
        yield story.on("9am Tuesday 13 October 2026")

"""A small body's two decisions, lived through: the bundle, the key, and letters that arrived."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.disclosure import Role
from storage.seal import Signer, read_signer
from tests.audits.life import Life
from tests.stories.register import a_register
from tests.stories.telling import begin
from workflows.bundle import Scope, write_bundle


@dataclass(frozen=True)
class Audited:
    """A sound bundle, the key it was signed with, and letters that practices kept."""

    bundle: Path
    signer: Signer
    kept: tuple[tuple[bytes, int], ...]  # each letter, and the leaves its checkpoint vouches for
    letters: tuple[Path, ...]  # three of them
    covered: int  # the leaves that the newest of the three vouches for


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """Three letters, the newest of them some way before the end of the trail."""
    home = tmp_path_factory.mktemp("audited")
    a_register(home)
    with begin(home) as story:
        life = Life(story, seed=5, together=2)
        life.live(2)
        signer = read_signer(home / "signing.key", story.app.settings.origin)
        with (home / "bundle.zip").open("wb") as out:
            write_bundle(story.app.store, Scope(Role.COMMITTEE), b"", out)
    quarter = len(life.kept) // 4
    chosen = [life.kept[n * quarter] for n in (1, 2, 3)]
    letters = tuple(home / f"{n}.eml" for n in range(3))
    for path, (content, _) in zip(letters, chosen, strict=True):
        path.write_bytes(content)
    return Audited(home / "bundle.zip", signer, tuple(life.kept), letters, chosen[-1][1])


@pytest.fixture(scope="session")
def a_life(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of fourteen decisions of every kind, some together."""
    home = tmp_path_factory.mktemp("life")
    a_register(home)
    with begin(home) as story:
        Life(story, seed=4, letters=False).live(14)
        with (home / "bundle.zip").open("wb") as out:
            write_bundle(story.app.store, Scope(Role.COMMITTEE), b"", out)
    return home / "bundle.zip"

"""Lives a body's life in a folder and writes its bundle: run by itself, against any engine.

Usage: python -m tests.audits.live FOLDER DECISIONS SEED [TOGETHER]
"""

import sys
from pathlib import Path

from engine.disclosure import Role
from tests.audits.life import Life
from tests.stories.register import a_register
from tests.stories.telling import begin
from workflows.bundle import Scope, write_bundle


def main() -> None:
    """Live, and export."""
    home, decisions, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    together = int(sys.argv[4]) if len(sys.argv) > 4 else 8
    a_register(home)
    with begin(home) as story:
        Life(story, seed, together, letters=False).live(decisions)
        with (home / "bundle.zip").open("wb") as out:
            write_bundle(story.app.store, Scope(Role.COMMITTEE), b"", out)


if __name__ == "__main__":
    main()

"""Writes the pages of reference that must agree with the code: `python docs/generate.py`.

A test compares them with what this would write, so a page cannot tell of what is not there.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
PICTURES = ROOT / "docs" / "pictures" / "workflows"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # run as a script, from wherever

from docs.generators.commands import commands  # noqa: E402 - the line above comes first
from docs.generators.configuration import configuration  # noqa: E402
from docs.generators.letters import letters  # noqa: E402
from docs.generators.rules import rules  # noqa: E402
from docs.generators.suggest import suggest  # noqa: E402
from docs.generators.trail import trail  # noqa: E402
from docs.generators.workflow_file import workflow_file  # noqa: E402
from docs.generators.workflows import pictures, workflows  # noqa: E402

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands,
    "configuration.md": configuration,
    "letters.md": letters,
    "rules.md": rules,
    "suggest.md": suggest,
    "trail.md": trail,
    "workflow-file.md": workflow_file,
    "workflows.md": workflows,
}


def main() -> None:
    """Write every page, and the pictures; those of definitions that are gone go too."""
    for name, write in PAGES.items():
        (REFERENCE / name).write_text(write(), encoding="utf-8")
    drawn = pictures()
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.iterdir():
        if old.name not in drawn:
            old.unlink()
    for name, picture in drawn.items():
        (PICTURES / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()

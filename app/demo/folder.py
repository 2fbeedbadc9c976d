"""A folder for the demo alone, and nothing from outside that could reach into it."""

import os
import tempfile
from pathlib import Path

from app.config import PREFIX
from engine.errors import Refused

MOST_PRACTICES = 69
"""As many as the shipped file holds."""


class FolderInUse(Refused):
    """The demo needs a folder of its own."""

    remedy = "Name a new or an empty folder with --dir, or leave --dir out."


class ForeignSettings(Refused):
    """The environment holds settings of Quorate, which would reach into the demo."""

    remedy = "Run the demo without them."


def claim_folder(folder: Path | None) -> Path:
    """The folder the demo may fill: a new one, or an empty one that was named."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="quorate-demo-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        full = any(folder.iterdir())
    except OSError as error:
        raise FolderInUse(f"{folder} cannot be used: {(error.strerror or '').lower()}.") from None
    if full:
        raise FolderInUse(f"{folder} is not empty.")
    return folder.resolve()


def refuse_foreign_settings() -> None:
    """Settings in the environment win over config.toml: a real database might be written to."""
    found = sorted(name for name in os.environ if name.startswith(PREFIX) and "__" in name)
    if found:
        unset = " ".join(f"-u {name}" for name in found)
        raise ForeignSettings(
            f"The environment sets {', '.join(found)}, which would reach into the demo.",
            f"Run it without: env {unset} quorate demo",
        )

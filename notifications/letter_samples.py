"""The samples that lie beside each letter's templates: what it reads like, made up."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from notifications.context import Context, context
from notifications.letters import LETTERS

_TEMPLATES = Path(__file__).parent / "templates"


def read_samples(letter: str) -> Mapping[str, Context]:
    """The samples of one letter by their names, in the order of the file."""
    text = (_TEMPLATES / letter / "sample.toml").read_text(encoding="utf-8")
    return {name: context(values) for name, values in tomllib.loads(text).items()}


def all_samples() -> Mapping[str, Mapping[str, Context]]:
    """Every letter's samples, in the order in which a decision owes its letters."""
    return {letter: read_samples(letter) for letter in LETTERS}

"""A sound bundle, and what the verifier says of it with these letters."""

from pathlib import Path

import pytest

from auditor.verify import Report, examine
from tests.auditor import stories
from tests.auditor.trails import (
    Trail,
)

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def told() -> Trail:
    return stories.vote()


def judged(t: Trail, tmp_path: Path, *letters: str, **more: object) -> Report:
    paths = []
    for n, letter in enumerate(letters):
        paths.append(tmp_path / f"{n}.eml")
        paths[-1].write_bytes(letter.encode())
    return examine(t.bundle(tmp_path / "b.zip"), paths, **more)

"""Rules bent by one line each: a test notices every one of them.

Each bend is made in a copy of the engine, and the short tests of the rule run against the copy:
they must fail, and pass where nothing is bent.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bends import BENDS, Bend, bent_copy

PASSED, FAILED = 0, 1  # what pytest says; anything else means that it did not get so far
TIMEOUT = 60  # seconds; a bend may make a rule go round for ever


def pytest_says(folder: Path, *bends: Bend) -> int:
    """What pytest says of a copy of the engine with these lines bent."""
    bent_copy(folder, *bends)
    tests = {bend.tests for bend in bends or BENDS.values()}
    command = [sys.executable, "-P", "-m", "pytest", "-c", os.devnull, "--rootdir=.", "-q", "-x"]
    command += ["-p", "no:cacheprovider", "--noconftest", "--import-mode=importlib"]
    command += [f"tests/engine/{name}" for name in sorted(tests)]
    alone = {"PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, check=False, timeout=TIMEOUT
    )
    return done.returncode


@pytest.fixture(scope="module")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[int]]]:
    """What comes of every bend, and of none; two at a time."""
    with ThreadPoolExecutor(2) as two:
        yield {
            name: two.submit(pytest_says, tmp_path_factory.mktemp("bent"), *bends)
            for name, bends in {"nothing": (), **{n: (b,) for n, b in BENDS.items()}}.items()
        }


def test_the_tests_pass_where_nothing_is_bent(bent: dict[str, Future[int]]) -> None:
    assert bent["nothing"].result() == PASSED


@pytest.mark.parametrize("name", BENDS)
def test_a_rule_that_is_bent_is_noticed(name: str, bent: dict[str, Future[int]]) -> None:
    assert bent[name].result() == FAILED

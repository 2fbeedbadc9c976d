"""The house rules that no linter knows: which file may touch what, and how large it may grow."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("engine", "storage", "workflows", "notifications", "web", "app")
BESIDE = {"tests", "docs", "bench", "auditor"}
LONGEST_FILE = 400
LONGEST_VERIFIER = 1_153  # 900 is the aim: docs/decisions/0022-the-verifiers-length.md

OWNERS = {
    "transitions": {"engine/machine.py"},
    "aiosmtplib": {"notifications/smtp.py"},
    "apscheduler": {"app/scheduler.py"},
    "fastapi": {"web"},
    "starlette": {"web"},
    "sqlmodel": {"storage"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "cryptography": {"storage"},
    "tomllib": {"workflows", "notifications"},
    "zoneinfo": set(),
    "uuid": set(),
    "random": set(),
    "secrets": {"app/clock.py"},
}
"""Which files, or folders, may import a thing."""


def files() -> Iterator[Path]:
    for floor in FLOORS:
        yield from sorted((ROOT / floor).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("thing", OWNERS)
def test_only_its_owner_imports(thing: str) -> None:
    strangers = {
        named(path)
        for path in files()
        if thing in imported(path)
        and not any(named(path).startswith(owner) for owner in OWNERS[thing])
    }

    assert strangers == set()


def test_every_folder_of_code_has_chosen_its_floor() -> None:
    ours = (p for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith("."))
    with_code = {path.name for path in ours if any(path.rglob("*.py"))}

    assert with_code <= {*FLOORS, *BESIDE}


def test_the_contracts_know_every_floor() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

    known = {*FLOORS, "auditor"}
    assert set(settings["importlinter"]["root_packages"]) == known
    assert set(settings["hatch"]["build"]["targets"]["wheel"]["packages"]) == known


def test_no_file_grows_past_its_purpose() -> None:
    long = {
        named(path): lines
        for path in files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_the_verifier_can_be_read_at_a_sitting() -> None:
    lines = (ROOT / "auditor" / "verify.py").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= LONGEST_VERIFIER


def test_only_the_database_begins_and_ends_transactions() -> None:
    ending = {".commit(", ".rollback(", ".begin("}
    enders = {
        named(path)
        for path in files()
        if any(word in path.read_text(encoding="utf-8") for word in ending)
    }

    assert enders == {"storage/database.py"}


def test_nothing_names_a_package_index_or_a_machine() -> None:
    strange = ("gro.ipyp", "sjmpn.yrtsiger", "/krow/", "/toor/")
    told = [
        f"{named(path)}: {word}"
        for path in (*files(), *ROOT.glob("requirements/*.txt"), ROOT / "run", ROOT / ".ci/run")
        for word in map(_backwards, strange)
        if word in path.read_text(encoding="utf-8")
    ]

    assert told == []


def _backwards(word: str) -> str:
    return word[::-1]

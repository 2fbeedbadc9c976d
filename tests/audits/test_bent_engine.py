"""An engine with a wrong rule is found out by the verifier, which has the rules from elsewhere."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from auditor import further
from auditor.verify import Report
from tests.audits.tales import TALES
from tests.bends import BENDS, Bend, bent_copy

RULE = 2
DECISIONS, SEED = 14, 4

SHOWN = (
    "a share rounded down",
    "an excluded practice counted",
    "a challenge after its time",
)
"""Bends whose doing shows on the trail of this life. Others only let through what nobody here
attempts: those are told. Whether three roles were three persons' is on no trail at all.
"""


def audited(folder: Path, *bends: Bend) -> Report:
    """What the verifier says of a life lived under an engine with these lines bent."""
    return lived(folder, "live", str(DECISIONS), str(SEED), bends=bends)


def lived(folder: Path, module: str, *words: str, bends: tuple[Bend, ...]) -> Report:
    """What the verifier says of the bundle that this program writes under such an engine."""
    bent_copy(folder, *bends)
    home = folder / "home"
    home.mkdir()
    command = [sys.executable, "-P", "-m", f"tests.audits.{module}", str(home), *words]
    alone = {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    report: Report = further.examine(home / "bundle.zip")
    return report


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Report]]]:
    """What comes of every bend, and of none; two at a time."""
    with ThreadPoolExecutor(2) as two:
        yield {
            name: two.submit(audited, tmp_path_factory.mktemp("bent"), *bends)
            for name, bends in {"nothing": (), **{n: (BENDS[n],) for n in SHOWN}}.items()
        }


def test_a_life_under_the_true_rules_has_no_fault(reports: dict[str, Future[Report]]) -> None:
    assert reports["nothing"].result().faults == []


@pytest.mark.parametrize("name", SHOWN)
def test_a_life_under_a_wrong_rule_has(name: str, reports: dict[str, Future[Report]]) -> None:
    assert reports[name].result().exit == RULE


@pytest.mark.parametrize("name", TALES)
def test_a_tale_has_a_fault_under_the_wrong_rule_and_none_under_the_true(
    name: str, tmp_path: Path
) -> None:
    reports = []
    for folder, bends in (("true", ()), ("bent", (BENDS[name],))):
        (tmp_path / folder).mkdir()
        reports.append(lived(tmp_path / folder, "tales", name, bends=bends))
    assert (reports[0].faults, reports[1].exit) == ([], RULE)

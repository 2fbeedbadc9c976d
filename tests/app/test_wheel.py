"""Users install a wheel: it holds everything that the checkout has and the program needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

NEEDED = (
    "app/cli.py",
    "workflows/definitions/member_vote.toml",
    "workflows/impact.toml",
    "workflows/bank_holidays.toml",
    "storage/migrations/env.py",
    "storage/migrations/versions/0001_first_tables.py",
    "notifications/templates/vote_opened/body.txt",
    "web/templates/practice.html",
    "auditor/verify.py",
    "auditor/further.py",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize("name", NEEDED)
def test_the_wheel_holds(wheel: Path, name: str) -> None:
    assert name in zipfile.ZipFile(wheel).namelist()


def test_the_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    run = (
        "from app.cli import main; import sys; sys.argv = ['quorate', 'workflow', 'check']; main()"
    )
    done = subprocess.run(
        (sys.executable, "-c", run),
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )

    assert "No fault in" in done.stdout

"""A body in a folder of its own, used through the command as a newcomer uses it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app as command

PRACTICES = """ods_code,name,postcode,ccg_code,ccg_name,locality,list_size
K83001,ABINGTON SURGERY,NN1 1AA,04G,NHS NENE CCG,NORTH,8000
K83002,BRACKLEY HEALTH CENTRE,NN13 6QZ,04G,NHS NENE CCG,SOUTH,9000
K83003,THE PINES SURGERY,NN1 5ND,04G,NHS NENE CCG,NORTH,
"""

PEOPLE = """ods_code,name,email,role
K83001,Anna Lee,anna@practice.example,lead
K83001,Ben Ray,ben@practice.example,manager
K83002,Carol Dean,carol@practice.example,lead
,Priya Shah,secretary@ccg.example,secretary
,Sam Hill,chair@ccg.example,chair
"""

VOTE = """title = "Diabetes local enhanced service"
summary = "What is proposed, in plain words."
contact = "Priya Shah, 01632 960123"

[facts]
affects_practice_income = true
changes_contract_or_les = true
money_gbp = 250000
"""

CONSULT = """title = "Hearing aids: who is offered one"
summary = "The threshold would change."

[facts]
service_change_for_patients = true
clinical_pathway_or_prescribing = true
localities_touched = "all"
"""


@dataclass
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.out)


Quorate = Callable[..., Run]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with files to import and to open."""
    for name, text in (
        ("practices.csv", PRACTICES),
        ("people.csv", PEOPLE),
        ("vote.toml", VOTE),
        ("consult.toml", CONSULT),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def quorate(folder: Path) -> Quorate:
    """The command, run in that folder."""

    def run(*words: str) -> Run:
        done = CliRunner().invoke(command, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Run(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def enrolled(quorate: Quorate) -> Quorate:
    """The command, once practices and people have been imported."""
    assert quorate("practices", "import", "practices.csv").code == 0
    assert quorate("people", "import", "people.csv").code == 0
    return quorate

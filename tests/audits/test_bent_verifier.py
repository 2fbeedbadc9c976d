"""A verifier with a wrong rule accuses a sound life: the two readings of the rules must agree."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from auditor import further, verify
from tests.audits.tales import (
    a_run_off_challenged_twice,
    a_tie_over_christmas,
    nobody_votes_twice,
    tell,
)

SOURCE = Path(verify.__file__)
RULE, UNEXPLAINED = 2, 3

BENDS = {
    "a day too many": ("for _ in range(days):", "for _ in range(days + 1):"),
    "London is always on winter time": (
        'passed[-1] if passed else self.told["base_offset_minutes"]',
        "0",
    ),
    "in doubt the lesser route": ("max(routes, key=ROUTES.index)", "min(routes, key=ROUTES.index)"),
    "income needs no committee": ("if any(map(facts.get, INCOME)) else", "if False else"),
    "who may not vote is on the roll": (
        'd.flow.get("vote", {}), d.ruled(BARRED)',
        'd.flow.get("vote", {}), set()',
    ),
    "abstentions are votes cast": (
        "sum(votes.values()) - none",
        "sum(votes.values())",
    ),
    "a share rounded down": (
        'len(d.asked_up) * 100 >= call.get("percent", 101) * len(d.roll)',
        'len(d.asked_up) >= call.get("percent", 101) * len(d.roll) // 100',
    ),
    "nobody is told of a ruling": (
        'd.interests[b["practice"]] = ruling; r.owe(d, "ruled", b["practice"])',
        "pass",
    ),
    "the deadline of a step goes on": (
        "due = due or r.cal(d.calendar).after(*d.clock)",
        "due = due or r.cal(d.calendar).after(d.clock[0], 5)",
    ),
}
"""What a line says, and what somebody in a hurry might have written in its place."""

FURTHER = {
    "who answered is reminded": (
        "heard(r, d) | d.ruled(verify.BARRED)",
        "d.ruled(verify.BARRED)",
    ),
    "anybody may be the second person": ("len(hashes) > 1", "len(hashes) > 2"),
    "the allowance is charged by the month": (
        'f"{beside.year}: {money}")',
        'f"{beside.year}: {money // 12}")',
    ),
    "reminders fall on another morning": ("days // 2", "days // 2 + 1"),
}
"""The same, of the further checks."""

TOLD = {
    "bank holidays are worked": (
        a_tie_over_christmas,
        "while day.weekday() > 4 or day.isoformat() in self.holidays:",
        "while day.weekday() > 4:",
    ),
    "half is more than half": (
        a_tie_over_christmas,
        "reached * 100 > percent * of or",
        "reached * 100 >= percent * of or",
    ),
    "a challenge takes the days for another vote": (
        a_run_off_challenged_twice,
        'd.held, d.stands = "", r.at',
        'd.held = ""',
    ),
    "who challenged once may not again": (
        a_run_off_challenged_twice,
        'd.outcome, d.challengers = "", set()',
        'd.outcome = ""',
    ),
    "more days each time": (nobody_votes_twice, "return not d.extended", "return True"),
}
"""The same, for what shows in a tale and not in the life."""


def bent(line: str, naive: str, source: Path = SOURCE) -> ModuleType:
    """The verifier, or what lies beside it, with this line bent."""
    text = source.read_text(encoding="utf-8")
    assert text.count(line) == 1, f"{source.name} has not exactly one {line!r}"
    module = ModuleType("bent_verify")
    module.__file__ = str(source)
    sys.modules[module.__name__] = module
    exec(compile(text.replace(line, naive), "bent_verify.py", "exec"), module.__dict__)  # noqa: S102
    return module


@pytest.mark.parametrize("file", [verify, further])
def test_the_verifier_as_it_is_accuses_nobody(a_life: Path, file: ModuleType) -> None:
    report = file.examine(a_life)
    assert (report.faults, report.exit) == ([], UNEXPLAINED)


@pytest.mark.parametrize("name", FURTHER)
def test_further_checks_with_a_wrong_rule_accuse_it(name: str, a_life: Path) -> None:
    source = Path(further.__file__)
    assert bent(*FURTHER[name], source).examine(a_life).exit == RULE


@pytest.mark.parametrize("name", BENDS)
def test_a_verifier_with_a_wrong_rule_does(name: str, a_life: Path) -> None:
    examine: Callable[[Path], Any] = bent(*BENDS[name]).examine
    assert examine(a_life).exit == RULE


@pytest.mark.parametrize("name", TOLD)
def test_a_verifier_with_a_wrong_rule_accuses_a_tale(name: str, tmp_path: Path) -> None:
    tale, line, naive = TOLD[name]
    told = tell(tale, tmp_path)
    assert (verify.examine(told).exit, bent(line, naive).examine(told).exit) == (UNEXPLAINED, RULE)

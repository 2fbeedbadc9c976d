"""Every edit of a trail is found where something outside covers it, with the right exit code.

QUORATE_TEST_SEEDS says how many seeds a class of edits has: 700 before a release.
"""

import json
import os
from pathlib import Path

import pytest

from auditor.verify import Report, examine
from tests.audits.conftest import Audited
from tests.audits.edits import EDITS, Copy

SEEDS = int(os.environ.get("QUORATE_TEST_SEEDS", "12"))

PROVED, BROKEN, RULE, UNEXPLAINED, CONFLICT = range(5)


def altered(audited: Audited, tmp_path: Path, edit: str, seed: int) -> tuple[Copy, Report]:
    """The bundle after an edit, and what the verifier says of it with the letters."""
    copy = Copy.of(audited.bundle, audited.signer, seed)
    EDITS[edit](copy)
    return copy, examine(copy.write(tmp_path / "copy.zip"), audited.letters)


def test_the_bundle_itself_has_no_fault(audited: Audited) -> None:
    report = examine(audited.bundle, audited.letters)
    assert (report.faults, report.exit) == ([], report.exit if report.exit != CONFLICT else PROVED)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_found_or_is_where_nothing_outside_reaches(
    audited: Audited, tmp_path: Path, edit: str
) -> None:
    for seed in range(SEEDS):
        copy, report = altered(audited, tmp_path, edit, seed)
        assert wrong(copy, report, audited.covered) == "", f"{edit}, seed {seed}: {report.faults}"


def test_without_letters_a_history_signed_anew_is_not_told_from_the_true_one(
    audited: Audited, tmp_path: Path
) -> None:
    """What the letters are for: the naive audit, of the bundle alone, lets it pass."""
    copy = Copy.of(audited.bundle, audited.signer, 1)
    EDITS["rewrite and sign"](copy)
    report = examine(copy.write(tmp_path / "copy.zip"))
    assert (report.conflicts, "covers none" in report.boundary) == ([], True)
    assert wrong(copy, report, audited.covered) != ""


def wrong(copy: Copy, report: Report, covered: int) -> str:
    """What is wrong with the verifier's answer; empty where it is right."""
    if report.exit == PROVED:
        return "" if _only_letters_about_the_trail(copy.leaves[covered:]) else "passed for proved"
    if not copy.signed or copy.touched is None:
        return "" if report.exit == BROKEN else f"exit {report.exit}, and the bundle is broken"
    if copy.touched < covered:
        return _wrong_though_covered(copy, report, covered)
    told = f"{covered - 1}" in report.boundary or "covers none" in report.boundary
    return "" if report.exit in (BROKEN, RULE) or told else "what nobody vouches for is not told"


def _only_letters_about_the_trail(leaves: list[bytes]) -> bool:
    """How those ended is the one thing that may go on after the last letter of a proved bundle."""
    told = [json.loads(leaf) for leaf in leaves]
    theirs = {each["n"] for each in told if each["type"] == "mail.intent"}
    return all(
        each["type"].startswith("mail.")
        and "decision" not in each["body"]
        and (each["n"] in theirs or each["body"]["mailing"] in theirs)
        for each in told
    )


def _wrong_though_covered(copy: Copy, report: Report, covered: int) -> str:
    """A letter covers what was changed: it contradicts, or the bundle contradicts itself.

    A history that was cut off before a letter was written is not contradicted by it: the letter is
    of a longer one, and the verifier asks for that.
    """
    if len(copy.leaves) < covered:
        asks = any("newer bundle" in each for each in report.unchecked)
        return "" if report.exit in (BROKEN, CONFLICT, RULE) or asks else "the cut is not told"
    if report.exit not in (BROKEN, CONFLICT):
        return f"exit {report.exit}, and a letter covers what was changed"
    if report.exit == CONFLICT and not report.conflicts:
        return "the two signed notes are not shown"
    return ""

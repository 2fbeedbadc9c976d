"""What a file of practices does to the register, line by line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from storage.intake import (
    Change,
    Changes,
    FieldChange,
    Kind,
    KnownPractice,
    ListSize,
    PracticeRow,
    Reason,
    Status,
    compare_practices,
    read_list_sizes,
    read_practices,
)

Sample = Callable[[str], bytes]

KNOWN = KnownPractice(
    "K83001",
    "ABBEY SURGERY",
    "NN1 1AA",
    "04G",
    "NHS NENE CCG",
    "NORTH",
    9876,
    date(2016, 1, 1),
)
ROW = PracticeRow(7, "K83001", "ABBEY SURGERY", "NN1 1AA", "04G")
OTHER = PracticeRow(8, "K83002", "BROOK SURGERY", "NN2 2BB", "04G", list_size=5000)
NENE = frozenset({"04G"})


def register(*practices: KnownPractice) -> dict[str, KnownPractice]:
    return {practice.ods_code: practice for practice in practices}


def written(known: Mapping[str, KnownPractice], changes: Changes) -> dict[str, KnownPractice]:
    """The register once the changes are written to it."""
    return {**known, **register(*changes.writes)}


def change(
    known: KnownPractice | None,
    row: PracticeRow,
    size: ListSize | None = None,
    ccgs: frozenset[str] = NENE,
) -> Change:
    """What one row does."""
    sizes = {size.ods_code: size} if size else {}
    return compare_practices(register(known) if known else {}, (row,), sizes, ccgs).lines[0]


def test_an_unknown_open_practice_is_added_with_its_list() -> None:
    assert change(None, OTHER).says == "Added, with a list of 5,000 patients."


def test_an_added_practice_stands_in_the_register_as_the_file_has_it() -> None:
    after = KnownPractice("K83002", "BROOK SURGERY", "NN2 2BB", "04G", list_size=5000)
    assert change(None, OTHER).after == after


def test_a_practice_without_a_list_is_added_and_told() -> None:
    assert change(None, ROW).says == "Added, without a list size: neither file gives one."


def test_a_list_from_the_file_of_sizes_comes_before_the_rows_own() -> None:
    after = change(None, OTHER, ListSize("K83002", 5100, date(2021, 1, 1), 3)).after
    assert after is not None
    assert (after.list_size, after.list_date) == (5100, date(2021, 1, 1))


def test_an_equal_row_is_unchanged_and_writes_nothing() -> None:
    same = change(KNOWN, replace(ROW, list_size=9876))
    assert (same.kind, same.after, same.says) == (Kind.UNCHANGED, None, "Unchanged.")


def test_an_empty_list_size_keeps_the_known_one_and_says_so() -> None:
    kept = change(KNOWN, ROW)
    assert (kept.kind, kept.says) == (
        Kind.UNCHANGED,
        "Unchanged. Its list size of 9,876 is kept: neither file gives one.",
    )


def test_empty_cells_erase_nothing() -> None:
    row = replace(ROW, postcode="", ccg_name="", locality="", list_size=9876)
    assert change(KNOWN, row).kind is Kind.UNCHANGED


def test_a_change_names_old_and_new() -> None:
    row = replace(ROW, name="ABBEY MEDICAL CENTRE", list_size=9900)
    assert change(KNOWN, row).says == (
        'Changed: name from "ABBEY SURGERY" to "ABBEY MEDICAL CENTRE"; '
        "list size from 9,876 to 9,900; day of the list from 1 January 2016 to none."
    )


def test_a_change_gives_its_fields_as_values() -> None:
    row = replace(ROW, postcode="NN9 9ZZ", list_size=9876)
    assert change(KNOWN, row).fields == (FieldChange("postcode", "NN1 1AA", "NN9 9ZZ"),)


def test_an_equal_list_without_a_day_keeps_the_known_day() -> None:
    assert change(KNOWN, ROW, ListSize("K83001", 9876, None, 2)).kind is Kind.UNCHANGED


def test_a_practice_that_moves_to_another_ccg_is_changed_not_skipped() -> None:
    moved = change(KNOWN, replace(ROW, ccg_code="03V"))
    assert moved.fields[0] == FieldChange("ccg_code", "04G", "03V")


def test_a_practice_that_moves_does_not_keep_the_old_ccgs_name() -> None:
    after = change(KNOWN, replace(ROW, ccg_code="03V")).after
    assert after is not None
    assert after.ccg_name == ""


@pytest.mark.parametrize(
    ("row", "says", "status"),
    [
        (
            replace(ROW, status=Status.CLOSED, closed=date(2015, 3, 31), setting=0),
            "Closed: the file has it as closed on 31 March 2015.",
            Status.CLOSED,
        ),
        (
            replace(ROW, status=Status.DORMANT),
            "Closed: the file has it as dormant.",
            Status.DORMANT,
        ),
        (
            replace(ROW, setting=1),
            "Closed: it is now a walk-in centre, no longer a GP practice.",
            Status.CLOSED,
        ),
    ],
)
def test_an_open_practice_is_closed_when_the_file_says_so(
    row: PracticeRow, says: str, status: Status
) -> None:
    closed = change(replace(KNOWN, list_size=None, list_date=None), row)
    assert (closed.kind, closed.says, closed.after and closed.after.status) == (
        Kind.CLOSED,
        says,
        status,
    )


def test_a_closed_practice_that_the_file_has_open_is_open_again() -> None:
    opened = change(replace(KNOWN, status=Status.DORMANT), replace(ROW, list_size=9876))
    assert (opened.kind, opened.says) == (Kind.REOPENED, "Open again, after it was dormant.")


def test_a_reopened_practice_tells_what_else_is_new() -> None:
    known = replace(KNOWN, status=Status.CLOSED)
    opened = change(known, replace(ROW, locality="SOUTH", list_size=9876))
    assert opened.says == 'Open again, after it was closed; locality from "NORTH" to "SOUTH".'


def test_a_practice_closed_already_is_unchanged() -> None:
    known = replace(KNOWN, status=Status.CLOSED)
    assert change(known, replace(ROW, status=Status.CLOSED)).kind is Kind.UNCHANGED


def test_a_closed_practice_may_become_dormant() -> None:
    known = replace(KNOWN, status=Status.CLOSED, list_size=None)
    dormant = change(known, replace(ROW, status=Status.DORMANT))
    assert dormant.says == "Changed: status from closed to dormant."


def test_an_open_practice_missing_from_a_file_of_its_ccg_is_closed() -> None:
    last = compare_practices(register(KNOWN), (OTHER,), {}, NENE).lines[-1]
    assert (last.kind, last.line, last.says) == (
        Kind.CLOSED,
        None,
        "Closed: no longer in the file, which covers CCG 04G.",
    )


def test_a_practice_of_a_ccg_not_chosen_is_never_closed_by_its_absence() -> None:
    corby = replace(KNOWN, ccg_code="03V")
    rows = (OTHER, replace(OTHER, ods_code="K83003", ccg_code="03V"))
    changes = compare_practices(register(corby), rows, {}, NENE)
    assert changes.counts[Kind.CLOSED] == 0


def test_a_file_without_one_practice_of_a_ccg_closes_none_of_it() -> None:
    changes = compare_practices(register(KNOWN), (replace(OTHER, ccg_code="03V"),), {}, frozenset())
    assert changes.counts[Kind.CLOSED] == 0


def test_a_chosen_ccg_of_which_the_file_has_no_row_is_named() -> None:
    changes = compare_practices({}, (OTHER,), {}, frozenset({"04G", "O4G"}))
    assert changes.absent == ("O4G",)


def test_no_choice_means_every_ccg() -> None:
    rows = (OTHER, replace(OTHER, ods_code="K83003", ccg_code="03V"))
    assert compare_practices({}, rows, {}, frozenset()).counts[Kind.ADDED] == 2


@pytest.mark.parametrize(
    ("row", "reason", "says"),
    [
        (
            replace(OTHER, ods_code="W92054", ccg_code="7A2"),
            Reason.ABROAD,
            "Skipped: a practice in Wales.",
        ),
        (
            replace(OTHER, ods_code="GUE655", ccg_code=""),
            Reason.ABROAD,
            "Skipped: a practice in the Channel Islands.",
        ),
        (
            replace(OTHER, ccg_code=""),
            Reason.NO_CCG,
            "Skipped: the file names no commissioner for it.",
        ),
        (
            replace(OTHER, ccg_code="03V"),
            Reason.OTHER_CCG,
            "Skipped: belongs to CCG 03V.",
        ),
        (
            replace(OTHER, status=Status.CLOSED, closed=date(2014, 6, 30)),
            Reason.CLOSED,
            "Skipped: closed on 30 June 2014, and not in the register.",
        ),
        (
            replace(OTHER, status=Status.DORMANT),
            Reason.DORMANT,
            "Skipped: dormant, and not in the register.",
        ),
        (
            replace(OTHER, status=Status.PROPOSED),
            Reason.PROPOSED,
            "Skipped: proposed, and not in the register.",
        ),
        (
            replace(OTHER, setting=25),
            Reason.OTHER_SERVICE,
            "Skipped: a prison, not a GP practice.",
        ),
        (
            replace(OTHER, setting=99),
            Reason.OTHER_SERVICE,
            "Skipped: a service of prescribing setting 99, not a GP practice.",
        ),
    ],
)
def test_a_row_is_skipped_with_its_reason(row: PracticeRow, reason: Reason, says: str) -> None:
    skipped = change(None, row)
    assert (skipped.kind, skipped.reason, skipped.says) == (Kind.SKIPPED, reason, says)


def test_the_published_register_gives_nene_69_practices(sample: Sample) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    assert compare_practices({}, rows, {}, NENE).counts[Kind.ADDED] == 69


def test_skipped_rows_are_counted_by_reason(sample: Sample) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    changes = compare_practices({}, rows, {}, NENE)
    assert sum(changes.reasons.values()) == len(rows) - 69


def test_list_sizes_meet_the_practices_of_the_published_register(sample: Sample) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    sizes = read_list_sizes(sample("list-size-nhsbsa-2016q1.csv"), "sizes.csv")
    changes = compare_practices({}, rows, sizes, NENE)
    assert sum(practice.list_size or 0 for practice in changes.writes) == 662_888


@pytest.mark.parametrize("ccgs", [NENE, frozenset({"04G", "02Q"}), frozenset[str]()])
def test_importing_the_same_files_again_changes_nothing(
    sample: Sample, ccgs: frozenset[str]
) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    sizes = read_list_sizes(sample("list-size-nhsbsa-2016q1.csv"), "sizes.csv")
    known = written({}, compare_practices({}, rows, sizes, ccgs))
    assert compare_practices(known, rows, sizes, ccgs).writes == ()


def test_the_register_after_the_header_csv_keeps_what_it_said(sample: Sample) -> None:
    ours = read_practices(sample("practices-2016.csv"), "practices.csv")
    national = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    known = written({}, compare_practices({}, ours, {}, NENE))
    assert compare_practices(known, national, {}, NENE).writes == ()


def test_closing_what_is_missing_is_done_once() -> None:
    known = register(KNOWN)
    after = written(known, compare_practices(known, (OTHER,), {}, NENE))
    assert compare_practices(after, (OTHER,), {}, NENE).writes == ()


def test_8000_practices_are_compared_and_again_give_no_change() -> None:
    rows = tuple(
        PracticeRow(n, f"K{n:05d}", f"PRACTICE {n}", "NN1 1AA", "04G", list_size=n)
        for n in range(8000)
    )
    known = written({}, compare_practices({}, rows, {}, frozenset()))
    assert compare_practices(known, rows, {}, frozenset()).counts[Kind.UNCHANGED] == 8000


def test_changes_can_be_picked_by_kind() -> None:
    changes = compare_practices(register(KNOWN), (ROW, OTHER), {}, NENE)
    assert [one.ods_code for one in changes.of(Kind.ADDED)] == ["K83002"]

"""Reading files of practices: the national register as published, and the CSV with a header."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from engine.errors import Fault
from storage.intake import PracticeRow, Status, ignored_columns, read_practices

Sample = Callable[[str], bytes]
Faults = Callable[[Callable[[], object]], tuple[Fault, ...]]

HEADER = "ods_code,name,postcode,ccg_code,ccg_name,locality,list_size"
ROW = "C84001,LARWOOD SURGERY,S81 0HH,02Q,NHS BASSETLAW CCG,LARWOOD,31000"


def read(*lines: str) -> tuple[PracticeRow, ...]:
    return read_practices("\n".join((HEADER, *lines)).encode(), "p.csv")


def ods(code: str = "C84001", name: str = "LARWOOD SURGERY", **other: str) -> str:
    """A row of the national file, made up cell by cell."""
    cells = [""] * 27
    cells[0], cells[1], cells[9], cells[12], cells[14], cells[25] = (
        code,
        name,
        other.get("postcode", "S81 0HH"),
        other.get("status", "A"),
        other.get("commissioner", "02Q"),
        other.get("setting", "4"),
    )
    cells[10], cells[11] = other.get("opened", "19740401"), other.get("closed", "")
    return ",".join(f'"{cell}"' for cell in cells)


def read_ods(*lines: str) -> tuple[PracticeRow, ...]:
    return read_practices("\r\n".join(lines).encode(), "epraccur.csv")


def only(rows: Sequence[PracticeRow], code: str) -> PracticeRow:
    return next(row for row in rows if row.ods_code == code)


def test_the_published_register_is_read_whole(sample: Sample) -> None:
    assert len(read_practices(sample("epraccur-2016.csv"), "epraccur.csv")) == 271


def test_nene_has_its_69_open_practices_in_the_published_register(sample: Sample) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    nene = [r for r in rows if (r.ccg_code, r.status, r.setting) == ("04G", Status.OPEN, 4)]
    assert len(nene) == 69


def test_a_practice_of_the_register_is_read_as_registered(sample: Sample) -> None:
    row = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")[0]
    assert row == PracticeRow(
        line=1,
        ods_code="C84001",
        name="LARWOOD SURGERY",
        postcode="S81 0HH",
        ccg_code="02Q",
        opened=date(1974, 4, 1),
        joined=date(2013, 4, 1),
    )


@pytest.mark.parametrize(
    ("code", "status", "setting"),
    [
        ("K83074", Status.CLOSED, 0),
        ("C84143", Status.DORMANT, 4),
        ("Y05212", Status.PROPOSED, 4),
        ("Y05081", Status.OPEN, 25),
        ("K83624", Status.OPEN, 2),
    ],
)
def test_status_and_setting_are_read(
    sample: Sample, code: str, status: Status, setting: int
) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    row = only(rows, code)
    assert (row.status, row.setting) == (status, setting)


def test_the_day_a_practice_closed_is_read(sample: Sample) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    assert only(rows, "K83074").closed == date(2015, 3, 31)


def test_codes_of_wales_and_the_channel_islands_are_read(sample: Sample) -> None:
    rows = read_practices(sample("epraccur-2016.csv"), "epraccur.csv")
    assert {"W92054", "GUE655", "JER111", "ALD200"} <= {row.ods_code for row in rows}


def test_the_spelling_of_todays_export_is_read() -> None:
    rows = read_ods(
        ods("C84001", status="ACTIVE", setting="RO76"),
        ods("C84002", status="INACTIVE", setting="RO177|RO76"),
        ods("C84003", status="ACTIVE", setting="RO80|RO87"),
        ods("C84004", status="ACTIVE", setting="RO82"),
        ods("C84005", status="ACTIVE", setting="RO999"),
    )
    assert [(r.status.value, r.setting) for r in rows] == [
        ("open", 4),
        ("closed", 4),
        ("open", 3),
        ("open", 25),
        ("open", 0),
    ]


def test_a_file_with_a_header_is_read(sample: Sample) -> None:
    rows = read_practices(sample("practices-2016.csv"), "practices.csv")
    assert len(rows) == 74


def test_list_size_and_locality_come_with_the_header() -> None:
    assert (read(ROW)[0].list_size, read(ROW)[0].locality) == (31000, "LARWOOD")


def test_columns_may_stand_in_any_order_and_spelling() -> None:
    text = "Name,List Size,CCG code,ODS-Code,Postcode\nLARWOOD SURGERY,5,02q,c84001,s810hh\n"
    row = read_practices(text.encode(), "p.csv")[0]
    assert (row.ods_code, row.ccg_code, row.postcode, row.list_size) == (
        "C84001",
        "02Q",
        "S81 0HH",
        5,
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_accents_survive_the_encodings_of_spreadsheets(encoding: str) -> None:
    content = f"{HEADER}\r\nC84001,CAFÉ SURGERY,S81 0HH,02Q,,,\r\n".encode(encoding)
    assert read_practices(content, "p.csv")[0].name == "CAFÉ SURGERY"


def test_columns_of_other_names_are_ignored() -> None:
    content = f"{HEADER},fax\n{ROW},1\n".encode()
    assert len(read_practices(content, "p.csv")) == 1


def test_columns_of_other_names_can_be_named() -> None:
    assert ignored_columns(f"{HEADER},fax\n{ROW},1\n".encode(), "p.csv") == ("fax",)


def test_the_national_file_has_no_ignored_columns(sample: Sample) -> None:
    assert ignored_columns(sample("epraccur-2016.csv"), "epraccur.csv") == ()


def test_a_missing_column_is_named_with_the_nearest(faults: Faults) -> None:
    content = b"ods_cod,name,postcode,ccg_code\nC84001,X,S81 0HH,02Q\n"
    found = faults(lambda: read_practices(content, "p.csv"))
    assert [str(fault) for fault in found] == [
        "p.csv:1: The column `ods_code` is missing; `ods_cod` is the nearest: rename it."
    ]


def test_a_misspelt_optional_column_is_not_lost_in_silence(faults: Faults) -> None:
    content = b"ods_code,name,postcode,ccg_code,list_sise\nC84001,X,S81 0HH,02Q,9\n"
    assert "`list_size` is missing" in faults(lambda: read_practices(content, "p.csv"))[0].says


def test_a_column_that_stands_twice_is_a_fault(faults: Faults) -> None:
    content = f"{HEADER},name\n{ROW},X\n".encode()
    assert "twice" in faults(lambda: read_practices(content, "p.csv"))[0].says


def test_a_file_of_ours_without_its_header_is_told_so(faults: Faults) -> None:
    found = faults(lambda: read_practices(f"{ROW}\n{ROW}\n".encode(), "p.csv"))
    assert "not the names of the columns" in found[0].says


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("C8400,X,S81 0HH,02Q,,,", 'ods_code: "C8400" is not an ODS practice code'),
        ("84C001,X,S81 0HH,02Q,,,", "ods_code:"),
        (",X,S81 0HH,02Q,,,", "ods_code:"),
        ("C84001,,S81 0HH,02Q,,,", "name: is empty"),
        ("C84001,X,NOWHERE,02Q,,,", 'postcode: "NOWHERE" is not a postcode'),
        ("C84001,X,S81 0HH,,,,", "ccg_code:"),
        ("C84001,X,S81 0HH,02Q,,,-5", "list_size:"),
        ("C84001,X,S81 0HH,02Q,,,5.5", "list_size:"),
        ('C84001,X,S81 0HH,02Q,,,"11,498"', 'list_size: "11,498" is not a whole number'),
        ("C84001,=1+1,S81 0HH,02Q,,,", "name: begins with =, which a spreadsheet would run"),
        ("C84001,X,S81 0HH,02Q,,@sum,", "locality: begins with @"),
        ("C84001,X\u202eY,S81 0HH,02Q,,,", "invisible character (U+202E)"),
        ("C84001,X,S81 0HH", "The last row has 3 of 7 columns: the file was cut short"),
        ("C84001,A, B AND C,S81 0HH,02Q,,,", "a cell that holds a comma needs quotation marks"),
    ],
)
def test_a_malformed_cell_is_named_with_its_column(faults: Faults, row: str, says: str) -> None:
    assert says in faults(lambda: read(row))[0].says


def test_a_national_file_saved_in_a_spreadsheet_is_told_to_be_fetched_again(
    faults: Faults,
) -> None:
    trimmed = ods().removesuffix(',""')
    assert "fetch it again" in faults(lambda: read_ods(trimmed, trimmed))[0].says


def test_every_fault_of_the_file_is_told_at_once(faults: Faults) -> None:
    found = faults(lambda: read(ROW, "C8400,,S81 0HH,02Q,,,x", ROW, "C84002,Y", "C84003,Z,,02Q,,,"))
    assert [fault.line for fault in found] == [3, 3, 3, 4, 5]


def test_a_code_that_stands_twice_names_the_first_line(faults: Faults) -> None:
    found = faults(lambda: read(ROW, ROW.lower()))
    assert found[0].says.startswith("C84001 stands on line 2 already")


def test_faults_of_the_national_file_name_the_column_by_number(faults: Faults) -> None:
    rows = (ods(), ods("C84002", status="X", closed="20151345", commissioner="?", setting="GP"))
    found = faults(lambda: read_ods(*rows))
    assert [fault.says[:9] for fault in found] == [
        "column 26",
        "column 15",
        "column 13",
        "column 12",
    ]


def test_a_service_that_never_enters_the_register_may_be_named_like_a_formula() -> None:
    assert read_ods(ods(name="@HOME TEAM", setting="9"))[0].name == "@HOME TEAM"


def test_a_gp_practice_may_not_be_named_like_a_formula(faults: Faults) -> None:
    assert "begins with @" in faults(lambda: read_ods(ods(name="@HOME TEAM")))[0].says


@pytest.mark.parametrize("cut", [5, 60, 100, 150])
def test_a_truncated_national_file_is_refused(sample: Sample, faults: Faults, cut: int) -> None:
    content = sample("epraccur-2016.csv")[:-cut]
    found = faults(lambda: read_practices(content, "epraccur.csv"))
    assert found[-1].line == 271


def test_a_row_short_of_a_column_does_not_hide_other_faults(faults: Faults) -> None:
    rows = (ods().rsplit(",", 1)[0], ods("C84002", status="X"), ods("C84003"))
    assert [fault.line for fault in faults(lambda: read_ods(*rows))] == [1, 2]


def test_a_header_without_rows_is_refused(faults: Faults) -> None:
    assert "no practice" in faults(read)[0].says


def test_8000_rows_are_read() -> None:
    lines = [f"K{n:05d},PRACTICE {n},NN1 1AA,04G,NHS NENE CCG,,{n}" for n in range(8000)]
    assert len(read(*lines)) == 8000

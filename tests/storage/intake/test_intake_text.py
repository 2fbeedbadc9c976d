"""What a file must be before anyone reads a row of it."""

import pytest

from engine.errors import InputFaults
from storage.intake.rows import Findings, Malformed, Row, read_rows, tidy
from storage.intake.text import read_text

CAFE = "code,name\r\nA81001,Café Surgery\r\n"


def rows_of(text: str) -> tuple[Row, ...]:
    return read_rows(text.encode(), Findings("f.csv"))


def refusal(content: bytes) -> str:
    with pytest.raises(InputFaults) as caught:
        read_text(content, "f.csv")
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_every_usual_encoding_gives_the_same_text(encoding: str) -> None:
    assert read_text(CAFE.encode(encoding), "f.csv") == CAFE


def test_utf_16_of_the_other_byte_order_is_read() -> None:
    assert read_text(b"\xfe\xff" + CAFE.encode("utf-16-be"), "f.csv") == CAFE


def test_bytes_outside_windows_1252_fall_back_to_latin_1() -> None:
    assert read_text(b"a,b\x81", "f.csv") == "a,b\x81"


def test_a_false_utf_8_mark_is_refused_with_the_line_of_the_bad_byte() -> None:
    assert refusal(b"\xef\xbb\xbfa,b\nc,\xe9\n").startswith("f.csv:2: The file says it is UTF-8")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \r\n\t\n", "empty"),
        (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", "looks like an Excel workbook"),
        (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "Excel workbook"),
        (b"PK\x03\x04 epraccur.csv", "zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"),
        (b"%PDF-1.7 a,b", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"\x89PNG\r\n", "picture"),
        (b"<!DOCTYPE html>\n<p>Sign in, please", "web page"),
        (b"\n <html>,", "web page"),
        (b'[{"code": "A81001", "x": 1}]', "JSON"),
        (b"a,b\0c", "NUL"),
        ("a,b\n".encode("utf-16-le"), "NUL"),
        (b"code;name\nA81001;x\n", "semicolons"),
        (b"code\tname\n", "tabs"),
        (b"just words\n", "no comma"),
    ],
)
def test_what_is_not_a_csv_is_refused_by_what_it_is(content: bytes, says: str) -> None:
    assert says in refusal(content)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    rows = rows_of(f"a,b{end}c,d{end}")
    assert rows == (Row(1, ("a", "b")), Row(2, ("c", "d")))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_row_after_a_quoted_cell_of_several_lines_keeps_its_true_line(end: str) -> None:
    rows = rows_of(f'a,b{end}"c{end}{end}c",d{end}{end}e,f{end}')
    assert [row.line for row in rows] == [1, 2, 6]


def test_quoted_commas_and_doubled_quotes_are_read_as_written() -> None:
    assert rows_of('a,b\n"x, y","the ""old"" surgery"\n')[1].cells == ("x, y", 'the "old" surgery')


def test_rows_of_empty_cells_are_no_rows() -> None:
    assert [row.line for row in rows_of("a,b\n,\n  ,\nc,d")] == [1, 4]


def test_an_open_quotation_mark_is_a_fault_on_the_line_where_it_opens() -> None:
    findings = Findings("f.csv")
    read_rows(b'a,b\nc,"d\ne,f\ng,h\n', findings)
    assert [fault.line for fault in findings.faults] == [2]


def test_an_open_quotation_mark_in_a_long_file_does_not_fault_the_rows_it_swallows() -> None:
    findings = Findings("f.csv")
    read_rows(b'a,b\nc,"d\n' + b"e,f\n" * 60_000, findings)
    assert len(findings.faults) == 1


def test_stray_quotation_marks_are_faults_each_on_its_line() -> None:
    findings = Findings("f.csv")
    read_rows(b'a,b\n"c"x,d\ne,f\n"g"y,h\n', findings)
    assert [fault.line for fault in findings.faults] == [2, 4]


def test_faults_are_raised_in_the_order_of_the_file() -> None:
    findings = Findings("f.csv")
    for line in (9, None, 2):
        findings.add(line, "x")
    with pytest.raises(InputFaults) as caught:
        findings.settle()
    assert [fault.line for fault in caught.value.faults] == [None, 2, 9]


def test_a_cell_is_composed_and_its_spaces_are_made_single() -> None:
    assert tidy("  Cafe\u0301 \u00a0 Surgery ") == "Café Surgery"


@pytest.mark.parametrize(
    "unseen", ["\x00", "\x07", "\t", "\n", "\x85", "\u200b", "\u202e", "\ufeff"]
)
def test_a_cell_that_hides_a_character_is_malformed(unseen: str) -> None:
    with pytest.raises(Malformed):
        tidy(f"Larwood{unseen}Surgery")

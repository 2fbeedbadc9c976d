"""A file's bytes as text: which encoding it is in, and that it is a CSV at all.

The national files come in several encodings and are often opened and saved in a spreadsheet on the
way. What is plainly something else (a workbook, a PDF, a sign-in page saved under the wrong name)
is refused with what to do about it, before anybody reads a row.
"""

import codecs
from typing import NoReturn

from engine.errors import Fault, InputFaults

_WORKBOOK = "This looks like an Excel workbook: open it and save it as CSV."
_PICTURE = "This is a picture, not a table: ask for the CSV file."
_MAGIC = (
    (b"%PDF", "This is a PDF: ask for the same table as a CSV file."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _WORKBOOK),
    (b"\x1f\x8b", "This file is compressed: unpack it and import the CSV inside."),
    (b"SQLite format 3\0", "This is a database file: export the table as CSV."),
    (b"{\\rtf", "This is a word processor's document: save the table as CSV."),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
)
_ZIPPED = b"PK\x03\x04"
_ZIPPED_SHEETS = (b"xl/", b"opendocument.spreadsheet")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_SEPARATORS = ((";", "semicolons"), ("\t", "tabs"), ("|", "upright bars"))


def read_text(content: bytes, file: str) -> str:
    """Read the text of a comma-separated file; raises InputFaults when it is not one.

    UTF-8 with or without its mark and UTF-16 with its mark are read as what they say they are;
    anything else as Windows-1252, the habit of spreadsheets in England, or at last as Latin-1.
    """
    _refuse_other_formats(content, file)
    text = _decode(content, file)
    if "\0" in text:
        _refuse(file, "This is not text (it holds NUL characters): save the table as CSV UTF-8.")
    _refuse_other_texts(text, file)
    return text


def _refuse(file: str, says: str, line: int | None = None) -> NoReturn:
    raise InputFaults([Fault(file, line, says)])


def _refuse_other_formats(content: bytes, file: str) -> None:
    if not content.strip():
        _refuse(file, "The file is empty: fetch or save it again.")
    for magic, says in _MAGIC:
        if content.startswith(magic):
            _refuse(file, says)
    if content.startswith(_ZIPPED):
        sheet = any(mark in content for mark in _ZIPPED_SHEETS)
        _refuse(file, _WORKBOOK if sheet else "This is a zip file: import the CSV inside it.")


def _decode(content: bytes, file: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_as(encoding, content[len(mark) :], file)
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _decode_as(encoding: str, content: bytes, file: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="ignore")
        says = f"The file says it is {encoding.upper()} and is not here: save it as CSV UTF-8."
        _refuse(file, says, before.count("\n") + 1)


def _refuse_other_texts(text: str, file: str) -> None:
    first = text.lstrip().split("\n", 1)[0]
    if first.startswith("<"):
        _refuse(file, "This is a web page, perhaps a sign-in page: fetch the CSV file again.")
    if first.startswith(("{", "[")):
        _refuse(file, "This looks like JSON: a CSV file is wanted.")
    if "," in first:
        return
    for separator, name in _OTHER_SEPARATORS:
        if separator in first:
            _refuse(file, f"The columns are parted by {name}: save it with commas (CSV).", 1)
    _refuse(file, "The first line holds no comma, so this is not a CSV file.", 1)

"""Whatever the bytes are, a reader gives values or names faults: nothing else comes out."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import Fault, InputFaults
from storage.intake import ignored_columns, read_list_sizes, read_people, read_practices

Reader = Callable[[bytes], object]

READERS: dict[str, Reader] = {
    "practices": lambda content: read_practices(content, "f.csv"),
    "ignored columns": lambda content: ignored_columns(content, "f.csv"),
    "list sizes": lambda content: read_list_sizes(content, "f.csv"),
    "people": lambda content: read_people(content, "f.csv", ("K83001",)),
}
HEADERS = (
    "",
    "ods_code,name,postcode,ccg_code,ccg_name,locality,list_size\n",
    "ods_code,name,email,role,phone\n",
    "EXTRACT_DATE,CODE,SEX,AGE,NUMBER_OF_PATIENTS\n",
    "Practice Code,Male 0-4\n",
)
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "K83001", "S81 0HH", "04G", "ALL", "lead", "jo@k.example", "99", '"', "=1"]
    ),
)
ROWS = st.lists(CELLS, max_size=28).map(",".join)
TEXTS = st.builds(
    lambda header, rows, end: header + end.join(rows),
    st.sampled_from(HEADERS),
    st.lists(ROWS, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
CONTENTS = st.one_of(
    st.binary(),
    TEXTS.map(lambda text: text.encode("utf-8", "replace")),
    TEXTS.map(lambda text: text.encode("utf-16", "replace")),
    TEXTS.map(lambda text: text.encode("cp1252", "replace")),
)


def faults_of(content: bytes) -> tuple[Fault, ...]:
    try:
        read_practices(content, "f.csv")
    except InputFaults as refusal:
        return refusal.faults
    return ()


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=CONTENTS)
def test_only_input_faults_are_ever_raised(reader: str, content: bytes) -> None:
    with suppress(InputFaults):
        READERS[reader](content)


@given(content=CONTENTS)
def test_every_fault_names_the_file_and_says_something(content: bytes) -> None:
    assert all(fault.file == "f.csv" and fault.says for fault in faults_of(content))

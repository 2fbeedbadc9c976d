"""TOML with the line of each key, so that every fault can be shown where it is."""

import pytest

from engine.errors import InputFaults
from workflows.toml_file import read_toml

FILE = '''title = "A vote"
summary = """
key = "inside a text, and no key"
[nor.a.table]
"""
after = 3

[facts]
urgent = true
"quoted" = 1

[[questions]]
id = "a"

[[questions]]
id = "b"
'''


def line_of(key: str, text: str = FILE) -> int | None:
    return read_toml(text.encode(), "d.toml").fault(key, "is wrong").line


def refusal(content: bytes) -> str:
    with pytest.raises(InputFaults) as caught:
        read_toml(content, "d.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 1),
        ("after", 6),
        ("facts", 8),
        ("facts.urgent", 9),
        ("facts.quoted", 10),
        ("questions", 12),
        ("questions.id", 13),
    ],
)
def test_every_key_knows_its_line(key: str, line: int) -> None:
    assert line_of(key) == line


def test_each_of_several_tables_has_its_own_lines() -> None:
    text = "[[votes]]\nwho = 1\n[[votes]]\nwho = 2\nwhat = 3\n"
    keys = ("votes", "votes.who", "votes[0].who", "votes[1]", "votes[1].what", "votes[1].why")

    lines = [read_toml(text.encode(), "d.toml").fault(key, "is wrong").line for key in keys]

    assert lines == [1, 2, 2, 3, 5, 3]


def test_what_stands_inside_a_text_is_no_key() -> None:
    assert "key" not in read_toml(FILE.encode(), "d.toml").lines


def test_a_missing_key_is_shown_at_its_table() -> None:
    assert line_of("facts.money_gbp") == 8


def test_a_missing_key_of_the_file_is_shown_at_its_first_line() -> None:
    assert line_of("contact") == 1


@pytest.mark.parametrize("fence", ['"""', "'''"])
def test_keys_after_a_text_of_several_lines_keep_their_lines(fence: str) -> None:
    assert line_of("b", f"a = {fence}\none\ntwo\n{fence}\nb = 1\n") == 5


def test_a_text_fenced_on_one_line_hides_nothing() -> None:
    assert line_of("b", 'a = """one"""\nb = 1\n') == 2


@pytest.mark.parametrize("strange", ["\u2028", "\u0085", "\u2029"])
def test_only_line_ends_end_lines(strange: str) -> None:
    """Unicode's other separators are characters of a text: editors count no line for them."""
    assert line_of("b", f'a = "one{strange}two"\nb = 1\n') == 2


def test_windows_line_ends_are_line_ends() -> None:
    assert line_of("b", "a = 1\r\nb = 2\r\n") == 2


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert read_toml(b"\xef\xbb\xbfa = 1\n", "d.toml").value == {"a": 1}


def test_a_syntax_fault_is_shown_at_its_line() -> None:
    assert refusal(b"a = 1\nb = = 2\n").startswith("d.toml:2: is not valid TOML")


def test_a_file_that_breaks_off_is_shown_at_its_end() -> None:
    assert refusal(b'a = 1\nb = "').startswith("d.toml:2: is not valid TOML")


def test_other_encodings_are_shown_at_the_line_of_the_first_strange_byte() -> None:
    refused = refusal(b'a = 1\nb = "caf\xe9"\n')

    assert refused == "d.toml:2: is not UTF-8 text; save it as UTF-8"


def test_a_fault_names_the_file() -> None:
    assert str(read_toml(b"a = 1\n", "d.toml").fault("a", "is wrong")) == "d.toml:1: is wrong"

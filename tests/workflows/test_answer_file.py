"""Answers to many comments from one CSV: all of them, or every fault with its line."""

import pytest

from engine.commands import AnswerComment
from engine.errors import InputFaults
from engine.people import SYSTEM
from workflows.answer_file import read_answers

HEAD = "comment,disposition,answer\n"
KNOWN = {11, 12, 13}


def read(text: str) -> tuple[AnswerComment, ...]:
    return read_answers(text.encode(), "a.csv", SYSTEM, KNOWN)


def faults(text: str) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


def test_a_row_answers_a_comment() -> None:
    assert read(f"{HEAD}12,accepted,It stays.\n") == (
        AnswerComment(SYSTEM, 12, "accepted", "It stays."),
    )


def test_an_answer_may_run_over_lines_and_hold_commas() -> None:
    (answer,) = read(f'{HEAD}12,noted,"Yes, and\r\nno."\n')

    assert answer.text == "Yes, and\nno."


def test_columns_may_stand_in_any_order_beside_others() -> None:
    (answer,) = read("Answer,practice,Disposition,Comment\nYes.,P1,Noted,12\n")

    assert (answer.comment, answer.disposition, answer.text) == (12, "noted", "Yes.")


def test_what_a_spreadsheet_saves_is_read() -> None:
    content = ("\ufeff" + HEAD + "12,noted,Yes.\r\n").encode()

    assert len(read_answers(content, "a.csv", SYSTEM, KNOWN)) == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("14,noted,Yes.", "a.csv:2: comment: 14 is not the number of a comment of this decision."),
        (",noted,Yes.", "a.csv:2: comment: nothing is not the number of a comment"),
        ("-12,noted,Yes.", "a.csv:2: comment: -12 is not the number"),
        ("one,noted,Yes.", "a.csv:2: comment: one is not the number"),
        ("\u0661\u0662,noted,Yes.", "is not the number"),
        ("12,rejected,No.", "a.csv:2: disposition: rejected is not one of accepted, answered,"),
        ("12,,No.", "a.csv:2: disposition: nothing is not one of"),
        ("12,noted, ", "a.csv:2: answer: an answer needs words"),
        ("12,noted,a\x07b", "a.csv:2: answer: holds an invisible control character"),
        ("12,noted", "2 of 3 columns"),
        ("12,noted,Yes,no", "4 columns where 3 are due"),
    ],
)
def test_each_fault_is_named_with_its_line(row: str, says: str) -> None:
    (fault,) = faults(f"{HEAD}{row}\n")

    assert says in fault


def test_every_fault_of_a_file_is_named() -> None:
    assert len(faults(f"{HEAD}14,noted,Yes.\n12,noted,Yes.\n13,x,\n")) == 3


def test_a_comment_is_answered_once_in_a_file() -> None:
    assert faults(f"{HEAD}12,noted,Yes.\n12,noted,No.\n") == [
        "a.csv:3: comment: 12 is answered in line 2 too."
    ]


@pytest.mark.parametrize("text", ["", "12,noted,Yes.\n", HEAD, "comment;disposition;answer\n"])
def test_a_file_that_holds_no_answers_says_so(text: str) -> None:
    assert faults(text)

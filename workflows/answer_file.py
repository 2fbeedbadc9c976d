"""Reading answers to many comments from a CSV: every fault with its line, or all the answers."""

from collections.abc import Collection, Iterator

from engine.accounts import DISPOSITIONS
from engine.commands import AnswerComment
from engine.people import Actor
from storage.intake.rows import Findings, Header, Row, read_header, read_rows, rows_of_width
from workflows.file_texts import clean, holds_control

COLUMNS = ("comment", "disposition", "answer")


def read_answers(
    content: bytes, file: str, actor: Actor, known: Collection[int]
) -> tuple[AnswerComment, ...]:
    """The answers to comments whose numbers are `known`. Raises `InputFaults` with every fault."""
    findings = Findings(file)
    rows = read_rows(content, findings)
    findings.settle()
    header = read_header(rows[0], COLUMNS, (), findings)
    whole = rows_of_width(rows[1:], header.width, findings)
    if not rows[1:]:
        findings.add(None, "There is no answer in this file: a row for each comment is due.")
    answers = tuple(_answer(row, header, actor) for row in whole)
    seen: dict[str, int] = {}
    for row, answer in zip(whole, answers, strict=True):
        typed = header.cell(row, "comment").strip()
        for says in _faults(typed, answer, known):
            findings.add(row.line, says)
        if typed in seen:
            findings.add(row.line, f"comment: {typed} is answered in line {seen[typed]} too.")
        seen.setdefault(typed, row.line)
    findings.settle()
    return answers


def _answer(row: Row, header: Header, actor: Actor) -> AnswerComment:
    """What a row says, right or wrong; a number that is none becomes -1."""
    number, disposition, text = (header.cell(row, column).strip() for column in COLUMNS)
    comment = int(number) if number.isascii() and number.isdigit() else -1
    return AnswerComment(actor, comment, disposition.casefold(), clean(text))


def _faults(typed: str, answer: AnswerComment, known: Collection[int]) -> Iterator[str]:
    if answer.comment not in known:
        yield f"comment: {typed or 'nothing'} is not the number of a comment of this decision."
    if answer.disposition not in DISPOSITIONS:
        yield f"disposition: {answer.disposition or 'nothing'} is not one of {_NAMES}."
    if not answer.text:
        yield "answer: an answer needs words: the practice reads them."
    elif holds_control(answer.text):
        yield "answer: holds an invisible control character; type it again as plain text."


_NAMES = ", ".join(DISPOSITIONS)

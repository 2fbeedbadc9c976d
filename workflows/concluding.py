"""Bringing a consultation to its conclusion: its comments, their answers, the statement's draft."""

from typing import Any

from engine.commands import Conclude
from engine.people import Actor
from engine.statement import completed, template
from storage.comments import Remarked, read_comments
from storage.database import Reading
from storage.decisions import load_decision, read_paper
from storage.intake import spoken_name
from storage.keys import Keys
from storage.library import Library
from workflows.instants import instant_json

NO_ANSWER = "[Comment {} has no answer yet.]"
"""What the draft says where an answer is still due."""


def comments_of(
    reading: Reading, keys: Keys, library: Library, reference: str
) -> list[dict[str, Any]]:
    """Every comment with what became of it, as plain values. Raises `NoSuchDecision`."""
    decision = load_decision(reading, keys, reference)
    names = {line.practice: line.name for line in library.roll(reading, decision.roll).lines}
    found = read_comments(reading, keys, reference)
    return [_comment(each, spoken_name(names[each.comment.practice])) for each in found]


def _comment(remarked: Remarked, practice_name: str) -> dict[str, Any]:
    comment, answer = remarked.comment, remarked.answer
    return {
        "comment": comment.leaf,
        "practice": comment.practice,
        "name": practice_name,
        "by": comment.by.name,
        "role": comment.by.role,
        "at": instant_json(remarked.at),
        "state": remarked.phase,
        "text": comment.text,
        "disposition": answer.disposition if answer else None,
        "answer": answer.text if answer else None,
        "answered_at": instant_json(answer.at) if answer else None,
    }


def draft_statement(reading: Reading, keys: Keys, reference: str) -> str:
    """A statement to fill in: the comments and their answers stand in it, without any names.

    The statement goes to every practice; who said what is on each practice's own page.
    """
    load_decision(reading, keys, reference)
    found = read_comments(reading, keys, reference)
    return template(
        (
            each.comment.text,
            f"({each.answer.disposition}) {each.answer.text}"
            if each.answer
            else NO_ANSWER.format(each.comment.leaf),
        )
        for each in found
    )


def conclusion(
    reading: Reading, keys: Keys, reference: str, actor: Actor, statement: str
) -> Conclude:
    """The command that concludes; the decision file's `what_changed` may stand in for a part."""
    load_decision(reading, keys, reference)
    what_changed = read_paper(reading, keys, reference).what_changed
    return Conclude(actor, completed(statement, what_changed) if statement else statement)

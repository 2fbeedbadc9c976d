"""A query of an entry of the allowance's account, as its form was sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.answering import COMMENT_LIMIT
from web.forms import fit_to_keep, hidden_fault
from web.text import tidy

MISSING = "Write what you want to know."


@dataclass(frozen=True, slots=True)
class Query:
    """Of which decision's entry, the text as it may be shown again, and what to correct in it."""

    decision: str
    text: str = ""
    fault: str = ""


NO_QUERY = Query("")


def read_query(sent: Mapping[str, str]) -> Query:
    """The query in a form's fields."""
    typed = tidy(sent.get("text", ""))
    text = fit_to_keep(typed)
    return Query(sent.get("decision", ""), text, _fault(typed, text))


def _fault(typed: str, text: str) -> str:
    if not text.strip():
        return MISSING
    if len(text) > COMMENT_LIMIT:
        return f"Your query must be {COMMENT_LIMIT:,} characters or fewer."
    return hidden_fault("query", typed)

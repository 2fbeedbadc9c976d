"""What a decision says in words: the part of its opening that only commitments stand for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """A document put before practices; its bytes are filed under their SHA-256 (hex)."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Paper:
    """Title and summary in plain words, who proposes it, the questions, the documents."""

    title: str
    summary: str
    proposer: str = ""
    contact: str = ""  # who answers questions about it
    questions: Mapping[str, str] = field(default_factory=dict)  # id -> text
    documents: tuple[Document, ...] = ()
    effective: date | None = None  # the day from which it applies, in London
    what_changed: str = ""  # "You said, we did", where it was known beforehand

    def rest(self) -> dict[str, Any]:
        """Everything but title and summary, as the opening's `paper` field holds it.

        What was not given is left out, as it was before there was such a key.
        """
        later = {
            "effective": self.effective.isoformat() if self.effective else "",
            "what_changed": self.what_changed,
        }
        return {
            "proposer": self.proposer,
            "contact": self.contact,
            "questions": dict(self.questions),
            "documents": [asdict(document) for document in self.documents],
            **{key: value for key, value in later.items() if value},
        }


def paper_from(title: str, summary: str, rest: Mapping[str, Any]) -> Paper:
    """Put a paper together from its three openings."""
    documents = tuple(Document(**document) for document in rest["documents"])
    effective = rest.get("effective")
    return Paper(
        title=title,
        summary=summary,
        proposer=rest["proposer"],
        contact=rest["contact"],
        questions=rest["questions"],
        documents=documents,
        effective=date.fromisoformat(effective) if effective else None,
        what_changed=rest.get("what_changed", ""),
    )

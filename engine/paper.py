"""What a decision says in words: the part of its opening that only commitments stand for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
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

    def rest(self) -> dict[str, Any]:
        """Everything but title and summary, as the opening's `paper` field holds it."""
        return {
            "proposer": self.proposer,
            "contact": self.contact,
            "questions": dict(self.questions),
            "documents": [asdict(document) for document in self.documents],
        }


def paper_from(title: str, summary: str, rest: Mapping[str, Any]) -> Paper:
    """Put a paper together from its three openings."""
    documents = tuple(Document(**document) for document in rest["documents"])
    return Paper(title, summary, rest["proposer"], rest["contact"], rest["questions"], documents)

"""What a decision says in words: the part of its opening that only commitments stand for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from engine.candidates import with_names
from engine.questions import in_words


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
    questions: Mapping[str, str] = field(default_factory=dict)  # id -> text, as they are put
    documents: tuple[Document, ...] = ()
    effective: date | None = None  # the day from which it applies, in London
    what_changed: str = ""  # "You said, we did", where it was known beforehand
    candidates: Mapping[str, str] = field(default_factory=dict)  # id -> name
    urgent_reason: str = ""
    erased: bool = False  # its words are gone: title and summary say so

    @property
    def asked(self) -> Mapping[str, str]:
        """The questions in words, where there are several and each has to be told from the rest."""
        return self.questions if len(self.questions) > 1 else {}

    def reasons(self, found: tuple[str, ...], doubts: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Why practices are asked: what classification found and doubted, and why it cannot wait.

        Of the ways in doubt another may be taken than what was found speaks for.
        """
        doubt = (f"In doubt: {' '.join(doubts)} So practices get the most say.",) if doubts else ()
        why = (f"It cannot wait because: {self.urgent_reason}",) if self.urgent_reason else ()
        return (*found, *doubt, *why)

    def told(self, sentences: tuple[str, ...]) -> tuple[str, ...]:
        """An outcome's sentences for a reader: questions in their words, candidates by name."""
        return with_names(in_words(sentences, self.asked), self.candidates)

    def rest(self) -> dict[str, Any]:
        """Everything but title and summary, as the opening's `paper` field holds it.

        What was not given is left out, as it was before there was such a key. The canonical form
        sorts keys, so the order of several questions is kept beside them.
        """
        later = {
            "order": list(self.asked),
            "candidates": dict(self.candidates),
            "urgent_reason": self.urgent_reason,
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
    questions, effective = rest["questions"], rest.get("effective")
    return Paper(
        title=title,
        summary=summary,
        proposer=rest["proposer"],
        contact=rest["contact"],
        questions={name: questions[name] for name in rest.get("order") or questions},
        documents=tuple(Document(**document) for document in rest["documents"]),
        effective=date.fromisoformat(effective) if effective else None,
        what_changed=rest.get("what_changed", ""),
        candidates=rest.get("candidates", {}),
        urgent_reason=rest.get("urgent_reason", ""),
    )

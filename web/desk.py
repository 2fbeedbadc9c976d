"""What the web asks of the desk. Every call is synchronous and runs in a thread of its own lane."""

from collections.abc import Mapping
from typing import Protocol

from workflows.answers import Answer, PracticePage, Receipt, Reply


class Desk(Protocol):
    """The desk as the pages know it. A link that opens nothing gives None, whatever the reason."""

    def page(self, token: str, /) -> PracticePage | None:
        """A person's page for one decision. Writes nothing."""
        ...

    def receipt(self, token: str, /) -> Receipt | None:
        """What stands recorded for the practice, with proofs. Writes nothing."""
        ...

    def paper(self, token: str, index: int, /) -> tuple[str, bytes] | None:
        """A document's file name and content, or None where there is none. Writes nothing."""
        ...

    def respond(self, token: str, answer: Answer, /) -> Reply:
        """Record an answer, or say why not. It may write."""
        ...

    def call_in(self, token: str, name: str, comment: str, role: str, to: str, /) -> Reply:
        """Record a practice's call-in, or say why not. It may write, like `respond`.

        `to` is the route that the page offered; empty where the form did not say.
        """
        ...

    def challenge(self, token: str, name: str, comment: str, role: str, /) -> Reply:
        """Record a practice's challenge of the outcome, or say why not. It may write too."""
        ...

    def health(self) -> Mapping[str, object]:
        """What `quorate health --json` prints, ready for JSON; `ok` says whether all is well."""
        ...

    def ready(self) -> bool:
        """Whether requests can be served now."""
        ...

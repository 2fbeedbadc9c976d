"""Which leaves tell of a letter's end, so that a certificate can name them."""

from storage import tables
from storage.ledger import Page
from storage.outbox import Settlement


def note_ending(page: Page, leaf: int, done: Settlement) -> None:
    """Put down, in the leaf's own commit, of which letter it tells."""
    page.add(tables.ending, {"leaf": leaf, "letter": done.letter})

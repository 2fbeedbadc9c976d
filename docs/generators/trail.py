"""docs/reference/trail.md, from the events themselves."""

from dataclasses import fields
from inspect import cleandoc
from typing import Any

from docs.generators.markdown import codes, page, table
from engine import events
from engine.event import Event

_HEAD = """\
Everything that happens is an event, and every event is one leaf of the trail, in order, never
changed. A leaf is the canonical JSON of `{"at", "body", "n", "type", "v"}`: keys sorted, no
spaces, no fractions. `n` is its place, from 0; `at` is UTC to the microsecond and never goes back.
Its hash is SHA-256 over a zero byte and these bytes; the leaves' hashes are joined to a tree as
RFC 6962 section 2.1 has it, so one root stands for all of them.

Names, addresses, free text and choices are not in the body. In their place stands a commitment,
`c1:` and the SHA-256 of a random salt of 32 bytes and the value. The salt and the value (the
opening) are kept beside the trail, encrypted with a key of the person, of the decision or of a
year's account. Deleting a key makes them unreadable for good and leaves the trail whole. Practices
are organisations: their codes stay in the clear.

What this shows and what it does not: [the trail](../explanation/the-trail.md)."""


def trail() -> str:
    """The page."""
    return page("Events of the trail", _HEAD, *(_told(kind) for kind in kinds()))


def kinds() -> list[type[Event]]:
    """Every kind of event, in the order of the file."""
    found = (held for held in vars(events).values() if isinstance(held, type))
    return [kind for kind in found if issubclass(kind, Event) and kind is not Event]


def _told(kind: type[Event]) -> str:
    rows = []
    if clear := [_name(f) for f in fields(kind) if not f.metadata]:
        rows.append(("in the clear", codes(clear)))
    for owner, words in (
        ("person", "the person's key"),
        ("decision", "the decision's key"),
        ("account", "the key of the year's account"),
    ):
        if held := [f.name for f in fields(kind) if f.metadata.get("secret") == owner]:
            rows.append((f"commitments, opened by {words}", codes(held)))
    return "\n\n".join(
        filter(
            None, (f"## `{kind.type}`", cleandoc(kind.__doc__ or ""), table(("fields", ""), rows))
        )
    )


def _name(held: Any) -> str:  # noqa: ANN401 - dataclasses.Field of whatever it holds
    """The body's word for a field."""
    return "person" if held.name == "person_id" else str(held.name)

"""Instants as `--json` writes them."""

from datetime import datetime

from engine.trail import instant_text


def instant_json(moment: datetime) -> str:
    """An instant in RFC 3339, UTC, with Z."""
    text = instant_text(moment)
    return text.replace(".000000Z", "Z")

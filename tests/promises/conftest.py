"""Promises are tried on a small body, on both databases."""

from tests.bodies import app, body_url, clock, histories, history, seeds
from tests.promises.forgetting import again, lived, relay
from tests.promises.keeping import house, reference, restored

__all__ = [
    "again",
    "app",
    "body_url",
    "clock",
    "histories",
    "history",
    "house",
    "lived",
    "reference",
    "relay",
    "restored",
    "seeds",
]

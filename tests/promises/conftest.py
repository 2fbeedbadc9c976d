"""Promises are tried on a small body, on both databases."""

from tests.bodies import app, body_url, clock, histories, history, seeds

__all__ = ["app", "body_url", "clock", "histories", "history", "seeds"]

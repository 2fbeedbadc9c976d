"""Voting links: one for each decision, practice and person, the same in every letter.

The token is derived, never stored: whoever holds the database alone holds no link. Revoking raises
the generation, which makes another token.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

TOKEN_LENGTH = 43
"""256 bits in base64url without padding."""

_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def make_token(key: bytes, decision: str, practice: str, person: str, generation: int) -> str:
    """The secret part of a person's link: base64url(HMAC-SHA256) over who and what it is for."""
    meant = f"{decision}|{practice}|{person}|{generation}".encode()
    return urlsafe_b64encode(hmac.digest(key, meant, "sha256")).rstrip(b"=").decode()


def looks_like_token(token: str) -> bool:
    """Whether this could be a token at all: length and alphabet."""
    return len(token) == TOKEN_LENGTH and _ALPHABET.issuperset(token)


def hash_token(token: str) -> bytes:
    """What the database keeps: SHA-256 of the token."""
    return hashlib.sha256(token.encode()).digest()


def fingerprint(key: bytes) -> str:
    """A name for the link key by which a wrong key is noticed before a letter leaves."""
    return hashlib.sha256(b"quorate/link-key/v1\n" + key).hexdigest()

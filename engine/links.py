"""Voting links: one for each decision, practice and person, the same in every letter.

The token is derived, never stored: whoever holds the database alone holds no link. Revoking raises
the generation, which makes another token.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

TOKEN_LENGTH = 43
"""256 bits in base64url without padding."""

TAKEN_OUT = "[link]"
"""What stands in a text where a link was."""

_WORD = re.compile(r"\S+")
_LINK = re.compile(
    r"(?i:respond(?:/|%(?:25)*2F)[A-Z0-9_-]{43}"  # plain, or escaped within another address
    r"|(?:bounce|reply)(?:\+|%2B)[0-9a-z-]{1,39}\.[0-9a-f]{16})"
    r"|(?<![\w/.=%&?-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43}(?![\w-])",  # its secret part alone
    re.ASCII,
)
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def make_token(key: bytes, decision: str, practice: str, person: str, generation: int) -> str:
    """The secret part of a person's link: base64url(HMAC-SHA256) over who and what it is for."""
    meant = f"{decision}|{practice}|{person}|{generation}".encode()
    return urlsafe_b64encode(hmac.digest(key, meant, "sha256")).rstrip(b"=").decode()


def looks_like_token(token: str) -> bool:
    """Whether this could be a token at all: length and alphabet."""
    return len(token) == TOKEN_LENGTH and _ALPHABET.issuperset(token)


def without_links(text: str) -> str:
    """A text that may be kept and shown: whoever reads a link in it could answer by it.

    Links to pages of ours, and the addresses that a letter's answers go to, are taken out in
    whatever form a scanner has rewritten them.
    """
    return _WORD.sub(lambda word: TAKEN_OUT if _LINK.search(word[0]) else word[0], text)


def hash_token(token: str) -> bytes:
    """What the database keeps: SHA-256 of the token."""
    return hashlib.sha256(token.encode()).digest()


def fingerprint(key: bytes) -> str:
    """A name for the link key by which a wrong key is noticed before a letter leaves."""
    return hashlib.sha256(b"quorate/link-key/v1\n" + key).hexdigest()

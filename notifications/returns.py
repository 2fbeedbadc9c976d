"""The return path of a letter: an address of our own that says which letter came back.

The letter's id stands in the local part with a MAC beside it, so that a bounce names its letter
whatever form its text has, and a made-up bounce names none.
"""

import hashlib
import hmac
import re

from notifications import headers

_RETURNED = re.compile(r"bounce\+(?P<id>[0-9a-z-]{1,39})\.(?P<mac>[0-9a-f]{16})")
_ID = re.compile(r"[0-9a-z-]{1,39}")  # with the rest the local part stays under 64 characters


def return_path(letter_id: int | str, sender: str, key: bytes) -> str:
    """Give the envelope sender `bounce+<id>.<16 hex of HMAC-SHA256>@<domain of sender>`.

    Ids are lower-case letters, digits and hyphens, 39 at most, since relays may change case;
    ValueError otherwise.
    """
    name = str(letter_id)
    if _ID.fullmatch(name) is None:
        raise ValueError(f"{name!r} cannot stand in a return path.")
    return f"bounce+{name}.{_mac(name, key)}@{headers.domain(sender)}"


def read_return_path(address: str, key: bytes) -> str | None:
    """Give the id of the letter that a bounce's recipient address names; None if it is not ours."""
    found = _RETURNED.fullmatch(address.strip("<> ").rpartition("@")[0].lower())
    if found is None or not hmac.compare_digest(found["mac"], _mac(found["id"], key)):
        return None
    return found["id"]


def _mac(name: str, key: bytes) -> str:
    return hmac.new(key, f"return path|{name}".encode(), hashlib.sha256).hexdigest()[:16]

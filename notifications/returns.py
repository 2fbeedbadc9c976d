"""Addresses of our own that say which letter a mail is about: where bounces go, and replies.

The letter's id stands in the local part with a MAC beside it, so that a mail names its letter
whatever form its text has, and a made-up one names none. The MAC is over the letter's Message-ID
too: ids are counted anew after a restored backup, and Message-IDs are not.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from notifications import headers

_RETURNED = re.compile(r"(?P<what>bounce|reply)\+(?P<id>[0-9a-z-]{1,39})\.(?P<mac>[0-9a-f]{16})")
_ID = re.compile(r"[0-9a-z-]{1,39}")  # with the rest the local part stays under 64 characters


class Purpose(StrEnum):
    """What an address is for."""

    BOUNCE = "bounce"  # the envelope sender: reports of machines
    REPLY = "reply"  # Reply-To: what people write


@dataclass(frozen=True, slots=True)
class Token:
    """An address of this form: nothing is believed of it until `is_of` has said so."""

    purpose: Purpose
    letter: str
    mac: str

    def is_of(self, message_id: str, key: bytes) -> bool:
        """Whether we made this address for the letter with this Message-ID."""
        ours = _mac(self.purpose, self.letter, message_id, key)
        return hmac.compare_digest(self.mac, ours)


def return_path(letter_id: int | str, message_id: str, sender: str, key: bytes) -> str:
    """Give the envelope sender `bounce+<id>.<16 hex of HMAC-SHA256>@<domain of sender>`.

    Ids are lower-case letters, digits and hyphens, 39 at most, since relays may change case;
    ValueError otherwise.
    """
    return _address(Purpose.BOUNCE, letter_id, message_id, sender, key)


def reply_address(letter_id: int | str, message_id: str, sender: str, key: bytes) -> str:
    """Give the address for replies to a letter, in the same form: `reply+<id>.<mac>@<domain>`."""
    return _address(Purpose.REPLY, letter_id, message_id, sender, key)


def read_token(address: str) -> Token | None:
    """Read a recipient's address; None where it has not the form of ours."""
    found = _RETURNED.fullmatch(address.strip("<> \t").rpartition("@")[0].lower())
    return None if found is None else Token(Purpose(found["what"]), found["id"], found["mac"])


def _address(
    purpose: Purpose, letter_id: int | str, message_id: str, sender: str, key: bytes
) -> str:
    name = str(letter_id)
    if _ID.fullmatch(name) is None:
        raise ValueError(f"{name!r} cannot stand in a return path.")
    mac = _mac(purpose, name, message_id, key)
    return f"{purpose}+{name}.{mac}@{headers.domain(sender)}"


def _mac(purpose: Purpose, name: str, message_id: str, key: bytes) -> str:
    said = f"{purpose}|{name}|{message_id}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:16]

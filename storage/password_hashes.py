"""Passwords at rest: Argon2id, with its parameters in the hash.

OWASP's password storage cheat sheet asks for 46 MiB and one pass, or 19 MiB and two; two passes
over 46 MiB take about 0.1 s of one core.
"""

from base64 import b64encode

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from storage.sources import RandomBytes

MEMORY_KIB = 47_104
PASSES = 2
LANES = 1
SALT = 16
LENGTH = 32


def _plain(size: int) -> str:
    return b64encode(bytes(size)).decode().rstrip("=")


NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${_plain(SALT)}${_plain(LENGTH)}"
"""A hash that no known password has: it is worked through where there is no account."""


def hash_password(password: str, random_bytes: RandomBytes) -> str:
    """The hash to keep, in PHC form: it says how it was made, so that later ones may cost more."""
    kdf = Argon2id(
        salt=random_bytes(SALT),
        length=LENGTH,
        iterations=PASSES,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )
    return str(kdf.derive_phc_encoded(password.encode()))


def fits(password: str, kept: str | None) -> bool:
    """Whether the password has this hash; where there is none, the same work for the same no."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), kept or NOBODYS)
    except InvalidKey:
        return False
    return kept is not None

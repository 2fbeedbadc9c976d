"""Argon2 at next to no cost, for tests that set up dozens of accounts.

What a password really costs is named in tests/storage/test_password_hashes.py, which does without.
"""

from collections.abc import Iterator

import pytest

from storage import password_hashes

LITTLE_KIB, ONCE = 64, 1


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """For as long as the module lasts that imports this, nobody's hash included."""
    dear = f"m={password_hashes.MEMORY_KIB},t={password_hashes.PASSES},"
    nobodys = password_hashes.NOBODYS.replace(dear, f"m={LITTLE_KIB},t={ONCE},")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password_hashes, "NOBODYS", nobodys)
        patch.setattr(password_hashes, "MEMORY_KIB", LITTLE_KIB)
        patch.setattr(password_hashes, "PASSES", ONCE)
        yield

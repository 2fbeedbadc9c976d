"""Backups from before the signing key was changed: restored with the key of their time, or none."""

from pathlib import Path

import pytest

from app.clock import random_bytes
from storage.copying import Parts
from storage.restoring import NotRestored
from storage.rotation import StillThere, kept_key, rotate
from storage.seal import is_sealed_by, read_signer
from tests.promises.checks import read_bodies
from tests.promises.drills import House
from tests.promises.keeping import AT_DESK, SECOND
from tests.small_body import send

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def older(house: House, reference: str) -> Parts:
    """A backup of a trail that has been signed; twice since then the key was changed."""
    house.app.store.sealer.seal()
    parts = house.back_up()
    for _ in range(2):
        rotate_key(house)
    house.app.store.sealer.seal()
    return parts


def rotate_key(house: House) -> None:
    rotate(house.app.store.ledger, key(house), house.settings.origin, random_bytes, lost=False)


def key(house: House) -> Path:
    assert house.settings.trail.signing_key is not None
    return house.settings.trail.signing_key


def vkey(house: House) -> str:
    """Of the key that is in use."""
    return read_signer(key(house), house.settings.origin).vkey


def test_a_backup_is_restored_with_the_key_of_its_time(house: House, older: Parts) -> None:
    newest = vkey(house)
    house.burn()
    done = house.restore(older)
    assert done.signing_key == kept_key(key(house), done.facts.vkey)
    assert vkey(house) == done.facts.vkey
    assert read_signer(kept_key(key(house), newest), house.settings.origin).vkey == newest


def test_what_is_released_then_is_signed_by_a_new_key_that_the_old_one_names(
    house: House, older: Parts, reference: str
) -> None:
    """A checkpoint over the changes of the key was released, so these leaves are lost."""
    before = {vkey(house)}
    house.burn()
    before.add(house.restore(older).facts.vkey)
    released = house.release()
    assert released.loss.number == 2
    send(house.app, reference, SECOND)
    sealed = house.app.store.sealer.seal()
    assert sealed is not None
    assert is_sealed_by(sealed, str(released.vkey))
    assert released.vkey not in before
    assert "signature" in read_bodies(house.app, "key.rotated").popitem()[1]


def test_a_kept_key_that_is_brought_only_to_the_release_will_do(
    house: House, older: Parts, reference: str
) -> None:
    """As with a database that `pg_restore` put in place, or after a crash of the restore."""
    newest = key(house).read_bytes()
    house.burn()
    house.restore(older)
    key(house).write_bytes(newest)
    assert house.release().vkey is not None


@pytest.fixture
def unkept(house: House, older: Parts) -> Parts:
    """The same, and the key of its time was destroyed."""
    for kept in key(house).parent.glob("signing.key.*.old"):
        kept.unlink()
    return older


def test_without_that_key_nothing_is_restored_until_it_is_said_to_be_lost(
    house: House, unkept: Parts
) -> None:
    house.burn()
    before = key(house).read_bytes()
    with pytest.raises(NotRestored, match="is not that of this backup") as refused:
        house.restore(unkept)
    assert "--key-lost" in refused.value.help
    assert key(house).read_bytes() == before


def test_a_key_that_is_here_is_not_lost(house: House, older: Parts) -> None:
    house.burn()
    with pytest.raises(NotRestored, match="is not lost"):
        house.restore(older, key_lost=True)
    house.restore(older)
    with pytest.raises(StillThere):
        house.app.restoring.confirm("The disk died.", AT_DESK, key_lost=True)


def test_a_lost_key_is_replaced_on_the_new_ones_word_alone(
    house: House, unkept: Parts, reference: str
) -> None:
    newest = vkey(house)
    house.burn()
    house.restore(unkept, key_lost=True)
    assert kept_key(key(house), newest).exists()
    released = house.app.restoring.confirm("The disk died.", AT_DESK, key_lost=True)
    house.start_again()
    send(house.app, reference, SECOND)
    sealed = house.app.store.sealer.seal()
    assert sealed is not None
    assert is_sealed_by(sealed, str(released.vkey))
    assert "signature" not in read_bodies(house.app, "key.rotated").popitem()[1]


def test_a_key_that_is_lost_is_replaced_even_where_no_leaf_is(house: House, reference: str) -> None:
    house.app.store.sealer.seal()
    parts = house.back_up()
    house.burn()
    key(house).unlink()
    house.restore(parts, key_lost=True)
    released = house.app.restoring.confirm("The disk died.", AT_DESK, key_lost=True)
    house.start_again()
    assert released.loss.number == 0
    sealed = house.app.store.sealer.seal()
    assert sealed is not None
    assert is_sealed_by(sealed, str(released.vkey))

"""The trail's formats, to the byte: published vectors, canonical JSON and instants."""

import string
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.trail import (
    Json,
    NotCanonical,
    canonical,
    commitment,
    consistency_proof,
    inclusion_proof,
    instant_from_text,
    instant_text,
    leaf_bytes,
    leaf_hash,
    parse,
    root,
    verify_consistency,
    verify_inclusion,
)

NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
TITLE = "c1:659faafcd2668c1b5999ea204aad861d8096ddfbf988147d8e0cc62635d0e9d7"
CHOICE = "c1:7ce9fc9eb12fe58f1133b84ecf4c8ac2309030279b18d9adae294c733f7fb29f"
LEAVES = (
    leaf_bytes(0, NINE, "trail.opened", {"origin": "ccg.example.nhs.uk/trail"}),
    leaf_bytes(
        1,
        NINE + timedelta(seconds=1),
        "decision.opened",
        {"decision": "D-2026-0001", "title": TITLE},
    ),
    leaf_bytes(
        2,
        NINE + timedelta(minutes=5),
        "vote.cast",
        {"practice": "P81001", "decision": "D-2026-0001", "choice": CHOICE},
    ),
)


# --- the published vectors ------------------------------------------------------------------


def test_a_leaf_is_written_to_the_byte_as_published() -> None:
    assert LEAVES[1] == (
        b'{"at":"2026-11-22T09:00:01.000000Z","body":{"decision":"D-2026-0001","title":"'
        + TITLE.encode()
        + b'"},"n":1,"type":"decision.opened","v":1}'
    )


@pytest.mark.parametrize(
    ("n", "published"),
    [
        (0, "7e5b94234fa70d639c87d32e58aa0bb54c79437931af75a55b9d0c2aabe5acf6"),
        (1, "e5c2f1bb61d8d78098866b2795b2d20f2d5a0c70db822d5ec1b5f91bd7710359"),
        (2, "7e7a3d9c49b497175ef0700b01c9f76478790d1cbb2df84e99c6aee1b003ee80"),
    ],
)
def test_a_leaf_hashes_as_published(n: int, published: str) -> None:
    assert leaf_hash(LEAVES[n]).hex() == published


@pytest.mark.parametrize(
    ("size", "published"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "7e5b94234fa70d639c87d32e58aa0bb54c79437931af75a55b9d0c2aabe5acf6"),
        (2, "6de5f0770bf766d6715ff39c242e6a2503595bcec3e4c0304fed96348bfb4a6a"),
        (3, "59d7503f9a0db2d6cbda230056e61eababb8f881ecdfea24b5b22f627555ab67"),
    ],
)
def test_a_root_is_as_published(size: int, published: str) -> None:
    assert root(leaf_hash(leaf) for leaf in LEAVES[:size]).hex() == published


@pytest.mark.parametrize(
    ("value", "salt", "published"),
    [("Café scheme", bytes(32), TITLE), ("yes", b"\x01" * 32, CHOICE)],
)
def test_a_commitment_is_as_published(value: str, salt: bytes, published: str) -> None:
    assert commitment(value, salt) == published


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment("yes", bytes(size))


# --- the eight-leaf tree of Certificate Transparency ----------------------------------------

CT_LEAVES = tuple(
    leaf_hash(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)


@pytest.mark.parametrize(
    ("size", "published"),
    [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_the_roots_of_certificate_transparency_are_ours(size: int, published: str) -> None:
    assert root(CT_LEAVES[:size]).hex() == published


def ct_fetch(level: int, index: int) -> bytes:
    return root(CT_LEAVES[index << level : (index + 1) << level])


@pytest.mark.parametrize(
    ("index", "size", "published"),
    [
        (0, 8, ("96a296d2", "5f083f0a", "6b47aaf2")),
        (5, 8, ("bc1a0643", "ca854ea1", "d37ee418")),
        (2, 3, ("fac54203",)),
        (1, 5, ("6e340b9c", "5f083f0a", "bc1a0643")),
    ],
)
def test_the_audit_paths_of_certificate_transparency_are_ours(
    index: int, size: int, published: tuple[str, ...]
) -> None:
    proof = inclusion_proof(index, size, ct_fetch)
    assert tuple(held.hex()[:8] for held in proof) == published


@pytest.mark.parametrize(
    ("old", "new", "published"),
    [
        (1, 1, ()),
        (1, 8, ("96a296d2", "5f083f0a", "6b47aaf2")),
        (6, 8, ("0ebc5d34", "ca854ea1", "d37ee418")),
        (2, 5, ("5f083f0a", "bc1a0643")),
    ],
)
def test_the_consistency_proofs_of_certificate_transparency_are_ours(
    old: int, new: int, published: tuple[str, ...]
) -> None:
    proof = consistency_proof(old, new, ct_fetch)
    assert tuple(held.hex()[:8] for held in proof) == published


def ct_accepts(*extra: bytes, leaf: bytes = CT_LEAVES[5], index: int = 5) -> bool:
    proof = (*inclusion_proof(5, 8, ct_fetch), *extra)
    return verify_inclusion(leaf, index, 8, proof, root(CT_LEAVES))


def test_a_proof_shows_a_leaf_in_its_place() -> None:
    assert ct_accepts()


def test_a_proof_that_is_too_long_shows_nothing() -> None:
    assert not ct_accepts(bytes(32))


def test_a_proof_shows_nothing_of_another_leaf() -> None:
    assert not ct_accepts(leaf=CT_LEAVES[4])


def test_a_proof_shows_nothing_beyond_the_tree() -> None:
    assert not ct_accepts(index=8)


def test_a_consistency_proof_that_is_too_long_shows_nothing() -> None:
    proof = (*consistency_proof(6, 8, ct_fetch), bytes(32))
    assert not verify_consistency(6, 8, root(CT_LEAVES[:6]), root(CT_LEAVES), proof)


# --- canonical JSON -------------------------------------------------------------------------


def test_keys_are_sorted_at_every_depth() -> None:
    assert canonical({"b": {"d": 1, "c": 2}, "a": 3}) == b'{"a":3,"b":{"c":2,"d":1}}'


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical((1, (True, None))) == b"[1,[true,null]]"


def test_any_mapping_is_written_as_an_object() -> None:
    assert canonical(MappingProxyType({"a": "ü"})) == '{"a":"ü"}'.encode()


def test_the_largest_integers_are_written_in_full() -> None:
    assert canonical([2**53, -(2**53)]) == b"[9007199254740992,-9007199254740992]"


def test_control_characters_are_escaped_as_rfc_8785_has_it() -> None:
    assert canonical('\x00\n"\\/\x7f\u2028') == b'"\\u0000\\n\\"\\\\/\x7f\xe2\x80\xa8"'


DEEP: list[Json] = []
DEEP.append(DEEP)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.0, "value: a float has no canonical form"),
        ({"a": [0, 2**53 + 1]}, r"value\.a\[1\]: the number is beyond 2\*\*53"),
        (-(2**53) - 1, "beyond"),
        ({"name": "Cafe\u0301"}, r"value\.name: the text is not in Unicode normal form C"),
        ("\ud800", "surrogate"),
        ({"é": 1}, "key 'é' is not ASCII"),
        ({1: "a"}, "key 1 is not ASCII text"),
        (NINE, "a datetime has no canonical form"),
        (b"a", "a bytes has no canonical form"),
        ({"a"}, "a set has no canonical form"),
        (DEEP, "nested too deeply"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_name(value: Json, says: str) -> None:
    with pytest.raises(NotCanonical, match=says):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"[1,2] ",
        b"\n1",
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"9007199254740993",
        b'"\\u00e9"',
        b'"\\u000A"',
        b'"\\ud800"',
        b'"\\/"',
        '"Cafe\u0301"'.encode(),
        '{"é":1}'.encode(),
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"",
        b"{",
        b"[" * 100_000,
        b"9" * 5_000,
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(data)


NFC = st.text().map(lambda text: unicodedata.normalize("NFC", text))
KEYS = st.text(string.printable, max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NFC
VALUES = st.recursive(
    SCALARS, lambda held: st.lists(held) | st.dictionaries(KEYS, held), max_leaves=12
)
quickly = settings(database=None, deadline=None)


@quickly
@given(VALUES)
def test_what_is_written_reads_back_the_same(value: Json) -> None:
    assert parse(canonical(value)) == value


@quickly
@given(VALUES, st.integers(min_value=0), st.binary(min_size=1, max_size=2))
def test_bytes_read_back_either_the_same_or_not_at_all(
    value: Json, place: int, noise: bytes
) -> None:
    data = canonical(value)
    place %= len(data)
    changed = data[:place] + noise + data[place + 1 :]
    assert _read_or_refused(changed) in (changed, None)


def _read_or_refused(data: bytes) -> bytes | None:
    try:
        return canonical(parse(data))
    except NotCanonical:
        return None


# --- instants -------------------------------------------------------------------------------


def test_an_instant_is_written_in_utc_with_its_microseconds() -> None:
    summer = datetime(2026, 6, 1, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=1)))

    assert instant_text(summer) == "2026-06-01T09:00:00.000007Z"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        instant_text(datetime(2026, 6, 1, 10))  # noqa: DTZ001 - the fault under test


@quickly
@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_reads_back_the_same(instant: datetime) -> None:
    assert instant_from_text(instant_text(instant)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T09:00:00Z",
        "2026-11-22T09:00:00.000000",
        "2026-11-22T09:00:00.000000+00:00",
        "2026-11-22T10:00:00.000000+01:00",
        "2026-11-22 09:00:00.000000Z",
        "20261122T090000.000000Z",
        "0001-01-01T00:00:00.000000+14:00",
        "2026-02-30T09:00:00.000000Z",
        "now",
    ],
)
def test_an_instant_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        instant_from_text(text)

"""The tree and its proofs, against the definitions of RFC 6962 written out, up to 130 leaves."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import islice, pairwise

import pytest

from engine.trail import (
    EMPTY_ROOT,
    Edge,
    Fetch,
    consistency_path,
    consistency_proof,
    edge_at,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

sweep = pytest.mark.no_cover  # the short tests cover the lines; tracing sweeps takes minutes

SIZES = range(131)
HASHES = tuple(leaf_hash(str(n).encode()) for n in SIZES)


def split(n: int) -> int:
    return max(1 << k for k in range(9) if 1 << k < n)


@cache
def tree_hash(start: int, end: int) -> bytes:
    if end - start == 1:
        return HASHES[start]
    middle = start + split(end - start)
    return sha256(b"\x01" + tree_hash(start, middle) + tree_hash(middle, end)).digest()


def audit_path(leaf: int, start: int, end: int) -> tuple[bytes, ...]:
    if end - start == 1:
        return ()
    middle = start + split(end - start)
    if leaf < middle:
        return (*audit_path(leaf, start, middle), tree_hash(middle, end))
    return (*audit_path(leaf, middle, end), tree_hash(start, middle))


def subproof(old: int, start: int, end: int, *, whole: bool) -> tuple[bytes, ...]:
    if old == end:
        return () if whole else (tree_hash(start, end),)
    middle = start + split(end - start)
    if old <= middle:
        return (*subproof(old, start, middle, whole=whole), tree_hash(middle, end))
    return (*subproof(old, middle, end, whole=False), tree_hash(start, middle))


@pytest.fixture(scope="module", name="nodes")
def grown() -> dict[tuple[int, int], bytes]:
    """The nodes that a trail of 130 leaves has stored, leaves included."""
    nodes = {(0, n): leaf for n, leaf in enumerate(HASHES)}
    edge = Edge()
    for leaf in HASHES:
        edge, completed = edge.append(leaf)
        nodes |= {(node.level, node.index): node.hash for node in completed}
    return nodes


@pytest.fixture(name="fetch")
def fetcher(nodes: dict[tuple[int, int], bytes]) -> Fetch:
    return lambda level, index: nodes[level, index]


def test_every_root_is_the_merkle_tree_hash() -> None:
    edge = Edge()
    for size, leaf in enumerate(HASHES, 1):
        edge, _ = edge.append(leaf)
        assert edge.root() == tree_hash(0, size)


def test_an_empty_tree_has_the_hash_of_nothing_for_a_root() -> None:
    assert Edge().root() == root([]) == EMPTY_ROOT


def test_the_nodes_kept_are_all_complete_subtrees_and_no_others(
    nodes: dict[tuple[int, int], bytes],
) -> None:
    complete = {
        (level, index): tree_hash(index << level, (index + 1) << level)
        for level in range(8)
        for index in range(len(HASHES) >> level)
    }
    assert nodes == complete


def test_an_append_returns_each_node_on_the_leaf_that_completes_it() -> None:
    edge = Edge()
    for leaf in HASHES[:7]:
        edge, _ = edge.append(leaf)

    _, completed = edge.append(HASHES[7])

    assert [(node.level, node.index) for node in completed] == [(1, 3), (2, 1), (3, 0)]


def test_the_edge_at_any_size_is_read_from_stored_nodes(fetch: Fetch) -> None:
    edge = Edge()
    for size in SIZES:
        assert edge_at(size, fetch) == edge
        edge, _ = edge.append(HASHES[size])


@pytest.mark.parametrize(("size", "peaks"), [(3, 1), (4, 2), (0, 1), (-1, 1)])
def test_an_edge_whose_peaks_do_not_fit_its_size_is_refused(size: int, peaks: int) -> None:
    with pytest.raises(ValueError, match="peaks"):
        Edge(size, HASHES[:peaks])


def test_a_node_is_hashed_over_its_prefix_and_both_sides() -> None:
    assert node_hash(b"l", b"r") == sha256(b"\x01lr").digest()


# --- proofs ---------------------------------------------------------------------------------


def every_leaf(largest: int = SIZES[-1]) -> Iterator[tuple[int, int]]:
    return ((index, size) for size in range(largest + 1) for index in range(size))


def every_pair(largest: int = SIZES[-1]) -> Iterator[tuple[int, int]]:
    return ((old, new) for new in range(largest + 1) for old in range(1, new + 1))


@sweep
def test_every_inclusion_proof_is_the_audit_path(fetch: Fetch) -> None:
    for index, size in every_leaf():
        assert inclusion_proof(index, size, fetch) == audit_path(index, 0, size)


@sweep
def test_every_inclusion_proof_is_accepted(fetch: Fetch) -> None:
    for index, size in every_leaf():
        proof = inclusion_proof(index, size, fetch)
        assert verify_inclusion(HASHES[index], index, size, proof, tree_hash(0, size))


@sweep
def test_every_consistency_proof_is_the_subproof(fetch: Fetch) -> None:
    for old, new in every_pair():
        assert consistency_proof(old, new, fetch) == subproof(old, 0, new, whole=True)


def test_every_consistency_proof_is_accepted(fetch: Fetch) -> None:
    for old, new in every_pair():
        proof = consistency_proof(old, new, fetch)
        assert verify_consistency(old, new, tree_hash(0, old), tree_hash(0, new), proof)


OTHER = leaf_hash(b"never in any of these trees")
FORGED_TO = 66  # past a power of two: every shape of tree, in a second


def forgeries(proof: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    """The proof with one hash changed, one missing, one more, two swapped, one cut short."""
    for n, held in enumerate(proof):
        yield (*proof[:n], OTHER, *proof[n + 1 :])
        yield (*proof[:n], *proof[n + 1 :])
        yield (*proof[:n], held[:-1], *proof[n + 1 :])
        yield (*proof[:n], OTHER, *proof[n:])
    for n, (left, right) in enumerate(pairwise(proof)):
        yield (*proof[:n], right, left, *proof[n + 2 :])
    yield (*proof, OTHER)


@sweep
def test_every_forged_inclusion_proof_is_refused(fetch: Fetch) -> None:
    for index, size in every_leaf(FORGED_TO):
        for forged in forgeries(inclusion_proof(index, size, fetch)):
            assert not verify_inclusion(HASHES[index], index, size, forged, tree_hash(0, size))


@sweep
def test_a_proof_for_one_place_is_refused_for_every_other(fetch: Fetch) -> None:
    for index, size in islice(every_leaf(), 0, None, 7):
        proof = inclusion_proof(index, size, fetch)
        others = set(range(-1, size + 1)) - {index}
        assert not any(
            verify_inclusion(HASHES[index], other, size, proof, tree_hash(0, size))
            for other in others
        )


@sweep
def test_a_leaf_that_is_not_there_is_refused(fetch: Fetch) -> None:
    for index, size in every_leaf():
        proof = inclusion_proof(index, size, fetch)
        assert not verify_inclusion(OTHER, index, size, proof, tree_hash(0, size))


@sweep
def test_every_forged_consistency_proof_is_refused(fetch: Fetch) -> None:
    for old, new in every_pair(FORGED_TO):
        roots = tree_hash(0, old), tree_hash(0, new)
        for forged in forgeries(consistency_proof(old, new, fetch)):
            assert not verify_consistency(old, new, *roots, forged)


@sweep
def test_a_consistency_proof_is_refused_for_another_old_root(fetch: Fetch) -> None:
    for old, new in every_pair():
        proof = consistency_proof(old, new, fetch)
        assert not verify_consistency(old, new, OTHER, tree_hash(0, new), proof)


@sweep
def test_a_consistency_proof_is_refused_for_another_new_root(fetch: Fetch) -> None:
    for old, new in every_pair():
        proof = consistency_proof(old, new, fetch)
        assert not verify_consistency(old, new, tree_hash(0, old), OTHER, proof)


def test_a_rewritten_past_cannot_be_proved_consistent(nodes: dict[tuple[int, int], bytes]) -> None:
    rewritten = [OTHER, *HASHES[1:]]
    changed = root(rewritten[:100])
    proof = consistency_proof(50, 100, lambda level, index: nodes[level, index])
    assert not verify_consistency(50, 100, tree_hash(0, 50), changed, proof)


def test_the_empty_tree_is_the_start_of_every_tree(fetch: Fetch) -> None:
    proof = consistency_proof(0, 7, fetch)

    assert verify_consistency(0, 7, EMPTY_ROOT, tree_hash(0, 7), proof)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "proof"),
    [
        (0, 7, OTHER, ()),
        (0, 7, EMPTY_ROOT, (OTHER,)),
        (8, 7, OTHER, ()),
        (-1, 7, EMPTY_ROOT, ()),
        (3, 7, OTHER, ()),
    ],
)
def test_impossible_sizes_prove_nothing(
    old: int, new: int, old_root: bytes, proof: tuple[bytes, ...]
) -> None:
    assert not verify_consistency(old, new, old_root, tree_hash(0, 7), proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (7, 7), (-1, 7)])
def test_no_path_leads_to_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(index, size)


def test_no_path_leads_from_a_larger_tree_to_a_smaller() -> None:
    with pytest.raises(ValueError, match="cannot be the start"):
        consistency_path(8, 7)


@pytest.mark.parametrize("size", [2**20, 2**20 - 1, 2**20 + 1, 999_999])
def test_a_proof_in_a_large_tree_reads_at_most_two_nodes_a_level(size: int) -> None:
    reads: list[tuple[int, int]] = []

    def fetch(level: int, index: int) -> bytes:
        reads.append((level, index))
        return OTHER

    inclusion_proof(0, size, fetch)
    consistency_proof(size // 2 + 1, size, fetch)

    assert len(reads) <= 2 * 2 * size.bit_length()


# --- why a leaf and a node are hashed apart -------------------------------------------------


def naive_root(leaves: Iterable[bytes]) -> bytes:
    """A Merkle root without the prefixes: the tempting way, and a broken one."""
    level = [sha256(leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(left + right).digest() for left, right in pairs]
    return level[0]


TRUE_LEAVES = (b"for", b"against", b"for", b"abstain")


def made_up(hash_of: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """Two leaves that nobody wrote: the joined hashes of the four that were."""
    one, two, three, four = (hash_of(leaf) for leaf in TRUE_LEAVES)
    return one + two, three + four


def test_without_prefixes_two_made_up_leaves_have_the_root_of_four_true_ones() -> None:
    forged = made_up(lambda leaf: sha256(leaf).digest())

    assert naive_root(forged) == naive_root(TRUE_LEAVES)


def test_with_prefixes_no_joined_hashes_pass_for_leaves() -> None:
    forged = made_up(leaf_hash)

    assert root(map(leaf_hash, forged)) != root(map(leaf_hash, TRUE_LEAVES))

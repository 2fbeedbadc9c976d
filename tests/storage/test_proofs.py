"""Inclusion proofs of a real decision's leaves, from the stored nodes of complete subtrees."""

import pytest
from sqlalchemy import event, text

from app.bootstrap import App
from engine.trail import parse, root, verify_inclusion
from storage.proofs import prove_inclusion, read_head, read_leaf, read_leaves


def test_every_leaf_is_proved_under_the_head(history: App) -> None:
    with history.store.database.reading() as reading:
        head = read_head(reading)
        top = bytes.fromhex(head.root)
        unproved = [
            leaf.n
            for leaf in read_leaves(reading)
            if not verify_inclusion(
                leaf.hash, leaf.n, head.size, prove_inclusion(reading, leaf.n, head.size), top
            )
        ]
    assert unproved == []


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
def test_a_leaf_is_proved_under_an_older_head_too(history: App, size: int) -> None:
    with history.store.database.reading() as reading:
        hashes = [leaf.hash for leaf in read_leaves(reading)][:size]
        proof = prove_inclusion(reading, size - 1, size)
    assert verify_inclusion(hashes[-1], size - 1, size, proof, root(hashes))


def test_a_proof_for_one_leaf_does_not_prove_another(history: App) -> None:
    with history.store.database.reading() as reading:
        head = read_head(reading)
        proof = prove_inclusion(reading, 3, head.size)
        other = read_leaf(reading, 4)
    assert not verify_inclusion(other.hash, 3, head.size, proof, bytes.fromhex(head.root))


def test_a_proof_costs_about_log_n_reads(history: App) -> None:
    reads: list[str] = []
    with history.store.database.reading() as reading:
        head = read_head(reading)
        event.listen(reading, "before_cursor_execute", lambda *given: reads.append(given[2]))
        prove_inclusion(reading, 0, head.size)
    assert len(reads) <= 2 * head.size.bit_length()


def test_a_decisions_own_leaves_can_be_read_alone(history: App) -> None:
    with history.store.database.reading() as reading:
        reference = reading.execute(text("SELECT reference FROM decision")).scalar_one()
        own = [parse(leaf.data)["body"]["decision"] for leaf in read_leaves(reading, reference)]
    assert set(own) == {reference}


def test_the_whole_trail_tells_the_decision_in_order(history: App) -> None:
    with history.store.database.reading() as reading:
        kinds = [parse(leaf.data)["type"] for leaf in read_leaves(reading)]
    told = [kind for kind in dict.fromkeys(kinds) if kind not in {"link.issued", "mail.intent"}]
    assert told == [
        "trail.opened",
        "rules.published",
        "calendar.published",
        "roll.frozen",
        "decision.opened",
        "decision.classified",
        "decision.routed",
        "phase.opened",
        "deadline.set",
        "vote.cast",
        "comment.received",
        "vote.changed",
        "vote.rejected",
        "phase.closed",
        "outcome.declared",
    ]


def test_time_never_goes_back_along_the_trail(history: App) -> None:
    with history.store.database.reading() as reading:
        times = [parse(leaf.data)["at"] for leaf in read_leaves(reading)]
    assert times == sorted(times)

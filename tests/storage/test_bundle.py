"""The audit bundle: whole, the same bytes each time, and no more than its reader may see."""

import io
import json
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import App
from app.clock import random_bytes
from engine.disclosure import Role
from engine.events import ClockConfirmed
from engine.notes import read_checkpoint
from engine.refusals import NoSuchDecision
from engine.trail import commitment, leaf_hash, parse, root
from storage.rotation import rotate
from storage.seal import is_sealed_by
from tests.small_body import open_vote
from workflows.bundle import NotAsked, Scope, write_bundle, write_released

COMMITTEE = Scope(Role.COMMITTEE)
PUBLIC = Scope(Role.PUBLIC)
PRACTICE = Scope(Role.PRACTICE, None, "K83001")
SCOPES = {"committee": COMMITTEE, "practice": PRACTICE, "public": PUBLIC}


def packed(app: App, scope: Scope = COMMITTEE) -> bytes:
    out = io.BytesIO()
    write_bundle(app.store, scope, b"# the verifier\n", out)
    return out.getvalue()


def members(bundle: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def lines(bundle: bytes, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in members(bundle)[name].splitlines()]


def commitments(bundle: bytes) -> Mapping[tuple[int, str], str]:
    """Every commitment of the leaves, and of the rolls that leaves freeze, by where it stands."""
    held = members(bundle)
    found: dict[tuple[int, str], str] = {}
    for leaf in map(parse, held["leaves.jsonl"].splitlines()):
        body = leaf["body"]
        found |= {(leaf["n"], k): v for k, v in body.items() if str(v).startswith("c1:")}
        if leaf["type"] == "roll.frozen":
            for line in parse(held[f"roll/{body['digest']}.json"]):
                for person in line["persons"]:
                    place = f"{line['practice']}/{person['person']}/contact"
                    found[leaf["n"], place] = person["contact"]
    return found


def fields(bundle: bytes, name: str) -> set[tuple[object, object]]:
    return {(each["n"], each["field"]) for each in lines(bundle, name)}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_the_same_trail_and_reader_give_the_same_bytes(history: App, scope: Scope) -> None:
    assert packed(history, scope) == packed(history, scope)


def test_a_file_and_a_stream_get_the_same_bytes(history: App) -> None:
    chunks: list[bytes] = []

    class Stream:
        def write(self, data: bytes) -> None:
            chunks.append(data)

    write_bundle(history.store, COMMITTEE, b"# the verifier\n", Stream())
    assert b"".join(chunks) == packed(history)


def test_what_was_written_is_told_as_it_is(history: App) -> None:
    out = io.BytesIO()
    written = write_bundle(history.store, COMMITTEE, b"", out)
    made = out.getvalue()
    assert (written.length, written.sha256) == (len(made), sha256(made).hexdigest())


def test_its_leaves_give_the_root_of_its_checkpoint(history: App) -> None:
    held = members(packed(history))
    sealed = read_checkpoint(held["checkpoint"].decode())
    leaves = held["leaves.jsonl"].splitlines()
    assert (len(leaves), root(map(leaf_hash, leaves))) == (sealed.size, sealed.root)


def test_every_opening_opens_its_commitment(history: App) -> None:
    bundle = packed(history)
    there = commitments(bundle)
    opened = lines(bundle, "openings.jsonl")
    assert opened
    for each in opened:
        stands = there[each["n"], each["field"]]
        assert commitment(each["value"], bytes.fromhex(each["salt"])) == stands


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_every_commitment_is_opened_or_withheld_and_never_both(history: App, scope: Scope) -> None:
    bundle = packed(history, scope)
    shown, kept = fields(bundle, "openings.jsonl"), fields(bundle, "withheld.jsonl")
    assert (shown | kept, shown & kept) == (set(commitments(bundle)), set())


def test_every_file_has_its_digest_for_a_name(history: App) -> None:
    held = members(packed(history))
    files = {name: data for name, data in held.items() if "/" in name}
    assert files
    assert all(
        name == f"{name.split('/')[0]}/{sha256(data).hexdigest()}.json"
        for name, data in files.items()
    )


def test_choices_are_opened_to_the_public_never(history: App) -> None:
    assert "choice" not in {field for _, field in fields(packed(history, PUBLIC), "openings.jsonl")}


def test_no_name_and_no_address_is_in_a_bundle_for_the_public(history: App) -> None:
    with history.store.database.reading() as reading:
        people = reading.exec_driver_sql("SELECT name, email FROM person").all()
    text = packed(history, PUBLIC).decode("utf-8", "replace")
    assert [word for row in people for word in row if word in text] == []


def test_a_decision_that_is_not_there_has_no_bundle(history: App) -> None:
    with pytest.raises(NoSuchDecision):
        packed(history, Scope(Role.COMMITTEE, "D-2099-0001"))


def test_a_practice_that_was_not_asked_has_no_bundle(history: App) -> None:
    with pytest.raises(NotAsked):
        packed(history, Scope(Role.PRACTICE, None, "X99999"))


@pytest.mark.parametrize("key", ["link_key", "signing.key"])
def test_no_secret_is_in_a_bundle(history: App, key: str) -> None:
    secret = (
        history.store.link_key.hex()
        if key == "link_key"
        else history.settings.beside(history.settings.trail.signing_key, key).read_text().strip()
    )
    assert secret.encode() not in packed(history)


def test_a_bundle_up_to_what_was_released_signs_nothing(app: App) -> None:
    sealed = app.store.sealer.seal()
    with app.store.ledger.page() as page:
        page.file(ClockConfirmed())
    out = io.BytesIO()
    write_released(app.store, COMMITTEE, b"", out, app.store.sealer.newest())
    held = members(out.getvalue())
    assert held["checkpoint"].decode() == (sealed.note if sealed else "")
    assert app.store.sealer.newest() == sealed


def test_its_policy_names_the_key_of_its_last_leaf_whatever_this_process_knew(
    app: App, tmp_path: Path
) -> None:
    """Another process has rotated the key since this one was started."""
    rotate(
        app.store.ledger,
        tmp_path / "signing.key",
        app.settings.origin,
        random_bytes,
        lost=False,
    )
    held = members(packed(app))
    sealed = read_checkpoint(held["checkpoint"].decode())
    vkey = held["policy"].decode().split("\n")[0].removeprefix("log ")
    assert is_sealed_by(sealed, vkey)


def test_only_files_that_its_leaves_name_are_in_it(app: App) -> None:
    """A file that was filed after the checkpoint belongs to a later bundle."""
    sealed = app.store.sealer.seal()
    open_vote(app)
    out = io.BytesIO()
    write_released(app.store, COMMITTEE, b"", out, sealed)
    assert [name for name in members(out.getvalue()) if name.startswith("roll/")] == []

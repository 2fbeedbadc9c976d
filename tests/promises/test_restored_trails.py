"""What an auditor finds after a restore; many of them fork no trail and re-send no letter.

QUORATE_TEST_DRILLS says how many restores are drilled: 100 before a release.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.bootstrap import App, build
from app.verifier import verifier_file
from auditor import verify
from engine.disclosure import Role
from engine.notes import footer
from storage.seal import Signer, read_signer
from tests.promises.drills import (
    Dice,
    House,
    forks,
    live_on,
    live_to_the_end,
    sent_twice,
)
from tests.promises.keeping import FIRST, SAID, SECOND, THIRD, erase
from tests.small_body import HandClock, open_vote, send, settings_for
from workflows.bundle import Scope, write_bundle
from workflows.certificate import Certificate, Source, certify
from workflows.certificate_words import summary

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


# --- what an auditor finds ------------------------------------------------------------------------


@dataclass
class Audit:
    """How the verifier ended, and what it said."""

    code: int
    said: dict[str, Any]


def audited(house: House, folder: Path, capsys: pytest.CaptureFixture[str], *letters: str) -> Audit:
    """The bundle for the committee, checked with these letters."""
    bundle = folder / "bundle.zip"
    with bundle.open("wb") as out:
        write_bundle(house.app.store, Scope(Role.COMMITTEE), verifier_file(), out)
    words = [str(bundle), "--json"]
    for n, letter in enumerate(letters):
        (folder / f"{n}.eml").write_bytes(b"Subject: kept\n\n" + letter.encode())
        words += ["--mail", str(folder / f"{n}.eml")]
    capsys.readouterr()
    code = verify.main(words)
    return Audit(code, json.loads(capsys.readouterr().out))


def kept(house: House, at: int) -> str:
    return "\n".join(footer(house.sent[at].footer))


def test_a_restored_trail_is_whole_and_says_that_it_was_restored(
    restored: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = restored.sent[0].footer.size
    released = restored.release()
    assert before <= released.leaf
    for choice in ("for", "against", "for"):
        send(restored.app, reference, SECOND, choice)
        restored.post()

    found = audited(restored, tmp_path, capsys, kept(restored, 0), kept(restored, -1))

    assert (found.code, found.said["faults"]) == (3, [])
    assert any("went on from a backup" in told for told in found.said["unchecked"])


def test_a_certificate_says_that_entries_were_lost(restored: House, reference: str) -> None:
    """A letter that came back in the lost span stands as accepted again."""
    before = summary(certified(restored, reference))
    leaf = restored.release().leaf

    assert "A backup was restored" not in before
    assert f"A backup was restored since (leaf {leaf})" in summary(certified(restored, reference))


def certified(house: House, reference: str) -> Certificate:
    store, now = house.app.store, house.clock.now()
    with store.database.reading() as reading:
        return certify(Source(reading, store.keys, house.app.library, None, now), reference)


def test_a_letter_of_the_lost_span_contradicts_it(
    restored: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = kept(restored, -1)
    restored.release()
    send(restored.app, reference, THIRD)
    send(restored.app, reference, THIRD, "against")

    assert audited(restored, tmp_path, capsys, lost).code == 4


def test_who_was_erased_leaves_a_bundle_without_a_fault(
    house: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    house.post()
    erase(house.app)
    house.post()

    found = audited(house, tmp_path, capsys, kept(house, 0))

    assert found.said["faults"] == []
    assert found.code in {0, 3}


def test_an_opening_that_is_gone_without_a_word_is_a_fault(
    house: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(house.app, reference, FIRST, comment=SAID)
    house.post()
    with house.app.store.database.writing() as writing:
        writing.execute(text("DELETE FROM opening WHERE field = 'text'"))

    assert audited(house, tmp_path, capsys, kept(house, 0)).code == 1


# --- drills ---------------------------------------------------------------------------------------


DRILLS = int(os.environ.get("QUORATE_TEST_DRILLS", "24"))


def drill(seed: int, seeds: Path, folder: Path) -> list[str]:
    """One life with a fire in it; what it did that it should not have."""
    shutil.copytree(seeds, folder)
    settings = settings_for(f"sqlite:///{folder}/quorate.db", folder)
    dice, clock = Dice(seed), HandClock()
    house = House(settings, clock, build(settings, clock))
    reference = open_vote(house.app)
    live_on(house, reference, dice, 1 + dice.below(5))
    parts = house.back_up()
    live_on(house, reference, dice, dice.below(8))
    if dice.below(3) == 0:  # the fire comes after the close
        live_to_the_end(house, reference)
    before = house.leaves()
    house.burn()
    house.restore(parts)
    house.post()
    house.app.desk.sweep()
    house.release()
    live_on(house, reference, dice, dice.below(6))
    live_to_the_end(house, reference)
    after = house.leaves()
    house.app.close()
    return [*sent_twice(house.sent), *forks(house.sent, before, after)]


def run_drills(seeds: Path, folder: Path, number: int) -> Iterator[str]:
    """What so many drills did wrong, one after another, each with its seed."""
    for seed in range(number):
        yield from (f"{seed}: {fault}" for fault in drill(seed, seeds, folder / str(seed)))


def test_restores_send_no_letter_twice_and_fork_no_trail(
    app: App, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app.close()
    assert list(run_drills(tmp_path, tmp_path_factory.mktemp("drills"), DRILLS)) == []


def _old_key(path: Path, origin: str, _random_bytes: object) -> Signer:
    return read_signer(path, origin)


@pytest.mark.parametrize(
    ("fault", "instead", "says"),
    [
        ("workflows.restoring.hold_letters", lambda _connection: 0, "left 2 times"),
        ("workflows.desk.hold_mailings", lambda *_args: None, "left 2 times"),
        ("workflows.restoring.make_ready", _old_key, "signed"),
    ],
)
def test_the_drills_notice_a_restore_that_goes_about_it_wrongly(
    app: App,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    instead: object,
    says: str,
) -> None:
    app.close()
    monkeypatch.setattr(fault, instead)
    found = run_drills(tmp_path, tmp_path_factory.mktemp("drills"), 16)
    assert any(says in fault for fault in found)

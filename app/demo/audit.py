"""How the demo ends: a decision's bundle is checked by the verifier, as the committee would do it.

The verifier is run from its file, by itself, with the letters that the catcher kept. Then once more
on a copy in which one vote was changed and the whole history signed anew.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.demo.house import House
from app.demo.tampering import tamper
from app.verifier import verifier_file
from engine.disclosure import Role
from storage.seal import read_signer
from workflows.bundle import Scope, write_bundle

ENOUGH = 3
"""Practices whose letters the committee asks for."""

PROVED, CONTRADICTED = 0, 4
"""What the verifier says by its exit code: all is proved; a letter contradicts the bundle."""

_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Checked:
    """What the verifier said of one bundle."""

    bundle: Path
    exit: int
    result: str
    checked: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """A bundle as exported, and the copy with another vote in it."""

    reference: str
    folder: Path
    letters: int  # that the verifier was given
    sound: Checked
    tampered: Checked
    leaf: int  # of the vote that was changed


def audit(house: House, reference: str) -> Audit:
    """Export this decision, check it, and check a copy that was tampered with."""
    folder = house.folder / "audit"
    folder.mkdir()
    verifier, bundle, copy = folder / "verify.py", folder / "bundle.zip", folder / "tampered.zip"
    verifier.write_bytes(verifier_file())
    with bundle.open("wb") as out:
        write_bundle(house.app.store, Scope(Role.COMMITTEE, reference), verifier_file(), out)
    where = house.settings.beside(house.settings.trail.signing_key, "signing.key")
    leaf = tamper(bundle, copy, read_signer(where, house.settings.origin))
    letters = _letters(house, reference)
    return Audit(
        reference=reference,
        folder=folder,
        letters=len(letters),
        sound=_check(verifier, bundle, letters),
        tampered=_check(verifier, copy, letters),
        leaf=leaf,
    )


def _letters(house: House, reference: str) -> list[Path]:
    """What a few practices were sent about it, and the newest bulletin to them."""
    chosen = {person.email for person in list(house.cast.people.values())[: 2 * ENOUGH]}
    ours = (each for each in house.catcher.letters if each.recipient in chosen)
    return [each.file for each in ours if each.decision == reference or each.letter == "bulletin"]


def _check(verifier: Path, bundle: Path, letters: Iterable[Path]) -> Checked:
    """Run the verifier by itself: isolated, from its file, as an auditor does."""
    mail = [word for letter in letters for word in ("--mail", str(letter))]
    command = [sys.executable, "-I", str(verifier), str(bundle), "--json", *mail]
    done = subprocess.run(  # noqa: S603 - our own file
        command, capture_output=True, check=False, timeout=_SECONDS, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return Checked(
        bundle, done.returncode, told["result"], tuple(told["checked"]), tuple(told["faults"])
    )

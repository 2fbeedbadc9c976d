"""`quorate trail`: checkpoints, the audit bundle, its check, and the signing key."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, NoReturn

import typer

from app.clock import random_bytes
from app.outputs import require_free
from app.session import opened
from app.terminal import (
    IN_PART,
    ConfigOption,
    ForceOption,
    JsonOption,
    err,
    out,
    reported,
    show_json,
    working,
)
from app.verifier import verifier_file
from auditor import further as further_checks
from auditor import verify as verifier
from engine.disclosure import Role
from engine.errors import Fault, InputFaults
from storage.rotation import kept_key, rotate
from workflows.bundle import NothingReleased, Scope, Written, write_bundle

trail = typer.Typer(help="The trail: sign it, hand it to those who audit, check a bundle.")

RoleOption = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="ROLE",
        help="committee, public, or the ODS code of a practice: each sees what it may.",
    ),
]
MailOption = Annotated[
    list[Path],
    typer.Option("--mail", help="A letter that a practice kept (.eml), or a folder of them."),
]
ReceiptOption = Annotated[
    list[Path], typer.Option("--receipt", help="A receipt that a practice kept (.tlog-proof).")
]


@trail.command("checkpoint")
@reported
def checkpoint(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Release a signed checkpoint over everything recorded so far, and print it."""
    with opened(config) as app:
        sealed = app.store.sealer.seal()
        if sealed is None:
            raise NothingReleased
        vkey, left = app.store.vkey, app.store.sealer.unsigned()
    if as_json:
        show_json(
            {"note": sealed.note, "size": sealed.size, "root": sealed.root.hex(), "vkey": vkey}
        )
        return
    out.print(sealed.note, end="", markup=False, soft_wrap=True)
    if left:
        err.print(f"{left} leaves after it are not signed: the signing key is not on this machine.")
        raise typer.Exit(IN_PART)


@trail.command("export")
@reported
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="The bundle, a .zip.")],
    reference: Annotated[
        str | None,
        typer.Argument(metavar="REF", help="One decision; left out: all.", show_default=False),
    ] = None,
    role: RoleOption = "committee",
    force: ForceOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the audit bundle: everything somebody needs who checks the trail without us.

    The same trail, role and decision give the same bytes. No bundle holds a link or a key. How it
    is checked: docs/how-to/audit-a-decision.md.
    """
    scope = _scope(reference, role)
    with opened(config) as app, working("Writing the bundle …"):
        require_free(output, app.settings, config, force=force)
        written = _written(app.store, scope, output)
    if as_json:
        show_json({"file": str(output), "size": written.length, "sha256": written.sha256})
        return
    out.print(f"{output}: {written.size} leaves, {written.length:,} bytes", markup=False)
    out.print(f"SHA-256 {written.sha256}", markup=False, soft_wrap=True)


def _scope(reference: str | None, role: str) -> Scope:
    if not role.strip():
        says = "--for needs a role: committee, public, or the ODS code of a practice"
        raise InputFaults([Fault("trail export", None, says)])
    if role in (Role.COMMITTEE, Role.PUBLIC):
        return Scope(Role(role), reference)
    return Scope(Role.PRACTICE, reference, role.upper())


def _written(store: object, scope: Scope, output: Path) -> Written:
    """Write beside the file and put it there when it is whole: no half bundle is left."""
    try:
        with NamedTemporaryFile(dir=output.parent, prefix=".bundle-", delete=False) as held:
            try:
                written = write_bundle(store, scope, verifier_file(), held)  # type: ignore[arg-type]
                held.flush()
                os.fsync(held.fileno())
                Path(held.name).replace(output)
            except BaseException:
                with suppress(FileNotFoundError):
                    Path(held.name).unlink()
                raise
    except OSError as error:
        says = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise InputFaults([Fault(str(output), None, says)]) from None
    return written


@trail.command("verify")
def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle, a .zip.")],
    mail: MailOption = [],  # noqa: B006 - typer reads it and changes nothing
    receipt: ReceiptOption = [],  # noqa: B006
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Which keys and witnesses you trust.")
    ] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="A checkpoint that you kept from earlier.")
    ] = None,
    further: Annotated[
        bool,
        typer.Option(
            "--further",
            help="Check also what decides no outcome: the allowance's account, links, reminders.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> NoReturn:
    """Check a bundle: the same as running its verifier, which needs nothing of ours.

    An auditor takes auditor/verify.py from somewhere else than the bundle, and the letters from
    practices; auditor/further.py, laid beside it, has the further checks. Exit codes: 0 all proved,
    1 the bundle contradicts itself, 2 a rule was broken, 3 proved but for what is listed, 4 a
    letter contradicts it, 5 it could not be checked.
    """
    words = [str(bundle)]
    for option, paths in (("--mail", mail), ("--receipt", receipt)):
        words += [word for path in paths for word in (option, str(path))]
    words += ["--policy", str(policy)] if policy else []
    words += ["--since", str(since)] if since else []
    words += ["--json"] if as_json else []
    raise SystemExit((further_checks if further else verifier).main(words))


@trail.command("rotate-key")
@reported
def rotate_key(
    lost: Annotated[
        bool, typer.Option("--lost", help="The old key is lost, so it cannot sign for the new one.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign checkpoints with a new key from now on. The change is a leaf, signed by the old key.

    The old key is kept beside under its ID, as `.old`. Backups made before are restored with it, so
    make a new one now, and destroy the old key when the last of the older ones is gone.
    """
    with opened(config) as app:
        app.store.sealer.seal()
        where = app.settings.beside(app.settings.trail.signing_key, "signing.key")
        was, now = rotate(app.store.ledger, where, app.settings.origin, random_bytes, lost=lost)
        app.store.sealer.seal()
    kept = kept_key(where, was)
    if as_json:
        show_json({"was": was, "vkey": now, "kept": str(kept) if kept.exists() else None})
        return
    out.print(f"Signed by a new key from now on:\n{now}", markup=False, soft_wrap=True)
    if kept.exists():
        says = f"The old key is kept as {kept}: backups made before now are restored with it."
        out.print(says, markup=False, soft_wrap=True)
        out.print("Back up now, and keep the old key for as long as you keep an older backup.")
    err.print("Print the new one in the minutes; restart other processes of this program.")

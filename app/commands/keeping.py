"""`quorate backup`, `restore` and `letters`: copies, and what comes back from them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from app.bootstrap import App, guarded_clock, places
from app.clock import random_bytes
from app.commands.actors import AsOption, actor_of
from app.commands.decisions import ReferenceArgument
from app.outputs import require_not_in_use
from app.session import opened
from app.terminal import (
    ConfigOption,
    JsonOption,
    out,
    read_input,
    reported,
    settings_from,
    show_json,
    working,
)
from engine.errors import Fault, InputFaults, Refused
from engine.footers import read_footers
from engine.notes import Checkpoint
from engine.shares import counted
from storage.copying import NoBackup, Parts, copy_all, prune_keys
from storage.database import sqlite_file
from storage.held_letters import count_held, release_letters
from storage.marks import BACKUP, set_mark
from storage.restoring import Restored, restore_all
from workflows.file_texts import clean
from workflows.instants import instant_json
from workflows.restoring import Loss, Released

letters = typer.Typer(
    help=(
        "Letters: how each reads, and those that wait for a person: parked, or held because a "
        "backup was restored."
    )
)

BULLETINS = "bulletins"
"""What stands for a decision's reference where letters belong to none."""

KindOption = Annotated[
    str | None, typer.Option("--letter", help="Only of this kind, as `letters held` names it.")
]


@reported
def backup(
    file: Annotated[Path, typer.Argument(help="The copy to make, of the database.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Where the keys go. Default: FILE.keys.")
    ] = None,
    no_keys: Annotated[bool, typer.Option("--no-keys", help="Copy no keys.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy database, keys and documents while everything goes on, and check the copy.

    FILE holds the database with its register sealed, FILE.keys the keys, FILE.documents the papers.
    Copies of the keys beside the new one are deleted after `[backup] keys_days`. Signing key, link
    key and checkpoint store are in no copy: keep those apart.
    """
    with opened(config) as app, working("Copying, and checking the copy …"):
        source = sqlite_file(app.settings.storage.url)
        if source is None:
            raise NoBackup(
                "A PostgreSQL database is not copied by this command.",
                "Run `pg_dump --format=custom --file=quorate.dump` on it, and copy the key file "
                f"{places(app.settings).person_keys} and the folder of documents beside it.",
            )
        began, at = perf_counter(), app.clock.now()
        parts = parts_of(file, keys, no_keys=no_keys)
        require_not_in_use(parts, app.settings, config)
        store = app.store
        facts = copy_all(source, store.keys, app.erasure.documents.folder, parts, at, force=force)
        gone = _prune(app, parts)
        with store.database.writing() as writing:
            set_mark(writing, BACKUP, at, str(file))
        value = {
            "files": [str(path) for path in parts],
            "size": facts.size,
            "root": facts.root.hex(),
            "made_at": instant_json(at),
            "seconds": round(perf_counter() - began, 1),
            "keys_deleted": [str(path) for path in gone],
        }
    if as_json:
        show_json(value)
        return
    for path in parts:
        out.print(f"Made {path}", markup=False)
    for path in gone:
        out.print(f"Deleted {path}: copies of keys are not kept for long", markup=False)
    out.print(f"Checked: {facts.size} leaves, root {facts.root.hex()}.", markup=False)


def parts_of(file: Path, keys: Path | None, *, no_keys: bool) -> Parts:
    """The files of a backup, from the name of the first."""
    beside = keys or file.with_name(f"{file.name}.keys")
    return Parts(file, None if no_keys else beside, file.with_name(f"{file.name}.documents"))


def _prune(app: App, parts: Parts) -> list[Path]:
    days = app.settings.backup.keys_days
    if parts.keys is None or not days:
        return []
    before = app.clock.now() - timedelta(days=days)
    return prune_keys(parts.keys.parent, app.store.keys, before)


@reported
def restore(
    file: Annotated[Path | None, typer.Argument(help="The copy of the database.")] = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="The copy of the keys, if the keys themselves are gone."),
    ] = None,
    mail: Annotated[
        list[Path] | None,
        typer.Option("--mail", help="A letter (.eml) that left lately; may be repeated."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Move a database that is there aside.")
    ] = False,
    checkpoints_lost: Annotated[
        bool, typer.Option("--checkpoints-lost", help="The checkpoint store is gone for good.")
    ] = False,
    key_lost: Annotated[
        bool, typer.Option("--key-lost", help="The backup's signing key is gone for good.")
    ] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Release the restored database, as a leaf.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record, sealed.")] = "",
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in place, in quarantine; or, with --confirm, release it.

    In quarantine no letter leaves, no deadline fires, no answer is taken and no checkpoint is
    signed. What is lost is told from the checkpoint store, and from letters given with --mail.
    Accounts do not come back: see `quorate staff add`.
    """
    footers = [each for path in mail or () for each in _footers(path)]
    if confirm == (file is not None):
        says = "name the copy to restore, or say --confirm to release one that is in place"
        raise InputFaults([Fault("restore", None, says)])
    began = perf_counter()
    restored = (
        None
        if file is None
        else _put(
            config, file, keys, force=force, checkpoints_lost=checkpoints_lost, key_lost=key_lost
        )
    )
    with opened(config) as app:
        if restored is not None:
            loss, released = app.restoring.loss(footers), None
        else:
            actor = actor_of(app, as_)
            released = app.restoring.confirm(clean(reason), actor, footers, key_lost=key_lost)
            loss = released.loss
    value = {
        **_loss(loss),
        "restored": None if restored is None else _restored(restored, perf_counter() - began),
        "released": None if released is None else _released(released),
    }
    if as_json:
        show_json(value)
        return
    if restored is not None:
        _tell_restored(value, key_lost=key_lost)
    _tell_loss(loss)
    if released is not None:
        _tell_released(released)


def _put(
    config: Path | None,
    file: Path,
    keys: Path | None,
    *,
    force: bool,
    checkpoints_lost: bool,
    key_lost: bool,
) -> Restored:
    settings = settings_from(config)
    if not file.is_file():
        raise InputFaults([Fault(str(file), None, "no such file")])
    parts = parts_of(file, keys, no_keys=False)
    clock = guarded_clock(settings)
    return restore_all(
        places(settings),
        settings.home / "documents",
        parts,
        random_bytes,
        clock.now(),
        force=force,
        checkpoints_lost=checkpoints_lost,
        key_lost=key_lost,
    )


def _footers(path: Path) -> Iterator[Checkpoint]:
    """The footers in a letter's text, whatever it was encoded in."""
    message = message_from_bytes(read_input(path), _class=EmailMessage, policy=policy.default)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield from read_footers(part.get_content())


def _loss(loss: Loss) -> dict[str, Any]:
    known = loss.known
    return {
        "size": loss.size,
        "last_at": instant_json(loss.last_at) if loss.last_at else None,
        "known": known and {"size": known.size, "root": known.root.hex()},
        "lost": loss.number,
        "lost_from": loss.size if loss.number else None,
        "lost_to": loss.size + loss.number - 1 if loss.number else None,
        "doubtful": loss.doubtful,
    }


def _restored(restored: Restored, seconds: float) -> dict[str, Any]:
    return {
        "made_at": instant_json(restored.facts.made_at),
        "moved_aside": [str(path) for path in restored.aside],
        "people_unreadable": restored.unreadable,
        "accounts_void": restored.accounts,
        "documents": restored.documents,
        "signing_key": restored.signing_key and str(restored.signing_key),
        "seconds": round(seconds, 1),
    }


def _released(released: Released) -> dict[str, Any]:
    return {"leaf": released.leaf, "letters_held": released.held, "vkey": released.vkey}


def _tell_restored(value: dict[str, Any], *, key_lost: bool) -> None:
    told = value["restored"]
    for path in told["moved_aside"]:
        out.print(f"Moved aside: {path}", markup=False)
    out.print(
        f"Restored in {told['seconds']} s from a backup made at {told['made_at']}: "
        f"{value['size']} leaves, {told['documents']} documents.",
        markup=False,
    )
    if told["people_unreadable"]:
        out.print(f"{told['people_unreadable']} people are not in it: their keys are gone.")
    if told["accounts_void"]:
        out.print(
            f"{told['accounts_void']} people could sign in: whoever still may needs "
            "`quorate staff add` again."
        )
    if told["signing_key"]:
        says = f"The signing key was changed after it; in use again is {told['signing_key']}."
        out.print(says, markup=False, soft_wrap=True)
        out.print("If that was changed because it was seen, rotate it again once this is released.")
    out.print("It is in quarantine: no letter leaves, nothing is put on record.", style="bold")
    also = " --key-lost" if key_lost else ""
    out.print(f"When you know what is lost: quorate restore --confirm{also} --reason … --as EMAIL")


def _tell_loss(loss: Loss) -> None:
    if loss.number:
        last = loss.size + loss.number - 1
        out.print(
            f"Lost: leaves {loss.size} to {last} ({loss.number} of them), by the checkpoint that "
            "was released. Letters that told of them cannot be unsent.",
            style="bold red",
        )
    elif loss.doubtful:
        out.print("Nobody can say what is lost: the checkpoint store is gone.", style="bold red")
    else:
        out.print("Lost: nothing that a released checkpoint covers.")
    if loss.last_at is not None:
        out.print(
            f"The last entry here is of {instant_json(loss.last_at)}. What was recorded after it "
            "and told to nobody is lost without a trace: ask practices for their receipts.",
        )


def _tell_released(released: Released) -> None:
    out.print(f"Released by leaf {released.leaf}.", markup=False)
    if released.vkey:
        out.print("From here on another key signs. Tell those who check the trail:")
        out.print(f"  {released.vkey}", markup=False, soft_wrap=True)
    if released.held:
        out.print(f"{released.held} letters are held: see quorate letters held.")
    out.print("Start serve, web and worker again.")


@letters.command("held")
@reported
def held(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the letters that are held, by decision and kind."""
    with opened(config) as app, app.store.database.reading() as reading:
        counts = count_held(reading)
    if as_json:
        show_json(
            [
                {"decision": reference, "letter": letter, "letters": number}
                for (reference, letter), number in counts.items()
            ]
        )
        return
    for (reference, letter), number in counts.items():
        out.print(f"{reference or BULLETINS}  {letter}: {number}", markup=False)
    if not counts:
        out.print("No letters are held.")


@letters.command("release")
@reported
def release(
    reference: ReferenceArgument,
    letter: KindOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a decision's held letters: who got one already gets it twice, under the same ID.

    For letters that belong to no decision REF is `bulletins`.
    """
    with opened(config) as app, app.store.database.writing() as writing:
        number = release_letters(writing, _of(reference), letter)
        _require_any(number, reference)
    if as_json:
        show_json({"released": number})
        return
    out.print(f"Released: {counted(number, 'letters')}; to go with the next tick.")


@letters.command("drop")
@reported
def drop(
    reference: ReferenceArgument,
    letter: KindOption = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record, sealed.")] = "",
    as_: AsOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Never send a decision's held letters. Each has a leaf, which says who dropped it and why.

    For letters that belong to no decision REF is `bulletins`.
    """
    with opened(config) as app:
        actor = actor_of(app, as_)
        with app.store.database.reading() as reading:
            held = count_held(reading)
        _require_any(sum(_meant(held, _of(reference), letter)), reference)
        office, meant = app.office(), _of(reference)
        number = app.desk.drop(
            lambda writing: office.drop(writing, meant, letter), clean(reason), actor
        )
    if as_json:
        show_json({"dropped": number})
        return
    out.print(f"Dropped: {counted(number, 'letters')}, never to be sent.")


class NoneHeld(Refused):
    """There are no such letters among those that are held."""

    remedy = "Look at `quorate letters held`."


def _require_any(number: int, reference: str) -> None:
    if not number:
        raise NoneHeld(f"No such letters are held for {reference!r}.")


def _meant(
    held: Mapping[tuple[str, str], int], reference: str, letter: str | None
) -> Iterator[int]:
    for (decision, kind), number in held.items():
        if decision == reference and letter in {None, kind}:
            yield number


def _of(reference: str) -> str:
    """The decision meant; bulletins belong to none."""
    return "" if reference == BULLETINS else reference

"""`quorate bounces` and `quorate replies`: mail that comes back."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.bootstrap import App
from app.inbound import letterbox_of
from app.session import opened
from app.terminal import (
    ConfigOption,
    JsonOption,
    err,
    leave,
    out,
    read_input,
    reported,
    show_json,
)
from engine.errors import Fault, InputFaults, Refused
from engine.refusals import NoSuchDecision, Quarantined, Unsafe
from notifications.inbound.reading import LARGEST
from notifications.letterbox import NotYet, Received
from storage.database import Trouble
from storage.decisions import list_references
from storage.evidence import ends_of
from storage.heard import told_of
from storage.register import contacts
from storage.replies import Kept, Standing, all_replies, drop_reply, find_reply
from workflows.instants import instant_json

LATER = 75
"""What a mail server takes for "keep it, and try again": EX_TEMPFAIL."""

bounces = typer.Typer(help="Letters that came back, and other reports on letters.")
replies = typer.Typer(help="E-mails that people sent in answer to letters, and nobody confirmed.")

ReplyArgument = Annotated[int, typer.Argument(help="Its number, as `replies list` has it.")]


class NoSuchReply(Refused):
    """No reply has this number: it was confirmed or dropped, or is older than 30 days."""

    remedy = "Look at `quorate replies list`."


class SendersOwn(Refused):
    """This reply waits for its sender, who was asked by letter to confirm it: it is not yours."""

    remedy = "It is deleted after 30 days; `quorate erase person` is for whoever asks for that."


@bounces.command("read")
def read(
    file: Annotated[str, typer.Argument(help="A mail as it came (.eml); - for standard input.")],
    recipient: Annotated[
        list[str] | None,
        typer.Option("--recipient", help="Whom it came to, if its header does not say."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in one mail: a bounce, another report, an answering machine's, or a reply.

    For mail servers that deliver into a command, and for programs that fetch a mailbox:

    - Postfix: a `pipe` transport with `argv=quorate bounces read - --recipient ${recipient}`
    - getmail, fetchmail: name `quorate bounces read -` as the destination

    A mail is about a letter only where it came to an address that this program made for that
    letter. A bounce marks the letter as bounced and is a leaf of the trail; a reply is kept until
    its sender confirms it by link. Anything else changes nothing. The same mail twice does what it
    did once, so a mail may always be given again.

    Ends with 0 once everything is on the disk, with 75 where it could not be written just now: a
    mail server then keeps the mail and tries again. A mail from a pipe is never lost otherwise
    either, be it for a mistake in the configuration: that ends with 75 too.
    """
    try:
        raw = _mail_in(file)
    except InputFaults as why:
        leave(why, as_json=as_json)
    try:
        _take(raw, recipient or (), config, as_json=as_json)
    except (*Trouble, NotYet, Quarantined, Unsafe) as error:
        _put_off(error)
    except (Refused, InputFaults) as why:
        if file == "-":
            _put_off(why)
        leave(why, as_json=as_json)
    except Exception as error:
        if file == "-":  # any other end of a command makes a mail server give the mail up
            _put_off(type(error).__name__)
        raise


def _put_off(why: Exception | str) -> NoReturn:
    words = f"{why.says} {why.help}" if isinstance(why, Refused) else str(why)
    err.print(f"Not now: {words.partition(chr(10))[0]}", markup=False, soft_wrap=True)
    raise typer.Exit(LATER)


def _mail_in(file: str) -> bytes:
    raw = _from_pipe() if file == "-" else read_input(Path(file))
    if not raw.strip():
        raise InputFaults([Fault(file, None, "holds no mail; give one as it came, header first")])
    return raw


def _take(raw: bytes, recipients: Iterable[str], config: Path | None, *, as_json: bool) -> None:
    with opened(config) as app:
        done = letterbox_of(app).receive_from_file(raw, recipients)
    if as_json:
        show_json([asdict(each) for each in done])
        return
    for each in done:
        out.print(_words(each), markup=False, soft_wrap=True)


def _from_pipe() -> bytes:
    """The beginning of a mail. The rest is taken and let go, or the mail server's pipe breaks."""
    raw = sys.stdin.buffer.read(LARGEST)
    while sys.stdin.buffer.read(LARGEST):
        pass
    return raw


def _words(each: Received) -> str:
    code = f" {each.status}" if each.status else ""
    if each.letter is None:
        return f"{each.kind}{code}: {each.did}"
    about = f"{each.name} of {each.decision or 'the trail'}, {each.practice or 'to the body'}"
    return f"{each.kind}{code}: {about}: {each.did}"


@bounces.command("list")
@reported
def listed(
    reference: Annotated[str | None, typer.Argument(help="Only of this decision.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was heard of letters after they had gone, newest first.

    `bounced` is a letter that came back: ring the practice, and correct the address in your file of
    people. `partly` is one that somebody behind a shared address did not get, and others got:
    nothing changes. `delayed` is one that somebody still tries to deliver; `complaint` one that the
    reader's provider reports as unwanted.
    """
    with opened(config) as app, app.store.database.reading() as reading:
        if reference is not None and reference not in list_references(reading):
            raise NoSuchDecision(f"No decision has the reference {reference!r}.")
        told = told_of(reading, reference)
        people = contacts(reading, {each.person for each in told})
        ends = ends_of(reading, app.store.keys, sorted({each.letter for each in told}))
        calendar = app.rulebook.calendar
    value = [
        {
            "kind": each.kind,
            "status": each.status,
            "at": instant_json(each.at),
            "decision": each.decision,
            "letter": each.name,
            "practice": each.practice,
            "email": people[each.person].email if each.person in people else "",
            "went_to": ends[each.letter][-1].address if each.letter in ends else "",
        }
        for each in told
    ]
    if as_json:
        show_json(value)
        return
    for each, row in zip(told, value, strict=True):
        when = calendar.words(each.at)
        about = f"{each.decision} {each.name}: {each.practice} {row['went_to']}"
        out.print(f"{each.kind:10} {each.status:7} {when}  {about}", markup=False, soft_wrap=True)
    if not told:
        out.print("Nothing was heard of any letter.")


@replies.command("list")
@reported
def waiting(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the replies that are kept, oldest first.

    `waiting`: it came from the address of the person whose letter it answers, who was asked to
    confirm it. `stranger`: from another address, so it is nobody's until you have asked. `unclear`:
    a machine may have sent it. None of them is on record; each is deleted after 30 days.
    """
    with opened(config) as app:
        kept = _kept(app)
        calendar = app.rulebook.calendar
    if as_json:
        show_json([_value(each) for each in kept])
        return
    for each in kept:
        sender = each.written.sender if each.written else ""
        about = f"{each.decision} {each.practice} from {sender}"
        when = calendar.words(each.at)
        out.print(f"{each.id:5}  {each.standing:9} {when}  {about}", markup=False, soft_wrap=True)
    if not kept:
        out.print("No reply is kept.")


@replies.command("show")
@reported
def show(reply: ReplyArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show one reply: from whom, and what it says."""
    with opened(config) as app:
        kept = _find(app, reply)
    if as_json:
        show_json(_value(kept))
        return
    for name, words in _value(kept).items():
        if words and name != "text":
            out.print(f"{name:9} {words}", markup=False, soft_wrap=True)
    out.print()
    out.print(kept.written.text if kept.written else "", markup=False, soft_wrap=True)


@replies.command("drop")
@reported
def drop(reply: ReplyArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Forget a reply of a stranger, or of a machine, once you have dealt with it.

    It never was on record. One that waits for its sender's word cannot be dropped.
    """
    with opened(config) as app:
        if _find(app, reply).standing is Standing.WAITING:
            raise SendersOwn
        with app.store.database.writing() as writing:
            drop_reply(writing, reply)
    if as_json:
        show_json({"forgotten": reply})
        return
    out.print(f"Forgotten: reply {reply}.")


def _kept(app: App) -> list[Kept]:
    with app.store.database.reading() as reading:
        return [each for each in all_replies(reading, app.store.keys) if each.written]


def _find(app: App, reply: int) -> Kept:
    with app.store.database.reading() as reading:
        found = find_reply(reading, app.store.keys, reply)
    if found is None or found.written is None or found.standing is Standing.CONFIRMED:
        raise NoSuchReply
    return found


def _value(each: Kept) -> Mapping[str, Any]:
    written = each.written
    return {
        "reply": each.id,
        "standing": str(each.standing),
        "at": instant_json(each.at),
        "decision": each.decision,
        "practice": each.practice,
        "sender": written.sender if written else "",
        "because": written.because if written else "",
        "cut": written.cut if written else False,
        "text": written.text if written else "",
    }

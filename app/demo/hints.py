"""Where to look when the demo is over, and what to try: commands to be typed as they stand."""

import shlex
import sys
from pathlib import Path

from rich.console import Console

from app.demo.told import Told


def hint(told: Told, out: Console, *, serving: bool) -> None:
    """Where to look, and what to try."""
    quorate, elsewhere = program(), shlex.quote(str(told.config))
    out.print("\n[bold]Where to look[/]")
    _command(out, f"cd {shlex.quote(str(told.folder))}")
    _command(out, f"{quorate} decision list")
    _command(out, f"{quorate} decision show {told.open_reference}")
    _command(out, f"{quorate} health")
    audit = told.audit.folder.relative_to(told.folder)
    letters = f"letters/{told.audit.reference}"
    for bundle in (told.audit.sound.bundle, told.audit.tampered.bundle):
        _command(out, f"python3 {audit}/verify.py {audit}/{bundle.name} --mail {letters}")
    if told.letter is not None:
        _command(out, f"less {shlex.quote(str(told.letter.relative_to(told.folder)))}")
    out.print(f"[dim]From anywhere else, add --config {elsewhere}[/]", soft_wrap=True)
    if not told.links:
        return
    out.print(f"\n[bold]{told.open_reference} is still open: vote for one of its practices[/]")
    if not serving:
        _command(out, f"{quorate} serve")
    for name, link in told.links:
        out.print(f"  {name}:", style="dim", markup=False)
        out.print(f"  {link}", style="cyan", markup=False, soft_wrap=True)
    if serving:
        out.print(f"\nThe site is at {told.base_url}. Ctrl-C stops it.", markup=False)
    else:
        out.print("[dim]Receipts wait there for a mail relay: the catcher ends with the demo.[/]")
        again = f"{quorate} demo --serve keeps it, and the site, until Ctrl-C."
        out.print(again, style="dim", markup=False, soft_wrap=True)


def program() -> str:
    """How to call the program from any folder: the command, or the script of a checkout."""
    started = Path(sys.argv[0])
    script = Path(__file__).parents[2] / "run"
    if started.suffix != ".py" or not script.exists():
        return started.name
    return f"{shlex.quote(str(script))} quorate"


def _command(out: Console, words: str) -> None:
    out.print(f"  {words}", markup=False, soft_wrap=True)

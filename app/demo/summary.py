"""The end of the demo, told: a table of what happened, the time it took, and where to look."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from app.demo.diary import REFERENCE, result_words
from app.demo.findings import Ended, Findings

SIX_WEEKS = 6 * 5
"""Working days that a decision took by the old round of members' meetings."""

_NAMES = 10


@dataclass(frozen=True, slots=True)
class Told:
    """All that the summary needs. `links` are those of practices that may still vote, by name."""

    folder: Path
    config: Path
    base_url: str
    practices: int
    people: int
    seconds: float
    found: Findings
    differed: tuple[str, ...]
    open_reference: str
    links: tuple[tuple[str, str], ...]
    letter: Path | None  # one of the letters with such a link


def told_value(told: Told) -> dict[str, Any]:
    """The one document of --json."""
    found, counted, trail = told.found, told.found.counted, told.found.trail
    return {
        "ok": not told.differed,
        "differed": list(told.differed),
        "folder": str(told.folder),
        "config": str(told.config),
        "practices": told.practices,
        "people": told.people,
        "seconds": round(told.seconds, 1),
        "decisions": [_decision_value(each) for each in found.decisions],
        "letters": {**found.letters, "caught": found.caught, "refused": found.refused},
        "reminders": {"sent": counted.reminders, "to_answered": counted.reminders_to_answered},
        "votes": counted.votes,
        "comments": counted.comments,
        "per_second": {
            "letters": _rate(counted.letters, counted.posting),
            "answers": _rate(counted.answers, counted.visiting),
        },
        "trail": {
            "size": trail.size,
            "root": trail.root,
            "recomputed": trail.recomputed,
            "receipt": {"leaf": trail.receipt.leaf, "holds": trail.receipt_holds},
        },
        "open": {
            "reference": told.open_reference,
            "base_url": told.base_url,
            "links": [{"practice": name, "link": link} for name, link in told.links],
        },
    }


def _decision_value(ended: Ended) -> dict[str, Any]:
    kept = ("reference", "title", "level", "route", "ask", "state", "opened_at", "asked")
    return {
        **{key: ended.shown[key] for key in (*kept, "answered", "outcome", "letters")},
        "without_contact": ended.shown["roll"]["without_contact"],
        "working_days": ended.working_days,
        "limit_working_days": ended.limit,
        "extensions": ended.running.extensions,
        "late_vote_status": ended.running.late_status,
    }


def _rate(number: int, seconds: float) -> int:
    return round(number / seconds) if seconds else 0


def tell(told: Told, out: Console) -> None:
    """The table, the turnaround, the checks."""
    out.print()
    out.print(_table(told.found.decisions))
    if any(ended.shown["ask"] for ended in told.found.decisions):
        out.print(
            "[yellow]*[/] [dim]in doubt: the route that gives practices most say was taken[/]"
        )
    out.print("\n[bold]Working days from opening to outcome[/]")
    for ended in told.found.decisions:
        out.print(_turnaround(ended, ascii_only=out.options.ascii_only))
    out.print(
        f"[dim]| is the limit, the end of the line the {SIX_WEEKS} days (six weeks) of the old"
    )
    out.print("[dim]round of members' meetings[/]\n")
    for name, words in _figures(told):
        _line(out, name, words)
    out.print()
    _verdict(told, out)


def _table(decisions: Sequence[Ended]) -> Table:
    table = Table(box=None, padding=(0, 1, 1, 0), pad_edge=False, header_style="bold")
    for name in ("decision", "route", "outcome"):
        table.add_column(name)
    for name in ("answered", "letters"):
        table.add_column(name, justify="right", no_wrap=True)
    for ended in decisions:
        shown = ended.shown
        table.add_row(
            f"[{REFERENCE}]{ended.running.reference}[/]\n{escape(shown['title'])}",
            f"{shown['route']}[yellow]{'*' if shown['ask'] else ''}[/]",
            _outcome(ended),
            f"{shown['answered']} of {shown['asked']}",
            f"{shown['letters']['accepted']:,}",
        )
    return table


def _outcome(ended: Ended) -> str:
    if ended.outcome is None:
        return f"open: {ended.shown['state']}"
    word, style = result_words(ended.outcome["result"])
    said = [f"[{style}]{word.lower()}[/]"]
    if held := ended.outcome["count"]:
        said.append(f"{held['for']} : {held['against']}")
    if ended.running.extensions:
        said.append("[yellow]extended once[/]")
    return "\n".join(said)


def _turnaround(ended: Ended, *, ascii_only: bool) -> Text:
    """A line of thirty working days, one a column."""
    full, rest = "=." if ascii_only else "█·"
    colour = "green" if ended.outcome else "yellow"
    line = Text.assemble((f"{ended.running.reference}  ", REFERENCE))
    for day in range(1, SIX_WEEKS + 1):
        taken = day <= ended.so_far
        line.append(full if taken else rest, colour if taken else "dim")
        if day == ended.limit:
            line.append("|", "bold")
    still = "" if ended.outcome else ", still open"
    return line.append(f"  {ended.so_far} of {ended.limit}{still}")


def _figures(told: Told) -> Iterator[tuple[str, str]]:
    found, counted, trail = told.found, told.found.counted, told.found.trail
    sent, holds = found.letters, "holds" if trail.receipt_holds else "DOES NOT HOLD"
    same = "is the root kept" if trail.root == trail.recomputed else "IS NOT THE ROOT KEPT"
    words = {
        "letters": f"{sent['accepted']:,} accepted by the mail catcher, {sent['failed']} refused "
        f"(550), {sent['skipped']} held back (answered meanwhile); "
        f"{_rate(counted.letters, counted.posting)} a second",
        "reminders": {"sent": counted.reminders, "to_answered": counted.reminders_to_answered},
        "votes": counted.votes,
        "comments": counted.comments,
        "per_second": {
            "letters": _rate(counted.letters, counted.posting),
            "answers": _rate(counted.answers, counted.visiting),
        },
        "trail": {
            "size": trail.size,
            "root": trail.root,
            "recomputed": trail.recomputed,
            "receipt": {"leaf": trail.receipt.leaf, "holds": trail.receipt_holds},
        },
        "open": {
            "reference": told.open_reference,
            "base_url": told.base_url,
            "links": [{"practice": name, "link": link} for name, link in told.links],
        },
    }


def _decision_value(ended: Ended) -> dict[str, Any]:
    kept = ("reference", "title", "level", "route", "ask", "state", "opened_at", "asked")
    return {
        **{key: ended.shown[key] for key in (*kept, "answered", "outcome", "letters")},
        "without_contact": ended.shown["roll"]["without_contact"],
        "working_days": ended.working_days,
        "limit_working_days": ended.limit,
        "extensions": ended.running.extensions,
        "late_vote_status": ended.running.late_status,
    }


def _rate(number: int, seconds: float) -> int:
    return round(number / seconds) if seconds else 0


def tell(told: Told, out: Console) -> None:
    """The table, the turnaround, the checks."""
    out.print()
    out.print(_table(told.found.decisions))
    if any(ended.shown["ask"] for ended in told.found.decisions):
        out.print(
            "[yellow]*[/] [dim]in doubt: the route that gives practices most say was taken[/]"
        )
    out.print("\n[bold]Working days from opening to outcome[/]")
    for ended in told.found.decisions:
        out.print(_turnaround(ended, ascii_only=out.options.ascii_only))
    out.print(
        f"[dim]| is the limit, the end of the line the {SIX_WEEKS} days (six weeks) of the old"
    )
    out.print("[dim]round of members' meetings[/]\n")
    for name, words in _figures(told):
        _line(out, name, words)
    out.print()
    _verdict(told, out)


def _table(decisions: Sequence[Ended]) -> Table:
    table = Table(box=None, padding=(0, 1, 1, 0), pad_edge=False, header_style="bold")
    for name in ("decision", "route", "outcome"):
        table.add_column(name)
    for name in ("answered", "letters"):
        table.add_column(name, justify="right", no_wrap=True)
    for ended in decisions:
        shown = ended.shown
        table.add_row(
            f"[{REFERENCE}]{ended.running.reference}[/]\n{escape(shown['title'])}",
            f"{shown['route']}[yellow]{'*' if shown['ask'] else ''}[/]",
            _outcome(ended),
            f"{shown['answered']} of {shown['asked']}",
            f"{shown['letters']['accepted']:,}",
        )
    return table


def _outcome(ended: Ended) -> str:
    if ended.outcome is None:
        return f"open: {ended.shown['state']}"
    word, style = result_words(ended.outcome["result"])
    said = [f"[{style}]{word.lower()}[/]"]
    if held := ended.outcome["count"]:
        said.append(f"{held['for']} : {held['against']}")
    if ended.running.extensions:
        said.append("[yellow]extended once[/]")
    return "\n".join(said)


def _turnaround(ended: Ended, *, ascii_only: bool) -> Text:
    """A line of thirty working days, one a column."""
    full, rest = "=." if ascii_only else "█·"
    colour = "green" if ended.outcome else "yellow"
    line = Text.assemble((f"{ended.running.reference}  ", REFERENCE))
    for day in range(1, SIX_WEEKS + 1):
        taken = day <= ended.so_far
        line.append(full if taken else rest, colour if taken else "dim")
        if day == ended.limit:
            line.append("|", "bold")
    still = "" if ended.outcome else ", still open"
    return line.append(f"  {ended.so_far} of {ended.limit}{still}")


def _figures(told: Told) -> Iterator[tuple[str, str]]:
    found, counted, trail = told.found, told.found.counted, told.found.trail
    sent, holds = found.letters, "holds" if trail.receipt_holds else "DOES NOT HOLD"
    same = "is the root kept" if trail.root == trail.recomputed else "IS NOT THE ROOT KEPT"
    words = {
        "letters": f"{sent['accepted']:,} accepted by the mail catcher, {sent['failed']} refused "
        f"(550), {sent['skipped']} held back (answered meanwhile); "
        f"{_rate(counted.letters, counted.posting)} a second",
        "reminders": f"{counted.reminders:,} of them, {counted.reminders_to_answered} to a "
        "practice that had answered",
        "answers": f"{counted.votes} votes and {counted.comments} comments over HTTP, each with "
        f"its page read and its receipt seen; {_rate(counted.answers, counted.visiting)} a second",
        "trail": f"{trail.size:,} leaves; the root recomputed from them {same}: {trail.root}",
        "receipt": f"the proof of a practice's vote (leaf {trail.receipt.leaf}, "
        f"{len(trail.receipt.path)} hashes) {holds}",
    }
    yield from words.items()


def _verdict(told: Told, out: Console) -> None:
    took = f"{told.seconds:.0f} seconds"
    if not told.differed:
        out.print(f"[bold green]All came out as it must, in {took}.[/]")
        return
    out.print(f"[bold red]Not all came out as it must, in {took}:[/]")
    for says in told.differed:
        out.print(f"  {says}", markup=False, soft_wrap=True)


def hint(told: Told, out: Console, *, serving: bool) -> None:
    """Where to look, and what to try."""
    quorate, elsewhere = program(), shlex.quote(str(told.config))
    out.print("\n[bold]Where to look[/]")
    _command(out, f"cd {shlex.quote(str(told.folder))}")
    _command(out, f"{quorate} decision list")
    _command(out, f"{quorate} decision show {told.open_reference}")
    _command(out, f"{quorate} health")
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


def _line(out: Console, name: str, words: str) -> None:
    width = min(out.width, 100) - _NAMES - 2
    for line in Text.from_markup(words).wrap(out, width):
        line.rstrip()
        out.print(Text.assemble((f"{name:{_NAMES}}  ", "bold"), line))
        name = ""


def _command(out: Console, words: str) -> None:
    out.print(f"  {words}", markup=False, soft_wrap=True)

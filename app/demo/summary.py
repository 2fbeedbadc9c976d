"""The end of the demo: a table of what happened, the time it took, and what was checked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from app.demo.audit import CONTRADICTED, ENOUGH, PROVED, Audit
from app.demo.diary import REFERENCE, act_words, result_words
from app.demo.findings import Ended
from app.demo.told import Told, rate
from engine.naming import body_words

SIX_WEEKS = 6 * 5
"""Working days that a decision took by the old round of members' meetings."""

_NAMES = 10
_SHORT = {"non_gp_majority_committee": "committee", "urgent_powers": "three people"}
"""Shorter than what they are called elsewhere, for a narrow column."""


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
        "[dim]dark: to the outcome; lighter: to another body's act after it; | the limit; the "
        f"whole line: the {SIX_WEEKS} days (six weeks) of the old round of meetings[/]\n"
    )
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
    """What practices decided, and under it what else was done, each by whom."""
    if ended.result is None:
        return f"open: {ended.shown['state']}"
    word, style = result_words(ended.result)
    said = [f"[{style}]{word.lower()}[/]"]
    if ended.count:
        said[0] += f" {ended.count['for']} : {ended.count['against']}"
    if ended.running.called_in:
        said.insert(0, f"[yellow]called in by {len(ended.running.called_in)}[/]")
    if ended.running.extensions:
        said.append("[yellow]extended once[/]")
    if ended.shown["by_hand"]:
        said.append(f"{ended.shown['by_hand']} votes by hand")
    if ended.shown["challenged"]:
        said.append("[yellow]challenged[/]")
    return "\n".join([*said, *(_act(act) for act in ended.shown["acts"])])


def _act(act: Mapping[str, Any]) -> str:
    who = _SHORT.get(act["body"]) or body_words(act["body"]).removeprefix("the ")
    word, style = act_words(act["result"])
    return f"{who}: [{style}]{word}[/]"


def _turnaround(ended: Ended, *, ascii_only: bool) -> Text:
    """A line of thirty working days, one a column: to the outcome, then to the last act."""
    full, acting, rest = "=-." if ascii_only else "█▒·"
    colour = "green" if ended.outcome else "yellow"
    last = max(ended.acted_after, default=0)
    line = Text.assemble((f"{ended.running.reference}  ", REFERENCE))
    for day in range(1, SIX_WEEKS + 1):
        if day <= ended.so_far:
            line.append(full, colour)
        else:
            line.append(*((acting, colour) if day <= last else (rest, "dim")))
        if day == ended.limit:
            line.append("|", "bold")
    still = "" if ended.outcome else ", still open"
    acted = f", {act_words(ended.acts[-1])[0]} after {last}" if last > ended.so_far else ""
    return line.append(f"  {ended.so_far} of {ended.limit}{still}{acted}")


def _figures(told: Told) -> Iterator[tuple[str, str]]:
    found, counted, trail = told.found, told.found.counted, told.found.trail
    sent, holds = found.letters, "holds" if trail.receipt_holds else "DOES NOT HOLD"
    same = "is the root kept" if trail.root == trail.recomputed else "IS NOT THE ROOT KEPT"
    words = {
        "letters": f"{sent['accepted']:,} accepted by the mail catcher, {sent['failed']} refused "
        f"(550), {sent['skipped']} held back (answered meanwhile); "
        f"{rate(counted.letters, counted.posting)} a second",
        "reminders": f"{counted.reminders:,} of them, {counted.reminders_to_answered} to a "
        "practice that had answered",
        "answers": f"{_number(counted.votes, 'vote')}, {_number(counted.comments, 'comment')}, "
        f"{_number(counted.call_ins, 'call-in')} and {_number(counted.challenges, 'challenge')} "
        "over HTTP, each with its page read and its receipt seen; "
        f"{rate(counted.answers, counted.visiting)} a second",
        "trail": f"{trail.size:,} leaves; the root recomputed from them {same}: {trail.root}",
        "receipt": f"the proof of a practice's vote (leaf {trail.receipt.leaf}, "
        f"{len(trail.receipt.path)} hashes) {holds}",
    }
    yield from words.items()
    yield from _audit(told.audit)


def _audit(audit: Audit) -> Iterator[tuple[str, str]]:
    """What the verifier said, of the bundle and of the copy with another vote in it."""
    sound, tampered = audit.sound, audit.tampered
    whole = "proved whole" if sound.exit == PROVED else "NOT PROVED"
    checked = (
        f"the bundle of {audit.reference}, checked by its verifier with {audit.letters} letters "
        f"that {ENOUGH} practices kept: {whole} (exit code {sound.exit}): leaves, votes, count, "
        "deadlines, letters"
    )
    yield "audit", checked
    caught = "caught" if tampered.exit == CONTRADICTED else "NOT CAUGHT"
    bent = (
        f"one vote (leaf {audit.leaf}) is another in a copy, and all that follows was signed anew "
        f"with the real key: {caught} by those letters (exit code {tampered.exit})"
    )
    yield "tampered", bent


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _verdict(told: Told, out: Console) -> None:
    took = f"{told.seconds:.0f} seconds"
    if not told.differed:
        out.print(f"[bold green]All came out as it must, in {took}.[/]")
        return
    out.print(f"[bold red]Not all came out as it must, in {took}:[/]")
    for says in told.differed:
        out.print(f"  {says}", markup=False, soft_wrap=True)


def _line(out: Console, name: str, words: str) -> None:
    width = min(out.width, 100) - _NAMES - 2
    for line in Text.from_markup(words).wrap(out, width):
        line.rstrip()
        out.print(Text.assemble((f"{name:{_NAMES}}  ", "bold"), line))
        name = ""

"""`quorate letters list` and `letters preview`: how letters read, before anybody gets them."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

import typer
from rich.text import Text

from app.letter_previews import Preview, own_previews, sample_previews
from app.outputs import require_free
from app.session import opened
from app.terminal import (
    ConfigOption,
    ForceOption,
    JsonOption,
    out,
    reported,
    settings_from,
    show_json,
)
from engine.errors import Fault, InputFaults, Refused
from notifications.letter_samples import all_samples

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="Such as vote_opened, or vote_opened/manager."),
]


class NoFolder(Refused):
    """The letters cannot be written there."""

    remedy = "Name another folder with --out."


@reported
def list_letters(as_json: JsonOption = False) -> None:
    """List every letter there is, the samples of each, and the subject of the first."""
    value = [_listed(letter, list(samples)) for letter, samples in all_samples().items()]
    if as_json:
        show_json(value)
        return
    for each in value:
        out.print(Text.assemble((each["letter"], "bold"), "  ", ", ".join(each["samples"])))
        out.print(f"  {each['subject']}", style="dim", markup=False, soft_wrap=True)


def _listed(letter: str, samples: list[str]) -> dict[str, Any]:
    (first, *_) = sample_previews(f"{letter}/{samples[0]}")
    return {"letter": letter, "samples": samples, "subject": first.subject}


@reported
def preview(
    name: NameArgument = None,
    reference: Annotated[
        str | None,
        typer.Option("--decision", metavar="REF", help="Its own letters, in place of samples."),
    ] = None,
    practice: Annotated[
        str | None,
        typer.Option("--practice", metavar="CODE", help="As this practice gets them."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write them there, with an index.html."),
    ] = None,
    look: Annotated[bool, typer.Option("--open", help="Show them in the browser.")] = False,
    only_text: Annotated[bool, typer.Option("--text", help="Without the HTML part.")] = False,
    force: ForceOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show letters as their readers would get them. Nothing is sent, and no link opens anything.

    Without --decision these are samples of every letter, or of NAME. With it they are the letters
    that the decision has owed so far, each to its first reader, with the deadline for the calendar.
    """
    if practice and not reference:
        says = "--practice says whose letters of a decision; name that with --decision REF"
        raise InputFaults([Fault("preview", None, says)])
    if reference is None:
        found = sample_previews(name)
    else:
        with opened(config) as app:
            found = own_previews(app, reference, practice, name)
    if folder is not None or look:
        place = folder or Path(mkdtemp(prefix="quorate-letters-"))
        _write(place, found, config, only_text=only_text, force=force)
        if look:
            typer.launch(str(place / "index.html"))
    if as_json:
        show_json([_value(each, only_text=only_text) for each in found])
    elif folder is not None or look:
        out.print(f"{len(found)} letters: {place / 'index.html'}", markup=False, soft_wrap=True)
    else:
        _tell(found)


def _value(each: Preview, *, only_text: bool) -> dict[str, Any]:
    value = {"letter": each.name, "to": each.to, "subject": each.subject, "text": each.text}
    html = {} if only_text else {"html": each.html}
    return {**value, **html, "attached": dict(each.attached)}


def _tell(found: Iterable[Preview]) -> None:
    for each in found:
        out.rule(each.name, characters="-")
        to = f"To: {each.to}\n" if each.to else ""
        attached = "".join(f"Attached: {name}\n" for name in each.attached)
        head = f"{to}Subject: {each.subject}\n{attached}"
        out.print(f"{head}\n{each.text}", markup=False, soft_wrap=True)


def _write(
    place: Path, found: Iterable[Preview], config: Path | None, *, only_text: bool, force: bool
) -> None:
    files: dict[str, str] = {}
    rows = []
    for each in found:
        stem = each.name.replace("/", "-")
        own = {f"{stem}.txt": f"Subject: {each.subject}\n\n{each.text}"}
        own |= {} if only_text else {f"{stem}.html": each.html}
        own |= {f"{stem}-{name}": text for name, text in each.attached.items()}
        files |= own
        rows.append(_row(each, own))
    files["index.html"] = _INDEX.format(rows="\n".join(rows))
    settings = settings_from(config)
    for name in files:
        require_free(place / name, settings, config, force=force)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise NoFolder(f"{place} is no folder to write to: {error.strerror}.") from None


def _row(each: Preview, files: Iterable[str]) -> str:
    links = " ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in files)
    return f"<li><p>{escape(each.subject)}<br>{links}</p></li>"


_INDEX = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Letters</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font-family: sans-serif; margin: 1em; }}
</style>
</head>
<body>
<h1>Letters</h1>
<p>Nothing was sent. No link in these letters opens anything.</p>
<ul>
{rows}
</ul>
</body>
</html>
"""

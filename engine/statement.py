"""The outcome statement of a consultation: four parts, each under its heading, each with words.

A heading stands on a line of its own, in capitals or small letters, with `#` before it or a colon
after it. What stands before the first heading is kept as an introduction; other headings are words
of the part they stand in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.refusals import NeedsStatement

DECIDED = "What we decided"
REASONS = "Reasons"
REJECTED = "Options rejected"
HEARD = "You said, we did"
PARTS = (DECIDED, REASONS, REJECTED, HEARD)

PROMPTS = {
    DECIDED: "[What was decided, and from when, in plain words.]",
    REASONS: "[Why: what was weighed, and what decided it.]",
    REJECTED: "[What else was considered, and why it was not chosen; or that there was nothing.]",
    HEARD: "[What practices said, and what was done about it, or why not.]",
}
"""What the template says where words are due; a prompt that was left standing is not one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the words under it; the introduction has an empty heading."""

    title: str
    text: str


def read_statement(text: str) -> tuple[Part, ...]:
    """The parts that hold words, as written: prompts left standing are taken out.

    A heading that comes twice is one part.
    """
    under: dict[str, list[str]] = {"": []}
    here = ""
    for line in text.splitlines():
        title = _title(line)
        if title is not None:
            here = title
            under.setdefault(here, []).append("")
        elif line.strip() not in _PROMPT_LINES:
            under[here].append(line.rstrip())
    parts = (Part(title, _trimmed(lines)) for title, lines in under.items())
    return tuple(part for part in parts if part.text)


_PROMPT_LINES = frozenset(PROMPTS.values())


def _title(line: str) -> str | None:
    """The part that a line is the heading of."""
    return _BY_WORDS.get(_plain(line.strip().strip("#").rstrip(": ")))


def _plain(words: str) -> str:
    return " ".join(words.casefold().replace(",", " ").split())


_BY_WORDS = {_plain(part): part for part in PARTS}


def _trimmed(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def missing_parts(text: str, *, commented: bool) -> tuple[str, ...]:
    """The parts a statement lacks. Where nobody commented, nothing need be said of comments."""
    held = {part.title for part in read_statement(text)}
    return tuple(part for part in PARTS if part not in held and (commented or part != HEARD))


def require_statement(text: str, *, commented: bool) -> None:
    """Refuse a statement that lacks a part, by `NeedsStatement`, which names it and shows how."""
    lacking = missing_parts(text, commented=commented)
    if not lacking:
        return
    named = ", ".join(f'"{part}"' for part in lacking)
    says = f"The outcome statement has nothing under {named}."
    raise NeedsStatement(says if text.strip() else None, f"{NeedsStatement.remedy}\n\n{template()}")


def completed(text: str, what_changed: str) -> str:
    """The statement; where it lacks "You said, we did", the file's `what_changed` stands in."""
    if not what_changed.strip() or HEARD not in missing_parts(text, commented=True):
        return text
    return f"{text.rstrip()}\n\n{HEARD}\n\n{what_changed.strip()}\n"


def template(heard: Iterable[tuple[str, str]] = ()) -> str:
    """A statement to fill in; `heard` are comments, each with the words it was answered with."""
    said = "\n\n".join(f"You said: {_line(c)}\nWe did: {_line(a)}" for c, a in heard)
    words = {**PROMPTS, **({HEARD: said} if said else {})}
    return "\n\n".join(f"{part}\n\n{words[part]}" for part in PARTS) + "\n"


def _line(text: str) -> str:
    """On one line, so that no line of a comment can be a heading."""
    return " ".join(text.split())

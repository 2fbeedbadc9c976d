"""Documents as their readers meet them: files to save, commands to run, links to follow."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
_FENCED = r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$"
_BLOCK = re.compile(_FENCED, re.MULTILINE | re.DOTALL)
_PARTS = re.compile(rf"^<!-- (?P<aside>.*?) -->$|{_FENCED}", re.MULTILINE | re.DOTALL)
_SAVE = re.compile(r"Save this as `(?P<name>[^`]+)`[^`]*:$")
_COMMAND = "$ "


@dataclass(frozen=True)
class Save:
    """A file that the reader saves."""

    name: str
    text: str


@dataclass(frozen=True)
class Run:
    """A command that the reader types, and what the document says it shows."""

    command: str
    shown: str


@dataclass(frozen=True)
class Aside:
    """A word from the document to its test alone."""

    says: str


def documents() -> list[Path]:
    """Every document of the repository."""
    return sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def steps(text: str) -> Iterator[Save | Run | Aside]:
    """What a reader does, in order."""
    end = 0
    for part in _PARTS.finditer(text):
        before = " ".join(text[end : part.start()].rstrip().rpartition("\n\n")[2].split())
        end = part.end()
        if part["aside"]:
            yield Aside(part["aside"])
        elif part["kind"] == "console":
            yield from _runs(part["body"])
        elif saved := _SAVE.search(before):
            yield Save(saved["name"], part["body"])


def _runs(block: str) -> Iterator[Run]:
    for typed in re.split(rf"^{re.escape(_COMMAND)}", block, flags=re.MULTILINE)[1:]:
        command, _, shown = typed.partition("\n")
        yield Run(command, shown)


def fits(shown: str, output: str) -> bool:
    """Whether the output is what is shown, spaces apart; an ellipsis stands for anything."""
    if not shown.strip():
        return True
    pattern = re.escape(" ".join(shown.split())).replace(r"…", ".*")
    pattern = re.sub(r"(\\ )?\.\*(\\ )?", ".*", pattern)
    return re.fullmatch(pattern, " ".join(output.split()), re.DOTALL) is not None


def exit_code(shown: str) -> int:
    """The code that a command must end with, by what it is shown to say."""
    if told := re.search(r"\(exit code (\d)\)", shown):
        return int(told[1])
    if shown.startswith(("Refused: ", "Something needs a person.")):
        return 1
    return 2 if re.match(r"[\w.-]+:\d+: |[\w.-]+\.toml: ", shown) else 0


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return [block["body"] for block in _BLOCK.finditer(text) if block["kind"] == kind]


def links(text: str) -> Iterator[str]:
    """Every link and picture."""
    plain = _BLOCK.sub("", text)
    yield from re.findall(r"\]\(([^)\s]+)\)", plain)
    yield from re.findall(r'(?:src|href)="([^"]+)"', plain)


def anchors(text: str) -> set[str]:
    """The headings' own addresses, as GitHub makes them."""
    plain = _BLOCK.sub("", text)
    headings = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def spans(text: str) -> list[str]:
    """What stands as code within a line, and every command shown."""
    plain = _BLOCK.sub("", text)
    shown = [step.command for step in steps(text) if isinstance(step, Run)]
    return [*re.findall(r"`([^`\n]+)`", plain), *shown]

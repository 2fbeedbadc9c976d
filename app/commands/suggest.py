"""`quorate suggest`: from a decision's words to facts that a person confirms."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from app.bootstrap import rulebook_of
from app.commands.lines import Line, read_lines
from app.commands.routes import classified, tell_many, tell_one
from app.terminal import (
    ConfigOption,
    JsonOption,
    out,
    plain,
    read_input,
    reported,
    settings_from,
    show_json,
)
from engine.cues import Vocabulary
from engine.errors import Fault, InputFaults
from engine.impact import Table
from engine.suggest import Suggested, Suggestion
from engine.suggest import suggest as find
from workflows.decision_file import read_words
from workflows.vocabulary import SHIPPED, load_vocabulary

Row = tuple[Line, Suggestion]


@reported
def suggest(
    file: Annotated[Path, typer.Argument(help="A decision (.toml), or many (.jsonl).")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest facts from title and summary alone, each with the words that led to it.

    A suggestion only: a person confirms the facts, and `classify` and `decision open` read those.
    `ask` marks where the words are too thin to tell. A .jsonl file whose rows carry labels
    (impact_level, route, label_confidence) is compared with them, in a confusion table.
    """
    table = rulebook_of(settings_from(config)).impact
    vocabulary = load_vocabulary(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    content = read_input(file)
    if file.suffix == ".jsonl":
        rows = read_lines(
            content,
            str(file),
            lambda raw, number: (raw, _suggest_line(raw, str(file), number, vocabulary, table)),
        )
        if as_json:
            show_json([_value(raw, suggestion) for raw, suggestion in rows])
        else:
            tell_many([(raw, suggestion.found) for raw, suggestion in rows])
        return
    title, summary = read_words(content, str(file))
    suggestion = find(title, summary, vocabulary, table)
    if as_json:
        show_json(_value({"title": title}, suggestion))
    else:
        _tell_one({"title": title}, suggestion)


def _suggest_line(
    raw: Line, file: str, number: int, vocabulary: Vocabulary, table: Table
) -> Suggestion:
    title, summary = raw.get("title"), raw.get("summary", "")
    faults = []
    if not isinstance(title, str):
        faults.append(Fault(file, number, '"title" is missing or not a text'))
    if not isinstance(summary, str):
        faults.append(Fault(file, number, '"summary" is not a text'))
    if not isinstance(title, str) or not isinstance(summary, str):
        raise InputFaults(faults)
    return find(title, summary, vocabulary, table)


def _value(raw: Line, suggestion: Suggestion) -> dict[str, Any]:
    facts = suggestion.facts.items()
    return {
        **classified(raw, suggestion.found),
        "facts": {name: {"value": f.value, "words": list(f.words)} for name, f in facts},
        "hints": {name: list(words) for name, words in suggestion.hints.items()},
    }


def _tell_one(raw: Line, suggestion: Suggestion) -> None:
    tell_one(classified(raw, suggestion.found), suggestion.found)
    for name, words in suggestion.hints.items():
        out.print(_quoted(f"  only hinted at: {name}, by ", words), soft_wrap=True)
    says = "A suggestion: confirm each fact, correct it or add to it, in the decision's file."
    out.print(f"\n{says}", soft_wrap=True)
    out.print("\n[facts]", markup=False)
    for name, fact in suggestion.facts.items():
        out.print(_quoted(f"{name} = {_toml(fact)}  # ", fact.words), soft_wrap=True)


def _quoted(before: str, words: tuple[str, ...]) -> Text:
    """The words in quotation marks, highlighted; line breaks in them become spaces."""
    line = Text(before)
    for n, word in enumerate(words):
        line.append(", " if n else "")
        line.append(f"\u201c{plain(' '.join(word.split()))}\u201d", style="bold cyan")
    return line


def _toml(fact: Suggested) -> str:
    """A fact's value as the decision file writes it."""
    if isinstance(fact.value, bool):
        return "true" if fact.value else "false"
    return f'"{fact.value}"' if isinstance(fact.value, str) else str(fact.value)

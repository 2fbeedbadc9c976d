"""How well suggestions from words alone agree with people, and how fast they come.

Rows of `tests/data`: decisions that a person labelled, and decisions made up in five rounds, each
before the vocabulary was changed for it.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from engine.cues import Vocabulary
from engine.impact import Level, Route, Table
from engine.suggest import suggest
from workflows.confusion import Confusion, Label, Pair, confuse
from workflows.impact_rules import SHIPPED as IMPACT
from workflows.impact_rules import load_impact
from workflows.vocabulary import SHIPPED, load_vocabulary

DATA = Path(__file__).parents[1] / "tests" / "data"
ROUNDS = (1, 2, 3, 4, 5)
TIMES = 20

Row = Mapping[str, Any]


@cache
def table() -> Table:
    """The impact table that ships."""
    return load_impact(IMPACT.read_text(encoding="utf-8"), IMPACT.name)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships."""
    return load_vocabulary(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)


@cache
def labelled() -> tuple[Row, ...]:
    """The decisions that a person labelled."""
    return _rows("decisions-labelled.jsonl")


@cache
def made_up() -> tuple[Row, ...]:
    """The decisions made up, with the number of their round and the route they should take."""
    return _rows("decisions-made-up.jsonl")


def _rows(name: str) -> tuple[Row, ...]:
    return tuple(map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines()))


def as_it_ships() -> Confusion:
    """All labelled decisions by the vocabulary that ships, which was written with them at hand."""
    return confuse(_pair(row, vocabulary()) for row in labelled())


@cache
def without_its_own_words() -> Confusion:
    """Each labelled decision by a vocabulary without the expressions that it alone uses.

    Whatever may have been written for one decision is taken away before it is judged; so is what
    was not, so this errs on the dark side.
    """
    used = {row["id"]: set(_expressions(row)) for row in labelled()}
    uses = Counter(each for expressions in used.values() for each in expressions)
    return confuse(
        _pair(row, _without({each for each in used[row["id"]] if uses[each] == 1}))
        for row in labelled()
    )


def made_up_in(number: int) -> Confusion:
    """The decisions of one round; they carry no level."""
    return confuse(_pair(row, vocabulary()) for row in made_up() if row["round"] == number)


def _pair(row: Row, words: Vocabulary) -> Pair:
    label = Label(
        row["id"],
        Level(row.get("impact_level", Level.NONE)),
        Route(row["route"]),
        row.get("label_confidence", "high"),
    )
    return label, suggest(row["title"], row["summary"], words, table()).found


def _expressions(row: Row) -> Iterator[str]:
    for text in (row["title"], row["summary"]):
        for found in vocabulary().lexicon.find(text):
            yield from found.expressions


def _without(expressions: set[str]) -> Vocabulary:
    whole = vocabulary()
    families = {
        name: tuple(each for each in held if each not in expressions)
        for name, held in whole.families.items()
    }
    return Vocabulary(families, whole.cues, whole.questions)


def run() -> None:
    """Print how far they agree, and how long a suggestion takes."""
    print("| suggestions from words | route right | a person asked | left out, nobody asked |")
    print("|---|---|---|---|")
    for name, found in (
        ("labelled decisions", as_it_ships()),
        ("each without its own words", without_its_own_words()),
        *((f"made up, round {n}", made_up_in(n)) for n in ROUNDS),
    ):
        print(f"| {name} | {found.route_right} | {found.asked} | {len(found.under_involved)} |")
    start = time.perf_counter()
    for _ in range(TIMES):
        as_it_ships()
    spent = (time.perf_counter() - start) / (TIMES * len(labelled()))
    print(f"\nA suggestion takes {spent * 1_000_000:.0f} microseconds.\n")

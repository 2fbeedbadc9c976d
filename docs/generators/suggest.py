"""docs/reference/suggest.md, from the vocabulary that ships and the figures it reaches."""

from collections.abc import Iterator

from bench.words import ROUNDS, as_it_ships, made_up_in, vocabulary, without_its_own_words
from docs.generators.markdown import code, codes, page, table
from engine.cues import Cue, Vocabulary
from workflows.confusion import Confusion, describe
from workflows.vocabulary import HIDING

_HEAD = """\
`quorate suggest FILE` reads a decision's title and summary, and nothing else, and suggests
[facts](rules.md#facts): each with the words that led to it, and the level and route that the
[rules of impact](rules.md) would then give. It is a suggestion only. A person confirms the facts,
and the decision is opened on those; nothing is ever decided by its words.

The vocabulary, `workflows/suggest.toml`, explains itself at its head. Families of expressions (for
instance, all that says that something closes) make cues; a cue suggests a fact where one sentence,
the title counted in, uses a word of each of its families. A cue *says* a fact or *hints* at it. Two
hints in different words say it together. Where nothing is said outright, what is hinted at is the
best guess. Numbers of practices and sums of money are read as they stand.

`ask` is true where the words are too thin to tell:

- no fact is found, or only hints;
- a fact that is only hinted at would give practices or a committee more say;
- practices or a committee would have more say but for one single fact;
- the rules of impact themselves ask."""

_MEASURED = """\
By words alone, against labels that people gave; the rows are in `tests/data`. `./run bench words`
prints the same. These are computed when this page is written:"""

_HONEST = """\
The first row says little about decisions that nobody has seen: the vocabulary was in the end
written with all of these decisions at hand. The second judges each decision without the expressions
that no other labelled decision uses. That is harsher than life, as general words go with those that
may have been written for the one decision; and kinder, as the families and cues were formed with
all decisions at hand. The decisions made up are short, and by the same hand as the vocabulary.

What a first reading of unseen decisions gave was measured as the vocabulary grew, before it was
changed for them, and cannot be computed again. The halves are by a hash of the decision's `id`."""

_BLIND: tuple[tuple[str, str, str, str], ...] = (
    ("first draft, on the 62 decisions read for it", "58 of 62", "10 of 62", "0"),
    ("first draft, on the other 52", "35 of 52", "20 of 52", "4"),
    ("second draft, on the 30 of these still unread", "20 of 30", "17 of 30", "0"),
    ("third draft, on the same 30", "21 of 30", "15 of 30", "0"),
    ("made up, round 1, at first sight", "39 of 55", "22 of 55", "0"),
    ("made up, round 2, at first sight", "34 of 46", "20 of 46", "0"),
    ("made up, round 3, at first sight", "25 of 34", "14 of 34", "1"),
    ("made up, round 4, at first sight", "24 of 30", "13 of 30", "0"),
    ("made up, round 5, at first sight", "29 of 36", "12 of 36", "1"),
)

_EXPECT = """\
So expect of new decisions that about three routes in four are right, and that a person is asked
about one in three, of very short texts more. *Left out* counts decisions that belong to practices
or to a committee and came out lower without a question: none of those that the tests hold, and two
of the 201 made up when they were first seen. So the words never replace a person who reads them."""

_TABLE = ("decisions", "route right", "a person asked", "left out, nobody asked")


def suggest() -> str:
    """The page."""
    words = vocabulary()
    facts = dict.fromkeys(cue.fact for cue in words.cues)
    return page(
        "Facts suggested from words",
        _HEAD,
        "## How far it agrees with people",
        _MEASURED,
        table(_TABLE, _computed()),
        _HONEST,
        table(_TABLE, _BLIND),
        _EXPECT,
        "All labelled decisions, by the vocabulary that ships:",
        describe(as_it_ships()).rstrip(),
        "## Cues",
        "A row fires where one sentence uses a word of every family named.",
        *(_cues(fact, words) for fact in facts),
        "## Families",
        "A word that ends in `*` stands for all that begin so. The longest expression wins; "
        f"what lies inside it counts for nothing else, and {code(HIDING)} is there for that alone.",
        table(
            ("family", "expressions"),
            ((code(name), ", ".join(held)) for name, held in words.families.items()),
        ).replace("*", "\\*"),
    )


def _computed() -> Iterator[tuple[object, ...]]:
    yield _row("labelled", as_it_ships())
    yield _row("labelled, each without its own words", without_its_own_words())
    for number in ROUNDS:
        yield _row(f"made up, round {number}", made_up_in(number))


def _row(name: str, found: Confusion) -> tuple[object, ...]:
    return name, found.route_right, found.asked, len(found.under_involved)


def _cues(fact: str, words: Vocabulary) -> str:
    question = words.questions.get(fact, "Read from numbers in the words, or else:")
    rows = (_cue(cue) for cue in words.cues if cue.fact == fact)
    return f"### {fact}\n\n{question}\n\n{table(('', 'families', 'unless the text uses'), rows)}"


def _cue(cue: Cue) -> tuple[str, str, str]:
    kind = "hints" if cue.hint else "says" if cue.value is True else f"says {cue.value}"
    return kind, " + ".join(map(code, cue.words)), codes(cue.unless)

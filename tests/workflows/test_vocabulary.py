"""Reading a vocabulary's file: it comes whole, and every fault has its place and remedy."""

import pytest

from engine.errors import Fault, InputFaults
from engine.facts import YES_NO
from workflows.vocabulary import SHIPPED, load_vocabulary

SMALL = "\n".join(
    [
        "[questions]",
        *(f'{fact} = "Is it so?"' for fact in YES_NO),
        "[words]",
        'qof = ["qof", "quality framework*"]',
        'replacing = ["replac*"]',
        'means_something_else = ["qof newsletter"]',
        "[[cues]]",
        'fact = "qof"',
        'words = ["qof"]',
        "[[cues]]",
        'fact = "affects_practice_income"',
        'words = ["qof", "replacing"]',
        "hint = true",
        "[[cues]]",
        'fact = "localities_touched"',
        'words = ["replacing"]',
        'value = "all"',
        "[[cues]]",
        'fact = "practices_affected"',
        'words = ["replacing"]',
        "value = 2",
    ]
)


def faults_in(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InputFaults) as caught:
        load_vocabulary(text, "own.toml")
    return caught.value.faults


def test_a_small_vocabulary_is_read() -> None:
    assert [cue.value for cue in load_vocabulary(SMALL, "own.toml").cues] == [True, True, "all", 2]


def test_the_shipped_vocabulary_is_without_fault() -> None:
    assert load_vocabulary(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name).cues


FAULTS = (
    ("an unknown table", "[words]", "[wrods]", "no such table: 'wrods'; did you mean 'words'?"),
    ("a question left out", 'urgent = "Is it so?"', "", "is missing or not a text"),
    ("a question about no fact", "urgent =", "urgnet =", "did you mean 'urgent'?"),
    ("expressions in no list", '["replac*"]', '"replac*"', "should be a list of expressions"),
    ("no expressions", '["replac*"]', "[]", "should be a list of expressions"),
    ("an expression in capitals", '"replac*"', '"Replac*"', "words in small letters"),
    ("a hyphen", '"replac*"', '"re-plac*"', "hyphens and apostrophes written as spaces"),
    ("a star within a word", '"replac*"', '"re*place"', "only at a word's end"),
    ("a stem too short", '"replac*"', '"re*"', "needs 3 letters or more before a *"),
    ("an expression twice", '"replac*"', '"replac*", "replac*"', "is there twice"),
    ("an unknown fact", 'fact = "qof"', 'fact = "qoff"', "did you mean 'qof'?"),
    ("an unknown family", 'words = ["qof"]', 'words = ["qofs"]', "did you mean 'qof'?"),
    ("no family", 'words = ["qof"]', "words = []", "names no family"),
    ("an unknown key", "hint = true", "hints = true", "did you mean 'hint'?"),
    ("a hint that is neither", "hint = true", 'hint = "yes"', "should be true or false"),
    ("a locality nobody knows", 'value = "all"', 'value = "few"', "no such value: 'few'"),
    ("a number left out", "value = 2", "", "should be a whole number of practices"),
    ("a yes or no with a value", "hint = true", "value = false", "a cue only ever says yes"),
    ("no family for a use", '"qof", "replacing"]', '"qof"]\nunless = ["qof"]', "never fire"),
    ("a family without cue", "means_something_else", "something", "is used by no cue"),
)


@pytest.mark.parametrize("case", FAULTS, ids=[case[0] for case in FAULTS])
def test_a_fault_is_named_with_its_remedy(case: tuple[str, str, str, str]) -> None:
    _, right, wrong, says = case
    assert any(says in fault.says for fault in faults_in(SMALL.replace(right, wrong, 1)))


def test_a_fault_has_file_and_line() -> None:
    text = SMALL.replace('"replac*"', '"Replac*"')
    line = next(n for n, held in enumerate(text.splitlines(), 1) if "Replac*" in held)
    assert str(faults_in(text)[0]).startswith(f"own.toml:{line}: [words] replacing: ")


def test_the_same_cue_twice_is_refused() -> None:
    twice = f'{SMALL}\n[[cues]]\nfact = "qof"\nwords = ["qof"]\n'
    assert "is said of this fact by an earlier cue" in faults_in(twice)[0].says


def test_all_faults_are_told_at_once() -> None:
    text = SMALL.replace("hint = true", "hints = true").replace('"replac*"', '"Replac*"')
    assert len(faults_in(text)) == 2


def test_a_file_that_is_no_toml_is_named_with_its_line() -> None:
    assert faults_in("[words]\nqof = qof\n")[0].line == 2

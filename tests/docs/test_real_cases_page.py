"""The page of thirteen real cases names the tests that tell them."""

import ast
import re

import pytest

from tests.docs.reading import DOCS, ROOT

PAGE = (DOCS / "explanation" / "thirteen-real-cases.md").read_text(encoding="utf-8")
CASES = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
STORIES = sorted((ROOT / "tests" / "stories").glob("test_real_cases*.py"))
PARTS = ("**Then:**", "**Now:**", "**Told by**", "**Read in**")


def names_in(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


def stories_told() -> set[str]:
    """Every test of the stories of real cases."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in STORIES]
    functions = (node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))
    return {each.name for each in functions if each.name.startswith("test_")}


def test_there_are_thirteen_cases_in_order() -> None:
    assert [case.partition(".")[0] for case in CASES] == [str(n) for n in range(1, 14)]


def test_every_test_that_the_page_names_exists() -> None:
    assert names_in(PAGE) - stories_told() == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.partition("\n")[0])
def test_a_case_says_what_happened_then_and_now_and_which_test_tells_it(case: str) -> None:
    assert [part for part in PARTS if part not in case] == []
    assert names_in(case)


def test_no_story_of_a_real_case_is_of_none_on_the_page() -> None:
    """A test's name begins with its case, as those do that the page names."""
    known = {"_".join(name.split("_")[:2]) for name in names_in(PAGE)}

    assert {name for name in stories_told() if "_".join(name.split("_")[:2]) not in known} == set()

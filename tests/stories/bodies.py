"""Bodies that were never Nene: made-up practices, so many in each area, who vote by area."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.commands import Act
from tests.stories.register import Person, a_register
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, begin

RULES = Path(__file__).parents[1] / "data"
"""Folders of definitions, as bodies of their own would have them."""

AREA = 100
"""No area has more practices than this."""

Areas = Mapping[str, int]
"""How many practices each area has."""

HEADER = "ods_code,name,postcode,ccg_code,ccg_name,locality,list_size"


def practices_of(areas: Areas) -> str:
    """A file of made-up practices, each with 8,000 patients."""
    rows = [
        f"{code},PRACTICE {n} OF {area},NN1 1AA,04G,NHS NENE CCG,{area},8000"
        for area in areas
        for n, code in enumerate(codes_in(areas, area), 1)
    ]
    return "\n".join([HEADER, *rows]) + "\n"


def codes_in(areas: Areas, area: str) -> tuple[str, ...]:
    """The codes of an area's practices."""
    first = 10_000 + AREA * list(areas).index(area)
    return tuple(f"Y{first + n}" for n in range(areas[area]))


@contextmanager
def a_tale_of(home: Path, practices: str, rules: str = "") -> Iterator[Story]:
    """A story of these practices in a new folder, with a body's own rules if a folder is named."""
    everyone = a_register(home, practices)
    with begin(home) as story:
        story.people = everyone
        if rules:
            story.restarts(workflows={"directory": RULES / rules})
        yield story


def all_vote(story: Story, codes: Iterable[str], *, for_: int = 0, against: int = 0) -> Story:
    """The first so many of these practices vote for, the next against; the rest are silent."""
    for code, choice in zip(codes, ["for"] * for_ + ["against"] * against, strict=False):
        story.practice(code).votes(choice)
    return story


def areas_vote(story: Story, areas: Areas, votes: Mapping[str, tuple[int, int]]) -> Story:
    """So many practices of each area vote for, and so many against."""
    for area, (for_, against) in votes.items():
        all_vote(story, codes_in(areas, area), for_=for_, against=against)
    return story


def with_bodies(story: Story, *roles: str) -> Story:
    """People hold these roles of the body, one each."""
    for role in roles:
        story.people["", role] = Person("", f"Pat {role}", f"{role}@ccg.example", role)
    return story.imports_people()


def acts(story: Story, name: str, reason: str = "", **more: object) -> Story:
    """The secretary files what a body did, from its minutes."""
    return story.does(Act(AT_THE_COMMAND_LINE, name, "Minutes, item 4.", reason, **more))  # type: ignore[arg-type]


def sentences(story: Story) -> str:
    """The outcome in words."""
    ended = story.decision.outcome
    assert ended is not None
    return " ".join(ended.sentences)


def areas_agreeing(story: Story, question: str = "") -> Mapping[str, bool]:
    """Whether each area agrees, by the outcome's count; of one question where there are several."""
    ended = story.decision.outcome
    assert ended is not None
    assert ended.count is not None
    count = ended.count["questions"][question] if question else ended.count
    return {area["area"]: area["met"] for area in count["areas"]}

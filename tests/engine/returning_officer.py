"""A count by hand, from the words of the rules, to hold the count of the program against.

The officer cuts each ballot paper into one slip a vote, sorts the slips into piles, strikes out one
for and one against until a pile is empty, and adds up parts of a whole one slip at a time. Nothing
of the product's counting is used, and nothing here is fast.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class Paper:
    """What lies before the officer for one practice; `said` is empty where nothing came."""

    practice: str
    said: str
    area: str = ""
    patients: int | None = None


def votes_of(paper: Paper, weight: Any) -> int:  # noqa: ANN401 - a definition's value
    """One vote each; or the patients led out of the room by the `n`, a vote for each group."""
    if not isinstance(weight, dict):
        return 1
    if paper.patients is None:
        return int(weight.get("blank", 1))
    left, votes = paper.patients, 0
    while left >= weight["patients"]:
        left, votes = left - weight["patients"], votes + 1
    rounding = weight.get("rounding", "half_up")
    if (rounding == "up" and left) or (rounding == "half_up" and left + left >= weight["patients"]):
        votes += 1
    while votes < weight.get("least", 1):
        votes += 1
    while "most" in weight and votes > weight["most"]:
        votes -= 1
    return votes


class Table:
    """The papers of one place, sorted into piles."""

    def __init__(self, papers: list[Paper], weight: Any) -> None:  # noqa: ANN401 - as above
        self.papers = papers
        in_order = sorted(papers, key=lambda paper: paper.said)
        self.piles = {said: list(pile) for said, pile in groupby(in_order, lambda p: p.said)}
        self.weight = weight

    def slips(self, thing: str, *said: str) -> list[str]:
        """A slip for each practice, vote or patient of those who said one of these."""
        papers = [paper for choice in said for paper in self.piles.get(choice, [])]
        return [paper.practice for paper in papers for _ in range(self.number(thing, paper))]

    def number(self, thing: str, paper: Paper) -> int:
        if thing == "practices":
            return 1
        return votes_of(paper, self.weight) if thing == "votes" else paper.patients or 0

    def everybody(self, thing: str) -> list[str]:
        return self.slips(thing, "for", "against", "abstain", "")

    def tie(self) -> bool:
        """Strike out one for and one against, as long as there are both."""
        yes, no = self.slips("votes", "for"), self.slips("votes", "against")
        while yes and no:
            yes.pop()
            no.pop()
        return not yes and not no

    def quorum(self, of: str, percent: int) -> bool:
        thing = {"practices": "practices", "weight": "votes", "patients": "patients"}[of]
        came = self.slips(thing, "for", "against", "abstain")
        return reaches(came, self.everybody(thing), {"at_least_percent": percent})

    def in_favour(self, asked: dict[str, Any]) -> bool:
        of = asked["of"]
        thing = {"practices": "practices", "practices_voting": "practices", "patients": "patients"}
        what = thing.get(of, "votes")
        cast_only = of in {"votes_cast", "practices_voting", "patients"}
        whole = self.slips(what, "for", "against") if cast_only else self.everybody(what)
        return reaches(self.slips(what, "for"), whole, asked)


def reaches(part: list[str], whole: list[str], asked: dict[str, Any]) -> bool:
    """Whether the part is enough of the whole; of nothing, nothing is."""
    if not whole:
        return False
    one = Fraction(1, len(whole))
    share = sum((one for _ in part), Fraction(0))
    if "more_than_percent" in asked:
        return share > Fraction(asked["more_than_percent"], 100)
    return share >= Fraction(asked["at_least_percent"], 100)


def verdict(vote: dict[str, Any], papers: list[Paper]) -> tuple[bool, bool]:
    """Whether there is a quorum, and whether the motion is carried, as the `[vote]` says."""
    weight = vote.get("weight")
    hall = Table(papers, weight)
    asked = vote.get("each_area", {})
    names = sorted({paper.area for paper in papers}) if asked else []
    rooms = [Table([p for p in papers if p.area == name], weight) for name in names]

    quorate = hall.quorum(vote["quorum"]["of"], vote["quorum"]["percent"])
    in_each = asked.get("quorum_percent", 0)
    if in_each and not all(room.quorum(vote["quorum"]["of"], in_each) for room in rooms):
        quorate = False

    if not quorate or hall.tie() or not hall.in_favour(vote["carried"]):
        return quorate, False
    if not all(hall.in_favour(majority) for majority in vote.get("also", [])):
        return quorate, False
    if asked.get("carried"):
        agreed = [not room.tie() and room.in_favour(vote["carried"]) for room in rooms]
        return quorate, all(agreed)
    return quorate, True

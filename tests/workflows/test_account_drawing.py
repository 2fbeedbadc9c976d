"""The picture of an account: everything is in it, and nothing lies on anything else."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from engine.allowance import Account, Allowance, Entry, Pending, QueryRecord
from engine.financial_year import FinancialYear
from engine.per_head import Patients, per_head
from tests.engine.makers import at, calendar
from tests.workflows.pictures import SVG, Rect, texts, whole
from workflows.drawing.account import account_svg
from workflows.drawing.account_places import LEFT, RIGHT, bar_width, bars_of, day_x, scale_of

NENE = Patients(662_888)
MAY = at("9am Monday 4 May 2026")
YEAR = FinancialYear(2026)


def entry(leaf: int, money: int, **changes: object) -> Entry:
    when = MAY + timedelta(days=3 * leaf)
    each = per_head(money, NENE.known)
    drawn = Entry(leaf, f"D-2026-{leaf:04}", "2026/27", money, NENE, each, when)
    return replace(drawn, **changes)  # type: ignore[arg-type]


def account(*entries: Entry, pounds: int = 1_000_000, patients: Patients = NENE) -> Account:
    return Account("2026/27", Allowance("2026/27", pounds, None, patients, MAY), entries)


def drawn(held: Account, title: str = "A commissioning support unit until March") -> str:
    names = [*(e.decision for e in held.entries), *(p.decision for p in held.committed)]
    return account_svg(held, dict.fromkeys(names, title), calendar())


QUERY = QueryRecord(1, 9, "committee", MAY, MAY)
MANY = account(*(entry(n, 20_000 + n) for n in range(1, 25)))
BACK = entry(2, 90_000, reversed_at=at("9am Monday 3 August 2026"), because="lapsed")
WAITING = (Pending("D-2026-0099", 50_000, "deciding"),)
ALL = {
    "nothing yet": account(),
    "one": account(entry(1, 250_000)),
    "many": MANY,
    "overspent": account(entry(1, 600_000), entry(2, 700_000)),
    "a trifle of a large allowance": account(entry(1, 31_000), pounds=12_435_779),
    "given back and queried": account(entry(1, 300_000, queries=(QUERY,)), BACK),
    "committed": replace(account(entry(1, 250_000)), committed=WAITING),
    "without patients": account(entry(1, 9_000, patients=Patients(0)), patients=Patients(0)),
    "in the last days": account(
        *(entry(n, 90_000, at=at("9am Wednesday 31 March 2027")) for n in range(1, 6))
    ),
}
every = pytest.mark.parametrize("held", ALL.values(), ids=ALL)


@every
def test_every_word_lies_within_the_picture(held: Account) -> None:
    picture = drawn(held)
    outside = [each.words for each in words_of(picture) if not whole(picture).holds(each)]

    assert outside == []


@every
def test_no_words_lie_on_other_words(held: Account) -> None:
    found = [(a.words, b.words) for a, b in combinations(words_of(drawn(held)), 2) if a.meets(b)]

    assert found == []


def words_of(picture: str) -> list[Rect]:
    """The words' places, those that end at a point moved before it."""
    held = ET.fromstring(picture).iter(f"{SVG}text")  # noqa: S314 - our own
    moved = []
    for of, place in zip(held, texts(picture), strict=True):
        shift = place.right - place.left if of.get("text-anchor") == "end" else 0
        moved.append(replace(place, left=place.left - shift, right=place.right - shift))
    return moved


@every
def test_a_reader_who_sees_no_picture_is_told_it_in_words(held: Account) -> None:
    root = ET.fromstring(drawn(held))  # noqa: S314 - our own
    title, told = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc") or ""

    assert root.get("role") == "img"
    assert title == "Management allowance 2026/27: what it is used for, for each patient"
    assert told.count("A commissioning support unit until March: £") == len(held.lines)


@every
def test_nothing_is_told_by_a_style(held: Account) -> None:
    """The pages' policy allows attributes and no style."""
    assert "style" not in drawn(held)


@every
def test_each_movement_has_a_number_in_the_picture_and_below_it(held: Account) -> None:
    numbers = [place.words for place in texts(drawn(held)) if place.words.isdecimal()]
    expected = [str(n) for n in range(1, len(held.lines) + 1)]

    assert sorted(number for number in numbers if number != "0") == sorted(2 * expected)


@every
def test_no_bar_lies_on_another_or_outside(held: Account) -> None:
    bars, wide = bars_of(held.lines, YEAR, calendar()), bar_width(len(held.lines))

    assert all(a.x + wide <= b.x for a, b in pairwise(bars))
    assert all(bar.x - wide / 2 >= LEFT and bar.x + wide / 2 <= RIGHT for bar in bars)


def test_a_title_may_hold_anything() -> None:
    picture = drawn(ALL["one"], "<script>alert('&')</script>" * 9)

    assert "<script" not in picture
    assert ET.fromstring(picture) is not None  # noqa: S314 - our own


def test_what_exceeds_the_allowance_is_told_without_colour() -> None:
    root = ET.fromstring(drawn(ALL["overspent"]))  # noqa: S314 - our own
    doubled = [each for each in root.iter(f"{SVG}rect") if each.get("fill") == "none"]

    assert len(doubled) == 1
    assert "OVERSPENT by £300,000" in (root.findtext(f"{SVG}desc") or "")


def test_what_is_queried_is_striped_and_what_is_given_back_is_dashed() -> None:
    picture = drawn(ALL["given back and queried"])

    assert picture.count('fill="url(#queried)"') == 1
    assert picture.count('stroke-dasharray="4 3"') == 2  # the charge, and its way back


def test_a_large_allowance_lies_above_a_break_that_is_told() -> None:
    held = ALL["a trifle of a large allowance"]

    assert scale_of(held, 12_435_779).broken
    assert "(far above: the scale is broken here)" in drawn(held)


def test_an_allowance_that_is_nearly_used_is_to_scale() -> None:
    assert not scale_of(ALL["one"], 1_000_000).broken


def test_days_run_from_april_to_march() -> None:
    first, last = day_x(YEAR, date(2026, 4, 1)), day_x(YEAR, date(2027, 3, 31))

    assert (first, last) == (LEFT, RIGHT)


def test_what_is_given_back_after_the_year_s_end_lies_at_its_end() -> None:
    assert day_x(YEAR, date(2027, 6, 1)) == RIGHT

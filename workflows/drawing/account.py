"""A year's account of the management allowance as an SVG picture that stands alone.

Bars climb from decision to decision towards the line of the allowance. It brings its own light
ground, and nothing in it is told by colour alone: what is given back is dashed, what is queried is
striped, what exceeds the allowance has a double border; each bar has a number, told below.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from itertools import pairwise

from engine.allowance import Account, Allowance, Line, stands_words
from engine.financial_year import FinancialYear, read_year
from engine.per_head import each_words, pounds_words
from engine.working_days import MONTHS, Calendar
from workflows.drawing.account_places import (
    FLOOR,
    GAP,
    LEFT,
    RIGHT,
    THINNEST,
    TOP,
    WIDE,
    Bar,
    Scale,
    bar_width,
    bars_of,
    day_x,
    scale_of,
)
from workflows.drawing.elements import INK, PAPER, line, num, text
from workflows.drawing.measure import LARGE, LINE, SMALL, width

PAD = 24
CHARGED, RULE, LOUD = "#1d70b8", "#aeb7bd", "#942514"
GAUGE, GAUGE_HIGH = 92, 14
"""Where the gauge of the whole year lies: always to scale."""

KEY = FLOOR + 66
"""Where the list of bars begins."""


def account_svg(held: Account, titles: Mapping[str, str], calendar: Calendar) -> str:
    """The picture of an account whose allowance is set."""
    year, allowance = read_year(held.year), held.allowance
    if year is None or allowance is None:
        message = f"there is nothing to draw of {held.year}: no allowance is set"
        raise LookupError(message)
    scale = scale_of(held, allowance.pounds)
    bars = bars_of(held.lines, year, calendar)
    high = KEY + LINE * (len(bars) + 2) + PAD
    return "\n".join(
        (
            *_head(held, titles, high),
            *_gauge(held, allowance),
            *_axes(scale, allowance, year),
            *(part for n, bar in enumerate(bars, 1) for part in _bar(bar, n, scale, held)),
            *_steps(bars, scale),
            *_committed(held, bars, scale),
            *_ceiling(scale, allowance),
            *_key(bars, titles, calendar),
            "</svg>",
            "",
        )
    )


def _head(held: Account, titles: Mapping[str, str], high: int) -> Iterator[str]:
    title = f"Management allowance {held.year}: what it is used for, for each patient"
    said = [f"{titles[line.entry.decision]}: {_sum(line)}." for line in held.lines]
    loud = f' fill="{LOUD}" font-weight="bold"' if held.overspent else ""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high}" '
        f'viewBox="0 0 {WIDE} {high}" role="img" font-family="Arial, Helvetica, sans-serif" '
        f'font-size="{SMALL}" fill="{INK}">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f"<desc>{escape(' '.join((stands_words(held), *said)))}</desc>"
    yield (
        '<defs><pattern id="queried" width="8" height="8" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="8" height="8" fill="{PAPER}"/>'
        f'<rect width="4" height="8" fill="{LOUD}"/></pattern></defs>'
    )
    yield f'<rect width="{WIDE}" height="{high}" rx="8" fill="{PAPER}"/>'
    yield text(PAD, PAD + LARGE, title, f'font-size="{LARGE}" font-weight="bold"')
    yield text(PAD, PAD + LARGE + LINE + 4, stands_words(held), loud.strip())


def _box(x: float, y: float, wide: float, high: float, more: str) -> str:
    return (
        f'<rect x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(max(high, 0))}" {more}/>'
    )


def _gauge(held: Account, allowance: Allowance) -> Iterator[str]:
    """The whole allowance as one bar, and how much of it is charged and committed: to scale."""
    committed = sum(each.money_gbp or 0 for each in held.committed)
    whole = max(allowance.pounds, held.spent + committed)
    each = (RIGHT - LEFT) / whole
    charged, waiting = held.spent * each, committed * each
    yield _box(LEFT, GAUGE, allowance.pounds * each, GAUGE_HIGH, f'fill="#ffffff" stroke="{INK}"')
    yield _box(LEFT, GAUGE, charged, GAUGE_HIGH, f'fill="{CHARGED}"')
    if waiting:
        dashes = f'fill="none" stroke="{INK}" stroke-dasharray="2 2"'
        yield _box(LEFT + charged, GAUGE, waiting, GAUGE_HIGH, dashes)
    if held.overspent:
        over = held.overspent * each
        more = f'fill="{LOUD}" stroke="{INK}" stroke-width="2"'
        yield _box(LEFT + charged - over, GAUGE, over, GAUGE_HIGH, more)
    yield text(PAD, GAUGE + GAUGE_HIGH - 2, "In all")


def _axes(scale: Scale, allowance: Allowance, year: FinancialYear) -> Iterator[str]:
    patients = allowance.patients.known
    for pounds in scale.ticks():
        y = scale.y(pounds)
        yield line(f"M{LEFT} {num(y)}H{RIGHT}", RULE)
        each = each_words(pounds, patients) if patients and pounds else ""
        yield text(LEFT - 8, y + 4, each or "0", 'text-anchor="end"')
        yield text(RIGHT + 8, y + 4, pounds_words(pounds))
    yield text(LEFT - 8, TOP - 14, "Each" if patients else "", 'text-anchor="end"')
    yield text(RIGHT + 8, TOP - 14, "In pounds")
    for n in range(12):
        month = (n + 3) % 12
        first = day_x(year, date(year.first + (month < 3), month + 1, 1))  # noqa: PLR2004 - January to March
        yield line(f"M{num(first)} {FLOOR}V{FLOOR + 6}")
        yield text(first + 4, FLOOR + 20, MONTHS[month][:3])
    yield line(f"M{LEFT} {FLOOR}H{RIGHT}")


def _ceiling(scale: Scale, allowance: Allowance) -> Iterator[str]:
    """The line of the allowance: where it lies, or above a break where it is far away."""
    y = float(TOP) if scale.broken else scale.y(allowance.pounds)
    yield (
        f'<path d="M{LEFT} {num(y)}H{RIGHT}" fill="none" stroke="{INK}" stroke-width="3" '
        'stroke-dasharray="12 5"/>'
    )
    patients = allowance.patients.known
    each = f", {each_words(allowance.pounds, patients)} for each patient" if patients else ""
    far = " (far above: the scale is broken here)" if scale.broken else ""
    words = f"Allowance: {pounds_words(allowance.pounds)}{each}{far}"
    ground = f'stroke="{PAPER}" stroke-width="5" paint-order="stroke"'  # it may lie on a bar
    yield text(LEFT + 8, y - 8, words, f'font-weight="bold" {ground}')
    if scale.broken:
        for side in (LEFT, RIGHT):
            yield line(f"M{side - 8} {TOP + 16}l5 -6l6 8l5 -6")


def _bar(bar: Bar, number: int, scale: Scale, held: Account) -> Iterator[str]:
    wide = bar_width(len(held.lines))
    top, low = scale.y(bar.high), scale.y(bar.low)
    high = max(low - top, THINNEST)
    x = bar.x - wide / 2
    yield _box(x, low - high, wide, high, _look(bar.line))
    over = held.allowance is not None and bar.line.spent > held.allowance.pounds
    if over and bar.line.money_gbp > 0:
        more = f'fill="none" stroke="{LOUD}" stroke-width="2"'
        yield _box(x - 3, low - high - 3, wide + 6, high + 6, more)
    yield text(bar.x, low - high - 7, str(number), 'text-anchor="middle" font-weight="bold"')


def _look(entry_line: Line) -> str:
    if entry_line.money_gbp < 0 or not entry_line.entry.stands:
        return f'fill="{PAPER}" stroke="{INK}" stroke-dasharray="4 3"'
    if any(query.is_open for query in entry_line.entry.queries):
        return f'fill="url(#queried)" stroke="{INK}"'
    return f'fill="{CHARGED}" stroke="{INK}"'


def _steps(bars: tuple[Bar, ...], scale: Scale) -> Iterator[str]:
    """Thin lines from each bar's running total to the next."""
    for bar, after in pairwise(bars):
        half, y = bar_width(len(bars)) / 2, num(scale.y(bar.line.spent))
        yield line(f"M{num(bar.x + half)} {y}H{num(after.x - half)}", RULE)


def _committed(held: Account, bars: tuple[Bar, ...], scale: Scale) -> Iterator[str]:
    """What may be added to it by what is running."""
    waiting = sum(each.money_gbp or 0 for each in held.committed)
    if not waiting:
        return
    wide = bar_width(len(bars))
    top, low = scale.y(held.spent + waiting), scale.y(held.spent)
    x = RIGHT - wide - GAP / 2
    dots = f'fill="{PAPER}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="2 2"'
    yield _box(x, min(top, low - THINNEST), wide, max(low - top, THINNEST), dots)
    yield text(x + wide / 2, min(top, low - THINNEST) - 7, "c", 'text-anchor="middle"')
    y = KEY + LINE * len(bars)
    yield text(PAD, y, "c", 'font-weight="bold"')
    yield text(PAD + 26, y, "Committed by what is running, not approved yet")
    yield text(RIGHT, y, pounds_words(waiting), 'text-anchor="end"')


def _key(bars: tuple[Bar, ...], titles: Mapping[str, str], calendar: Calendar) -> Iterator[str]:
    for n, bar in enumerate(bars, 1):
        y, day = KEY + LINE * (n - 1), calendar.day_of(bar.line.at)
        yield text(PAD, y, str(n), 'font-weight="bold"')
        yield text(PAD + 26, y, f"{day.day} {MONTHS[day.month - 1][:3]}")
        yield text(PAD + 92, y, bar.line.entry.decision)
        yield text(PAD + 206, y, _fitting(titles[bar.line.entry.decision], 400))
        yield text(RIGHT, y, _sum(bar.line), 'text-anchor="end"')
    y = KEY + LINE * (len(bars) + 1)
    words = "Striped: a query is open. Dashed: given back. Double border: above the allowance."
    yield text(PAD, y, words)


def _sum(entry_line: Line) -> str:
    """`£31,000, 4.7p each`, with a minus where it is given back."""
    entry = entry_line.entry
    known = entry.patients.known
    each = f", {each_words(entry.money_gbp, known)} each" if known else ""
    back = " given back" if entry_line.money_gbp < 0 else ""
    return f"{pounds_words(entry.money_gbp)}{each}{back}"


def _fitting(words: str, wide: float) -> str:
    """As much of a title as there is room for."""
    if width(words) <= wide:
        return words
    kept = words
    while kept and width(f"{kept}…") > wide:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"

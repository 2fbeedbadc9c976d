"""docs/reference/rules.md, from the impact table that ships."""

from collections.abc import Iterator

from bench.words import labelled
from docs.generators.markdown import code, codes, page, table
from engine.facts import LOCALITIES, MOST, TOUCHED, YES_NO, read_facts
from engine.impact import (
    Case,
    Check,
    Condition,
    Involvement,
    Level,
    Route,
    Rule,
    Table,
    When,
    classify,
)
from workflows.confusion import Label, Pair, confuse, describe
from workflows.impact_rules import SHIPPED, load_impact

_HEAD = """\
Facts about a decision, given in its file, decide who takes part: `quorate classify FILE` says so
without opening anything. The rules are read top down and the first that fits gives the level and
the route. Every involvement that fits adds who else must take part. Every check that fits asks a
person to look: then the decision is opened on that route, of those in doubt, which gives practices
most say ([why](../decisions/0008-where-a-committee-stands.md)). A fact that is not given counts as
no.

An organisation may have its own table (`[workflows] impact`); the shipped file,
`workflows/impact.toml`, explains itself at its head. A running decision keeps the table it opened
with.

Levels, lowest first: `none`, `low`, `moderate`, `high`, `critical`. Routes, least say first:
`inform`, `consult`, `committee`, `vote`, `vote+supermajority`. Each has its
[workflow](workflows.md); where a body has taken one away, a decision by that route is refused, and
never put on a lower one."""

_AGREES = """\
The decisions of `tests/data/decisions-labelled.jsonl`, by their facts, against the level and route
that a person gave them; counted when this page is written. *Left out* would be a decision that
belongs to practices or to a committee and came out lower without a question: a test holds that at
none."""


def rules() -> str:
    """The page."""
    found = load_impact(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    facts = (
        *((code(name), "true or false") for name in YES_NO),
        (code(TOUCHED), codes(LOCALITIES)),
        *((code(name), f"a whole number up to {most:,}") for name, most in MOST.items()),
    )
    overview = (
        (n, f"[{rule.title}](#{rule.id})", rule.level, rule.route)
        for n, rule in enumerate(found.rules, 1)
    )
    return page(
        "Rules of impact",
        _HEAD,
        "## Facts",
        table(("fact", "values"), facts),
        "## Rules",
        table(("", "kind of decision", "level", "route"), overview),
        *(_rule(rule) for rule in found.rules),
        "## Who else must take part",
        *(_involvement(each) for each in found.involvements),
        "## When a person should look",
        *(_check(check) for check in found.checks),
        "## How far the table agrees with people",
        _AGREES,
        describe(confuse(_labelled(found))).rstrip(),
    )


def _labelled(found: Table) -> Iterator[Pair]:
    for row in labelled():
        level, route = Level(row["impact_level"]), Route(row["route"])
        label = Label(row["id"], level, route, row["label_confidence"])
        yield label, classify(read_facts(row["facts"], "labelled"), found)


def _rule(rule: Rule) -> str:
    return _entry(
        rule,
        ("fits when", _fits(rule.when)),
        ("level, route", f"{rule.level}, {rule.route}"),
        ("also takes part", codes(rule.involve)),
        ("because", rule.because),
        ("please look", _asks(rule)),
        ("source", rule.source),
    )


def _involvement(each: Involvement) -> str:
    return _entry(
        each,
        ("fits when", _fits(each.when)),
        ("takes part", codes(each.involve)),
        ("because", each.because),
        ("source", each.source),
    )


def _check(check: Check) -> str:
    return _entry(check, ("fits when", _fits(check.when)), ("please look", _asks(check)))


def _asks(entry: Rule | Check) -> str:
    doubt = f" It might be {codes(entry.in_doubt)}." if entry.in_doubt else ""
    return entry.ask + doubt if entry.ask else ""


def _entry(entry: Rule | Involvement | Check, *rows: tuple[str, str]) -> str:
    """An entry under a heading by its id, so that links to it hold."""
    held = table(("", ""), [row for row in rows if row[1]])
    return f"### {entry.id}\n\n{entry.title}\n\n{held}"


def _fits(when: When) -> str:
    if when.always:
        return "always: it is the last rule"
    return "; ".join(_parts(when))


def _parts(when: When) -> Iterator[str]:
    if when.when:
        yield _case(when.when)
    if when.any_of:
        yield f"any of: {', or '.join(map(_case, when.any_of))}"
    if when.unless:
        yield f"unless {', or '.join(map(_case, when.unless))}"


def _case(case: Case) -> str:
    return " and ".join(map(_condition, case))


def _condition(condition: Condition) -> str:
    name = code(condition.fact)
    if condition.one_of:
        return f"{name} is {' or '.join(_value(value) for value in condition.one_of)}"
    if condition.stated is not None:
        return f"{name} is {'given' if condition.stated else 'not given'}"
    low = None if condition.at_least is None else f"at least {condition.at_least:,}"
    high = None if condition.at_most is None else f"at most {condition.at_most:,}"
    return f"{name} is {' and '.join(filter(None, (low, high)))}"


def _value(value: bool | str) -> str:  # noqa: FBT001 - a fact's value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"'

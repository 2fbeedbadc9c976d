"""The leaders' monthly letter in words, from the values that were frozen when it was owed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.naming import body_words
from engine.reminding import has_asked
from notifications.compose import House
from notifications.context import Context
from notifications.digests import load_case
from notifications.material import footer_of
from notifications.steps import to_do, what_it_did, who_is_late
from notifications.words import headline
from storage.database import Reading
from storage.decisions import read_paper
from storage.intake.names import spoken_name
from storage.keys import Keys
from storage.library import Library
from storage.mailings import OwedMailing
from storage.register import Contact

_LISTS = ("ended", "running", "unreached", "overdue", "awaits")


@dataclass(frozen=True, slots=True)
class Month:
    """What the letter is written from. Titles and cases are by reference."""

    titles: Mapping[str, str]
    cases: Mapping[str, Case]
    footer: tuple[str, ...]
    people: Mapping[str, Contact] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()


def load_month(reading: Reading, keys: Keys, library: Library, mailing: OwedMailing) -> Month:
    """Load what this mailing's letters need."""
    told = mailing.context
    listed = {each["decision"] for name in _LISTS for each in told[name]}
    named = sorted({*told["opened"], *listed})
    titles = {reference: read_paper(reading, keys, reference).title for reference in named}
    cases = {reference: load_case(reading, keys, library, reference) for reference in listed}
    return Month(titles, cases, footer_of(mailing))


def compose_month(house: House, mailing: OwedMailing, month: Month, reader: Contact) -> Context:
    """The values of one letter to one reader."""
    told = mailing.context
    lost = {each["decision"]: _practices(month, each) for each in told["unreached"]}
    return Context(
        organisation=house.organisation,
        reference="",
        title="",
        contact=house.contact or house.organisation,
        person_name=reader.name,
        owner="those who lead the body",
        period=told["period"],
        numbers=_numbers(month, told),
        opened_then=tuple(f"{ref}: {month.titles[ref]}" for ref in told["opened"]),
        ended_then=tuple(_ended(month, each, lost) for each in told["ended"]),
        running_now=tuple(_running(month, each) for each in told["running"]),
        lost=tuple(
            f"{_named(month, each)}: {lost[each['decision']]}."
            for each in told["running"]
            if each["decision"] in lost
        ),
        late=tuple(_late(month, each) for each in told["overdue"] if _is_there(month, each)),
        awaiting=tuple(_awaits(month, each) for each in told["awaits"] if _is_there(month, each)),
        checkpoint=month.footer,
    )


def _numbers(month: Month, told: Mapping[str, Any]) -> tuple[str, ...]:
    opened, ended = len(told["opened"]), told["ended"]
    said = f"{_counted(opened, 'decision')} opened, {len(ended)} ended in {told['period']}."
    if not ended:
        return (said,)
    kept = sum(each["days"] <= each["limit"] for each in ended)
    days = sorted(each["days"] for each in ended)
    asking = [each for each in ended if has_asked(month.cases[each["decision"]])]
    part = sum(each["answered"] for each in asking), sum(each["asked"] for each in asking)
    answers = f"{part[0]} of {part[1]} answers that were asked for came ({_percent(*part)})."
    return (
        said,
        f"{kept} of {len(ended)} kept to their limit; they took {days[0]} to {days[-1]} working "
        f"days."
        if len(ended) > 1
        else f"It took {_counted(days[0], 'working day')}; the limit is {ended[0]['limit']}.",
        *([answers] if asking else []),
    )


def _percent(part: int, whole: int) -> str:
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else "none"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _named(month: Month, each: Mapping[str, Any]) -> str:
    return f"{each['decision']}: {month.titles[each['decision']]}"


def _ended(month: Month, each: Mapping[str, Any], lost: Mapping[str, str]) -> str:
    """The result, what bodies have done since, the time it took, who answered, who knew nothing."""
    case, late = month.cases[each["decision"]], each["days"] > each["limit"]
    days = _counted(each["days"], "working day")
    said = [
        headline(each["result"]).lower(),
        *(f"{body_words(act.body)} {what_it_did(act.result)}" for act in case.decision.acts),
        f"{days}, {'LATE: ' if late else ''}limit {each['limit']}",
        *_turnout(case, each),
    ]
    if each["decision"] in lost:
        said.append(f"not reached: {lost[each['decision']]}")
    return f"{_named(month, each)}: {'; '.join(said)}."


def _running(month: Month, each: Mapping[str, Any]) -> str:
    case = month.cases[each["decision"]]
    state = case.machinery.workflow.states.get(each["state"])
    stands = (state.title if state else each["state"].replace("_", " ")).rstrip(".")
    said = [f"{stands}, until {_due(case, each)}", *_turnout(case, each)]
    return f"{_named(month, each)}: {'; '.join(said)}."


def _turnout(case: Case, each: Mapping[str, Any]) -> Iterator[str]:
    """How many answered, where they were asked to."""
    if has_asked(case):
        yield f"{each['answered']} of {_counted(each['asked'], 'practice')} answered"


def _practices(month: Month, each: Mapping[str, Any]) -> str:
    lines = month.cases[each["decision"]].roll.by_practice
    return ", ".join(f"{spoken_name(lines[code].name)} ({code})" for code in each["practices"])


def _late(month: Month, each: Mapping[str, Any]) -> str:
    case = month.cases[each["decision"]]
    return f"{_named(month, each)}: {who_is_late(case)} had to {to_do(case)}."


def _awaits(month: Month, each: Mapping[str, Any]) -> str:
    case = month.cases[each["decision"]]
    return f"{_named(month, each)}: {to_do(case)}, by {_due(case, each)}."


def _due(case: Case, each: Mapping[str, Any]) -> str:
    return case.calendar.words(datetime.fromisoformat(each["due_at"]))


def _is_there(month: Month, each: Mapping[str, Any]) -> bool:
    """Whether it still stands where it stood when the letter was owed."""
    return bool(month.cases[each["decision"]].decision.state == each["state"])

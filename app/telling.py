"""Decisions in words and tables, for a secretary at a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from rich.table import Table

from app.acting_words import DOES, usage
from app.terminal import out
from engine.meetings import plain_day
from engine.naming import body_words, role_words, sentence
from engine.shares import counted
from engine.working_days import Calendar

SHOWN_SILENT = 12


def tell_decisions(found: Iterable[Mapping[str, Any]], calendar: Calendar) -> None:
    """Every decision in three lines: which, where it stands and until when, who has answered."""
    told = False
    for each in found:
        told = True
        out.print(f"{each['reference']}  {each['title']}", soft_wrap=True, style="bold")
        out.print(f"  {_stands(each, calendar)}", markup=False, soft_wrap=True)
        answered = f"{each['answered']} of {each['asked']} practices answered"
        if each["quorum"] and each["quorum"]["at_risk"]:
            answered = f"QUORUM AT RISK: {answered}"
        letters = f"letters: {_letters(each['letters'])}"
        out.print(f"  {answered}; {letters}", style="dim", markup=False, soft_wrap=True)
        if each["unreached"]:
            codes = ", ".join(lost["practice"] for lost in each["unreached"])
            out.print(f"  NOT REACHED: {codes}", style="bold red", markup=False, soft_wrap=True)
    if not told:
        out.print("No decision has been opened yet. Open one: quorate decision open FILE.toml")


def _stands(each: Mapping[str, Any], calendar: Calendar) -> str:
    """The state, and until when: what is late is said to be."""
    waiting = [due for due in each["deadlines"] if due["status"] == "waiting"]
    if not waiting:
        return str(each["state_title"])
    return f"{each['state_title']}, until {calendar.words(_instant(waiting[0]['due_at']))}"


def tell_decision(value: Mapping[str, Any], calendar: Calendar) -> None:
    """One decision, whole."""
    out.print(f"{value['reference']}  {value['title']}", style="bold")
    _pairs(_facts(value, calendar))
    for reason in value["reasons"]:
        out.print(f"  because: {reason['because']}", style="dim", soft_wrap=True)
    for request in value.get("requests", ()):
        by = f", {request['by']}" if request["by"] else ""
        says = f"  {request['asked']}, {request['practice']}{by}: {request['text']}"
        out.print(says, markup=False, soft_wrap=True)
    for ask in value["asks"]:
        out.print(f"  please look: {ask}", style="yellow", soft_wrap=True)
    for warning in value["warnings"]:
        if warning not in value["asks"]:
            out.print(f"  please look: {warning}", style="yellow", soft_wrap=True)
    if value["roll"]["without_contact"]:
        codes = ", ".join(value["roll"]["without_contact"])
        out.print(f"  NO CONTACT for {codes}: ring them, and import their people", style="bold red")
    if value.get("unreached"):
        _unreached(value)
    for parked in value.get("parked", ()):
        out.print(f"  THE SWEEP GAVE UP: {parked}", style="bold red", soft_wrap=True)
    _dates(value, calendar)
    _consultation(value)
    _silent(value)
    _acts(value)


def _unreached(value: Mapping[str, Any]) -> None:
    """Undeliverable is not silent: whom to ring, and how to put it on record."""
    codes = ", ".join(each["practice"] for each in value["unreached"])
    out.print(f"  NOT REACHED by any letter or call: {codes}", style="bold red", soft_wrap=True)
    ring = f"  ring them: quorate decision phone-list {value['reference']}"
    out.print(ring, style="red", markup=False, soft_wrap=True)


def _facts(value: Mapping[str, Any], calendar: Calendar) -> list[tuple[str, str]]:
    outcome = value["outcome"]
    rows = [
        ("stands", f"{value['state_title']} ({value['state']})"),
        *_step(value["step"]),
        ("waits for", value["waits_for"]),
        ("level, route", f"{value['level']}, {value['route']} ({value['workflow']})"),
        ("involves", ", ".join(value["involve"]) or "practices only"),
        ("roll", f"{counted(value['asked'], 'practices')}, digest {value['roll']['digest'][:12]}"),
        ("answered", _answered(value)),
        *_quorum(value["quorum"]),
        *_drawn(value["allowance"], calendar),
        *(("meeting", _meeting(meeting)) for meeting in value["meetings"]),
        ("letters", _letters(value["letters"])),
    ]
    if outcome is None:
        rows.append(("expected end", calendar.words(_instant(value["expected_finish"]))))
        rows.append(("latest end", calendar.words(_instant(value["worst_finish"]))))
    else:
        rows.append(("outcome", f"{_spoken(outcome['result'])}: {outcome['sentence']}"))
        rows.append(("turnaround", f"{outcome['working_days']} working days"))
    rows += _beside(value, calendar)
    if value["notice"]:
        rows.append(("notice", value["notice"]["words"]))
    return rows


def _quorum(quorum: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """How far a vote is from its quorum, and whether a person should look."""
    if quorum is not None:
        risk = "AT RISK. " if quorum["at_risk"] else ""
        yield "quorum", f"{risk}{' '.join(quorum['words'])}"


def _drawn(drawn: Mapping[str, Any] | None, calendar: Calendar) -> Iterator[tuple[str, str]]:
    """What it draws from the management allowance, and where the year's account then stands."""
    if drawn is None:
        return
    lists = len(drawn["unknown"])
    unknown = f" (list size not known: {', '.join(drawn['unknown'])})" if lists else ""
    year = f" {drawn['year']}" if drawn["year"] else ""
    yield "allowance", f"{drawn['status']}{year}: {drawn['words']}{unknown}"
    if drawn["account"]:
        yield "account", drawn["account"]
    for query in drawn["queries"]:
        by = calendar.words(_instant(query["due_at"]))
        yield (
            f"query {query['query']}",
            f"by {role_words(query['by'])}: {query['status']}, due {by}",
        )


def _step(step: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Who has to act, where that is not the practices, and what happens if nobody does."""
    if step is not None:
        otherwise = f"; if nothing is done: {step['otherwise']}" if step["otherwise"] else ""
        yield "has to act", f"{step['who']}{otherwise}"


def _spoken(name: str) -> str:
    """A name of the definition, as it is said."""
    return name.replace("_", " ")


def _beside(value: Mapping[str, Any], calendar: Calendar) -> Iterator[tuple[str, str]]:
    """What stands beside the members' own outcome, each a record of its own."""
    for act in value["acts"]:
        who = sentence(body_words(act["body"]))
        result = _spoken(act["result"])
        yield "act", f"{who}: {result}, at {calendar.words(_instant(act['at']))}"
    if value["called_in"]:
        yield "called in by", ", ".join(value["called_in"])
    if value["challenge_until"]:
        yield "challenge", f"possible until {calendar.words(_instant(value['challenge_until']))}"
    if value["challenged"]:
        held = _spoken(value["held"])
        yield "challenge", f"by {', '.join(value['challenged'])}, of the outcome: {held}"
    for each in value["interests"]:
        ruling = each["ruling"] or "nobody has ruled on it yet"
        yield "interest", f"{each['practice']}, {each['kind']}: {ruling}"


def _answered(value: Mapping[str, Any]) -> str:
    told = f"{value['answered']} of {value['asked']}"
    return f"{told}, {value['by_hand']} of them by hand" if value["by_hand"] else told


def _meeting(meeting: Mapping[str, Any]) -> str:
    day = plain_day(date.fromisoformat(meeting["held_on"]))
    present = len(meeting["attended"])
    return f"{meeting['meeting']} on {day}: {present} present, {meeting['votes']} votes by hand"


def _pairs(rows: Iterable[tuple[str, str]]) -> None:
    table = Table(box=None, show_header=False, pad_edge=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, words in rows:
        table.add_row(name, words)
    out.print(table)


def _dates(value: Mapping[str, Any], calendar: Calendar) -> None:
    table = Table("date", "what", "status", box=None, header_style="bold")
    for due in value["deadlines"]:
        for moment in due["reminders"] if due["status"] == "waiting" else ():
            table.add_row(calendar.words(_instant(moment)), "reminder to the silent", "")
        words = calendar.words(_instant(due["due_at"]))
        table.add_row(words, f"{_spoken(due['name'])} ({due['state']})", due["status"])
    for due in value["to_come"]:
        words = calendar.words(_instant(due["due_at"]))
        table.add_row(words, f"{_spoken(due['name'])} ({due['state']})", "expected")
    if table.row_count:
        out.print(table)


_MET = {True: "met", False: "NOT MET", None: "not yet known"}


def _consultation(value: Mapping[str, Any]) -> None:
    """The four points of a fair consultation, and the comments that wait for an answer."""
    points = [(f"{p['point']}: {_MET[p['met']]}", p["evidence"]) for p in value["gunning"]]
    if points:
        out.print("A fair consultation (Gunning):", style="bold")
        _pairs(points)
    left = value["comments"]["unanswered"]
    if left and value["outcome"] is None:
        numbers = ", ".join(map(str, left))
        out.print(f"Comments without an answer: {numbers}", style="yellow", soft_wrap=True)


def tell_comments(found: Iterable[Mapping[str, Any]], calendar: Calendar) -> None:
    """Every comment, and under it what became of it."""
    told = False
    for each in found:
        told = True
        when = calendar.words(_instant(each["at"]))
        who = f"{each['by']}, {each['role']}" if each["role"] else each["by"]
        heading = f"{each['comment']}  {each['practice']} {each['name']}, {who}, {when}"
        out.print(heading, style="bold", markup=False, soft_wrap=True)
        out.print(f"  {each['text']}", markup=False, soft_wrap=True)
        if each["disposition"] is None:
            out.print("  no answer yet", style="yellow")
        else:
            answer = f"  {each['disposition']}: {each['answer']}"
            out.print(answer, style="green", markup=False, soft_wrap=True)
    if not told:
        out.print("No practice has sent a comment.")


def _silent(value: Mapping[str, Any]) -> None:
    """Who has not answered: the list a secretary rings through."""
    silent = value["silent"]
    if not silent:
        return
    out.print(f"Not answered yet: {len(silent)}")
    for each in silent[:SHOWN_SILENT]:
        out.print(f"  {each['practice']}  {each['name']}", markup=False)
    if len(silent) > SHOWN_SILENT:
        out.print(f"  and {len(silent) - SHOWN_SILENT} more (--json lists all)", style="dim")


def _letters(letters: Mapping[str, int]) -> str:
    told = [f"{number} {name}" for name, number in letters.items() if number]
    return ", ".join(told) or "none"


def _acts(value: Mapping[str, Any]) -> None:
    """What can be done now, each as it is typed and with what it does."""
    if not value["actions"]:
        return
    out.print(f"You can now: quorate decision act {value['reference']} …", style="bold")
    for act in value["actions"]:
        out.print(f"  {usage(act['name'], act['needs'])}", soft_wrap=True, markup=False)
        out.print(f"      {DOES[act['name']]}", style="dim", soft_wrap=True, markup=False)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)

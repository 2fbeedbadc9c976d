"""`quorate allowance`: what the body has for running itself, and the account of its use."""

from pathlib import Path
from typing import Annotated

import typer

from app import telling_account
from app.bootstrap import App
from app.commands.actors import actor_of, roles_of
from app.commands.decisions import ReferenceArgument
from app.commands.definitions import write
from app.outputs import require_free
from app.session import opened
from app.terminal import ConfigOption, ForceOption, JsonOption, out, read_text, reported, show_json
from engine.commands import AnswerQuery, Command, QueryEntry
from engine.errors import Fault, InputFaults
from engine.financial_year import FinancialYear, read_year, year_of
from engine.working_days import calendar_value
from workflows.allowance import (
    Told,
    account,
    account_value,
    require_allowance,
    set_allowance,
)
from workflows.drawing.account import account_svg
from workflows.file_texts import clean
from workflows.publishing import digest

allowance = typer.Typer(
    help=(
        "The management allowance: what the body has for running itself in a financial year, "
        "1 April to 31 March, and each decision that draws on it, for each registered patient."
    )
)

MOST_POUNDS = 1_000_000_000_000
MOST_PENCE = 100_000

YearArgument = Annotated[str, typer.Argument(metavar="YEAR", help="Such as 2026/27.")]
ThisYearArgument = Annotated[
    str | None, typer.Argument(metavar="YEAR", help="Such as 2026/27; this year if left out.")
]
NamedAsOption = Annotated[
    str, typer.Option("--as", help="Your address, recorded as claimed.", metavar="EMAIL")
]


@allowance.command("set")
@reported
def set_(
    year: YearArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.")],
    as_: NamedAsOption,
    per_head: Annotated[
        str, typer.Option("--per-head", help="Pounds for each patient: 18.76.", metavar="POUNDS")
    ] = "",
    pounds: Annotated[
        int | None, typer.Option("--pounds", help="The whole sum, in whole pounds.", min=1)
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set what a financial year has: an amount for each registered patient, or a whole sum.

    The patients are those of the body's open practices in the register now. Set again, the last
    one stands; each is on record with its reason.
    """
    meant, pence = _year(year), _sum(per_head, pounds)
    with opened(config) as app:
        actor = actor_of(app, as_)
        set_allowance(
            app.store,
            app.desk.code,
            meant,
            actor,
            clean(reason),
            per_head_pence=pence,
            pounds=pounds or 0,
        )
        told = _account(app, meant)
    if as_json:
        show_json(account_value(told))
    else:
        telling_account.tell_allowance(told.account)


@allowance.command("show")
@reported
def show(
    year: ThisYearArgument = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Show a year's account: each decision, in pounds and for each patient, the running total.

    After it: queries without an answer, in red; what is committed and not yet approved; and what
    ended without being charged, with the reason.
    """
    with opened(config) as app:
        told = _account(app, _year_or_this(app, year))
        calendar = app.rulebook.calendar
    if as_json:
        show_json(account_value(told))
    else:
        telling_account.tell_account(told, calendar)


@allowance.command("draw")
@reported
def draw(
    file: Annotated[Path, typer.Option("-o", "--output", help="The picture, an SVG file.")],
    year: ThisYearArgument = None,
    force: ForceOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a year's account: each decision's bar, for each patient, up to the allowance's line."""
    with opened(config) as app:
        require_free(file, app.settings, config, force=force)
        told = _account(app, _year_or_this(app, year))
        require_allowance(told.account)
        picture = account_svg(told.account, told.titles, app.rulebook.calendar).encode()
    write(file, picture)
    if as_json:
        show_json({"file": str(file), "year": told.account.year, "size": len(picture)})
    else:
        out.print(f"Drawn: {file}", markup=False, soft_wrap=True)


@allowance.command("query")
@reported
def query(
    reference: ReferenceArgument,
    reason: Annotated[str, typer.Option("--reason", help="What is asked; goes on record.")],
    as_: NamedAsOption,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Query what a decision drew: for the committee, the lay chair or the LMC.

    The accountable officer is written to at once; an answer is due in ten working days.
    """
    with opened(config) as app:
        calendar = app.rulebook.calendar
        asked = QueryEntry(
            actor_of(app, as_),
            roles_of(app, as_),
            clean(reason),
            calendar,
            digest(calendar_value(calendar)),
        )
        _queried(app, reference, asked, as_json=as_json)


@allowance.command("answer")
@reported
def answer(
    reference: ReferenceArgument,
    as_: NamedAsOption,
    reason: Annotated[str, typer.Option("--reason", help="The answer, in words.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="The answer, a text file.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer the query of a decision's entry: for the accountable officer, chair or secretary.

    The committee is written to at once.
    """
    if reason and file:
        raise InputFaults([Fault("--file", None, "holds the answer; leave out --reason")])
    words = read_text(file) if file else reason
    with opened(config) as app:
        answered = AnswerQuery(actor_of(app, as_), roles_of(app, as_), clean(words))
        _queried(app, reference, answered, as_json=as_json)


def _queried(app: App, reference: str, command: Command, *, as_json: bool) -> None:
    """Put a query or its answer to the desk, and tell the account that the entry is in."""
    decision = app.desk.handle(reference, command).decision
    year = read_year(decision.charge.year) if decision.charge else None
    told = _account(app, year or _year_or_this(app, None))
    if as_json:
        show_json(account_value(told))
    else:
        telling_account.tell_queries(told, reference, app.rulebook.calendar)


def _account(app: App, year: FinancialYear) -> Told:
    calendar, now = app.rulebook.calendar, app.clock.now()
    with app.store.database.reading() as reading:
        return account(reading, app.store.keys, calendar, year, now)


def _year_or_this(app: App, text: str | None) -> FinancialYear:
    return year_of(app.rulebook.calendar, app.clock.now()) if text is None else _year(text)


def _year(text: str) -> FinancialYear:
    year = read_year(text)
    if year is None:
        says = f"{text!r} is no financial year; write it like 2026/27, from 1 April to 31 March"
        raise InputFaults([Fault("YEAR", None, says)])
    return year


def _sum(per_head: str, pounds: int | None) -> int | None:
    """The pence for each patient; None where the whole sum is given instead."""
    if bool(per_head) == (pounds is not None):
        raise InputFaults([Fault("--per-head", None, "or --pounds: give the one or the other")])
    if pounds is not None:
        if pounds > MOST_POUNDS:
            raise InputFaults([Fault("--pounds", None, f"is more than {MOST_POUNDS:,}")])
        return None
    whole, point, pence = per_head.strip().removeprefix("£").partition(".")
    fits = whole.isdecimal() and whole.isascii() and (not point or _is_pence(pence))
    value = int(whole) * 100 + int(pence or 0) if fits else 0
    if not 0 < value <= MOST_PENCE:
        says = f"should be pounds and pence like 18.76, at most 1000, not {per_head!r}"
        raise InputFaults([Fault("--per-head", None, says)])
    return value


def _is_pence(text: str) -> bool:
    return len(text) == 2 and text.isdecimal() and text.isascii()  # noqa: PLR2004 - two digits

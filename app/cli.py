"""The command `quorate`."""

import typer

from app.commands import acting, dates, previewing
from app.commands.allowance import allowance
from app.commands.audience import audience
from app.commands.certificates import certificate, phone_numbers
from app.commands.corrections import corrections
from app.commands.decisions import decision
from app.commands.demo import demo
from app.commands.erasing import erase, retention
from app.commands.inbound import bounces, replies
from app.commands.keeping import backup, letters, restore
from app.commands.parked import give_up, parked, retry
from app.commands.register import people, practices
from app.commands.rules import classify
from app.commands.running import clock, health, init, serve, tick, web
from app.commands.staff import staff
from app.commands.suggest import suggest
from app.commands.trail import trail
from app.commands.workflow import workflow
from app.terminal import flowing

app = typer.Typer(
    name="quorate",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Decisions of a membership body of GP practices: classified by their impact on practices, "
        "consulted on, voted by e-mail link, brought home well inside six weeks, and provable. "
        "New here? Run: quorate demo"
    ),
)
app.command()(demo)
app.command()(init)
app.add_typer(practices, name="practices")
app.add_typer(people, name="people")
people.add_typer(corrections, name="corrections")
app.add_typer(staff, name="staff")
app.command()(classify)
decision.command("act", help=acting.help_text())(acting.act)
decision.command("audience")(audience)
decision.command("dates")(dates.dates)
decision.command("certificate")(certificate)
decision.command("phone-list")(phone_numbers)
app.command()(suggest)
app.add_typer(decision, name="decision")
app.add_typer(allowance, name="allowance")
app.command()(tick)
app.command()(serve)
app.command()(web)
app.command()(health)
app.add_typer(clock, name="clock")
app.add_typer(workflow, name="workflow")
app.command()(backup)
app.command()(restore)
letters.command("list")(previewing.list_letters)
letters.command("preview")(previewing.preview)
for name, do in (("parked", parked), ("retry", retry), ("give-up", give_up)):
    letters.command(name)(do)
app.add_typer(letters, name="letters")
app.add_typer(bounces, name="bounces")
app.add_typer(replies, name="replies")
app.add_typer(erase, name="erase")
app.add_typer(retention, name="retention")
app.add_typer(trail, name="trail")

for group in (
    app,
    practices,
    people,
    corrections,
    staff,
    decision,
    allowance,
    clock,
    workflow,
    letters,
    bounces,
    replies,
    erase,
    retention,
    trail,
):
    for held in group.registered_commands:
        held.help = flowing(held.help or (held.callback and held.callback.__doc__) or "")


def main() -> None:
    """Run the command line."""
    app(prog_name="quorate")


if __name__ == "__main__":
    main()

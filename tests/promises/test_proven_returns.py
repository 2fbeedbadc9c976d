"""What came back is proved like all else: the verifier accuses nobody of it, and who bends it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio

from app.bootstrap import App
from app.inbound import letterbox_of
from auditor import further, verify
from engine.disclosure import Role
from engine.events import Audience
from engine.mailing import mail
from storage.decisions import load_decision
from tests.audits.test_bent_verifier import bent
from tests.notifications.misbehaving import MisbehavingServer, Mode
from tests.promises.checks import read_bodies
from tests.promises.coming_back import Gone, answer, bounce, of, send_out
from tests.promises.forgetting import EMAIL, FIRST, SECOND, on_sqlite
from tests.promises.test_written_replies import confirm, kept, open_consultation
from tests.small_body import HandClock, closing
from workflows.bundle import Scope, write_bundle

pytestmark = on_sqlite
RULE = 2


@pytest_asyncio.fixture
async def letters(app: App, relay: MisbehavingServer) -> list[Gone]:
    """A consultation's letters, one of which has come back and one was answered."""
    open_consultation(app)
    found = await send_out(app, relay)
    box, back, wrote = letterbox_of(app), found[-1], of(found, EMAIL)
    box.receive(back.bounces, bounce(back), "")
    box.receive(wrote.replies, answer(wrote, "We would need a second nurse."), EMAIL)
    await send_out(app, relay)
    return found


@pytest.fixture
def reference(app: App, letters: list[Gone]) -> str:
    return str(next(iter(read_bodies(app, "decision.opened").values()))["decision"])


@pytest.fixture
def examined(app: App, tmp_path: Path) -> Callable[..., tuple[int, list[str]]]:
    """Write the bundle and look at it with a verifier: its exit code, and the faults."""

    def examine(by: ModuleType = further) -> tuple[int, list[str]]:
        file = tmp_path / "bundle.zip"
        with file.open("wb") as out:
            write_bundle(app.store, Scope(Role.COMMITTEE), b"", out)
        report = by.examine(file)
        return report.exit, [str(fault) for fault in report.faults]

    return examine


Examine = Callable[..., tuple[int, list[str]]]


def ask_back(app: App, reference: str, to: Audience) -> None:
    """Owe such a letter without anybody having written: as somebody would who bends the post."""
    with app.store.ledger.page() as page:
        decision = load_decision(page.connection, app.store.keys, reference)
        case = app.library.case(page.connection, decision)
        page.file(mail(case, "reply_received", to, {"form": "comment", "state": decision.state}))


def test_a_letter_that_came_back_and_a_reply_that_was_confirmed_are_proved(
    app: App, reference: str, examined: Examine
) -> None:
    confirm(app, reference)
    assert len(read_bodies(app, "mail.bounced")) == len(read_bodies(app, "comment.received")) == 1
    assert examined()[1] == []


def test_another_day_and_another_reply_are_proved_too(
    app: App, clock: HandClock, reference: str, letters: list[Gone], examined: Examine
) -> None:
    clock.go_on(timedelta(days=1))
    wrote = of(letters, EMAIL)
    letterbox_of(app).receive(wrote.replies, answer(wrote, "And a room.", number=2), EMAIL)
    assert (len(kept(app)), examined()[1]) == (2, [])


def test_a_second_such_letter_in_a_day_is_a_fault(
    app: App, reference: str, letters: list[Gone], examined: Examine
) -> None:
    ask_back(app, reference, Audience((FIRST,), persons=(of(letters, EMAIL).person,)))
    assert examined()[0] == RULE


@pytest.mark.parametrize("practice", [FIRST, SECOND])
def test_such_a_letter_to_somebody_who_is_not_on_the_roll_there_is_a_fault(
    app: App, reference: str, letters: list[Gone], examined: Examine, practice: str
) -> None:
    stranger = "0" * 32 if practice == FIRST else of(letters, EMAIL).person
    ask_back(app, reference, Audience((practice,), persons=(stranger,)))
    assert examined()[0] == RULE


def test_a_verifier_that_let_such_letters_go_each_hour_would_miss_it(
    app: App, clock: HandClock, reference: str, letters: list[Gone], examined: Examine
) -> None:
    clock.go_on(timedelta(hours=1))
    ask_back(app, reference, Audience((FIRST,), persons=(of(letters, EMAIL).person,)))
    line = 'once = (d.ref, b["audience"], str(r.cal(d.calendar).day(r.at)))'
    naive = bent(line, 'once = (d.ref, b["audience"], r.at)', Path(further.__file__))
    assert examined(naive)[0] != RULE


async def bulletins_of_which_one_comes_back(app: App, clock: HandClock) -> None:
    """It comes back while the others still wait for their second try."""
    app.bulletins.owe()
    clock.at = clock.at.replace(month=clock.at.month + 1, day=5)
    assert "bulletin" in app.bulletins.owe()
    wait = [Mode.RCPT_451_ONCE] * 10
    async with MisbehavingServer([Mode.GOOD, Mode.GOOD, *wait]) as relay:
        first = next(each for each in await send_out(app, relay) if each.practice)
        letterbox_of(app).receive(first.bounces, bounce(first), "")
        clock.go_on(timedelta(hours=1))
        assert await send_out(app, relay)


@pytest.mark.parametrize("file", [verify, further])
async def test_a_letter_about_no_decision_that_came_back_is_proved(
    app: App, clock: HandClock, reference: str, examined: Examine, file: ModuleType
) -> None:
    assert closing(app, reference) > clock.at
    await bulletins_of_which_one_comes_back(app, clock)
    assert (len(read_bodies(app, "mail.bounced")), examined(file)[1]) == (2, [])


async def test_a_verifier_that_took_it_for_the_end_of_another_letter_would_accuse(
    app: App, clock: HandClock, reference: str, examined: Examine
) -> None:
    await bulletins_of_which_one_comes_back(app, clock)
    naive = bent('new = name not in mailing["ended"] if left is None', "new = True if left is None")
    assert examined(naive)[0] == RULE


async def test_a_letter_about_no_decision_has_no_address_for_replies(
    app: App, clock: HandClock, relay: MisbehavingServer, letters: list[Gone]
) -> None:
    """A reply to it could be a comment on nothing: it goes to `mail.reply_to`, here none."""
    app.bulletins.owe()
    clock.at = clock.at.replace(month=clock.at.month + 1, day=5)
    app.bulletins.owe()
    assert {each.replies for each in await send_out(app, relay)} == {""}

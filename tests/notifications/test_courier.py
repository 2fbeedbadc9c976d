"""The courier against a server that goes wrong in every way we know, over TCP."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from notifications.headers import UnsafeHeader
from notifications.smtp import Courier, Relay
from notifications.stages import Attempt, Heard, Kind, Stage, judge
from tests.notifications.certificates import certificate
from tests.notifications.misbehaving import SILENT, UNCERTAIN, MisbehavingServer, Mode

SENDER = "bounce+7.0123456789abcdef@ccg.example"
RECIPIENT = "lead@practice.example"
LETTER = b"Subject: vote\r\n\r\nDear all,\r\n.\r\n..two dots\r\nBye\r\n"
PATIENCE, SHORT = 10.0, 0.5  # seconds; short where the server is to be silent

A, R, X, F, U = Kind.ACCEPTED, Kind.RETRY, Kind.REFUSED, Kind.RELAY_FAULT, Kind.UNKNOWN
REPLY, SILENCE, DROP, NOISE, UNFIT = (
    Heard.REPLY,
    Heard.SILENCE,
    Heard.DROP,
    Heard.NOISE,
    Heard.UNFIT,
)
TABLE = {  # mode: what the attempt must say, what it must mean, and letters truly taken
    Mode.GOOD: (Stage.AFTER_354, 250, REPLY, A, 1),
    Mode.NO_BANNER: (Stage.BANNER, None, SILENCE, R, 0),
    Mode.BANNER_554: (Stage.BANNER, 554, REPLY, F, 0),
    Mode.BANNER_421: (Stage.BANNER, 421, REPLY, R, 0),
    Mode.HELLO_UNPARSABLE: (Stage.HELLO, None, NOISE, R, 0),
    Mode.HELLO_554: (Stage.HELLO, 554, REPLY, F, 0),
    Mode.AUTH_REFUSED: (Stage.AUTH, 535, REPLY, F, 0),
    Mode.BANNER_BY_DROPS: (Stage.BANNER, None, SILENCE, R, 0),
    Mode.MAIL_BY_DROPS: (Stage.MAIL, None, SILENCE, R, 0),
    Mode.GREYLISTED: (Stage.RCPT, 451, REPLY, R, 0),
    Mode.AFTER_DOT_552: (Stage.AFTER_354, 552, REPLY, X, 0),
    Mode.NO_8_BIT: (Stage.AFTER_354, 250, REPLY, A, 1),
    Mode.ACCEPT_BY_DROPS: (Stage.AFTER_354, None, SILENCE, U, 1),
    Mode.DROP_AT_MAIL: (Stage.MAIL, None, DROP, R, 0),
    Mode.MAIL_451: (Stage.MAIL, 451, REPLY, R, 0),
    Mode.MAIL_550: (Stage.MAIL, 550, REPLY, F, 0),
    Mode.RCPT_451_ONCE: (Stage.RCPT, 451, REPLY, R, 0),
    Mode.RCPT_550: (Stage.RCPT, 550, REPLY, X, 0),
    Mode.RCPT_530: (Stage.RCPT, 530, REPLY, F, 0),
    Mode.RCPT_TWICE: (Stage.RCPT, None, NOISE, R, 0),
    Mode.DROP_BEFORE_354: (Stage.DATA, None, DROP, R, 0),
    Mode.DATA_452: (Stage.DATA, 452, REPLY, R, 0),
    Mode.DATA_554: (Stage.DATA, 554, REPLY, X, 0),
    Mode.DATA_250: (Stage.DATA, 250, REPLY, R, 0),
    Mode.DATA_354_AND_250: (Stage.DATA, None, NOISE, R, 0),
    Mode.DROP_MID_DATA: (Stage.AFTER_354, None, DROP, U, 0),
    Mode.DROP_AFTER_DOT: (Stage.AFTER_354, None, DROP, U, 0),
    Mode.AFTER_DOT_452: (Stage.AFTER_354, 452, REPLY, R, 0),
    Mode.AFTER_DOT_554: (Stage.AFTER_354, 554, REPLY, X, 0),
    Mode.AFTER_DOT_421: (Stage.AFTER_354, 421, REPLY, R, 0),
    Mode.ACCEPT_AND_RESET: (Stage.AFTER_354, None, DROP, U, 1),
    Mode.ACCEPT_AND_CLOSE: (Stage.AFTER_354, None, DROP, U, 1),
    Mode.ACCEPT_LATE: (Stage.AFTER_354, None, SILENCE, U, 1),
    Mode.ACCEPT_HALF_LINE: (Stage.AFTER_354, None, SILENCE, U, 1),
    Mode.ACCEPT_GARBAGE: (Stage.AFTER_354, None, NOISE, U, 1),
    Mode.ACCEPT_THEN_421: (Stage.AFTER_354, 250, REPLY, A, 1),
    Mode.ACCEPT_TWICE: (Stage.AFTER_354, 250, REPLY, A, 1),
    Mode.ACCEPT_THEN_HANG_UP: (Stage.AFTER_354, 250, REPLY, A, 1),
}


def relay(server: MisbehavingServer, **settings: Any) -> Relay:  # noqa: ANN401 - any setting
    seconds = SHORT if SILENT & set(server.modes) else PATIENCE
    patient = Relay("127.0.0.1", server.port, timeout_seconds=seconds, final_seconds=seconds)
    return replace(patient, **settings)


async def nothing() -> None:
    """Stand in for the durable mark."""


async def try_once(
    courier: Courier, mark: Callable[[], None] | None = None, letter: bytes = LETTER
) -> Attempt:
    async def before_data() -> None:
        if mark is not None:
            mark()

    return await courier.send(SENDER, RECIPIENT, letter, before_data)


@dataclass(frozen=True)
class Played:
    """A first letter in some mode and a second to a server that behaves again."""

    first: Attempt
    second: Attempt
    taken_first: int
    taken_second: int


async def play(mode: Mode) -> Played:
    start = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)
    async with MisbehavingServer([mode], extensions=(b"AUTH PLAIN",), now=lambda: start) as server:
        courier = Courier(relay(server, username="ccg", password="secret"))
        first = await try_once(courier)
        taken = len(server.taken)
        second = await try_once(courier)
        await courier.aclose()
        return Played(first, second, taken, len(server.taken) - taken)


@pytest.fixture(scope="module")
def played() -> Mapping[Mode, Played]:
    """Play every mode once, all at the same time."""

    async def all_modes() -> list[Played]:
        return await asyncio.gather(*(play(mode) for mode in Mode))

    return dict(zip(Mode, asyncio.run(all_modes()), strict=True))


def test_the_table_names_every_mode() -> None:
    assert set(TABLE) == set(Mode)


def test_only_the_modes_that_nobody_can_read_leave_a_letter_in_doubt() -> None:
    assert {mode for mode, row in TABLE.items() if row[3] is U} == UNCERTAIN


@pytest.mark.parametrize("mode", Mode)
def test_an_attempt_says_how_far_the_letter_got(mode: Mode, played: Mapping[Mode, Played]) -> None:
    first = played[mode].first
    assert (first.stage, first.code, first.heard) == TABLE[mode][:3]


@pytest.mark.parametrize("mode", Mode)
def test_an_attempt_is_judged_by_its_stage(mode: Mode, played: Mapping[Mode, Played]) -> None:
    assert judge(played[mode].first).kind is TABLE[mode][3]


@pytest.mark.parametrize("mode", Mode)
def test_the_server_took_the_letter_only_where_the_table_says(
    mode: Mode, played: Mapping[Mode, Played]
) -> None:
    assert played[mode].taken_first == TABLE[mode][4]


@pytest.mark.parametrize("mode", Mode)
def test_a_certain_failure_never_left_a_letter_behind(
    mode: Mode, played: Mapping[Mode, Played]
) -> None:
    assert judge(played[mode].first).kind in {A, U} or played[mode].taken_first == 0


@pytest.mark.parametrize("mode", Mode)
def test_the_next_letter_goes_through_once_whatever_went_before(
    mode: Mode, played: Mapping[Mode, Played]
) -> None:
    assert (judge(played[mode].second).kind, played[mode].taken_second) == (A, 1)


@pytest.mark.parametrize("mode", [m for m in Mode if TABLE[m][0] in {Stage.DATA, Stage.AFTER_354}])
async def test_the_mark_is_set_before_data(mode: Mode) -> None:
    marks = []
    async with MisbehavingServer([mode]) as server:
        courier = Courier(relay(server))
        await try_once(courier, lambda: marks.append("DATA" in server.heard))
        await courier.aclose()
    assert marks == [False]


@pytest.mark.parametrize(
    "mode", [m for m in Mode if TABLE[m][0] not in {Stage.DATA, Stage.AFTER_354, Stage.AUTH}]
)
async def test_no_mark_is_set_where_data_is_never_reached(mode: Mode) -> None:
    marks: list[None] = []
    start = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)
    async with MisbehavingServer([mode], now=lambda: start) as server:
        courier = Courier(relay(server))
        await try_once(courier, lambda: marks.append(None))
        await courier.aclose()
    assert marks == []


@pytest.mark.parametrize("mode", [Mode.DROP_AFTER_DOT, Mode.ACCEPT_AND_CLOSE])
async def test_a_plain_sendmail_cannot_tell_an_accepted_letter_from_a_lost_one(mode: Mode) -> None:
    async with MisbehavingServer([mode]) as server:
        naive = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, start_tls=False, timeout=1)
        await naive.connect()
        with pytest.raises(aiosmtplib.SMTPServerDisconnected, match="Unexpected EOF received"):
            await naive.sendmail(SENDER, RECIPIENT, LETTER)
        naive.close()


async def test_a_plain_connection_reads_a_stray_line_as_the_next_letters_answer() -> None:
    async with MisbehavingServer([Mode.ACCEPT_THEN_421]) as server:
        naive = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, start_tls=False, timeout=1)
        await naive.connect()
        await naive.sendmail(SENDER, RECIPIENT, LETTER)
        with pytest.raises(aiosmtplib.SMTPSenderRefused, match="going down"):
            await naive.sendmail(SENDER, RECIPIENT, LETTER)
        naive.close()


async def test_the_relay_receives_the_very_bytes_dots_and_all() -> None:
    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        await try_once(courier)
        await courier.aclose()
    assert server.taken[0].content == LETTER


async def test_the_relay_hears_one_sender_and_one_recipient() -> None:
    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        await try_once(courier)
        await courier.aclose()
    assert (server.taken[0].sender, server.taken[0].recipient) == (SENDER, RECIPIENT)


async def test_a_connection_is_kept_from_letter_to_letter() -> None:
    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        for _ in range(5):
            await try_once(courier)
        await courier.aclose()
    assert (server.connections, len(server.taken)) == (1, 5)


async def test_a_connection_that_takes_few_letters_is_replaced_and_costs_no_try() -> None:
    async with MisbehavingServer(letters_per_connection=2) as server:
        courier = Courier(relay(server))
        kinds = [judge(await try_once(courier)).kind for _ in range(5)]
        await courier.aclose()
    assert (kinds, server.connections) == ([A] * 5, 3)


async def test_a_log_in_that_has_expired_is_made_anew_and_costs_no_try() -> None:
    again = b"530 5.7.0 log in first\r\n"
    async with MisbehavingServer(
        extensions=(b"AUTH PLAIN",), letters_per_connection=2, enough=again
    ) as server:
        courier = Courier(relay(server, username="quorate", password="secret"))
        kinds = [judge(await try_once(courier)).kind for _ in range(5)]
        await courier.aclose()
    assert (kinds, server.connections) == ([A] * 5, 3)


async def test_a_relay_that_wants_names_in_full_hears_where_we_call_from() -> None:
    """It says so when it hears of a recipient, who would be to blame (RFC 5321 4.1.1.1)."""
    async with MisbehavingServer(wants_full_names=True) as server:
        courier = Courier(relay(server))
        attempt = await try_once(courier)
        await courier.aclose()
    assert judge(attempt).kind is A
    assert "EHLO [127.0.0.1]" in server.heard


async def test_one_connection_too_many_is_a_certain_failure() -> None:
    async with MisbehavingServer(connections_at_once=1) as server:
        first, second = Courier(relay(server)), Courier(relay(server))
        await try_once(first)
        attempt = await try_once(second)
        await first.aclose()
        await second.aclose()
    assert (attempt.stage, attempt.code, judge(attempt).kind) == (Stage.BANNER, 421, R)


@pytest.mark.parametrize(("minutes", "kind"), [(0, R), (4, R), (5, A), (60, A)])
async def test_a_greylisted_recipient_is_taken_after_five_minutes(minutes: int, kind: Kind) -> None:
    start = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)
    times = iter([start, start + timedelta(minutes=minutes)])
    async with MisbehavingServer([Mode.GREYLISTED] * 2, now=lambda: next(times)) as server:
        courier = Courier(relay(server))
        await try_once(courier)
        assert judge(await try_once(courier)).kind is kind
        await courier.aclose()


async def test_eight_bits_are_refused_by_a_relay_that_takes_seven() -> None:
    """What the courier sends is ASCII always: see the letters' own bytes."""
    with pytest.raises(ValueError, match="ASCII"):
        await try_once(Courier(Relay("127.0.0.1", 1)), letter="é\r\n".encode())


async def test_a_refused_recipient_does_not_cost_the_connection() -> None:
    async with MisbehavingServer([Mode.RCPT_550]) as server:
        courier = Courier(relay(server))
        await try_once(courier)
        await try_once(courier)
        await courier.aclose()
    assert (server.connections, len(server.taken)) == (1, 1)


@pytest.mark.parametrize(
    "stale", [Mode.BANNER_421, Mode.ACCEPT_THEN_HANG_UP, Mode.DROP_AT_MAIL, Mode.ACCEPT_THEN_421]
)
async def test_a_kept_connection_that_went_stale_costs_no_try(stale: Mode) -> None:
    modes = [Mode.GOOD, stale] if stale is Mode.DROP_AT_MAIL else [stale]
    async with MisbehavingServer(modes) as server:
        courier = Courier(relay(server))
        await try_once(courier)
        again = await try_once(courier)
        await courier.aclose()
    assert judge(again).kind is A


@pytest.mark.parametrize("mode", sorted(SILENT))
async def test_nothing_more_is_said_to_a_relay_that_still_owes_an_answer(mode: Mode) -> None:
    async with MisbehavingServer([mode]) as server:
        courier = Courier(relay(server))
        await try_once(courier)
        await try_once(courier)
        await courier.aclose()
    assert (server.after_silence, server.connections) == ([], 2)


async def test_a_mark_that_cannot_be_set_stops_the_letter() -> None:
    async def broken() -> None:
        raise RuntimeError("the disk is full")

    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        with pytest.raises(RuntimeError, match="disk is full"):
            await courier.send(SENDER, RECIPIENT, LETTER, broken)
        await courier.aclose()
    assert (server.taken, "DATA" in server.heard) == ([], False)


async def test_after_a_mark_that_could_not_be_set_the_next_letter_starts_afresh() -> None:
    async def broken() -> None:
        raise RuntimeError

    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        with pytest.raises(RuntimeError):
            await courier.send(SENDER, RECIPIENT, LETTER, broken)
        again = await try_once(courier)
        await courier.aclose()
    assert (judge(again).kind, server.connections) == (A, 2)


async def test_a_cancelled_letter_leaves_no_half_open_transaction() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        with pytest.raises(asyncio.CancelledError):
            await courier.send(SENDER, RECIPIENT, LETTER, cancelled)
        again = await try_once(courier)
        await courier.aclose()
    assert (judge(again).kind, len(server.taken)) == (A, 1)


async def test_a_relay_that_is_not_there_is_a_certain_failure() -> None:
    async with MisbehavingServer() as gone:
        settings = relay(gone)
    attempt = await try_once(Courier(settings))
    assert (attempt.stage, attempt.heard, judge(attempt).relay) == (Stage.CONNECT, DROP, True)


async def test_a_hidden_starttls_stops_the_session_before_the_envelope() -> None:
    async with MisbehavingServer(extensions=(b"SIZE 1000000",)) as server:
        courier = Courier(relay(server, security="starttls"))
        attempt = await try_once(courier)
        await courier.aclose()
    assert (attempt.heard, judge(attempt).kind) == (UNFIT, F)
    assert not any(command.startswith("MAIL") for command in server.heard)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_letter_goes_encrypted_to_a_relay_whose_certificate_is_trusted(
    security: str, tmp_path: Path
) -> None:
    trusted = certificate(tmp_path, "127.0.0.1")
    at_once = security == "tls"
    async with MisbehavingServer(certificate=trusted.server, tls_at_once=at_once) as server:
        courier = Courier(relay(server, security=security, ca_file=str(trusted.authority)))
        attempt = await try_once(courier)
        await courier.aclose()
    assert judge(attempt).kind is A


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_is_the_relays_fault(
    security: str, tmp_path: Path
) -> None:
    unknown = certificate(tmp_path, "127.0.0.1")
    async with MisbehavingServer(
        certificate=unknown.server, tls_at_once=security == "tls"
    ) as server:
        courier = Courier(relay(server, security=security))
        attempt = await try_once(courier)
        await courier.aclose()
    assert (attempt.stage, judge(attempt).kind) == (Stage.TLS, F)


async def test_a_certificate_for_another_host_is_the_relays_fault(tmp_path: Path) -> None:
    other = certificate(tmp_path, "192.0.2.1")
    async with MisbehavingServer(certificate=other.server) as server:
        courier = Courier(relay(server, security="starttls", ca_file=str(other.authority)))
        attempt = await try_once(courier)
        await courier.aclose()
    assert (attempt.stage, judge(attempt).kind) == (Stage.TLS, F)


async def test_a_relay_without_a_log_in_we_know_is_the_relays_fault() -> None:
    async with MisbehavingServer(extensions=(b"AUTH GSSAPI",)) as server:
        courier = Courier(relay(server, username="ccg", password="secret"))
        attempt = await try_once(courier)
        await courier.aclose()
    assert (attempt.stage, judge(attempt).kind) == (Stage.AUTH, F)


@pytest.mark.parametrize(
    "letter", [b"no end", b"bare\nfeed\r\n", b"\xc3\xa9\r\n", b"a\0b\r\n", b"x" * 999 + b"\r\n"]
)
async def test_bytes_that_mail_would_change_are_not_sent(letter: bytes) -> None:
    with pytest.raises(ValueError, match="letter's"):
        await try_once(Courier(Relay("127.0.0.1", 1)), letter=letter)


async def test_an_address_that_holds_a_command_is_refused() -> None:
    with pytest.raises(UnsafeHeader):
        await Courier(Relay("127.0.0.1", 1)).send(
            SENDER, "a@b.example>\r\nRCPT TO:<c@d.example", LETTER, nothing
        )


def test_a_password_is_never_sent_in_the_clear() -> None:
    with pytest.raises(ValueError, match="without encryption"):
        Relay("relay.example", 25, username="ccg", password="secret")


def test_a_password_does_not_show_when_settings_are_printed() -> None:
    assert "secret" not in repr(Relay("relay.example", 465, "tls", "ccg", "secret"))


async def test_closing_twice_is_harmless() -> None:
    async with MisbehavingServer() as server:
        courier = Courier(relay(server))
        await try_once(courier)
        await courier.aclose()
        await courier.aclose()
    assert server.heard[-1] == "QUIT"

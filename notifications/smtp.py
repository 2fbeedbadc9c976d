"""Handing one letter at a time to the mail relay, and knowing exactly how far it got (RFC 5321).

A library's `sendmail` reports a dropped connection in the same words whether the letter was never
sent or was already accepted. So each step of the session is taken here, on top of aiosmtplib's
protocol, and a connection on which anything odd was heard is never used again: a late answer to one
letter must not be read as the answer to the next.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, cast

from aiosmtplib import SMTPException, SMTPResponse, SMTPResponseException
from aiosmtplib.auth import auth_login_encode, auth_plain_encode
from aiosmtplib.esmtp import parse_esmtp_extensions
from aiosmtplib.protocol import SMTPProtocol

from notifications import headers, words
from notifications.stages import Attempt, Heard, Stage

BeforeData = Callable[[], Awaitable[None]]

_POSITIVE = range(200, 300)
_LOG_IN_CONTINUES = range(334, 335)  # RFC 4954 section 4
_START_INPUT = range(354, 355)
_REFUSALS = range(400, 600)
_CLOSING = 421
_STALE = frozenset({None, _CLOSING, 530})  # 530: a log-in that has expired (RFC 4954 section 6)
_REPLY = re.compile(  # RFC 5321 section 4.2, one code throughout
    rb"(?:([2-5]\d\d)-[^\n]*\n(?:\1-[^\n]*\n)*\1|[2-5]\d\d)(?: [^\n]*)?\r?\n"
)
_LONGEST_LINE = 998  # RFC 5322 section 2.1.1
_MOST_KEPT = 65536  # bytes remembered of a server that talks without end
_WORDS = 300  # characters kept of a reply
_GOODBYE_SECONDS = 2.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Relay:
    """Where letters are handed over, and how long its answers are waited for.

    `final_seconds` is the patience after a letter's last line: a relay may take ten minutes there
    (RFC 5321 section 4.5.3.2.6), and giving up early makes second copies.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 60.0
    local_hostname: str = ""  # how we name ourselves; empty: by the address we call from
    final_seconds: float = 600.0
    ca_file: str | None = None  # a private authority's certificate; None: the system's

    def __post_init__(self) -> None:
        if self.security not in {"none", "starttls", "tls"}:
            raise ValueError(f"{self.security!r} is not none, starttls or tls.")
        if self.username and self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError("A password is not sent to a mail relay without encryption.")


class Courier:
    """One kept connection to the relay, for one task: letters go one after the other."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._wire: _Wire | None = None
        self._trust: ssl.SSLContext | None = None

    @property
    def is_connected(self) -> bool:
        """Whether it has kept a connection."""
        return self._wire is not None and self._wire.is_connected

    async def send(
        self, sender: str, recipient: str, content: bytes, before_data: BeforeData
    ) -> Attempt:
        """Offer one letter for one recipient, and say how far it got.

        `sender` is the return path. `before_data` is awaited when the relay has taken sender and
        recipient and nothing of the letter has left: the place for the durable mark. What it raises
        comes through, with the connection closed; a failing network only shows in the Attempt.
        Raises ValueError for content that is not ASCII in CRLF lines, UnsafeHeader for an address.
        """
        letter = _stuffed(content)
        sender_path, recipient_path = _path(sender), _path(recipient)
        try:
            wire = await self._begin(sender_path)
            await wire.say(Stage.RCPT, b"RCPT", b"TO:" + recipient_path)
            await before_data()
            await wire.say(Stage.DATA, b"DATA", wanted=_START_INPUT)
            attempt = await wire.hand_over(letter, self._relay.final_seconds)
        except _Ended as ended:
            attempt = ended.attempt
        except BaseException:
            self._hang_up()
            raise
        await self._leave_usable(attempt)
        return attempt

    async def aclose(self) -> None:
        """Say goodbye and close; safe to call at any time and more than once."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        with suppress(SMTPException, OSError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await wire.execute_command(b"QUIT")
        wire.abort()
        await wire.gone.wait()

    async def _begin(self, sender_path: bytes) -> "_Wire":
        """Open the transaction; a kept connection that has gone stale is replaced once."""
        kept = self._wire is not None
        try:
            return await self._mail(sender_path)
        except _Ended as ended:
            if not kept or ended.attempt.code not in _STALE:
                raise
        self._hang_up()
        return await self._mail(sender_path)

    async def _mail(self, sender_path: bytes) -> "_Wire":
        wire = self._wire or await self._open()
        await wire.say(Stage.MAIL, b"MAIL", b"FROM:" + sender_path)
        return wire

    async def _leave_usable(self, attempt: Attempt) -> None:
        """Keep the connection only where both sides know that the transaction has ended."""
        sound = attempt.heard is Heard.REPLY and attempt.code != _CLOSING
        refused = attempt.code in _REFUSALS and attempt.stage in {Stage.RCPT, Stage.DATA}
        if sound and refused and self._wire is not None:
            with suppress(_Ended):
                await self._wire.say(Stage.MAIL, b"RSET")
                return
        if not (sound and attempt.stage is Stage.AFTER_354):
            self._hang_up()

    async def _open(self) -> "_Wire":
        """Connect, greet, encrypt and log in, as the settings ask."""
        wire = await self._connect()
        extensions, methods = await self._hello(wire)
        if self._relay.security == "starttls":
            await self._encrypt(wire, extensions)
            _, methods = await self._hello(wire)
        if self._relay.username:
            await self._log_in(wire, methods)
        return wire

    async def _connect(self) -> "_Wire":
        relay, wire = self._relay, _Wire(self._relay.timeout_seconds)
        context = await self._trusted() if relay.security == "tls" else None
        loop = asyncio.get_running_loop()
        with _heard_at(Stage.CONNECT):
            async with asyncio.timeout(relay.timeout_seconds):
                await loop.create_connection(lambda: wire, relay.host, relay.port, ssl=context)
        self._wire = wire
        await wire.listen(Stage.BANNER, wire.read_response(timeout=relay.timeout_seconds))
        return wire

    async def _hello(self, wire: "_Wire") -> tuple[dict[str, str], list[str]]:
        name = self._relay.local_hostname or wire.own_address
        reply = await wire.say(Stage.HELLO, b"EHLO", name.encode("ascii"))
        return parse_esmtp_extensions(reply.message)

    async def _encrypt(self, wire: "_Wire", extensions: dict[str, str]) -> None:
        """Refuse to go on in the clear: whoever hides STARTTLS could read every link."""
        if "starttls" not in extensions:
            raise _Ended(_unfit("the relay does not offer STARTTLS"))
        relay, context = self._relay, await self._trusted()
        upgrade = wire.start_tls(context, relay.host, timeout=relay.timeout_seconds)
        await wire.listen(Stage.TLS, upgrade)

    async def _log_in(self, wire: "_Wire", methods: list[str]) -> None:
        user, password = self._relay.username, self._relay.password
        if "plain" in methods:
            await wire.say(Stage.AUTH, b"AUTH", b"PLAIN", auth_plain_encode(user, password))
        elif "login" in methods:
            name, secret = auth_login_encode(user, password)
            await wire.say(Stage.AUTH, b"AUTH", b"LOGIN", name, wanted=_LOG_IN_CONTINUES)
            await wire.say(Stage.AUTH, secret)
        else:
            unfit = "the relay offers no log-in method that we know (PLAIN, LOGIN)"
            raise _Ended(Attempt(Stage.AUTH, None, unfit, Heard.UNFIT))

    async def _trusted(self) -> ssl.SSLContext:
        if self._trust is None:
            try:
                self._trust = await asyncio.to_thread(
                    ssl.create_default_context, cafile=self._relay.ca_file
                )
            except OSError as error:
                raise _Ended(_unfit(f"the authority's certificate: {error}")) from error
        return self._trust

    def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.abort()


class _Wire(SMTPProtocol):
    """aiosmtplib's protocol, which also knows when the server spoke out of turn.

    Every byte heard is kept until a reply takes it. Each command must leave exactly one reply;
    anything before it or behind it was meant for something else.
    """

    def __init__(self, patience: float) -> None:
        super().__init__()
        self._patience = patience
        self._unread = bytearray()
        self.gone = asyncio.Event()

    @property
    def own_address(self) -> str:
        """Where we call from, as RFC 5321 4.1.3 writes it: who is no name of the net says that."""
        sockname = self.transport and self.transport.get_extra_info("sockname")
        address = ip_address(sockname[0].partition("%")[0] if sockname else "127.0.0.1")
        return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"  # noqa: PLR2004

    def data_received(self, data: bytes) -> None:
        self._unread += data[: _MOST_KEPT - len(self._unread)]
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.gone.set()

    async def say(self, stage: Stage, *parts: bytes, wanted: range = _POSITIVE) -> SMTPResponse:
        """Send one command and give its reply; any other ending raises _Ended."""
        return await self.listen(
            stage, self.execute_command(*parts, timeout=self._patience), wanted
        )

    async def listen(
        self, stage: Stage, reply: Awaitable[SMTPResponse], wanted: range = _POSITIVE
    ) -> SMTPResponse:
        """Wait for one reply that is wanted, with nothing before it and nothing behind it."""
        with _heard_at(stage):
            answer = await reply
        self._take_reply(stage)
        if self._unread:
            raise _Ended(Attempt(stage, None, "the relay spoke out of turn", Heard.NOISE))
        if answer.code not in wanted:
            raise _Ended(_answered(stage, answer))
        return answer

    async def hand_over(self, letter: bytes, patience: float) -> Attempt:
        """Send the letter after 354; what stands behind its reply spoils the next command only."""
        with _heard_at(Stage.AFTER_354):
            self.write(letter)
            answer = await self.read_response(timeout=patience)
        self._take_reply(Stage.AFTER_354)
        return _answered(Stage.AFTER_354, answer)

    def _take_reply(self, stage: Stage) -> None:
        found = _REPLY.match(self._unread)
        if found is None:
            raise _Ended(Attempt(stage, None, "the relay's answer is garbled", Heard.NOISE))
        del self._unread[: found.end()]

    def abort(self) -> None:
        """Drop the connection at once: what is still unsent must not leave."""
        if self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()


class _Ended(Exception):  # noqa: N818 - a session's end is an answer, not an error
    """The session went no further."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt)
        self.attempt = attempt


class _heard_at:  # noqa: N801 - reads as words: with _heard_at(stage)
    """Turn whatever the network raises at a stage into the end of the session."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        attempt = None if error is None else _failed(self._stage, error)
        if attempt is not None:
            raise _Ended(attempt) from error


def _failed(stage: Stage, error: BaseException) -> Attempt | None:
    """Say what an error of the network means; None for one that is not the network's."""
    match error:
        case TimeoutError():
            return Attempt(stage, None, "no answer in time", Heard.SILENCE)
        case ssl.SSLError():
            return _unfit(f"the encryption failed: {error}")
        case SMTPResponseException() if error.code in range(200, 600):
            return Attempt(stage, error.code, _short(error.message))
        case SMTPResponseException():
            return Attempt(stage, None, "the relay's answer is garbled", Heard.NOISE)
        case OSError() | SMTPException() | UnicodeError():
            return Attempt(stage, None, _short(f"no connection: {error}"), Heard.DROP)
    return None


def _answered(stage: Stage, reply: SMTPResponse) -> Attempt:
    return Attempt(stage, reply.code, _short(reply.message))


def _unfit(why: str) -> Attempt:
    return Attempt(Stage.TLS, None, _short(why), Heard.UNFIT)


def _short(text: str) -> str:
    return words.shorten(words.one_line(text), _WORDS)


def _path(address: str) -> bytes:
    return b"<" + headers.address(address).encode("ascii") + b">"


def _stuffed(content: bytes) -> bytes:
    """Double the dots that begin lines and add the last line (RFC 5321 section 4.5.2)."""
    ends = content.count(b"\r\n")
    plain = content.isascii() and content.count(b"\r") == content.count(b"\n") == ends
    if not (plain and content.endswith(b"\r\n") and b"\0" not in content):
        raise ValueError("A letter's bytes are ASCII lines that end in CRLF.")
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise ValueError(f"A letter's lines have at most {_LONGEST_LINE} bytes.")
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"

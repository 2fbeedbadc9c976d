"""A real SMTP server over TCP that goes wrong where it is told to.

It keeps every letter it truly took, so that a test can tell what the sender believed from what was
so. One mode is drawn for each transaction; when none are left it behaves.
"""

import asyncio
import contextlib
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self


class Mode(StrEnum):
    GOOD = "good"
    # before the transaction
    NO_BANNER = "no banner"
    BANNER_554 = "banner 554"
    BANNER_421 = "banner 421"
    HELLO_UNPARSABLE = "unparsable EHLO"
    HELLO_554 = "EHLO 554"
    AUTH_REFUSED = "auth refused"
    BANNER_BY_DROPS = "banner a byte at a time"
    # the envelope
    DROP_AT_MAIL = "drop at MAIL"
    MAIL_451 = "MAIL 451"
    MAIL_550 = "MAIL 550"
    MAIL_BY_DROPS = "answer to MAIL a byte at a time"
    RCPT_451_ONCE = "RCPT 451 once"
    GREYLISTED = "RCPT 451 for five minutes"
    RCPT_550 = "RCPT 550"
    RCPT_530 = "RCPT 530, log in first"
    RCPT_TWICE = "RCPT answered twice"
    # DATA, nothing of the letter sent
    DROP_BEFORE_354 = "drop before 354"
    DATA_452 = "DATA 452"
    DATA_554 = "DATA 554"
    DATA_250 = "DATA answered 250"
    DATA_354_AND_250 = "354 and 250 in one breath"
    # after 354
    DROP_MID_DATA = "drop mid-DATA"
    DROP_AFTER_DOT = "drop after the dot without accepting"
    AFTER_DOT_452 = "452 after the dot"
    AFTER_DOT_554 = "554 after the dot"
    AFTER_DOT_421 = "421 after the dot"
    AFTER_DOT_552 = "552 too big, after the dot"
    NO_8_BIT = "554 after the dot where a byte has eight bits"
    ACCEPT_AND_RESET = "accept, then reset"
    ACCEPT_AND_CLOSE = "accept, then close"
    ACCEPT_LATE = "accept and answer late"
    ACCEPT_HALF_LINE = "accept and answer half a line"
    ACCEPT_GARBAGE = "accept and answer garbage"
    ACCEPT_BY_DROPS = "accept and answer a byte at a time"
    ACCEPT_THEN_421 = "accept, then 421"
    ACCEPT_TWICE = "accept and answer twice"
    ACCEPT_THEN_HANG_UP = "accept, answer, then close"


AT_OPENING = frozenset(
    {
        Mode.NO_BANNER,
        Mode.BANNER_554,
        Mode.BANNER_421,
        Mode.HELLO_UNPARSABLE,
        Mode.HELLO_554,
        Mode.AUTH_REFUSED,
        Mode.BANNER_BY_DROPS,
    }
)
SILENT = frozenset(
    {
        Mode.NO_BANNER,
        Mode.BANNER_BY_DROPS,
        Mode.MAIL_BY_DROPS,
        Mode.ACCEPT_LATE,
        Mode.ACCEPT_HALF_LINE,
        Mode.ACCEPT_BY_DROPS,
    }
)
"""Those that a sender only gets away from by giving up."""

UNCERTAIN = frozenset(
    {
        Mode.DROP_MID_DATA,
        Mode.DROP_AFTER_DOT,
        Mode.ACCEPT_AND_RESET,
        Mode.ACCEPT_AND_CLOSE,
        Mode.ACCEPT_LATE,
        Mode.ACCEPT_HALF_LINE,
        Mode.ACCEPT_GARBAGE,
        Mode.ACCEPT_BY_DROPS,
    }
)
"""Those after which no sender can know whether the letter was taken."""

GREYLIST = timedelta(minutes=5)
_DROP_SECONDS = 0.05
_LIMIT = 1 << 20  # bytes of a letter
_ENDINGS = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError)
HANGS_UP = b""  # a step's answer that closes the connection instead


@dataclass(frozen=True)
class Taken:
    """A letter the server took responsibility for."""

    sender: str
    recipient: str
    content: bytes


@dataclass
class MisbehavingServer:
    """Listen on loopback and misbehave; use with `async with`, then read `taken`."""

    modes: Iterable[Mode] = ()
    extensions: tuple[bytes, ...] = ()
    certificate: ssl.SSLContext | None = None  # for STARTTLS, or for TLS from the start
    tls_at_once: bool = False
    taken: list[Taken] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    after_silence: list[str] = field(default_factory=list)  # commands heard while owing an answer
    connections: int = 0
    port: int = 0
    now: Callable[[], datetime] | None = None  # for greylisting
    letters_per_connection: int = 0  # 0: no limit; the next one meets a 421
    connections_at_once: int = 0  # 0: no limit; the next one meets a 421
    met: "Counter[Mode]" = field(default_factory=Counter)  # modes that were lived through
    meanwhile: Callable[[str], Awaitable[None]] | None = None  # while it owes an answer to this

    async def __aenter__(self) -> Self:
        self._modes: Iterator[Mode] = iter(self.modes)
        self._held: Mode | None = None
        self._greylisted: set[str] = set()
        self._first_seen: dict[str, datetime] = {}
        self._sessions: set[asyncio.Task[None]] = set()
        at_once = self.certificate if self.tls_at_once else None
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=at_once, limit=_LIMIT
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        await self._server.wait_closed()

    def draw(self, *, opening: bool) -> Mode:
        """Give the mode of the next transaction; those of an opening wait for one."""
        mode = self._held or next(self._modes, Mode.GOOD)
        self.met[mode] += self._held is None
        self._held = mode if mode in AT_OPENING and not opening else None
        return mode

    def greylist(self, recipient: str) -> bool:
        """Say whether this recipient is seen for the first time."""
        first = recipient not in self._greylisted
        self._greylisted.add(recipient)
        return first

    def is_too_early(self, recipient: str) -> bool:
        """Say whether this recipient was seen for the first time less than five minutes ago."""
        assert self.now is not None
        now = self.now()
        return now < self._first_seen.setdefault(recipient, now) + GREYLIST

    @property
    def is_full(self) -> bool:
        """Whether there are too many connections, this one included."""
        return 0 < self.connections_at_once < len(self._sessions)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(*_ENDINGS):
                await _Session(self, reader, writer).run()
        finally:
            self._sessions.discard(task)
            writer.close()


class _Session:
    def __init__(
        self, server: MisbehavingServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._mode = server.draw(opening=True)
        self._encrypted = server.tls_at_once
        self._sender = self._recipient = ""
        self._under_way = False  # between a MAIL that was taken and its end
        self._letters = 0

    async def run(self) -> None:
        if not await self._greet():
            return
        while line := await self._reader.readline():
            command = line.decode().strip()
            self._server.heard.append(command)
            if self._server.meanwhile is not None:
                await self._server.meanwhile(command)
            if self._mode is Mode.MAIL_BY_DROPS and command.startswith("MAIL"):
                await self._dribble(b"250 sender, as far as I can see at this hour, ok\r\n")
                return
            answer = await self._answer(command.upper(), command)
            if answer == HANGS_UP:
                return
            self._writer.write(answer)
            await self._writer.drain()

    async def _greet(self) -> bool:
        if self._server.is_full:
            self._writer.write(b"421 too many connections\r\n")
            return False
        if self._mode is Mode.NO_BANNER:
            await self._stay_silent()
            return False
        if self._mode is Mode.BANNER_BY_DROPS:
            await self._dribble(b"220 relay.example ready to serve you\r\n")
            return False
        banners = {Mode.BANNER_554: b"554 no service\r\n", Mode.BANNER_421: b"421 busy\r\n"}
        self._writer.write(banners.get(self._mode, b"220 relay.example ready\r\n"))
        return self._mode not in banners

    async def _answer(self, verb: str, command: str) -> bytes:
        if verb.startswith("DATA"):
            return await self._data()
        if verb.startswith("STARTTLS"):
            return await self._encrypt()
        steps = {"EHLO": self._hello, "AUTH": self._auth, "MAIL": self._mail}
        steps |= {"RCPT": self._rcpt, "RSET": self._reset}
        if verb[:4] in steps:
            return steps[verb[:4]](command)
        return b"221 bye\r\n" if verb == "QUIT" else b"500 what?\r\n"

    async def _stay_silent(self) -> None:
        """Owe an answer until the client gives up, or talks on as if it had had one."""
        if line := await self._reader.readline():
            self._server.after_silence.append(line.decode().strip())

    async def _dribble(self, answer: bytes) -> None:
        """A byte at a time, and never the last one: it keeps the client waiting."""
        for byte in answer[:-1]:
            self._writer.write(bytes([byte]))
            await self._writer.drain()
            await asyncio.sleep(_DROP_SECONDS)
        await self._stay_silent()

    def _hello(self, _: str) -> bytes:
        if self._mode is Mode.HELLO_UNPARSABLE:
            return b"hello to you too\r\n"
        if self._mode is Mode.HELLO_554:
            return b"554 not you\r\n"
        offered = self._server.extensions
        if self._server.certificate and not self._encrypted:
            offered = (b"STARTTLS",)
        lines = (b"relay.example", *offered)
        return b"".join(b"250-%s\r\n" % line for line in lines[:-1]) + b"250 %s\r\n" % lines[-1]

    async def _encrypt(self) -> bytes:
        assert self._server.certificate is not None
        self._writer.write(b"220 go ahead\r\n")
        await self._writer.start_tls(self._server.certificate)
        self._encrypted = True
        line = await self._reader.readline()
        self._server.heard.append(line.decode().strip())
        return self._hello("")

    def _auth(self, _: str) -> bytes:
        return b"535 wrong\r\n" if self._mode is Mode.AUTH_REFUSED else b"235 welcome\r\n"

    def _mail(self, command: str) -> bytes:
        if self._mode in AT_OPENING:  # drawn on a kept connection: it has to be opened anew
            return b"421 idle too long\r\n"
        if self._under_way:
            return b"503 one letter at a time\r\n"
        if 0 < self._server.letters_per_connection <= self._letters:
            return b"421 enough for one connection\r\n"
        refusals = {
            Mode.DROP_AT_MAIL: HANGS_UP,
            Mode.MAIL_451: b"451 later\r\n",
            Mode.MAIL_550: b"550 you may not send\r\n",
        }
        self._sender = command.partition("<")[2].rstrip(">")
        self._under_way = self._mode not in refusals
        return refusals.get(self._mode, b"250 sender ok\r\n")

    def _reset(self, _: str) -> bytes:
        self._under_way = False
        return b"250 forgotten\r\n"

    def _rcpt(self, command: str) -> bytes:
        self._recipient = command.partition("<")[2].rstrip(">")
        if self._mode is Mode.RCPT_451_ONCE and self._server.greylist(self._recipient):
            return self._over(b"451 4.7.1 greylisted, come back\r\n")
        if self._mode is Mode.GREYLISTED and self._server.is_too_early(self._recipient):
            return self._over(b"451 4.7.1 greylisted for five minutes\r\n")
        refusals = {
            Mode.RCPT_550: b"550 5.1.1 no such mailbox\r\n",
            Mode.RCPT_530: b"530 5.7.0 log in first\r\n",
            Mode.RCPT_TWICE: b"250 ok\r\n250 ok\r\n",
        }
        if self._mode in refusals:
            return self._over(refusals[self._mode])
        return b"250 recipient ok\r\n"

    def _over(self, answer: bytes) -> bytes:
        """End the transaction with this answer: the next one draws its own mode."""
        self._mode = self._server.draw(opening=False)
        return answer

    async def _data(self) -> bytes:
        early = {
            Mode.DATA_452: b"452 no room\r\n",
            Mode.DATA_554: b"554 no\r\n",
            Mode.DATA_250: b"250 ok\r\n",
        }
        if self._mode is Mode.DROP_BEFORE_354:
            return HANGS_UP
        if self._mode in early:
            return self._over(early[self._mode])
        both = b"250 ok\r\n" if self._mode is Mode.DATA_354_AND_250 else b""
        self._writer.write(b"354 go on\r\n" + both)
        if self._mode is Mode.DROP_MID_DATA:
            await self._reader.readline()
            return HANGS_UP
        content = await self._reader.readuntil(b"\r\n.\r\n")
        return await self._after_the_dot(_unstuffed(content[:-3]))

    async def _after_the_dot(self, content: bytes) -> bytes:
        self._under_way = False
        refusals = {
            Mode.DROP_AFTER_DOT: HANGS_UP,
            Mode.AFTER_DOT_452: b"452 no room after all\r\n",
            Mode.AFTER_DOT_554: b"554 not this\r\n",
            Mode.AFTER_DOT_421: b"421 going down\r\n",
            Mode.AFTER_DOT_552: b"552 5.3.4 too big\r\n",
        }
        if self._mode is Mode.NO_8_BIT and not content.isascii():
            return self._over(b"554 5.6.1 eight bits\r\n")
        if self._mode in refusals:
            return self._over(refusals[self._mode])
        self._letters += 1
        self._server.taken.append(Taken(self._sender, self._recipient, content))
        return await self._accepted()

    async def _accepted(self) -> bytes:
        match self._mode:
            case Mode.ACCEPT_AND_RESET:
                self._writer.transport.abort()
                return HANGS_UP
            case Mode.ACCEPT_AND_CLOSE | Mode.ACCEPT_BY_DROPS:
                if self._mode is Mode.ACCEPT_BY_DROPS:
                    await self._dribble(b"250 taken, and with pleasure, let me tell you\r\n")
                return HANGS_UP
            case Mode.ACCEPT_HALF_LINE:
                self._writer.write(b"250 half a li")
                await self._stay_silent()
                return HANGS_UP
            case Mode.ACCEPT_LATE:
                await self._stay_silent()
                return b"250 at last\r\n"
            case Mode.ACCEPT_THEN_HANG_UP:
                self._writer.write(b"250 taken\r\n")
                return HANGS_UP
        answers = {
            Mode.ACCEPT_GARBAGE: b"ok I suppose\r\n",
            Mode.ACCEPT_THEN_421: b"250 taken\r\n421 going down\r\n",
            Mode.ACCEPT_TWICE: b"250 taken\r\n250 taken\r\n",
        }
        return self._over(answers.get(self._mode, b"250 2.0.0 taken as 4711\r\n"))


def _unstuffed(content: bytes) -> bytes:
    return (b"\r\n" + content).replace(b"\r\n..", b"\r\n.")[2:]

"""A mail catcher on loopback: a real SMTP server that keeps every letter and delivers none."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.demo.record import Unexpected

LOOPBACK = "127.0.0.1"
_TAKEN = "250 OK, kept"
_DOT = b".\r\n"
_END = b"\r\n" + _DOT
_HEADERS = BytesHeaderParser()
_WHOLE = BytesParser()


@dataclass(frozen=True, slots=True)
class Caught:
    """One letter as it came over the wire."""

    decision: str
    letter: str
    recipient: str
    message_id: str
    content: bytes
    file: Path

    def link(self, base_url: str) -> str:
        """The reader's own link: the one that stands alone on its line in the text part."""
        parts = _WHOLE.parsebytes(self.content).walk()
        text = next(part for part in parts if part.get_content_type() == "text/plain")
        lines = bytes(text.get_payload(decode=True)).decode().splitlines()
        links = [line for line in lines if line.startswith(f"{base_url}/respond/")]
        if len(links) != 1 or " " in links[0]:
            raise Unexpected(f"{self.file.name} holds {len(links)} links on lines of their own")
        return links[0]


class _Session(SMTP):
    """The library's SMTP session, but for one thing: a letter is read whole, not line by line.

    Thousands of letters come in less than a minute, each of a hundred lines and more.
    """

    line_length_limit = 2**20

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        """Take the letter that follows, up to the lone dot (RFC 5321 section 4.1.1.4)."""
        envelope = self.envelope
        if arg or envelope is None or not envelope.rcpt_tos:
            await super().smtp_DATA(arg)  # which refuses
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        whole = await self._reader.readuntil(_END)
        envelope.original_content = whole[: -len(_DOT)].replace(b"\r\n..", b"\r\n.")
        await self.push(await self._call_handler_hook("DATA"))
        self._set_post_data_state()  # type: ignore[no-untyped-call] # it has no types


TRAIL = "trail"
"""The folder of letters that are about no decision."""


class Catcher:
    """Keeps letters in memory and as files, and refuses addresses that do not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.mailboxes: frozenset[str] = frozenset()
        self._server: asyncio.Server | None = None
        self._latest: dict[tuple[str, str], Caught] = {}
        self._folders: dict[str, Path] = {}
        self.letters: list[Caught] = []
        self.refused = Counter[str]()
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        self._folder.mkdir(exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, LOOPBACK, 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def _session(self) -> SMTP:
        return _Session(self, hostname="localhost", ident="Quorate demo catcher")

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def handle_RCPT(  # noqa: N802 - the library's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take letters for mailboxes that exist; refuse others for good, as a relay does."""
        if address not in self.mailboxes:
            self.refused[address] += 1
            return f"550 5.1.1 no such mailbox: {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter."""
        for recipient in envelope.rcpt_tos:
            self._keep(recipient, envelope.original_content or b"")
        return _TAKEN

    def _keep(self, recipient: str, content: bytes) -> None:
        head = _HEADERS.parsebytes(content.partition(b"\r\n\r\n")[0])
        decision, letter = head["X-Quorate-Decision"] or TRAIL, head["X-Quorate-Letter"]
        name = f"{len(self.letters) + 1:05}-{letter}-{recipient.partition('@')[0]}.eml"
        file = self._folder_of(decision) / name
        file.write_bytes(content)
        caught = Caught(decision, letter, recipient, head["Message-ID"].strip(), content, file)
        self.letters.append(caught)
        self._latest[decision, recipient] = caught

    def _folder_of(self, decision: str) -> Path:
        if decision not in self._folders:
            self._folders[decision] = self._folder / decision
            self._folders[decision].mkdir()
        return self._folders[decision]

    def latest(self, decision: str, recipient: str) -> Caught:
        """The last letter of a decision to this address. Raises `Unexpected` where none came."""
        caught = self._latest.get((decision, recipient))
        if caught is None:
            raise Unexpected(f"no letter of {decision} has come to {recipient}")
        return caught

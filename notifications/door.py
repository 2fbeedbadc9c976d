"""The door for mail that comes in: SMTP, for letters' own addresses and for nobody else.

Behind it stands an organisation's relay, which routes `bounce+…@` and `reply+…@` here. It takes
nothing for any other address, so it relays nothing; it says 250 only once what the mail means is on
the disk, and 451 where it could not be: the relay then delivers it again, which changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.letterbox import Letterbox

MOST_SESSIONS = 20
MOST_RECIPIENTS = 10
SECONDS = 60.0
"""How long a session may be silent."""

_LONGEST_LINE = 2**16  # some relays send lines longer than they should: RFC 5321 4.5.3.1.6
_TAKEN = "250 2.0.0 Taken"
_LATER = "451 4.3.0 Not now, please deliver it again"
_NO_MAILBOX = "550 5.1.1 No such mailbox"
_STRANGER = "554 5.7.1 This machine may not deliver here"
_FULL = "421 4.3.2 Too many at once, please come again"

logging.getLogger("mail.log").disabled = True  # it writes addresses, and so tokens

Network = IPv4Network | IPv6Network

Notice = Callable[[str, str], None]
"""Told what a mail was and what was done; and of an error by its kind. Neither has an address."""


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Where the door is, who may come to it, and how large a mail may be, in bytes."""

    host: str
    port: int
    allow: tuple[Network, ...]
    largest: int


class _Session(SMTP):
    """The library's session, with a limit to how many there are at once."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, door: "Door", settings: DoorSettings) -> None:
        super().__init__(
            door,
            data_size_limit=settings.largest,
            enable_SMTPUTF8=True,
            hostname="quorate",
            ident="Quorate",
            timeout=SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """One more; none of a stranger, who takes no place of the relay's, and none too many."""
        refusal = self._door.refusal(transport.get_extra_info("peername"))
        if refusal and isinstance(transport, asyncio.Transport):
            transport.set_protocol(asyncio.Protocol())  # the session never hears of it
            transport.write(f"{refusal}\r\n".encode())
            transport.close()
            return
        self._door.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """One less."""
        self._door.sessions.discard(self)
        super().connection_lost(error)


class Door:
    """Listens for mail and puts it into the letterbox."""

    def __init__(self, letterbox: Letterbox, settings: DoorSettings, notice: Notice) -> None:
        self._letterbox = letterbox
        self._settings = settings
        self._notice = notice
        self._server: asyncio.Server | None = None
        self.sessions: set[SMTP] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        sockets: Sequence[object] = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0  # type: ignore[attr-defined] # a socket

    async def open(self) -> None:
        """Listen. Raises OSError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Session(self, self._settings), self._settings.host, self._settings.port
        )

    async def close(self) -> None:
        """Listen no more, and end what is under way: what was not answered is delivered again."""
        if self._server is not None:
            self._server.close()
        for session in tuple(self.sessions):
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
        await asyncio.sleep(0)

    def refusal(self, peer: object) -> str:
        """Why this machine gets no session, as it is told; empty where it gets one."""
        if not self._allows(peer):
            return _STRANGER
        return _FULL if len(self.sessions) >= MOST_SESSIONS else ""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Only for addresses that we made."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not await asyncio.to_thread(self._letterbox.knows, address):
            return _NO_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Say that it was taken once all that it means is on the disk."""
        raw, sender = envelope.original_content or b"", (envelope.mail_from or "").strip("<>")
        for recipient in envelope.rcpt_tos:
            try:
                told = await asyncio.to_thread(self._letterbox.receive, recipient, raw, sender)
            except Exception as error:  # noqa: BLE001 - whatever it is, the mail must not be lost
                self._notice("mail not taken", type(error).__name__)
                return _LATER
            self._notice(told.kind, told.did)
        return _TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """An error outside of all that: told by its kind, for its words may hold an address."""
        self._notice("mail not taken", type(error).__name__)
        return _LATER

    def _allows(self, peer: object) -> bool:
        try:
            address = ip_address(str(peer[0] if isinstance(peer, tuple) else peer).split("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._settings.allow)

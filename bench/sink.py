"""`python -m bench.sink PORT`: a relay that takes every letter, in a process of its own.

It does as little as a relay can, so that what is measured is the sender. `XCOUNT` asks it how many
letters it took, and when the first and the last came, by the machine's own steady clock.
"""

import asyncio
import socket
import sys
import time

GREETING = b"220 sink ready\r\n"
_REPLIES = {
    b"EHLO": b"250-sink\r\n250 8BITMIME\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"RSET": b"250 ok\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
_END = b"\r\n.\r\n"


class Taken:
    """How many letters came, and when."""

    def __init__(self) -> None:
        self.number, self.first, self.last = 0, 0.0, 0.0

    def note(self) -> None:
        """One more."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.number += 1

    def told(self) -> bytes:
        """The count and the two instants; the next count begins anew."""
        words = f"250 {self.number} {self.first!r} {self.last!r}\r\n".encode()
        self.number, self.first, self.last = 0, 0.0, 0.0
        return words


class Session(asyncio.Protocol):
    """One connection: commands in lines, a letter to its dot."""

    def __init__(self, taken: Taken) -> None:
        self._taken, self._unread, self._in_letter = taken, bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer every command that is whole."""
        self._unread += data
        while self._step():
            pass

    def _step(self) -> bool:
        end = _END if self._in_letter else b"\r\n"
        found = self._unread.find(end)
        if found < 0:
            return False
        line = bytes(self._unread[:4])
        del self._unread[: found + len(end)]
        if self._in_letter:
            self._taken.note()
            self._in_letter = False
            self._transport.write(b"250 taken\r\n")
        else:
            self._in_letter = line == b"DATA"
            told = self._taken.told() if line == b"XCOU" else b"500 what?\r\n"
            self._transport.write(_REPLIES.get(line, told))
        return True


def ask(port: int) -> tuple[int, float, float]:
    """How many letters the sink took since it was asked last, and when first and last."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        file = line.makefile("rb")
        file.readline()
        line.sendall(b"XCOUNT\r\n")
        _, number, first, last = file.readline().split()
    return int(number), float(first), float(last)


async def _serve(port: int) -> None:
    taken = Taken()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(taken), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))

"""A load of form posts over kept connections, from this process, in a closed loop."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What a run measured: requests a second, and times in milliseconds."""

    rate: float
    p50: float
    p99: float
    failed: int


async def _client(port: int, requests: Sequence[bytes], wanted: bytes, times: list[float]) -> int:
    failed = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        start = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _length(head)
        if length:
            await reader.readexactly(length)
        times.append(time.perf_counter() - start)
        failed += not head.startswith(wanted)
    writer.close()
    return failed


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def measure(port: int, requests: Sequence[bytes], clients: int, wanted: bytes) -> Load:
    """Share the requests among the clients, and time each."""
    times: list[float] = []

    async def run() -> int:
        shares = [requests[n::clients] for n in range(clients)]
        return sum(await asyncio.gather(*(_client(port, s, wanted, times) for s in shares)))

    start = time.perf_counter()
    failed = asyncio.run(run())
    spent = time.perf_counter() - start
    ordered = sorted(times)
    return Load(
        len(times) / spent,
        1000 * ordered[len(ordered) // 2],
        1000 * ordered[int(len(ordered) * 0.99)],
        failed,
    )


def post(path: str, form: str) -> bytes:
    """A form post, as a browser sends it."""
    body = form.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(path: str) -> bytes:
    """A page asked for."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

"""Letters from owed to settled, beside ready-made bytes over one kept connection."""

import asyncio
import time

import aiosmtplib
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.stage import free_port, stage

PRACTICES = 400
LETTER = b"Subject: x\r\n\r\n" + b"line of a letter\r\n" * 400


class Sink:
    """Takes every letter and counts it."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take a letter."""
        self.taken += 1
        return "250 taken"


def run() -> None:
    """Print letters a second of the product and of the bare loop, against the same sink."""
    port, sink = free_port(), Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        number, rate = _ours(port)
        bare = asyncio.run(_bare(port, number))
    finally:
        controller.stop()
    print("| letters | product, a second | one reused connection, ready-made bytes | ratio |")
    print("|---:|---:|---:|---:|")
    print(f"| {number} | {rate:.0f} | {bare:.0f} | {rate / bare:.2f} |\n")


def _ours(port: int) -> tuple[int, float]:
    with stage(PRACTICES, smtp_port=port) as here:
        here.open_vote()
        postman = here.app.postman()

        async def deliver() -> int:
            posted = await postman.deliver()
            await postman.aclose()
            return posted.sent

        start = time.perf_counter()
        sent = asyncio.run(deliver())
        return sent, sent / (time.perf_counter() - start)


async def _bare(port: int, number: int) -> float:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    start = time.perf_counter()
    for _ in range(number):
        await client.sendmail("a@ccg.example", ["b@practice.example"], LETTER)
    spent = time.perf_counter() - start
    await client.quit()
    return number / spent

"""The counter: answers that arrive together are recorded in one commit, each acknowledged after it.

One thread serves everyone who waits, so that writers stand in line instead of contending. A refusal
comes before anything is written, so it needs no savepoint; if anything else goes wrong the whole
page is undone and each answer is taken again on a page of its own.
"""

from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from engine.commands import CallIn, Challenge, GiveAnswer
from engine.errors import Refused
from engine.refusals import LinkRevoked
from storage.decisions import Asker
from storage.ledger import Page
from storage.links import LinkHolder, is_live
from workflows.desk import Desk, Handled

TOGETHER = 32
"""Answers that one commit may hold: more would keep the first ones waiting."""

PATIENCE = 30
"""Seconds that a counter which closes waits for its last answers."""


Sent = GiveAnswer | CallIn | Challenge
"""What a person can send by link."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    holder: LinkHolder
    command: Sent
    result: Future[Handled]


class Counter:
    """Takes answers, several in a commit where several wait."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self.starting = Lock()
        self._server: Thread | None = None

    def give(self, holder: LinkHolder, command: Sent) -> Handled:
        """Record an answer; returns when it is on the disk. Raises `Refused` as the desk does."""
        mine = _Waiting(holder, command, Future())
        self.queue.put(mine)
        self._be_served()
        return mine.result.result()

    def _be_served(self) -> None:
        """Make sure that somebody stands at the counter."""
        if self._server is None or not self._server.is_alive():
            with self.starting:
                if self._server is None or not self._server.is_alive():
                    self._server = Thread(target=self._work, name="counter", daemon=True)
                    self._server.start()

    def close(self) -> None:
        """Send home whoever serves, once all who wait have been served."""
        server = self._server
        if server is not None:
            self.queue.put(None)
            server.join(PATIENCE)

    def _work(self) -> None:
        """Serve whoever waits, together, until the counter closes."""
        closing = False
        while True:
            came = self._who_came(stay=not closing)
            if None in came:
                closing = True
                self._server = None  # before the last look: who comes after it finds nobody here
            together = [each for each in came if each is not None]
            if together:
                self._serve(together)
            elif closing:
                return

    def _who_came(self, *, stay: bool) -> list[_Waiting | None]:
        """As many as a commit may hold; where one stays, at least one."""
        came = [self.queue.get()] if stay else []
        with suppress(Empty):
            while len(came) < TOGETHER:
                came.append(self.queue.get_nowait())
        return came

    def _serve(self, together: list[_Waiting]) -> None:
        """Serve these in one commit, and tell each what came of it."""
        try:
            results = self._on_one_page(together)
        except Exception:  # noqa: BLE001 - undone whole; each is taken again, and fails alone
            self._one_by_one(together)
            return
        for waiting, result in zip(together, results, strict=True):
            if isinstance(result, Refused):
                waiting.result.set_exception(result)
            else:
                waiting.result.set_result(result)

    def _on_one_page(self, together: list[_Waiting]) -> list[Handled | Refused]:
        results: list[Handled | Refused] = []
        touched: set[tuple[str, str]] = set()
        with self.desk.store.ledger.page() as page:
            for waiting in together:
                place = (waiting.holder.decision, waiting.holder.practice)
                if place in touched:
                    page.flush()  # the same practice again: it must see its own answer
                touched.add(place)
                before = page.written
                try:
                    results.append(self._take(page, waiting))
                except Refused as refused:
                    if page.written != before:
                        message = "refused after something was written"
                        raise RuntimeError(message) from refused
                    results.append(refused)
        return results

    def _one_by_one(self, together: list[_Waiting]) -> None:
        for waiting in together:
            try:
                with self.desk.store.ledger.page() as page:
                    handled = self._take(page, waiting)
            except Exception as error:  # noqa: BLE001 - it belongs to this sender alone
                waiting.result.set_exception(error)
            else:
                waiting.result.set_result(handled)

    def _take(self, page: Page, waiting: _Waiting) -> Handled:
        """Rule on one answer. Its link may have been revoked since it was looked up."""
        holder = waiting.holder
        if not is_live(page.connection, holder):
            raise LinkRevoked
        asker = Asker(holder.practice, holder.person)
        return self.desk.rule(page, holder.decision, waiting.command, asker)

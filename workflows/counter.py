"""The counter: answers that arrive together are recorded in one commit, each acknowledged after it.

Whoever finds the counter free serves everyone who waits; the others wait for their own result. A
refusal comes before anything is written, so it needs no savepoint; if anything else goes wrong the
whole page is undone and each answer is taken again on a page of its own.
"""

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock

from engine.commands import GiveAnswer
from engine.errors import Refused
from engine.refusals import LinkRevoked
from storage.decisions import Asker
from storage.ledger import Page
from storage.links import LinkHolder, is_live
from workflows.desk import Desk, Handled

TOGETHER = 32
"""Answers that one commit may hold: more would keep the first ones waiting."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    holder: LinkHolder
    command: GiveAnswer
    result: Future[Handled]


@dataclass(slots=True)
class Counter:
    """Takes answers, several in a commit where several wait."""

    desk: Desk
    queue: deque[_Waiting] = field(default_factory=deque)
    serving: Lock = field(default_factory=Lock)

    def give(self, holder: LinkHolder, command: GiveAnswer) -> Handled:
        """Record an answer; returns when it is on the disk. Raises `Refused` as the desk does."""
        mine = _Waiting(holder, command, Future())
        self.queue.append(mine)
        while not mine.result.done():
            if not self.serving.acquire(timeout=1):
                continue
            try:
                if not mine.result.done():
                    self._serve()
            finally:
                self.serving.release()
        return mine.result.result()

    def _serve(self) -> None:
        """Serve the first who wait, in one commit."""
        together = [self.queue.popleft() for _ in range(min(TOGETHER, len(self.queue)))]
        try:
            results = self._on_one_page(together)
        except Exception:  # noqa: BLE001 - undone whole; each is taken again, and fails alone
            self._one_by_one(together)
            return
        except BaseException as error:  # the program is ending: nobody may wait for ever
            for waiting in together:
                waiting.result.set_exception(error)
            raise
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
                try:
                    results.append(self._take(page, waiting))
                except Refused as refused:
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

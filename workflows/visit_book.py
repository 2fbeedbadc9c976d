"""The visitors' book: whose page was opened, people and what looks like machines apart.

A first look is put down at once. Those that follow within a minute are put down with the next one,
so that whoever opens a link ten thousand times keeps no voter waiting.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import structlog

from storage.database import Trouble
from storage.links import LinkHolder
from storage.page_visits import last_accepted, note_page_visit
from storage.setup import Store
from workflows.lookers import Look, looks_like

_log = structlog.get_logger("visits")

NOTED_EVERY = timedelta(minutes=1)
MOST_KEPT = 10_000

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class _Waiting:
    noted_at: datetime
    times: int = 0


@dataclass(slots=True)
class VisitBook:
    """Notes visits; forgets, at a restart, no more than repeats of the last minute."""

    kept: OrderedDict[Key, _Waiting] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def note(self, store: Store, holder: LinkHolder, look: Look) -> None:
        """Put a visit down, if it is time to; never in anybody's way, and never an error."""
        now = store.ledger.now()
        try:
            with store.database.reading() as reading:
                accepted = last_accepted(reading, holder)
            looks = looks_like(look, now - accepted if accepted else None)
            times = self._times((holder.decision, holder.practice, holder.person, looks), now)
            if times:
                with store.database.noting() as noting:
                    note_page_visit(noting, holder, looks, now, times)
        except Trouble as error:
            _log.warning("visit not noted", because=type(error).__name__)

    def _times(self, key: Key, now: datetime) -> int:
        """How many visits are to be put down now; none where the last are too near."""
        with self.lock:
            held = self.kept.pop(key, None)
            fresh = held is None or now - held.noted_at >= NOTED_EVERY
            times = (held.times if held else 0) + 1
            kept = _Waiting(now) if fresh or held is None else _Waiting(held.noted_at, times)
            self.kept[key] = kept
            if len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)
            return times if fresh else 0

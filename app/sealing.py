"""Sealing soon after something was recorded, so that a receipt is signed before it is looked at.

A thread of its own, because nobody should wait for it: answers are acknowledged first, and many
that come together are sealed together. If it fails, the post seals when it next writes letters.
"""

from threading import Event, Thread

import structlog

from storage.checkpoints import Sealer

PAUSE_SECONDS = 0.5
"""How long it rests between two checkpoints, so that voters do not wait for the disk."""

_log = structlog.get_logger("sealing")


class Sealing:
    """Releases a checkpoint whenever something was recorded, until it is stopped."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._recorded = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="sealing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def note(self) -> None:
        """Something was recorded."""
        self._recorded.set()

    def stop(self) -> None:
        """Seal what is left, and end."""
        self._stopped.set()
        self._recorded.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._recorded.wait()
            self._recorded.clear()
            self._seal()
            self._stopped.wait(PAUSE_SECONDS)

    def _seal(self) -> None:
        try:
            self._sealer.seal()
        except Exception as error:  # noqa: BLE001 - health says why; the next answer tries again
            _log.error("not sealed", error=f"{type(error).__name__}: {error}")

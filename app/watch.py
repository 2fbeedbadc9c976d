"""Whether the clock is trusted, across processes: what one suspects, another may have confirmed."""

from app.clock import GuardedClock
from storage.database import Database
from storage.marks import read_mark


class Watch:
    """The desk's question to the clock. A confirmation given elsewhere is noticed here."""

    def __init__(self, clock: GuardedClock, database: Database) -> None:
        self._clock, self._database = clock, database
        self._noted = False

    def suspicion(self) -> str | None:
        """Why deadlines must not fire now; None when all is well."""
        because = self._clock.suspicion()
        if because is None:
            self._noted = False
            return None
        with self._database.reading() as reading:
            standing = read_mark(reading, "clock") is not None
        if self._noted and not standing:
            self._clock.trust()
            return None
        self._noted = standing
        return because

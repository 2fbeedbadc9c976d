"""What storage is given rather than takes: the time, and random bytes."""

from collections.abc import Callable
from datetime import datetime

Now = Callable[[], datetime]
"""The instant, aware UTC, as the guarded clock has it."""

RandomBytes = Callable[[int], bytes]
"""That many bytes from the operating system's generator."""

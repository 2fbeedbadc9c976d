"""What the site must be told; nothing is read from the environment or a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

_USUAL_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Settings of the site. `base_url` is the only source of origin and path, never `Host`."""

    base_url: str
    organisation: str  # named in the header of pages that belong to no decision
    words: Callable[[datetime], str]  # an instant in words, in London time
    seconds: Callable[[], float]  # a clock that only goes forward
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For is believed
    misses_allowed: int = 60  # unknown links one address may try at once
    misses_per_minute: float = 30.0  # and how fast that allowance comes back
    sign_ins_allowed: int = 20  # failed sign-ins of one address at once
    sign_ins_per_minute: float = 2.0  # and how fast that allowance comes back
    answering_threads: int = 24
    reading_threads: int = 8

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser writes them in `Origin`."""
        parts = urlsplit(self.base_url)
        host = parts.hostname or ""
        name = f"[{host}]" if ":" in host else host
        usual = parts.port in (None, _USUAL_PORTS.get(parts.scheme))
        return f"{parts.scheme}://{name}" + ("" if usual else f":{parts.port}")

    @property
    def root(self) -> str:
        """The path in front of every address, empty for most: `https://host/votes` has `/votes`."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach the site by https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along: by https, or within this machine."""
        return self.is_https or urlsplit(self.base_url).hostname in _LOOPBACK

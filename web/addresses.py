"""The address a request came from: the peer's, unless the peer is a proxy we trust."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

Networks = tuple[IPv4Network | IPv6Network, ...]
_HOME_PREFIX = 64
"""An IPv6 subscriber holds a whole /64, so it counts as one address."""


def read_networks(texts: Iterable[str]) -> Networks:
    """Addresses and networks as written in `trusted_proxies`. Raises ValueError on nonsense."""
    return tuple(ip_network(text, strict=False) for text in texts)


def client_address(scope: Scope, trusted: Networks) -> str:
    """Who sent the request, `unknown` on a local socket. Only trusted proxies are believed."""
    client = scope.get("client")
    address = client[0] if client else "unknown"
    for hop in reversed(_forwarded(scope)):
        if not _is_trusted(address, trusted):
            break
        address = hop
    return _home(address)


def _forwarded(scope: Scope) -> list[str]:
    values = (value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return [hop.strip() for hop in b",".join(values).decode("latin-1").split(",") if hop.strip()]


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed


def _is_trusted(address: str, trusted: Networks) -> bool:
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _home(address: str) -> str:
    parsed = _parse(address)
    if parsed is None:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, _HOME_PREFIX), strict=False))
    return str(parsed)

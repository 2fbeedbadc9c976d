"""Six digits that an authenticator app shows for thirty seconds: TOTP, RFC 6238 upon RFC 4226."""

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

SECRET = 20
"""Bytes of a new secret: as many as SHA-1 gives, as RFC 4226 section 4 recommends."""

PERIOD = 30
"""Seconds that one code is shown for."""

DIGITS = 6

DRIFT = 1
"""Steps before and after the present one that are taken too: a telephone's clock may be off by
that much (RFC 6238 section 5.2)."""

_LOW = 0x7FFF_FFFF
_GROUP = 4


def step_at(instant: datetime) -> int:
    """The number of the thirty seconds that an instant falls into, counted from 1970."""
    return int(instant.timestamp()) // PERIOD


def code_of(secret: bytes, step: int, digits: int = DIGITS, digest: str = "sha1") -> str:
    """What an app shows in that step. Apps use SHA-1; the longer ones are RFC 6238's own."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), digest)
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & _LOW
    return f"{number % 10**digits:0{digits}}"


def fitting_step(secret: bytes, typed: str, now: datetime, last: int | None) -> int | None:
    """The step whose code was typed, None where it is wrong, or no later than the `last` one used.

    Every step that may fit is looked at, so that the time taken tells nothing.
    """
    digits = "".join(typed.split()).encode()
    middle, found = step_at(now), None
    for step in range(middle - DRIFT, middle + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), digits):
            found = step
    used = found is not None and last is not None and found <= last
    return None if used else found


def spelt(secret: bytes) -> str:
    """The secret as it is typed into an app: base32 in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def app_link(secret: bytes, who: str, issuer: str) -> str:
    """The address that an app on the same device opens: `otpauth://totp/…`."""
    label = quote(f"{issuer}:{who}", safe="")
    asked = {
        "secret": spelt(secret).replace(" ", ""),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": str(DIGITS),
        "period": str(PERIOD),
    }
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"

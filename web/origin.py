"""Whether a form came from our own page. The secret is the token in the path; this is the belt.

A browser that obeys `Referrer-Policy: no-referrer` sends `Origin: null` from our own page, so null
counts as absent; so does a missing header, which scripts and old browsers send.
"""

from starlette.datastructures import Headers


def is_foreign(headers: Headers, own_origin: str) -> bool:
    """Whether the browser says that another site sent this form."""
    if headers.get("sec-fetch-site", "").lower() == "cross-site":
        return True
    origin = headers.get("origin", "null").lower()
    return origin not in ("null", own_origin.lower())

"""Style sheets and images: read once, served from memory under an address that names their content.

The address changes whenever a file does, so browsers may keep what they have for ever.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_HOME = Path(__file__).parent / "static"
_KINDS = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and compressed."""

    kind: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """The static files by name, and the digest of them all that their addresses carry."""

    digest: str
    files: Mapping[str, Asset]

    def serve(self, request: Request) -> Response | None:
        """The file asked for, or None where there is none."""
        asset = self.files.get(request.path_params["name"])
        if asset is None or request.path_params["digest"] != self.digest:
            return None
        packs = "gzip" in request.headers.get("accept-encoding", "")
        return Response(
            asset.packed if packs else asset.plain,
            headers={"cache-control": _FOR_EVER, "vary": "accept-encoding"}
            | ({"content-encoding": "gzip"} if packs else {}),
            media_type=asset.kind,
        )


def load_assets(home: Path = _HOME) -> Assets:
    """Read the static files; anything that is no style sheet or image stays unserved."""
    paths = sorted(path for path in home.rglob("*") if path.suffix in _KINDS)
    files = {path.relative_to(home).as_posix(): _load(path) for path in paths}
    whole = hashlib.sha256()
    for name, asset in files.items():
        whole.update(f"{name}\0{len(asset.plain)}\0".encode() + asset.plain)
    return Assets(whole.hexdigest()[:_DIGEST_LENGTH], files)


def _load(path: Path) -> Asset:
    plain = path.read_bytes()
    return Asset(_KINDS[path.suffix], plain, gzip.compress(plain, mtime=0))

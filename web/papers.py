"""Files handed to a browser: always a download, never run, whatever is in them."""

from pathlib import PurePosixPath
from urllib.parse import quote

from starlette.responses import Response

from web.shield import FILE_POLICY
from web.text import without_hidden

_KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ics": "text/calendar; charset=utf-8",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".tlog-proof": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_UNKNOWN_KIND = "application/octet-stream"


def serve_paper(name: str, content: bytes) -> Response:
    """The file under its own name, stripped of folders and control characters."""
    plain = without_hidden(PurePosixPath(name.replace("\\", "/")).name) or "paper"
    return Response(
        content,
        media_type=_KINDS.get(PurePosixPath(plain).suffix.lower(), _UNKNOWN_KIND),
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(plain, safe='')}",
            "content-security-policy": FILE_POLICY,
        },
    )

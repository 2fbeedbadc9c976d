"""A large file handed to a browser bit by bit: it is never in memory as a whole.

It is written to a file without a name first, so that reading the trail takes no longer because the
browser is slow, and what fails while it is made is still told in plain words.
"""

from functools import partial
from typing import BinaryIO
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web.shield import FILE_POLICY

CHUNK = 65_536


class Download(Response):
    """The file's content from its start; the file is closed when it has been sent."""

    def __init__(self, file: BinaryIO, name: str, media_type: str) -> None:
        self._file = file
        size = file.seek(0, 2)
        file.seek(0)
        super().__init__(
            media_type=media_type,
            headers={
                "content-length": str(size),
                "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
                "content-security-policy": FILE_POLICY,
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """ASGI."""
        with self._file:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            wanted = scope["method"] != "HEAD"
            while wanted and (chunk := await to_thread.run_sync(partial(self._file.read, CHUNK))):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

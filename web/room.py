"""The committee's room: every decision, one decision, what to take away and how to check it."""

from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.errors import Refused
from engine.notes import Checkpoint
from web import door_notices
from web.desk import Room
from web.downloads import Download
from web.lanes import Lanes
from web.notices import Notice
from web.pages import Pages
from web.papers import serve_paper
from web.settings import WebSettings
from web.visits import Visits
from workflows.sign_in import Visitor

ROLES = frozenset({"committee", "lay_chair"})
"""Who may enter: the lay members who audit, and their chair."""

VERIFIER = "verify.py"
_ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class Checking:
    """What somebody needs who checks a bundle: the verifier's own hash, the newest checkpoint."""

    verifier: str | None
    checkpoint: Checkpoint | None


class CommitteeRoom:
    """The endpoints behind `/committee`. They only read; that somebody looked is put down."""

    def __init__(self, room: Room, settings: WebSettings, pages: Pages, lanes: Lanes) -> None:
        self._room, self._pages, self._lanes = room, pages, lanes
        self._visits = Visits(settings)

    async def decisions(self, request: Request, visitor: Visitor) -> Response:
        """The list of all decisions."""
        listed = await self._lanes.read(self._room.decisions, visitor.person)
        token, has_bundles = self._visits.token(request), self._room.has_bundles
        return HTMLResponse(self._pages.decisions(listed, visitor, token, has_bundles=has_bundles))

    async def decision(self, request: Request, visitor: Visitor) -> Response:
        """One decision, leaf by leaf."""
        reference = str(request.path_params["reference"])
        page = await self._lanes.read(self._room.decision, visitor.person, reference)
        if page is None:
            return self._say(door_notices.NO_DECISION)
        token, has_bundles = self._visits.token(request), self._room.has_bundles
        return HTMLResponse(self._pages.audited(page, visitor, token, has_bundles=has_bundles))

    async def certificate(self, request: Request, visitor: Visitor) -> Response:
        """What became of every letter of one decision."""
        reference = str(request.path_params["reference"])
        page = await self._lanes.read(self._room.certificate, visitor.person, reference)
        if page is None:
            return self._say(door_notices.NO_DECISION)
        return HTMLResponse(self._pages.certified(page, visitor, self._visits.token(request)))

    async def checking(self, request: Request, visitor: Visitor) -> Response:
        """How to check a bundle without trusting this site."""
        file = await self._lanes.read(self._room.verifier)
        checkpoint = await self._lanes.read(self._room.checkpoint)
        checking = Checking(
            verifier=sha256(file).hexdigest() if file is not None else None,
            checkpoint=checkpoint,
        )
        token = self._visits.token(request)
        return HTMLResponse(self._pages.checking(checking, visitor, token))

    async def verifier(self, _request: Request, _visitor: Visitor) -> Response:
        """The verifier's file, to be compared with a hash from elsewhere."""
        file = await self._lanes.read(self._room.verifier)
        return self._say(door_notices.NOTHING_TO_TAKE) if file is None else _python(file)

    async def bundle(self, request: Request, visitor: Visitor) -> Response:
        """The audit bundle of one decision, or of the whole trail."""
        reference = request.path_params.get("reference")
        name = f"audit-{reference or 'whole-trail'}.zip"
        if request.method == "HEAD":
            return Response(media_type=_ZIP)  # nothing is made for whoever takes nothing
        file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - the download closes it
        try:
            args = (visitor.person, reference, file)
            written = await self._lanes.pack(self._room.write_bundle, *args)
        except Refused as refused:
            file.close()
            return self._say(door_notices.not_made(refused.says))
        except BaseException:
            file.close()
            raise
        if not written:
            file.close()
            return self._say(door_notices.NOTHING_TO_TAKE)
        return Download(file, name, _ZIP)

    def _say(self, notice: Notice) -> Response:
        return HTMLResponse(self._pages.notice(notice), notice.status)


def _python(file: bytes) -> Response:
    """Bytes as they are: a hash is compared with them."""
    response = serve_paper(VERIFIER, file)
    response.headers["content-type"] = "text/x-python; charset=utf-8"
    return response

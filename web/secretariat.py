"""The secretariat's desk: one page, of what wants a person now."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.desk import Secretariat
from web.lanes import Lanes
from web.pages import Pages
from web.settings import WebSettings
from web.visits import Visits
from workflows.sign_in import Visitor

ROLES = frozenset({"secretary"})
"""Who may enter: those who run the decisions."""

ADDRESS = "/desk"


class SecretariatDesk:
    """The endpoint behind `/desk`. It only reads."""

    def __init__(
        self, secretariat: Secretariat, settings: WebSettings, pages: Pages, lanes: Lanes
    ) -> None:
        self._secretariat, self._pages, self._lanes = secretariat, pages, lanes
        self._visits = Visits(settings)

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """What wants a person, and where each decision under way stands."""
        page = await self._lanes.read(self._secretariat.page)
        token = self._visits.token(request)
        return HTMLResponse(self._pages.secretariat(page, visitor, token))

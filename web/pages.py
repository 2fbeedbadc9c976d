"""Drawing pages. Templates are compiled when the site is built, nothing is built per request."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.answering import COMMENT_LIMIT
from engine.queries import ANSWER_WITHIN
from web import wording
from web.assets import Assets
from web.notices import Notice
from web.people_forms import ROLES, AskSent, draw_forms
from web.queries import NO_QUERY, Query
from web.receipts import proof_lines, write_receipt
from web.settings import WebSettings
from web.sheet import BLANK, NO_FAULTS, draw_sheet
from web.text import paragraphs
from web.visits import form_token
from workflows.account_page import AccountPage
from workflows.answers import Answer, PracticePage, Receipt, WaitingReplies
from workflows.audit import Audited, Listed
from workflows.beside import Asked
from workflows.certificate_page import CertificatePage
from workflows.people_page import PeoplePage
from workflows.secretariat import SecretariatPage
from workflows.sign_in import Factor, Visitor

_TEMPLATES = Path(__file__).parent / "templates"
_ALWAYS_KEPT = -1

COMMITTEE_WAYS = (
    ("/committee", "Decisions"),
    ("/committee/allowance", "Management allowance"),
    ("/committee/checking", "Checking the trail"),
)
"""The committee's room as its navigation has it: one line for each page to go to."""


class Pages:
    """Every page of the site as text."""

    def __init__(self, settings: WebSettings, assets: Assets) -> None:
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=_ALWAYS_KEPT,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(_globals(settings, assets))
        self._words = settings.words
        self._templates = {
            name: environment.get_template(name) for name in environment.list_templates()
        }

    def home(self) -> str:
        """What is at the site's bare address."""
        return self._draw("home.html")

    def practice(
        self,
        page: PracticePage,
        link: str,
        typed: Answer = BLANK,
        faults: Mapping[str, str] = NO_FAULTS,
        asked: Asked | None = None,
    ) -> str:
        """A person's page for one decision, with what was typed where it must be asked again."""
        sheet = draw_sheet(page, typed, faults, asked)
        return self._draw("practice.html", page=page, sheet=sheet, link=link)

    def replies(
        self,
        waiting: WaitingReplies,
        link: str,
        typed: Answer = BLANK,
        faults: Mapping[str, str] = NO_FAULTS,
        reply: int = 0,
    ) -> str:
        """E-mails that wait for a person's word; `reply` is the one that must be asked again."""
        errors = tuple((f"r{reply}-{field}", says) for field, says in faults.items())
        return self._draw(
            "reply.html",
            waiting=waiting,
            link=link,
            typed=typed,
            faults=faults,
            errors=errors,
            asked=reply,
        )

    def people(self, page: PeoplePage, link: str, sent: AskSent | None = None) -> str:
        """Who a practice's people are, with what was typed where it must be asked again."""
        forms, errors = draw_forms(sent)
        return self._draw(
            "people.html",
            page=page,
            link=link,
            forms=forms,
            errors=errors,
            titles=wording.CORRECTIONS,
            roles=ROLES,
        )

    def receipt(self, receipt: Receipt, link: str) -> str:
        """What stands recorded; `link` leads back to the decision's page."""
        return self._draw(
            "receipt.html",
            page=receipt.page,
            proofs=receipt.proofs,
            unsealed=receipt.unsealed,
            link=link,
        )

    def certificate(self, page: CertificatePage, link: str) -> str:
        """What became of the letters to one practice, for the practice."""
        return self._draw("certificate.html", page=page, link=link)

    def receipt_text(self, receipt: Receipt) -> str:
        """The receipt as a text file."""
        return write_receipt(receipt, self._words)

    def notice(self, notice: Notice, link: str = "", typed: str = "") -> str:
        """A page that says no; `typed` is a comment that must not be lost."""
        return self._draw("notice.html", notice=notice, link=link, typed=typed)

    # --- the door, and the committee's room -------------------------------------------------

    def door(self, page: str, email: str, faults: Mapping[str, str], code: str = "") -> str:
        """Where a person of the body signs in, or sets signing in up (`page`).

        `code` is a set-up code that need not be typed again because a password was not taken.
        """
        return self._draw(f"{page}.html", email=email, faults=faults, code=code)

    def second_factor(self, factor: Factor, token: str, faults: Mapping[str, str]) -> str:
        """The secret for the app, and the code that shows that it works."""
        return self._draw(
            "second_factor.html", factor=factor, form=form_token(token), faults=faults
        )

    def turned_away(
        self, notice: Notice, visitor: Visitor, token: str, typed: str = "", back: str = ""
    ) -> str:
        """A page that says no to somebody who is signed in, so that they can sign out again.

        `typed` is a text that must not be lost; `back` is the address of the page it came from.
        """
        return self._room("turned_away.html", visitor, token, notice=notice, typed=typed, back=back)

    def decisions(
        self, listed: tuple[Listed, ...], visitor: Visitor, token: str, *, has_bundles: bool
    ) -> str:
        """Every decision, for an auditor."""
        return self._room("committee.html", visitor, token, listed=listed, has_bundles=has_bundles)

    def audited(self, page: Audited, visitor: Visitor, token: str, *, has_bundles: bool) -> str:
        """One decision, for an auditor."""
        return self._room("audited.html", visitor, token, page=page, has_bundles=has_bundles)

    def certified(self, page: CertificatePage, visitor: Visitor, token: str) -> str:
        """What became of every letter of a decision, for an auditor."""
        return self._room("certified.html", visitor, token, page=page)

    def account(
        self, page: AccountPage, visitor: Visitor, token: str, query: Query = NO_QUERY
    ) -> str:
        """A year's account of the allowance, with a query where it must be asked again."""
        return self._room("account.html", visitor, token, page=page, query=query)

    def secretariat(self, page: SecretariatPage, visitor: Visitor, token: str) -> str:
        """The secretariat's desk."""
        return self._room("secretariat.html", visitor, token, page=page)

    def checking(self, checking: object, visitor: Visitor, token: str) -> str:
        """How a bundle is checked."""
        return self._room("checking.html", visitor, token, checking=checking)

    def _room(self, name: str, visitor: Visitor, token: str, **values: object) -> str:
        return self._draw(name, visitor=visitor, form=form_token(token), **values)

    def _draw(self, name: str, **values: object) -> str:
        return self._templates[name].render(values)


def _globals(settings: WebSettings, assets: Assets) -> dict[str, Any]:
    return {
        "site_organisation": settings.organisation,
        "static": f"{settings.root}/static/{assets.digest}",
        "root": settings.root,
        "committee_ways": COMMITTEE_WAYS,
        "answer_within": ANSWER_WITHIN,
        "most_asked": f"{COMMENT_LIMIT:,}",
        "words": settings.words,
        "tags": wording.TAGS,
        "corrections": wording.CORRECTIONS,
        "choice_words": wording.choice_words,
        "choice_hint": wording.choice_hint,
        "result_words": wording.result_words,
        "disposition_words": wording.disposition_words,
        "paragraphs": paragraphs,
        "route_words": wording.route_words,
        "size_words": wording.size_words,
        "due_label": wording.due_label,
        "form_title": wording.form_title,
        "asked_words": wording.asked_words,
        "asked_so_far": wording.asked_so_far,
        "deed_words": wording.deed_words,
        "days_words": wording.days_words,
        "queries_words": wording.queries_words,
        "fact_words": wording.fact_words,
        "silent_words": wording.silent_words,
        "recorded_words": wording.recorded_words,
        "proof_lines": proof_lines,
    }

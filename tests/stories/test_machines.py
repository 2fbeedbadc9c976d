"""No machine votes, comments, corrects or leaves a trace on record, on the real desk (promise P8).

Six classes: machines that open, that look, that follow rewritten links, that post forms as served;
and two browsers, one that runs what it is given and waits, one that clicks everything.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.sealing import Sealing
from app.server import house_of
from engine.correcting import Asking as Wanted
from storage import tables
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE
from tests.stories.register import CODES
from tests.stories.telling import Story
from tests.web.browsing import browsing, needs_chromium, serving, serving_site
from tests.web.sample_pages import settings_for
from tests.web.test_machines import click_everything, open_and_run, send_as_served
from tests.web.visiting import CHEAP, WAYS, Asking
from web.site import build_site
from workflows.answers import Answer
from workflows.people_page import Ask

VISITS = 10_000
ROLES = ("lead", "deputy", "manager")


@dataclass(frozen=True)
class Busy:
    """A body with a decision in each state that has a form, and every link to them."""

    story: Story
    links: dict[str, list[str]]  # by the state's name

    def on_record(self) -> Counter[str]:
        """All that a machine must not add to: leaves by kind, corrections, answers, mailings."""
        counted: Counter[str] = Counter()
        with self.story.app.store.database.reading() as reading:
            query = select(tables.leaf.c.type, func.count().label("n")).group_by(tables.leaf.c.type)
            counted.update({row.type: row.n for row in reading.execute(query)})
            for table in (tables.correction, tables.answer, tables.comment, tables.mailing):
                number = reading.execute(select(func.count()).select_from(table)).scalar_one()
                counted[table.name] = number
        return counted


@pytest.fixture
def busy(story: Story) -> Busy:
    """Voting, voted, informing, consulting and challengeable: all on one Thursday morning."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    decided = story.reference
    story.on("9am Monday 12 October").opens(A_VOTE)
    voting, story.reference = story.reference, decided
    story.on("9am Tuesday 13 October").practices_vote(for_=12)
    story.passes_to("9am Thursday 22 October").expects_state("carried")
    story.opens(A_NOTICE)
    noticed = story.reference
    story.opens(A_CONSULTATION)
    states = {
        "challengeable": decided,
        "voting": voting,
        "callable": noticed,
        "consulting": story.reference,
    }
    links = {}
    for name, story.reference in states.items():
        links[name] = [story.practice(code, role).link for code in CODES for role in ROLES]
    story.reference = voting
    return Busy(story, links)


def site_of(busy: Busy) -> FastAPI:
    app = busy.story.app
    return build_site(house_of(app, Sealing(app.store.sealer)), settings_for())


@contextmanager
def asking(site: FastAPI) -> Iterator[Asking]:
    ask = Asking(site)
    yield ask
    ask.close()


def addresses(busy: Busy, each: int) -> list[str]:
    """So many people's addresses in every state."""
    links = [link for found in busy.links.values() for link in found[:each]]
    return [f"/respond/{link}{way}" for link in links for way in WAYS]


def test_ten_thousand_visits_of_four_classes_add_nothing(busy: Busy) -> None:
    before = busy.on_record()
    visits: Counter[str] = Counter()
    with asking(site_of(busy)) as ask:
        for address in addresses(busy, 13):
            for name, machine in CHEAP.items():
                visits[name] += machine(ask, address)

    assert busy.on_record() - before == Counter()
    assert visits.total() >= VISITS, visits
    assert min(visits.values()) > 300, visits
    assert not [status for status in ask.seen if status >= 500], ask.seen


@pytest.mark.parametrize("state", ["voting", "consulting", "callable", "challengeable"])
def test_the_same_forms_filled_in_do_add(busy: Busy, state: str) -> None:
    """Otherwise nothing at all would be shown by machines that add nothing."""
    before = busy.on_record()
    with asking(site_of(busy)) as ask:
        typed = {"name": "Jane Smith", "comment": "Too soon."}
        link = busy.links[state][0]
        way = {"callable": "/call-in", "challengeable": "/challenge"}.get(state, "")
        choice = {"choice": "for"} if state == "voting" else {}
        ask("POST", f"/respond/{link}{way}", {**typed, **choice})
        nora = {"person_name": "Nora Nurse", "person_email": "n@k.example", "person_role": "nurse"}
        ask("POST", f"/respond/{link}/people", {"what": "add", "name": "Jane Smith", **nora})
    added = busy.on_record() - before
    assert added["correction"] == 1
    assert {"vote.cast", "comment.received", "call_in.requested", "challenge.raised"} & set(added)


# --- naive sites, which the same visits notice ------------------------------------------------


def voting_by_get(busy: Busy) -> FastAPI:
    """Opening votes, as where a letter holds a link for each choice."""

    async def vote(request: Request) -> Response:
        answer = Answer({"main": request.query_params.get("choice", "for")}, "Jane Smith")
        busy.story.app.practice_desk.respond(request.path_params["token"], answer)
        return Response("thank you")

    return FastAPI(routes=[Route("/respond/{token}", vote)])


PRESELECTED = """<form method="post"><input type="radio" name="choice" value="for" checked>
<input name="name" value="Jane Smith"><button>Cast</button></form>"""
NAMED = """<form method="post"><input type="hidden" name="person" value="{person}">
<input name="name" value="Jane Smith"><button>Has left</button></form>"""


def with_a_choice_made(busy: Busy) -> FastAPI:
    """A page on which a choice is made and the reader's name filled in."""

    async def page(request: Request) -> Response:
        if request.method == "POST":
            fields = await request.form()
            answer = Answer({"main": str(fields["choice"])}, str(fields["name"]))
            busy.story.app.practice_desk.respond(request.path_params["token"], answer)
        return HTMLResponse(PRESELECTED)

    return FastAPI(routes=[Route("/respond/{token}", page, methods=["GET", "POST"])])


def with_a_button_for_each_person(busy: Busy) -> FastAPI:
    """A list of people with one button beside each, and the reader's name filled in."""
    someone = busy.story.person_id(busy.story.people[CODES[0], "deputy"])

    async def page(request: Request) -> Response:
        if request.method == "POST":
            ask = Ask(Wanted.LEAVE, "Jane Smith", someone)
            busy.story.app.practice_people.correct(request.path_params["token"], ask)
        return HTMLResponse(NAMED.format(person=someone))

    return FastAPI(routes=[Route("/respond/{token}/people", page, methods=["GET", "POST"])])


NAIVE = [
    (voting_by_get, "opens"),
    (voting_by_get, "looks"),
    (voting_by_get, "follows rewritten links"),
    (with_a_choice_made, "posts forms as served"),
    (with_a_button_for_each_person, "posts forms as served"),
]


@pytest.mark.parametrize(("build", "machine"), NAIVE)
def test_a_naive_site_is_noticed_by_the_visits(
    busy: Busy, build: Callable[[Busy], FastAPI], machine: str
) -> None:
    before = busy.on_record()
    with asking(build(busy)) as ask:
        for way in ("", "/people"):
            CHEAP[machine](ask, f"/respond/{busy.links['voting'][0]}{way}")
    assert busy.on_record() != before


# --- two classes of browsers -----------------------------------------------------------------


BROWSERS = [open_and_run, send_as_served, click_everything]
PAGES = [
    ("voting", ""),
    ("voting", "/people"),
    ("consulting", ""),
    ("callable", ""),
    ("challengeable", ""),
    ("challengeable", "/receipt"),
]


@needs_chromium[0]
@needs_chromium[1]
def test_a_browser_that_runs_clicks_and_sends_everything_adds_nothing(busy: Busy) -> None:
    before = busy.on_record()
    app = busy.story.app
    visited = 0
    with serving(house_of(app, Sealing(app.store.sealer))) as base, browsing() as browser:
        for machine in BROWSERS:
            for state, way in PAGES:
                with browser.new_context() as context:
                    machine(context.new_page(), f"{base}/respond/{busy.links[state][0]}{way}")
                    visited += 1
    assert (busy.on_record() - before, visited) == (Counter(), len(BROWSERS) * len(PAGES))


@needs_chromium[0]
@needs_chromium[1]
def test_a_browser_that_clicks_would_vote_where_the_choice_is_made(busy: Busy) -> None:
    before = busy.on_record()
    site = with_a_choice_made(busy)
    with (
        serving_site(lambda _base: site) as base,
        browsing() as browser,
        browser.new_context() as context,
    ):
        click_everything(context.new_page(), f"{base}/respond/{busy.links['voting'][0]}")
    assert (busy.on_record() - before)["vote.cast"] == 1

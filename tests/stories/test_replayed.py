"""After the tale: the trail alone tells it again, its root is right, every commitment opens."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlalchemy import select

from engine import events
from engine.commands import HandVote
from engine.decision import Decision
from engine.event import Event
from engine.evolving import begin, evolve
from engine.trail import commitment, instant_from_text, parse
from storage import tables
from storage.proofs import read_head, read_leaves
from tests.stories.papers import (
    A_BALLOT_OF_TWO,
    A_CONSULTATION_FOR_THE_LMC_TOO,
    A_PAPER_IN_DOUBT,
    A_VOTE,
)
from tests.stories.register import CODES
from tests.stories.telling import Story
from tests.stories.telling import begin as begin_story

# --- the tales ------------------------------------------------------------------------------


def carried_after_an_extension(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.on("9am Wednesday 7 October").practice("K83003").comments("Whose nurse?")
    story.on("9am Tuesday 13 October").practices_vote(for_=4, abstain=1)
    story.deputy("K83003").votes("against", "On reflection, no.")
    story.on("9am Thursday 22 October").practice("K83014").votes("for")
    story.passes_to("5pm Wednesday 28 October").expects_state("carried")
    story.practice("K83013").sends("for")


def extended_by_two_persons_and_for_a_holiday(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE).on("9am Tuesday 13 October")
    story.extends(2, by=story.signed_in("secretary")).extends(2, by=story.signed_in("chair"))
    calendar = story.app.rulebook.calendar
    holidays = calendar.holidays | {date(2026, 10, 19)}
    story.on("9am Friday 16 October").recomputes(replace(calendar, holidays=holidays))
    story.expects_deadline("5pm on Monday 26 October 2026")


def concluded_with_the_lmc(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION_FOR_THE_LMC_TOO)
    story.manager("K83003").comments("We have no room for it.")
    story.on("9am Tuesday 20 October").records_the_lmc("Not without rooms.")
    story.answers(1, "noted", "We heard you.").answers(1, "accepted", "There will be a room.")
    story.concludes("Rooms first.").expects_state("concluded")


def withdrawn_in_doubt(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_PAPER_IN_DOUBT)
    story.on("9am Tuesday 6 October").withdraws("It was the wrong form.")


def entered_by_hand_and_corrected(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_BALLOT_OF_TWO).on("2pm Tuesday 13 October")
    both = [HandVote(code, "for", q) for code in CODES[:2] for q in ("merger", "constitution")]
    story.records_a_meeting(*both, attended=CODES[:3], views="No time for a paper.")
    story.practice(CODES[0]).answers_each(merger="against", constitution="for")
    story.records_a_meeting(attended=CODES[4:5]).passes_to("5pm Wednesday 28 October")
    assert story.decision.by_hand == {CODES[1]: "M1"}


TALES = (
    entered_by_hand_and_corrected,
    carried_after_an_extension,
    extended_by_two_persons_and_for_a_holiday,
    concluded_with_the_lmc,
    withdrawn_in_doubt,
)
WORDS: tuple[str, ...] = (
    "Dr Lee",
    "Dr Dean",
    "Mo Mann",
    "@practice.example",
    "@ccg.example",
    "Whose nurse",
)
WORDS += ("Moulton Park", "minute 4.2", "No time for", "Should the group merge")
WORDS += ("On reflection", "by video", "no room", "Not without", "Rooms first", "wrong form")
WORDS += ("We heard you", "There will be a room")
"""Names, addresses and free texts of the tales."""


@pytest.fixture(scope="module", params=TALES, ids=lambda tale: tale.__name__)
def told(
    request: pytest.FixtureRequest, register: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """A story that has been told."""
    home = tmp_path_factory.mktemp("told") / "desk"
    tell: Callable[[Story], None] = request.param
    with begin_story(shutil.copytree(register, home)) as story:
        tell(story)
        yield story


# --- told again -----------------------------------------------------------------------------

KINDS = {
    kind.type: kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}
NOT_ABOUT_ITS_COURSE = {"link.issued", "link.revoked"}


def read_event(leaf: dict[str, Any]) -> Event:
    """The event as far as its leaf tells it: what the leaf keeps to itself is left None."""
    kind, body = KINDS[leaf["type"]], leaf["body"]
    hints = get_type_hints(kind)
    told: dict[str, Any] = {}
    for field in fields(kind):
        if field.metadata or field.name not in body:
            told[field.name] = None if field.default is MISSING else field.default
        else:
            told[field.name] = as_typed(body[field.name], hints[field.name])
    return kind(**told)


def as_typed(value: Any, hint: Any) -> Any:  # noqa: ANN401 - any value a leaf can hold
    """Texts are instants and lists are tuples where the event has them so."""
    if hint is datetime:
        return instant_from_text(value)
    if hint == tuple[datetime, ...]:
        return tuple(instant_from_text(moment) for moment in value)
    if isinstance(value, list):
        return tuple(value)
    if "tuple" in str(hint) and isinstance(value, dict):
        return {key: tuple(held) for key, held in value.items()}
    return value


def told_again(story: Story) -> Decision:
    """The decision that the leaves alone make."""
    leaves = [leaf for leaf in story.leaves() if leaf["type"] not in NOT_ABOUT_ITS_COURSE]
    happened = [(read_event(dict(leaf)), instant_from_text(leaf["at"])) for leaf in leaves]
    start = next(n for n, (event, _) in enumerate(happened) if event.type == "decision.opened")
    opened, at = happened[start]
    assert isinstance(opened, events.DecisionOpened)
    rest = happened[start + 1 :]
    return reduce(lambda then, each: evolve(then, *each), rest, begin(opened, at))


def test_the_trail_alone_tells_the_same_tale(told: Story) -> None:
    again, kept = told_again(told), told.decision

    nobody: frozenset[str] = frozenset()
    assert replace(again, answered=nobody) == replace(kept, answered=nobody, reminded={})


def merkle_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, in its own words."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + merkle_root(hashes[:k]) + merkle_root(hashes[k:])).digest()


def test_the_trail_s_root_is_that_of_its_leaves(told: Story) -> None:
    with told.app.store.database.reading() as reading:
        leaves = [sha256(b"\x00" + row.data).digest() for row in read_leaves(reading)]
        head = read_head(reading)

    assert (head.size, head.root) == (len(leaves), merkle_root(leaves).hex())


def test_leaves_are_numbered_and_never_go_back_in_time(told: Story) -> None:
    with told.app.store.database.reading() as reading:
        leaves = [parse(row.data) for row in read_leaves(reading)]

    moments = [leaf["at"] for leaf in leaves]
    assert ([leaf["n"] for leaf in leaves], moments) == (
        list(range(len(leaves))),
        sorted(moments),
    )


# --- commitments and what they stand for ----------------------------------------------------


def commitments_in(story: Story) -> dict[tuple[int, str], str]:
    """Every commitment of the trail, by leaf and field; a roll's under its contacts' names."""
    found: dict[tuple[int, str], str] = {}
    with story.app.store.database.reading() as reading:
        for row in read_leaves(reading):
            leaf = parse(row.data)
            body = leaf["body"]
            found |= {(row.n, f): v for f, v in body.items() if str(v).startswith("c1:")}
            if leaf["type"] == "roll.frozen":
                query = select(tables.published.c.data).where(
                    tables.published.c.digest == body["digest"]
                )
                roll = parse(reading.execute(query).scalar_one())
                found |= {
                    (row.n, f"{line['practice']}/{person['person']}/contact"): person["contact"]
                    for line in roll
                    for person in line["persons"]
                }
    return found


def openings_of(story: Story) -> dict[tuple[int, str], tuple[Any, bytes]]:
    """The value and the salt behind each commitment, by leaf and field."""
    found: dict[tuple[int, str], tuple[Any, bytes]] = {}
    keys = story.app.store.keys
    with story.app.store.database.reading() as reading:
        for row in reading.execute(select(tables.opening)):
            place = f"opening|{row.n}|{row.field}".encode()
            opened = parse(keys.unseal(row.key, row.sealed, place))
            found[row.n, row.field] = (opened["value"], bytes.fromhex(opened["salt"]))
    return found


def test_every_commitment_opens_and_every_opening_belongs_to_one(told: Story) -> None:
    opened = {place: commitment(*opening) for place, opening in openings_of(told).items()}

    assert opened == commitments_in(told)


def test_no_two_values_share_a_salt(told: Story) -> None:
    salts = [salt for _, salt in openings_of(told).values()]

    assert len(set(salts)) == len(salts)


def test_the_words_that_must_not_be_found_were_really_said(told: Story) -> None:
    said = repr(list(openings_of(told).values()))

    assert "@practice.example" in said
    assert any(word in said for word in WORDS[5:])


def test_no_name_address_or_text_is_in_the_trail_or_beside_it(told: Story) -> None:
    """The register may hold names; so may the sealed openings, to who has the key."""
    kept = [t for name, t in tables.metadata.tables.items() if name not in {"person", "opening"}]
    with told.app.store.database.reading() as reading:
        rows = [repr(tuple(row)) for table in kept for row in reading.execute(select(table))]

    assert [word for word in WORDS if any(word in row for row in rows)] == []

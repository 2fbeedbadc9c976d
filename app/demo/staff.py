"""What the body's staff do in the demo, by the same ways as the commands of `quorate`."""

import asyncio
from collections.abc import Callable

from app.demo import story
from app.demo.cast import SECRETARY
from app.demo.diary import Diary
from app.demo.house import DATA, House
from app.demo.record import Running
from engine.commands import Command, Conclude, RecordLmc
from engine.people import Actor, How
from storage.register import body_person
from workflows.decision_file import clean, read_decision_file
from workflows.openings import Prepared


class Staff:
    """The secretary, at the desk."""

    def __init__(self, house: House, diary: Diary) -> None:
        self._house, self._diary = house, diary

    async def open(self, scene: story.Scene) -> Running:
        """Open a decision from its file."""
        prepared = await asyncio.to_thread(self._open, scene)
        votes = story.voting(scene, self._house.cast) if scene.route == "vote" else None
        running = Running(scene, prepared.opening.reference, votes)
        self._diary.opened(running, prepared)
        return running

    def _open(self, scene: story.Scene) -> Prepared:
        file = self._house.folder / "decisions" / f"{scene.name}.toml"
        read = read_decision_file(file.read_bytes(), str(file))
        papers = {name: (file.parent / name).read_bytes() for name in read.documents}
        return self._house.app.opener.open(read, papers, self._secretary())

    async def correct(self) -> None:
        """Import the file of people again, with the right address in it."""
        await asyncio.to_thread(self._house.enrol, corrected=True)
        address = self._house.cast.misspelt.typed
        self._diary.corrected(address, self._house.catcher.refused[address])

    async def record_lmc(self, running: Running) -> None:
        """File what the local medical committee thinks."""
        await self._act(running, lambda who: RecordLmc(who, _text("lmc-view.txt")))
        self._diary.lmc(running)

    async def conclude(self, running: Running) -> None:
        """File the outcome statement."""
        await self._act(running, lambda who: Conclude(who, _text("outcome-statement.txt")))

    async def _act(self, running: Running, command: Callable[[Actor], Command]) -> None:
        actor = await asyncio.to_thread(self._secretary)
        handle = self._house.app.desk.handle
        await asyncio.to_thread(handle, running.reference, command(actor))

    def _secretary(self) -> Actor:
        with self._house.app.store.database.reading() as reading:
            found = body_person(reading, SECRETARY)
        return Actor(found.person if found else None, How.CLI)


def _text(name: str) -> str:
    return clean((DATA / name).read_text(encoding="utf-8"))

"""What the body's staff do in the demo, by the same ways as the commands of `quorate`."""

import asyncio
import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any

from app.demo import story
from app.demo.cast import SECRETARY
from app.demo.diary import Diary
from app.demo.house import DATA, House
from app.demo.record import Running
from engine.commands import Command, Conclude, RecordLmc
from engine.people import Actor, How
from storage.register import body_person
from workflows.answer_file import COLUMNS, read_answers
from workflows.concluding import comments_of
from workflows.decision_file import read_decision_file
from workflows.file_texts import clean
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
        """Answer every comment from one file, then file the outcome statement."""
        answered = await asyncio.to_thread(self._answer_all, running)
        self._diary.comments_answered(running, answered)
        await self._act(running, lambda who: Conclude(who, _text("outcome-statement.txt")))

    async def _act(self, running: Running, command: Callable[[Actor], Command]) -> None:
        actor = await asyncio.to_thread(self._secretary)
        handle = self._house.app.desk.handle
        await asyncio.to_thread(handle, running.reference, command(actor))

    def _answer_all(self, running: Running) -> Counter[str]:
        """Write the file of answers and hand it in; how many comments came to what."""
        app, file = self._house.app, self._house.folder / "answers.csv"
        with app.store.database.reading() as reading:
            said = comments_of(reading, app.store.keys, app.library, running.reference)
        file.write_text(_answers(running.scene, said), encoding="utf-8")
        known = {each["comment"] for each in said}
        commands = read_answers(file.read_bytes(), str(file), self._secretary(), known)
        app.desk.handle_all(running.reference, commands)
        return Counter(command.disposition for command in commands)

    def _secretary(self) -> Actor:
        with self._house.app.store.database.reading() as reading:
            found = body_person(reading, SECRETARY)
        return Actor(found.person if found else None, How.CLI)


def _text(name: str) -> str:
    return clean((DATA / name).read_text(encoding="utf-8"))


def _answers(scene: story.Scene, said: Iterable[Mapping[str, Any]]) -> str:
    """A file with an answer to each comment; what the practices of a scene say is known."""
    written, prepared = StringIO(newline=""), f"answers/{scene.name}.csv"
    known = {row["said"]: row for row in csv.DictReader(StringIO(_text(prepared)))}
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for each in said:
        answer = known[each["text"]]
        rows.writerow([each["comment"], answer["disposition"], answer["answer"]])
    return written.getvalue()

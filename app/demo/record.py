"""What the demo notes while it plays, apart from anything that the program itself keeps."""

from dataclasses import dataclass, field
from datetime import datetime

from app.demo.story import Scene, Voting


class Unexpected(Exception):  # noqa: N818 - it says what is so
    """Something came out otherwise than it must."""


@dataclass(slots=True)
class Running:
    """A decision under way: its scene, where it stood when last looked at, who has answered."""

    scene: Scene
    reference: str
    voting: Voting | None
    state: str = ""
    due_at: datetime | None = None
    ended: bool = False
    extensions: int = 0
    answered: set[str] = field(default_factory=set)  # in the present phase
    late_status: int | None = None


@dataclass(slots=True)
class Counted:
    """What went over the wire, counted where it was sent. Times are in seconds."""

    votes: int = 0
    comments: int = 0
    visiting: float = 0.0
    letters: int = 0
    posting: float = 0.0
    reminders: int = 0
    reminders_to_answered: int = 0

    @property
    def answers(self) -> int:
        """Votes and comments."""
        return self.votes + self.comments

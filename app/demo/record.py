"""What the demo notes while it plays, apart from anything that the program itself keeps."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from app.demo.story import Scene, Voting
from engine.decision import Decision


class Unexpected(Exception):  # noqa: N818 - it says what is so
    """Something came out otherwise than it must."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a decision stood when it was last looked at."""

    workflow: str = ""
    state: str = ""
    due_at: datetime | None = None
    result: str | None = None
    acts: int = 0

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Where it stands now."""
        return cls(
            workflow=decision.name,
            state=decision.state,
            due_at=decision.waiting.due_at if decision.waiting else None,
            result=decision.outcome.result if decision.outcome else None,
            acts=len(decision.acts),
        )

    @property
    def over(self) -> bool:
        """Whether nothing more is waited for."""
        return self.result is not None and self.due_at is None


@dataclass(slots=True)
class Running:
    """A decision under way: its scene, where it stood when last looked at, who has answered."""

    scene: Scene
    reference: str
    voting: Voting | None
    seen: Seen = field(default_factory=Seen)
    extensions: int = 0
    answered: set[str] = field(default_factory=set)  # in the present phase
    called_in: set[str] = field(default_factory=set)
    because: str = ""  # the reason that came with another body's last act
    late_status: int | None = None


@dataclass(slots=True)
class Counted:
    """What went over the wire, counted where it was sent. Times are in seconds."""

    votes: int = 0
    comments: int = 0
    call_ins: int = 0
    challenges: int = 0
    visiting: float = 0.0
    letters: int = 0
    posting: float = 0.0
    reminders: int = 0
    reminders_to_answered: int = 0

    @property
    def answers(self) -> int:
        """Everything that practices sent."""
        return self.votes + self.comments + self.call_ins + self.challenges

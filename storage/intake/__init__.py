"""What comes in from files: bytes to values, and values to what they would change. Pure functions.

Nothing here opens a file, reads the clock or touches a database. A file is taken whole or, with
every fault named by file and line, not at all (`engine.errors.InputFaults`).
"""

from storage.intake.changes import compare_practices
from storage.intake.corrections import CannotCorrect, changes_of, read_proposal
from storage.intake.list_sizes import ListSize, read_list_sizes
from storage.intake.names import spoken_name
from storage.intake.people import PersonRow, read_people
from storage.intake.people_changes import compare_people
from storage.intake.people_report import KnownPerson, PeopleChanges, PersonChange, PersonKind
from storage.intake.practice_report import (
    Change,
    Changes,
    FieldChange,
    Kind,
    KnownPractice,
    Reason,
)
from storage.intake.practice_row import GP_PRACTICE, PracticeRow, Status
from storage.intake.practices import ignored_columns, read_practices

__all__ = [
    "GP_PRACTICE",
    "CannotCorrect",
    "Change",
    "Changes",
    "FieldChange",
    "Kind",
    "KnownPerson",
    "KnownPractice",
    "ListSize",
    "PeopleChanges",
    "PersonChange",
    "PersonKind",
    "PersonRow",
    "PracticeRow",
    "Reason",
    "Status",
    "changes_of",
    "compare_people",
    "compare_practices",
    "ignored_columns",
    "read_list_sizes",
    "read_people",
    "read_practices",
    "read_proposal",
    "spoken_name",
]

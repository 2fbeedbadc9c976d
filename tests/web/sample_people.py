"""The people of a practice, as its page shows them to one of them."""

from workflows.people_page import Listed, PeoplePage, Waiting

PEOPLE = PeoplePage(
    organisation="Nene Commissioning",
    practice_code="K83001",
    practice_name="Abington Medical Centre",
    person_name="Dr Jane Smith",
    contact="Priya Shah, secretary, 01632 960123, secretary@nene.example",
    people=(
        Listed("a1", "Dr Jane Smith", "lead", "jane.smith@abington.example", True, True),
        Listed("b2", "Dr Oluwaseun Adébáyò", "deputy", "o…@abington.example", True, False),
        Listed("c3", "Joan Miller", "practice manager", "j…@abington.example", False, False),
    ),
    waiting=(
        Waiting(
            ("Joan Miller, practice manager, has left the practice.",),
            "Dr Oluwaseun Adébáyò",
            "9:05am on Monday 14 December 2026 (London time)",
        ),
    ),
)

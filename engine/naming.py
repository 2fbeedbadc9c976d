"""What bodies and roles are called, in letters and on pages."""

from collections.abc import Mapping

BODIES: Mapping[str, str] = {
    "non_gp_majority_committee": "the committee without a GP majority",
    "management_allowance_committee": "the management allowance committee",
    "governing_body": "the governing body",
    "urgent_powers": "the chair, the accountable officer and a lay member",
    "unconflicted_panel": "the panel without an interest",
    "lay_chair": "the lay chair",
    "lmc": "the local medical committee (LMC)",
    "nhs_england": "NHS England",
}
"""Who acts beside the practices."""

_ROLES: Mapping[str, str] = {
    "lmc": "the local medical committee (LMC)",
    "patient_forum": "the patient forum",
}


def body_words(name: str) -> str:
    """A body's name within a sentence; one that a definition of its own names is spelt out."""
    return BODIES.get(name) or f"the {name.replace('_', ' ')}"


def role_words(name: str) -> str:
    """A role's name within a sentence."""
    return _ROLES.get(name) or f"the {name.replace('_', ' ')}"


_PRACTICE_ROLES: Mapping[str, str] = {
    "gp": "GP",
    "nurse": "practice nurse",
    "manager": "practice manager",
}


def practice_role(name: str) -> str:
    """A role within a practice, in a reader's words."""
    return _PRACTICE_ROLES.get(name, name)


def sentence(words: str) -> str:
    """The same words at the beginning of a sentence, or as one: only the first letter changes."""
    return words[:1].upper() + words[1:]

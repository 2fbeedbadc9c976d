"""Bodies and offices beside the practices, as a page names them in a sentence."""

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "accountable_officer": "the accountable officer",
    "chair": "the chair",
    "committee": "the committee",
    "governing_body": "the governing body",
    "lay_chair": "a lay person without an interest",
    "lmc": "the local medical committee (LMC)",
    "management_allowance_committee": "the management allowance committee",
    "nhs_england": "NHS England",
    "non_gp_majority_committee": "the committee without a GP majority",
    "secretary": "the secretariat",
    "unconflicted_panel": "a panel without an interest",
    "urgent_powers": "the chair, the accountable officer and a lay member",
}


def body_words(name: str) -> str:
    """`nhs_england` -> NHS England; a body of one's own is named as its definition writes it."""
    return _NAMES.get(name, f"the {name.replace('_', ' ')}")

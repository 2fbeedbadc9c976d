"""What the first release kept of a decision, and what came later."""

SNAPSHOT_SINCE = [
    "acts",
    "by_hand",
    "called_in",
    "challengers",
    "charge",
    "elected",
    "held",
    "interests",
    "meetings",
    "name",
    "phases",
    "queries",
    "workflows",
]
"""What the first release's snapshots did not hold."""

"""Which letters go first where many wait."""

from collections.abc import Mapping
from datetime import timedelta

RECEIPTS, CLOSINGS, OPENINGS, REMINDERS, DIGESTS = range(5)

PRIORITY: Mapping[str, int] = {
    **dict.fromkeys(("receipt", "reply_received"), RECEIPTS),
    **dict.fromkeys(
        ("outcome", "extended", "withdrawn", "acted", "challenged", "ruled", "rerouted"), CLOSINGS
    ),
    **dict.fromkeys(("notice", "consultation_opened", "vote_opened", "asked_again"), OPENINGS),
    **dict.fromkeys(("step_due", "query_raised", "query_answered"), OPENINGS),
    **dict.fromkeys(("contact_changed", "contact_ended"), OPENINGS),
    **dict.fromkeys(("correction_asked", "correction_waiting", "correction_decided"), OPENINGS),
    **dict.fromkeys(("reminder", "silent_practices", "quorum_at_risk"), REMINDERS),
    **dict.fromkeys(("step_overdue", "query_overdue"), REMINDERS),
    **dict.fromkeys(("digest", "leaders", "bulletin", "checkpoint"), DIGESTS),
}
"""Which letters go first where many wait: what cannot wait for another day before what can."""

HEAD_START = timedelta(days=1)
"""How much later a letter may be owed than one of the next class, and still go before it.

So a class never starves the one behind it: after a day the older letter is the first.
"""

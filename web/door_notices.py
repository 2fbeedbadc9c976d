"""Pages that say no at the door, and in the rooms behind it."""

from web.notices import Notice

PLAIN = Notice(
    403,
    "Signing in needs https",
    (
        "This site is reached by plain http, so anyone on the way could read a password along.",
        "Whoever runs it sets `base_url` in its configuration to an https address.",
    ),
)
NOT_YOURS = Notice(
    403,
    "This room is the committee's",
    (
        "You are signed in, but not in a role that audits.",
        "Members of the management allowance committee and its lay chair may enter.",
        "If you are one of them, ask the secretariat to give you that role.",
    ),
)
NOT_THE_SECRETARIAT = Notice(
    403,
    "This desk is the secretariat's",
    (
        "You are signed in, but not in the role of a secretary.",
        "The committee that audits and its lay chair have a room of their own: /committee.",
    ),
)
FOREIGN = Notice(
    403,
    "The form was not sent from this site",
    (
        "Nothing was done. Open the page again, here on this site, and send it from there.",
        "If you had been away for a while, your visit may have ended: sign in again.",
    ),
)
UNREADABLE = Notice(
    400,
    "We could not read what was sent",
    ("This address takes the form on its own page, and nothing else. Nothing was done.",),
)
TOO_MANY = Notice(
    429,
    "Too many failed tries",
    (
        "Signing in failed many times from your network in a short time.",
        "Wait a minute, then try again.",
    ),
    headers={"retry-after": "60"},
)
NO_DECISION = Notice(
    404,
    "There is no such decision",
    ("No decision has this reference. The list of decisions has them all.",),
)
NO_YEAR = Notice(
    404,
    "There is no such year",
    (
        "A financial year runs from 1 April to 31 March.",
        "Its address is written like this: /committee/allowance/2026-27.",
    ),
)
NO_ENTRY = Notice(
    404,
    "There is no such entry",
    ("No decision with an entry in the account has this reference. Nothing was recorded.",),
)
NOTHING_DRAWN = Notice(
    409,
    "There is nothing to ask about yet",
    (
        "This decision has drawn nothing from the management allowance.",
        "It does not use it, or it is not approved. Nothing was recorded.",
    ),
)
QUERY_WAITS = Notice(
    409,
    "A query of this entry waits for its answer already",
    ("Nothing was recorded. Once that query is answered, the next one can be asked.",),
)
MAY_NOT_QUERY = Notice(
    403,
    "You cannot query this entry",
    ("Nothing was recorded. The committee, the lay chair and the LMC may query an entry.",),
)
NOTHING_TO_TAKE = Notice(
    404,
    "There is no such file",
    ("This decision is not there, or this site makes no bundles.",),
)


def waits(until: str) -> Notice:
    """Too many tries for one address: the same page whether or not anybody has it."""
    return Notice(
        429,
        "Too many failed tries for this address",
        (
            f"Signing in with this e-mail address is held up until {until}.",
            "Every further failed try makes the wait longer, up to a quarter of an hour.",
            "If it was not you who tried, others may hold it up for as long as they go on.",
            "Where you signed in from last, you are held up by your own tries alone.",
            "The secretariat can give you a new set-up code, which is never held up.",
            "Ask for one too if you have lost your password or your telephone.",
        ),
    )


def not_asked(says: str) -> Notice:
    """A query that something else stands in the way of."""
    return Notice(409, "The query was not recorded", (says,))


def not_made(says: str) -> Notice:
    """A bundle that the trail itself stands in the way of: an auditor must hear of that."""
    return Notice(
        503,
        "The bundle was not made",
        (
            says,
            "Ask whoever runs this site what has happened, and put the answer in the minutes.",
        ),
    )

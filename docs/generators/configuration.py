"""docs/reference/configuration.md, from the settings themselves."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.config import PREFIX, Settings
from docs.generators.markdown import code, codes, page, table

_HEAD = """\
`quorate` reads `config.toml` in the working directory, or the file that `--config` names. Without
a `config.toml` the values below hold. A file that `--config` names must exist: a slip of the pen
must not open another database ([why](../decisions/0012-a-named-configuration-exists.md)).

Each key may be given by the environment instead, which wins over the file: `QUORATE_SECTION__KEY`,
with two underscores between section and key. An unknown key, in either, is a fault that names the
nearest known one. Paths in the file are relative to the file. The only secret, the mail password,
comes from the environment alone.

```toml
[organisation]
name = "NHS Nene CCG"
code = "04G"

[web]
base_url = "https://decisions.nene.example"

[mail]
host = "relay.nene.example"
security = "starttls"
sender = "decisions@nene.example"
```"""

MEANINGS: Mapping[str, str] = {
    "organisation.name": "The body's name, on pages and in letters.",
    "organisation.code": "Its code with the NHS Organisation Data Service: practices of this "
    "commissioner make up the roll.",
    "organisation.kind": "What kind of body it is. Kept for later releases; nothing reads it yet.",
    "organisation.contact": "Who answers questions, in one line, where a decision names nobody.",
    "storage.url": "The database: a file beside which keys and documents lie, or a PostgreSQL.",
    "web.base_url": "Where people reach the pages. Links in letters come from here and nowhere "
    "else.",
    "web.host": "The address to listen on.",
    "web.port": "The port to listen on.",
    "web.trusted_proxies": "Addresses or networks whose X-Forwarded-For is believed.",
    "mail.host": "The mail relay.",
    "mail.port": "Its port.",
    "mail.security": "How the connection is encrypted.",
    "mail.username": "The name to log in with; empty: no log-in. Not over an unencrypted "
    "connection, unless the relay is this machine.",
    "mail.password": "The password to log in with. Environment only.",
    "mail.sender": "The address that letters come from. Its domain is that of Message-IDs and "
    "return paths.",
    "mail.reply_to": "Where a reply goes; empty: to the sender.",
    "mail.timeout_seconds": "How long each answer of the relay is waited for. After a letter's "
    "last line it is ten minutes, whatever stands here.",
    "mail.connections": "How many connections send beside each other.",
    "mail.only_to": "Addresses or domains that letters may go to; empty: everyone. For trials on a "
    "copy of real data.",
    "mail.letters_per_minute": "Letters in any minute, over all processes together; 0: as fast as "
    "the relay takes them.",
    "inbound.host": "The address on which the door for bounces and replies listens: that of this "
    "machine, as the mail relay sees it.",
    "inbound.port": "Its port; 0: no door.",
    "inbound.allow": "Addresses or networks that may deliver there: the mail relay's alone.",
    "inbound.pipe": "Whether a mail server or a fetching program hands mail over with `quorate "
    "bounces read`. With this, or a door, each letter has an address of its own for replies, in "
    "place of `mail.reply_to`.",
    "inbound.largest_kilobytes": "The largest mail that the door takes.",
    "inbound.alarm_after_days": "After how many days health misses mail that should come in, once "
    "letters went out; 0: never.",
    "voting.may_cast": "The roles at a practice that may cast its vote. Others may comment.",
    "scheduler.heartbeat_seconds": "How often `serve` looks for what is due when nothing wakes it "
    "earlier.",
    "calendar.region": "Whose bank holidays.",
    "calendar.time_zone": "Whose clock.",
    "calendar.deadline_time": "The time of day at which deadlines fall. Not from 01:00 to 02:00.",
    "calendar.letter_time": "The time of day at which reminders fall. Not from 01:00 to 02:00.",
    "calendar.file": "A calendar of bank holidays in place of the one that ships.",
    "turnaround.limit_working_days": "The most working days that any workflow may take, going its "
    "longest way. A workflow has a limit of its own beside it.",
    "clock.max_jump_minutes": "How far the machine's clock may depart from what was reckoned; 0: "
    "no guard.",
    "clock.max_downtime_days": "How long after the last sweep a start is believed; 0: no guard.",
    "trail.origin": "The trail's name. It goes into every signature, and must stay as it was when "
    "the database was made. Empty: the organisation's code, then `.quorate.example/trail`.",
    "trail.signing_key": "The trail's signing key. Unnamed: `signing.key` beside the database.",
    "trail.checkpoint_store": "Where the newest released checkpoint is kept, apart from the "
    "database: a file, or the address of a second database. Never put an old copy of it back. "
    "Unnamed: `checkpoints.db` beside the database.",
    "trail.daily_checkpoint": "Whether the committee gets the trail's checkpoint by letter on each "
    "working day.",
    "trail.monthly_bulletin": "Whether every practice gets a letter about the trail, with its "
    "checkpoint, on each month's first working day.",
    "letters.digest": "Whether each practice gets one letter on a week's first working day with "
    "every decision that still needs it.",
    "letters.leaders": "Whether the body's leaders get a letter on each month's first working day: "
    "what was opened, what ended and in how long, what is late, what waits for them.",
    "trail.person_keys": "The keys that personal data is sealed with. Unnamed: `person_keys.db` "
    "beside the database.",
    "trail.link_key": "The key that links are made with. Unnamed: `link.key` beside the database.",
    "backup.max_age_hours": "How old the last `quorate backup` may be before health raises an "
    "alarm; 0: never.",
    "backup.keys_days": "How long copies of the keys are kept beside the newest: `quorate backup` "
    "deletes older ones. Until then whoever was erased can be read in backups of before; 0: kept.",
    "retention.apply": "Whether `serve` (once a day) and `tick` erase by themselves what the "
    "schedule has come to. Otherwise only `quorate retention apply` does.",
    "retention.contacts_and_relay_words_months": "Addresses on rolls and of letters, and what "
    "mail relays said.",
    "retention.comments_years": "Comments, call-ins and challenges, with who sent them.",
    "retention.votes_by_years": "Who answered for a practice, and the name typed. The choice "
    "stays.",
    "retention.interests_years": "Interests that practices declared, and the rulings on them.",
    "retention.decisions_years": "All that is left of a decision: title, texts, choices, "
    "documents. Its dates, numbers and result stay.",
    "workflows.directory": "A folder of your own workflows; one of the same name replaces the "
    "shipped one.",
    "workflows.impact": "Your own impact table in place of the shipped one.",
}
"""What each key is for. A key without its words here stops the page from being written."""


def configuration() -> str:
    """The page."""
    keys = {f"{section}.{key}" for section, kind in sections() for key in kind.model_fields}
    if keys != MEANINGS.keys():
        message = f"say what these keys are for, or take them out: {sorted(keys ^ MEANINGS.keys())}"
        raise LookupError(message)
    return page("Configuration", _HEAD, *(_section(name, kind) for name, kind in sections()))


def sections() -> Iterator[tuple[str, Any]]:
    """Every table of the file, by name."""
    for name, held in Settings.model_fields.items():
        yield name, held.annotation


def _section(name: str, kind: Any) -> str:  # noqa: ANN401 - a pydantic class
    rows = [_row(name, key, held) for key, held in kind.model_fields.items()]
    return "\n\n".join(
        (f"## `[{name}]`", kind.__doc__, table(("key", "values", "unless given", "what"), rows))
    )


def _row(section: str, key: str, held: FieldInfo) -> tuple[str, str, str, str]:
    default = held.default
    secret = isinstance(default, SecretStr)
    shown = f"{PREFIX}{section}__{key}".upper() if secret else key
    return code(shown), _values(held), _default(default), MEANINGS[f"{section}.{key}"]


def _values(held: FieldInfo) -> str:
    kind = held.annotation
    if get_origin(kind) is Literal:
        return codes(get_args(kind))
    name = next(words for known, words in _KINDS.items() if known in str(kind))
    limits = [part for each in held.metadata for part in _limits(each)]
    return ", ".join((name, *limits))


_KINDS = {
    "tuple": "list of texts",
    "Path": "path",
    "SecretStr": "text",
    "float": "number",
    "int": "whole number",
    "time": 'time, such as `"17:00"`',
    "str": "text",
    "bool": "true or false",
}


def _limits(limit: object) -> Iterator[str]:
    for name, words in (("gt", "over"), ("ge", "from"), ("le", "to")):
        if hasattr(limit, name):
            yield f"{words} {getattr(limit, name)}"


def _default(value: object) -> str:
    match value:
        case None | SecretStr():
            return "none"
        case str():
            return code(f'"{value}"')
        case tuple():
            return code("[" + ", ".join(f'"{each}"' for each in value) + "]")
        case bool():
            return code(str(value).lower())
        case int() | float():
            return code(value)
    return code(f'"{value:%H:%M}"')

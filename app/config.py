"""Configuration: `config.toml`, each key overridable as `QUORATE_SECTION__KEY`.

An unknown key is a fault that names the nearest known one. Secrets come from the environment or
from private files, never from `config.toml`.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import time
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from engine.errors import Fault, InputFaults
from engine.people import PRACTICE_ROLES
from notifications import headers
from storage.database import is_one_database, sqlite_file
from workflows.toml_file import TomlFile, read_toml

PREFIX = "QUORATE_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Section(BaseModel):
    """A table of the configuration: known keys only."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Organisation(Section):
    """Whose decisions these are, and the words pages and letters use for it."""

    name: str = "NHS Nene CCG"
    code: str = "04G"
    kind: Literal["ccg", "federation", "pcn", "lmc", "icb_place"] = "ccg"
    contact: str = ""


class Storage(Section):
    """Where everything is kept."""

    url: str = "sqlite:///quorate.db"


class Web(Section):
    """Where pages are, for links in letters and for the server."""

    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: tuple[str, ...] = ()


class Mail(Section):
    """The relay that letters are handed to; letters_per_minute 0: as fast as it takes them."""

    host: str = "127.0.0.1"
    port: int = Field(default=25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "decisions@ccg.example"
    reply_to: str = ""
    timeout_seconds: float = Field(default=60, gt=0)
    connections: int = Field(default=4, ge=1, le=16)
    only_to: tuple[str, ...] = ()
    letters_per_minute: int = Field(default=0, ge=0)


class Inbound(Section):
    """How reports and replies come in: by a door of its own, or handed over by a command."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    pipe: bool = False
    largest_kilobytes: int = Field(default=2048, ge=64, le=65536)
    alarm_after_days: int = Field(default=14, ge=0)

    @property
    def expects_mail(self) -> bool:
        """Whether mail to the letters' own addresses comes in here at all."""
        return self.port != 0 or self.pipe


class Voting(Section):
    """Which people of a practice may cast its vote."""

    may_cast: tuple[str, ...] = ("lead", "deputy")


class Scheduler(Section):
    """How often the sweep and the post look, when nothing wakes them earlier."""

    heartbeat_seconds: float = Field(default=5, gt=0, le=60)


class CalendarSection(Section):
    """Working days, and the times of day at which deadlines and letters fall."""

    region: Literal["england"] = "england"
    time_zone: Literal["Europe/London"] = "Europe/London"
    deadline_time: time = time(17)
    letter_time: time = time(9)
    file: Path | None = None


class Turnaround(Section):
    """The limit that every definition must keep."""

    limit_working_days: int = Field(default=25, ge=1, le=60)


class Clock(Section):
    """How far the machine's clock may depart from what it should be; 0: no guard."""

    max_jump_minutes: int = Field(default=5, ge=0)
    max_downtime_days: int = Field(default=7, ge=0)


class Trail(Section):
    """The trail's name, and the files of its keys (beside the database unless named)."""

    origin: str = ""
    signing_key: Path | None = None
    checkpoint_store: str | None = None
    person_keys: Path | None = None
    link_key: Path | None = None
    daily_checkpoint: bool = True
    monthly_bulletin: bool = True


class Letters(Section):
    """Which letters are sent beside those that a decision owes."""

    digest: bool = True
    leaders: bool = True


class Backup(Section):
    """How old the last backup may be, and how long copies of the keys are kept; 0: no limit."""

    max_age_hours: int = Field(default=26, ge=0)
    keys_days: int = Field(default=14, ge=0)


class Retention(Section):
    """How long personal data is kept, counted from the end of its decision; 0: for good."""

    apply: bool = False
    contacts_and_relay_words_months: int = Field(default=24, ge=0)
    comments_years: int = Field(default=6, ge=0)
    votes_by_years: int = Field(default=6, ge=0)
    interests_years: int = Field(default=6, ge=0)
    decisions_years: int = Field(default=0, ge=0)


class Workflows(Section):
    """An organisation's own definitions and impact table, over the shipped ones by name."""

    directory: Path | None = None
    impact: Path | None = None


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    organisation: Organisation = Organisation()
    storage: Storage = Storage()
    web: Web = Web()
    mail: Mail = Mail()
    inbound: Inbound = Inbound()
    voting: Voting = Voting()
    scheduler: Scheduler = Scheduler()
    calendar: CalendarSection = CalendarSection()
    turnaround: Turnaround = Turnaround()
    clock: Clock = Clock()
    trail: Trail = Trail()
    letters: Letters = Letters()
    backup: Backup = Backup()
    retention: Retention = Retention()
    workflows: Workflows = Workflows()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over the file."""
        return env_settings, init_settings

    @property
    def home(self) -> Path:
        """The folder beside the database, where keys and documents lie unless named."""
        file = sqlite_file(self.storage.url)
        return file.parent if file is not None else Path()

    @property
    def origin(self) -> str:
        """The trail's name: C2SP asks for a name without spaces or plus signs."""
        return self.trail.origin or f"{self.organisation.code.lower()}.quorate.example/trail"

    @property
    def checkpoint_store(self) -> str:
        """The address of what was released: a file beside the database unless named."""
        given = self.trail.checkpoint_store
        if given and "://" in given:
            return given
        return f"sqlite:///{given or self.home / 'checkpoints.db'}"

    def beside(self, given: Path | None, name: str) -> Path:
        """A file as configured, or of this name beside the database."""
        return given or self.home / name


def load_settings(path: Path, *, required: bool) -> Settings:
    """Read the configuration. A missing file means the built-in defaults, unless it was named."""
    if not path.is_file():
        if required:
            raise InputFaults(
                [Fault(str(path), None, "no such file; leave out --config, or name one")]
            )
        toml = TomlFile(str(path), {})
    else:
        toml = read_toml(path.read_bytes(), str(path))
    faults = [*_unknown(toml), *_secrets(toml)]
    if faults:
        raise InputFaults(faults)
    try:
        settings = Settings(**_resolved(toml.value, path.parent))
    except ValidationError as error:
        raise InputFaults(_told(toml, error)) from None
    except SettingsError as error:
        raise InputFaults([Fault("environment", None, str(error))]) from None
    faults = list(_senseless(toml, settings))
    if faults:
        raise InputFaults(faults)
    return settings


def _unknown(toml: TomlFile) -> Iterator[Fault]:
    """Keys and environment names that mean nothing here, with the nearest that do."""
    sections = Settings.model_fields
    for name, table in toml.value.items():
        if name not in sections:
            yield toml.fault(name, _hint(name, sections))
        elif not isinstance(table, Mapping):
            yield toml.fault(name, f"[{name}] should be a table")
        else:
            known = _keys(name)
            for key in table:
                if key not in known:
                    yield toml.fault(f"{name}.{key}", _hint(key, known, f"[{name}] "))
    for variable in os.environ:
        if variable.startswith(PREFIX) and "__" in variable:
            section, _, key = variable.removeprefix(PREFIX).lower().partition("__")
            if section not in sections or key not in _keys(section):
                names = [f"{PREFIX}{s}__{k}".upper() for s in sections for k in _keys(s)]
                yield Fault("environment", None, _hint(variable, names))


def _keys(section: str) -> list[str]:
    kind = Settings.model_fields[section].annotation
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, Section) else []


def _hint(name: str, known: Any, place: str = "") -> str:  # noqa: ANN401 - any collection of names
    near = get_close_matches(name, list(known), 1, 0)
    return f"unknown key {place}{name!r}; the nearest known is {near[0]!r}"


def _secrets(toml: TomlFile) -> Iterator[Fault]:
    mail = toml.value.get("mail")
    if isinstance(mail, Mapping) and "password" in mail:
        says = "a password does not belong in this file; set QUORATE_MAIL__PASSWORD instead"
        yield toml.fault("mail.password", says)


def _resolved(value: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Relative paths in the file are relative to the file."""
    resolved = {name: dict(table) for name, table in value.items()}
    for section, key in (
        *(("trail", k) for k in ("signing_key", "person_keys", "link_key")),
        *(("workflows", k) for k in ("directory", "impact")),
        ("calendar", "file"),
    ):
        if isinstance(resolved.get(section, {}).get(key), str):
            resolved[section][key] = str(folder / resolved[section][key])
    released = resolved.get("trail", {}).get("checkpoint_store")
    if isinstance(released, str) and "://" not in released:
        resolved["trail"]["checkpoint_store"] = str(folder / released)
    url = resolved.get("storage", {}).get("url")
    if isinstance(url, str) and (match := re.fullmatch(r"sqlite:///([^/].*)", url)):
        resolved["storage"]["url"] = f"sqlite:///{folder / match[1]}"
    return resolved


def _told(toml: TomlFile, error: ValidationError) -> Iterator[Fault]:
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"] if isinstance(part, str))
        yield toml.fault(key, f"{key}: {fault['msg']}")


def _senseless_mail(toml: TomlFile, settings: Settings) -> Iterator[Fault]:
    mail = settings.mail
    for key, mailbox in (("sender", mail.sender), ("reply_to", mail.reply_to or "left@out")):
        if not _is_address(mailbox):
            yield toml.fault(f"mail.{key}", f"{key} should be an address alone: a@ccg.example")
    for allowed in mail.only_to:
        if "*" in allowed or not _is_address(allowed if "@" in allowed else f"a@{allowed}"):
            says = f"{allowed!r} is no address or domain, such as a@ccg.example or ccg.example"
            yield toml.fault("mail.only_to", says)
    if not _is_header(settings.organisation.name):
        says = "name stands in every letter's From: one line of at most 500 characters, no =?...?="
        yield toml.fault("organisation.name", says)
    if mail.username and mail.security == "none" and mail.host not in LOOPBACK:
        says = 'a password needs security = "starttls" or "tls" beyond this machine'
        yield toml.fault("mail.security", says)
    for key, networks in (
        ("web.trusted_proxies", settings.web.trusted_proxies),
        ("inbound.allow", settings.inbound.allow),
    ):
        for network in networks:
            try:
                ip_network(network, strict=False)
            except ValueError:
                says = f"{network!r} is no address or network, such as 10.0.0.0/8"
                yield toml.fault(key, says)


def _is_address(text: str) -> bool:
    try:
        headers.address(text)
    except headers.UnsafeHeader:
        return False
    return True


def _is_header(text: str) -> bool:
    try:
        headers.value(text)
    except headers.UnsafeHeader:
        return False
    return True


def _senseless(toml: TomlFile, settings: Settings) -> Iterator[Fault]:
    yield from _senseless_mail(toml, settings)
    for key in ("deadline_time", "letter_time"):
        moment = getattr(settings.calendar, key)
        if time(1) <= moment < time(2):
            says = f"{key} {moment:%H:%M} falls from 01:00 to 02:00, when the clocks change"
            yield toml.fault(f"calendar.{key}", says)
    for role in settings.voting.may_cast:
        if role not in PRACTICE_ROLES:
            yield toml.fault("voting.may_cast", _hint(role, PRACTICE_ROLES))
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", settings.web.base_url):
        yield toml.fault("web.base_url", "base_url should read like https://decisions.ccg.example")
    if not re.fullmatch(r"[!-*,-~]+", settings.origin):
        yield toml.fault("trail.origin", "origin should be a name without spaces or plus signs")
    backend = settings.storage.url.partition(":")[0]
    if backend not in {"sqlite", "postgresql+psycopg"}:
        says = "url should begin with sqlite:/// or postgresql+psycopg://"
        yield toml.fault("storage.url", says)
    elif is_one_database(settings.storage.url, settings.checkpoint_store):
        says = "the checkpoint store is the database itself; whoever restores one restores both"
        yield toml.fault("trail.checkpoint_store", f"{says}. Name another file, or leave it out")

"""The rules in force: shipped definitions, an organisation's own over them, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.check import check_workflow
from engine.definition import Workflow
from engine.errors import Fault, InputFaults
from engine.impact import Table
from engine.reading import read_workflow
from engine.refusals import NoSuchWorkflow
from engine.turnaround import longest_way
from engine.working_days import Calendar
from workflows.impact_rules import impact_value, load_impact
from workflows.publishing import digest
from workflows.toml_file import read_toml

SHIPPED = Path(__file__).parent / "definitions"
SHIPPED_IMPACT = Path(__file__).parent / "impact.toml"


@dataclass(frozen=True, slots=True)
class Definition:
    """A workflow with the plain value that its digest is made from."""

    workflow: Workflow
    value: Mapping[str, Any]


@dataclass(frozen=True)
class Rulebook:
    """What new decisions are opened with. Running ones keep what they opened with."""

    definitions: Mapping[str, Definition]
    impact: Table
    impact_value: Mapping[str, Any]
    calendar: Calendar

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """The digest of every definition, by name: what a decision opened now may be raised to."""
        return {name: digest(held.value) for name, held in self.definitions.items()}

    def definition(self, name: str) -> Definition:
        """A workflow by name; a missing one is refused, never replaced by a lower one."""
        if name not in self.definitions:
            raise NoSuchWorkflow(f"The route needs the workflow {name!r}, which is not available.")
        return self.definitions[name]


def load_rulebook(
    calendar: Calendar, directory: Path | None, impact: Path | None, limit: int
) -> Rulebook:
    """Read all rules. Raises `InputFaults` with every fault of every file.

    `limit` is the body's own, in working days: no definition may take longer.
    """
    definitions: dict[str, Definition] = {}
    faults: list[Fault] = []
    for file in definition_files(directory):
        try:
            read = read_definition(file.read_bytes(), str(file))
            require_within(read, limit, str(file))
        except InputFaults as error:
            faults.extend(error.faults)
            continue
        definitions[read.workflow.name] = read
    if faults:
        raise InputFaults(faults)
    table_file = impact or SHIPPED_IMPACT
    if not table_file.is_file():
        raise InputFaults([Fault(str(table_file), None, "no such file ([workflows] impact)")])
    table = load_impact(table_file.read_text(encoding="utf-8"), str(table_file))
    return Rulebook(definitions, table, impact_value(table), calendar)


def definition_files(directory: Path | None) -> list[Path]:
    """The files of definitions: shipped ones, then the organisation's own, which override them."""
    files = sorted(SHIPPED.glob("*.toml"))
    if directory is not None:
        if not directory.is_dir():
            fault = Fault(str(directory), None, "no such folder ([workflows] directory)")
            raise InputFaults([fault])
        files += sorted(directory.glob("*.toml"))
    return files


def require_within(read: Definition, limit: int, file: str) -> None:
    """Refuse a definition that can take longer than the body allows, a re-vote apart."""
    days = longest_way(read.workflow, revote=False).days
    if days > limit:
        says = (
            f"its longest way takes {days} working days, more than the {limit} of "
            "[turnaround] limit_working_days; shorten a deadline"
        )
        raise InputFaults([Fault(file, None, says)])


def read_definition(content: bytes, file: str) -> Definition:
    """Read and check one definition."""
    toml = read_toml(content, file)
    workflow = read_workflow(toml.value, file)
    check_workflow(workflow, file)
    return Definition(workflow, toml.value)

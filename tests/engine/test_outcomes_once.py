"""A way through a workflow declares one outcome, never two."""

from typing import Any

import pytest

from engine.check import check_workflow
from engine.errors import InputFaults
from engine.reading import read_workflow
from tests.engine.makers import CONSULTATION, value


def faults_of(changed: dict[str, Any]) -> str:
    with pytest.raises(InputFaults) as caught:
        check_workflow(read_workflow(changed, "w.toml"), "w.toml")
    return str(caught.value)


def test_an_outcome_is_not_declared_over_another() -> None:
    two = value(CONSULTATION)
    two["states"]["concluding"]["result"] = "concluded"

    assert "one of the two is too many" in faults_of(two)

"""The slices of public files, and a way to ask what an input is faulted for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import Fault, InputFaults

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """The bytes of a sample by its name."""

    def read(name: str) -> bytes:
        return (SAMPLES / name).read_bytes()

    return read


@pytest.fixture
def faults() -> Callable[[Callable[[], object]], tuple[Fault, ...]]:
    """The faults that a reading raises."""

    def collect(reading: Callable[[], object]) -> tuple[Fault, ...]:
        with pytest.raises(InputFaults) as caught:
            reading()
        return caught.value.faults

    return collect

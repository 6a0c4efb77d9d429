"""Benches for the stand-in's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.simulator.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench; at its end no channel may have failed."""
    made = Bench(tmp_path)
    yield made
    made.close()

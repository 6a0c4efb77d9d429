"""Each suite of a port of records runs on every store."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from switchboard.store.store import Store
from tests.contract.stores import FakeStore, empty_schema, postgresql


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store | FakeStore]:
    with ExitStack() as stack:
        made: Store | FakeStore
        if request.param == "fake":
            made = FakeStore()
        else:
            url = f"sqlite:///{tmp_path / 'switchboard.db'}"
            if request.param == "postgresql":
                server = request.getfixturevalue("postgresql_url")
                url = stack.enter_context(empty_schema(server))
            made = Store(url, tmp_path / "spool")
        stack.callback(made.close)
        yield made

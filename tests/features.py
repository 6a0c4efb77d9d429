"""A pytest plug-in: which required features the tests prove (`make features`).

A test claims ids with ``@pytest.mark.req("IVR-03")``; an id counts as proven when all the tests
that claim it have passed. Ids that no test can show are claimed by a section of the documentation
in ``docs/features-by-document.csv``. An id that ``docs/requirements.csv`` does not know fails the
collection: a claim with a slip in it proves nothing.
"""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"


def required() -> dict[str, str]:
    """Every required feature, by id."""
    with (DOCS / "requirements.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["requirement"] for row in csv.DictReader(file)}


def documented() -> dict[str, str]:
    """The ids that a section of the documentation claims, with that section and its figure."""
    with (DOCS / "features-by-document.csv").open(encoding="utf-8") as file:
        return {row["id"]: f"{row['section']}: {row['figure']}" for row in csv.DictReader(file)}


def claims(item: pytest.Item) -> list[str]:
    """The ids that a test claims."""
    return [str(name) for mark in item.iter_markers("req") for name in mark.args]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--features", action="store_true", help="run the tests that claim features")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    known = required()
    for item in items:
        for name in claims(item):
            if name not in known:
                raise pytest.UsageError(f"{item.nodeid} claims {name!r}: no such requirement")
    if config.getoption("--features"):
        items[:] = [item for item in items if claims(item)]
        config.stash[CLAIMS] = {item.nodeid: claims(item) for item in items}


CLAIMS = pytest.StashKey[dict[str, list[str]]]()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not config.getoption("--features"):
        return
    passed = {report.nodeid for report in terminalreporter.stats.get("passed", [])}
    tests: dict[str, list[str]] = defaultdict(list)
    for test, names in config.stash[CLAIMS].items():
        for name in names:
            tests[name].append(test)
    pages, write = documented(), terminalreporter.write_line
    proven = 0
    for name, requirement in required().items():
        if name in tests:
            good = all(test in passed for test in tests[name])
            proven += good
            write(f"{'proven' if good else 'FAILED':8} {name:8} {requirement}")
            for test in tests[name]:
                write(f"{'':17} {test}")
        elif name in pages:
            proven += 1
            write(f"{'document':8} {name:8} {requirement}\n{'':17} {pages[name]}")
        else:
            write(f"{'-':8} {name:8} {requirement}")
    write(f"{proven} of {len(required())} required features are proven")

"""The promises of a source of rows (``switchboard/ports/sources.py``), wherever the rows are."""

import sqlite3
from contextlib import ExitStack
from datetime import date

import psycopg
import pytest

from switchboard.outside.databases import SqlDatabase
from switchboard.outside.http import HttpConnection
from switchboard.outside.http_rows import HttpSource
from switchboard.outside.tables import TableSource
from switchboard.ports.sources import RowQuery, RowRefused
from tests.contract.services import Service, served
from tests.contract.stores import empty_schema
from tests.fakes.outside import FakeSource

ROWS = (
    {"number": "1", "phone": "138", "state": "sent", "placed": "2026-11-01"},
    {"number": "2", "phone": "138", "state": "open", "placed": "2026-11-20"},
    {"number": "3", "phone": "+139", "state": "o'pen; --", "placed": "2026-11-10"},
)
CREATE = """
CREATE TABLE orders ({number}, phone TEXT, state_name TEXT CHECK (state_name <> 'forbidden'),
                     placed DATE)
"""
INSERT = "INSERT INTO orders (phone, state_name, placed) VALUES ({0}, {0}, {0})"
VALUES = [(row["phone"], row["state"], row["placed"]) for row in ROWS]


def sqlite_source(folder, stack) -> TableSource:
    with sqlite3.connect(folder / "orders.db") as connection:
        connection.execute(CREATE.format(number="number INTEGER PRIMARY KEY"))
        connection.executemany(INSERT.format("?"), VALUES)
    connection.close()
    return table(f"sqlite:///{folder / 'orders.db'}", stack)


def postgresql_source(url, stack) -> TableSource:
    url = stack.enter_context(empty_schema(url))
    with psycopg.connect(url) as connection:
        connection.execute(CREATE.format(number="number SERIAL PRIMARY KEY"))
        connection.cursor().executemany(INSERT.format("%s"), VALUES)
    return table(url, stack)


def table(url: str, stack: ExitStack) -> TableSource:
    database = SqlDatabase(url)
    stack.callback(database.close)
    return TableSource(database, "orders", {"state": "state_name"})


def http_source(stack) -> HttpSource:
    service = stack.enter_context(served(Service(ROWS)))
    return HttpSource(HttpConnection("shop", service.url, {}), "/orders")


@pytest.fixture(params=["fake", "sqlite", "postgresql", "http"])
def source(request, tmp_path):
    with ExitStack() as stack:
        if request.param == "fake":
            yield FakeSource(*ROWS)
        elif request.param == "sqlite":
            yield sqlite_source(tmp_path, stack)
        elif request.param == "postgresql":
            yield postgresql_source(request.getfixturevalue("postgresql_url"), stack)
        else:
            yield http_source(stack)


def numbers(source, **query) -> list[str]:
    return [str(row["number"]) for row in source.find_rows(RowQuery(**{"at_most": 9, **query}))]


def test_rows_are_found_by_all_their_values(source):
    assert numbers(source, by={"phone": "138"}) == ["1", "2"]
    assert numbers(source, by={"phone": "138", "state": "open"}) == ["2"]
    assert numbers(source, by={"phone": "138", "state": "lost"}) == []


def test_no_more_rows_come_than_are_enough(source):
    assert len(numbers(source, by={"phone": "138"}, at_most=1)) == 1


def test_rows_are_ordered_by_a_field(source):
    assert numbers(source, by={"phone": "138"}, order_by="placed", newest_first=True) == ["2", "1"]
    assert numbers(source, by={"phone": "138"}, order_by="placed") == ["1", "2"]


@pytest.mark.parametrize("hostile", ["' OR '1'='1", "138' --", "%", "138; DROP TABLE orders", ""])
def test_a_value_from_outside_is_a_value_and_nothing_more(source, hostile):
    assert numbers(source, by={"phone": hostile}) == []
    assert numbers(source, by={"state": "o'pen; --"}) == ["3"]
    made = source.create_row({"phone": f"x{hostile}", "state": "open"}, key="c1-1")
    assert made["phone"] == f"x{hostile}"
    assert numbers(source, by={"phone": "138"}) == ["1", "2"]


def test_a_row_is_created_with_its_number_once_an_occasion(source):
    values = {"phone": "137", "state": "open", "placed": date(2026, 12, 1)}
    first = source.create_row(values, key="c1-4")
    again = source.create_row(values, key="c1-4")
    other = source.create_row(values, key="c1-9")
    assert [str(row["number"]) for row in (first, again, other)] == ["4", "4", "5"]
    assert numbers(source, by={"phone": "137"}) == ["4", "5"]


def test_a_row_that_breaks_a_rule_is_refused_and_nothing_is_written(source):
    with pytest.raises(RowRefused):
        source.create_row({"phone": "137", "state": "forbidden"}, key="c1-4")
    assert numbers(source, by={"phone": "137"}) == []
    assert str(source.create_row({"phone": "137", "state": "open"}, key="c1-5")["phone"]) == "137"


def test_a_connection_that_broke_while_nobody_used_it_costs_no_answer(postgresql_url):
    with ExitStack() as stack:
        url = stack.enter_context(empty_schema(postgresql_url))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(CREATE.format(number="number SERIAL PRIMARY KEY"))
            source = table(url, stack)
            assert numbers(source, by={"phone": "1"}) == []
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND application_name = 'switchboard'"
            )
        made = source.create_row({"phone": "1", "state": "open"}, key="c1-1")
        assert numbers(source, by={"phone": "1"}) == [str(made["number"])]


def test_the_one_row_that_fits_is_changed(source):
    changed = source.update_row({"number": "1"}, {"state": "lost"}, key="c1-4")
    assert (str(changed["number"]), changed["state"]) == ("1", "lost")
    assert numbers(source, by={"state": "lost"}) == ["1"]


@pytest.mark.parametrize("by", [{"number": "99"}, {"phone": "138"}])
def test_a_change_that_fits_no_row_or_several_is_refused_and_changes_nothing(source, by):
    with pytest.raises(RowRefused):
        source.update_row(by, {"state": "lost"}, key="c1-4")
    assert numbers(source, by={"state": "lost"}) == []

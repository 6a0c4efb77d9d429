"""Somebody else's database: what is wrong with it is told, and its time limit holds."""

import sqlite3
from decimal import Decimal

import pytest

from switchboard.outside.databases import SqlDatabase, engine_of
from switchboard.outside.tables import TableSource, quoted
from switchboard.ports.sources import RowQuery, SourceFault


@pytest.fixture
def database(tmp_path):
    with sqlite3.connect(tmp_path / "bills.db") as connection:
        connection.execute("CREATE TABLE bills (account TEXT, due NUMERIC, paid INTEGER)")
        connection.execute("INSERT INTO bills VALUES ('007', 125.40, 1)")
    connection.close()
    made = SqlDatabase(f"sqlite:///{tmp_path / 'bills.db'}")
    yield made
    made.close()


def find(source, **by):
    return source.find_rows(RowQuery(by, 5))


def test_digits_keep_their_zeros_and_numbers_are_compared_as_numbers(database):
    bills = TableSource(database, "bills", {})
    assert len(find(bills, account="007")) == 1
    assert find(bills, account=7) == ()
    assert len(find(bills, due=Decimal("125.4"))) == 1
    assert len(find(bills, paid=True)) == 1


def test_a_mistyped_path_is_a_fault_and_makes_no_new_database(tmp_path):
    with pytest.raises(SourceFault, match=r"nowhere\.db cannot be opened"):
        find(TableSource(SqlDatabase(f"sqlite:///{tmp_path / 'nowhere.db'}"), "bills", {}), a="1")
    assert list(tmp_path.iterdir()) == []


def test_a_table_or_column_that_is_not_there_is_told(database):
    with pytest.raises(SourceFault, match="no such table: orders"):
        find(TableSource(database, "orders", {}), a="1")
    with pytest.raises(SourceFault, match="no such column"):
        TableSource(database, "bills", {"a": "nothing"}).find_rows(RowQuery({"a": "1"}, 1))
    assert len(find(TableSource(database, "bills", {}), account="007")) == 1


def test_a_question_that_takes_too_long_ends(database):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    with pytest.raises(SourceFault, match="interrupted"):
        database.run(lambda connected: connected.execute(endless), 0.05)


def test_a_field_that_is_no_name_is_never_put_into_a_statement(database):
    for field in ('a"; DROP TABLE bills; --', "a b", "", "1a"):
        with pytest.raises(SourceFault, match="no name of a field"):
            find(TableSource(database, "bills", {}), **{field: "1"})


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a;b", "a.b.c", "1a", "名"])
def test_what_is_no_name_cannot_be_a_table(name):
    with pytest.raises(ValueError, match="no name of a table"):
        quoted(name)


@pytest.mark.parametrize("url", ["", "sqlite://", "mysql://h/d", "/path"])
def test_a_mistaken_url_says_what_it_should_be(url):
    with pytest.raises(ValueError, match="sqlite:////absolute/path or postgresql://"):
        engine_of(url)


def test_a_postgresql_that_is_not_there_is_a_fault_without_its_password():
    database = SqlDatabase("postgresql://u:canary@127.0.0.1:1/x")
    with pytest.raises(SourceFault, match="cannot be reached") as told:
        find(TableSource(database, "bills", {}), a="1")
    assert "canary" not in str(told.value)

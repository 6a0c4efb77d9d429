"""The gate to the engine: URLs, transactions, errors, and who waits for whom."""

import gevent
import peewee
import pytest

from switchboard.ports.outages import StoreAway
from switchboard.store.database import Database, MistakenUrl, engine_for
from switchboard.store.models import RunRow
from switchboard.store.statements import insert_new, put_in_place


def run_row(call_id: str, dnis: str = "1") -> dict:
    return {"call_id": call_id, "leg_id": "leg", "dnis": dnis, "run": "{}", "saved_at": 1}


def dnis_of(database: Database) -> dict[str, str]:
    query = RunRow.select(RunRow.call_id, RunRow.dnis).tuples()
    return dict(database.read(lambda engine: list(query.bind(engine))))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "begins with sqlite:/// or postgresql://"),
        ("mysql://host/name", "not with 'mysql'"),
        ("/var/lib/switchboard.db", "begins with"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://folder/file.db", "names no file"),
        ("postgresql://user:secret@host", "without a database's name"),
        ("postgresql://user:secret@host/", "without a database's name"),
    ],
)
def test_a_mistaken_url_says_what_it_should_be(url, says):
    with pytest.raises(MistakenUrl, match=says) as told:
        engine_for(url)
    assert "secret" not in str(told.value)


def test_a_file_in_a_folder_that_is_not_there_is_made(tmp_path):
    engine = engine_for(f"sqlite:///{tmp_path}/a/b/switchboard.db")
    engine.connect()
    engine.close()
    assert (tmp_path / "a/b/switchboard.db").is_file()


def test_a_commit_survives_a_power_cut(database):
    # 2 is "full": the write-ahead log is flushed to the disk before a commit returns.
    assert database.write(lambda engine: engine.pragma("synchronous")) == 2
    assert database.write(lambda engine: engine.pragma("journal_mode")) == "wal"


def test_a_transaction_that_fails_writes_nothing(database):
    def fail_midway(engine: peewee.Database) -> None:
        insert_new(engine, RunRow, [run_row("c1")])
        raise LookupError("midway")

    with pytest.raises(LookupError, match="midway"):
        database.write(fail_midway)
    assert dnis_of(database) == {}
    database.write(lambda engine: insert_new(engine, RunRow, [run_row("c2")]))
    assert dnis_of(database) == {"c2": "1"}


def test_what_the_engine_refuses_is_no_outage(database):
    with pytest.raises(peewee.IntegrityError):
        database.write(lambda engine: insert_new(engine, RunRow, [{**run_row("c1"), "run": None}]))
    with pytest.raises(peewee.ProgrammingError):
        database.write(lambda engine: engine.execute_sql("SELECT ?", (1, 2)))


def test_an_error_in_work_is_not_printed_as_the_failure_of_a_thread(database, capfd):
    with pytest.raises(LookupError):
        database.read(lambda engine: {}["no such"])
    assert capfd.readouterr().err == ""


def test_rows_are_inserted_once_or_put_in_place(database):
    rows = [run_row("c1"), run_row("c2")]
    assert database.write(lambda engine: insert_new(engine, RunRow, rows)) == 2
    rows = [run_row("c2", "changed"), run_row("c3")]
    assert database.write(lambda engine: insert_new(engine, RunRow, rows)) == 1
    assert dnis_of(database) == {"c1": "1", "c2": "1", "c3": "1"}
    database.write(lambda engine: put_in_place(engine, RunRow, [run_row("c1", "changed")]))
    assert dnis_of(database) == {"c1": "changed", "c2": "1", "c3": "1"}


def test_reading_goes_on_while_a_transaction_is_open_elsewhere(database, engine):
    engine.execute_sql("BEGIN IMMEDIATE")
    assert dnis_of(database) == {}
    with pytest.raises(StoreAway, match="locked"):
        database.write(lambda _: None)
    engine.execute_sql("ROLLBACK")
    database.write(lambda _: None)


def test_transactions_of_one_process_follow_each_other(database):
    inside = []

    def work(number: int) -> None:
        def alone(engine: peewee.Database) -> None:
            inside.append(("in", number))
            insert_new(engine, RunRow, [run_row(f"c{number}")])
            inside.append(("out", number))

        database.write(alone)

    gevent.joinall([gevent.spawn(work, number) for number in range(20)], raise_error=True)
    pairs = list(zip(inside[::2], inside[1::2], strict=True))
    assert all(begun[1] == ended[1] for begun, ended in pairs)
    assert len(dnis_of(database)) == 20


def test_many_readers_share_few_connections(database):
    readers = [gevent.spawn(dnis_of, database) for _ in range(50)]
    gevent.joinall(readers, raise_error=True)
    assert len(database._idle) <= 4

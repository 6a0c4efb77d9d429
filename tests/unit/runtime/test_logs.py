"""One line, one object; the call's id on it; nobody's number and no password."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
import structlog

from switchboard.runtime.logs import LogForm, configure_logs


class Log:
    """The log of one test, read back."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    made = Log()
    structlog.contextvars.clear_contextvars()  # a call of another test may have bound its id
    configure_logs("info", LogForm.JSON, made.stream)
    yield made
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_one_object_with_its_time_level_and_fields(log: Log) -> None:
    structlog.get_logger().info("call offered", dnis="4008001000", node="fs1")
    (line,) = log.lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "call offered", "level": "info", "dnis": "4008001000", "node": "fs1"}


def test_what_is_below_the_level_is_not_written(log: Log) -> None:
    structlog.get_logger().debug("key pressed")
    assert log.lines() == []


def test_each_greenlet_logs_its_own_call(log: Log) -> None:
    def serve(call_id: str) -> None:
        with structlog.contextvars.bound_contextvars(call_id=call_id):
            gevent.sleep(0)
            structlog.get_logger().info(f"in {call_id}")
        structlog.get_logger().info(f"after {call_id}")

    gevent.joinall([gevent.spawn(serve, name) for name in ("one", "two")], raise_error=True)
    structlog.get_logger().info("outside")
    told = {line["event"]: line.get("call_id") for line in log.lines()}
    assert told == {
        "in one": "one", "after one": None,
        "in two": "two", "after two": None,
        "outside": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["password", "Password", "sip_password", "passwd", "secret", "client_secret", "auth_token",
     "credentials", "authorization", "cookie", "pin", "caller_pin", "pin_keyed"],
)  # fmt: skip
def test_no_secret_is_written_even_where_personal_fields_are(name: str) -> None:
    stream = io.StringIO()
    configure_logs("info", LogForm.JSON, stream, show_personal=True)
    structlog.get_logger().info("logged in", **{name: "ClueCon", "user": "eve"})
    structlog.reset_defaults()
    assert "ClueCon" not in stream.getvalue()
    assert json.loads(stream.getvalue())["user"] == "eve"


def test_words_that_only_look_like_pin_are_written(log: Log) -> None:
    structlog.get_logger().info("steady", spinning="yes", shipping="no")
    (line,) = log.lines()
    assert (line["spinning"], line["shipping"]) == ("yes", "no")


def test_personal_fields_are_shortened(log: Log) -> None:
    structlog.get_logger().info("call offered", ani="+8613800138056", keys="12", caller_name="")
    (line,) = log.lines()
    assert (line["ani"], line["keys"], line["caller_name"]) == ("…56", "…", "")


def test_personal_fields_are_whole_where_the_installation_allows_it() -> None:
    stream = io.StringIO()
    configure_logs("info", LogForm.JSON, stream, show_personal=True)
    structlog.get_logger().info("call offered", ani="+8613800138056")
    structlog.reset_defaults()
    assert json.loads(stream.getvalue())["ani"] == "+8613800138056"


def test_libraries_log_in_the_same_form_from_warnings_up(log: Log) -> None:
    logging.getLogger("library").info("chatter")
    with structlog.contextvars.bound_contextvars(call_id="abc"):
        logging.getLogger("library").warning("slow %s", "answer")
    (line,) = log.lines()
    assert (line["event"], line["level"], line["call_id"]) == ("slow answer", "warning", "abc")


@pytest.mark.parametrize("form", list(LogForm))
def test_a_fault_is_told_with_its_place_but_no_local_variable(form: LogForm) -> None:
    stream = io.StringIO()
    configure_logs("info", form, stream)

    def log_in(password: str) -> None:
        del password
        raise ValueError("the node " + "refuses")  # so that no line of source says it

    try:
        log_in("ClueCon")
    except ValueError:
        structlog.get_logger().exception("cannot log in")
        logging.getLogger("library").exception("cannot log in either")
    structlog.reset_defaults()
    written = stream.getvalue()
    assert written.count("the node refuses") == 2
    assert "log_in" in written
    assert written.count("ClueCon") == written.count('log_in("ClueCon")')


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'loud' is no log level"):
        configure_logs("loud", LogForm.JSON, io.StringIO())


def test_nothing_from_outside_reaches_a_terminal_raw_or_as_a_line_of_its_own() -> None:
    stream = io.StringIO()
    configure_logs("info", LogForm.CONSOLE, stream)
    hostile = "\x1b[2J\x9b31m\u202e\x00\rforged"

    def refuse() -> None:
        raise ValueError(hostile)

    try:
        refuse()
    except ValueError:
        structlog.get_logger().exception("refused", why=hostile + "\n2026 forged")
    logging.getLogger("library").warning("odd request %s", hostile + "\n2026 forged")
    structlog.reset_defaults()
    written = stream.getvalue()
    assert "forged" in written
    assert all(c.isprintable() or c == "\n" for c in written)
    assert not any(line.startswith("2026 forged") for line in written.splitlines())

"""The control connection obeys what can be done, refuses the rest in words, and stays alive."""

import base64
from collections.abc import Iterator

import pytest
from gevent import socket

from switchboard.simulator import control
from switchboard.simulator.control import ControlServer, NotLoopback
from switchboard.simulator.tiff import NotTiff, blank_page, count_pages
from tests.unit.simulator.bench import Bench
from tests.unit.simulator.test_steered_people import Controls


@pytest.fixture
def controls(bench: Bench) -> Iterator[Controls]:
    made = Controls(bench)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"do": "dial", "endpoint": "endpoint-1", "to": "4000", "count": "many"}, "count"),
        ({"do": "dial", "endpoint": "endpoint-1", "to": "4000", "count": 0}, "count"),
        ({"do": "dial", "endpoint": "endpoint-1", "to": "4000", "count": 1e9}, "count"),
        ({"do": "dial", "endpoint": "endpoint-1", "hang_up_after_s": "soon"}, "hang_up_after_s"),
        ({"do": "dial", "endpoint": "endpoint-1", "steps": 7}, "steps"),
        ({"do": "dial", "endpoint": "endpoint-1", "steps": [7]}, "step"),
        ({"do": "dial", "endpoint": ["endpoint-1"]}, "endpoint"),
        ({"do": "endpoint", "number": {}}, "number"),
        ({"do": "phone", "number": "1001", "port": "x"}, "port"),
        ({"do": "phone", "number": "1001", "port": 70000}, "port"),
        ({"do": "phone", "number": "1001", "rings_ms": "long"}, "rings_ms"),
        ({"do": "phone", "number": "1001", "odds": {"sleeps": 1}}, "manner"),
        ({"do": "phone", "number": "1001", "odds": {"answers": "often"}}, "answers"),
        ({"do": "phone", "number": "1001", "odds": {"answers": 0}}, "weight"),
        ({"do": "phone", "number": "1001", "silent": "yes"}, "silent"),
        ({"do": "fault", "fault": "drop_events", "amount": "all"}, "amount"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    controls: Controls, fields: dict[str, object], wrong: str
) -> None:
    controls.ask("endpoint", number="138")
    word = str(fields.pop("do"))
    answer = controls.ask(word, **fields)
    assert not answer["ok"]
    assert wrong in answer["error"]
    assert controls.ask("node")["ok"]


@pytest.mark.parametrize(
    ("word", "fields", "wrong"),
    [
        ("press", {"keys": "1", "hold_ms": "x"}, "hold_ms"),
        ("say", {"wav": "no base64!"}, "base64"),
        ("say", {"wav": base64.b64encode(b"no sound").decode()}, "sound"),
        ("listen", {"from_s": "x"}, "from_s"),
        ("refuse", {"status": 200}, "status"),
        ("fax", {"tiff": base64.b64encode(b"II").decode()}, "TIFF"),
    ],
)
def test_what_a_call_cannot_do_is_refused_by_name(
    controls: Controls, word: str, fields: dict[str, object], wrong: str
) -> None:
    answer = controls.ask(word, call=controls.dial(), **fields)
    assert not answer["ok"]
    assert wrong in answer["error"]


def test_a_line_without_end_ends_the_connection(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MOST_LINE_BYTES", 100_000)
    with socket.create_connection(bench.control) as sock:
        sock.sendall(b"x" * 200_000)
        sock.settimeout(5)
        told = b""
        while received := sock.recv(65536):
            told += received
    assert b"100000 bytes" in told


def test_a_long_line_in_many_pieces_is_obeyed(controls: Controls) -> None:
    wav = base64.b64encode(bytes(600_000)).decode()
    answer = controls.ask("say", call=controls.dial(), wav=wav)
    assert "sound" in answer["error"]  # it was read whole, and judged


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_the_control_listens_on_loopback_only(bench: Bench, host: str) -> None:
    with pytest.raises(NotLoopback, match="loopback"):
        ControlServer(bench.simulator, (host, 0))


def test_pages_of_a_tiff_file_are_counted() -> None:
    page = blank_page()
    assert count_pages(page) == 1
    for broken in (b"", b"MM\0*", page[:-3], page[:4] + b"\0\0\0\0"):
        with pytest.raises(NotTiff):
            count_pages(broken)

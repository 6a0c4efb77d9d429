"""Systems asked over HTTP: what goes out, what comes back, and what a hostile answer can do."""

import socket

import pytest

from switchboard.outside.http import HttpConnection
from switchboard.ports.connections import Ask, ConnectionFault
from tests.contract.services import Service, served


@pytest.fixture
def service():
    with served(Service()) as made:
        yield made


def ask(connection, path="/v2/waybills/7", method="GET", body=None, within_s=2.0):
    return connection.ask(Ask(method, path, body, within_s, "c1-4"))


@pytest.mark.req("X-013")
def test_headers_of_the_settings_and_the_key_of_the_occasion_go_along(service):
    service.answers["/api/v2/waybills/7"] = (200, b'{"state": "held", "due": 2.50, "n": 3}')
    connection = HttpConnection("track", f"{service.url}/api/", {"Authorization": "Bearer t"})
    reply = ask(connection)
    assert (reply.status, str(reply.body["due"]), reply.body["n"]) == (200, "2.50", 3)
    ((method, path, headers),) = service.asked
    assert (method, path) == ("GET", "/api/v2/waybills/7")
    assert headers["Authorization"] == "Bearer t"
    assert headers["Idempotency-Key"] == "c1-4"


@pytest.mark.parametrize("status", [201, 404, 409, 500])
def test_any_status_is_an_answer(service, status):
    service.answers["/v2/waybills/7"] = (status, b"{}")
    assert ask(HttpConnection("track", service.url, {})).status == status


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff", b"[" * 5000, b"NaN"])
def test_what_is_no_json_is_nothing(service, body):
    service.answers["/v2/waybills/7"] = (200, body)
    assert ask(HttpConnection("track", service.url, {})).body is None


def test_a_redirect_is_not_followed(service):
    service.answers["/v2/waybills/7"] = (302, f"{service.url}/elsewhere".encode())
    assert ask(HttpConnection("track", service.url, {})).status == 302
    assert len(service.asked) == 1


def test_an_endless_answer_is_a_fault(service):
    service.answers["/v2/waybills/7"] = (200, b"1" * (2**20 + 1))
    with pytest.raises(ConnectionFault, match="more than 1048576 bytes"):
        ask(HttpConnection("track", service.url, {}))


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "@evil.example/", "", "v2", "/a b", "/a\r\nX: y", "/..", "/v2/../../x",
     "/v2/./x", "/名"],
)  # fmt: skip
def test_a_path_that_could_lead_elsewhere_is_not_asked(service, path):
    with pytest.raises(ConnectionFault, match="track is not asked"):
        ask(HttpConnection("track", service.url, {}), path)
    assert service.asked == []


def test_nobody_there_is_a_fault_that_does_not_tell_the_path():
    connection = HttpConnection("track", "http://127.0.0.1:1", {})
    with pytest.raises(ConnectionFault, match="track does not answer") as told:
        ask(connection, "/canary")
    assert "canary" not in str(told.value)


def test_a_system_that_accepts_and_is_silent_is_left_at_the_time_limit():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connection = HttpConnection("track", f"http://127.0.0.1:{silent.getsockname()[1]}", {})
        with pytest.raises(ConnectionFault, match="track does not answer"):
            ask(connection, within_s=0.2)


def test_a_connection_is_used_again(service):
    connection = HttpConnection("track", service.url, {})
    for _ in range(3):
        assert ask(connection, "/x", "POST", {"state": "open"}).status in {200, 201}
    assert len(service.asked) == 3

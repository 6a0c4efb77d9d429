"""The pages for machines: alive, ready, and in figures."""

import gevent
import pytest
from flask.testing import FlaskClient

from switchboard import __version__
from switchboard.console.app import create_app
from switchboard.console.metrics import PrometheusMetrics
from switchboard.console.server import ConsoleServer
from switchboard.services.health import Finding, HealthReport

WELL = HealthReport(True, (Finding("database", True, "answers"),))
ILL = HealthReport(False, (Finding("database", False, "does not answer"), *WELL.checks[1:]))


def client(report: HealthReport = WELL, metrics: PrometheusMetrics | None = None) -> FlaskClient:
    page = (metrics or PrometheusMetrics()).page
    return create_app(lambda: report, page).test_client()


def test_a_process_that_answers_is_alive_ready_or_not() -> None:
    answer = client(ILL).get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"alive": True, "version": __version__}


@pytest.mark.req("ADM-18")
@pytest.mark.parametrize(("report", "status"), [(WELL, 200), (ILL, 503)])
def test_readiness_is_a_status_for_machines_and_words_for_people(
    report: HealthReport, status: int
) -> None:
    answer = client(report).get("/readyz")
    assert answer.status_code == status
    assert answer.json == {
        "ready": report.ready,
        "checks": {
            finding.name: {"passed": finding.passed, "words": finding.words}
            for finding in report.checks
        },
    }


def test_checks_that_hang_are_an_answer_too() -> None:
    def hang() -> HealthReport:
        gevent.sleep(600)
        return WELL

    app = create_app(hang, PrometheusMetrics().page, checks_within_s=0.05)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "within 0.05 s" in answer.text


@pytest.mark.req("X-102")
def test_a_scrape_gets_what_was_counted() -> None:
    metrics = PrometheusMetrics()
    metrics.call_offered()
    metrics.call_refused("blacklist")
    answer = client(metrics=metrics).get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert 'switchboard_calls_refused_total{reason="blacklist"} 1.0' in answer.text.splitlines()


def test_nothing_else_is_there() -> None:
    for path in ("/", "/static/x.js", "/metrics/../../etc/passwd"):
        assert client().get(path).status_code == 404


def ask(port: int, path: str) -> bytes:
    with gevent.Timeout(10):
        connection = gevent.socket.create_connection(("127.0.0.1", port))
        connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        connection.close()
    return answer


def test_the_server_answers_on_the_port_it_was_given_until_it_stops() -> None:
    app = create_app(lambda: WELL, PrometheusMetrics().page)
    server = ConsoleServer(app, "127.0.0.1", 0)
    server.start()
    assert ask(server.port, "/healthz").startswith(b"HTTP/1.1 200")
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(server.port, "/healthz")


def test_a_port_that_is_taken_is_named() -> None:
    app = create_app(lambda: WELL, PrometheusMetrics().page)
    first = ConsoleServer(app, "127.0.0.1", 0)
    first.start()
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{first.port}"):
        ConsoleServer(app, "127.0.0.1", first.port).start()
    first.stop()

"""The web application: what people and machines ask the server over HTTP.

Three pages for machines. ``/healthz``: the process lives. ``/readyz``: it can take calls, or which
checks say no. ``/metrics``: the figures for Prometheus. Pages for people stand on
:mod:`switchboard.console.pages`, each feature in a module of its own name.
"""

from collections.abc import Callable, Sequence

import gevent
from flask import Blueprint, Flask, Response, jsonify

from switchboard import __version__
from switchboard.console.nodes import node_pages
from switchboard.console.pages import stand_pages_on
from switchboard.services.health import Finding, HealthReport
from switchboard.services.node_desk import NodeDesk

# A load balancer gives up after a few seconds; a database that hangs must not hang the answer.
CHECKS_WITHIN_S = 4.0


def create_app(
    health: Callable[[], HealthReport],
    metrics: Callable[[], tuple[bytes, str]],
    *,
    checks_within_s: float = CHECKS_WITHIN_S,
    nodes: NodeDesk | None = None,
    api: Blueprint | None = None,
    pages: Sequence[Blueprint] = (),
) -> Flask:
    """Return the application.

    Args:
        health: Asks every check, such as ``Health(...).report``.
        metrics: Gives the page of metrics and its media type.
        checks_within_s: How long the checks may take together, in wall seconds.
        nodes: Serves the agents of FreeSWITCH nodes; None: there are none.
        api: What other programs may ask; None: nothing.
        pages: Pages for people.

    Raises:
        BundleMissing: there are pages, and what their browsers need was never built.
    """
    app = Flask("switchboard.console", static_folder=None, template_folder=None)

    if nodes is not None:
        app.register_blueprint(node_pages(nodes))
    if api is not None:
        app.register_blueprint(api)
    if pages:
        stand_pages_on(app)
    for page in pages:
        app.register_blueprint(page)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(alive=True, version=__version__)

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        late = HealthReport(False, (_too_late(checks_within_s),))
        report: HealthReport = gevent.with_timeout(checks_within_s, health, timeout_value=late)
        return jsonify(_readable(report)), 200 if report.ready else 503

    @app.get("/metrics")
    def metrics_page() -> Response:
        page, media_type = metrics()
        return Response(page, content_type=media_type)

    return app


def _too_late(within_s: float) -> Finding:
    return Finding("checks", False, f"the checks did not answer within {within_s:g} s")


def _readable(report: HealthReport) -> dict[str, object]:
    checks = {
        finding.name: {"passed": finding.passed, "words": finding.words}
        for finding in report.checks
    }
    return {"ready": report.ready, "checks": checks}

"""Serves the web application over HTTP on the event loop of the server."""

import logging
import socket

import structlog
from flask import Flask
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer
from gevent.socket import socket as cooperative_socket

log = structlog.get_logger(__name__)

# Enough for 200 wallboards at once; more wait in the kernel's queue instead of in our memory.
AT_ONCE = 1000
WAITING = 256


class ConsoleServer:
    """The HTTP server of one application.

    Args:
        app: What answers.
        host: Address to listen on, IPv4 or IPv6.
        port: Port; 0 takes a free one, :attr:`port` then says which.
    """

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._app = app
        self._server: WSGIServer | None = None

    def start(self) -> None:
        """Listen, and serve from now on.

        Raises:
            OSError: the address is taken or is not this machine's; says which.
        """
        listener = _listen(self.host, self.port)
        self.port = listener.getsockname()[1]
        self._server = WSGIServer(
            listener,
            self._app,
            spawn=Pool(AT_ONCE),
            log=None,  # a scrape every few seconds is no news
            error_log=logging.getLogger(__name__),
        )
        self._server.start()
        log.info("console listens", host=self.host, port=self.port)

    def stop(self, wait_s: float = 1.0) -> None:
        """Take no more requests; those that are being answered get *wait_s* wall seconds."""
        if self._server is not None:
            self._server.stop(timeout=wait_s)


def _listen(host: str, port: int) -> cooperative_socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as refusal:
        reason = (refusal.strerror or str(refusal)).partition(" (while")[0]
        raise OSError(refusal.errno, f"cannot listen on {host}:{port}: {reason}") from refusal
    return cooperative_socket(family, socket.SOCK_STREAM, fileno=bound.detach())

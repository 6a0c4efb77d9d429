"""Serves the web application over HTTP on the event loop of the server."""

import logging

import structlog
from flask import Flask
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

log = structlog.get_logger(__name__)

# Enough for 200 wallboards at once; more wait in the kernel's queue instead of in our memory.
AT_ONCE = 1000


class ConsoleServer:
    """The HTTP server of one application.

    Args:
        app: What answers.
        host: Address to listen on.
        port: Port; 0 takes a free one, :attr:`port` then says which.
    """

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._server = WSGIServer(
            (host, port),
            app,
            spawn=Pool(AT_ONCE),
            log=None,  # a scrape every few seconds is no news
            error_log=logging.getLogger(__name__),
        )

    def start(self) -> None:
        """Listen, and serve from now on.

        Raises:
            OSError: the address is taken or is not this machine's; says which.
        """
        try:
            self._server.start()
        except OSError as refusal:
            raise OSError(
                refusal.errno, f"cannot listen on {self.host}:{self.port}: {refusal.strerror}"
            ) from refusal
        self.port = self._server.server_port or self.port
        log.info("console listens", host=self.host, port=self.port)

    def stop(self, wait_s: float = 1.0) -> None:
        """Take no more requests; those that are being answered get *wait_s* wall seconds."""
        self._server.stop(timeout=wait_s)

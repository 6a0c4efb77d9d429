"""A small HTTP service of rows, for the contract suite of sources and the tests of connections."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Service:
    """Rows over HTTP, and whatever else a test wants answered.

    Attributes:
        url: Where it is.
        rows: What it has.
        asked: Method, path and headers of every request.
        answers: Status and body by path, before anything else.
    """

    def __init__(self, rows=()) -> None:
        self.rows = [dict(row) for row in rows]
        self.asked: list[tuple[str, str, dict]] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.url = ""
        self._written: dict[str, dict] = {}

    def answer(self, method: str, target: str, headers: dict, body: bytes) -> tuple[int, bytes]:
        self.asked.append((method, target, headers))
        parts = urlsplit(target)
        if parts.path in self.answers:
            return self.answers[parts.path]
        by = dict(parse_qsl(parts.query, keep_blank_values=True))
        key = headers.get("Idempotency-Key", "")
        if method == "GET":
            return 200, _json([row for row in self.rows if _has(row, by)])
        if key in self._written:
            return 200, _json(self._written[key])
        values = json.loads(body)
        if values.get("state") == "forbidden":
            return 422, b"{}"
        return self._write(method, by, values, key)

    def _write(self, method: str, by: dict, values: dict, key: str) -> tuple[int, bytes]:
        if method == "POST":
            self.rows.append({"number": str(len(self.rows) + 1), **values})
            row = self.rows[-1]
        else:
            found = [row for row in self.rows if _has(row, by)]
            if len(found) != 1:
                return 404, b"{}"
            row = found[0]
            row.update(values)
        self._written[key] = dict(row)
        return 201, _json(row)


def _has(row: dict, by: dict) -> bool:
    return all(str(row.get(field)) == value for field, value in by.items())


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


@contextmanager
def served(service: Service) -> Iterator[Service]:
    """Serve it on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            status, answer = service.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", answer.decode())
                answer = b""
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

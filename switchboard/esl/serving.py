"""The switch's side of the event socket: requests out of bytes, replies and events into bytes.

The app's side (frames, events, commands) is in the modules beside this one; this half serves the
stand-in. It knows the form of what is said, never what it means: no command is understood here.

The form, as mod_event_socket of FreeSWITCH 1.11 keeps it:

* a request is a line, then ``name: value`` lines, then an empty line; ``Content-Length`` promises
  exactly so many bytes after it; carriage returns and empty lines in front are skipped;
* a plain event and the reply to ``connect`` are percent-encoded, value by value; replies and JSON
  events are not;
* percent-encoding leaves a percent sign alone that two hexadecimal digits follow. A name that
  holds ``%0A`` therefore arrives as it was sent, and who decodes it before splitting the lines
  lets a caller write header lines of his own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

# Policy of the real switch (max_len in read_packet): a longer request is cut, which ends it here.
MAX_REQUEST_BYTES = 10 * 1024 * 1024

AUTH_REQUEST = b"Content-Type: auth/request\n\n"
GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"

MUST_ENCODE = re.compile(rb"%(?![0-9A-F]{2})|[^!-~]|[#&+:;<=>?@\[\\\]^`{|}\"]")

Headers = Mapping[str, str | Sequence[str]]
"""Header names to values; a value of several entries is a sequence (``transfer_history``)."""


class MalformedRequest(Exception):  # noqa: N818 - names what it is
    """The peer sent what no switch would read on; close the connection."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked.

    Attributes:
        command: The first line, such as ``api status``.
        headers: The lines after it, names in lower case.
        body: The text that ``Content-Length`` promised.
    """

    command: str
    headers: Mapping[str, str]
    body: str

    def header(self, name: str) -> str:
        """Return the header's value, empty when there is none."""
        return self.headers.get(name.lower(), "")


class RequestReader:
    """Cuts a byte stream into requests, whatever way the socket split it."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._headed: Request | None = None  # read but for its body
        self._body_bytes = 0

    def feed(self, received: bytes) -> None:
        """Add received bytes; parsing waits for :meth:`next_request`."""
        self._buffer += received

    def next_request(self) -> Request | None:
        """Return the next whole request, or None until more bytes are fed.

        Raises:
            MalformedRequest: it is longer than :data:`MAX_REQUEST_BYTES`.
        """
        if self._headed is None and not self._take_head():
            return None
        if self._headed is None or len(self._buffer) < self._body_bytes:
            return None
        body = bytes(self._buffer[: self._body_bytes]).decode("utf-8", "replace")
        del self._buffer[: self._body_bytes]
        request = Request(self._headed.command, self._headed.headers, body)
        self._headed = None
        return request

    def _take_head(self) -> bool:
        self._skip_empty_lines()
        end, gap = self._find_end()
        if end < 0:
            if len(self._buffer) > MAX_REQUEST_BYTES:
                raise MalformedRequest("a request without an end")
            return False
        block = bytes(self._buffer[:end]).decode("utf-8", "replace")
        del self._buffer[: end + gap]
        self._headed = parse_head(block)
        self._body_bytes = promised_bytes(self._headed)
        return True

    def _skip_empty_lines(self) -> None:
        skipped = 0
        while skipped < len(self._buffer) and self._buffer[skipped] in b"\r\n":
            skipped += 1
        del self._buffer[:skipped]

    def _find_end(self) -> tuple[int, int]:
        ends = [
            (place, len(gap))
            for gap in (b"\n\n", b"\n\r\n")
            if (place := self._buffer.find(gap)) >= 0
        ]
        return min(ends) if ends else (-1, 0)


def parse_head(block: str) -> Request:
    """Parse the lines of a request; a line without a colon says nothing, the first of a name wins.

    Args:
        block: The lines, without the empty one that ends them.
    """
    command, *lines = block.replace("\r", "\n").split("\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.lower(), value.lstrip(" "))
    return Request(command, headers, "")


def promised_bytes(request: Request) -> int:
    """Return how many bytes of body the head promises; what is not a number promises none.

    Raises:
        MalformedRequest: more than :data:`MAX_REQUEST_BYTES`.
    """
    text = request.header("content-length").strip()
    length = int(text) if text.isascii() and text.isdigit() else 0
    if length > MAX_REQUEST_BYTES:
        raise MalformedRequest(f"a body of {length} bytes")
    return length


def encode_reply(text: str, headers: Mapping[str, str] | None = None) -> bytes:
    """Encode the reply to a command, with further header lines when there are any."""
    lines = ["Content-Type: command/reply", f"Reply-Text: {text}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\n".join(lines) + "\n\n").encode()


def encode_api_response(text: str) -> bytes:
    """Encode what an API command answered; an empty answer becomes the switch's complaint."""
    body = (text or "-ERR no reply\n").encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n" % len(body) + body


def encode_disconnect(leg_id: str | None = None) -> bytes:
    """Encode the notice before a close; *leg_id* names the channel of an outbound socket."""
    lines = ["Content-Type: text/disconnect-notice"]
    if leg_id is not None:
        lines += [f"Controlled-Session-UUID: {leg_id}", "Content-Disposition: disconnect"]
    lines.append(f"Content-Length: {len(GOODBYE)}")
    return ("\n".join(lines) + "\n\n" + GOODBYE).encode()


def encode_event_json(headers: Headers, body: str = "") -> bytes:
    """Encode an event as the frame of a client that asked for JSON."""
    document: dict[str, str | Sequence[str]] = dict(headers)
    if body:
        document["Content-Length"] = str(len(body.encode()))
        document["_body"] = body
    return _event_frame(b"json", orjson.dumps(document))


def encode_event_plain(headers: Headers, body: str = "") -> bytes:
    """Encode an event as the frame of a client that asked for plain events."""
    return _event_frame(b"plain", serialize(headers, body))


def serialize(headers: Headers, body: str = "") -> bytes:
    """Write header lines, each value percent-encoded, and the body; this is ``connect``'s reply."""
    lines = [
        f"{name}: {percent_encode(join(value)) or '_undef_'}" for name, value in headers.items()
    ]
    text = "\n".join(lines) + "\n"
    if body:
        text += f"Content-Length: {len(body.encode())}\n\n{body}"
    else:
        text += "\n"
    return text.encode()


def join(value: str | Sequence[str]) -> str:
    """Write a value of several entries as one text, the way the switch does."""
    return value if isinstance(value, str) else "ARRAY::" + "|:".join(value)


def percent_encode(text: str) -> str:
    """Encode a value for a plain event; see the theory above for its one trap."""
    return MUST_ENCODE.sub(lambda found: b"%%%02X" % found[0][0], text.encode()).decode("ascii")


def _event_frame(form: bytes, written: bytes) -> bytes:
    head = b"Content-Length: %d\nContent-Type: text/event-%s\n\n" % (len(written), form)
    return head + written

"""Cuts the bytes of an event socket into frames. It never decodes a value and never waits.

The wire, as mod_event_socket of FreeSWITCH 1.11 writes it:

* A frame opens with lines ``Name: value``, ended by LF alone, and closed by one empty line.
* ``Content-Length: n`` promises exactly n bytes of body behind that empty line.
* Of two lines with one name the first counts, and names have no case.

Values of the reply to ``connect`` and of plain events are percent-encoded; all others are as they
are. Only who knows which frame this is may decode (:mod:`switchboard.esl.events`), and only after
the lines were split here: a caller's name that holds ``%0A`` must never become a second line.

Speed: an event's header block is always the same two lines, so one regular expression finds both
the end of the block and the length of the body; everything else takes the careful path.
"""

import re
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from switchboard.esl.errors import LocalProtocolError, ProtocolError

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_HEADER_BYTES",
    "Frame",
    "FrameReader",
    "LocalProtocolError",
    "ProtocolError",
]

# Policy, not protocol: how much one peer may make us hold. The longest header block seen on a
# FreeSWITCH is a connect reply of 10 KB, the longest body a ``show channels`` of some megabytes.
MAX_HEADER_BYTES = 1024 * 1024
MAX_BODY_BYTES = 16 * 1024 * 1024

# FreeSWITCH writes these two lines in this order before every JSON event. Seven digits stay below
# the limit; a longer event takes the careful path, which checks it.
_JSON_EVENT = re.compile(rb"Content-Length: (\d{1,7})\nContent-Type: text/event-json\n\n")
_JSON_EVENT_HEADERS = MappingProxyType({"content-type": "text/event-json"})


class Frame(NamedTuple):
    """One frame.

    Attributes:
        headers: Values by lower-case name, exactly as they stood on the wire; without
            Content-Length, which the body tells.
        body: The promised bytes; empty when none were promised.
    """

    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The kind of frame, such as ``command/reply``; empty when it names none."""
        return self.headers.get("content-type", "")


class FrameReader:
    """Takes a stream in whatever pieces the socket gave and returns it in frames.

    A piece is cut where it lies. Pieces that do not yet complete anything are kept apart and joined
    once, when they do, so that neither a long body nor single bytes cost more than they weigh.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._taken = 0  # bytes at the front of the buffer that were returned already
        self._later: deque[bytes] = deque()  # received behind the buffer
        self._later_size = 0
        self._searched = 0  # pieces of these that hold no end of a header block
        self._headers: Mapping[str, str] | None = None  # set while a body is awaited
        self._body_length = 0

    def feed(self, received: bytes) -> None:
        """Add received bytes; nothing is looked at before :meth:`next_frame`."""
        if self._taken == len(self._buffer) and not self._later:
            self._buffer = received
            self._taken = 0
        elif received:
            self._later.append(received)
            self._later_size += len(received)

    def next_frame(self) -> Frame | None:
        """Return the next whole frame, or None until more is fed.

        Raises:
            ProtocolError: a header line without a colon, a Content-Length that is no whole number,
                or more than one of the limits above.
        """
        if self._headers is None:
            usual = _JSON_EVENT.match(self._buffer, self._taken)
            if usual is None:
                if not self._take_headers():
                    return None
            else:
                start = usual.end()
                end = start + int(usual[1])
                if end <= len(self._buffer):
                    self._taken = end
                    return Frame(_JSON_EVENT_HEADERS, self._buffer[start:end])
                self._headers, self._body_length = _JSON_EVENT_HEADERS, end - start
                self._taken = start
        if self._unreturned < self._body_length:
            return None
        frame = Frame(self._headers or {}, self._take(self._body_length))
        self._headers = None
        return frame

    @property
    def is_between_frames(self) -> bool:
        """Whether a stream that ends here ends cleanly."""
        return self._headers is None and self._unreturned == 0

    @property
    def _unreturned(self) -> int:
        return len(self._buffer) - self._taken + self._later_size

    def _take(self, length: int) -> bytes:
        """Take so many bytes, which are there, off the front."""
        parts = [self._buffer[self._taken : self._taken + length]]
        self._taken += len(parts[0])
        missing = length - len(parts[0])
        while missing:
            self._buffer = self._later.popleft()
            self._later_size -= len(self._buffer)
            self._taken = min(missing, len(self._buffer))
            parts.append(self._buffer[: self._taken])
            missing -= self._taken
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _take_headers(self) -> bool:
        end = self._buffer.find(b"\n\n", self._taken) + 2
        if end < 2:
            if not self._later_ends_headers():
                _refuse_long_header(self._unreturned)
                return False
            self._buffer = self._take(self._unreturned)
            self._taken = self._searched = 0
            end = self._buffer.find(b"\n\n") + 2
        _refuse_long_header(end - self._taken)
        headers = _parse_headers(self._buffer[self._taken : end - 2])
        self._body_length = _body_length(headers.pop("content-length", "0"))
        self._headers = headers
        self._taken = end
        return True

    def _later_ends_headers(self) -> bool:
        """Whether the end of the header block came with a later piece; each is looked at once."""
        for at in range(self._searched, len(self._later)):
            before = self._later[at - 1] if at else self._buffer[self._taken :]
            crosses = self._later[at].startswith(b"\n") and before.endswith(b"\n")
            if crosses or b"\n\n" in self._later[at]:
                return True
        self._searched = len(self._later)
        return False


def _refuse_long_header(length: int) -> None:
    if length > MAX_HEADER_BYTES:
        raise ProtocolError(f"a header block of more than {MAX_HEADER_BYTES} bytes")


def _parse_headers(block: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    # A byte that is no UTF-8 becomes a replacement character; a line end stays one whatever stands
    # before it, so the lines are those of the wire.
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if not colon:
            raise ProtocolError(f"a header line without a colon: {line[:40]!r}")
        headers.setdefault(name.lower(), value.removeprefix(" "))
    return headers


def _body_length(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ProtocolError(f"Content-Length is {text[:20]!r}, not a number of bytes")
    length = int(text)
    if length > MAX_BODY_BYTES:
        raise ProtocolError(f"a body of {length} bytes; the limit is {MAX_BODY_BYTES}")
    return length

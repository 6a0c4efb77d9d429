"""What a frame says: an event, a reply, or the channel that called us.

Events are asked for as JSON, which keeps every value apart and whole (in plain events ``50%25 off``
has two readings). The reply to ``connect`` is always plain: its lines were split by the frame
reader, and only here, value by value, is the percent-encoding undone.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import orjson

from switchboard.esl.errors import ProtocolError
from switchboard.esl.frames import Frame
from switchboard.esl.names import VARIABLE_PREFIX, EventName, Header


class Event:
    """One event, or the snapshot of a channel. Names have no case.

    A name spelt as FreeSWITCH spells it (:class:`~switchboard.esl.names.Header`) costs one look-up;
    only a name that is not found so is looked for without case.
    """

    __slots__ = ("_folded", "headers", "name")

    def __init__(self, headers: Mapping[str, object]) -> None:
        name = headers.get("Event-Name")
        if not isinstance(name, str):
            raise ProtocolError("an event without a name")
        self.headers = headers
        self.name = name
        self._folded: Mapping[str, object] | None = None

    def find(self, name: str) -> str | None:
        """Return a header's text, of several values the first; None when there is none."""
        value = self.headers.get(name)
        if value is None:
            if self._folded is None:
                names = map(str.lower, self.headers)
                self._folded = dict(zip(names, self.headers.values(), strict=True))
            value = self._folded.get(name.lower())
        if isinstance(value, str):
            return value
        first = value[0] if isinstance(value, list) and value else None
        return first if isinstance(first, str) else None

    def text(self, name: str) -> str:
        """Return a header's text, empty when there is none."""
        return self.find(name) or ""

    def variable(self, name: str) -> str | None:
        """Return the channel variable *name* as the event carries it; None when it is not set."""
        return self.find(VARIABLE_PREFIX + name)

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it one event, from whichever connection: core and sequence number."""
        return self.text(Header.CORE_UUID), self.text(Header.SEQUENCE)

    def __repr__(self) -> str:
        return f"Event({self.name}, {self.text(Header.UNIQUE_ID)})"


class Reply(NamedTuple):
    """The answer to one command: the text of a command's reply, or the body of an API command's.

    Attributes:
        text: As it came, without the line end.
    """

    text: str

    @property
    def is_error(self) -> bool:
        """Whether FreeSWITCH refused or could not do it."""
        return self.text.startswith(("-ERR", "-USAGE"))


def event_of(frame: Frame) -> Event:
    """Read a frame of type ``text/event-json``.

    Bytes that are not UTF-8 (a display name in another encoding) become replacement characters;
    the rest of the event stands.

    Raises:
        ProtocolError: the body is no JSON object, or has no Event-Name.
    """
    try:
        headers = orjson.loads(frame.body)
    except orjson.JSONDecodeError:
        headers = _load_repaired(frame.body)
    if not isinstance(headers, dict):
        raise ProtocolError("an event that is no JSON object")
    return Event(headers)


def _load_repaired(body: bytes) -> object:
    try:
        return orjson.loads(body.decode("utf-8", "replace"))
    except orjson.JSONDecodeError as fault:
        raise ProtocolError(f"an event that is no JSON: {fault}") from None


def snapshot_of(frame: Frame) -> Event:
    """Read the reply to ``connect``: the channel that called us.

    Raises:
        ProtocolError: it carries no channel.
    """
    if "unique-id" not in frame.headers:
        raise ProtocolError("the reply to connect carries no channel")
    headers = {
        # Most values hold nothing to decode; _undef_ is what FreeSWITCH writes for nothing.
        name: "" if value == "_undef_" else _decode(value) if "%" in value else value
        for name, value in frame.headers.items()
    }
    return Event({**headers, "Event-Name": headers.get("event-name", EventName.CHANNEL_DATA.value)})


def _decode(value: str) -> str:
    return unquote_to_bytes(value).decode("utf-8", "replace")


def reply_of(frame: Frame) -> Reply:
    """Read the answer to a command."""
    if frame.content_type == "api/response":
        return Reply(frame.body.decode("utf-8", "replace").removesuffix("\n"))
    return Reply(frame.headers.get("reply-text", ""))

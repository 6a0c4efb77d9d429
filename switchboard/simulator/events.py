"""Events of the node: made once, numbered, and offered to everybody who subscribed.

An event's headers are worked out only when somebody may want it, and its bytes once for all who
take the same form. This module knows who wants what, never what an event means.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Protocol

from switchboard.esl.serving import Headers, encode_event_json, encode_event_plain
from switchboard.simulator.moments import microseconds, stamp

CUSTOM = "CUSTOM"
ALL_LEGS = "*"

MakeHeaders = Callable[[], Mapping[str, str | tuple[str, ...]]]


class Event:
    """One event, with its bytes in each form that a client may ask for."""

    def __init__(self, name: str, headers: Headers, body: str = "") -> None:
        self.name = name
        self.headers = headers
        self.body = body

    @cached_property
    def json(self) -> bytes:
        """The frame of a client that asked for JSON."""
        return encode_event_json(self.headers, self.body)

    @cached_property
    def plain(self) -> bytes:
        """The frame of a client that asked for plain events."""
        return encode_event_plain(self.headers, self.body)

    @property
    def subclass(self) -> str:
        """What kind of CUSTOM event it is; empty for others."""
        return self.header("Event-Subclass")

    @property
    def leg_id(self) -> str:
        """The channel's uuid; empty for an event about none."""
        return self.header("Unique-ID")

    def header(self, name: str) -> str:
        """Return a header of one entry, empty when there is none."""
        value = self.headers.get(name, "")
        return value if isinstance(value, str) else ""


class Subscriber(Protocol):
    """Somebody who may want events."""

    def may_want(self, name: str) -> bool:
        """Whether an event of that name could be wanted: asked before its headers are made."""
        ...

    def offer(self, event: Event) -> None:
        """Take the event, or leave it; must not wait."""
        ...


class EventBus:
    """Numbers the node's events and offers them, in order.

    Args:
        core_id: The node's Core-UUID.
        hostname: The node's name.
        moment: Tells the time of the node.
    """

    def __init__(self, core_id: str, hostname: str, moment: Callable[[], datetime]) -> None:
        self._core_id = core_id
        self._hostname = hostname
        self._moment = moment
        self._sequence = 0
        self._subscribers: defaultdict[str, list[Subscriber]] = defaultdict(list)

    def subscribe(self, subscriber: Subscriber, leg_id: str = ALL_LEGS) -> None:
        """Offer every coming event to *subscriber*, or only those of one channel."""
        self._subscribers[leg_id].append(subscriber)

    def unsubscribe(self, subscriber: Subscriber, leg_id: str = ALL_LEGS) -> None:
        """Offer it no more."""
        self._subscribers[leg_id].remove(subscriber)
        if not self._subscribers[leg_id]:
            del self._subscribers[leg_id]

    def restart(self, core_id: str) -> None:
        """Begin anew, as after a restart of the switch."""
        self._core_id = core_id
        self._sequence = 0

    def fire(
        self, name: str, make_headers: MakeHeaders, *, leg_id: str = "", body: str = ""
    ) -> None:
        """Number an event and offer it.

        Args:
            name: Such as ``CHANNEL_ANSWER``.
            make_headers: Called at once, if anybody may want the event.
            leg_id: The channel that it is about; empty for none.
            body: Its body.
        """
        self._sequence += 1
        concerned = self._subscribers.get(ALL_LEGS, []) + self._subscribers.get(leg_id, [])
        wanting = [one for one in concerned if one.may_want(name)]
        if not wanting:
            return
        event = Event(name, {**self.preamble(name), **make_headers()}, body)
        for subscriber in wanting:
            subscriber.offer(event)

    def fire_custom(self, subclass: str, make_headers: MakeHeaders, *, leg_id: str = "") -> None:
        """Number and offer a CUSTOM event of that subclass, about a channel or about none."""
        self.fire(CUSTOM, lambda: {"Event-Subclass": subclass, **make_headers()}, leg_id=leg_id)

    def next_preamble(self, name: str) -> dict[str, str]:
        """Return the opening headers of something numbered like an event but sent to one only."""
        self._sequence += 1
        return self.preamble(name)

    def preamble(self, name: str) -> dict[str, str]:
        """Return the headers with which every event opens."""
        at = self._moment()
        return {
            "Event-Name": name,
            "Core-UUID": self._core_id,
            "FreeSWITCH-Hostname": self._hostname,
            "FreeSWITCH-Switchname": self._hostname,
            "FreeSWITCH-IPv4": "127.0.0.1",
            "FreeSWITCH-IPv6": "::1",
            "Event-Date-Local": stamp(at),
            "Event-Date-GMT": at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Event-Date-Timestamp": microseconds(at),
            "Event-Calling-File": "switchboard_simulator",
            "Event-Sequence": str(self._sequence),
        }

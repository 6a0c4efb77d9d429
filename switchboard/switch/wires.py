"""The way by which what is executed on a leg reaches FreeSWITCH: its own socket, or its node's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from switchboard.esl.arguments import Uuid
from switchboard.esl.commands import Command
from switchboard.esl.events import Reply
from switchboard.switch.inbound import Node, NodeAway

OnReply = Callable[[Reply | None], None]


class Wire(Protocol):
    """A way to one leg."""

    @property
    def ended_by(self) -> str | None:
        """Why nothing more can be sent; None while it can."""
        ...

    def send(self, *commands: Command, on_reply: OnReply | None = None) -> None:
        """Send commands; never waits. *on_reply* is told the last answer, None for none."""
        ...


class ThroughNode:
    """The way to a leg that has no socket to us: its node's connection, which may be away."""

    ended_by = None

    def __init__(self, leg: Uuid, node: Node) -> None:
        self._leg = leg
        self._node = node

    def send(self, *commands: Command, on_reply: OnReply | None = None) -> None:
        """Send commands, each addressed to the leg; see :class:`Wire`."""
        for command in commands:
            try:
                self._node.post(replace(command, parts=(self._leg,)), on_reply)
            except NodeAway:
                if on_reply is not None:
                    on_reply(None)

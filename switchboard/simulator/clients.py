"""What both kinds of event-socket client may ask: filters, messages to channels, exit.

A command is a method; a client's table says which words reach which. What is not in the table is
``-ERR command not found``.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from switchboard.esl.serving import Request, encode_disconnect, encode_reply
from switchboard.simulator.channels import Message
from switchboard.simulator.connections import Connection
from switchboard.simulator.events import ALL_LEGS, Event
from switchboard.simulator.subscriptions import Subscription

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node

# How many private events may wait at a channel before the real switch closes the socket.
MOST_MESSAGES = 256

Command = Callable[[Request, str], None]


class Client:
    """One client of the event socket.

    Args:
        node: The node it speaks to.
        connection: Its connection.
        executor: The channel that it controls; None for a client of the whole node.
    """

    def __init__(
        self, node: "Node", connection: Connection, executor: "Executor | None" = None
    ) -> None:
        self.node = node
        self.connection = connection
        self.executor = executor
        self.subscription = Subscription()
        self._leaving = False

    @property
    def commands(self) -> Mapping[str, Command]:
        """The words that may be said, and what they do."""
        return {
            "exit": self._exit,
            "...": self._exit,
            "filter": self._filter,
            "sendmsg": self._sendmsg,
            "divert_events": self._divert_events,
        }

    def serve(self) -> None:
        """Obey the client until it leaves; returns when the connection is over."""
        leg_id = self.executor.channel.leg_id if self.executor else ALL_LEGS
        self.node.events.subscribe(self, leg_id)
        try:
            for request in self.connection.requests():
                self._obey(request)
                if self._leaving:
                    break
        finally:
            self.node.events.unsubscribe(self, leg_id)
        self.connection.close()

    def may_want(self, name: str) -> bool:
        """Whether an event of that name could be wanted."""
        return self.subscription.may_want(name)

    def offer(self, event: Event) -> None:
        """Send the event if it is wanted."""
        if self.subscription.wants(event):
            self.connection.event(self.subscription.frame(event))

    def say(self, text: str, headers: Mapping[str, str] | None = None) -> None:
        """Reply to a command."""
        self.connection.reply(encode_reply(text, headers))

    def say_goodbye(self) -> None:
        """Send the notice before the close."""
        leg_id = self.executor.channel.leg_id if self.executor else None
        self.connection.send(encode_disconnect(leg_id))

    def leave(self) -> None:
        """Say goodbye and close."""
        self._leaving = True
        self.say_goodbye()

    def _obey(self, request: Request) -> None:
        word, _, rest = request.command.partition(" ")
        command = self.commands.get(word.lower())
        if command is None:
            self.say("-ERR command not found")
        else:
            command(request, rest.strip())

    def _exit(self, request: Request, rest: str) -> None:
        del request, rest
        self.say("+OK bye")
        self.leave()

    def _filter(self, request: Request, rest: str) -> None:
        del request
        words = rest.split(" ", 2)
        if words[0].lower() == "delete" and len(words) > 1:
            value = words[2] if len(words) > 2 else ""
            self.subscription.delete_filter(words[1], value)
            self.say(f"+OK filter deleted. [{words[1]}][{value}]")
            return
        if words[0].lower() == "add":
            words = words[1:]
        header, _, value = " ".join(words).partition(" ")
        if not value:
            self.say("-ERR invalid syntax")
            return
        self.subscription.add_filter(header, value)
        self.say(f"+OK filter added. [{header}]=[{value}]")

    def _sendmsg(self, request: Request, rest: str) -> None:
        leg_id = rest or request.header("session-id")
        executor = self.node.find(leg_id) if leg_id else self.executor
        if leg_id and self.executor and leg_id == self.executor.channel.leg_id:
            executor = self.executor
        if executor is None:
            self.say(f"-ERR invalid session id [{leg_id}]")
        elif len(executor.channel.messages) >= MOST_MESSAGES:
            self.leave()
        else:
            executor.send(Message(request.headers, request.body))
            self.say("+OK")

    def _divert_events(self, request: Request, rest: str) -> None:
        del request
        if self.executor is None:
            self.say("-ERR not controlling a session.")
        elif not rest:
            self.say("-ERR missing value.")
        else:
            self.say("+OK events diverted" if rest == "on" else "+OK events not diverted")

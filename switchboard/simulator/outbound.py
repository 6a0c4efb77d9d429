"""The outbound socket: the switch has called the app about one channel, and obeys it.

Without ``full``: connect, myevents, getvar, sendmsg, filter, divert_events, resume, exit. The
socket lives as long as the channel or the app, whichever ends first; when the app ends first and
``socket_resume`` is true, the channel goes on with the next action of its dialplan.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gevent.event import Event as Signal

from switchboard.esl.serving import Request, serialize
from switchboard.simulator.clients import Client, Command
from switchboard.simulator.connections import Connection
from switchboard.simulator.headers import connect_headers
from switchboard.simulator.ticks import Appointment

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

# An app that has said nothing for so long is given up (read_packet's 25 seconds).
PATIENCE_MS = 25_000


class OutboundSocket(Client):
    """One connection from the switch to an app.

    Args:
        executor: The channel it is about.
        connection: The connection, just made.
    """

    def __init__(self, executor: "Executor", connection: Connection) -> None:
        super().__init__(executor.node, connection, executor)
        self._executor = executor
        self._resume = False
        self._connected = False
        self._finished = False
        self._news = Signal()
        self._patience: Appointment = self.node.ticks.call_in(PATIENCE_MS, connection.cut)

    @property
    def commands(self) -> Mapping[str, Command]:
        """What an app may say on its call's socket."""
        return {
            **super().commands,
            "connect": self._connect,
            "myevents": self._myevents,
            "getvar": self._getvar,
            "resume": self._resume_afterwards,
        }

    def run(self) -> None:
        """Obey the app until it or the channel ends; then see what becomes of the channel."""
        self.serve()
        self._patience.cancel()
        self._finished = True
        variables = self._executor.channel.variables
        if self._resume or variables.is_true("socket_resume"):
            self._executor.reset()
        self._executor.let_go()
        self._news.set()

    def wait_for_connect(self) -> None:
        """Wait until the app says ``connect``, is gone, or the channel is taken away."""
        while self._executor.channel.is_ready and not (self._connected or self._finished):
            self._news.wait()
            self._news.clear()

    def look_up(self) -> None:
        """Let :meth:`wait_for_connect` look at the channel."""
        self._news.set()

    def channel_is_down(self) -> None:
        """End the socket of a channel that has ended."""
        if not self._leaving:
            self.leave()
            self.connection.close()

    def _connect(self, request: Request, rest: str) -> None:
        del request, rest
        self._patience.cancel()
        opening = self.node.events.next_preamble("CHANNEL_DATA")
        headers = {**opening, **connect_headers(self._executor.channel)}
        self.connection.reply(serialize(headers))
        self._connected = True
        self._news.set()

    def _myevents(self, request: Request, rest: str) -> None:
        del request
        if self.subscription.own_leg is not None:
            self.say("-ERR aready enabled.")
            return
        form = "json" if "json" in rest.lower() else "plain"
        self.subscription.want_own(self._executor.channel.leg_id, form)
        self.say("+OK Events Enabled")

    def _getvar(self, request: Request, rest: str) -> None:
        del request
        self.say(self._executor.channel.variables.get(rest) or "-ERR command not found")

    def _resume_afterwards(self, request: Request, rest: str) -> None:
        del request, rest
        self._resume = True
        self._executor.channel.variables.set("socket_resume", "true")
        self.say("+OK")

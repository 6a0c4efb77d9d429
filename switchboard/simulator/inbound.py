"""The inbound socket: clients of the whole node log in, ask the API, and hear every event."""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

import gevent
from gevent import socket
from gevent.server import StreamServer

from switchboard.esl.serving import AUTH_REQUEST, Request, encode_api_response
from switchboard.simulator.api.registry import run_api
from switchboard.simulator.clients import Client, Command
from switchboard.simulator.connections import Connection
from switchboard.simulator.faults import Fault

if TYPE_CHECKING:
    from switchboard.simulator.node import Node


class InboundClient(Client):
    """One client of the node.

    Args:
        node: The node.
        connection: Its connection.
        password: What it must know.
    """

    def __init__(self, node: "Node", connection: Connection, password: str) -> None:
        super().__init__(node, connection)
        self._password = password
        self._known = False

    @property
    def commands(self) -> Mapping[str, Command]:
        """Nothing but ``auth`` before the log-in, everything after it."""
        if not self._known:
            return {"auth": self._auth, "exit": self._exit}
        return {
            **super().commands,
            "api": self._api,
            "bgapi": self._bgapi,
            "event": self._event,
            "nixevent": self._nixevent,
            "noevents": self._noevents,
        }

    def run(self) -> None:
        """Greet the client and obey it until it leaves."""
        self.connection.send(AUTH_REQUEST)
        self.serve()

    def _auth(self, request: Request, rest: str) -> None:
        del request
        if rest == self._password:
            self._known = True
            self.say("+OK accepted")
        else:
            self.say("-ERR invalid")
            self.leave()

    def _api(self, request: Request, rest: str) -> None:
        del request
        self.connection.reply(encode_api_response(run_api(self.node, rest)))

    def _bgapi(self, request: Request, rest: str) -> None:
        job = request.header("job-uuid") or str(uuid.uuid4())
        self.say(f"+OK Job-UUID: {job}", {"Job-UUID": job})
        gevent.spawn(self._do_job, job, rest)

    def _do_job(self, job: str, asked: str) -> None:
        answer = run_api(self.node, asked)
        name, _, argument = asked.partition(" ")
        about = {"Job-UUID": job, "Job-Command": name}
        if argument:
            about["Job-Command-Arg"] = argument
        self.node.events.fire("BACKGROUND_JOB", lambda: about, body=answer)

    def _event(self, request: Request, rest: str) -> None:
        del request
        if self.subscription.want(rest.split()):
            self.say(f"+OK event listener enabled {self.subscription.form}")
        else:
            self.say("-ERR no keywords supplied")

    def _nixevent(self, request: Request, rest: str) -> None:
        del request
        if self.subscription.nix(rest.split()):
            self.say("+OK events nixed")
        else:
            self.say("-ERR no keywords supplied")

    def _noevents(self, request: Request, rest: str) -> None:
        del request, rest
        if self.subscription.clear():
            self.say("+OK no longer listening for events")
        else:
            self.say("-ERR not listening for events")


class InboundServer:
    """Listens for clients of the node.

    Args:
        node: The node.
        address: Host and port to listen on; port 0 picks a free one.
        password: What clients must know.
    """

    def __init__(self, node: "Node", address: tuple[str, int], password: str) -> None:
        self._node = node
        self._password = password
        self._server = StreamServer(address, self._serve)
        self._clients: set[InboundClient] = set()

    def start(self) -> tuple[str, int]:
        """Begin to listen; returns the address.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._server.start()
        host, port = self._server.address[0], self._server.address[1]
        return str(host), int(port)

    def stop(self) -> None:
        """Listen no more, and cut every client off."""
        self._server.stop(timeout=0)
        self.cut_clients()

    def cut_clients(self) -> None:
        """Cut every client off, as a broken network does."""
        for client in list(self._clients):
            client.connection.cut()

    def _serve(self, sock: socket.socket, peer: object) -> None:
        del peer
        if self._node.faults.amount(Fault.REFUSE_CLIENTS):
            sock.close()
            return
        connection = Connection(sock, self._node.faults, self._node.ticks)
        client = InboundClient(self._node, connection, self._password)
        self._clients.add(client)
        try:
            client.run()
            connection.join()  # the server closes the socket when this returns
        finally:
            self._clients.discard(client)

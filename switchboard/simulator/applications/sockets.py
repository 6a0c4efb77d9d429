"""``socket``: calls the app about this channel, and parks the channel under its control."""

from typing import TYPE_CHECKING

import gevent
from gevent import socket

from switchboard.simulator.applications.registry import application
from switchboard.simulator.connections import Connection
from switchboard.simulator.faults import Fault
from switchboard.simulator.outbound import OutboundSocket

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

DEFAULT_PORT = 8084
# A host that drops packets costs the real switch 135 s; wall time, for the network is real.
CONNECT_S = 135.0


@application("socket")
def socket_application(executor: "Executor", argument: str) -> None:
    """Call the first host that answers in ``HOST[:PORT]|HOST[:PORT] [async]``.

    A host without a port inherits the port of the one before. When nobody answers, the next
    action of the dialplan runs.
    """
    if not argument.split():
        return
    sock = _call(executor, argument.split(maxsplit=1)[0])
    if sock is None:
        return
    node = executor.node
    app = OutboundSocket(executor, Connection(sock, node.faults, node.ticks))
    executor.sockets.append(app)
    gevent.spawn(app.run)
    app.wait_for_connect()
    executor.park()


def _call(executor: "Executor", hosts: str) -> socket.socket | None:
    port = DEFAULT_PORT
    for entry in hosts.split("|"):
        host, _, port_text = entry.partition(":")
        port = int(port_text) if port_text.isdigit() else port
        executor.channel.variables.set("socket_host", host)
        if executor.node.faults.amount(Fault.REACH_NO_APP):
            continue
        try:
            return socket.create_connection((host, port), timeout=CONNECT_S)
        except OSError:
            continue
    return None

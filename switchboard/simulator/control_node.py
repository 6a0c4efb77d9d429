"""Words of the control connection about the node: registrations, faults, cuts, its figures."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from switchboard.simulator.asking import Asked, Refused
from switchboard.simulator.faults import Fault
from switchboard.simulator.registrations import PHONE_PORT

if TYPE_CHECKING:
    from switchboard.simulator.running import Simulator

LONGEST_FAULT = 1_000_000

Word = Callable[[Asked], Mapping[str, Any]]


class NodeWords:
    """What may be asked about the node.

    Args:
        simulator: The stand-in.
    """

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator
        self._node = simulator.node

    @property
    def words(self) -> dict[str, Word]:
        """The words, and what they do."""
        return {
            "register": self._register,
            "unregister": self._unregister,
            "expire": self._expire,
            "fault": self._fault,
            "cut": self._cut,
            "restart": self._restart,
            "node": self._tell_node,
        }

    def _register(self, asked: Asked) -> Mapping[str, Any]:
        port = asked.whole("port", PHONE_PORT, 1, 65535)
        self._node.registrations.register(asked.text("user"), asked.text("domain"), port)
        return {}

    def _unregister(self, asked: Asked) -> Mapping[str, Any]:
        self._node.registrations.unregister(asked.text("user"), asked.text("domain"))
        return {}

    def _expire(self, asked: Asked) -> Mapping[str, Any]:
        self._node.registrations.expire(asked.text("user"), asked.text("domain"))
        return {}

    def _fault(self, asked: Asked) -> Mapping[str, Any]:
        wanted = asked.text("fault")
        if wanted == "none":
            self._node.faults.clear()
        elif wanted in set(Fault):
            amount = asked.whole("amount", 1, 0, LONGEST_FAULT)
            self._node.faults.inject(Fault(wanted), amount)
        else:
            raise Refused(f"fault must be none or one of: {', '.join(Fault)}")
        return {}

    def _cut(self, asked: Asked) -> Mapping[str, Any]:
        which = asked.text("which")
        if which not in {"inbound", "outbound"}:
            raise Refused("which must be inbound or outbound")
        if which == "inbound":
            self._simulator.inbound.cut_clients()
        else:
            self._node.cut_sockets()
        return {}

    def _restart(self, asked: Asked) -> Mapping[str, Any]:
        del asked
        self._simulator.restart()
        return {}

    def _tell_node(self, asked: Asked) -> Mapping[str, Any]:
        del asked
        return {
            "core_id": self._node.core_id,
            "calls": len(self._node.executors),
            "calls_so_far": self._node.channel_count,
            "most_calls": self._node.peak,
        }

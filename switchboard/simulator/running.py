"""Puts the stand-in together and runs it: the node, its event socket, its control connection."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from switchboard.ports.clock import Clock
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.shutdown import Shutdown
from switchboard.simulator.control import ControlServer
from switchboard.simulator.crowd import PhoneGroup
from switchboard.simulator.inbound import InboundServer
from switchboard.simulator.node import Node, NodeSettings
from switchboard.simulator.plugging import plug_in_crowd

log = structlog.get_logger(__name__)

Address = tuple[str, int]


@dataclass(frozen=True)
class SimulatorSettings:
    """How the stand-in runs.

    Attributes:
        event_socket: Where clients of the event socket are awaited; port 0 picks a free one.
        password: What they must know.
        apps: ``HOST:PORT`` of the apps that calls are handed to, in order.
        control: Where control connections are awaited; loopback only.
        speed: House seconds for each second of the wall; the server's must be the same.
        clock_origin: A moment at which house time and wall time were the same; None: now.
        cdrs: Folder for CDRs; None: none are written.
        sounds: Folder in which relative sound names are looked for.
        music: A WAV file for hold music; None: a tune of its own.
        hostname: The name that the node gives itself.
        hold_s: How long callers whom no app takes are held, in seconds; 0: not at all.
        numbers: A regular expression of the numbers that lead to the apps; others lead nowhere.
        phones: Phones that are there from the start.
        domain: Where those that register do.
    """

    event_socket: Address = ("127.0.0.1", 8021)
    password: str = "ClueCon"  # noqa: S105 - what everybody knows; the command asks for another
    apps: tuple[str, ...] = ("127.0.0.1:8084",)
    control: Address = ("127.0.0.1", 8022)
    speed: float = 1.0
    clock_origin: datetime | None = None
    cdrs: Path | None = None
    sounds: Path = field(default_factory=Path)
    music: Path | None = None
    hostname: str = "stand-in"
    hold_s: int = 0
    numbers: str = ".*"
    phones: tuple[PhoneGroup, ...] = ()
    domain: str = "switchboard.invalid"


class Simulator:
    """A running stand-in.

    Args:
        clock: The house's clock.
        settings: See :class:`SimulatorSettings`.

    Attributes:
        node: The switch.
        inbound: Its event socket.
        control: Its control connection.
    """

    def __init__(self, clock: Clock, settings: SimulatorSettings) -> None:
        self._settings = settings
        self.node = Node(
            clock,
            NodeSettings(
                apps=settings.apps,
                hostname=settings.hostname,
                sounds=settings.sounds,
                cdrs=settings.cdrs,
                music=settings.music,
                hold_s=settings.hold_s,
                numbers=settings.numbers,
            ),
        )
        self.inbound = InboundServer(self.node, settings.event_socket, settings.password)
        self.control = ControlServer(self, settings.control)
        plug_in_crowd(self.node, settings.phones, settings.domain)

    def start(self) -> tuple[Address, Address]:
        """Begin to listen; returns the addresses of the event socket and of the control.

        Raises:
            OSError: an address is taken or not ours.
        """
        return self.inbound.start(), self.control.start()

    def stop(self) -> None:
        """Listen no more; channels end with the process."""
        self.control.stop()
        self.inbound.stop()
        self.node.stop()

    def restart(self) -> None:
        """Do as a switch that dies and comes back: calls and clients are gone, nobody is told.

        The phones of the settings register again.
        """
        self.inbound.cut_clients()
        self.node.lose_everything()
        plug_in_crowd(self.node, self._settings.phones, self._settings.domain)


def run_simulator(
    settings: SimulatorSettings, started: Callable[[Address, Address], None] | None = None
) -> None:
    """Run the stand-in until SIGTERM or SIGINT.

    Args:
        settings: See :class:`SimulatorSettings`.
        started: Told both addresses once it listens.

    Raises:
        OSError: an address is taken or not ours.
    """
    simulator = Simulator(ScaledClock(settings.speed, settings.clock_origin), settings)
    shutdown = Shutdown()
    shutdown.listen()
    shutdown.add_rung("simulator", simulator.stop)
    event_socket, control = simulator.start()
    log.info("simulator started", event_socket=event_socket, control=control, speed=settings.speed)
    if started is not None:
        started(event_socket, control)
    shutdown.wait()

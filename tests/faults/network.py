"""The network between a switch and a server, which a test may cut or slow.

A cut is what a pulled cable is: both sides keep their connections and hear nothing; what was sent
arrives when the cable is back, as TCP delivers it.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

AT_A_TIME = 65_536


@dataclass
class Network:
    """What holds for all cables.

    Attributes:
        delay_s: Wall seconds that everything takes.
    """

    delay_s: float = 0.0
    _whole: threading.Event = field(default_factory=threading.Event)
    _listening: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._whole.set()

    def cut_for(self, wall_s: float) -> None:
        """Let nothing through for so long, then all of it."""
        self._whole.clear()
        time.sleep(wall_s)
        self._whole.set()

    def cable(self, port: int, to_port: int) -> None:
        """Lead connections to *port* on to *to_port*, both on loopback, until :meth:`take_down`."""
        listening = socket.create_server(("127.0.0.1", port), backlog=1024)
        self._listening.append(listening)
        self._begin(self._accept, listening, to_port)

    def take_down(self) -> None:
        """End all cables; both ends have ended before."""
        for listening in self._listening:
            listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for listening in self._listening:
            listening.close()

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listening: socket.socket, to_port: int) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                self._begin(self._join, near, to_port)

    def _join(self, near: socket.socket, to_port: int) -> None:
        """Carry both ways until both sides have ended; nobody there: as if none had listened."""
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", to_port)) as far:
            back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        """Carry bytes one way; when that side ends, so does the other."""
        with suppress(OSError):
            while piece := one.recv(AT_A_TIME):
                arrives_s = time.monotonic() + self.delay_s
                self._whole.wait()
                time.sleep(max(0.0, arrives_s - time.monotonic()))
                other.sendall(piece)
        self._whole.wait()
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

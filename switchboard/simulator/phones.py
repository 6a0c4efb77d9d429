"""Telephones that the switch can dial, and what their owners do when they ring.

A phone is reached where it listens; one that is dialled by its domain must be registered. Its
manner is fixed beforehand, or it is steered: then it rings until somebody decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import gevent

from switchboard.simulator.people import Happening, Person
from switchboard.simulator.scripts import Step, run_script
from switchboard.simulator.ticks import TICK_MS

if TYPE_CHECKING:
    from switchboard.simulator.dialling import Address
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node

ANY_NUMBER = "*"
NOT_THERE = 503  # what the SIP stack reports when nothing listens at the address
BUSY, REJECTED = 486, 603


class Manner(StrEnum):
    """What becomes of a call to a phone."""

    ANSWERS = "answers"
    BUSY = "busy"
    REJECTS = "rejects"
    RINGS = "rings"  # and nobody comes; a steered phone too


@dataclass(frozen=True)
class Phone:
    """One telephone.

    Attributes:
        number: Its extension; ``*``: any number that no other phone there has.
        port: Where it listens on the loopback.
        gateway: The gateway that it is reached through instead; empty: none.
        manner: What becomes of a call.
        rings_ms: How long it rings before the owner answers or rejects.
        silent: Whether it answers by itself, without ringing (off-hook, auto-answer).
        steps: What the owner does once the phone is answered.
        steered: Makes who is told of what the owner notices, given the call's id; None: nobody.
    """

    number: str
    port: int = 0
    manner: Manner = Manner.RINGS
    rings_ms: float = 0.0
    silent: bool = False
    gateway: str = ""
    steps: tuple[Step, ...] = ()
    steered: "Callable[[Executor], Callable[[Happening], None]] | None" = None


class Phones:
    """The phones of a node, by number and port."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._phones: dict[tuple[str, int | str], Phone] = {}

    def plug_in(self, phone: Phone) -> None:
        """Let a phone be reachable; one of the same number and port is replaced."""
        self._phones[phone.number, phone.gateway or phone.port] = phone

    def pull_out(self, number: str, port: int | str) -> None:
        """Let a phone be reachable no more; a registration of it stays until it expires."""
        self._phones.pop((number, port), None)

    def find(self, address: "Address | None") -> Phone | None:
        """Return the phone that is reached there, or None."""
        if address is None:
            return None
        found = self._phones.get((address.number, address.gateway or address.port))
        return found or self._phones.get((ANY_NUMBER, address.gateway or address.port))

    def ring(self, executor: "Executor") -> None:
        """Bring a dialled call to its phone; the phone's answer comes a tick later."""
        phone = self.find(executor.address)
        ticks = self._node.ticks
        if phone is None or phone.manner is Manner.BUSY:
            status = NOT_THERE if phone is None else BUSY
            ticks.call_in(TICK_MS, lambda: executor.line.refuses(status))
            return
        if phone.steered is not None:
            executor.person.tell = phone.steered(executor)
        if phone.silent:
            ticks.call_in(TICK_MS, executor.line.answers)
            gevent.spawn(self._be_answered, phone, executor.person)
            return
        ticks.call_in(TICK_MS, lambda: self._ring(phone, executor))

    def _ring(self, phone: Phone, executor: "Executor") -> None:
        person, profile = executor.person, executor.channel.profile
        person.was_called(profile.number, profile.name)
        if phone.manner is Manner.ANSWERS:
            self._node.ticks.call_in(phone.rings_ms, person.answer)
            gevent.spawn(self._be_answered, phone, person)
        elif phone.manner is Manner.REJECTS:
            self._node.ticks.call_in(phone.rings_ms, lambda: person.refuse(REJECTED))

    def _be_answered(self, phone: Phone, person: Person) -> None:
        run_script(self._node, person, (Step("await_answer"), *phone.steps))

"""Telephones that the switch can dial, and what their owners do when they ring.

A phone is reached where it listens, or through a gateway; one that is dialled by its domain must be
registered. Its manner is fixed beforehand, or drawn for each call, or it is steered: then it rings
until somebody decides.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import gevent

from switchboard.simulator.crowd import ANY_NUMBER
from switchboard.simulator.people import Happening, Person
from switchboard.simulator.scripts import Step, run_script
from switchboard.simulator.ticks import TICK_MS

if TYPE_CHECKING:
    from switchboard.simulator.dialling import Address
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node

NOT_THERE = 503  # what the SIP stack reports when nothing listens at the address
NO_SUCH_NUMBER = 404  # what a gateway answers
BUSY, REJECTED = 486, 603


class Manner(StrEnum):
    """What becomes of a call to a phone."""

    ANSWERS = "answers"
    BUSY = "busy"
    REJECTS = "rejects"
    RINGS = "rings"  # and nobody comes; a steered phone too


@dataclass(frozen=True, kw_only=True)
class Phone:
    """One telephone.

    Attributes:
        number: Its extension; ``*``: any number that no other phone there has.
        port: Where it listens on the loopback.
        gateway: The gateway that it is reached through instead; empty: none.
        manner: What becomes of a call.
        odds: Manners with their weights, one of which is drawn for each call; empty: its manner.
        rings_ms: How long it rings before the owner answers or rejects.
        rings_longest_ms: Where that is drawn for each call: at most so long; 0: it is not drawn.
        silent: Whether it answers by itself, without ringing (off-hook, auto-answer).
        lines: How many calls it takes at once before it is busy; 0: any number.
        steps: What the owner does once the phone is answered.
        steered: Makes who is told of what the owner notices, given the call's id; None: nobody.
    """

    number: str
    port: int = 0
    gateway: str = ""
    manner: Manner = Manner.RINGS
    odds: tuple[tuple[Manner, float], ...] = ()
    rings_ms: float = 0.0
    rings_longest_ms: float = 0.0
    silent: bool = False
    lines: int = 0
    steps: tuple[Step, ...] = ()
    steered: "Callable[[Executor], Callable[[Happening], None]] | None" = None

    @property
    def place(self) -> tuple[str, int | str]:
        """What it is found by."""
        return self.number, self.gateway or self.port


class Phones:
    """The phones of a node, by number and place.

    Args:
        node: The node.
        seed: Of what is drawn.
    """

    def __init__(self, node: "Node", seed: int = 0) -> None:
        self._node = node
        self._phones: dict[tuple[str, int | str], Phone] = {}
        self._calls: defaultdict[tuple[str, int | str], list[Executor]] = defaultdict(list)
        self._random = random.Random(seed)  # noqa: S311 - people, not secrets

    def plug_in(self, phone: Phone) -> None:
        """Let a phone be reachable; one of the same number and place is replaced."""
        self._phones[phone.place] = phone

    def pull_out(self, number: str, place: int | str) -> None:
        """Let a phone be reachable no more; a registration of it stays until it expires."""
        self._phones.pop((number, place), None)

    def draw(self, low: float, high: float) -> float:
        """Return a number between two, as a person's time is drawn."""
        return self._random.uniform(low, high)

    def find(self, address: "Address") -> Phone | None:
        """Return the phone that is reached there, or None."""
        place = address.gateway or address.port
        found = self._phones.get((address.number, place))
        return found or self._phones.get((ANY_NUMBER, place))

    def ring(self, executor: "Executor") -> None:
        """Bring a dialled call to its phone; the phone's answer comes a tick later."""
        address = executor.address
        phone = None if address is None else self.find(address)
        if phone is None or address is None:
            through_gateway = address is not None and address.gateway
            self._refuse(executor, NO_SUCH_NUMBER if through_gateway else NOT_THERE)
            return
        manner = self._manner_of(phone, (address.number, phone.place[1]), executor)
        if manner is Manner.BUSY:
            self._refuse(executor, BUSY)
            return
        if phone.steered is not None:
            executor.person.tell = phone.steered(executor)
        if phone.silent:
            self._node.ticks.call_in(TICK_MS, executor.line.answers)
            gevent.spawn(self._be_answered, phone, executor.person)
        else:
            self._node.ticks.call_in(TICK_MS, lambda: self._ring(phone, manner, executor))

    def _manner_of(
        self, phone: Phone, place: tuple[str, int | str], executor: "Executor"
    ) -> Manner:
        """Return what becomes of a call; a phone whose lines are all taken is busy."""
        if phone.lines:
            calls = [call for call in self._calls[place] if call.is_up]
            if len(calls) >= phone.lines:
                return Manner.BUSY
            self._calls[place] = [*calls, executor]
        if not phone.odds:
            return phone.manner
        manners, weights = zip(*phone.odds, strict=True)
        drawn: Manner = self._random.choices(manners, weights)[0]
        return drawn

    def _refuse(self, executor: "Executor", status: int) -> None:
        self._node.ticks.call_in(TICK_MS, lambda: executor.line.refuses(status))

    def _ring(self, phone: Phone, manner: Manner, executor: "Executor") -> None:
        person, profile = executor.person, executor.channel.profile
        person.was_called(profile.number, profile.name)
        rings_ms = self.draw(phone.rings_ms, max(phone.rings_ms, phone.rings_longest_ms))
        if manner is Manner.ANSWERS:
            self._node.ticks.call_in(rings_ms, person.answer)
            gevent.spawn(self._be_answered, phone, person)
        elif manner is Manner.REJECTS:
            self._node.ticks.call_in(rings_ms, lambda: person.refuse(REJECTED))
        elif phone.steps:
            gevent.spawn(self._be_answered, phone, person)

    def _be_answered(self, phone: Phone, person: Person) -> None:
        run_script(self._node, person, (Step("await_answer"), *phone.steps))

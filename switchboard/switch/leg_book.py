"""Every leg that somebody follows, by its id, and what company it is in."""

from collections.abc import Iterator
from datetime import datetime

from switchboard.core.facts import LegFact
from switchboard.ports.legs import LegGone
from switchboard.switch.company import Company
from switchboard.switch.inbound import Node
from switchboard.switch.leg import SwitchLeg


class LegBook:
    """The legs of all nodes.

    Attributes:
        company: Who talks with whom.
    """

    def __init__(self) -> None:
        self._legs: dict[str, SwitchLeg] = {}
        self._newest: dict[str, int] = {}
        self.company = Company(self._tell)

    def __len__(self) -> int:
        return len(self._legs)

    def find_leg(self, leg_id: str) -> SwitchLeg | None:
        """The leg, or None."""
        return self._legs.get(leg_id)

    def get_leg(self, leg_id: str) -> SwitchLeg:
        """The leg.

        Raises:
            LegGone: it has ended, or was never known.
        """
        leg = self._legs.get(leg_id)
        if leg is None or leg.report.is_gone:
            raise LegGone(f"there is no leg {leg_id}")
        return leg

    def legs_of(self, node: Node) -> Iterator[SwitchLeg]:
        """The legs of one node, as they are now."""
        return iter([leg for leg in self._legs.values() if leg.node is node])

    def is_overtaken(self, leg_id: str, number: int) -> bool:
        """Whether a socket made later than the one with this number has brought the leg already.

        A server that slept while FreeSWITCH tried it again and again finds several sockets of one
        leg, and their channels tell of themselves in any order: only the last one is obeyed.
        """
        newest = self._newest.get(leg_id, 0)
        self._newest[leg_id] = max(newest, number)
        return number < newest

    def enter(self, leg: SwitchLeg, at: datetime) -> None:
        """A leg is followed from here on, in place of what it was before.

        A socket that it had stays open: FreeSWITCH takes the closing of any socket of a channel for
        the death of its app, and would tear the leg from the new one (socket_resume). It closes
        both when the channel ends.
        """
        former = self._legs.get(leg.leg_id)
        if former is not None:
            self.company.leave_all(leg.leg_id, at)
            leg.report.carry_on(former.report)
            if former.has_socket:
                former.report.lose_socket()
            else:
                former.report.retire()
        self._legs[leg.leg_id] = leg

    def forget(self, leg: SwitchLeg) -> None:
        """Nobody follows the leg any more; one that took its place stays."""
        if self._legs.get(leg.leg_id) is leg:
            del self._legs[leg.leg_id]
            self._newest.pop(leg.leg_id, None)

    def drop_ended(self, leg: SwitchLeg) -> None:
        """Forget the leg when its end has been told."""
        if leg.report.ended:
            self.forget(leg)

    @property
    def with_socket(self) -> int:
        """How many legs speak through a socket of their own."""
        return sum(leg.has_socket for leg in self._legs.values())

    def _tell(self, leg_id: str, fact: LegFact) -> None:
        leg = self._legs.get(leg_id)
        if leg is not None:
            leg.report.tell_if_live(fact)

"""What is done with legs that talk: joined in pairs, brought into rooms, listened to.

Each ask names legs by their ids, waits for the switch's answer and says whether it was accepted;
what came of it arrives as a fact in the sink of each leg concerned. A leg that FreeSWITCH's
dialplan brought to us (a caller's) speaks through its own socket until it talks: joining it gives
the socket up, and when the talk is over it *comes back*, as a new offer of a leg with the call's id
(:class:`~switchboard.ports.leg_offers.LegTaker`). A leg that we dialled is *parked* instead.

Of facts about one conversation this much is sure:

* :class:`LegJoined` comes of both legs, and for each of them before the :class:`LegParted` that
  ends it; who is joined with a third parts from the second before;
* :class:`LegParted` comes before the leg's :class:`LegHungUp`, and before it is offered again;
* the same of :class:`RoomEntered` and :class:`RoomLeft`;
* a leg that hangs up ends the conversation for the other, too: its LegParted comes at once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from switchboard.core.causes import HangupCause
from switchboard.core.legs import Direction
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import Leg


class NotDone(Exception):  # noqa: N818 - an answer, not a fault
    """The switch does not do it, or cannot be asked; says why. All is as it was."""


class Hearers(StrEnum):
    """Who hears something."""

    LEG = "leg"  # the leg that is named
    OTHER = "other"  # the one that it talks with
    BOTH = "both"
    NOBODY = "nobody"


class ClipAct(StrEnum):
    """What is done with a clip that plays."""

    PAUSE = "pause"  # or go on, when it is paused
    RESTART = "restart"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class LiveLeg:
    """A leg that lives on a node, as the node tells it.

    Attributes:
        leg_id: The leg.
        node: Its FreeSWITCH node.
        direction: Who began it.
        answered: Whether it is answered.
        joined_to: The leg it talks with; empty for none.
        room: The room it is in; empty for none.
        number: The number or extension dialled.
        began_at: When it began, aware UTC, to the second.
    """

    leg_id: str
    node: str
    direction: Direction
    answered: bool
    joined_to: str
    room: str
    number: str
    began_at: datetime


class Conversations(Protocol):
    """Joins, parts and serves legs.

    Every method that names a leg raises :class:`~switchboard.ports.legs.LegGone` when that leg has
    ended or is not known, and :class:`NotDone` when the switch does not do it.
    """

    def join(self, leg_id: str, other_leg_id: str) -> None:
        """Let two answered legs of one node talk; whatever either was in ends.

        What plays to them is cut. Each is protected first: should this server die, they talk on.
        After it a caller's leg may be asked for nothing but recordings, the mark and the hang-up.
        Who talked with either before is parked, or comes back. :class:`LegJoined` follows.
        """
        ...

    def park(self, leg_id: str) -> None:
        """Take a leg that we dialled out of what it is in: a conversation, a room, listening.

        It hears nothing until something is asked of it; who talked with it comes back (a caller)
        or is parked too. For a caller's leg: :meth:`bring_back`.
        """
        ...

    def bring_back(self, leg_id: str) -> None:
        """Take any leg out of what it is in and have it offered to a server, with a socket.

        So a caller goes from an agent to a flow or a queue, out of a room; and a leg that we
        dialled becomes one through which a flow speaks. Who talked with it is parked.
        """
        ...

    def hold(self, leg_id: str) -> None:
        """Put the other side on hold for this leg: it hears music. :class:`LegHeld` follows."""
        ...

    def retrieve(self, leg_id: str) -> None:
        """Take the other side back from hold; :class:`LegRetrieved` follows."""
        ...

    def mute(self, leg_id: str) -> None:
        """Let nobody hear this leg, until :meth:`unmute`. Done when it returns; no fact follows."""
        ...

    def unmute(self, leg_id: str) -> None:
        """Let this leg be heard again."""
        ...

    def send_keys(self, leg_id: str, keys: str) -> None:
        """Send keys (``0``-``9``, ``*``, ``#``, ``A``-``D``; at most 64) out to this leg."""
        ...

    def play_clip(self, leg_id: str, file: str, hearers: Hearers) -> None:
        """Play a file into a conversation, over what is said.

        Args:
            leg_id: A leg of it.
            file: Absolute path on the switch's machine.
            hearers: Who hears it: the leg, the other, or both.
        """
        ...

    def control_clip(self, leg_id: str, act: ClipAct) -> None:
        """Pause, go on with, restart or end the clip that plays to a leg of this conversation.

        NotDone when none does.
        """
        ...

    def enter_room(self, leg_id: str, room: str) -> None:
        """Bring a leg out of whatever it is in into a conference room, which is made if need be.

        Protected as for :meth:`join`. :class:`RoomEntered` follows; it leaves by :meth:`park` or
        :meth:`bring_back`, then :class:`RoomLeft` follows. For three in a conversation: bring each
        of them into one room.

        Args:
            leg_id: The leg.
            room: Its name: letters, digits and ``-``, at most 48. One node has each room.
        """
        ...

    def lock_room(self, room: str) -> None:
        """Let nobody else in until :meth:`unlock_room`; NotDone when nobody is in it."""
        ...

    def unlock_room(self, room: str) -> None:
        """Let others in again."""
        ...

    def listen(self, leg_id: str, to_leg_id: str) -> str:
        """Let a parked leg that we dialled hear a leg and whoever that talks with, unheard.

        Goes on until :meth:`park`, or the end of either; :class:`ListeningEnded` follows, and the
        leg is parked. To take over, join the caller with it.

        Returns:
            The execution id that the end bears.
        """
        ...

    def speak_to(self, leg_id: str, hearers: Hearers) -> None:
        """Let a leg that listens be heard: by the leg it listens to, the other, both, or nobody.

        By the agent alone is a whisper, by both a barge. NotDone when it does not listen.
        """
        ...

    def hang_up(self, leg_id: str, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        """End a leg, whatever it is in; :class:`LegHungUp` follows."""
        ...

    def follow(self, leg_id: str, node: str, sink: FactSink) -> Leg:
        """From here on take the facts of a leg that lives, in place of whoever took them.

        For the owner of a call that is given a leg that was dialled for it, and for a server that
        has begun anew and finds legs of its calls (:meth:`list_legs`) talking.

        Args:
            leg_id: The leg.
            node: Its node.
            sink: Takes its facts.

        Returns:
            The leg; of a caller's leg in conversation only recordings, mark and hang-up may be
            asked.
        """
        ...

    def list_legs(self) -> tuple[LiveLeg, ...]:
        """Every leg of every node that can be asked now, ours and others'."""
        ...

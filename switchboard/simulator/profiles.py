"""Who calls whom, as a channel's caller profile tells it; a transfer puts a new one on top."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from switchboard.simulator.moments import microseconds


@dataclass(slots=True)
class Times:
    """Moments of one profile; None for what has not happened."""

    profile_created: datetime
    created: datetime
    answered: datetime | None = None
    progress: datetime | None = None
    progress_media: datetime | None = None
    hungup: datetime | None = None
    transferred: datetime | None = None
    bridged: datetime | None = None
    held: datetime | None = None
    held_us: int = 0

    def stepped(self, at: datetime) -> "Times":
        """Return the times of the profile that is put on top at that moment."""
        return Times(at, self.created, self.answered, self.progress, self.progress_media)

    def as_headers(self) -> dict[str, str]:
        """Return the header names, without their prefix, and microseconds since 1970."""
        return {
            "Profile-Created-Time": microseconds(self.profile_created),
            "Channel-Created-Time": microseconds(self.created),
            "Channel-Answered-Time": microseconds(self.answered),
            "Channel-Progress-Time": microseconds(self.progress),
            "Channel-Progress-Media-Time": microseconds(self.progress_media),
            "Channel-Hangup-Time": microseconds(self.hungup),
            "Channel-Transfer-Time": microseconds(self.transferred),
            "Channel-Resurrect-Time": "0",
            "Channel-Bridged-Time": microseconds(self.bridged),
            "Channel-Last-Hold": microseconds(self.held),
            "Channel-Hold-Accum": str(self.held_us),
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the dialplan."""

    destination: str
    dialplan: str
    context: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One caller profile.

    Attributes:
        leg_id: The channel's uuid.
        direction: ``inbound`` or ``outbound``.
        number: Calling number; empty when withheld.
        name: Calling name, any text at all.
        ani: Calling number as it arrived; empty: the same.
        callee: Number at the other end of a leg that we dialled; empty for others.
        callee_name: Name at the other end, once it has been joined to somebody.
        source: What made the channel.
        other: The profile of the leg that this one was dialled for or joined to.
        other_type: What that one is to this: ``originator`` or ``originatee``.
        destination: The number dialled.
        context: Which part of the dialplan looks it up.
        channel_name: Such as ``sofia/internal/1001@127.0.0.1``.
        times: When what happened.
        dialplan: ``XML``, or ``inline`` for a list of applications in place of a number.
        address: Where the call comes from.
        index: Counts a channel's profiles, from 1.
        transfer_source: What brought this profile about; empty for the first.
        forwarded_from: The number that was dialled before a transfer.
    """

    leg_id: str
    direction: str
    number: str
    name: str
    destination: str
    context: str
    channel_name: str
    times: Times = field(compare=False)
    dialplan: str = "XML"
    address: str = "127.0.0.1"
    index: int = 1
    transfer_source: str = ""
    forwarded_from: str = ""
    ani: str = ""
    callee: str = ""
    callee_name: str = ""
    source: str = "mod_sofia"
    other: "Profile | None" = field(default=None, compare=False)
    other_type: str = ""

    def turned_round(self) -> "Profile":
        """Return the profile of an answered leg that we dialled: who was called now calls."""
        return replace(
            self,
            number=self.destination,
            name=self.destination,
            ani=self.number,
            callee=self.number,
        )

    def flipped(self) -> "Profile":
        """Return the profile with caller and callee exchanged, as a leg that now calls."""
        return replace(
            self,
            number=self.callee,
            name=self.callee_name,
            callee=self.number,
            callee_name=self.name,
        )

    def joined_to(self, other: "Profile", its_type: str) -> "Profile":
        """Return the profile of a leg that was joined to another: each shows the other.

        Args:
            other: The other leg's profile.
            its_type: What the other is: ``originatee`` shows itself to the leader,
                ``originator`` shows itself, as caller, to the follower.
        """
        named = replace(self, other=replace(other, other=None), other_type=its_type)
        if its_type == "originatee":
            return replace(named, callee=other.callee, callee_name=other.callee_name)
        return replace(named, number=other.number, name=other.name)

    def stepped(self, source: str, at: datetime) -> "Profile":
        """Return the profile that being joined to another leg puts on top of this one."""
        return replace(
            self,
            transfer_source=source,
            index=self.index + 1,
            times=self.times.stepped(at),
        )

    def moved_to(self, place: "Place", source: str, at: datetime) -> "Profile":
        """Return the profile that a transfer puts on top of this one.

        Args:
            place: Where to.
            source: What brought it about, for ``transfer_source``.
            at: When.
        """
        return replace(
            self,
            destination=place.destination,
            dialplan=place.dialplan,
            context=place.context,
            transfer_source=source,
            forwarded_from=self.destination,
            other=None,
            other_type="",
            index=self.index + 1,
            times=self.times.stepped(at),
        )

    def as_headers(self, prefix: str) -> dict[str, str]:
        """Return the profile as event headers; what is empty has none."""
        arrived = self.direction == "inbound"
        parts = {
            "Direction": self.direction,
            "Logical-Direction": self.direction,
            "Username": self.number if arrived else "",
            "Dialplan": self.dialplan if arrived else "",
            "Caller-ID-Name": self.name,
            "Caller-ID-Number": self.number,
            "Orig-Caller-ID-Name": self.name,
            "Orig-Caller-ID-Number": self.ani or self.number,
            "Callee-ID-Name": self.callee_name,
            "Callee-ID-Number": self.callee,
            "Network-Addr": self.address,
            "ANI": self.ani or self.number,
            "Destination-Number": self.destination,
            "Unique-ID": self.leg_id,
            "Source": self.source,
            "Transfer-Source": self.transfer_source,
            "Context": self.context,
            "RDNIS": self.forwarded_from,
            "Channel-Name": self.channel_name,
            "Profile-Index": str(self.index),
            **self.times.as_headers(),
            "Screen-Bit": "true",
            "Privacy-Hide-Name": "false",
            "Privacy-Hide-Number": "false",
        }
        return {f"{prefix}-{name}": value for name, value in parts.items() if value}

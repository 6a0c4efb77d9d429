"""The line between a person's phone and the switch: what the phone does, as the switch takes it."""

from typing import TYPE_CHECKING

from switchboard.simulator.channels import CallState, State
from switchboard.simulator.network import write_far_end_bye, write_far_end_gone, write_refusal
from switchboard.simulator.transfers import transfer

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor


class PhoneLine:
    """The switch's end of a person's call; keeps :class:`switchboard.simulator.people.Line`.

    Args:
        executor: The channel.
    """

    def __init__(self, executor: "Executor") -> None:
        self._executor = executor

    @property
    def is_up(self) -> bool:
        """Whether the call still is."""
        return self._executor.is_up

    def key(self, digit: str) -> None:
        """Take a key that the person has released."""
        self._executor.key(digit)

    def poke(self) -> None:
        """Look up: what the person says has changed."""
        self._executor.poke()

    def hangs_up(self) -> None:
        """Take the hang-up of the person at the other end."""
        if not self._executor.channel.is_down:
            self._executor.hang_up(write_far_end_gone(self._executor.channel))
            write_far_end_bye(self._executor.channel)

    def rings(self) -> None:
        """Take that the phone we dialled rings."""
        if self._executor.channel.is_down or self._executor.channel.call_state is CallState.RINGING:
            return
        self._executor.channel.profile.times.progress = self._executor.node.ticks.moment()
        self._executor.fire("CHANNEL_PROGRESS")
        self._executor.channel.call_state = CallState.RINGING

    def answers(self) -> None:
        """Take the answer of the phone we dialled."""
        self._executor.answer()
        self._executor.poke()

    def refers(self, address: str) -> None:
        """Take a transfer (REFER) by the phone: its partner goes there, past the app."""
        bridge = self._executor.bridge
        if bridge is None or not bridge.holds:
            return
        partner = bridge.other_of(self._executor)
        partner.channel.variables.set("sip_refer_to", f"<sip:{address}>")
        partner.channel.variables.set("bridge_hangup_cause", "NORMAL_CLEARING")
        self._executor.channel.is_zombie = True
        self._executor.channel.state = State.CS_PARK
        self._executor.channel.variables.set("endpoint_disposition", "BLIND_TRANSFER")
        transfer(partner, address.partition("@")[0])

    def refuses(self, status: int) -> None:
        """Take a refusal of the phone we dialled, by its SIP status."""
        if not self._executor.channel.is_down:
            self._executor.hang_up(write_refusal(self._executor.channel, status))

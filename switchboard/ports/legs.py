"""A leg that a call may speak through: asks go out here, what came of them arrives as facts.

Each ask returns as soon as it is sent. Its end arrives in the call's inbox as a fact that bears the
execution id returned here, so that a call waits in one place only. Asks are carried out by the
switch one after another, in order.
"""

from collections.abc import Sequence
from typing import Protocol

from switchboard.core.causes import HangupCause

HOLD_MUSIC = "local_stream://hold"
"""What :meth:`Leg.play` takes for the hold music of the node: it never ends by itself."""


class LegGone(Exception):  # noqa: N818 - a state of the world, not a fault
    """The leg has hung up or its socket is lost; the fact that says so is in the inbox.

    Also of what may not be asked of a caller's leg while it is in a conversation.
    """


class RecordingRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The switch does not begin, mask or end that recording, or cannot be asked; says why."""


class Leg(Protocol):
    """One leg under our control. Every method raises :class:`LegGone` once it has ended."""

    @property
    def leg_id(self) -> str:
        """The channel's uuid on its node."""
        ...

    def mark(self, call_id: str) -> None:
        """Write our call id on the leg, so that CDRs and a restarted server join by it."""
        ...

    def answer(self) -> str:
        """Answer; :class:`LegAnswered` follows. Returns the execution id."""
        ...

    def play(self, files: Sequence[str], *, stop_keys: str = "") -> str:
        """Play files one behind another; :class:`PlayEnded` follows. Returns the execution id.

        Args:
            files: Absolute paths on the switch's machine, ``silence_stream://MS``, or
                :data:`HOLD_MUSIC`. At least one.
            stop_keys: Keys that end the playback at once; empty: no key does. Every key is
                reported as :class:`KeyPressed` all the same.
        """
        ...

    def record(self, file: str, *, at_most_s: int, silence_s: int, end_keys: str) -> str:
        """Record what the person says; :class:`RecordEnded` follows. Returns the execution id.

        The recording goes on to its end should this server die.

        Args:
            file: Absolute path of the WAV file to write.
            at_most_s: Longest recording, in seconds.
            silence_s: Seconds of silence that end it.
            end_keys: Keys that end it.
        """
        ...

    def gather_secret(
        self,
        files: Sequence[str],
        *,
        longest: int,
        end_keys: str,
        first_key_within_ms: int,
        next_key_within_ms: int,
    ) -> str:
        """Play files, gather a secret; :class:`SecretGathered` follows. Returns the execution id.

        A key ends the sound and counts. No key is reported as :class:`KeyPressed` until the end,
        and none stands in the switch's log. Keys pressed before are not part of it.

        Args:
            files: As for :meth:`play`.
            longest: So many digits are a whole secret.
            end_keys: Keys that end it and are no part of it.
            first_key_within_ms: Longest wait for the first key, from the end of the sound.
            next_key_within_ms: Longest wait for each further one.
        """
        ...

    def start_recording(self, file: str) -> None:
        """Record both sides beside whatever else is done; :class:`RecordingStarted` follows.

        Two channels: what the person says, and what the person hears. It goes on until
        :meth:`stop_recording` or the end of the leg, then :class:`RecordingStopped` follows; the
        death of this server does not end it. Waits for the switch's answer.

        Args:
            file: Absolute path of the WAV file to write; its folder exists.

        Raises:
            RecordingRefused: the switch does not, or cannot be asked.
        """
        ...

    def stop_recording(self, file: str) -> None:
        """End a recording, also one that another server began; raises as its start does."""
        ...

    def mask(self, file: str) -> None:
        """Write silence in place of both sides, until :meth:`unmask`; raises as the start does."""
        ...

    def unmask(self, file: str) -> None:
        """Write again what is said and heard; raises as the start does."""
        ...

    def stop(self) -> None:
        """End at once what plays or records; its fact follows."""
        ...

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg; :class:`LegHungUp` follows. Before an answer this refuses the call."""
        ...

"""A short dialogue with a person on a phone, led by a service instead of a flow.

Every ask returns what was keyed, or raises :class:`TalkOver` when nobody listens any more: so a
dialogue is written as straight lines, and ends wherever the person hangs up.
"""

from collections.abc import Callable
from datetime import datetime

from switchboard.flow.effects import (
    Failed,
    HungUp,
    Keyed,
    KeyedSecret,
    Keypad,
    Listen,
    Record,
    Recorded,
    Recording,
    Say,
    Speech,
)
from switchboard.flow.values import Value
from switchboard.services.caller import Caller
from switchboard.services.secrets import KeyedSecrets
from switchboard.services.wording import Wording

FIRST_KEY_MS = 6000
NEXT_KEY_MS = 4000
SILENT_TRIES = 3


class TalkOver(Exception):  # noqa: N818 - the end of a talk, not a fault
    """The person has hung up, stays silent, or cannot be asked any more; the message says which."""


class Talk:
    """What a service says and asks.

    Args:
        caller: The person.
        wording: The prompts.
        language: The language that is spoken.
        now: The present moment.
    """

    def __init__(
        self, caller: Caller, wording: Wording, language: str, now: Callable[[], datetime]
    ) -> None:
        self._caller = caller
        self._wording = wording
        self._now = now
        self.language = language

    @property
    def secrets(self) -> KeyedSecrets:
        """What was keyed as a secret and not used yet."""
        return self._caller.secrets

    def say(self, prompt: str, **values: Value) -> None:
        """Say a prompt; a key ends it and counts for the next question."""
        self._check(self._caller.say(Say(self.words(prompt, **values))))

    def play(self, recording_id: str) -> None:
        """Let a recording be heard; a key ends it and counts for the next question."""
        self._check(self._caller.say(Say((Recording(recording_id),))))

    def hear(self, speech: Speech) -> None:
        """Let a speech of somebody else's be heard, such as a flow's prompt; as :meth:`say`."""
        self._check(self._caller.say(Say(speech)))

    def key(self, prompt: str, **values: Value) -> str:
        """Ask for one key; asked again while nothing is pressed, three times at most."""
        return self._keys(Keypad(longest=1), prompt, **values)

    def digits(self, prompt: str, longest: int) -> str:
        """Ask for digits, ended by hash; empty when hash alone is pressed."""
        return self._keys(Keypad(longest=longest, end_key="#"), prompt)

    def secret(self, prompt: str, longest: int) -> KeyedSecret | None:
        """Ask for a secret, ended by hash; None when nothing is keyed."""
        ask = Listen(
            self.words(prompt),
            Keypad(longest=longest, end_key="#"),
            FIRST_KEY_MS,
            NEXT_KEY_MS,
            fresh=True,
            secret=True,
        )
        answer = self._check(self._caller.listen(ask))
        return answer if isinstance(answer, KeyedSecret) else None

    def record(self, prompt: str, recording_id: str, at_most_ms: int) -> Recorded:
        """Record what the person says, up to hash; also what was said up to a hang-up."""
        answer = self._caller.record(Record(self.words(prompt), at_most_ms), recording_id)
        if isinstance(answer, Recorded):
            return answer
        raise TalkOver(str(answer))

    def words(self, prompt: str, **values: Value) -> Speech:
        """Return what a prompt says now."""
        return self._wording.speech(prompt, self.language, self._now(), **values)

    def _keys(self, keypad: Keypad, prompt: str, **values: Value) -> str:
        for _ in range(SILENT_TRIES):
            ask = Listen(self.words(prompt, **values), keypad, FIRST_KEY_MS, NEXT_KEY_MS)
            answer = self._check(self._caller.listen(ask))
            if isinstance(answer, Keyed):
                return answer.keys
        raise TalkOver("silent")

    def _check(self, answer: object) -> object:
        if isinstance(answer, HungUp):
            raise TalkOver("hung up")
        if isinstance(answer, Failed):
            raise TalkOver(answer.reason)
        return answer

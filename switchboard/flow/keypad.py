"""When is an answer on the keypad whole? Asked after each key, by whoever gathers them.

Pure: the keys so far and the keypad in, a verdict out. Whoever gathers gives one key more each
time, until the verdict is whole or the time between keys is over; then what was keyed is the
answer.
"""

from dataclasses import dataclass

from switchboard.flow.effects import Keypad
from switchboard.flow.keypatterns import can_grow, matches


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the keys so far are.

    Attributes:
        whole: Whether the answer is whole; else more keys may come.
        keys: The answer, without its end key.
        ended_by: The end key when one ended it, else empty.
        swallow: A key that is dropped if it comes next: people press the end key though the answer
            was whole already.
    """

    whole: bool
    keys: str
    ended_by: str = ""
    swallow: str = ""


def judge(keypad: Keypad, keys: str) -> Verdict:
    """Judge the keys pressed so far.

    Args:
        keypad: What makes an answer.
        keys: Every key of this answer in order, the newest last; ``*`` and ``#`` as themselves.

    Returns:
        The verdict; for no keys it is "more may come".

    >>> judge(Keypad(longest=4, end_key="#"), "12#")
    Verdict(whole=True, keys='12', ended_by='#', swallow='')
    >>> judge(Keypad(longest=4), "12").whole
    False
    """
    if not keys:
        return Verdict(whole=False, keys="")
    if len(keys) == 1 and keys in keypad.alone:
        return Verdict(whole=True, keys=keys)
    if keypad.end_key and keys[-1] == keypad.end_key:
        return Verdict(whole=True, keys=keys[:-1], ended_by=keypad.end_key)
    if len(keys) >= keypad.longest or _no_key_helps(keypad, keys):
        return Verdict(whole=True, keys=keys, swallow=keypad.end_key)
    return Verdict(whole=False, keys=keys)


def _no_key_helps(keypad: Keypad, keys: str) -> bool:
    """Whether this is an answer, or can become none, so that waiting for more is of no use."""
    if not keypad.whole:
        return False
    if any(can_grow(pattern, keys) for pattern in keypad.whole):
        return False
    # What matches nothing and cannot grow is wrong; unless an end key shall say when it is over.
    return any(matches(pattern, keys) for pattern in keypad.whole) or not keypad.end_key

"""How nodes listen: one question, so many silences, so many wrong answers.

Shared by every kind that gathers keys. Silences and wrong answers are counted apart; before a new
try the node says why, then asks again.
"""

from collections.abc import Callable, Iterable
from typing import Any

from switchboard.flow.effects import Keypad, Listen, OnKey, Say, Speech
from switchboard.flow.here import Here
from switchboard.flow.kind import Leave, Move, Wait
from switchboard.flow.names import MARKS, sign_of

SILENT, WRONG = "silent", "wrong"
Ask = Callable[[Here[Any]], Listen]

__all__ = ["SILENT", "WRONG", "OnKey", "Say", "again", "first_keys", "listen", "mark_signs"]


def listen(here: Here[Any], speech: Speech, keypad: Keypad, *, secret: bool = False) -> Listen:
    """Return the effect that asks: why it is asked again, if it is, then *speech*."""
    how, before = here.node.listening, here.state.get("before", "")
    why = how.get(f"if_{before}", ()) if before else ()
    return Listen(
        speech=(*here.speech(why), *speech) if why else speech,
        keypad=keypad,
        first_key_within_ms=here.milliseconds(how["first_key_within"], 5000),
        next_key_within_ms=here.milliseconds(how["next_key_within"], 3000),
        fresh=before == WRONG,
        secret=secret,
    )


def again(here: Here[Any], what: str, stage: str) -> Move:
    """Return the move after a silence or a wrong answer: a new try, or out when it was the last.

    Args:
        here: The place.
        what: ``silent`` or ``wrong``: the counter, and the outcome.
        stage: The stage that asks.
    """
    counted = int(here.state.get(what, 0)) + 1
    if counted >= max(1, here.whole(here.node.listening[f"tries_{what}"], 3)):
        return Leave(what)
    kept = {name: value for name, value in here.state.items() if name != "stage"}
    return Wait(stage, {**kept, what: counted, "before": what})


def mark_signs(here: Here[Any]) -> frozenset[str]:
    """Return the signs that lead elsewhere when pressed first: star and hash, if they do."""
    return frozenset(sign_of(key) for key in here.node.active_keys() & MARKS)


def first_keys(keys: Iterable[str]) -> frozenset[str]:
    """Return the signs of these keys."""
    return frozenset(sign_of(key) for key in keys)

"""The steps of a call script: what each one does, and what it proves.

A step that does not hold says what was expected and what was said instead.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from switchboard.flow import effects as fx
from switchboard.flow.scripts.conversation import Conversation
from switchboard.flow.scripts.doubles import ScriptFailed
from switchboard.flow.scripts.forms import Step
from switchboard.flow.scripts.others import NOBODY
from switchboard.flow.scripts.utterances import Utterance
from switchboard.flow.types import written_form


def take(step: Step, talk: Conversation) -> None:
    """Take one step in a call.

    Raises:
        ScriptFailed: it does not hold.
    """
    _STEPS[step.verb()](step, talk)


# --- what is heard --------------------------------------------------------------------------------


def _hears(step: Step, talk: Conversation) -> None:
    _hear(step.hears or (), talk)


def _hear(names: Sequence[Mapping[str, Any]], talk: Conversation) -> None:
    for wanted in names:
        name, proof = _entry(wanted)
        said = talk.next_utterance()
        if said is None:
            raise ScriptFailed(f"expected {name}, and nothing more is said; {_where(talk)}")
        if not is_prompt(said, name, talk):
            raise ScriptFailed(f"expected {name}, heard {short(said, talk)}; {_where(talk)}")
        _prove(said, name, proof)


def _skips_to(step: Step, talk: Conversation) -> None:
    wanted, *rest = step.skips_to or ()
    name, proof = _entry(wanted)
    passed = []
    while (said := talk.next_utterance()) is not None:
        if is_prompt(said, name, talk):
            _prove(said, name, proof)
            _hear(rest, talk)
            return
        passed.append(short(said, talk))
    heard = ", ".join(passed) or "nothing"
    raise ScriptFailed(f"expected {name} sooner or later, heard {heard}; {_where(talk)}")


def _interrupts(step: Step, talk: Conversation) -> None:
    name = step.interrupts or ""
    said = talk.next_utterance()
    if said is None or not is_prompt(said, name, talk):
        heard = "nothing" if said is None else short(said, talk)
        raise ScriptFailed(f"expected {name}, heard {heard}; {_where(talk)}")
    talk.press(step.with_ or "", at_once=True)


def _is_at(step: Step, talk: Conversation) -> None:
    talk.settle()
    wanted = full_name(step.is_at or "", talk)
    if talk.node != wanted or talk.run.ending is not None:
        raise ScriptFailed(f"expected to wait at {wanted}; {_where(talk)}")


# --- what people do -------------------------------------------------------------------------------


def _presses(step: Step, talk: Conversation) -> None:
    talk.press(step.presses or "")


def _speaks(step: Step, talk: Conversation) -> None:
    talk.settle()
    talk.speak(step.speaks or 0)


def _stays_silent(step: Step, talk: Conversation) -> None:
    del step
    talk.settle()
    talk.stay_silent()


def _waits(step: Step, talk: Conversation) -> None:
    talk.wait(step.waits or 0)


def _hangs_up(step: Step, talk: Conversation) -> None:
    del step
    talk.hang_up()


def _somebody(step: Step, talk: Conversation) -> None:
    talk.settle()
    talk.others.take(step)


def _is_called_back(step: Step, talk: Conversation) -> None:
    talk.settle()
    if step.is_called_back is not None:
        talk.others.call_back(step.is_called_back)


def _answers(step: Step, talk: Conversation) -> None:
    del step
    talk.others.answer_call_back()


def _is_talking_to(step: Step, talk: Conversation) -> None:
    if talk.talking_to != step.is_talking_to:
        other = talk.talking_to or "nobody"
        raise ScriptFailed(f"expected to talk to {step.is_talking_to}, talks to {other}")


def _is_in_queue(step: Step, talk: Conversation) -> None:
    talk.settle()
    wanted, effect = step.is_in_queue, talk.effect
    if wanted is None:
        return
    if not isinstance(effect, fx.Enqueue) or effect.queue != wanted.queue:
        raise ScriptFailed(f"expected to wait in queue {wanted.queue}; {_where(talk)}")
    if wanted.priority is not None and effect.priority != wanted.priority:
        raise ScriptFailed(f"expected priority {wanted.priority}, has {effect.priority or 'none'}")
    position, ringing = talk.others.position(), talk.others.ringing()
    if wanted.position not in (None, position):
        raise ScriptFailed(f"expected the place {wanted.position}, has {position}")
    offered = wanted.offered_to
    if offered is not None and (ringing if offered == NOBODY else offered not in ringing):
        raise ScriptFailed(f"expected {offered} to ring, {', '.join(ringing) or NOBODY} does")


def _agent_sees(step: Step, talk: Conversation) -> None:
    for label, value in (step.agent_sees or {}).items():
        shown = talk.told.get(label)
        if shown != value:
            raise ScriptFailed(f"the agent should see {label}: {value}, sees {shown or 'nothing'}")


_STEPS: Mapping[str, Callable[[Step, Conversation], None]] = {
    "hears": _hears,
    "skips_to": _skips_to,
    "interrupts": _interrupts,
    "is_at": _is_at,
    "presses": _presses,
    "speaks": _speaks,
    "stays_silent": _stays_silent,
    "waits": _waits,
    "hangs_up": _hangs_up,
    "agent": _somebody,
    "phone": _somebody,
    "answers": _answers,
    "is_called_back": _is_called_back,
    "is_talking_to": _is_talking_to,
    "is_in_queue": _is_in_queue,
    "agent_sees": _agent_sees,
}


# --- names and texts ------------------------------------------------------------------------------


def _entry(wanted: Mapping[str, Any]) -> tuple[str, Any]:
    return next(iter(wanted.items()))


def full_name(name: str, talk: Conversation) -> str:
    """Return the full name of a node: a name without a dot is of the flow that began."""
    return name if "." in name else f"{talk.run.root}.{name}"


def is_prompt(said: Utterance, name: str, talk: Conversation) -> bool:
    """Whether this is the prompt (or notices, or sound) that a script calls *name*."""
    if name == said.prompt:
        return True
    full = f"{talk.run.root}.{name}"
    prompt = talk.program.prompts.get(full) or talk.program.prompts.get(name)
    if prompt is None:
        return False
    if prompt.sound is not None:
        return said.prompt == f"sound {prompt.sound.name}"
    return said.prompt == prompt.name


def short(said: Utterance, talk: Conversation) -> str:
    """Return an utterance as a script would name it, with its words."""
    name = said.prompt.removeprefix(f"{talk.run.root}.")
    return f'{name} ("{said.text}")' if said.text else name


def _prove(said: Utterance, name: str, proof: Any) -> None:  # noqa: ANN401 - as written
    if proof is None:
        return
    if not isinstance(proof, Mapping):
        if said.text != str(proof):
            raise ScriptFailed(f'{name} said "{said.text}", expected "{proof}"')
        return
    spoken = dict(said.values)
    for value, wanted in proof.items():
        if spoken.get(value) != written_form(wanted):
            had = spoken.get(value, "nothing")
            raise ScriptFailed(f"{name} spoke {value} as {had}, expected {written_form(wanted)}")


def _where(talk: Conversation) -> str:
    if talk.run.ending is not None:
        return f"the call ended at {talk.node}"
    return f"the call is at {talk.node}"

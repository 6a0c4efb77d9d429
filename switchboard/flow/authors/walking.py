"""Walks through a flow at the keyboard: what is said is told, keys are typed, time can be let pass.

The call is the one of call scripts, on its own clock; the world is asked of whoever walks, unless a
script's `given` knows the answer. Lines in, lines out: a terminal and a pipe are the same.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from switchboard.flow import effects as fx
from switchboard.flow.engine import Left, SpeechFault
from switchboard.flow.faults import FlowFault
from switchboard.flow.program import Program
from switchboard.flow.scripts.beginning import begin_given, given_program
from switchboard.flow.scripts.conversation import Conversation
from switchboard.flow.scripts.doubles import Doubles, NotGiven, ScriptFailed
from switchboard.flow.scripts.forms import Does, Given, Step
from switchboard.flow.scripts.queues import AnybodyAnswers
from switchboard.flow.types import typed_row, written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import SecretState
from switchboard.flow.written import read_plain, read_span

Read = Callable[[str], str | None]
Tell = Callable[[str], None]

SOMEBODY = "somebody"  # whoever answers in a queue where a script names nobody

HELP = """\
  1, 1042#, star, hash   press keys: the whole answer in one line
  (an empty line)        stay silent until something happens
  wait 45s               let time pass
  speak 20s              speak into a recording
  answers, busy, misses  what whoever is rung does; ends: they hang up
  values                 what the flow knows now
  where                  the node it stands at, and its ways
  hang up                the caller hangs up
  quit                   leave"""


class _Left(Exception):  # noqa: N818 - what happened
    """Whoever walks has no more to say."""


@dataclass(slots=True)
class AskedWorld(Doubles):
    """The world of a walk: what no script gives is asked of whoever walks.

    Attributes:
        read: Asks for a line.
        tell: Tells a line.
    """

    read: Read = field(default=lambda _: None)
    tell: Tell = field(default=lambda _: None)

    def answer(self, effect: fx.Effect, call_id: str) -> tuple[fx.Resume, int]:
        """Return what the world answers, and after how many milliseconds."""
        if isinstance(effect, (fx.CreateRow, fx.UpdateRow)):
            self._rows.setdefault(effect.source, [])
        if isinstance(effect, fx.OpenSecret) and effect.secret not in self.given.secrets:
            return fx.SecretChecked(SecretState.OPEN), 0
        if isinstance(effect, fx.CheckSecret) and effect.secret not in self.given.secrets:
            return self._asked_secret(effect), 0
        if isinstance(effect, fx.UpdateRow) and effect.source not in self.given.sources:
            return fx.Done({**effect.by, **effect.values}), 0
        try:
            return Doubles.answer(self, effect, call_id)
        except NotGiven:
            return self._asked(effect), 0

    def _asked(self, effect: fx.Effect) -> fx.Resume:
        if isinstance(effect, fx.LookUp):
            by = ", ".join(f"{name} = {written_form(value)}" for name, value in effect.by.items())
            fields = " ".join(f"{name}=..." for name in self.program.fields.get(effect.source, ()))
            self.tell(f"? looks up {effect.source} by {by}")
            return self._choice(
                {"found": f"found {fields}", "none": "none", "several": "several", "failed": ""},
                lambda word, values: self._rows_of(effect, word, values),
            )
        if isinstance(effect, fx.Request):
            self.tell(f"? asks {effect.connection}: {effect.method} {effect.path}")
            return self._choice(
                {"done": "done field=value ...", "refused": "refused", "failed": "failed"},
                lambda word, values: fx.Answered(200 if word == "done" else 404, _tree(values)),
            )
        raise NotGiven(f"this cannot be walked yet: {type(effect).__name__}")

    def _asked_secret(self, effect: fx.CheckSecret) -> fx.SecretChecked:
        self._keyed.pop(effect.secret_id, None)
        self.tell(f"? is that the {effect.secret} of {effect.owner}?")
        answer = self._choice(
            {"right": "right", "wrong": "wrong", "locked": "locked", "failed": "failed"},
            lambda word, _: fx.SecretChecked(_SECRETS[word], effect.attempts - 1),
        )
        failed = fx.SecretChecked(SecretState.UNKNOWN)
        return answer if isinstance(answer, fx.SecretChecked) else failed

    def _rows_of(self, effect: fx.LookUp, word: str, values: Mapping[str, Any]) -> fx.Found:
        types = self.program.fields.get(effect.source, {})
        row = typed_row({**effect.by, **values}, types, self.program.fields)
        return fx.Found((row,) * {"found": 1, "several": 2}.get(word, 0))

    def _choice(
        self, words: Mapping[str, str], answer: Callable[[str, Mapping[str, Any]], fx.Resume]
    ) -> fx.Resume:
        """Ask until one of *words* is typed; `failed` is the same for all."""
        shown = " | ".join(form or word for word, form in words.items())
        while True:
            line = self.read(f"  {shown}: ")
            if line is None:
                raise _Left
            word, *rest = _words(line)
            values = dict(part.split("=", 1) for part in rest if "=" in part)
            if word == "failed" and word in words:
                return fx.Failed("whoever walks says so")
            if word in words:
                return answer(word, {name: read_plain(one) for name, one in values.items()})
            self.tell(f"  '{word}' is no answer; type one of: {', '.join(words)}")


_SECRETS = {
    "right": SecretState.PROVED,
    "wrong": SecretState.WRONG,
    "locked": SecretState.LOCKED,
}


def _tree(values: Mapping[str, Any]) -> dict[str, Any]:
    """`waybill.state=held` is a field of a field."""
    root: dict[str, Any] = {}
    for name, value in values.items():
        *way, last = name.split(".")
        at = root
        for step in way:
            at = at.setdefault(step, {})
        at[last] = value
    return root


_DOES = {"answers": Does.ANSWERS, "busy": Does.REJECTS, "misses": Does.MISSES}


class Walk:
    """One call, walked through by lines.

    Attributes:
        program: The flows.
        given: When the call comes, from where, to which number, and what a script gives.
    """

    def __init__(self, program: Program, given: Given, read: Read, tell: Tell) -> None:
        queues = dict.fromkeys(program.centre.queues, (SOMEBODY,))
        self.given = given.model_copy(update={"agents": {**queues, **given.agents}})
        self.program = program
        self._read = read
        self._tell = tell
        self._told = 0
        self._spoken_to = ""

    def go(self, flow: str) -> None:
        """Walk through the flow that the number begins, or through *flow* without a number."""
        assert self.given.at is not None
        program = given_program(self.program, self.given, flow)
        world = AskedWorld(
            program,
            self.given,
            self.given.at,
            queues=AnybodyAnswers(self.given),
            read=self._read,
            tell=self._tell,
        )
        try:
            talk = Conversation(program, begin_given(program, flow, self.given, world.now), world)
            self._walk(talk)
        except _Left:
            self._tell("(left)")
        except (FlowFault, NotGiven) as fault:
            self._tell(f"! the call cannot go on: {fault}")

    def _walk(self, talk: Conversation) -> None:
        while True:
            self._hear(talk)
            if talk.over:
                by = "the caller hung up" if talk.ended_by == "caller" else "the flow hung up"
                end = talk.run.ending.end if talk.run.ending is not None else ""
                self._tell(f"-- {by}" + (f", at the end '{end}'" if end else ""))
                return
            line = self._read(f"{talk.world.now:%H:%M:%S} {talk.node}> ")
            if line is None:
                line = "hang up"
            if line.strip() == "quit":
                raise _Left
            try:
                self._do(talk, line.strip())
            except (ScriptFailed, ValueError) as wrong:
                self._tell(f"  {wrong}")

    def _hear(self, talk: Conversation) -> None:
        while True:
            said = talk.next_utterance()
            self._tell_ways(talk)
            if said is None:
                break
            language = f" [{said.language}]" if said.language else ""
            text = f": {said.text}" if said.text else ""
            self._tell(f"  {said.prompt}{language}{text}")
        if not talk.over and not talk.talking_to:
            self._tell_waiting(talk.effect)

    def _tell_ways(self, talk: Conversation) -> None:
        for passed in talk.trace[self._told :]:
            if isinstance(passed, Left) and passed.to:
                self._tell(f"    {passed.flow}.{passed.node}: {passed.outcome} -> {passed.to}")
            elif isinstance(passed, SpeechFault):
                self._tell(f"  ! {passed.flow}.{passed.node} cannot say: {passed.reason}")
        self._told = len(talk.trace)

    def _tell_waiting(self, effect: fx.Effect | None) -> None:
        if isinstance(effect, fx.Dial):
            self._tell(f"  ({effect.to} rings: answers, busy or misses)")
        elif isinstance(effect, fx.Enqueue):
            self._tell(f"  (waits in the queue {effect.queue}: answers, or an empty line to wait)")
        elif isinstance(effect, fx.Record):
            self._tell("  (records: speak 20s)")

    # --- what is typed ------------------------------------------------------------

    def _do(self, talk: Conversation, line: str) -> None:
        word, _, rest = line.partition(" ")
        if line in ("", "silence"):
            talk.stay_silent()
        elif line in ("hang up", "hangup"):
            talk.hang_up()
        elif word in ("wait", "speak"):
            span_ms = _span(rest)
            talk.wait(span_ms) if word == "wait" else talk.speak(span_ms)
        elif word in ("answers", "busy", "misses", "ends"):
            self._other_side(talk, word)
        elif word == "values":
            for told in self._values(talk):
                self._tell(told)
        elif word == "where":
            self._tell_where(talk)
        elif keys := _keys(line):
            talk.press(keys)
        else:
            for told in HELP.split("\n"):
                self._tell(told)

    def _other_side(self, talk: Conversation, word: str) -> None:
        effect = talk.effect
        who = effect.to if isinstance(effect, fx.Dial) else SOMEBODY
        if isinstance(effect, fx.Enqueue):
            who = next(iter(talk.world.given.agents.get(effect.queue, ())), SOMEBODY)
        if word == "ends":
            talk.others.hang_up(talk.talking_to or who, 0)
            return
        talk.others.take(Step(agent=who, does=_DOES[word]))
        if talk.talking_to:
            self._tell("  (they talk: ends, or hang up)")

    def _values(self, talk: Conversation) -> Iterator[str]:
        run = talk.run
        yield f"  caller: {run.call.number or 'withheld'}, language {run.language}"
        for frame in run.frames:
            yield f"  {frame.flow}:" + ("" if frame.values else " no values yet")
            for name, value in frame.values.items():
                yield f"    {name} = {_shown(value)}"
        for label, value in talk.told.items():
            yield f"  agents see: {label} = {value}"

    def _tell_where(self, talk: Conversation) -> None:
        run = talk.run
        node = self.program.flows[run.flow].nodes[run.node]
        self._tell(f"  {talk.node}: {node.kind.verb} {node.model.about}".rstrip())
        for outcome, target in {**node.inherited, **node.own}.items():
            self._tell(f"    {outcome} -> {target}")


def _words(line: str) -> list[str]:
    """The words of a line; quotes hold a value with spaces together."""
    try:
        return shlex.split(line) or [""]
    except ValueError:  # a quote without its partner
        return line.split() or [""]


def _keys(line: str) -> str:
    keys = {"star": "*", "hash": "#"}.get(line, line)
    return keys if re.fullmatch(r"[0-9*#]+", keys) else ""


def _span(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}(ms|s|m|h|d)", text):
        raise ValueError("a time has its unit: 20s, 5m, 1h")
    return read_span(text)


def _shown(value: object) -> str:
    if value is UNKNOWN:
        return "unknown"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return written_form(value)

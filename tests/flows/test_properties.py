"""What holds for every run, whatever callers and the world do."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.flow import CallFacts, FlowFault, Program, Run, Step, advance, begin, run_from_json
from switchboard.flow import effects as fx
from switchboard.flow.world import DialResult, QueueResult, SecretState
from tests.flows.places import CENTRES, program_of

NOW = datetime(2026, 12, 1, 2, 5, tzinfo=UTC)
MOST_STEPS = 400
HOSTILE = (
    "${uuid_kill 1}",
    "{customer.name:text}",
    "{{7*7}}",
    "../../etc/passwd",
    "sofia/gateway/evil/00",
    "\r\nContent-Length: 9\r\n\r\n",
    "'; DROP TABLE calls; --",
    "=1+1",
    "'\"<script>",
)

BEGUN: list[tuple[str, str]] = [
    ("gas_company", "gas_company"),
    ("gas_company", "gas_repair"),
    ("parcel", "parcel"),
    ("shop", "shop"),
    ("outsourced", "reception"),
]


def begun(place: str, flow: str) -> tuple[Program, Run]:
    program = program_of(place)
    call = CallFacts("+8613800138000", HOSTILE[0], "4001", NOW)
    return program, begin(program, flow, call=call)


class World:
    """Answers every effect with anything that could come, hostile values among it."""

    def __init__(self, seed: int, program: Program) -> None:
        self._random = random.Random(seed)
        self._program = program

    def answer(self, effect: fx.Effect) -> fx.Resume:
        chance = self._random.random()
        if chance < 0.03:
            return fx.HungUp()
        if chance < 0.08 and not isinstance(effect, (fx.Say, fx.Listen)):
            return fx.Failed("the world says so")
        return self._usual(effect)

    def _usual(self, effect: fx.Effect) -> fx.Resume:
        pick = self._random.choice
        match effect:
            case fx.Say():
                return fx.Said(pick([None, "1"]))
            case fx.Listen():
                return self._keys(effect)
            case fx.Record():
                ended = pick(["key", "silence", "limit", "hung_up"])
                return fx.Recorded("r", pick([0, 500, 3000]), ended)
            case fx.LookUp():
                rows = [self._row(effect.source) for _ in range(pick([0, 1, 1, 2]))]
                return fx.Found(tuple(rows[: effect.at_most]))
            case fx.CreateRow() | fx.UpdateRow():
                return pick([fx.Done(self._row(effect.source)), fx.Refused("no")])
            case fx.Request():
                return fx.Answered(pick([200, 404, 500]), {"waybill": self._row("waybills")})
            case fx.OpenSecret():
                return fx.SecretChecked(pick([SecretState.OPEN, SecretState.LOCKED]))
            case fx.CheckSecret():
                return fx.SecretChecked(pick([SecretState.PROVED, SecretState.WRONG]), 1)
            case fx.Dial():
                return fx.Dialled(pick(list(DialResult)))
            case fx.Enqueue():
                results = [one for one in QueueResult if one is not QueueResult.KEY]
                return fx.QueueLeft(pick(results), agent="1001")
            case fx.ReceiveFax():
                return fx.Done({"fax": "f"})
        return (
            pick([fx.Done(), fx.Refused("no")])
            if not isinstance(effect, fx.KeepMessage)
            else fx.Done()
        )

    def _keys(self, effect: fx.Listen) -> fx.Resume:
        if self._random.random() < 0.15:
            return fx.Silent()
        if effect.secret:
            return fx.KeyedSecret("k", effect.keypad.longest)
        length = effect.keypad.longest if self._random.random() < 0.7 else 1
        return fx.Keyed(
            "".join(
                self._random.choice("0123456789*#"[: 10 if length > 1 else 12])
                for _ in range(length)
            )
        )

    def _row(self, source: str) -> dict[str, Any]:
        fields = self._program.fields.get(source, {"number": "text", "state": "text"})
        return {name: self._random.choice([*HOSTILE, "2026-12-01", 3, None]) for name in fields}


def saved_and_read(run: Run) -> Run:
    return run_from_json(json.loads(json.dumps(run.as_json())))


def steps(program: Program, run: Run, world: World, *, saving: bool) -> list[Step]:
    taken: list[Step] = []
    answer: fx.Resume = fx.Started()
    now = NOW
    while run.ending is None and len(taken) < MOST_STEPS:
        try:
            step = advance(program, run, answer, now=now)
        except FlowFault as fault:
            if "more than 25 times" not in fault.reason:  # a bound that the flow has no way for
                raise
            break
        taken.append(step)
        run = saved_and_read(step.run) if saving else step.run
        if run.ending is None:
            answer = world.answer(step.effects[-1])
        now += timedelta(seconds=7)
    return taken


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(BEGUN), st.integers(0, 10**6))
@pytest.mark.req("X-012")
def test_a_run_saved_and_read_at_every_wait_goes_the_same_way(
    begins: tuple[str, str], seed: int
) -> None:
    program, run = begun(*begins)
    plain = steps(program, run, World(seed, program), saving=False)
    saved = steps(program, run, World(seed, program), saving=True)
    assert [step.effects for step in plain] == [step.effects for step in saved]
    assert [step.trace for step in plain] == [step.trace for step in saved]
    assert plain[-1].run == saved[-1].run


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(BEGUN), st.integers(0, 10**6))
def test_at_most_the_last_effect_is_waited_for(begins: tuple[str, str], seed: int) -> None:
    program, run = begun(*begins)
    for step in steps(program, run, World(seed, program), saving=False):
        *before, last = step.effects
        assert all(isinstance(effect, (fx.SpeakLanguage, fx.TellAgent)) for effect in before)
        assert isinstance(last, fx.HangUp) is (step.run.ending is not None)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(BEGUN), st.integers(0, 10**6))
def test_hostile_values_stay_values(begins: tuple[str, str], seed: int) -> None:
    """No value becomes a prompt, a path, a name of the centre, or a number that is dialled."""
    program, run = begun(*begins)
    for step in steps(program, run, World(seed, program), saving=False):
        effect = step.effects[-1]
        match effect:
            case fx.Say() | fx.Listen() | fx.Record():
                pieces = [piece for piece in effect.speech if isinstance(piece, fx.Piece)]
                assert all(piece.prompt in program.prompts for piece in pieces)
            case fx.Request():
                assert effect.connection in program.centre.connections
                assert not set(effect.path) & set(" \r\n{}$'\"<>\\")
                assert ".." not in effect.path
            case fx.LookUp() | fx.CreateRow() | fx.UpdateRow():
                assert effect.source in program.fields
            case fx.Dial():
                assert effect.to in {"8001", "8002", "8003", "+8613900000001", "7900"}
            case fx.Enqueue():
                assert effect.queue in program.centre.queues
            case fx.KeepMessage():
                assert effect.mailbox in program.centre.mailboxes


CONSTANT = {
    "always 1": fx.Keyed("1"),
    "always silent": fx.Silent(),
    "always wrong": fx.Keyed("99999"),
    "always star": fx.Keyed("*"),
    "always hash": fx.Keyed("#"),
}


@pytest.mark.parametrize("name", CONSTANT)
@pytest.mark.parametrize(("place", "flow"), BEGUN)
@pytest.mark.req("X-012")
def test_no_flow_goes_on_for_ever(place: str, flow: str, name: str) -> None:
    program, run = begun(place, flow)
    answer: fx.Resume = fx.Started()
    for _ in range(5000):
        try:
            step = advance(program, run, answer, now=NOW)
        except FlowFault as fault:
            if "more than 25 times" not in fault.reason:
                raise
            return
        run = step.run
        if run.ending is not None:
            return
        listens = isinstance(step.effects[-1], fx.Listen)
        answer = CONSTANT[name] if listens else constant_answer(step.effects[-1])
    pytest.fail(f"{flow} still waits at {run.node}")


def constant_answer(effect: fx.Effect) -> fx.Resume:
    match effect:
        case fx.Say():
            return fx.Said()
        case fx.Record():
            return fx.Recorded("r", 3000)
        case fx.LookUp():
            return fx.Found(())
        case fx.OpenSecret() | fx.CheckSecret():
            return fx.SecretChecked(SecretState.UNKNOWN)
        case fx.Dial():
            return fx.Dialled(DialResult.NO_ANSWER)
        case fx.Enqueue():
            return fx.QueueLeft(QueueResult.TOO_LONG)
        case fx.Request():
            return fx.Answered(404)
        case fx.ReceiveFax():
            return fx.Done({"fax": "f"})
    return fx.Done()


def test_every_centre_is_walked() -> None:
    assert {place for place, _ in BEGUN} == set(CENTRES)

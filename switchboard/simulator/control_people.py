"""Words of the control connection about people: endpoints, calls, phones, and what they do."""

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import gevent

from switchboard.simulator import audio
from switchboard.simulator.asking import Asked, Refused
from switchboard.simulator.control_node import Word
from switchboard.simulator.crowd import LONGEST_S
from switchboard.simulator.disk import off_hub
from switchboard.simulator.executors import Executor
from switchboard.simulator.network import CAUSES, Invite
from switchboard.simulator.people import HOLD_MS, PAUSE_MS, Fax, Happening, Person
from switchboard.simulator.phones import BUSY, Manner, Phone
from switchboard.simulator.registrations import PHONE_PORT
from switchboard.simulator.scripts import Step, parse_steps, run_script, say
from switchboard.simulator.sounds import SpokenSound
from switchboard.simulator.ticks import ticks_of
from switchboard.simulator.tiff import count_pages

if TYPE_CHECKING:
    from switchboard.simulator.node import Node

# Calls that a connection knows; those that are over are forgotten beyond it, oldest first.
MOST_CALLS = 10_000
MOST_AT_ONCE = 10_000
LONGEST_MS = LONGEST_S * 1000
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """A telephone of somebody: where its calls come from.

    Attributes:
        number: Calling number.
        name: Display name.
        extension: The extension whose password it proves to know; empty: a call from outside.
    """

    number: str
    name: str
    extension: str = ""

    @property
    def proof(self) -> tuple[tuple[str, str], ...]:
        """What the switch notes of a phone that knew a password."""
        if not self.extension:
            return ()
        return (("sip_authorized", "true"), ("sip_auth_username", self.extension))


class PeopleWords:
    """What may be asked of people.

    Args:
        node: The node that they call.
        send: Sends a document to whoever steers them; must not wait.
    """

    def __init__(self, node: "Node", send: Callable[[Fields], None]) -> None:
        self._node = node
        self._send = send
        self._endpoints: dict[str, Endpoint] = {}
        self._numbers = count(1)
        self._calls: dict[str, Executor] = {}

    @property
    def words(self) -> dict[str, Word]:
        """The words, and what they do."""
        return {
            "endpoint": self._make_endpoint,
            "dial": self._dial,
            "press": self._press,
            "say": self._say,
            "hush": self._hush,
            "fax": self._fax,
            "refer": self._refer,
            "hang_up": self._hang_up,
            "listen": self._listen,
            "call": self._tell_call,
            "answer": self._answer_call,
            "refuse": self._refuse,
            "phone": self._plug_in,
            "unplug": self._unplug,
        }

    # --- endpoints and their calls --------------------------------------------------------------

    def _make_endpoint(self, asked: Asked) -> Fields:
        name = asked.text("endpoint") or f"endpoint-{next(self._numbers)}"
        self._endpoints[name] = Endpoint(
            asked.text("number"), asked.text("name"), asked.text("extension")
        )
        return {"endpoint": name}

    def _dial(self, asked: Asked) -> Fields:
        endpoint = self._endpoints.get(asked.text("endpoint"))
        if endpoint is None:
            raise Refused("there is no such endpoint: make it first, with do=endpoint")
        steps, dialled = parse_steps(asked.anything("steps")), asked.text("to")
        how_many = asked.whole("count", 1, 1, MOST_AT_ONCE)
        patience_s = None
        if asked.has("hang_up_after_s"):
            patience_s = asked.number("hang_up_after_s", 0, 0, LONGEST_S)
        calls = [self._place(endpoint, dialled, steps, patience_s) for _ in range(how_many)]
        return {"call": calls[0], "calls": calls}

    def _place(
        self, endpoint: Endpoint, dialled: str, steps: tuple[Step, ...], patience_s: float | None
    ) -> str:
        leg_id = str(uuid.uuid4())
        person = Person(self._node.ticks, partial(self._happened, leg_id))
        invite = Invite(endpoint.number, endpoint.name, dialled, headers=endpoint.proof)
        self._keep(leg_id, self._node.place_call(person, invite, leg_id))
        if steps:
            gevent.spawn(run_script, self._node, person, steps)
        if patience_s is not None:
            self._node.ticks.call_in(patience_s * 1000, person.hang_up)
        return leg_id

    def _keep(self, leg_id: str, executor: Executor) -> None:
        """Know a call, and forget the oldest that are over when there are many."""
        self._calls[leg_id] = executor
        if len(self._calls) > MOST_CALLS:
            over = [known for known, call in self._calls.items() if not call.is_up]
            for known in over[: MOST_CALLS // 2]:
                del self._calls[known]

    def _happened(self, leg_id: str, happening: Happening) -> None:
        told = {"event": happening.kind, "call": leg_id, "at_s": happening.at_s}
        self._send({**told, **happening.about})

    def _call_of(self, asked: Asked) -> Executor:
        executor = self._calls.get(asked.text("call"))
        if executor is None:
            raise Refused("there is no such call on this connection")
        return executor

    def _press(self, asked: Asked) -> Fields:
        hold_ms = asked.whole("hold_ms", HOLD_MS, 1, 60_000)
        pause_ms = asked.whole("pause_ms", PAUSE_MS, 0, 60_000)
        person = self._call_of(asked).person
        person.press(asked.text("keys"), hold_ms=hold_ms, pause_ms=pause_ms)
        return {}

    def _say(self, asked: Asked) -> Fields:
        person = self._call_of(asked).person
        if asked.has("wav"):
            content = audio.decode_wav(asked.content("wav"))
            person.say(SpokenSound("speech", content))
            return {"lasts_s": len(content) / audio.RATE}
        return {"lasts_s": say(self._node, person, asked.text("sound"))}

    def _hush(self, asked: Asked) -> Fields:
        self._call_of(asked).person.hush()
        return {}

    def _fax(self, asked: Asked) -> Fields:
        content = asked.content("tiff")
        pages = count_pages(content)
        self._call_of(asked).person.fax = Fax(content, pages)
        return {"pages": pages}

    def _refer(self, asked: Asked) -> Fields:
        self._call_of(asked).person.refer(asked.text("to"))
        return {}

    def _answer_call(self, asked: Asked) -> Fields:
        self._call_of(asked).person.answer()
        return {}

    def _refuse(self, asked: Asked) -> Fields:
        status = asked.whole("status", BUSY, 0, 999)
        if status not in CAUSES:
            raise Refused(f"status must be one of: {', '.join(map(str, CAUSES))}")
        self._call_of(asked).person.refuse(status)
        return {}

    def _hang_up(self, asked: Asked) -> Fields:
        self._call_of(asked).person.hang_up()
        return {}

    def _listen(self, asked: Asked) -> Fields:
        person, now = self._call_of(asked).person, self._node.ticks.now
        begin = person.began + ticks_of(asked.number("from_s", 0, 0, LONGEST_S) * 1000)
        samples = off_hub(person.ear.samples, begin, now)
        wav = base64.b64encode(audio.encode_wav([samples])).decode()
        return {"wav": wav, "to_s": (now - person.began) * 0.02}

    def _tell_call(self, asked: Asked) -> Fields:
        executor = self._call_of(asked)
        stretch = executor.person.ear.at(self._node.ticks.now)
        return {
            "up": executor.is_up,
            "answered": executor.channel.answered,
            "hears": stretch.sound.name if stretch else None,
            "with": executor.person.partner,
            "held": executor.channel.is_held,
            "records": executor.person.recording,
            "cause": executor.channel.cause or None,
        }

    # --- phones ---------------------------------------------------------------------------------

    def _plug_in(self, asked: Asked) -> Fields:
        phone = Phone(
            number=asked.text("number"),
            port=asked.whole("port", PHONE_PORT, 1, 65535),
            gateway=asked.text("gateway"),
            manner=_manner(asked.text("manner", Manner.RINGS)),
            rings_ms=asked.number("rings_ms", 0, 0, LONGEST_MS),
            silent=asked.flag("silent"),
            lines=asked.whole("lines", 0, 0, 1000),
            odds=_odds(asked.anything("odds")),
            steps=parse_steps(asked.anything("steps")),
            steered=self._take_call,
        )
        self._node.phones.plug_in(phone)
        if asked.has("domain"):
            domain = asked.text("domain")
            self._node.registrations.register(phone.number, domain, phone.port)
        return {}

    def _unplug(self, asked: Asked) -> Fields:
        place = asked.text("gateway") or asked.whole("port", PHONE_PORT, 1, 65535)
        self._node.phones.pull_out(asked.text("number"), place)
        return {}

    def _take_call(self, executor: Executor) -> Callable[[Happening], None]:
        """Let a call to one of this connection's phones be told of and steered from here."""
        leg_id = executor.channel.leg_id
        self._keep(leg_id, executor)
        return partial(self._happened, leg_id)


def _manner(text: str) -> Manner:
    if text not in set(Manner):
        raise Refused(f"manner must be one of: {', '.join(Manner)}")
    return Manner(text)


def _odds(value: object) -> tuple[tuple[Manner, float], ...]:
    """Read the odds of manners: ``{"answers": 8, "busy": 1, "rings": 1}``."""
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise Refused("odds must be an object of manners and weights")
    weights = Asked(value)
    odds = tuple((_manner(str(name)), weights.number(name, 0, 0, 1e6)) for name in value)
    if not sum(weight for _, weight in odds):
        raise Refused("odds must hold a weight above 0")
    return odds

"""A run: one execution of a flow for one call, as plain as JSON, saved whenever it waits.

A run is never changed: a step of the engine makes a new one. It holds no secret: what was keyed for
a `verify` is in no value and in no state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchboard.flow.values import from_json, to_json

FORM = 1  # of the JSON; a later form reads the earlier ones


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a flow may know of the call.

    Attributes:
        number: Calling number; None when it is withheld. Never proof of identity.
        name: Display name as delivered; None when there is none.
        dialled: The number dialled.
        started_at: When the call began, aware.
    """

    number: str | None
    name: str | None
    dialled: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow in execution; sub-flows lie above the flows that run them.

    Attributes:
        flow: The flow's full name.
        node: Where it stands.
        values: Its values by name.
        visits: How often each node has been entered.
        menus: The way of menus that leads here; `back` goes along it.
        state: What the node's kind keeps while it waits; its stage under ``stage``.
        hung_up: Whether this flow was told already that the caller has gone.
    """

    flow: str
    node: str
    values: Mapping[str, Any] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    menus: tuple[str, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        flow: The flow that ended it.
        node: The node.
        reason: ``flow_ended`` (by `end` or `hang_up`) or ``caller_gone``.
        end: The end of the flow, when it ended by one.
        values: What it gives.
    """

    flow: str
    node: str
    reason: str
    end: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a flow for one call.

    Attributes:
        root: The flow it began with.
        version: That flow's version, which is its for life.
        frames: The flows in execution, the outermost first; empty when the run has ended.
        language: The caller's language.
        call: What is known of the call.
        settings: Values of the settings of its flows that differ from their defaults.
        agent: The agent who talked to the caller last; empty for nobody.
        gone: Whether the caller has gone.
        waits: How often it has waited: with the call's id the key of whatever it asks for.
        failure: The node and reason of the last failure.
        ending: How it ended; None while it goes on.
    """

    root: str
    version: str
    frames: tuple[Frame, ...]
    language: str
    call: CallFacts
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    agent: str = ""
    gone: bool = False
    waits: int = 0
    failure: Mapping[str, str] = field(default_factory=dict)
    ending: Ending | None = None

    @property
    def flow(self) -> str:
        """The flow it stands in, the innermost; of an ended run where it ended."""
        return self.frames[-1].flow if self.frames else (self.ending.flow if self.ending else "")

    @property
    def node(self) -> str:
        """The node it stands at; of an ended run where it ended."""
        return self.frames[-1].node if self.frames else (self.ending.node if self.ending else "")

    def as_json(self) -> dict[str, Any]:
        """Return the run as plain JSON values."""
        call = self.call
        return {
            "form": FORM,
            "root": self.root,
            "version": self.version,
            "language": self.language,
            "frames": [_frame_as_json(frame) for frame in self.frames],
            "call": {
                "number": call.number,
                "name": call.name,
                "dialled": call.dialled,
                "started_at": call.started_at.isoformat(),
            },
            "settings": to_json(self.settings),
            "agent": self.agent,
            "gone": self.gone,
            "waits": self.waits,
            "failure": dict(self.failure),
            "ending": None if self.ending is None else _ending_as_json(self.ending),
        }


def run_from_json(document: Mapping[str, Any]) -> Run:
    """Return the run that :meth:`Run.as_json` wrote.

    Raises:
        ValueError: written in a form that this version does not read.
    """
    if document.get("form") != FORM:
        raise ValueError(f"a saved run of form {document.get('form')!r} cannot be read here")
    call, ending = document["call"], document["ending"]
    return Run(
        root=document["root"],
        version=document["version"],
        frames=tuple(_frame_from_json(frame) for frame in document["frames"]),
        language=document["language"],
        call=CallFacts(
            call["number"],
            call["name"],
            call["dialled"],
            datetime.fromisoformat(call["started_at"]),
        ),
        settings=from_json(document["settings"]),
        agent=document["agent"],
        gone=document["gone"],
        waits=document["waits"],
        failure=document["failure"],
        ending=None
        if ending is None
        else Ending(**{**ending, "values": from_json(ending["values"])}),
    )


def _frame_as_json(frame: Frame) -> dict[str, Any]:
    return {
        "flow": frame.flow,
        "node": frame.node,
        "values": to_json(frame.values),
        "visits": dict(frame.visits),
        "menus": list(frame.menus),
        "state": to_json(frame.state),
        "hung_up": frame.hung_up,
    }


def _frame_from_json(document: Mapping[str, Any]) -> Frame:
    return Frame(
        document["flow"],
        document["node"],
        from_json(document["values"]),
        document["visits"],
        tuple(document["menus"]),
        from_json(document["state"]),
        document["hung_up"],
    )


def _ending_as_json(ending: Ending) -> dict[str, Any]:
    return {
        "flow": ending.flow,
        "node": ending.node,
        "reason": ending.reason,
        "end": ending.end,
        "values": to_json(ending.values),
    }

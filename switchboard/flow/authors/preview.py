"""What callers would hear at a moment: the opening of each number, and what its hours lead to.

Nothing is known of the caller: every look-up finds nothing, and that is told. The clock is the
moment that was asked for, so calendars, festivals and greetings are those of that day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.flow import effects as fx
from switchboard.flow.calendars import Calendar
from switchboard.flow.festivals import festival_on
from switchboard.flow.formulas import Formula
from switchboard.flow.kinds.hours import HoursNode
from switchboard.flow.program import Flow, Node, Program
from switchboard.flow.scripts.beginning import begin_given
from switchboard.flow.scripts.conversation import Conversation
from switchboard.flow.scripts.doubles import Doubles
from switchboard.flow.scripts.forms import Given
from switchboard.flow.scripts.queues import AnybodyAnswers
from switchboard.flow.scripts.utterances import Utterance
from switchboard.flow.speeches import NOTICES, SpeechItem
from switchboard.flow.world import SecretState

Notices = Callable[[str, str], tuple[str, ...]]
"""Texts that operations have put up: by the number dialled and the language."""

_SPEECH_VERBS = ("play", "hang_up", "menu", "ask")
_MOST_NODES = 8  # of speech behind an `hours` node: what is farther away needs a key


@dataclass(frozen=True, slots=True)
class CalendarAt:
    """How a calendar is at the moment.

    Attributes:
        name: Its name.
        state: ``open``, ``closed`` or ``holiday``.
        why: The holiday's name; empty for none.
        until: When that changes, in the calendar's zone; None: never in sight.
    """

    name: str
    state: str
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Branch:
    """Where an `hours` node leads at the moment, and what is said there."""

    node: str
    calendar: CalendarAt
    target: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What who calls a number hears.

    Attributes:
        number: The number.
        flow: The flow it begins.
        language: The language it begins in.
        at: The moment, where the centre is.
        festival: The festival of that day; empty for none.
        texts: What is said before the caller does anything.
        waits_at: The node that waits for the caller then; empty when the call is over.
        assumed: What was assumed of the world outside.
        branches: Where opening hours lead.
    """

    number: str
    flow: str
    language: str
    at: datetime
    festival: str
    texts: tuple[str, ...]
    waits_at: str
    assumed: tuple[str, ...]
    branches: tuple[Branch, ...]


def preview(
    program: Program, number: str, at: datetime, notices: Notices, caller: str = "withheld"
) -> Preview:
    """Return what who dials *number* at a moment hears.

    Args:
        program: The flows.
        number: One of the centre's numbers.
        at: The moment, aware.
        notices: What operations have put up for that moment.
        caller: The calling number.
    """
    here = at.astimezone(program.zone)
    given = Given(notices=("any",), agents=dict.fromkeys(program.centre.queues, ("somebody",)))
    given = given.model_copy(update={"from_": caller, "to": number, "at": here})
    run = begin_given(program, "", given, here)
    world = _NothingKnown(program, given, here, queues=AnybodyAnswers(given))
    talk = Conversation(program, run, world)
    said: list[str] = []
    while (one := talk.next_utterance()) is not None:
        said.extend(_texts(one, number, notices))
    flows = [program.flows[name] for name in sorted(program.reaches[run.root])]
    first = sorted(flows, key=lambda flow: flow.name != run.root)
    branches = (
        branch
        for flow in first
        for branch in _branches(program, flow, run.frames[0].values, here, run.language)
    )
    return Preview(
        number,
        run.root,
        run.language,
        here,
        festival_on(here.date()) or "",
        tuple(said),
        "" if talk.over else talk.node,
        tuple(dict.fromkeys(world.assumed)),
        tuple(branches),
    )


class _NothingKnown(Doubles):
    """A world in which nothing is found, so that what everybody hears is heard."""

    def __post_init__(self) -> None:
        Doubles.__post_init__(self)
        self.assumed: list[str] = []

    def answer(self, effect: fx.Effect, call_id: str) -> tuple[fx.Resume, int]:
        """Return that nothing was found, and keep it in mind."""
        match effect:
            case fx.LookUp():
                self.assumed.append(f"nothing is found in {effect.source}")
                return fx.Found(()), 0
            case fx.Request():
                self.assumed.append(f"{effect.connection} knows nothing")
                return fx.Answered(404), 0
            case fx.OpenSecret() | fx.CheckSecret():
                return fx.SecretChecked(SecretState.UNKNOWN), 0
        return fx.Done(), 0


def _texts(said: Utterance, number: str, notices: Notices) -> Iterator[str]:
    if said.prompt == NOTICES:
        yield from notices(number, said.language)
    else:
        yield said.text or f"({said.prompt})"


def _branches(
    program: Program, flow: Flow, values: object, at: datetime, language: str
) -> Iterator[Branch]:
    for node in flow.nodes.values():
        if isinstance(node.model, HoursNode) and node.model.at is None:
            name = node.model.hours
            calendar = program.calendars.get(_named(name, values))
            if calendar is not None:
                yield _branch(program, flow, node, _calendar_at(calendar, at), language)


def _named(name: object, values: object) -> str:
    """The calendar's name; one that a number hands over is among the flow's values."""
    if isinstance(name, Formula):
        return str(values.get(name.text, "")) if isinstance(values, dict) else ""
    return str(name)


def _calendar_at(calendar: Calendar, at: datetime) -> CalendarAt:
    local = at.astimezone(calendar.zone)
    until = calendar.next_change(at)
    return CalendarAt(
        calendar.name, str(calendar.state(at)), calendar.day(local.date()).name,
        None if until is None else until.astimezone(calendar.zone),
    )  # fmt: skip


def _branch(
    program: Program, flow: Flow, node: Node, calendar: CalendarAt, language: str
) -> Branch:
    target = node.target(calendar.state) or ""
    texts: list[str] = []
    at = flow.nodes.get(target)
    for _ in range(_MOST_NODES):
        if at is None or at.kind.verb not in _SPEECH_VERBS:
            break
        speech = getattr(at.model, at.kind.verb)
        texts.extend(_written(program, flow, speech, language))
        at = flow.nodes.get(at.target("done") or "") if at.kind.verb == "play" else None
    return Branch(f"{flow.name}.{node.name}", calendar, target, tuple(texts))


def _written(
    program: Program, flow: Flow, speech: tuple[SpeechItem, ...], language: str
) -> Iterator[str]:
    for item in speech:
        name = str(item.prompt)
        prompt = program.prompts.get(f"{flow.name}.{name}") or program.prompts.get(name)
        if prompt is not None and prompt.texts:
            texts = prompt.texts
            yield texts.get(language, next(iter(texts.values()))).source

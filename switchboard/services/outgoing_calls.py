"""Calls that we make so that a flow runs: somebody is dialled, and whoever answers hears it.

Until the answer the call is ours alone; with it the run is saved and the leg brought to a server
like any leg that comes back, so that from its first word on it is a call like all others: taken up
by whoever is there, finished when its server dies. Only what the settings admit is dialled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegAnswered, LegFact, LegHungUp
from switchboard.core.journal import EntryKind
from switchboard.core.legs import Direction, LegOffer
from switchboard.flow.engine import begin
from switchboard.flow.runs import CallFacts, Run
from switchboard.flow.types import typed
from switchboard.flow.values import UNKNOWN, Value
from switchboard.ports.conversations import NotDone
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.inboxes import InboxClosed, Mailbox, Start
from switchboard.ports.legs import Leg, LegGone
from switchboard.ports.runs import SavedRun
from switchboard.services.agents import NotPossible
from switchboard.services.call import World
from switchboard.services.programs import Loaded
from switchboard.services.saved_calls import saved_form
from switchboard.services.story import Story

log = structlog.get_logger(__name__)

RING_S = 45
# A switch tells the end of a leg by then, whatever became of it.
TOLD_WITHIN_S = RING_S + 30.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that is asked for.

    Attributes:
        flow: Full name of the flow.
        number: A phone of ours, or a number that a gateway admits.
        values: What the flow takes, as it is written.
        language: Spoken first; empty for the flow's own.
        shown: The number shown at the other end, one of the centre's; empty for none.
    """

    flow: str
    number: str
    values: Mapping[str, str]
    language: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMeans:
    """What such calls need beside the world of calls.

    Attributes:
        extensions: Phones of ours.
        may_dial: Whether a gateway admits a number.
        open_mailbox: Makes a mailbox for one leg.
        start: Begins a greenlet.
    """

    extensions: frozenset[str]
    may_dial: Callable[[str], bool]
    open_mailbox: Callable[[], Mailbox[LegFact]]
    start: Start


class OutgoingCalls:
    """Makes such calls.

    Args:
        world: What calls need.
        means: What these need beside.
    """

    def __init__(self, world: World, means: OutgoingMeans) -> None:
        self._world = world
        self._means = means

    def begin(self, asked: Outgoing) -> str:
        """Begin to dial; returns at once.

        Returns:
            Our id of the call, whose journal tells what becomes of it.

        Raises:
            NotPossible: there is no such flow, it lacks a value, or the number may not be dialled.
        """
        call_id = self._world.new_id()
        loaded = self._world.programs.pick(call_id)
        run = self._begun(asked, loaded)
        exchange = self._world.people.exchange
        order = DialOrder(
            leg_id=exchange.new_leg_id(),
            call_id=call_id,
            target=self._target(asked.number),
            ring_s=RING_S,
            shown_number=self._shown(asked, loaded),
        )
        mailbox = self._means.open_mailbox()
        try:
            leg = exchange.dialler.dial(order, mailbox.put)
        except DialRefused as refusal:
            raise NotPossible(f"{asked.number} cannot be dialled: {refusal}") from refusal
        story = self._story(order, asked, run)
        dialled = _Dialled(self._world, asked.number, loaded, run, story, leg, mailbox)
        self._means.start(f"call-out-{call_id}", dialled.follow)
        return call_id

    def _begun(self, asked: Outgoing, loaded: Loaded) -> Run:
        program = loaded.program
        flow = program.flows.get(asked.flow)
        if flow is None:
            raise NotPossible(
                f"there is no flow {asked.flow!r}; there are: {', '.join(sorted(program.flows))}"
            )
        takes = flow.file.takes
        if unknown := sorted(asked.values.keys() - takes.keys()):
            raise NotPossible(f"the flow {asked.flow} does not take {', '.join(unknown)}")
        values: dict[str, Value] = {
            name: typed(asked.values.get(name, ""), kind, program.fields)
            for name, kind in takes.items()
        }
        if lacking := sorted(name for name, value in values.items() if value is UNKNOWN):
            kinds = ", ".join(f"{name} ({takes[name]})" for name in lacking)
            raise NotPossible(f"the flow {asked.flow} takes {kinds}: give each a value of its type")
        if asked.language and asked.language not in flow.languages:
            raise NotPossible(f"the flow {asked.flow} speaks no {asked.language!r}")
        return begin(
            program,
            asked.flow,
            call=CallFacts(asked.number, None, "", self._world.means.clock.now()),
            values=values,
            language=asked.language or None,
            settings=self._world.parameters.values(),
        )

    def _target(self, number: str) -> Phone | Outside:
        if number in self._means.extensions:
            return Phone(number)
        if self._means.may_dial(number):
            return Outside(number)
        raise NotPossible(
            f"{number!r} may not be dialled: it is no extension, and no gateway admits it "
            "(`numbers` of freeswitch.gateways in the settings)"
        )

    def _shown(self, asked: Outgoing, loaded: Loaded) -> str:
        if asked.shown and asked.shown not in loaded.program.numbers:
            raise NotPossible(f"{asked.shown!r} is no number of the centre: it cannot be shown")
        return asked.shown

    def _story(self, order: DialOrder, asked: Outgoing, run: Run) -> Story:
        world = self._world
        story = Story(order.call_id, world.journal, world.means.clock, world.new_id)
        now = world.means.clock.now()
        story.tell_offered(
            LegOffer(
                order.leg_id, order.node, Direction.OUTBOUND, asked.shown, "", asked.number,
                order.call_id, False, now,
            )
        )  # fmt: skip
        story.tell(EntryKind.RANG, who=asked.number, leg_id=order.leg_id)
        story.tell(EntryKind.FLOW_STARTED, flow=asked.flow, version=run.version)
        return story


@dataclass(frozen=True, slots=True)
class _Dialled:
    """A leg that rings, until a flow has it."""

    world: World
    number: str
    loaded: Loaded
    run: Run
    story: Story
    leg: Leg
    mailbox: Mailbox[LegFact]

    def follow(self) -> None:
        """Wait for the answer and hand the leg over; returns when it is over with us."""
        deadline_s = self.world.means.clock.seconds() + TOLD_WITHIN_S
        try:
            while (fact := self.mailbox.next(deadline_s)) is not None:
                if isinstance(fact, LegAnswered):
                    self._hand_over()
                    return
                if isinstance(fact, LegHungUp):
                    self._end(fact.cause)
                    return
        except InboxClosed:
            log.info("a call that we make is given up", call_id=self.story.call_id)
        self._hang_up(HangupCause.ORIGINATOR_CANCEL)
        self._end(HangupCause.ORIGINATOR_CANCEL)

    def _hand_over(self) -> None:
        """Save the run first: who has the leg next, this server or another, begins it there."""
        world, call_id, leg_id = self.world, self.story.call_id, self.leg.leg_id
        self.story.tell_answered()
        world.runs.save(
            SavedRun(
                call_id=call_id,
                leg_id=leg_id,
                dnis=self.number,
                run=saved_form(self.run, {}, self.loaded.version_id),
                saved_at=world.means.clock.now(),
            )
        )
        try:
            world.people.exchange.conversations.bring_back(leg_id)
        except (LegGone, NotDone) as lost:
            log.warning("a call that we made is lost", call_id=call_id, reason=str(lost))
            world.runs.forget(call_id)
            self._hang_up(HangupCause.NORMAL_TEMPORARY_FAILURE)
            self._end(HangupCause.NORMAL_TEMPORARY_FAILURE)

    def _hang_up(self, cause: HangupCause) -> None:
        try:
            self.leg.hang_up(cause)
        except LegGone:
            log.info("the leg has ended by itself", call_id=self.story.call_id)

    def _end(self, cause: HangupCause | str) -> None:
        story = self.story
        story.tell(EntryKind.RING_ENDED, who=self.number, leg_id=self.leg.leg_id, cause=str(cause))
        story.tell(EntryKind.HUNG_UP, cause=str(cause), by="us")

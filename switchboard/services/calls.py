"""Every live call by its id: takes legs whose sockets come, and gives each call its own greenlet.

A leg that comes for the first time is screened, admitted and begun; a leg of a call that we own is
handed to it; a leg of a call that nobody owns any more is taken up where its run was saved. Refused
calls are on record like any other, and cost the caller nothing: they are refused before answer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

from switchboard.core.causes import HangupCause
from switchboard.core.facts import KeyPressed, LegFact, SocketLost
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.flow import CallFacts, Run, begin
from switchboard.flow.effects import Recorded, Resume, Speech, Started
from switchboard.ports.inboxes import Mailbox, MailboxFull, Start
from switchboard.ports.leg_offers import FactSink, LegDeferred, LegRefused
from switchboard.ports.legs import Leg, LegGone
from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import SavedRun
from switchboard.ports.screening import Blacklist
from switchboard.services.admission import Admission
from switchboard.services.announcing import announced
from switchboard.services.beside import Beside
from switchboard.services.call import Call, World
from switchboard.services.caller import Caller
from switchboard.services.feature_call import Feature, FeatureCall, Visit
from switchboard.services.line import CallerFact, LegReturned, Line
from switchboard.services.numbers import NumberPlan, Numbers
from switchboard.services.people import Talking
from switchboard.services.programs import Loaded
from switchboard.services.saved_calls import ending_of, resume_of, run_of, settle_talk, version_of
from switchboard.services.speech import apology_of
from switchboard.services.story import Story

log = structlog.get_logger(__name__)

# A person cannot type so far ahead of a menu; what a stuck key adds is dropped, so that the facts
# that end a wait always find room.
MOST_KEYS_WAITING = 100
# Taking a leg asks the database twice and takes some milliseconds.
TURN_S = 0.005


@dataclass
class _LiveCall:
    """A call that this server owns, and the leg through which it speaks now."""

    mailbox: Mailbox[CallerFact]
    leg: Leg


class Calls:
    """The live calls of this server; keeps :class:`switchboard.ports.leg_offers.LegTaker`.

    Args:
        numbers: Which flow each number runs.
        admission: Limits on calls at once and a second.
        blacklist: Who is refused.
        world: What calls need.
        open_mailbox: Makes a call's mailbox.
        start: Begins a call's greenlet.
    """

    def __init__(
        self,
        *,
        numbers: Numbers,
        admission: Admission,
        blacklist: Blacklist,
        world: World,
        open_mailbox: Callable[[], Mailbox[CallerFact]],
        start: Start,
    ) -> None:
        self._numbers = numbers
        self._admission = admission
        self._blacklist = blacklist
        self._world = world
        self._open_mailbox = open_mailbox
        self._start = start
        self._live: dict[str, _LiveCall] = {}
        self._calls_by_leg: dict[str, str] = {}
        self._being_taken: set[str] = set()

    @property
    def live_count(self) -> int:
        """How many calls this server owns now."""
        return len(self._live)

    def owns(self, call_id: str) -> bool:
        """Whether this server owns that call now."""
        return call_id in self._live

    def legs(self) -> dict[str, Leg]:
        """The caller's leg of each call of this server."""
        return {call_id: live.leg for call_id, live in self._live.items()}

    def tell(self, call_id: str, fact: LegFact) -> None:
        """Tell a call of its caller's leg what the switch should have told; it may have ended."""
        if live := self._live.get(call_id):
            live.mailbox.put(fact)

    def take(self, offer: LegOffer, leg: Leg) -> FactSink:
        """Take a leg whose socket has come; see the port."""
        # Two sockets of one leg come at once when the dialplan's guard has struck meanwhile.
        while offer.leg_id in self._being_taken:
            self._world.means.clock.sleep(TURN_S)
        self._being_taken.add(offer.leg_id)
        try:
            return self._take(offer, leg)
        finally:
            self._being_taken.discard(offer.leg_id)

    def _take(self, offer: LegOffer, leg: Leg) -> FactSink:
        if live := self._find_live(offer):
            log.info("leg is back", call_id=offer.call_id, leg_id=offer.leg_id)
            sink = self._sink(live, leg)
            live.mailbox.put(LegReturned(offer, leg))
            return sink
        if offer.call_id and (saved := self._find_saved(offer.call_id)):
            return self._take_up(saved, offer, leg)
        if feature := self._numbers.find_feature(offer):
            return self._take_feature(feature, offer, leg)
        return self._take_new(offer, leg)

    def _find_live(self, offer: LegOffer) -> _LiveCall | None:
        """The call of a leg, if it is ours.

        Its second socket may have left FreeSWITCH before the leg was marked through the first.
        """
        call_id = offer.call_id or self._calls_by_leg.get(offer.leg_id, "")
        return self._live.get(call_id)

    def leave_all(self) -> None:
        """Leave every live call as it is, for the next server to take up."""
        for live in self._live.values():
            live.mailbox.close()

    # --- a new call ---------------------------------------------------------------------------

    def _take_new(self, offer: LegOffer, leg: Leg) -> FactSink:
        story = self._begin_story(offer, leg)
        plan = self._admit(offer, story)
        with self._let_in(offer.dnis):
            run = begin(
                plan.loaded.program,
                plan.flow,
                call=CallFacts(
                    number=offer.ani or None,
                    name=offer.caller_name or None,
                    dialled=offer.dnis,
                    started_at=offer.offered_at,
                ),
                values=plan.values,
                language=plan.language,
                settings=self._world.parameters.values(),
            )
            story.tell(EntryKind.FLOW_STARTED, flow=plan.flow, version=run.version)
            return self._own_run(offer, leg, story, plan.loaded, run, Started())

    def _begin_story(self, offer: LegOffer, leg: Leg) -> Story:
        """Begin its journal; a leg that comes again and has no saved run goes on with its own."""
        story = self._story_of(offer.call_id or self._world.new_id())
        story.tell_offered(offer)
        if offer.call_id:
            story.tell(EntryKind.RESUMED, why="begun anew")
        else:
            self._world.metrics.call_offered()
            self._mark(leg, story)
        return story

    def _admit(self, offer: LegOffer, story: Story) -> NumberPlan:
        now = self._world.means.clock.now()
        plan = self._numbers.find_plan(offer.dnis, offer.ani, story.call_id, now)
        if plan is None:
            raise self._refusal(
                story, "number", HangupCause.UNALLOCATED_NUMBER, f"no flow serves {offer.dnis}"
            )
        self._screen(offer, story)
        return plan

    def _screen(self, offer: LegOffer, story: Story) -> None:
        """Refuse who may not come in; a call that is talking to us already has come in."""
        if offer.call_id and offer.answered:
            self._admission.enter(offer.dnis, self._world.means.clock.seconds())
            return
        if blocked := self._blacklist.find_match(offer.ani, self._world.means.clock.now()):
            raise self._refusal(
                story, "blacklist", HangupCause.CALL_REJECTED, f"blocked: {blocked.reason}"
            )
        if over := self._admission.admit(offer.dnis, self._world.means.clock.seconds()):
            raise self._refusal(story, "limit", over.cause, over.reason)

    def _refusal(self, story: Story, kind: str, cause: HangupCause, reason: str) -> LegRefused:
        story.tell(EntryKind.REFUSED, reason=reason, cause=str(cause))
        story.tell(EntryKind.HUNG_UP, cause=str(cause), by="us")
        self._world.metrics.call_refused(kind)
        return LegRefused(cause, reason)

    def _mark(self, leg: Leg, story: Story) -> None:
        try:
            leg.mark(story.call_id)
        except LegGone:
            log.info("leg ended before it was marked", call_id=story.call_id)

    def _take_feature(self, feature: Feature, offer: LegOffer, leg: Leg) -> FactSink:
        """A call to a service; one that has come back begins its talk anew."""
        story = self._begin_story(offer, leg)
        self._screen(offer, story)
        world = self._world

        def make(caller: Caller, beside: Beside) -> Callable[[], None]:
            visit = Visit(offer, beside)
            call = FeatureCall(visit, caller, story, world.means.clock, world.metrics)
            return lambda: call.carry_through(feature)

        return self._own(offer, leg, story, tuple, make)

    # --- a call that another server, or this one before a crash, has begun ----------------------

    def _take_up(self, saved: SavedRun, offer: LegOffer, leg: Leg) -> FactSink:
        run = run_of(saved)
        story = self._story_of(saved.call_id)
        loaded = self._version_of(saved)
        self._admission.enter(saved.dnis, self._world.means.clock.seconds())
        story.tell(EntryKind.RESUMED, why="taken up", node=run.node)
        self._world.metrics.call_taken_up()
        log.info("call taken up", call_id=saved.call_id, node=run.node)
        settle_talk(saved, story, self._world.people.distribution, "other")

        def recorded(recording_id: str, duration_ms: int) -> Recorded:
            return Recorded(recording_id, offer.recorded_ms or duration_ms, "cut")

        with self._let_in(saved.dnis):
            ending = ending_of(saved)
            resume = ending or resume_of(saved, self._world.means.recordings, recorded)
            return self._own_run(offer, leg, story, loaded, run, resume)

    def _version_of(self, saved: SavedRun) -> Loaded:
        try:
            return version_of(saved, self._world.programs)
        except StoreAway as away:
            raise LegDeferred(str(away)) from away

    def _find_saved(self, call_id: str) -> SavedRun | None:
        try:
            return self._world.runs.find_run(call_id)
        except StoreAway as away:
            log.warning("a call cannot be taken up yet", call_id=call_id, reason=str(away))
            raise LegDeferred(str(away)) from away

    def take_up_talk(
        self, saved: SavedRun, talking: Talking, offer: LegOffer, leg: Leg
    ) -> FactSink:
        """Own a call whose caller talks on though the server that began it has died.

        Args:
            saved: Its run.
            talking: To whom.
            offer: How its leg had arrived.
            leg: Its leg, which has no socket until the talk is over.

        Returns:
            Takes the leg's facts.

        Raises:
            LegDeferred: the flows cannot be read just now.
        """
        run, story, loaded = run_of(saved), self._story_of(saved.call_id), self._version_of(saved)
        self._admission.enter(saved.dnis, self._world.means.clock.seconds())
        story.tell(EntryKind.RESUMED, why="talks on", node=run.node)
        self._world.metrics.call_taken_up()

        def make(caller: Caller, beside: Beside) -> Callable[[], None]:
            call = Call(offer, caller, loaded, story, self._world, beside)
            return lambda: call.talk_on(run, talking)

        with self._let_in(saved.dnis):
            return self._own(
                offer, leg, story, lambda: apology_of(loaded.program, run.language), make
            )

    # --- owning -------------------------------------------------------------------------------

    @contextmanager
    def _let_in(self, dnis: str) -> Iterator[None]:
        """Who was let in and becomes no call leaves again: a limit must not fill with nobody."""
        try:
            yield
        except BaseException:
            self._admission.leave(dnis)
            raise

    def _own_run(
        self,
        offer: LegOffer,
        leg: Leg,
        story: Story,
        loaded: Loaded,
        run: Run,
        resume: Resume | HangupCause,
    ) -> FactSink:
        """Own a call that goes on with *resume*, or whose leg is to end with that cause."""

        def apology() -> Speech:
            return apology_of(loaded.program, run.language)

        def make(caller: Caller, beside: Beside) -> Callable[[], None]:
            call = Call(offer, caller, loaded, story, self._world, beside)
            if isinstance(resume, HangupCause):
                return lambda: call.end(run, resume)
            return lambda: call.carry_through(run, resume)

        return self._own(offer, leg, story, apology, make)

    def _own(
        self,
        offer: LegOffer,
        leg: Leg,
        story: Story,
        apology: Callable[[], Speech],
        make: Callable[[Caller, Beside], Callable[[], None]],
    ) -> FactSink:
        """Give the call a mailbox and a greenlet; *make* makes what is done in it."""
        if offer.answered_at is not None:
            story.tell_answered(offer.answered_at)
        mailbox = self._open_mailbox()
        live = _LiveCall(mailbox, leg)
        line = Line(leg, mailbox, self._world.means.clock, answered=offer.answered)
        caller = Caller(
            line, self._world.means, apology, story.tell_said, self._announced_on(offer.dnis)
        )
        carry_through = make(caller, Beside(mailbox, self._start))
        self._live[story.call_id] = live
        self._calls_by_leg[offer.leg_id] = story.call_id
        self._world.metrics.calls_live(len(self._live))

        def serve() -> None:
            try:
                carry_through()
            finally:
                del self._live[story.call_id]
                del self._calls_by_leg[offer.leg_id]
                self._admission.leave(offer.dnis)
                self._world.metrics.calls_live(len(self._live))
                _end_late_returns(mailbox)

        sink = self._sink(live, leg)
        self._start(f"call {story.call_id}", serve)
        return sink

    def _announced_on(self, dnis: str) -> Callable[[Speech], Speech]:
        means = self._world.means
        return lambda speech: announced(speech, means.announcements, dnis, means.clock.now())

    def _sink(self, live: _LiveCall, leg: Leg) -> FactSink:
        """Where the facts of *leg* go. A socket that has been replaced can no longer be lost."""
        live.leg = leg

        def put(fact: LegFact) -> None:
            if isinstance(fact, SocketLost) and live.leg is not leg:
                return
            if isinstance(fact, KeyPressed) and len(live.mailbox) >= MOST_KEYS_WAITING:
                return
            try:
                live.mailbox.put(fact)
            except MailboxFull:
                log.exception("a call does not take its facts", leg_id=leg.leg_id)

        return put

    def _story_of(self, call_id: str) -> Story:
        return Story(call_id, self._world.journal, self._world.means.clock, self._world.new_id)


def _end_late_returns(mailbox: Mailbox[CallerFact]) -> None:
    """A leg that came back while its call was ending would be owned by nobody: it ends too."""
    while len(mailbox):
        fact = mailbox.next(None)
        if isinstance(fact, LegReturned):
            log.warning("leg came back too late", leg_id=fact.offer.leg_id)
            with suppress(LegGone):
                fact.leg.hang_up(HangupCause.NORMAL_TEMPORARY_FAILURE)

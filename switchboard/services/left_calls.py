"""Carries calls to their end whose server has died and whose caller has gone.

Such a call has a saved run, and a CDR that says how its leg ended; nobody will ever bring the leg
back. Its flow goes on without its caller, as it does for whoever hangs up: what was said after the
tone is kept, what was ordered is filed, the journal ends. Of several servers on one database one
claims it; should that one die too, another does once it has been quiet for a while.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from switchboard.core.cdrs import Cdr
from switchboard.core.facts import LegHungUp
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.flow.effects import Recorded
from switchboard.ports.inboxes import Mailbox, Start
from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import LeftRun
from switchboard.services.beside import Beside
from switchboard.services.call import Call, World
from switchboard.services.caller import Caller
from switchboard.services.gone_leg import GoneLeg
from switchboard.services.line import CallerFact, Line
from switchboard.services.saved_calls import ending_of, resume_of, run_of, settle_talk, version_of
from switchboard.services.story import Story

log = structlog.get_logger(__name__)

BETWEEN_ROUNDS_S = 2.0
AT_ONCE = 50
# Whoever owns a call whose caller has gone saves its run again, or ends, sooner than this: an
# errand has ten seconds for each try.
QUIET_FOR = timedelta(seconds=15)


class LeftCalls:
    """Finishes calls that were left.

    Args:
        world: What calls need.
        owns: Whether a call lives here.
        open_mailbox: Makes a call's mailbox.
        start: Begins a call's greenlet.
    """

    def __init__(
        self,
        world: World,
        owns: Callable[[str], bool],
        open_mailbox: Callable[[], Mailbox[CallerFact]],
        start: Start,
    ) -> None:
        self._world = world
        self._owns = owns
        self._open_mailbox = open_mailbox
        self._start = start
        self._under_way: set[str] = set()

    def keep_finishing(self) -> None:
        """Finish what is left, for ever; the work of one greenlet."""
        while True:
            try:
                self.finish_some()
            except StoreAway as away:
                log.warning("calls that were left wait for the store", reason=str(away))
            self._world.means.clock.sleep(BETWEEN_ROUNDS_S)

    def finish_some(self) -> int:
        """Begin to finish calls that are left, at most :data:`AT_ONCE`; return how many.

        Raises:
            StoreAway: the store cannot be read or written.
        """
        now, runs = self._world.means.clock.now(), self._world.runs
        begun = 0
        for left in runs.list_left(now - QUIET_FOR, AT_ONCE):
            call_id = left.saved.call_id
            if self._owns(call_id) or call_id in self._under_way:
                continue
            if runs.claim(left.saved, now):
                self._under_way.add(call_id)
                self._start(f"left call {call_id}", partial(self._finish, left))
                begun += 1
        return begun

    def _finish(self, left: LeftRun) -> None:
        """Finish one; a call that cannot be finished is not tried for ever."""
        saved, story = left.saved, self._story_of(left)
        try:
            if self._has_ended(left):
                self._world.runs.forget(saved.call_id)
            else:
                self._carry_through(left, story)
        except StoreAway as away:
            log.warning("a call that was left waits", call_id=saved.call_id, reason=str(away))
        except Exception:
            story.tell_hung_up(_end_of(left.cdr), "caller")
            self._world.runs.forget(saved.call_id)
            raise
        finally:
            self._under_way.discard(saved.call_id)

    def _has_ended(self, left: LeftRun) -> bool:
        """Whether its journal tells the end, and only the run was not forgotten any more."""
        entries = self._world.journal.list_entries(left.saved.call_id)
        return any(entry.kind is EntryKind.HUNG_UP for entry in entries)

    def _carry_through(self, left: LeftRun, story: Story) -> None:
        saved, cdr = left.saved, left.cdr
        run, loaded = run_of(saved), version_of(saved, self._world.programs)
        log.info("call finished without its caller", call_id=saved.call_id, node=run.node)
        story.tell(EntryKind.RESUMED, why="finished without its caller", node=run.node)
        if cdr.answered_at is not None:
            story.tell_answered(cdr.answered_at)
        settle_talk(saved, story, self._world.people.distribution, "caller")
        mailbox = self._open_mailbox()
        line = Line(
            GoneLeg(saved.leg_id),
            mailbox,
            self._world.means.clock,
            answered=cdr.answered_at is not None,
        )
        line.hung_up = _end_of(cdr)
        caller = Caller(line, self._world.means)
        beside = Beside(mailbox, self._start)
        call = Call(_offer_of(left), caller, loaded, story, self._world, beside)
        ending = ending_of(saved)
        if ending is not None:
            call.end(run, ending)
        else:
            recordings = self._world.means.recordings
            call.carry_through(run, resume_of(saved, recordings, _cut_by_hang_up))

    def _story_of(self, left: LeftRun) -> Story:
        world = self._world
        return Story(left.saved.call_id, world.journal, world.means.clock, world.new_id)


def _cut_by_hang_up(recording_id: str, duration_ms: int) -> Recorded:
    return Recorded(recording_id, duration_ms, "hung_up")


def _end_of(cdr: Cdr) -> LegHungUp:
    return LegHungUp(cdr.leg_id, cdr.cause, cdr.ended_at)


def _offer_of(left: LeftRun) -> LegOffer:
    """The leg as it had arrived: its record tells as much."""
    cdr = left.cdr
    return LegOffer(
        leg_id=cdr.leg_id,
        node=cdr.node,
        direction=cdr.direction,
        ani=cdr.ani,
        caller_name=cdr.caller_name,
        dnis=left.saved.dnis,
        call_id=left.saved.call_id,
        answered=cdr.answered_at is not None,
        offered_at=cdr.started_at,
        answered_at=cdr.answered_at,
    )

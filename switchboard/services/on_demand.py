"""Recordings that a supervisor asks for: of one agent's conversation, while it goes on.

Heard and kept like any recording of a call; who asked stands in the call's journal.
"""

from collections.abc import Callable
from dataclasses import replace

import structlog

from switchboard.core.journal import EntryKind
from switchboard.ports.clock import Clock
from switchboard.ports.legs import LegGone, RecordingRefused
from switchboard.ports.recordings import RecordingKind, RecordingRecord, RecordingState
from switchboard.services.agents import NotPossible
from switchboard.services.call_recording import RecordingMeans
from switchboard.services.offered import TalkNow
from switchboard.services.story import Story

log = structlog.get_logger(__name__)


class OnDemand:
    """Records an agent's conversation because a supervisor asks, whatever the rules of calls say.

    Args:
        find_talk: The conversation that an agent has now.
        means: Files and records.
        clock: When it began.
        story_of: Gives the journal of a call.
    """

    def __init__(
        self,
        find_talk: Callable[[str], TalkNow | None],
        means: RecordingMeans,
        clock: Clock,
        story_of: Callable[[str], Story],
    ) -> None:
        self._find_talk = find_talk
        self._means = means
        self._clock = clock
        self._story_of = story_of
        self._running: dict[str, tuple[RecordingRecord, str, TalkNow]] = {}

    def begin(self, agent_id: str, by: str) -> str:
        """Record from here on; return the recording's id.

        Raises:
            NotPossible: there is no conversation, it is recorded already, or the switch does not.
        """
        talk = self._find_talk(agent_id)
        if talk is None:
            raise NotPossible(f"agent {agent_id} has no conversation now")
        running = self._running.get(agent_id)
        if running is not None and running[2].leg.leg_id == talk.leg.leg_id:
            raise NotPossible(f"agent {agent_id} is recorded already")
        recording_id, now = self._means.new_id(), self._clock.now()
        record = RecordingRecord(
            recording_id, talk.call_id, RecordingKind.CALL, RecordingState.RUNNING, now
        )
        self._means.book.put(record)
        file = self._means.files.place_for(recording_id, now)
        try:
            talk.leg.start_recording(file)
        except (LegGone, RecordingRefused) as refusal:
            self._means.book.put(replace(record, state=RecordingState.ENDED))
            raise NotPossible(f"agent {agent_id} cannot be recorded: {refusal}") from refusal
        self._running[agent_id] = (record, file, talk)
        story = self._story_of(talk.call_id)
        story.tell(EntryKind.DIRECTED, by=by, act="records", what=agent_id)
        story.tell(EntryKind.RECORDING_STARTED, recording_id=recording_id)
        return recording_id

    def end(self, agent_id: str, by: str) -> str:
        """Record no longer; return the recording's id.

        Raises:
            NotPossible: nobody records that agent, or the switch does not end it.
        """
        running = self._running.pop(agent_id, None)
        if running is None:
            raise NotPossible(f"agent {agent_id} is not recorded on demand")
        record, file, talk = running
        try:
            talk.leg.stop_recording(file)
        except LegGone:
            log.info("it ended with the conversation", recording_id=record.recording_id)
        except RecordingRefused as refusal:
            self._running[agent_id] = running
            raise NotPossible(str(refusal)) from refusal
        self._means.book.put(replace(record, state=RecordingState.ENDED))
        story = self._story_of(talk.call_id)
        story.tell(EntryKind.DIRECTED, by=by, act="records no longer", what=agent_id)
        story.tell(EntryKind.RECORDING_STOPPED, recording_id=record.recording_id)
        return record.recording_id

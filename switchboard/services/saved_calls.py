"""The saved form of a call's run, and how a call goes on from it.

A run is saved with what was under way for it: the recording that is made, whom the caller talks to,
or the cause with which the leg is being ended since the flow has come to its end.
"""

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.acd import TalkEnded
from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.flow import Run, run_from_json
from switchboard.flow.effects import Recorded, Resume, TakenUp
from switchboard.ports.distribution import Distribution
from switchboard.ports.recordings import RecordingFiles
from switchboard.ports.runs import SavedRun
from switchboard.services.people import Talking
from switchboard.services.programs import Loaded, Programs
from switchboard.services.story import Story


def saved_form(run: Run, pending: Mapping[str, str], version_id: str) -> dict[str, Any]:
    """A run as it is saved: its own form, what was under way for it, the version of the flows."""
    return {"run": run.as_json(), "pending": dict(pending), "flows": version_id}


def run_of(saved: SavedRun) -> Run:
    """Return the run where it stood."""
    return run_from_json(saved.run["run"])


def version_of(saved: SavedRun, programs: Programs) -> Loaded:
    """Return the version that the call began with, whatever was published meanwhile.

    Raises:
        StoreAway: it cannot be read just now.
    """
    version_id = str(saved.run.get("flows", ""))
    return programs.find(version_id) or programs.pick(saved.call_id)


def ending_of(saved: SavedRun) -> HangupCause | None:
    """Return the cause with which the leg was being ended; None when the flow had not ended."""
    cause = saved.run["pending"].get("ending")
    return HangupCause(cause) if cause else None


def talking_of(saved: SavedRun) -> Talking | None:
    """Return whom the caller talks to; None when they do not talk."""
    pending = saved.run["pending"]
    if "talking" not in pending:
        return None
    others = (pending.get("leg_id", ""), pending.get("offer_id", ""))
    return Talking(pending["talking"], pending["who"], *others)


def settle_talk(saved: SavedRun, story: Story, distribution: Distribution, ended_by: str) -> None:
    """Tell of a talk that ended while no server looked after it; nothing when there was none."""
    talking = talking_of(saved)
    if talking is None:
        return
    if talking.by == "room":
        story.tell(EntryKind.ROOM_LEFT, room=talking.who)
        return
    story.tell(EntryKind.PARTED, who=talking.who, ended_by=ended_by)
    if talking.offer_id:
        distribution.tell(TalkEnded(talking.who, talking.offer_id))


def resume_of(
    saved: SavedRun, recordings: RecordingFiles, recorded: Callable[[str, int], Recorded]
) -> Resume:
    """Return what the flow is answered.

    A conversation is over, a message that was recorded meanwhile is kept, all else is asked again.

    Args:
        saved: The run.
        recordings: Where the recording would be.
        recorded: Makes the answer of a recording's id and of its length in ms.
    """
    if talking := talking_of(saved):
        return talking.over()
    pending = saved.run["pending"]
    recording_id = pending.get("recording_id")
    if recording_id and (duration_ms := recordings.duration_ms(recording_id)):
        return recorded(recording_id, duration_ms)
    return TakenUp()

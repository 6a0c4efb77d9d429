"""From a speech to the files that the switch plays; a part without one is told in words."""

from dataclasses import dataclass

from switchboard.flow import Program
from switchboard.flow.effects import Notices, Pause, Piece, Recording, Sound, Speech
from switchboard.ports.prompts import Prompts, SpeechFailed
from switchboard.ports.recordings import RecordingFiles

# No sound of a flow is longer; one whose length cannot be told is waited for so long.
LONGEST_SOUND_MS = 600_000
APOLOGY = "house.sorry_fault"


@dataclass(frozen=True, slots=True)
class Playable:
    """A speech as the switch plays it.

    Attributes:
        files: Paths and silences, in order.
        faults: A sentence for each part that has no file.
        duration_ms: How long it takes to be heard; of a part whose length cannot be told,
            :data:`LONGEST_SOUND_MS`.
    """

    files: tuple[str, ...]
    faults: tuple[str, ...]
    duration_ms: int = 0


def playable(speech: Speech, prompts: Prompts, recordings: RecordingFiles) -> Playable:
    """Find or make the file of each part of *speech*; blocks its caller while one is spoken."""
    files, faults, duration_ms = [], [], 0
    for part in speech:
        if isinstance(part, Notices):
            continue  # nobody put what is announced into their place
        try:
            files.append(_file_of(part, prompts, recordings))
            duration_ms += _duration_of(part, files[-1], prompts, recordings)
        except SpeechFailed as failure:
            faults.append(str(failure))
    return Playable(tuple(files), tuple(faults), duration_ms)


def apology_of(program: Program, language: str) -> Speech:
    """What is said in place of a sound that cannot be had: the house's own words, else nothing."""
    prompt = program.prompts.get(APOLOGY)
    if prompt is None:
        return ()
    return tuple(
        piece
        for piece in prompt.static()
        if isinstance(piece, Piece) and piece.language == language
    )


def _file_of(
    part: Piece | Sound | Recording | Pause, prompts: Prompts, recordings: RecordingFiles
) -> str:
    if isinstance(part, Pause):
        return f"silence_stream://{part.duration_ms}"
    if isinstance(part, Recording):
        found = recordings.find_file(part.recording_id)
        if found is None:
            raise SpeechFailed(f"there is no recording {part.recording_id}")
        return str(found)
    return prompts.file_of(part)


def _duration_of(
    part: Piece | Sound | Recording | Pause, file: str, prompts: Prompts, recordings: RecordingFiles
) -> int:
    if isinstance(part, Pause):
        return part.duration_ms
    if isinstance(part, Recording):
        return recordings.duration_ms(part.recording_id) or LONGEST_SOUND_MS
    return prompts.duration_ms(file) or LONGEST_SOUND_MS

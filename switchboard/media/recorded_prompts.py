"""Recordings made by phone become prompts: brought to the form and the level of all of them."""

from collections.abc import Callable

from switchboard.flow.effects import Piece, Sound
from switchboard.media.importing import import_sound
from switchboard.media.loading import NotSound
from switchboard.media.measure import Measure
from switchboard.media.prompts import PromptLibrary
from switchboard.media.recordings import RecordingFolder
from switchboard.ports.prompts import SpeechFailed


class ImportingShelf:
    """Keeps :class:`switchboard.services.prompt_phone.PromptShelf`.

    Args:
        library: Knows where a recording of a prompt belongs.
        files: Knows where a recording lies.
        off_hub: Runs what computes beside the calls.
    """

    def __init__(
        self,
        library: PromptLibrary,
        files: RecordingFolder,
        off_hub: Callable[[Callable[[], Measure]], Measure],
    ) -> None:
        self._library = library
        self._files = files
        self._off_hub = off_hub

    def take(self, piece: Piece | Sound, recording_id: str) -> str:
        """Make a recording the sound of *piece*; return why it could not be, or nothing."""
        file = self._files.find_file(recording_id)
        if file is None:
            return f"recording {recording_id} has no file"
        try:
            place = self._library.place_for_recording(piece)
            self._off_hub(lambda: import_sound(file, place))
        except (NotSound, SpeechFailed, OSError) as refusal:
            return str(refusal)
        return ""

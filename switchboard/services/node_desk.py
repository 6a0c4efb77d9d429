"""What a FreeSWITCH on another machine is given and brings: sounds out, recordings and CDRs in.

Its agent (``switchboard node``) asks over HTTP with the token of its node. What it brings is taken
in only where we know of it: a recording that is on record, a CDR that can be read. Each may come
any number of times.
"""

import hmac
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from switchboard.ports.recordings import RecordingBook, RecordingFiles
from switchboard.ports.records import CallRecords
from switchboard.ports.shelves import ShelvedSound, SoundShelf
from switchboard.services.records import read_cdr

T = TypeVar("T")


class NodeDesk:
    """Serves the agents of the nodes.

    Args:
        tokens: The secret of each node's agent, by node.
        shelf: The sounds.
        book: Which recordings there are.
        files: Where they lie.
        records: Takes CDRs in.
        off_hub: Runs what blocks beside the calls.
    """

    def __init__(
        self,
        tokens: Mapping[str, str],
        shelf: SoundShelf,
        book: RecordingBook,
        files: RecordingFiles,
        records: CallRecords,
        off_hub: Callable[[Callable[[], object]], object],
    ) -> None:
        self._tokens = tokens
        self._shelf = shelf
        self._book = book
        self._files = files
        self._records = records
        self._off_hub = off_hub

    def node_of(self, token: str) -> str | None:
        """Return the node whose token it is, or None; takes as long for a wrong one."""
        found = None
        for node, known in self._tokens.items():
            if hmac.compare_digest(known.encode(), token.encode()):
                found = node
        return found

    def list_sounds(self) -> tuple[ShelvedSound, ...]:
        """Every sound that the node must have."""
        return self._beside(self._shelf.list_sounds)

    def read_sound(self, path: str) -> bytes | None:
        """One of them; None when it is none."""
        return self._beside(lambda: self._shelf.read_sound(path))

    def take_recording(self, recording_id: str, content: bytes) -> bool:
        """Keep the file of a recording; False when no such recording is on record.

        Raises:
            StoreAway: that cannot be told now.
        """
        record = self._book.find_record(recording_id)
        if record is None:
            return False
        place = Path(self._files.place_for(recording_id, record.started_at))
        self._beside(lambda: _write_whole(place, content))
        return True

    def take_cdr(self, content: bytes) -> None:
        """Take in what FreeSWITCH wrote of a leg, durably.

        Raises:
            MalformedCdr: it is no record.
            StoreAway: the store takes nothing now.
        """
        self._records.take_in(read_cdr(content))

    def _beside(self, work: Callable[[], T]) -> T:
        return self._off_hub(work)  # type: ignore[return-value]


def _write_whole(place: Path, content: bytes) -> None:
    unfinished = place.with_suffix(".unfinished")
    with unfinished.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(place)

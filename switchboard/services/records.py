"""Takes in the CDRs that FreeSWITCH wrote, once a leg, also those written while we were down.

FreeSWITCH's own record is the proof of a call. It leaves one document a leg and knows nothing of
us; a document is removed only when its record is durable, so that neither our death nor the
database's loses one, and a document read twice changes nothing.
"""

from collections.abc import Iterator

import orjson
import structlog

from switchboard.core.cdrs import Cdr, MalformedCdr, cdr_from_json
from switchboard.ports.cdr_files import CdrFile, CdrFiles
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics
from switchboard.ports.outages import StoreAway
from switchboard.ports.records import CallRecords

log = structlog.get_logger(__name__)

# A transaction for so many; more would keep the journal waiting.
DOCUMENTS_AT_ONCE = 50
# FreeSWITCH writes a document in one go of some milliseconds; one that is cut after this stays cut.
WRITTEN_BY_S = 10.0
# How soon after its end a call's record should stand; seconds of the house's clock.
BETWEEN_ROUNDS_S = 1.0


class CdrIntake:
    """Takes in what waits on one node.

    Args:
        files: The documents of that node.
        records: Where their records go.
        metrics: Counts them.
    """

    def __init__(self, files: CdrFiles, records: CallRecords, metrics: Metrics) -> None:
        self._files = files
        self._records = records
        self._metrics = metrics

    def keep_taking_in(self, clock: Clock) -> None:
        """Take in what comes; the work of one greenlet, for ever."""
        while True:
            try:
                while self.take_in_some() == DOCUMENTS_AT_ONCE:
                    pass
            except StoreAway as away:
                log.warning("CDRs wait for the store", reason=str(away))
            clock.sleep(BETWEEN_ROUNDS_S)

    def take_in_some(self) -> int:
        """Take in documents that wait, at most :data:`DOCUMENTS_AT_ONCE`.

        Returns:
            How many were dealt with; those that are still being written stay.

        Raises:
            StoreAway: nothing was taken in; the documents stay.
        """
        waiting = self._files.list_waiting(DOCUMENTS_AT_ONCE)
        read = list(self._read(waiting))
        cdrs = [cdr for _, cdr in read if cdr]
        new = self._records.take_in(*cdrs) if cdrs else 0
        for name, cdr in read:
            if cdr:
                self._files.discard(name)
        self._metrics.cdrs_taken_in(new)
        return len(read)

    def _read(self, waiting: tuple[CdrFile, ...]) -> Iterator[tuple[str, Cdr | None]]:
        """Each document that is whole, or never will be (None; it has been set aside)."""
        for file in waiting:
            try:
                yield file.name, read_cdr(file.content)
            except MalformedCdr as fault:
                if file.age_s < WRITTEN_BY_S:
                    continue
                log.warning("CDR cannot be read", file=file.name, reason=str(fault))
                self._files.set_aside(file.name, str(fault))
                yield file.name, None


def read_cdr(content: bytes) -> Cdr:
    """Read one document as FreeSWITCH wrote it.

    Raises:
        MalformedCdr: it is cut short, or no record of mod_json_cdr.
    """
    try:
        document = orjson.loads(content)
        if not isinstance(document, dict):
            raise MalformedCdr("the document is no JSON object")
        return cdr_from_json(document)
    except orjson.JSONDecodeError as fault:
        raise MalformedCdr(f"the document is not whole JSON: {fault}") from fault

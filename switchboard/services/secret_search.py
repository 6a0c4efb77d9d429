"""Proves each night that what callers keyed as secrets can be neither heard nor read anywhere.

Heard: each stretch in which a recording was masked is looked at, sample by sample. Read: the rows
of the calls in which a secret was keyed, and the files beside the store, are searched for the very
digits. Nobody keeps those: of each secret only a print is held, in memory, under a key that dies
with the process and is on no disk. So the search covers the secrets keyed since this server
started, and says how many calls those were.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.journal import Journal
from switchboard.ports.nightly import SecretsLookedFor
from switchboard.ports.recordings import (
    RecordingBook,
    RecordingFiles,
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.ports.records import CallRecords, CallSearch
from switchboard.services.agreement import list_proof

# A day of a large centre; of more, the oldest are no longer searched for.
MOST_LEGS = 50_000
# What stands alone: a digit in a word or in an id is no secret that somebody wrote down.
DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{3,16}(?![0-9A-Za-z])")
# FreeSWITCH's own name of one key; keys one by one would show none of the digits together.
ONE_KEY = re.compile(r"DTMF-Digit\W{0,4}[0-9]")
TELLING = frozenset({EntryKind.SECRET_CHECKED, EntryKind.SECRET_CHANGED})
# Between our order and the switch's next packet, on both ends of a masked stretch.
EDGE_MS = 300
PAGE = 500
NOTHING_COVERED = SecretsLookedFor()


class SecretPrints:
    """Prints of the secrets that were keyed, by leg; of no use to anybody outside this process."""

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._by_leg: OrderedDict[str, set[bytes]] = OrderedDict()

    def note(self, leg_id: str, digits: str) -> None:
        """A secret was keyed on that leg."""
        self._by_leg.setdefault(leg_id, set()).add(self._print(digits))
        while len(self._by_leg) > MOST_LEGS:
            self._by_leg.popitem(last=False)

    def knows(self, leg_id: str) -> bool:
        """Whether a secret of that leg can be searched for."""
        return leg_id in self._by_leg

    def stands_in(self, leg_ids: Iterable[str], text: str) -> bool:
        """Whether a secret of these legs stands in *text*."""
        known = set().union(*(self._by_leg.get(leg_id, set()) for leg_id in leg_ids))
        return any(self._print(digits) in known for digits in DIGITS.findall(text))

    def _print(self, digits: str) -> bytes:
        return hmac.digest(self._key, digits.encode(), hashlib.sha256)

    def __repr__(self) -> str:
        """How many there are, and no more."""
        return f"<prints of {len(self._by_leg)} legs>"


@dataclass(frozen=True, slots=True)
class SecretFindings:
    """What a search found.

    Attributes:
        leaks: A sentence for each place where a secret can be heard or read; never the secret.
        covered: What was looked at.
    """

    leaks: tuple[str, ...] = ()
    covered: SecretsLookedFor = NOTHING_COVERED


@dataclass(frozen=True, slots=True)
class SecretSearch:
    """Searches the records of the calls of a day.

    Attributes:
        calls: The calls and CDRs.
        journal: The journal.
        book: What is on record of recordings.
        files: Their files.
        prints: What is searched for.
        find_sound: Which of the stretches (ms from the beginning of a file) hold any sound; blocks
            its greenlet, never the hub.
        list_texts: Lines of the files beside the store (spool, logs), each with its place.
    """

    calls: CallRecords
    journal: Journal
    book: RecordingBook
    files: RecordingFiles
    prints: SecretPrints
    find_sound: Callable[[Path, Sequence[tuple[int, int | None]]], tuple[tuple[int, int], ...]]
    list_texts: Callable[[], Iterator[tuple[str, str]]]

    def search(self, since: datetime, until: datetime) -> SecretFindings:
        """Search what stands of the calls offered from *since* on and before *until*."""
        found = _Found()
        for call_id in self._call_ids(since, until):
            entries = self.journal.list_entries(call_id)
            if any(map(_tells_secret, entries)):
                self._read_call(call_id, entries, found)
            if any(entry.kind is EntryKind.RECORDING_MASKED for entry in entries):
                self._listen(call_id, entries, found)
        self._read_files(found)
        return SecretFindings(tuple(found.leaks), found.covered)

    def _call_ids(self, since: datetime, until: datetime) -> Iterator[str]:
        page = CallSearch(since, until, at_most=PAGE)
        while calls := self.calls.list_calls(page):
            yield from (call.call_id for call in calls)
            page = replace(page, behind=calls[-1])

    # --- reading ------------------------------------------------------------------------------

    def _read_call(self, call_id: str, entries: Sequence[JournalEntry], found: "_Found") -> None:
        found.count(calls=1)
        leg_id = next((str(e.details.get("leg_id", "")) for e in entries if e.details), "")
        if not self.prints.knows(leg_id):
            return
        found.legs.append(leg_id)
        texts = [(f"journal, {entry.kind} of call {call_id}", entry.details) for entry in entries]
        cdrs = list_proof(self.calls, call_id, entries)
        proofs = [(f"CDR of leg {cdr.leg_id}", asdict(cdr)) for cdr in cdrs]
        for place, document in (*texts, *proofs):
            found.count(texts=1)
            if any(self.prints.stands_in((leg_id,), text) for text in _texts(document)):
                found.leaks.append(f"a secret stands in the {place}")

    def _read_files(self, found: "_Found") -> None:
        for place, line in self.list_texts():
            found.count(texts=1)
            if self.prints.stands_in(found.legs, line):
                found.leaks.append(f"a secret stands in {place}")
            elif ONE_KEY.search(line):
                found.leaks.append(f"keys stand one by one in {place}")

    # --- listening ----------------------------------------------------------------------------

    def _listen(self, call_id: str, entries: Sequence[JournalEntry], found: "_Found") -> None:
        search = RecordingSearch(
            call_id=call_id, kind=RecordingKind.CALL, states=(RecordingState.KEPT,)
        )
        for record in self.book.list_records(search):
            file = self.files.find_file(record.recording_id)
            if file is None:
                continue  # the search for gaps tells
            stretches = _stretches(record, _begun_at(record, entries))
            found.count(stretches=len(stretches))
            for begun_ms, ended_ms in self.find_sound(file, stretches):
                found.leaks.append(
                    f"recording {record.recording_id} of call {call_id} holds sound from "
                    f"{begun_ms} to {ended_ms} ms, where it is masked"
                )


class _Found:
    """What one search has found so far."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self.legs: list[str] = []
        self.covered = SecretsLookedFor()

    def count(self, **more: int) -> None:
        sums = {name: getattr(self.covered, name) + number for name, number in more.items()}
        self.covered = replace(self.covered, **sums)


def _tells_secret(entry: JournalEntry) -> bool:
    return entry.kind in TELLING or (
        entry.kind is EntryKind.KEYS and entry.details.get("keys") == "a secret"
    )


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - plain JSON of any shape
    """Every text in a document; numbers are measures of ours, moments are no texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _begun_at(record: RecordingRecord, entries: Sequence[JournalEntry]) -> datetime:
    """When the first sample was taken: as the switch told, else when we asked for it."""
    for entry in entries:
        is_begin = entry.kind is EntryKind.RECORDING_STARTED
        if is_begin and entry.details.get("recording_id") == record.recording_id:
            return entry.at
    return record.started_at


def _stretches(record: RecordingRecord, begun_at: datetime) -> tuple[tuple[int, int | None], ...]:
    """Masked stretches within the file, without their edges; None: to the end of the file."""
    millisecond = timedelta(milliseconds=1)
    inner = (
        (
            round((masked_at - begun_at) / millisecond) + EDGE_MS,
            None if ended is None else round((ended - begun_at) / millisecond) - EDGE_MS,
        )
        for masked_at, ended in record.masked
    )
    return tuple((begin, end) for begin, end in inner if end is None or end > begin)

"""A program that keeps one of each record and reads it again; run with and without patching.

``python [-m gevent.monkey] tests/contract/round_trip.py URL FOLDER`` prints what it read as JSON.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import gevent
import gevent.monkey

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.runs import SavedRun
from switchboard.ports.screening import BlockedNumber
from switchboard.store.store import Store

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def main() -> None:
    store = Store(sys.argv[1], Path(sys.argv[2]))
    writing = gevent.spawn(store.keep_writing)
    details = {"ani": "1", "dnis": "2", "leg_id": "leg"}
    store.journal.append(JournalEntry("e1", "c1", NOON, EntryKind.OFFERED, details))
    store.runs.save(SavedRun("c1", "leg", "2", {"node": "menu"}, NOON))
    store.blacklist.block(BlockedNumber("3*", "test"))
    readers = [gevent.spawn(store.journal.list_entries, "c1") for _ in range(20)]
    gevent.joinall(readers, raise_error=True)
    found = {
        "patched": gevent.monkey.is_module_patched("threading"),
        "entries": [len(reader.value) for reader in readers],
        "calls": [line.call_id for line in store.records.list_calls()],
        "run": dict(store.runs.find_run("c1").run),
        "blocked": store.blacklist.find_match("333", NOON).number,
        "settled_by": not writing.dead,
    }
    store.close()
    print(json.dumps(found))  # noqa: T201 - its only way to say so


if __name__ == "__main__":
    main()

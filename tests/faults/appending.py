"""A process that appends to a journal until it is killed, and tells what it was promised.

``python -m tests.faults.appending DATABASE_FILE SPOOL_FOLDER``: each line it prints is a number;
every entry up to that number was durable when the line was written.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import gevent

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.journal import StoredJournal

APPENDED_AT_ONCE = 7


def main() -> None:
    database = Database(f"sqlite:///{sys.argv[1]}", lock_wait_s=0.01)
    commits = GroupCommit(database, Path(sys.argv[2]))
    journal = StoredJournal(database, commits)
    gevent.spawn(commits.keep_writing)
    number = 0
    while True:
        for _ in range(APPENDED_AT_ONCE):
            number += 1
            at = datetime.now(UTC)
            journal.append(JournalEntry(f"c1-{number:06}", "c1", at, EntryKind.SAID))
        journal.settle()
        print(number, flush=True)  # noqa: T201 - its only way to say so
        for _ in range(APPENDED_AT_ONCE):  # these are promised to nobody
            number += 1
            at = datetime.now(UTC)
            journal.append(JournalEntry(f"c1-{number:06}", "c1", at, EntryKind.SAID))
        gevent.sleep(0.001)


if __name__ == "__main__":
    main()

"""Servers of one folder know of each other for as long as each lives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from switchboard.runtime.presence import Presence

ANOTHER = """
import sys
from pathlib import Path
from switchboard.runtime.presence import Presence
presence = Presence(Path(sys.argv[1]))
presence.announce()
print("there", flush=True)
sys.stdin.readline()
"""


def another(folder: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"there\n"
    return process


def test_a_server_is_alone_until_another_comes_and_again_when_that_is_killed(tmp_path):
    presence = Presence(tmp_path)
    presence.announce()
    assert presence.is_alone()
    with another(tmp_path) as process:
        assert not presence.is_alone()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert presence.is_alone()
        assert [file.name for file in tmp_path.iterdir()] == [f"{os.getpid()}.lock"]
    presence.leave()
    assert list(tmp_path.iterdir()) == []


def test_who_leaves_is_there_no_more(tmp_path):
    first, second = Presence(tmp_path / "servers"), Presence(tmp_path / "servers")
    first.announce()
    first.leave()
    assert second.is_alone()

"""The agent of a node on another machine against the server's HTTP door, over real sockets.

The "other machine" has folders of its own; a shelf translates the paths of one into the other's, as
two disks with the same paths would.
"""

import os
from array import array
from datetime import UTC, datetime
from pathlib import Path

import gevent
import pytest

from switchboard.console.app import create_app
from switchboard.console.metrics import PrometheusMetrics
from switchboard.console.server import ConsoleServer
from switchboard.media.recordings import RecordingFolder
from switchboard.media.shelf import FolderShelf
from switchboard.media.wav import Pcm, write_wav
from switchboard.outside.node_agent import NodeAgent, ServerAway
from switchboard.ports.recordings import RecordingKind, RecordingRecord, RecordingState
from switchboard.ports.shelves import ShelvedSound
from switchboard.services.health import HealthReport
from switchboard.services.node_desk import NodeDesk
from switchboard.store.store import Store

CDR_DOCUMENT = (
    Path(__file__).parents[1] / "conformance/cdrs/message-inbound-ca22.json"
).read_bytes()
TOKEN = "of-the-second-node-in-tests"
NOW = datetime.now(UTC)


class OtherDisk:
    """The server's shelf, its files named as they lie on the other machine."""

    def __init__(self, shelf: FolderShelf, here: Path, there: Path) -> None:
        self._shelf, self._here, self._there = shelf, str(here), str(there)

    def list_sounds(self):
        return tuple(
            ShelvedSound(one.path.replace(self._here, self._there), one.size, one.changed_us)
            for one in self._shelf.list_sounds()
        )

    def read_sound(self, path: str):
        return self._shelf.read_sound(path.replace(self._there, self._here))


class Machines:
    """A server, and a node elsewhere."""

    def __init__(self, root: Path) -> None:
        self.here, self.there = root / "server", root / "node"
        self.here.mkdir()
        self.prompts = self.here / "prompts"
        self.prompts.mkdir()
        self.store = Store(f"sqlite:///{self.here / 'db'}", self.here / "spool")
        self.files = RecordingFolder(self.here / "recordings")
        self.desk = NodeDesk(
            {"fs2": TOKEN},
            OtherDisk(FolderShelf([self.prompts]), self.here, self.there),
            self.store.recordings,
            self.files,
            self.store.records,
            lambda work: gevent.get_hub().threadpool.apply(work),
        )
        app = create_app(lambda: HealthReport(True, ()), PrometheusMetrics().page, nodes=self.desk)
        self.door = ConsoleServer(app, "127.0.0.1", 0)
        self.door.start()
        self.agent = self.agent_with(TOKEN)

    def agent_with(self, token: str) -> NodeAgent:
        return NodeAgent(
            f"http://127.0.0.1:{self.door.port}",
            token,
            (self.there / "prompts",),
            self.there / "recordings",
            self.there / "cdrs",
        )

    def ask(self, work):
        """Run the agent's blocking work beside the server, as another machine does."""
        with gevent.Timeout(30):
            return gevent.get_hub().threadpool.apply(_caught, (work,))

    def close(self) -> None:
        self.door.stop()
        self.store.close()


def _caught(work):
    try:
        return work()
    except ServerAway as away:
        return away


@pytest.fixture
def machines(tmp_path):
    made = Machines(tmp_path)
    yield made
    made.close()


def sound(file: Path, level: int = 900) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_wav(file, Pcm(8000, array("h", [level, -level] * 4000)))


def test_sounds_are_mirrored_once_and_again_when_they_change(machines):
    sound(machines.prompts / "recordings/shop/zh/hello.wav")
    sound(machines.prompts / "spoken/zh/abc.wav")
    assert machines.ask(machines.agent.mirror_sounds) == 2
    mirrored = machines.there / "prompts/recordings/shop/zh/hello.wav"
    original = machines.prompts / "recordings/shop/zh/hello.wav"
    assert mirrored.read_bytes() == original.read_bytes()
    assert machines.ask(machines.agent.mirror_sounds) == 0
    sound(original, level=1800)
    assert machines.ask(machines.agent.mirror_sounds) == 1
    assert mirrored.read_bytes() == original.read_bytes()


def test_a_recording_is_brought_when_it_is_closed_and_only_if_it_is_on_record(machines):
    machines.agent.make_day_folders(NOW)
    day = machines.there / f"recordings/{NOW:%Y/%m/%d}"
    assert day.is_dir(), "FreeSWITCH ends a call whose recording has no folder"
    for name in ("known", "stray"):
        sound(day / f"{name}.wav")
    machines.store.recordings.put(
        RecordingRecord("known", "c1", RecordingKind.SPOKEN, RecordingState.ENDED, NOW)
    )
    assert machines.ask(machines.agent.deliver_recordings) == 0, "they may still be written to"
    for file in day.glob("*.wav"):
        os.utime(file, (0, 0))
    assert machines.ask(machines.agent.deliver_recordings) == 1
    taken = machines.files.find_file("known")
    assert taken.read_bytes() == (day / "known.wav").read_bytes()
    assert machines.files.find_file("stray") is None
    assert machines.ask(machines.agent.deliver_recordings) == 0


def test_a_cdr_is_taken_in_once_and_removed_only_then(machines):
    folder = machines.there / "cdrs"
    folder.mkdir(parents=True)
    (folder / "a.cdr.json").write_bytes(CDR_DOCUMENT)
    (folder / "b.cdr.json").write_bytes(CDR_DOCUMENT[: len(CDR_DOCUMENT) // 2])
    assert machines.ask(machines.agent.deliver_cdrs) == 1
    assert [file.name for file in folder.iterdir()] == ["b.cdr.json"], "half a file waits"
    (folder / "a.cdr.json").write_bytes(CDR_DOCUMENT)
    assert machines.ask(machines.agent.deliver_cdrs) == 1


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x"])
def test_without_the_token_nothing_is_given_or_taken(machines, token):
    sound(machines.prompts / "secret.wav")
    refused = machines.ask(machines.agent_with(token).mirror_sounds)
    assert "answers 401" in str(refused)
    assert not (machines.there / "prompts/secret.wav").exists()


def test_nothing_but_a_sound_is_handed_out(machines):
    sound(machines.prompts / "hello.wav")
    for path in ("/etc/passwd", "../db", str(machines.here / "db"), f"{machines.prompts}/../db"):
        assert machines.desk.read_sound(path) is None


def test_a_server_that_is_away_is_told_and_nothing_is_lost(machines):
    folder = machines.there / "cdrs"
    folder.mkdir(parents=True)
    (folder / "a.cdr.json").write_bytes(CDR_DOCUMENT)
    machines.door.stop()
    assert "does not answer" in str(machines.ask(machines.agent.deliver_cdrs))
    assert (folder / "a.cdr.json").exists()

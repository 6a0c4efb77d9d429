"""The server's side of speaking: within its time, a few at once, and whatever the engine does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import pytest

from switchboard.media.engines import EngineChoice, EngineName
from switchboard.media.speaker import Speaker
from switchboard.ports.prompts import SpeechFailed

# An engine of the test's own: does what the text says, writes a short sound unless told not to.
TALKER = """
import os, pathlib, signal, sys, time, wave
words, file, folder = sys.stdin.read(), sys.argv[1], pathlib.Path(sys.argv[2])
mine = folder / f"running-{os.getpid()}"
mine.write_text(words)
(folder / f"beside-{os.getpid()}").write_text(str(len(list(folder.glob("running-*")))))
if "hang" in words:
    time.sleep(600)
if "kill" in words:
    os.kill(os.getppid(), signal.SIGKILL)
time.sleep(0.2)
with wave.open(file, "wb") as out:
    out.setnchannels(1), out.setsampwidth(2), out.setframerate(8000)
    out.writeframes(b"\\x00\\x20\\x00\\xe0" * 2000)
mine.unlink()
"""


@contextmanager
def talker(folder: Path, *, limit_s: float = 20, studios: int = 2) -> Iterator[Speaker]:
    (folder / "talker.py").write_text(TALKER)
    line = (sys.executable, str(folder / "talker.py"), "{wav_file}", str(folder))
    choice = EngineChoice(EngineName.COMMAND, command=line, limit_s=limit_s)
    speaker = Speaker(choice, studios=studios)
    try:
        yield speaker
    finally:
        speaker.close()


def wait_for(folder: Path, pattern: str) -> list[Path]:
    """Wait until a file of that pattern is there."""
    with gevent.Timeout(20):
        while not (found := list(folder.glob(pattern))):
            gevent.sleep(0.01)
    return found


def studios() -> list[int]:
    """The studios that this process has."""
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(child) for child in mine if is_running(int(child))]


def is_running(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_no_more_are_spoken_at_once_than_there_are_studios(tmp_path: Path) -> None:
    with talker(tmp_path, studios=2) as speaker:
        asked = [
            gevent.spawn(speaker.speak, f"text {number}", "en", tmp_path / f"{number}.wav")
            for number in range(5)
        ]
        gevent.joinall(asked, raise_error=True)
    assert all((tmp_path / f"{number}.wav").is_file() for number in range(5))
    beside = [int(file.read_text()) for file in tmp_path.glob("beside-*")]
    assert len(beside) == 5
    assert max(beside) == 2


def test_the_hub_goes_on_while_it_is_spoken(tmp_path: Path) -> None:
    ticks = []

    def tick() -> None:
        while True:
            ticks.append(1)
            gevent.sleep(0.01)

    with talker(tmp_path) as speaker:
        beside = gevent.spawn(tick)
        speaker.speak("hello", "en", tmp_path / "x.wav")
        beside.kill()
    assert len(ticks) > 10


def test_an_engine_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    with talker(tmp_path, limit_s=2, studios=1) as speaker:
        with pytest.raises(SpeechFailed, match=r"cannot say 'hang' in en: not done within 2 s"):
            speaker.speak("hang", "en", tmp_path / "x.wav")
        (running,) = tmp_path.glob("running-*")
        process = int(running.name.removeprefix("running-"))
        with gevent.Timeout(10):
            while is_running(process):
                gevent.sleep(0.01)
        running.unlink()
        speaker.speak("hello", "en", tmp_path / "y.wav")
    assert (tmp_path / "y.wav").is_file()
    assert not (tmp_path / "x.wav").exists()


def test_whoever_waits_for_a_studio_waits_no_longer_than_the_limit(tmp_path: Path) -> None:
    with talker(tmp_path, limit_s=2, studios=1) as speaker:
        first = gevent.spawn(speaker.speak, "hang", "en", tmp_path / "x.wav")
        wait_for(tmp_path, "running-*")
        with pytest.raises(SpeechFailed, match="within 2 s"), gevent.Timeout(10):
            speaker.speak("hang too", "en", tmp_path / "y.wav")
        with pytest.raises(SpeechFailed):
            first.get()


def test_a_studio_that_dies_fails_one_text_only(tmp_path: Path) -> None:
    with talker(tmp_path, studios=1) as speaker:
        with pytest.raises(SpeechFailed, match="process died"):
            speaker.speak("kill the studio", "en", tmp_path / "x.wav")
        speaker.speak("hello", "en", tmp_path / "y.wav")
    assert (tmp_path / "y.wav").is_file()


def test_a_studio_with_nothing_to_do_ends_and_starts_again_when_needed(tmp_path: Path) -> None:
    speaker = Speaker(studios=1, kept_idle_s=0.05)
    speaker.speak("hello", "en", tmp_path / "x.wav")
    (studio,) = studios()
    with gevent.Timeout(10):
        while is_running(studio):
            gevent.sleep(0.01)
    speaker.speak("hello", "en", tmp_path / "y.wav")
    assert studios() not in ([], [studio])
    speaker.close()
    assert studios() == []
    assert (tmp_path / "y.wav").is_file()


def test_an_asker_who_is_ended_leaves_the_studio_in_order(tmp_path: Path) -> None:
    with talker(tmp_path, studios=1) as speaker:
        asker = gevent.spawn(speaker.speak, "hang", "en", tmp_path / "x.wav")
        wait_for(tmp_path, "running-*")
        asker.kill()
        speaker.speak("hello", "en", tmp_path / "y.wav")
    assert (tmp_path / "y.wav").is_file()


SERVER = """
import sys
from pathlib import Path
from switchboard.media.engines import EngineChoice, EngineName
from switchboard.media.speaker import Speaker
folder = sys.argv[1]
line = (sys.executable, folder + "/talker.py", "{wav_file}", folder)
speaker = Speaker(EngineChoice(EngineName.COMMAND, command=line, limit_s=2))
speaker.speak("hang", "en", Path(folder, "x.wav"))
"""


def test_nothing_outlives_a_server_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "talker.py").write_text(TALKER)
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(tmp_path)])
    (running,) = wait_for(tmp_path, "running-*")
    engine = int(running.name.removeprefix("running-"))
    studio = int(Path(f"/proc/{engine}/stat").read_text().rsplit(")", 1)[1].split()[1])
    server.kill()
    server.wait()
    with gevent.Timeout(20):
        while is_running(engine) or is_running(studio):
            gevent.sleep(0.02)

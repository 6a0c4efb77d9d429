"""Tests against a real FreeSWITCH: collected only when asked for, and then they may not be skipped.

``SWITCHBOARD_FREESWITCH=/path/to/freeswitch pytest tests/freeswitch``. Each run starts that binary
with the configuration that we ship, on loopback, on ports of its own, below a temporary folder.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.running import RunningFreeSwitch, free_port, running_freeswitch
from tests.freeswitch.spoken import App, write_tone

ASKED = os.environ.get("SWITCHBOARD_FREESWITCH", "")

# Not asked: nothing here is a test. Asked: a missing binary fails every test below.
collect_ignore_glob = [] if ASKED else ["test_*.py"]


@pytest.fixture(scope="session")
def freeswitch_binary() -> Path:
    binary = Path(ASKED)
    if not os.access(binary, os.X_OK):
        pytest.fail(f"SWITCHBOARD_FREESWITCH={ASKED}: there is no FreeSWITCH that can be started")
    return binary


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files ``low.wav`` (4 s), ``high.wav`` (4 s), ``short.wav`` (1 s), ``music/music.wav``."""
    folder = tmp_path_factory.mktemp("sounds")
    (folder / "music").mkdir()
    write_tone(folder / "low.wav", 4.0, 440)
    write_tone(folder / "high.wav", 4.0, 660)
    write_tone(folder / "short.wav", 1.0, 880)
    write_tone(folder / "music" / "music.wav", 5.0, 330)
    return folder


@pytest.fixture(scope="session")
def freeswitch(
    freeswitch_binary: Path, sounds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningFreeSwitch]:
    """A FreeSWITCH that hands its calls to two apps that the tests play."""
    root = tmp_path_factory.mktemp("freeswitch")
    with running_freeswitch(
        freeswitch_binary, root, app_ports=(free_port(), free_port()), sounds=sounds
    ) as running:
        yield running


@pytest.fixture
def app(freeswitch: RunningFreeSwitch) -> Iterator[App]:
    """The first of the two apps, listening."""
    with App(freeswitch.app_ports[0]) as listening:
        yield listening


@pytest.fixture(autouse=True)
def _no_call_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "freeswitch" in request.fixturenames:
        request.getfixturevalue("freeswitch").wait_until_idle()

"""What a stranger gets: the wheel in an empty environment, used from `/`; and a checkout's install.

Slow by nature (two environments are made); the package index is asked as pip is set up here.
"""

import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from switchboard import __version__

ROOT = Path(__file__).parents[2]
DATA_FOLDERS = ("web", "ivr_flows", "dialplans", "freeswitch_conf", "sounds")
SPEED = 10

pytestmark = pytest.mark.timeout(300)


def run(*words: str | Path, cwd: Path = Path("/")) -> str:
    """Output of a program that must succeed; nothing of our own environment helps it."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*map(str, words)], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def tracked(*folders: str) -> set[str]:
    return set(run("git", "ls-files", "-z", *folders, cwd=ROOT).rstrip("\0").split("\0"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files under version control as they stand, alone in a folder, as in a fresh clone."""
    folder = tmp_path_factory.mktemp("sources")
    for name in tracked():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with nothing in it but pip."""
    folder = tmp_path_factory.mktemp("empty")
    run(sys.executable, "-m", "venv", folder)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, sources)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(python: Path, wheel: Path) -> Path:
    """The `switchboard` that comes of installing the wheel."""
    constraints = ROOT / "constraints.txt"
    run(python, "-m", "pip", "install", "-q", "--constraint", constraints, wheel)
    return python.parent / "switchboard"


def test_the_wheel_holds_every_file_that_the_product_needs(wheel: Path):
    inside = set(zipfile.ZipFile(wheel).namelist())
    needed = {f"switchboard/bundled/{name}" for name in tracked(*DATA_FOLDERS)}
    needed |= tracked("switchboard")
    assert sorted(needed - inside) == []


def test_what_is_built_from_the_source_archive_is_the_same(
    sources: Path, wheel: Path, tmp_path: Path
):
    backend = "import setuptools.build_meta as b, sys; b.build_sdist(sys.argv[1])"
    run(sys.executable, "-c", backend, tmp_path, cwd=sources)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    needed = tracked(*DATA_FOLDERS, "switchboard") | {"setup.py", "pyproject.toml", "LICENSE"}
    assert sorted(needed - names) == []


def test_it_tells_its_version(installed: Path):
    assert __version__ in run(installed, "--version")


@pytest.fixture
def house(installed: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """`switchboard up` from `/`, by settings elsewhere, on ports of its own."""
    with ExitStack() as held:
        kept = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(4)]
        calls, http, events, control = (f"127.0.0.1:{s.getsockname()[1]}" for s in kept)
    file = tmp_path / "switchboard.yaml"
    file.write_text(
        f"folder: var\nlisten: {{calls: '{calls}', http: '{http}'}}\n"
        f"nodes: [{{event_socket: '{events}', password: a-trial-only, cdrs: cdrs}}]\n"
    )
    output = tmp_path / "output"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [installed, "up", "--stand-in", "--settings", file, "--control", control,
             "--speed", str(SPEED)],
            cwd="/", stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_until_ready(f"http://{http}/readyz", process, output)
            yield {"settings": str(file), "control": control, "output": str(output)}
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(timeout=60)
    assert status == 0, output.read_text()
    said = output.read_text()
    assert "Traceback" not in said
    assert said.rstrip().endswith("switchboard: ended")
    assert not [word for word in ("[warning", "[error", "[critical") if word in said], said


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.1)
    pytest.fail(f"it is not ready:\n{output.read_text()}")


@pytest.mark.req("REL-15")
def test_a_whole_call_from_the_root_folder(installed: Path, house: dict[str, str]):
    heard = run(
        installed, "call", "4008001000", "--control", house["control"],
        "--press", "1", "--say", "hello.wav",
    )  # fmt: skip
    assert "您好" in heard
    assert "was recorded" in heard
    assert "NORMAL_CLEARING" in heard
    story = run(installed, "calls", "--settings", house["settings"], "show", "last")
    assert "left a message" in story


def test_a_checkout_can_be_used_where_it_lies(python: Path, installed: Path, sources: Path):
    del installed  # its dependencies are there already
    run(python, "-m", "pip", "install", "-q", "--no-deps", "--editable", sources)
    told = run(python, "-c", "import switchboard.bundled as b; print(b.bundled('sounds'))")
    assert told.strip() == str(sources / "sounds")

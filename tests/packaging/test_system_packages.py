"""The system packages are installed where we may, asked for where we may not, and never in the way.

A machine of any kind is made of small programs on the path in place of Debian's own.
"""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "system_packages.sh"


class Machine:
    """What the script can find, and what it did with it."""

    def __init__(self, folder: Path) -> None:
        self._programs = folder / "bin"
        self._programs.mkdir()
        self._notes = folder / "apt"

    def has(self, name: str, script: str) -> None:
        file = self._programs / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def run(self) -> tuple[str, list[str]]:
        """What the script says, and how apt-get was called; it must succeed."""
        done = subprocess.run(
            ["/bin/sh", SCRIPT], env={"PATH": str(self._programs), "NOTES": str(self._notes)},
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout, self._notes.read_text().splitlines() if self._notes.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian without the packages, whose user is root."""
    made = Machine(tmp_path)
    made.has("id", "echo 0")
    made.has("dpkg-query", "exit 1")
    made.has("apt-get", 'echo "$*" >>"$NOTES"')
    return made


def test_root_on_debian_gets_them(machine: Machine):
    _, asked = machine.run()
    assert asked[-1].endswith(" python3-venv espeak-ng sip-tester chromium fonts-noto-cjk")
    assert asked[-1].startswith("install ")


def test_only_what_is_missing_is_installed(machine: Machine):
    machine.has("dpkg-query", 'test "$3" = sip-tester || echo "install ok installed"')
    _, asked = machine.run()
    assert asked[-1].endswith("--no-install-recommends sip-tester")


def test_nothing_is_done_where_nothing_is_missing(machine: Machine):
    machine.has("dpkg-query", 'echo "install ok installed"')
    assert machine.run() == ("", [])


def test_who_is_not_root_is_told_what_to_install(machine: Machine):
    machine.has("id", "echo 1000")
    said, asked = machine.run()
    assert "sudo apt install python3-venv espeak-ng sip-tester chromium fonts-noto-cjk" in said
    assert asked == []


def test_a_machine_without_a_network_is_set_up_all_the_same(machine: Machine):
    machine.has("apt-get", "exit 100")
    said, _ = machine.run()
    assert said.splitlines()[-1].startswith("could not be installed: python3-venv")

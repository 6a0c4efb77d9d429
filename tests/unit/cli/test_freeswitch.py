"""``switchboard freeswitch``: what is written, and what is said about it."""

import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner

from switchboard.cli.freeswitch import command

SETTINGS = """
folder: .
nodes: [{name: node-7, event_socket: 127.0.0.1:8121, password: PASSWORD, cdrs: cdrs}]
freeswitch:
  external: {address: 127.0.0.1, port: 5999}
"""


@pytest.fixture
def run(tmp_path):
    file = tmp_path / "switchboard.yaml"
    file.write_text(SETTINGS.replace("PASSWORD", "a-password-of-our-own"))

    def say(*words):
        return CliRunner().invoke(command, ["--settings", str(file), *words])

    return say


def test_a_configuration_is_written_where_it_is_wanted(run, tmp_path):
    done = run("render", str(tmp_path / "mine"))
    assert done.exit_code == 0, done.output
    main = tmp_path / "mine" / "conf" / "freeswitch.xml"
    assert f"written  {main}" in done.output
    assert f"-conf {tmp_path}/mine/conf" in done.output
    external = (tmp_path / "mine" / "conf" / "sip_profiles" / "external.xml").read_text()
    assert 'value="5999"' in external
    assert "a-password-of-our-own" not in done.output
    assert not main.stat().st_mode & stat.S_IRWXO


def test_a_second_time_nothing_is_written(run):
    assert "written" in run("render").output
    again = run("render")
    assert "written" not in again.output
    assert "files are as they were" in again.output


def test_a_folder_that_freeswitch_would_misread_is_refused(run, tmp_path):
    done = run("render", str(tmp_path / "a,b"))
    assert done.exit_code == 1
    assert "a,b" in done.output
    assert not (tmp_path / "a,b").exists()


def test_a_freeswitch_that_does_not_run_is_a_fault_with_a_remedy(run):
    done = run("check")
    assert done.exit_code == 1
    assert "FAULT" in done.output
    assert "start FreeSWITCH" in done.output
    assert "a-password-of-our-own" not in done.output


def test_a_freeswitch_is_run_in_our_place_with_our_folders_only(run, tmp_path):
    assert run("render").exit_code == 0
    shown = tmp_path / "freeswitch-in-tests"
    shown.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >"$0.asked"\n')
    shown.chmod(0o755)
    settings = str(tmp_path / "switchboard.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "switchboard", "freeswitch", "--settings", settings, "run",
         "--binary", str(shown)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "freeswitch-in-tests.asked").read_text().split()
    assert asked[asked.index("-conf") + 1] == str(tmp_path / "freeswitch" / "conf")


def test_a_freeswitch_without_a_configuration_is_not_started(run):
    done = run("run")
    assert done.exit_code == 1
    assert "freeswitch render" in done.output


def test_a_program_that_is_not_there_is_told(run):
    run("render")
    done = run("run", "--binary", "/nowhere/freeswitch")
    assert "/nowhere/freeswitch cannot be started" in done.output
